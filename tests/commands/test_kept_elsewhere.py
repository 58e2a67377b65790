"""Kept pages on S3 (the server of moto) and at other addresses give the same results as on the disk."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mayadeen.errors import UsageError
from mayadeen.warc import find_files
from tests.commands.test_reread import keep
from tests.conftest import KEYS, Run, make_bucket
from tests.servers import free_port

Command = Callable[..., Run]


@pytest.fixture
def bucket(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a folder with two files of six pages each, which are also in the test's folder."""
    import boto3
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()  # made for the environment of another test
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": store, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    make_bucket(store, "kept")
    client = boto3.client("s3")
    for day in (1, 2):
        path = keep(tmp_path / "pages", 6, theme="north").rename(
            tmp_path / "pages" / f"en-2026-01-0{day}T00-00-00-00001.warc.gz"
        )
        client.upload_file(str(path), "kept", f"pages/{path.name}")
    client.put_object(Bucket="kept", Key="pages/notes.txt", Body=b"no pages")
    client.close()
    return "s3://kept/pages"


def test_a_folder_and_a_pattern_give_the_items_of_the_disk(scrapy: Command, bucket: str, tmp_path: Path) -> None:
    def reread(place: str, feed: str, *options: str) -> Run:
        return scrapy("reread", place, "-s", f"DATA_DIR={tmp_path / 'data'}", "-O", str(tmp_path / feed), *options)

    disk = reread(str(tmp_path / "pages"), "disk.jsonl")
    assert "reread 12 pages of 2 files (12 articles): 6 items, 6 dropped" in disk.out
    against = ("--against", str(tmp_path / "disk.jsonl"))
    for place in (bucket, f"{bucket}/*.warc.gz", f"file://{tmp_path}/pages/*.warc.gz"):
        run = reread(place, "again.jsonl", *against)
        assert run.status == 0, run.err
        assert run.out.startswith(disk.out)
        assert "0 of 6 items differ" in run.out
        assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "disk.jsonl").read_bytes()


def test_newest_first(bucket: str) -> None:
    names = [f"{bucket}/en-2026-01-0{day}T00-00-00-00001.warc.gz" for day in (2, 1)]
    assert find_files([bucket]) == find_files([f"{bucket}/"]) == find_files([f"{bucket}/*.gz"]) == names
    assert find_files([names[1]]) == names[1:]
    assert find_files(["s3://kept/pages/*.none"]) == []


def test_a_template_is_learned_from_pages_elsewhere(scrapy: Command, bucket: str, tmp_path: Path) -> None:
    disk, run = (
        scrapy("template", "learn", place, "-s", f"DATA_DIR={tmp_path / 'data'}")
        for place in (str(tmp_path / "pages"), bucket)
    )
    assert run == disk
    assert run.status == 0, run.err
    assert "6 articles: 6 equal" in run.err


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("s3://kept/pages/none.warc.gz", "s3://kept/pages/none.warc.gz does not exist"),
        ("s3://no-such-bucket/pages", "s3://no-such-bucket/pages does not exist"),
        ("nosuch://kept/pages", "nosuch://kept/pages: Protocol not known: nosuch"),
    ],
)
def test_what_is_not_there_is_one_clear_line(
    scrapy: Command, bucket: str, tmp_path: Path, place: str, message: str
) -> None:
    feed = tmp_path / "again.jsonl"
    feed.write_text("before\n")
    run = scrapy("reread", place, "-s", f"DATA_DIR={tmp_path / 'data'}", "-O", str(feed))
    assert run.status == 2
    assert run.error() == f"error: {message}"
    assert feed.read_text() == "before\n"


def test_a_server_that_is_down(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(UsageError, match=f'{bucket}: Could not connect to the endpoint URL: "{address}'):
        find_files([bucket])


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"^gs://kept/pages: files at gs: addresses need a library \(.*gcsfs"):
        find_files(["gs://kept/pages"])
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(UsageError, match=r"^s3://kept/pages: .*pip install '\.\[s3\]'"):
        find_files(["s3://kept/pages"])
