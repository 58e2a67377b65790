"""`scrapy history`: versions, edits and removals, as text and as JSON Lines."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mayadeen.archive import Archive
from mayadeen.items import Metadata, to_json
from mayadeen.site.dates import BEIRUT
from tests.conftest import ROOT, Run, feed_lines, post
from tests.replica import make_site, serve
from tests.unit.test_archive import SEEN, article, record

History = Callable[..., Run]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Return an archive that has en:1 in two versions."""
    made = Archive(tmp_path / "archive.sqlite3")
    made.begin("articles", "en", "http://site")
    record(made, article(description="The first standfirst."))
    record(made, article(articleBody="نص آخر\nSecond paragraph.", headline="Another headline"))
    yield made
    made.close()


@pytest.fixture
def history(scrapy: Callable[..., Run], archive: Archive) -> History:
    return lambda *arguments: scrapy("history", *arguments, "-s", f"DATA_DIR={Path(archive.name).parent}")


def json_lines(run: Run) -> list[dict[str, Any]]:
    assert run.status == 0, run.err
    return [json.loads(line) for line in run.out.splitlines()]


def test_the_versions_are_the_lines_of_the_feeds(
    crawl: Callable[..., Run], scrapy: Callable[..., Run], tmp_path: Path
) -> None:
    data = ["-s", f"DATA_DIR={tmp_path / 'data'}"]
    with serve(make_site(articles=12, page_kb=40)) as origin:
        crawl(origin, feeds=False)
        post(origin, "/_edit?index=11")
        crawl(origin, feeds=False)
    written = [
        line
        for feed in sorted((tmp_path / "data" / "feeds").glob("articles-*"))
        for line in feed.read_text(encoding="utf-8").splitlines(keepends=True)
    ]
    second = written[-1]
    edited = json.loads(second)["id"]
    (first,) = (line for line in written[:-1] if json.loads(line)["id"] == edited)
    assert scrapy("history", edited, "--version", "1", "--json", *data).out == first
    assert scrapy("history", edited, "--version", "2", "--json", *data).out == second
    lines = json_lines(scrapy("history", edited, "--json", *data))
    for line in lines:
        assert list(line)[-1] == "recorded"
        assert datetime.fromisoformat(line.pop("recorded")).tzinfo == UTC
    assert lines == [json.loads(first), json.loads(second)]
    (changed,) = json_lines(scrapy("history", "--changed", "--json", *data))
    assert changed.pop("recorded")
    assert changed == json.loads(second)
    assert len(feed_lines(tmp_path / "data")) == 13


def test_a_version_is_printed_whole(history: History) -> None:
    run = history("en:1", "--version", "2")
    assert run.status == 0, run.err
    head, _, text = run.out.partition("\n\n")
    assert text == "نص آخر\nSecond paragraph.\n"
    lines = head.splitlines()
    assert lines[0] == "en:1  http://site/news/politics/a-b-c-d"
    assert lines[1].startswith("version 2, recorded 2")
    assert lines[1].endswith(": headline, description, articleBody")
    assert "headline: Another headline" in lines
    assert "authors: Jane" in lines
    assert "tags: Syria" in lines
    assert "datePublished: 2026-01-01T11:00:00+02:00" in lines
    assert not any(line.startswith("description:") for line in lines), "it has none"
    assert "description: The first standfirst." in history("en:1", "--version", "1").out


def test_a_version_without_a_text_has_its_fields(history: History, archive: Archive) -> None:
    record(archive, article(articleBody=None, articleType="video"))
    run = history("en:1", "--version", "3")
    assert run.status == 0
    assert "articleType: video" in run.out
    assert "\n\n" not in run.out


