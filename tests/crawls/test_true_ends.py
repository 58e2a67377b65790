"""What is recorded as complete, and so skipped by later crawls: only months and listings read to their true end."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, sqlite_file
from tests.crawls.test_trust import age
from tests.small_site import ALL, ONE, PATHS, Routes, article, headlines, listing, serve, site

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


def test_months_to_check_again_are_chosen_among_those_of_the_crawl(crawl: Crawl, tmp_path: Path) -> None:
    years = [f"/sitemaps/sitemap-{year}-12.xml" for year in (2021, 2022)]
    pages = site()
    with serve(pages) as origin:
        with_months(origin, pages, OTHER, OLD, *years)
        pages.update({path: month(origin, PATHS[2]) for path in (OTHER, OLD, *years)})
        done(crawl(origin, *ONE))
        with sqlite_file(tmp_path / "data" / "archive.sqlite3") as db:
            db.execute("UPDATE months SET complete = 1")  # all are due again
        paths = counted(pages)
        done(crawl(origin, *ONE, "-a", "until=2022-12-31"))
    assert {path for path in paths if "sitemap-" in path} == set(years)


def test_the_number_of_months_to_check_again_is_that_of_all_indexes(crawl: Crawl, tmp_path: Path) -> None:
    pages = site()
    indexes = ["/sitemaps/one.xml", "/sitemaps/two.xml"]
    with serve(pages) as origin:
        pages["/robots.txt"] = "".join(f"Sitemap: {origin}{path}\n" for path in indexes)
        for path, year in zip(indexes, (2020, 2022), strict=True):
            months = [f"/sitemaps/sitemap-{year}-{number}.xml" for number in (3, 2, 1)]
            pages.update({each: month(origin, PATHS[2]) for each in months} | {path: index(origin, *months)})
        done(crawl(origin, *ONE))
        with sqlite_file(tmp_path / "data" / "archive.sqlite3") as db:
            db.execute("UPDATE months SET complete = 1")
        paths = counted(pages)
        done(crawl(origin, *ONE))
    assert len([path for path in paths if "sitemap-" in path]) == 2 + 2, "the newest of each, and MONTH_RECHECKS"


def test_months_that_are_read_at_the_second_try_are_complete(crawl: Crawl) -> None:
    pages = site()
    with serve(pages) as origin:
        with_months(origin, pages, OLD, OTHER)
        for path in (OLD, OTHER):
            answers = iter([NOTICE, month(origin, PATHS[2])])
            pages[path] = lambda handler, answers=answers: next(answers)
        found = headlines(done(crawl(origin, *ONE)))
        paths = counted(pages)
        done(crawl(origin, *ONE))
    assert found == ALL
    assert not {OLD, OTHER} & {*paths}


def test_sitemaps_that_robots_txt_names_describe_the_articles_that_were_read(crawl: Crawl) -> None:
    """The articles are known from a listing: what a sitemap says of their age is no reason to request them again."""
    edited = '<meta property="article:modified_time" content="2026-03-18T10:00:00+02:00">'
    pages = site(**{f"a{number}": article(number, edited) for number in range(3)})
    with serve(pages) as origin:
        pages["/robots.txt"] = "".join(f"Sitemap: {origin}/{number}.xml\n" for number in range(3))
        for number, path in enumerate(PATHS):
            entry = f"<url><loc>{origin}{path}</loc><lastmod>2026-03-19T10:00:00Z</lastmod></url>"
            pages[f"/{number}.xml"] = f"<urlset>{entry}</urlset>"
        done(crawl(origin, *ONE))
        paths = counted(pages)
        done(crawl(origin, *ONE))
    assert not {*PATHS} & {*paths}


@pytest.mark.parametrize("before", ["an article", "no article"])
def test_a_late_edit_that_cannot_be_read_is_read_by_the_next_crawl(crawl: Crawl, tmp_path: Path, before: str) -> None:
    pages = site()
    with serve(pages) as origin:
        with_months(origin, pages, OLD)
        pages[OLD] = month(origin, PATHS[2])
        if before == "no article":
            pages[PATHS[2]] = listing(*PATHS[:2])
        done(crawl(origin, *ONE))
        with sqlite_file(tmp_path / "data" / "archive.sqlite3") as db:
            db.execute("UPDATE months SET complete = 1")  # it is due again
        time.sleep(1)  # lastmod has no fractions
        now = datetime.now(UTC).isoformat(timespec="seconds")
        pages[OLD] = pages[OLD].replace("</loc>", f"</loc><lastmod>{now}</lastmod>")
        pages[PATHS[2]] = lambda handler: handler.answer(500, "")
        done(crawl(origin, *ONE))
        pages[PATHS[2]] = article(2).replace("six kilos", "nine kilos")
        lines = done(crawl(origin, *ONE)).lines()
    assert any("nine kilos" in line["articleBody"] for line in lines)


def test_a_month_that_changes_while_its_articles_are_read_is_read_again(crawl: Crawl) -> None:
    pages = site()
    with serve(pages) as origin:
        with_months(origin, pages, OLD)
        pages[OLD] = month(origin, PATHS[1])

        def changing(handler: Any) -> str:
            """The article of the month; meanwhile another one is added, and the index says so."""
            time.sleep(1)
            now = datetime.now(UTC).isoformat(timespec="seconds")
            pages[OLD] = month(origin, *PATHS[1:])
            pages["/sitemaps/all.xml"] = index(origin, NEWEST, OLD).replace(
                f"{OLD}</loc>", f"{OLD}</loc><lastmod>{now}</lastmod>"
            )
            time.sleep(1)
            return article(1)

        pages[NEWEST] = month(origin)
        pages[PATHS[1]] = changing
        done(crawl(origin, *ONE))
        found = headlines(done(crawl(origin, *ONE)))
    assert found == ALL


# --- Listings --------------------------------------------------------------------------------------------------------

LISTING = "/news/politics"
SIZE, LAST = 5, 5
"""Articles of a page of the listing, and its last page."""
IN_LAYOUT = f"""<!doctype html><html><head><title>Error</title></head>
<body><nav><a href="{LISTING}">Politics</a> <a href="/news/sports">Sports</a> <a href="/news/health">Health</a></nav>
<main><h1>Something went wrong</h1></main>
<aside><h3>Most Read</h3><a href="{PATHS[0]}">Ferry returns to the northern islands</a></aside></body></html>"""


def story(number: int, at: int) -> str:
    return f"{LISTING}/story-{number}-{at}-of-the-long-list"


def paged(handler: Any) -> str:
    """A page of the listing, with a link to the next one, or an article of it."""
    number = int(handler.path.partition("?page=")[2] or 1)
    cards = listing(*(story(number, at) for at in range(SIZE)))
    following = f'<a rel="next" href="{LISTING}?page={number + 1}">Next</a></main>'
    return cards.replace("</main>", following) if number < LAST else cards


def long_listing(last: int = LAST) -> Routes:
    """A site whose only source is a listing of several pages."""
    pages: Routes = {"/robots.txt": "User-agent: *\nDisallow:\n", "/": listing(), LISTING: paged}
    for number in range(1, last + 1):
        for at in range(SIZE):
            title = f"Story {number} {at} of the long list"
            text = f"<p>In chapter {number * 10 + at} of the list nobody could say who had written it.</p>" * 3
            date = '<meta property="article:published_time" content="2026-03-01T10:00:00+02:00">'
            body = f"<main><h1>{title}</h1>{text}</main>"
            page = f"<html><head><title>{title}</title>{date}</head><body>{body}</body></html>"
            pages[story(number, at)] = page
    return pages


def broken(page: int, answer: Any) -> Callable[[Any], Any]:
    """The listing with another answer for one of its pages."""

    def answered(handler: Any) -> Any:
        if not handler.path.endswith(f"?page={page}"):
            return paged(handler)
        return answer(handler) if callable(answer) else answer

    return answered


def to_front(handler: Any) -> None:
    handler.answer(302, "", Location="/elsewhere")


BAD_PAGES: dict[str, Any] = {
    "a notice": NOTICE,
    "a notice in the site's layout": IN_LAYOUT,
    "no page": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "a redirect to another page with cards": to_front,
}


@pytest.mark.parametrize("bad", BAD_PAGES)
def test_a_listing_with_one_bad_page_is_read_to_its_end_by_the_next_crawl(crawl: Crawl, bad: str) -> None:
    pages = long_listing() | {"/elsewhere": listing(*PATHS)}
    with serve(pages) as origin:
        pages[LISTING] = broken(3, BAD_PAGES[bad])
        first = done(crawl(origin, *ONE))
        found = len(first.lines())
        pages[LISTING] = paged
        second = len(done(crawl(origin, *ONE)).lines())
        paths = counted(pages)
        done(crawl(origin, *ONE))
    assert found == 2 * SIZE
    assert f"listing {origin}{LISTING} is incomplete after " in first.err
    assert second == LAST * SIZE
    assert paths.count(LISTING) == 1, "a listing that was read to its end is known"


@pytest.mark.parametrize("bad", ["a notice in the site's layout", "a redirect to another page with cards"])
def test_a_page_that_is_none_for_days_is_the_end_of_its_listing(crawl: Crawl, tmp_path: Path, bad: str) -> None:
    pages = long_listing() | {"/elsewhere": listing(*PATHS)}
    pages[LISTING] = broken(3, BAD_PAGES[bad])
    with serve(pages) as origin:
        done(crawl(origin, *ONE))
        age(tmp_path)
        done(crawl(origin, *ONE))
        paths = counted(pages)
        last = done(crawl(origin, *ONE))
    assert paths.count(LISTING) == 1, "the listing is complete"
    assert len(last.lines()) == 2 * SIZE


def test_a_page_with_too_many_links_is_read_to_its_end_by_a_later_crawl(crawl: Crawl) -> None:
    """LISTING_LINKS_MAX applies to each page, and what it leaves out is not taken to be read."""
    with serve(long_listing()) as origin:
        first = done(crawl(origin, *ONE, "-s", f"LISTING_LINKS_MAX={SIZE - 1}"))
        found = len(first.lines())
        then = len(done(crawl(origin, *ONE)).lines())
    assert found == LAST * (SIZE - 1)
    assert f"'bounded/LISTING_LINKS_MAX': {LAST}" in first.err
    assert then == LAST * SIZE


def test_a_listing_given_up_for_pages_without_articles_is_not_complete(crawl: Crawl) -> None:
    """When the site drops the links that lead to no articles, those behind them are read."""
    pages = long_listing(LAST + 1)
    pages |= {story(number, at): listing(PATHS[0]) for number in range(2, LAST + 1) for at in range(SIZE)}
    with serve(pages) as origin:
        first = done(crawl(origin, *ONE, "-s", "HEALTH_MIN_PAGES=100"))
        found = len(first.lines())
        done(crawl(origin, *ONE, "-s", "HEALTH_MIN_PAGES=100"))
        behind = listing(*(story(LAST + 1, at) for at in range(SIZE)))
        pages[LISTING] = broken(2, behind)
        then = len(done(crawl(origin, *ONE)).lines())
    assert "'listing/barren': 1" in first.err
    assert found == SIZE
    assert then == 2 * SIZE


@pytest.mark.usefixtures("chromium")
def test_a_notice_in_the_browser_is_not_the_end_of_a_listing(crawl: Crawl) -> None:
    more = (
        "<button id=m>Load more</button><script>document.getElementById('m').onclick=async()=>{"
        "document.querySelector('main').insertAdjacentHTML('beforeend',await(await fetch('/more')).text());"
        "document.getElementById('m').remove()}</script></main>"
    )
    first, second = ([story(number, at) for at in range(SIZE)] for number in (1, 2))
    shown = listing(*first).replace("</main>", more)
    pages = long_listing() | {LISTING: shown, "/more": listing(*second).partition("<main>")[2].partition("</main>")[0]}
    with serve(pages) as origin:
        answers = iter([shown, NOTICE])
        pages[LISTING] = lambda handler: next(answers)
        found = len(done(crawl(origin, *ONE)).lines())
        pages[LISTING] = shown
        then = len(done(crawl(origin, *ONE)).lines())
    assert found == SIZE
    assert then == 2 * SIZE
