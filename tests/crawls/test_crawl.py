"""`scrapy crawl articles` on the replica: what it reads, its arguments, and its errors."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mayadeen.crawl.scope import read_scope
from mayadeen.site.address import slug
from mayadeen.site.dates import BEIRUT
from tests.conftest import Run, asked, paragraphs, truths
from tests.replica import Site, make_site, serve, truth

Crawl = Callable[..., Run]


@pytest.mark.parametrize("theme", ["north", "south", "delta", "mixed"])
def test_every_article_once_in_every_theme(crawl: Crawl, theme: str) -> None:
    with serve(articles=60, theme=theme, page_kb=60) as origin:
        run = crawl(origin)
        said = {each["id"]: each for each in truths(origin)}
        requests = asked(origin)
    assert run.status == 0, run.err
    lines = {line["id"]: line for line in run.lines()}
    assert sorted(line["id"] for line in run.lines()) == sorted(said)
    for article_id, line in lines.items():
        expected = said[article_id]
        assert line["canonicalUrl"] == expected["canonicalUrl"]
        assert paragraphs(line, expected) == expected["blocks"]
        assert line["version"] == 1
        assert line["changedFields"] == []
        assert line["metadata"]["firstSeen"] == line["metadata"]["dateDownloaded"]
        assert line["metadata"]["discoveredFrom"].startswith(origin)
    related = [(each["sourceId"], each["targetUrl"]) for each in run.lines("related.jsonl")]
    assert len(related) == len(set(related))
    assert len(related) == sum(len(line["relatedLinks"]) for line in lines.values())
    assert requests["kinds"]["article"] <= 66, "an article was asked for twice"
    assert requests["kinds"].get("duplicate-host", 0) == 0


def test_the_default_feeds_lie_in_the_data_directory(crawl: Crawl, tmp_path: Path) -> None:
    with serve(articles=12, page_kb=40) as origin:
        run = crawl(origin, feeds=False)
    assert run.status == 0, run.err
    names = sorted(path.name.split("-")[0] for path in (tmp_path / "data" / "feeds").iterdir())
    assert names == ["articles", "related"]


def ids(run: Run) -> set[str]:
    found = [line["id"] for line in run.lines()]
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (["-a", "sections=politics"], lambda each: each["section"] == "politics"),
        (["-a", "sections=Opinion, video-features"], lambda each: each["section"] in ("opinion", "video-features")),
        (["-a", "tags=syria"], lambda each: "syria" in [slug(tag["name"]) for tag in each["tags"]]),
        (
            ["-a", "tags=isis", "-a", "sections=economy"],
            lambda each: each["section"] == "economy" or "isis" in [slug(tag["name"]) for tag in each["tags"]],
        ),
        (
            ["-a", "tags=syria", "-a", "sections=politics", "-a", "match=all"],
            lambda each: each["section"] == "politics" and "syria" in [slug(tag["name"]) for tag in each["tags"]],
        ),
    ],
)
def test_sections_and_tags_bound_the_crawl(crawl: Crawl, options: list[str], wanted: Callable[[Any], bool]) -> None:
    with serve(articles=80, page_kb=40) as origin:
        run = crawl(origin, *options)
        expected = {each["id"] for each in truths(origin) if wanted(each)}
    assert run.status == 0, run.err
    assert ids(run) == expected
    assert expected


def test_days_bound_the_crawl_and_the_months_it_asks_for(crawl: Crawl) -> None:
    with serve(articles=80, page_kb=40) as origin:
        said = truths(origin)
        days = sorted(each["datePublished"][:10] for each in said)
        since, until = days[30], days[50]
        run = crawl(origin, "-a", f"since={since}", "-a", f"until={until}")
        paths = asked(origin)["paths"]
    assert run.status == 0, run.err
    assert ids(run) == {each["id"] for each in said if since <= each["datePublished"][:10] <= until}
    months = [path for path in paths if path.startswith("/sitemaps/all/")]
    assert len(months) <= int(until[5:7]) - int(since[5:7]) + 12 * (int(until[:4]) - int(since[:4])) + 1


def test_days_are_counted_back_from_today_in_beirut() -> None:
    today = datetime.now(BEIRUT).date()
    scope = read_scope(since="7d", until="yesterday")
    assert (scope.since, scope.until) == (today - timedelta(days=7), today - timedelta(days=1))
    assert read_scope(since="today").since == today


def test_tags_are_found_without_sitemaps(crawl: Crawl) -> None:
    with serve(articles=60, page_kb=40, faults=["no-sitemaps"]) as origin:
        run = crawl(origin, "-a", "tags=syria")
        tagged = {each["id"] for each in truths(origin) if "syria" in [slug(tag["name"]) for tag in each["tags"]]}
    assert run.status == 0, run.err
    assert ids(run)
    assert ids(run) <= tagged


@pytest.mark.parametrize("fault", ["no-metadata", "broken-metadata", "broken-jsonld", "bare"])
def test_pages_without_some_metadata_are_read(crawl: Crawl, fault: str) -> None:
    with serve(articles=40, theme="mixed", page_kb=40, faults=[fault]) as origin:
        run = crawl(origin)
        said = {each["headline"]: each for each in truths(origin)}
    assert run.status == 0, run.err
    assert sorted(line["headline"] for line in run.lines()) == sorted(said)
    for line in run.lines():
        assert paragraphs(line, said[line["headline"]]) == said[line["headline"]]["blocks"]


def test_garbage_is_named_and_skipped(crawl: Crawl) -> None:
    with serve(articles=40, page_kb=40, faults=["garbage"]) as origin:
        run = crawl(origin, forked=False)
        said = {each["id"] for each in truths(origin)}
    assert run.status == 0, run.err
    assert ids(run) == said
    assert "page/unreadable" in run.err
    assert "unreadable page: " + origin in run.err
    peak = int(next(line for line in run.err.splitlines() if "memusage/max" in line).strip().rstrip(",").split(": ")[1])
    assert peak < 300 * 1024 * 1024


@pytest.mark.parametrize("fault", ["block", "challenge", "block-after=20"])
def test_a_refused_crawl_ends_early_and_says_so(crawl: Crawl, fault: str) -> None:
    with serve(articles=200, page_kb=40, faults=[fault]) as origin:
        run = crawl(origin)
        requests = sum(asked(origin)["kinds"].values())
    assert run.status == 3
    assert run.error().startswith("error: blocked: the site refuses this crawler")
    assert requests <= 30 + (20 if "after" in fault else 0)


def test_a_crawl_delay_is_kept(crawl: Crawl) -> None:
    with serve(articles=3, page_kb=40, faults=["crawl-delay=1"]) as origin:
        began = time.monotonic()
        run = crawl(origin, "-s", "CLOSESPIDER_PAGECOUNT=6")
        took = time.monotonic() - began
        requests = sum(asked(origin)["kinds"].values())
    assert run.status == 0, run.err
    # The minimum for so many requests, not a limit on speed.
    assert took >= 1 * (requests - 3)


WRONG = [
    (["-a", "edition=xx"], "edition must be one of en, ar, es, got 'xx'"),
    (["-a", "sections=nosuch"], "no section 'nosuch' in the en edition; there are: "),
    (["-a", "sections=,"], "sections must be names or slugs separated by commas, got ','"),
    (["-a", "tags=no-such-tag"], "nothing found for the tag 'no-such-tag'"),
    (["-a", "since=2024-13-01"], "since must be a day such as 2024-04-20, today, yesterday or 7d, got '2024-13-01'"),
    (["-a", "until=last week"], "until must be a day"),
    (["-a", "match=both"], "match must be one of any, all, got 'both'"),
    (["-a", "since=2024-02-02", "-a", "until=2024-02-01"], "since (2024-02-02) is after until (2024-02-01)"),
    (["-a", "colour=red"], "unknown argument 'colour'"),
    (["-a", "known=no"], "known must be one of skip, emit, refetch, got 'no'"),
    (["-s", "DATA_DIR=/proc/nowhere"], "DATA_DIR /proc/nowhere cannot be written"),
    (["-s", "SITE_ORIGIN=nonsense"], "SITE_ORIGIN must be an origin"),
    (["-s", "SITE_ORIGIN=http://127.0.0.1:9"], "nothing could be read from http://127.0.0.1:9"),
]


@pytest.fixture(scope="module")
def small() -> Any:
    with serve(articles=6, page_kb=40) as origin:
        yield origin


@pytest.mark.parametrize(("options", "message"), WRONG)
def test_wrong_use_is_one_clear_line(crawl: Crawl, small: str, options: list[str], message: str) -> None:
    run = crawl(small, *options)
    assert run.status != 0
    assert message in run.error()


def test_an_unknown_spider_is_named(scrapy: Callable[..., Run]) -> None:
    run = scrapy("crawl", "article")
    assert run.status == 2
    assert "no spider 'article'" in run.error()


def test_scrapyds_job_argument_is_taken(crawl: Crawl, small: str) -> None:
    assert crawl(small, "-a", "_job=1", "-s", "CLOSESPIDER_ITEMCOUNT=1").status == 0


def test_a_page_is_printed_as_its_feed_line_has_it(scrapy: Callable[..., Run], crawl: Crawl, tmp_path: Path) -> None:
    site = make_site(articles=6, page_kb=40)
    with serve(site) as origin:
        line = next(each for each in crawl(origin).lines() if each["articleBody"])
        with urllib.request.urlopen(line["url"]) as answer:
            (tmp_path / "page.html").write_bytes(answer.read())
        from_file = scrapy("page", str(tmp_path / "page.html"), "--url", line["url"])
        from_site = scrapy("page", line["url"])
        explained = scrapy("page", line["url"], "--explain")
    for run in (from_file, from_site):
        assert run.status == 0, run.err
        item = json.loads(run.out)
        for live in ("metadata", "relatedLinks", "shareCount"):
            item.pop(live)
        assert item == {name: value for name, value in line.items() if name in item}
    assert explained.out.splitlines()[0].split()[:2] == ["id", "metadata"]


def test_a_page_that_is_none_says_why(scrapy: Callable[..., Run], small: str, tmp_path: Path) -> None:
    run = scrapy("page", small + "/news/politics")
    assert (run.status, run.out) == (1, "")
    assert "is not an article" in run.error()
    run = scrapy("page", str(tmp_path / "missing.html"))
    assert run.status == 2
    assert "missing.html" in run.error()


def test_the_truth_speaks_of_all_kinds() -> None:
    site = Site(80, 1, "north", 40, {})
    kinds = {truth(site.article(index), site, "http://x")["articleType"] for index in range(site.size)}
    assert {"news", "opinion", "video", "gallery", "infographic", "feature", "analysis"} <= kinds
