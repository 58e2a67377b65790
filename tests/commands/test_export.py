"""`scrapy export`: the archive as a file."""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet
import pytest

from tests.conftest import QUICK, ROOT, Run, as_options, post, run_scrapy, sqlite_file
from tests.replica import serve

Command = Callable[..., Run]
ARTICLES = 60


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data directory of two crawls, between which an article was edited and another one removed."""
    folder = tmp_path_factory.mktemp("export")
    with serve(articles=ARTICLES, page_kb=20) as origin:
        settings = as_options(f"SITE_ORIGIN={origin}", f"DATA_DIR={folder}", *QUICK)
        for _ in range(2):
            command = ["crawl", "articles", "-a", "known=refetch", *settings, "-O", str(folder / "last.jsonl")]
            assert run_scrapy(*command).status == 0
            post(origin, "/_edit?index=3")
            post(origin, "/_remove?index=5")
    return folder


@pytest.fixture
def export(scrapy: Command, data: Path, tmp_path: Path) -> Command:
    """Return a function that runs `scrapy export` into a file in the test's folder."""

    def run(*options: str, name: str = "out.jsonl", folder: Path = data) -> Run:
        return scrapy("export", "-O", str(tmp_path / name), "-s", f"DATA_DIR={folder}", *options)

    return run


def last(data: Path) -> list[dict[str, Any]]:
    """Return the newest line of each article in the feed of the last crawl, which has all articles."""
    lines = [json.loads(line) for line in (data / "last.jsonl").read_text().splitlines()]
    return list({line["id"]: line for line in lines}.values())


def by_id(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(lines, key=lambda line: str(line["id"]))


def test_the_newest_versions_are_what_a_crawl_of_everything_gives(export: Command, data: Path) -> None:
    run = export()
    assert run.status == 0, run.err
    lines = run.lines("out.jsonl")
    assert len(lines) == ARTICLES
    assert {line["id"]: line["contentHash"] for line in lines} == {
        line["id"]: line["contentHash"] for line in last(data)
    }
    assert sorted({line["version"] for line in lines}) == [1, 2]
    assert run.err.splitlines()[-1].startswith(f"exported {ARTICLES} articles of ")


def test_all_versions_oldest_first(export: Command) -> None:
    run = export("--versions", "all")
    lines = run.lines("out.jsonl")
    assert len(lines) == ARTICLES + 1
    (edited,) = {line["id"] for line in lines if line["version"] == 2}
    first, second = (line for line in lines if line["id"] == edited)
    assert (first["version"], second["version"]) == (1, 2)
    assert second["changedFields"]
    assert f"exported {ARTICLES + 1} versions of {ARTICLES} articles of" in run.err


def test_removed_articles_are_in_alone_or_left_out(export: Command) -> None:
    counts = {}
    for gone in ("include", "only", "leave"):
        lines = export("--gone", gone).lines("out.jsonl")
        counts[gone] = (len(lines), sum(line["metadata"]["gone"] is not None for line in lines))
    assert counts == {"include": (ARTICLES, 1), "only": (1, 1), "leave": (ARTICLES - 1, 0)}


def test_scope_is_that_of_a_crawl(export: Command, data: Path) -> None:
    lines = last(data)
    politics = [line["id"] for line in lines if line["section"] == "politics"]
    tag = next(line["tags"][0]["name"] for line in lines if line["tags"])
    tagged = [line["id"] for line in lines if tag in [each["name"] for each in line["tags"]]]
    day = sorted(line["datePublished"] for line in lines)[ARTICLES // 2][:10]
    later = [line["id"] for line in lines if line["datePublished"][:10] >= day]
    for option, ids in ((("--sections", "politics"), politics), (("--tags", tag), tagged)):
        found = {line["id"] for line in export(*option).lines("out.jsonl")}
        # Articles may also belong to a section by their breadcrumb or the listing that showed them.
        assert set() < set(ids) <= found
        assert len(found) < ARTICLES
    assert {line["id"] for line in export("--since", day).lines("out.jsonl")} == set(later)
    before = export("--until", day, "--since", "2000-01-01").lines("out.jsonl")
    assert {line["id"] for line in before if line["datePublished"][:10] < day} == {
        line["id"] for line in lines if line["id"] not in later
    }


def test_every_format_holds_the_same_articles(export: Command, tmp_path: Path) -> None:
    lines = export().lines("out.jsonl")
    for name in ("out.jsonl.gz", "out.parquet", "out.json", "out.ninjs.jsonl", "out.atom", "out.csv", "out.xml"):
        run = export(name=name)
        assert run.status == 0, run.err
    assert [
        json.loads(line) for line in gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()).splitlines()
    ] == lines
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist() == lines
    assert json.loads((tmp_path / "out.json").read_text()) == lines
    uris = [line["uri"].partition(",2026:")[2] for line in run.lines("out.ninjs.jsonl")]
    assert uris == [line["id"] for line in lines]
    assert (tmp_path / "out.atom").read_text().count("<entry") == ARTICLES
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [line["id"] for line in lines]
    assert [item.findtext("id") for item in ElementTree.parse(tmp_path / "out.xml").getroot()] == [
        line["id"] for line in lines
    ]


def test_to_stdout(scrapy: Command, data: Path) -> None:
    for target in (("-O", "-:jsonl"), ("-O", "-", "--format", "jsonl")):
        run = scrapy("export", *target, "-s", f"DATA_DIR={data}")
        assert run.status == 0, run.err
        assert len([json.loads(line) for line in run.out.splitlines()]) == ARTICLES


def test_beside_a_program_that_writes(export: Command, data: Path) -> None:
    writer = sqlite3.connect(data / "archive.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE articles SET checked = checked + 1")
    try:
        run = export("-s", "ARCHIVE_TIMEOUT=1")
    finally:
        writer.execute("ROLLBACK")
        writer.close()
    assert run.status == 0, run.err
    assert len(run.lines("out.jsonl")) == ARTICLES


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--edition", "ar"], "contains no edition 'ar', only: en"),
        (["--edition", "xx"], "contains no edition 'xx'"),
        (["--versions", "some"], "--versions must be one of latest, all, got 'some'"),
        (["--gone", "never"], "--gone must be one of include, only, leave, got 'never'"),
        (["--since", "yesteryear"], "since must be a day such as"),
        (["--since", "2024-05-01", "--until", "2024-04-01"], "is after until"),
        (["--sections", "politcs"], "no article is in politcs"),
        (["--sections", "politics,politcs"], "no article is in politcs"),
        (["--tags", "shippin"], "no article in the archive has the tag shippin"),
        (["--tags", "Shipping,shippin", "--match", "all"], "no article in the archive has the tag shippin"),
        (["extra"], "usage: scrapy export -O FILE [options]; --help explains it"),
        (["--format", "word"], "no format 'word'; there are: atom"),
        (["-s", "FEED_EXPORT_FIELDS=nothing"], "there is no field 'nothing'"),
    ],
)
def test_wrong_use_is_one_line_and_leaves_the_file(
    export: Command, tmp_path: Path, options: list[str], message: str
) -> None:
    (tmp_path / "out.jsonl").write_text("kept")
    run = export(*options)
    assert run.status == 2
    assert message in run.error()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl"]
    assert (tmp_path / "out.jsonl").read_text() == "kept"


