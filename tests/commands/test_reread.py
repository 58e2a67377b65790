"""`scrapy reread`: the items of kept pages, read again without requests."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from mayadeen import warc
from mayadeen.crawl.rereading import Job, on_cores, pages_of, read_batch
from mayadeen.crawl.templates import TemplateReader
from mayadeen.site.address import site_of
from mayadeen.warc import PageWriter
from tests.conftest import Run
from tests.replica import ORIGIN, Site, render, serve

Command = Callable[..., Run]
LIVE = ("metadata", "version", "changedFields")


def keep(folder: Path, count: int = 12, *, theme: str = "mixed", extra: dict[str, bytes] | None = None) -> Path:
    """Write a WARC file with pages of the replica, under URLs of the real site. Return its path."""
    site = Site(count, theme=theme, page_kb=70)
    found = {
        ORIGIN + (article := site.article(index)).card.path: render(article, site=site).encode()
        for index in range(count)
    }
    writer = PageWriter(folder, site_of(ORIGIN), 10**9)
    for url, html in (found | (extra or {})).items():
        writer.write(HtmlResponse(url, headers={"Content-Type": "text/html"}, body=html), Request(url))
    writer.close()
    return writer.paths[0]


@pytest.fixture
def reread(scrapy: Command, tmp_path: Path) -> Command:
    """Return a function that runs `scrapy reread` into again.jsonl in the test's folder."""

    def run(*options: str, feed: str = "again.jsonl") -> Run:
        return scrapy("reread", "-s", f"DATA_DIR={tmp_path / 'data'}", "-O", str(tmp_path / feed), *options)

    return run


def content(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["id"]: {name: value for name, value in line.items() if name not in LIVE} for line in lines}


def test_the_items_are_those_of_the_crawl(crawl: Command, reread: Command, tmp_path: Path) -> None:
    with serve(articles=40, theme="mixed", page_kb=70) as origin:
        first = crawl(origin, "-s", "KEEP_PAGES=True", "-s", "KEEP_PAGES_SIZE=300000")
    assert first.status == 0, first.err
    # The site has stopped: no request is possible.
    run = reread("-O", f"{tmp_path / 'links.jsonl'}:related", "--against", str(tmp_path / "articles.jsonl"))
    assert run.status == 0, run.err
    assert content(run.lines("again.jsonl")) == content(run.lines())
    assert len(run.lines("links.jsonl")) == len(run.lines("related.jsonl"))
    assert all(line["metadata"]["dateDownloaded"] for line in run.lines("again.jsonl"))
    assert "40 items, 1 dropped" in run.out, "one was asked for under both of its slugs"
    assert "0 of 40 items differ; 0 only in the new feed, 0 only in the earlier one" in run.out
    lines = run.lines()
    lines[0]["headline"] = "Another"
    lines[1].update(id="en:1", headline="Another")
    lines[2].update(sources=[], headline="Another")
    (tmp_path / "before.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    compared = reread("--against", str(tmp_path / "before.jsonl"))
    assert compared.status == 0, compared.err
    assert "2 of 39 items differ: headline 2" in compared.out
    assert "; 1 only in the new feed, 1 only in the earlier one" in compared.out


def test_the_default_feeds_take_its_name(scrapy: Command, tmp_path: Path) -> None:
    run = scrapy("reread", str(keep(tmp_path)), "-s", f"DATA_DIR={tmp_path / 'data'}")
    assert run.status == 0, run.err
    names = sorted(path.name.split("-")[:2] for path in (tmp_path / "data" / "feeds").iterdir())
    assert names == [["articles", "reread"], ["related", "reread"]]


def test_a_feed_on_stdout_is_nothing_but_lines(scrapy: Command, tmp_path: Path) -> None:
    run = scrapy("reread", str(keep(tmp_path, 3)), "-s", f"DATA_DIR={tmp_path / 'data'}", "-O", "-:jsonl")
    assert run.status == 0, run.err
    assert len([json.loads(line) for line in run.out.splitlines()]) == 3
    assert "reread 3 pages" in run.err


def test_what_is_no_article_is_told_apart(reread: Command, tmp_path: Path) -> None:
    extra = {
        ORIGIN + "/news/politics": b"<html><body><a href='/news/politics/some-long-slug-here'>A card</a></body></html>",
        ORIGIN + "/news/politics/some-binary-page": bytes(2000),
        "https://example.org/news/politics/another-site": b"<html></html>",
    }
    run = reread(str(keep(tmp_path, 4, extra=extra)))
    assert run.status == 0, run.err
    assert "reread 6 pages of 1 files (4 articles, 1 not articles, 1 unreadable): 4 items, 0 dropped" in run.out
    assert "not read: 1 other site" in run.out


def test_of_two_readings_the_newest_counts(reread: Command, tmp_path: Path) -> None:
    site = Site(2, page_kb=70)
    url = ORIGIN + site.article(0).card.path
    for began, request_no in (("2026-01-01T00-00-00", 0), ("2026-01-02T00-00-00", 9)):
        writer = PageWriter(tmp_path / "data" / "pages", site_of(url), 10**9)
        writer.began = began
        html = render(site.article(0), site=site, request_no=request_no).encode()
        writer.write(HtmlResponse(url, body=html, headers={"Content-Type": "text/html"}), Request(url))
        writer.close()
    names = [path.name for path in warc.kept_files(tmp_path / "data" / "pages")]
    assert names == ["en-2026-01-02T00-00-00-00001.warc.gz", "en-2026-01-01T00-00-00-00001.warc.gz"]
    run = reread()
    assert "1 items, 1 dropped" in run.out
    assert run.lines("again.jsonl")[0]["shareCount"] == site.article(0).shares + 27


def test_bad_files_cost_a_line_each_and_nothing_else(reread: Command, tmp_path: Path) -> None:
    good = keep(tmp_path / "good", 4)
    cut = keep(tmp_path / "cut", 4)
    cut.write_bytes(cut.read_bytes()[:-20_000])
    (tmp_path / "letter.warc.gz").write_text("Dear Sir")
    run = reread(str(cut), str(tmp_path / "letter.warc.gz"), str(good))
    assert run.status == 3
    errors = [line for line in run.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 2
    assert "is truncated in or after record" in errors[0]
    assert "letter.warc.gz is no WARC file" in errors[1]
    assert "Traceback" not in run.err
    assert len(run.lines("again.jsonl")) == 4


def test_a_feed_stays_if_no_article_could_be_read(reread: Command, tmp_path: Path) -> None:
    (tmp_path / "again.jsonl").write_text("an earlier feed")
    (tmp_path / "letter.warc.gz").write_text("Dear Sir")
    other = keep(tmp_path, 0, extra={"https://example.org/news/politics/another-site": b"<html></html>"})
    for file, message in ((tmp_path / "letter.warc.gz", "is no WARC file"), (other, "no article in these files")):
        run = reread(str(file))
        assert run.status == 3
        assert message in run.error()
        assert (tmp_path / "again.jsonl").read_text() == "an earlier feed"


def test_pages_of_a_mirror_are_read_with_its_origin(reread: Command, tmp_path: Path) -> None:
    mirror, site = "http://mirror.example:8080", Site(4, theme="north", page_kb=20)
    articles = map(site.article, (1, 2, 3))
    pages = {mirror + article.card.path: render(article, site=site).encode() for article in articles}
    file = keep(tmp_path, 1, extra=pages)  # as another program keeps them: nothing states their origin
    both = reread(str(file), "-s", f"SITE_ORIGIN={mirror}")
    assert both.status == 0, both.err
    assert {line["url"] for line in both.lines("again.jsonl")} > pages.keys()
    arabic = reread(str(file), "-s", f"SITE_ORIGIN={mirror}", "--edition", "ar")
    assert {line["edition"] for line in arabic.lines("again.jsonl") if line["url"] in pages} == {"ar"}
    own = reread(str(file))
    assert "not read: 3 other site" in own.out
    assert not {line["url"] for line in own.lines("again.jsonl")} & pages.keys()
    none = reread(str(keep(tmp_path, 0, extra=pages)))
    assert none.status == 3
    message = "no article in these files; -s SITE_ORIGIN= reads the pages of a mirror (3 are of other sites)"
    assert none.error() == f"error: nothing_read: {message}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-s", "SITE_ORIGIN=mirror", "README.md"], "SITE_ORIGIN must be an origin such as http://127.0.0.1:8000"),
        (["--edition", "fr", "README.md"], "edition must be one of en, ar, es, got 'fr'"),
        (["no/such/file"], "no/such/file does not exist"),
        ([], "no WARC files in"),
        (["-a", "edition=ar"], "reread takes no -a arguments"),
        (["--against", "missing.jsonl", "README.md"], "missing.jsonl: No such file"),
        (["--against", "README.md", "README.md"], "README.md, line 1: not a feed item"),
    ],
)
def test_wrong_use_is_one_clear_line(reread: Command, options: list[str], message: str) -> None:
    run = reread(*options)
    assert run.status == 2
    assert message in run.error()


