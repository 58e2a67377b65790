"""What is recorded as complete, and so skipped by later crawls: only months and listings read to their true end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Run
from tests.crawls.test_oddities import ALL, ONE, PATHS, Routes, headlines, listing, serve, site

Crawl = Callable[..., Run]

NOTICE = "<!doctype html><html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>"


def done(run: Run) -> Run:
    assert run.status == 0, run.err
    return run


# --- Months ----------------------------------------------------------------------------------------------------------

NEWEST, OLD, OTHER = "/sitemaps/sitemap-2024-3.xml", "/sitemaps/sitemap-2024-1.xml", "/sitemaps/sitemap-2024-2.xml"


def index(origin: str, *paths: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{origin}{path}</loc></sitemap>' for path in paths)}</sitemapindex>"


def month(origin: str, *paths: str) -> str:
    return f"<urlset>{''.join(f'<url><loc>{origin}{path}</loc></url>' for path in paths)}</urlset>"


def counted(pages: Routes) -> list[str]:
    """The paths that are requested from now on."""
    paths: list[str] = []

    def counting(path: str, page: Any) -> Callable[[Any], Any]:
        def answer(handler: Any) -> Any:
            paths.append(path)
            return page(handler) if callable(page) else page

        return answer

    pages.update({path: counting(path, page) for path, page in pages.items()})
    return paths


def with_months(origin: str, pages: Routes, *paths: str) -> None:
    """One article is on the listing, one in the newest month, one in an old month that the test adds."""
    pages.update({"/": listing(PATHS[0]), "/news/politics": listing(PATHS[0])})
    pages.update({"/sitemaps/all.xml": index(origin, NEWEST, *paths), NEWEST: month(origin, PATHS[1])})


def elsewhere(handler: Any) -> None:
    handler.answer(302, "", Location=NEWEST)


BAD_MONTHS: dict[str, Callable[[str], Any]] = {
    "a notice": lambda origin: NOTICE,
    "cut before its first article": lambda origin: f"<urlset><url><loc>{origin}{PATHS[2][:-9]}</loc>{' ' * 99}/>",
    "empty": lambda origin: "<urlset></urlset>",
    "an index": lambda origin: index(origin, "/sitemaps/missing.xml"),
    "a temporary redirect to another month": lambda origin: elsewhere,
}


@pytest.mark.parametrize("bad", BAD_MONTHS)
def test_a_past_month_that_was_not_read_is_read_by_the_next_crawl(crawl: Crawl, bad: str) -> None:
    pages = site()
    with serve(pages) as origin:
        with_months(origin, pages, OLD)
        pages[OLD] = BAD_MONTHS[bad](origin)
        found = headlines(done(crawl(origin, *ONE)))
        pages[OLD] = month(origin, PATHS[2])
        then = headlines(done(crawl(origin, *ONE)))
        paths = counted(pages)
        done(crawl(origin, *ONE))
    assert len(found) == 2
    assert then == ALL
    assert OLD not in paths, "a past month that was read is complete"