def test_other_wrong_files_and_places(scrapy: Command, export: Command, tmp_path: Path) -> None:
    assert "unknown file name extension" in export(name="out.doc").error()
    assert "there is no archive " in export(folder=tmp_path).error()
    (tmp_path / "folder.jsonl").mkdir()
    assert "folder.jsonl: Is a directory; nothing was written" in export(name="folder.jsonl").error()
    (tmp_path / "file").write_text("kept")
    assert "nothing was written" in export(name="file/out.jsonl").error()
    assert "export writes to a file" in export("-O", "s3://bucket/out.jsonl").error()


def test_a_newer_archive_is_one_line(export: Command, data: Path, tmp_path: Path) -> None:
    (tmp_path / "newer").mkdir()
    with sqlite_file(data / "archive.sqlite3") as one, sqlite_file(tmp_path / "newer/archive.sqlite3") as other:
        one.backup(other)
        other.execute("PRAGMA user_version=99")
    assert "was written by a newer version of this program" in export(folder=tmp_path / "newer").error()


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet", "out.atom", "out.jsonl.gz"])
def test_a_disk_that_fills_leaves_what_was_there(data: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    target.write_text("kept")
    # A limit on the size of files simulates a full disk.
    command = f"ulimit -f 72; exec {sys.executable} -m scrapy export -O {target} -s DATA_DIR={data}"
    run = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 3
    assert "nothing was written" in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert target.read_text() == "kept"


def test_a_damaged_row_is_named_and_the_others_are_there(export: Command, data: Path, tmp_path: Path) -> None:
    (tmp_path / "odd").mkdir()
    with sqlite_file(data / "archive.sqlite3") as one, sqlite_file(tmp_path / "odd/archive.sqlite3") as other:
        one.backup(other)
        other.execute("UPDATE lines SET json = 'junk' WHERE n = 1")
    run = export(folder=tmp_path / "odd")
    assert run.status == 3
    assert "1 lines are damaged" in run.error()
    assert len(run.lines("out.jsonl")) == ARTICLES - 1
    assert "is damaged" in run.err


def test_nothing_in_scope_is_an_empty_file(export: Command, tmp_path: Path) -> None:
    run = export("--until", "2001-01-01")
    assert run.status == 0
    assert run.lines("out.jsonl") == []
    assert "exported 0 articles" in run.err


WRONG = {
    "a list": "[1]",
    "null": "null",
    "null for a list": '{"tags": null}',
    "null for a text": '{"canonicalUrl": null}',
    "null for a part": '{"metadata": null}',
    "a text for a part": '{"mainImage": "here"}',
    "a number for a text": '{"section": 5}',
    "no headline": '{"headline": null}',
    "depth": "[" * 3000,
}


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet", "out.atom"])
def test_lines_of_another_shape_are_named_and_left_out(export: Command, data: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "odd").mkdir()
    with sqlite_file(data / "archive.sqlite3") as one, sqlite_file(tmp_path / "odd/archive.sqlite3") as other:
        one.backup(other)
        for number, text in enumerate(WRONG.values(), 1):
            row = other.execute("SELECT json FROM lines WHERE n = ?", (number,)).fetchone()[0]
            line = json.loads(zlib.decompress(row)) | (json.loads(text) if text.startswith("{") else {})
            text = json.dumps(line) if text.startswith("{") else text
            other.execute("UPDATE lines SET json = ? WHERE n = ?", (zlib.compress(text.encode()), number))
    run = export(folder=tmp_path / "odd", name=name)
    assert run.status == 3
    assert f"{len(WRONG)} lines are damaged" in run.error()
    assert f"exported {ARTICLES - len(WRONG)} articles" in run.err


def test_a_reader_that_has_enough(data: Path) -> None:
    command = f"{sys.executable} -m scrapy export -O -:jsonl --versions all -s DATA_DIR={data} | head -c 100"
    run = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert len(run.stdout) == 100
    assert run.stderr == ""
