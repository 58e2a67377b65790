"""Feeds to S3 (the server of moto), compressed and in batches; also with a stopped server or without credentials."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import KEYS, QUICK, ROOT, Run, Shell, as_options, asked, feed_lines, make_bucket, post, section
from tests.replica import serve
from tests.servers import free_port

Crawl = Callable[..., Run]
FEEDS = ROOT / "docs" / "deploy" / "feeds-s3.json"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serve(articles=30, page_kb=40) as origin:
        yield origin


def stored(store: str, bucket: str) -> dict[str, list[dict[str, Any]]]:
    """Return object -> its lines."""
    import boto3

    client = boto3.client("s3", endpoint_url=store, aws_access_key_id="a", aws_secret_access_key="b")
    found = {}
    for each in client.list_objects_v2(Bucket=bucket).get("Contents", []):
        body = client.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
        found[each["Key"]] = [json.loads(line) for line in gzip.decompress(body).splitlines()]
    client.close()
    return found


@pytest.fixture
def crawl(site: str, tmp_path: Path) -> Crawl:
    """Return a function that crawls into the feeds of feeds-s3.json, in a bucket. `environment` sets `AWS_...`."""
    post(site, "/_reset")

    def crawl(bucket: str, *options: str, prelude: str = "", feeds: bool = True, **environment: str) -> Run:
        shipped = FEEDS.read_text().replace("BUCKET", bucket).replace("10000", "20")
        code = f"{prelude}\nfrom scrapy.cmdline import execute; execute()"
        settings = [f"SITE_ORIGIN={site}", f"DATA_DIR={tmp_path}", *QUICK, *options]
        settings += [f"FEEDS={shipped}"] if feeds else []
        command = [sys.executable, "-c", code, "crawl", "articles", *as_options(*settings)]
        known = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        known |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1", "HOME": str(tmp_path), **environment}
        done = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=False)
        return Run(done.returncode, done.stdout, done.stderr, tmp_path)

    return crawl


def test_packed_feeds_in_batches(crawl: Crawl, store: str) -> None:
    make_bucket(store, "whole")
    run = crawl("whole", f"AWS_ENDPOINT_URL={store}", **KEYS)
    assert run.status == 0, run.err
    objects = stored(store, "whole")
    sizes = {name.rpartition("-")[2]: len(lines) for name, lines in objects.items() if name.startswith("articles/")}
    assert sizes == {"0001.jsonl.gz": 20, "0002.jsonl.gz": 10}
    ids = [line["id"] for name, lines in objects.items() if name.startswith("articles/") for line in lines]
    assert len(set(ids)) == 30
    assert any(name.startswith("related/") for name in objects)


def test_what_could_not_be_stored_goes_out_next_time(crawl: Crawl, store: str, site: str) -> None:
    make_bucket(store, "later")
    down = crawl("later", f"AWS_ENDPOINT_URL=http://127.0.0.1:{free_port()}", **KEYS)
    assert down.status == 4
    errors = [line for line in down.err.splitlines() if line.startswith("error: ")]
    assert errors == ["error: a feed could not be stored (see the log); the next crawl will deliver its lines"]
    assert "Error storing jsonlines feed (20 items) in: s3://later/articles/en-" in down.err
    assert "Traceback" not in down.err
    assert stored(store, "later") == {}
    post(site, "/_reset")
    up = crawl("later", f"AWS_ENDPOINT_URL={store}", **KEYS)
    assert up.status == 0, up.err
    ids = [line["id"] for name, lines in stored(store, "later").items() if "articles/" in name for line in lines]
    assert len(ids) == len(set(ids)) == 30
    assert "article" not in asked(site)["kinds"], "they came from the archive"


@pytest.mark.parametrize(
    ("prelude", "said"),
    [
        ("", "no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        ("import sys; sys.modules['boto3'] = None", "feeds to s3: addresses need boto3; pip install '.[s3]'"),
    ],
)
def test_what_is_missing_is_said_before_the_crawl(crawl: Crawl, site: str, prelude: str, said: str) -> None:
    run = crawl("nowhere", prelude=prelude)
    assert run.status == 2
    assert said in run.error()
    assert not asked(site)["paths"]


def test_default_feeds_in_batches(crawl: Crawl, tmp_path: Path) -> None:
    run = crawl("", "FEED_EXPORT_BATCH_ITEM_COUNT=20", feeds=False)
    assert run.status == 0, run.err
    names = [path.name.rpartition("-")[2] for path in sorted((tmp_path / "feeds").glob("articles-*"))]
    assert names == ["0001.jsonl", "0002.jsonl"]
    assert len({line["id"] for line in feed_lines(tmp_path)}) == 30


def test_the_lines_of_the_page_on_feeds(site: str, store: str, tmp_path: Path) -> None:
    make_bucket(store, "my-bucket")
    shell = Shell(tmp_path, site, AWS_ENDPOINT_URL=store, **KEYS)
    away, parts = section("deploy.md", "Feeds elsewhere")
    shell.run(away)
    assert len([name for name in stored(store, "my-bucket") if name.startswith("articles/")]) == 1
    shell.run(f"{parts.replace('1000', '20')} -a known=emit")
    assert len(list((shell.folder / "data" / "feeds").glob("articles-*-000[12].jsonl"))) == 2