async def all_of(job: Job, processes: int) -> tuple[list[str], Counter[str]]:
    ids: list[str] = []
    counts: Counter[str] = Counter()
    async for batch in on_cores(job, processes):
        ids += [article.id for article in batch.articles]
        counts += batch.counts + batch.source.apart
    return ids, counts


def test_processes_keep_the_order(tmp_path: Path) -> None:
    extra = {"https://example.org/news/politics/another-site": b"<html></html>"}
    files = [keep(tmp_path / name, 30, extra=extra) for name in "ab"]
    job = Job([*files], sum(file.stat().st_size for file in files), 10**6, {"en": None})
    alone = asyncio.run(all_of(job, 1))
    assert alone == asyncio.run(all_of(job, 2))
    assert alone[0] == 2 * alone[0][:30]
    assert alone[1]["page/article"] == 60
    assert alone[1]["other site"] == 2


def test_a_parser_that_fails_costs_one_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (source,) = pages_of(keep(tmp_path, 3), 10**6)
    found = source.pages
    read = TemplateReader.read

    def failing(reader: TemplateReader, page: Any, *rest: Any) -> Any:
        if page.url == found[1].url:
            raise IndexError("a case nobody foresaw")
        return read(reader, page, *rest)

    monkeypatch.setattr(TemplateReader, "read", failing)
    batch = read_batch(source, {"en": None})
    assert len(batch.articles) == 2
    assert batch.counts["page/failed"] == 1
    assert batch.lines == [f"the parser failed: {found[1].url} (IndexError('a case nobody foresaw'))"]


def test_it_says_how_far_it_is(scrapy: Command, tmp_path: Path) -> None:
    keep(tmp_path / "data" / "pages", 60)
    quick = ("-s", "LOGSTATS_INTERVAL=0.05", "-s", "LOG_LEVEL=INFO")
    run = scrapy("reread", "-s", f"DATA_DIR={tmp_path / 'data'}", "-O", str(tmp_path / "a.jsonl"), *quick)
    assert run.status == 0, run.err
    shares = re.findall(r"INFO: reread: \d+ pages, \d+ items, (\d+)%", run.err)
    assert shares
    assert [int(each) for each in shares] == sorted(int(each) for each in shares)
