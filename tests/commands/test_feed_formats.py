"""Feeds in each format, and targets that `-O` and `-o` refuse before the crawl."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import pytest

from mayadeen.feeds.formats import ENDS
from tests.conftest import Run, run_without
from tests.replica import serve

Command = Callable[..., Run]


def test_a_crawl_writes_all_formats_at_once(crawl: Command, tmp_path: Path) -> None:
    ends = sorted(ENDS)
    targets = [option for end in ends for option in ("-O", str(tmp_path / f"out{end}"))]
    with serve(articles=6, page_kb=40) as origin:
        run = crawl(origin, *targets, feeds=False)
    assert run.status == 0, run.err
    assert run.out == ""
    lines = run.lines("out.jsonl")
    assert lines
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist() == lines
    assert json.loads(gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()).splitlines()[0]) == lines[0]
    assert all((tmp_path / f"out{end}").stat().st_size > 1000 for end in ends)


@pytest.mark.parametrize("end", [".json", ".xml", ".parquet", ".jsonld", ".atom"])
def test_appending_to_a_document_is_refused_before_the_crawl(crawl: Command, tmp_path: Path, end: str) -> None:
    (tmp_path / f"old{end}").write_text("kept")
    for name in ("new", "old"):
        run = crawl("http://127.0.0.1:9", "-o", str(tmp_path / f"{name}{end}"), feeds=False)
        assert run.status == 2
        assert "cannot be appended to; use -O to replace the file" in run.error()
    assert not (tmp_path / f"new{end}").exists()
    assert (tmp_path / f"old{end}").read_text() == "kept"
    assert not list(tmp_path.rglob("archive.sqlite3")), "a crawl was recorded"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-O", "a.foo"], "a.foo: unknown file name extension"),
        (["-O", "a.csv.gz"], "a.csv.gz: unknown file name extension"),
        (["-O", "-"], "-: give a format, such as"),
        (["-O", "a.jsonl", "--format", "foo"], "no format 'foo'; there are: atom, csv,"),
        (["-O", "a.jsonl", "-s", "FEED_EXPORT_FIELDS=id,headlin"], "there is no field 'headlin' in jsonlines"),
        (["-O", "a.parquet", "-s", "FEED_EXPORT_FIELDS=sourceId"], "there is no field 'sourceId' in parquet"),
        (["-O", "a.jsonl:related", "-s", "FEED_EXPORT_FIELDS=tags"], "there is no field 'tags' in related"),
        (["-O", "a.jsonl", "-o", "b.jsonl"], "Please use only one of -o/--output and -O/--overwrite-output"),
        (["-O"], "argument -O/--overwrite-output: expected one argument"),
        (["-a", "sections"], "Invalid -a value, use -a NAME=VALUE"),
    ],
)
def test_a_wrong_format_or_field_is_one_line(crawl: Command, options: list[str], message: str) -> None:
    run = crawl("http://127.0.0.1:9", *options, feeds=False)
    assert run.status == 2
    assert run.error().startswith(f"error: {message}"), run.err
    assert "Usage" not in run.err


@pytest.mark.parametrize("command", ["archive", "export", "forget", "page", "probe", "reread", "report"])
def test_a_wrong_option_of_any_command_is_one_line(scrapy: Command, command: str) -> None:
    run = scrapy(command, "-s", "DATA_DIR")
    assert (run.status, run.err) == (2, "error: Invalid -s value, use -s NAME=VALUE\n")


def test_a_missing_library_is_one_line(tmp_path: Path) -> None:
    run = run_without("pyarrow", "crawl", "articles", "-s", f"DATA_DIR={tmp_path}", "-O", str(tmp_path / "a.parquet"))
    assert run.status == 2
    assert "parquet needs pyarrow, the extra 'parquet': pip install pyarrow" in run.error()


def test_a_format_by_name_whatever_the_file_is_called(crawl: Command, tmp_path: Path) -> None:
    with serve(articles=3, page_kb=40) as origin:
        run = crawl(origin, "-O", str(tmp_path / "out.txt"), "--format", "ninjs", feeds=False)
        again = crawl(origin, "-O", "-:zyte", feeds=False)
    assert run.status == again.status == 0, run.err
    written = (tmp_path / "out.txt").read_text().splitlines()
    assert [json.loads(line)["standard"]["name"] for line in written] == ["ninjs"] * 3
    assert [json.loads(line)["metadata"]["probability"] for line in again.out.splitlines()] == [1.0] * 3


@pytest.mark.parametrize("end", [".atom", ".ninjs.jsonl", ".zyte.jsonl", ".jsonld"])
def test_bulletins_have_no_format_of_articles(scrapy: Command, tmp_path: Path, end: str) -> None:
    run = scrapy("crawl", "breaking", "-s", f"DATA_DIR={tmp_path}", "-O", str(tmp_path / f"out{end}"))
    assert run.status == 2
    assert "is a format for articles; bulletins support jsonl" in run.error()