def test_json_is_utf8_in_any_locale(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    command = ["history", "en:1", "--version", "2", "-s", f"DATA_DIR={Path(archive.name).parent}"]
    for options in ([], ["--json"]):
        run = subprocess.run(
            [sys.executable, "-m", "scrapy", *command, *options], cwd=ROOT, capture_output=True, check=False
        )
        assert run.returncode == 0, run.stderr
        assert "نص آخر" in run.stdout.decode()


def test_a_line_of_an_older_program_has_every_field(history: History, archive: Archive) -> None:
    line = json.loads(to_json(article()))
    del line["regions"]
    archive.rewrite(1, line)
    assert json_lines(history("en:1", "--json"))[0]["regions"] == []


def test_what_has_gone(history: History, archive: Archive) -> None:
    known = archive.get("en:1")
    assert known
    archive.record_gone(known)
    run = history("--gone", "--since", "yesterday")
    assert run.out.split("\t")[1:] == ["en:1", "http://site/news/politics/a-b-c-d\n"]
    (line,) = json_lines(history("--gone", "--json"))
    assert (line["version"], line["headline"]) == (2, "Another headline")
    assert datetime.fromisoformat(line["metadata"]["gone"]).tzinfo == UTC
    assert line.pop("recorded")
    versions = json_lines(history("en:1", "--json"))
    assert [each["metadata"]["gone"] for each in versions] == [None, line["metadata"]["gone"]]
    assert versions[1].pop("recorded")
    assert versions[1] == line
    assert json_lines(history("en:1", "--version", "2", "--json")) == [line]
    assert "gone since" in history("en:1", "--version", "2").out
    assert "gone since" not in history("en:1", "--version", "1").out


@pytest.mark.parametrize("since", ["today", "yesterday", "7d", "2026-01-01", "0001-01-01"])
def test_days_are_those_of_a_crawl(history: History, since: str) -> None:
    run = history("--changed", "--since", since)
    assert run.status == 0, run.err
    assert run.out.split("\t")[1:] == ["en:1", "2", "headline,description,articleBody", "Another headline\n"]


def test_nothing_is_said_in_one_line(history: History, archive: Archive) -> None:
    tomorrow = (datetime.now(BEIRUT) + timedelta(days=1)).date().isoformat()
    for arguments, message in (
        (["--gone"], "no article has gone"),
        (["--gone", "--json"], "no article has gone"),
        (["--gone", "--since", "2026-01-01"], "no article has gone since 2026-01-01"),
        (["--changed", "--json", "--since", tomorrow], f"no article has changed since {tomorrow}"),
    ):
        run = history(*arguments)
        assert (run.status, run.out, run.err) == (0, "", f"{message} (in {Path(archive.name)})\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give the id or URL of an article, or --changed, or --gone"),
        (["en:1", "en:2"], "give one article, got en:1 en:2"),
        (["en:1", "--nonsense"], "unknown option --nonsense"),
        (["--changed", "--nonsense"], "unknown option --nonsense"),
        (["en:9"], "no article en:9 in "),
        (["http://elsewhere.example/news/a-b-c-d"], "no article http://elsewhere.example/news/a-b-c-d in "),
        (["en:1", "--version", "3"], "en:1 has no version 3, only 1, 2"),
        (["en:1", "--version", "0"], "en:1 has no version 0, only 1, 2"),
        (["en:1", "--version", "two"], "--version must be a number such as 2, got 'two'"),
        (["en:1", "--version", "-1"], "--version must be a number such as 2, got '-1'"),
        (["--version", "1"], "give the id or URL of an article with --version"),
        (["--version", "1", "--changed"], "--version needs one article, without --changed and --gone"),
        (["en:1", "--version", "1", "--gone"], "--version needs one article, without --changed and --gone"),
        (["en:1", "--changed"], "--changed and --gone take no article, got en:1"),
        (["--changed", "--gone"], "give --changed or --gone, not both"),
        (["en:1", "--since", "7d"], "--since needs --changed or --gone"),
        (["--changed", "--since", "last week"], "--since must be a day such as 2024-04-20, today, yesterday or 7d"),
        (["--gone", "--since", "2024-4-1"], "--since must be a day such as 2024-04-20, today, yesterday or 7d"),
    ],
)
def test_wrong_use_is_one_line(history: History, arguments: list[str], message: str) -> None:
    run = history(*arguments)
    assert run.status == 2
    assert run.out == ""
    assert run.err.count("\n") == 1
    assert message in run.error()


def test_a_reader_that_has_enough_ends_it_in_silence(archive: Archive) -> None:
    for number in range(60):
        record(archive, article(articleBody=f"{number} " * 3000, metadata=Metadata(dateDownloaded=SEEN)))
    data = f"DATA_DIR={Path(archive.name).parent}"
    line = f"{sys.executable} -m scrapy history en:1 --json -s {data} | head -c 9"
    done = subprocess.run(line, cwd=ROOT, shell=True, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ('{"id":"en', "")
