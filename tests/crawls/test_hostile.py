"""Hostile pages: no markup in text, valid feeds, no files outside the data directory, no open port."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mayadeen.extract.article import parse_article
from mayadeen.extract.cleaning import ALLOWED_TAGS
from tests.conftest import QUICK, ROOT, Run, as_options
from tests.replica import serve

INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\u200b\u2028\u202a-\u202e\ud800-\udfff]")
URL = "https://english.almayadeen.net/news/politics/a-story-of-the-harbor-and-the-rain"


def test_a_hostile_article_is_text_like_any_other(crawl: Callable[..., Run], tmp_path: Path) -> None:
    with serve(articles=12, page_kb=40, faults=["hostile"]) as origin:
        run = crawl(origin, "-O", str(tmp_path / "a.csv"), "-s", "LOG_LEVEL=DEBUG")
    assert run.status == 0, run.err
    assert "Traceback" not in run.err
    assert "--- Logging error ---" not in run.err
    (tmp_path / "articles.jsonl").read_bytes().decode("utf-8")
    lines = run.lines()
    found = {line["id"]: line for line in lines if line["id"] in ("en:900001", "en:900002", "en:900003")}
    assert len(found) == 3, "one post id is one article"
    assert len(lines) == 15
    first = found["en:900001"]
    assert first["headline"] == "=1+1 %(edition)s {0} of the sheet"
    assert first["datePublished"] is None, "no such year"
    for line in found.values():
        assert line["canonicalUrl"] == line["url"], "another host's address is not its own"
        assert line["url"].startswith(origin)
        assert not INVISIBLE.search(str(line))
        assert set(re.findall(r"<(\w+)", line["articleBodyHtml"])) <= ALLOWED_TAGS
        assert not re.findall(r"<\w+ (?!href=\"https?://)", line["articleBodyHtml"])
        assert line["links"] == []
        assert "&lt;script&gt; is a tag" in line["articleBodyHtml"]
        assert "<script> is a tag" in line["articleBody"]
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert "'=1+1 %(edition)s {0} of the sheet" in {row["headline"] for row in csv.DictReader(file)}
    outside = {path.name for path in tmp_path.iterdir()}
    assert outside == {"data", "articles.jsonl", "related.jsonl", "a.csv"}


@pytest.mark.parametrize("name", ["../../x", "..%2f..%2fx", "..\\x", "%2e%2e/x", "{0}%(x)s"])
def test_an_edition_cannot_be_a_path(crawl: Callable[..., Run], tmp_path: Path, name: str) -> None:
    run = crawl("http://127.0.0.1:9", "-a", f"edition={name}", feeds=False)
    assert run.status == 2
    assert "edition must be one of en, ar, es, got " in run.error()
    assert {path.name for path in tmp_path.iterdir()} <= {"data"}


@pytest.mark.parametrize(
    "fact",
    [
        '"title":"\\ud800 x"',
        '"title":["x"]',
        '"postid":{"a":1}',
        '"postid":"../1"',
        '"published_time":7',
        '"url":[1]',
        '"classes":"x"',
        '"author":[[[["x"]]]]',
        '"published_time":"9999-12-31"',
        '"keywords":{"a":"b"}',
    ],
)
def test_facts_of_the_wrong_kind_are_passed_over(fact: str) -> None:
    page = (
        f'<html><head><script id="tawsiyat-metadata">{{"type":"article",{fact}}}</script></head><body>'
        "<h1>A story of the rain</h1><p>By Ann Lee</p><p>It rained all day in the harbor.</p>"
    )
    article = parse_article(page, URL)
    assert article.headline in ("A story of the rain", "x")
    assert article.id.startswith("en:u-")
    assert article.canonicalUrl == URL
    assert article.datePublished is None


def test_a_running_crawl_listens_on_no_port(tmp_path: Path) -> None:
    with serve(articles=30, page_kb=40) as origin:
        settings = (f"SITE_ORIGIN={origin}", f"DATA_DIR={tmp_path}", *QUICK, "DOWNLOAD_DELAY=0.2")
        command = ["crawl", "articles", *as_options(*settings)]
        with subprocess.Popen(
            [sys.executable, "-m", "scrapy", *command], cwd=ROOT, stderr=subprocess.PIPE, text=True
        ) as run:
            assert run.stderr is not None
            for line in run.stderr:
                if "Spider opened" in line:
                    break
            listening = {
                row.split()[9]
                for table in ("tcp", "tcp6")
                for row in Path(f"/proc/{run.pid}/net/{table}").read_text().splitlines()[1:]
                if row.split()[3] == "0A"
            }
            opened = {str(each.readlink()) for each in Path(f"/proc/{run.pid}/fd").iterdir()}
            run.kill()
    assert any(name.startswith("socket:") for name in opened)
    assert not {f"socket:[{inode}]" for inode in listening} & opened
