"""Whole crawls of sites where an article is easily missed: it answers late, in another scope, or all at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mayadeen.archive import Archive
from mayadeen.crawl.scope import read_scope
from tests.conftest import Run, sqlite_file
from tests.crawls.test_true_ends import index
from tests.crawls.test_trust import age
from tests.small_site import ALL, ONE, PATHS, TEXTS, article, headlines, listing, serve, site
from tests.unit.test_archive import article as item
from tests.unit.test_archive import visit_to

Command = Callable[..., Run]
NEWS = ("-a", "known=skip")
"""Feeds get only what is new, changed, gone or back."""


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_new_article_that_fails_in_one_crawl_is_read_in_the_next(crawl: Command, status: int) -> None:
    pages = site(a1=lambda handler: handler.answer(status, ""))
    with serve(pages) as origin:
        first = headlines(crawl(origin, *ONE))
        pages[PATHS[1]] = article(1)
        second = headlines(crawl(origin, *ONE, *NEWS))
    assert first == ALL - {TEXTS[1][1]}
    assert second == {TEXTS[1][1]}


def test_an_address_without_an_article_is_left_alone_after_a_day(crawl: Command, tmp_path: Path) -> None:
    asked: list[str] = []

    def missing(handler: Any) -> None:
        asked.append(handler.path)
        handler.answer(404, "")

    with serve(site(a1=missing)) as origin:
        for _ in range(2):
            crawl(origin, *ONE)
        assert len(asked) == 2
        age(tmp_path)
        for _ in range(2):
            crawl(origin, *ONE)
    assert len(asked) == 3


def test_an_article_that_is_gone_and_still_listed_is_asked_for_once_a_day(crawl: Command, tmp_path: Path) -> None:
    pages = site()
    with serve(pages) as origin:
        crawl(origin, *ONE)
        pages[PATHS[1]] = lambda handler: handler.answer(404, "")
        lines = crawl(origin, *ONE, "-a", "known=refetch").lines()
        [gone] = [line for line in lines if line["metadata"]["gone"]]
        pages[PATHS[1]] = article(1)
        same_day = crawl(origin, *ONE, *NEWS).lines()
        age(tmp_path)
        [back] = crawl(origin, *ONE, *NEWS).lines()
        age(tmp_path)
        assert crawl(origin, *ONE, *NEWS).lines() == []
    assert same_day == []
    assert (back["id"], back["version"], back["metadata"]["gone"]) == (gone["id"], 1, None)


MONTHS = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{}</urlset>'
)


def with_months(pages: dict[str, Any], entries: dict[str, str]) -> Callable[[str], None]:
    """Adds an index of two months; the past one names these paths with their keywords. Call it with the origin."""

    def add(origin: str) -> None:
        rows = "".join(
            f"<url><loc>{origin}{path}</loc><lastmod>2024-01-20T10:00:00+00:00</lastmod>"
            f"<news:news><news:keywords>{words}</news:keywords></news:news></url>"
            for path, words in entries.items()
        )
        pages["/robots.txt"] = f"User-agent: *\nDisallow:\nSitemap: {origin}/sitemaps/all.xml\n"
        pages["/sitemaps/all.xml"] = index(
            origin, *(f"/sitemaps/sitemap-{month}.xml" for month in ("2026-4", "2024-1"))
        )
        pages["/sitemaps/sitemap-2026-4.xml"] = MONTHS.format("")
        pages["/sitemaps/sitemap-2024-1.xml"] = MONTHS.format(rows)

    return add


def test_a_tag_and_a_section_of_one_name_are_not_the_same(crawl: Command) -> None:
    other = PATHS[1].replace("politics", "economy")
    tag, section = '<meta name="keywords" content="Politics">', '<meta name="keywords" content="Gaza">'
    pages = site(a0=article(0, head=section)) | {other: article(1, head=tag)}
    pages.update({"/": listing(), "/news/politics": listing(PATHS[2])})
    add = with_months(pages, {PATHS[0]: "Gaza", other: "Politics"})
    with serve(pages) as origin:
        add(origin)
        first = headlines(crawl(origin, "-a", "tags=politics", *NEWS))
        second = headlines(crawl(origin, "-a", "sections=politics", *NEWS))
    assert first == {TEXTS[1][1]}
    assert second == {TEXTS[0][1], TEXTS[2][1]}, "the month is complete for the tag alone"


def test_limits_have_names_of_their_own() -> None:
    limits: list[dict[str, str]] = [
        {"sections": "politics"},
        {"tags": "politics"},
        {"sections": "politics", "tags": "syria"},
        {"sections": "politics", "tags": "syria", "match": "all"},
        {"sections": "politics", "shard": "1/3"},
    ]
    names = [read_scope(**each).name for each in limits]
    assert len(set(names)) == len(names)
    assert read_scope().name == ""


@pytest.mark.parametrize("days", [(), ("-a", "since=today")])
def test_a_tag_without_news_is_a_crawl_that_went_well(crawl: Command, days: tuple[str, ...]) -> None:
    pages = site(a0=article(0, head='<meta name="keywords" content="Syria">'))
    pages.update({"/": listing(), "/news/politics": listing()})
    add = with_months(pages, {PATHS[0]: "Syria"})
    with serve(pages) as origin:
        add(origin)
        first = headlines(crawl(origin, "-a", "tags=syria", *NEWS))
        second = crawl(origin, "-a", "tags=syria", *days, *NEWS)
    assert first == {TEXTS[0][1]}
    assert (second.status, second.lines()) == (0, []), second.err


@pytest.mark.parametrize("keywords", ["", "Gaza"])
def test_the_listing_of_a_tag_is_found_although_no_page_links_to_it(crawl: Command, keywords: str) -> None:
    paths = [path.replace("politics", "economy") for path in PATHS]
    pages = {path: article(number, head='<meta name="keywords" content="Syria">') for number, path in enumerate(paths)}
    pages |= {"/": listing(paths[0]), "/tags/syria": listing(*paths[:2], head="<title>Syria</title>")}
    pages["/tags/syria"] = pages["/tags/syria"].replace("<main>", "<main><h1>Syria</h1>")
    add = with_months(pages, {})
    with serve(pages) as origin:
        add(origin)
        pages["/sitemaps/sitemap-2026-4.xml"] = MONTHS.format(
            f"<url><loc>{origin}/news/health/an-article-that-is-not-there-at-all</loc>"
            f"<news:news><news:keywords>{keywords}</news:keywords></news:news></url>"
        )
        first = headlines(crawl(origin, "-a", "tags=syria", *NEWS))
        pages["/tags/syria"] = pages["/tags/syria"].replace(paths[0], paths[2])
        second = headlines(crawl(origin, "-a", "tags=syria", *NEWS))
    assert first == {TEXTS[0][1], TEXTS[1][1]}
    assert second == {TEXTS[2][1]}


def test_a_page_that_an_older_parser_has_read_is_asked_for_whole(crawl: Command, tmp_path: Path) -> None:
    statuses: list[int] = []

    def page(handler: Any) -> None:
        statuses.append(304 if handler.headers["If-None-Match"] else 200)
        handler.answer(statuses[-1], "" if statuses[-1] == 304 else article(0), ETag='"a"')

    with serve(site(a0=page)) as origin:
        for _ in range(2):
            crawl(origin, *ONE, "-a", "known=refetch")
        with sqlite_file(tmp_path / "data" / "archive.sqlite3") as db:
            db.execute("UPDATE articles SET parser = 'older'")
        for _ in range(2):
            crawl(origin, *ONE, "-a", "known=refetch")
    assert statuses == [200, 304, 200, 304]


def test_a_thousand_known_articles_are_all_asked_for_again(crawl: Command, tmp_path: Path) -> None:
    asked: list[str] = []

    def count(handler: Any) -> None:
        asked.append(handler.path)
        handler.answer(404, "")

    paths = [f"/news/politics/known-story-number-{number}" for number in range(1001)]
    pages = {"/robots.txt": "", "/": listing()} | dict.fromkeys(paths, count)
    with serve(pages) as origin:
        (tmp_path / "data").mkdir()
        with closing(Archive(tmp_path / "data" / "archive.sqlite3")) as archive:
            archive.begin("articles", "en", origin)
            for number, path in enumerate(paths):
                archive.record(item(id=f"en:{number}", url=origin + path), visit_to(path), [path])
        crawl(origin, *ONE, "-a", "known=refetch")
    assert sorted(asked) == sorted(paths)


def test_a_crawl_whose_feed_cannot_be_opened_has_ended(
    crawl: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    run = crawl("http://127.0.0.1:9", "-o", "s3://bucket/feed.jsonl", feeds=False)
    assert run.status != 0
    assert "AWS_ACCESS_KEY_ID" in run.error()
    with sqlite_file(tmp_path / "data" / "archive.sqlite3") as db:
        assert db.execute("SELECT count(*) FROM crawls WHERE ended IS NULL").fetchone() == (0,)
    assert not list((tmp_path / "data").glob("*-crawl-*.lock"))
