"""Listings with several pages: by links, and with the button in a browser. Most replicas here have no sitemaps."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mayadeen import __version__
from mayadeen.site.address import slug
from tests.conftest import QUICK, ROOT, Run, as_options, asked, post, truths
from tests.replica import serve

Crawl = Callable[..., Run]
BOTH = ("-a", "sections=politics", "-a", "tags=syria")


def wanted(origin: str) -> set[str]:
    """Return the ids of the articles that the options `BOTH` select."""
    said = truths(origin)
    return {
        each["id"]
        for each in said
        if each["section"] == "politics" or "syria" in [slug(tag["name"]) for tag in each["tags"]]
    }


def ids(run: Run) -> list[str]:
    return sorted(line["id"] for line in run.lines())


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize(
    ("design", "theme", "word"),
    [
        ("page", "north", "Load more"),
        ("offset", "south", "Show older stories"),
        ("last-id", "delta", "Go back in time"),
        ("scroll", "north", ""),
    ],
)
def test_a_listing_is_read_to_its_end_in_a_browser(crawl: Crawl, design: str, theme: str, word: str) -> None:
    faults, words = ["no-sitemaps", f"more={design}"], [f"load_more={word}"]
    with serve(articles=50, page_kb=40, theme=theme, faults=faults, words=words) as origin:
        run = crawl(origin, *BOTH)
        expected, requests = wanted(origin), asked(origin)
    assert run.status == 0, run.err
    assert ids(run) == sorted(expected)
    assert len(expected) > 3 * 5, "no depth"
    assert requests["kinds"]["more"] >= 4
    assert list(requests["agents"]) == [f"mayadeen/{__version__}"], "the browser does not say who it is"
    assert max(count for path, count in requests["paths"].items() if path != "/listing-part") <= 2
    assert "asset" not in requests["kinds"], "pictures are loaded"


def test_next_links_are_followed_without_a_browser(crawl: Crawl, tmp_path: Path) -> None:
    with serve(articles=50, page_kb=40, faults=["no-sitemaps", "more=next"]) as origin:
        run = crawl(origin, "-a", "sections=politics", "-a", "known=skip", feeds=False)
        expected = {each["id"] for each in truths(origin) if each["section"] == "politics"}
        first = asked(origin)["kinds"]
        post(origin, "/_reset")
        again = crawl(origin, "-a", "sections=politics", "-s", "RECHECK_AGES=", feeds=False)
        second = asked(origin)["kinds"]
    assert run.status == again.status == 0, run.err + again.err
    assert first["listing"] == 1 + -(-len(expected) // 5)
    assert first["article"] >= len(expected)
    assert f"{len(expected)} articles on" in run.err
    assert "browser/" not in run.err
    # The front page and the first page of the listing show only known articles.
    assert second["listing"] == 2
    assert "article" not in second


def test_a_later_crawl_goes_only_as_deep_as_there_is_news(crawl: Crawl) -> None:
    with serve(articles=60, page_kb=40, faults=["no-sitemaps", "more=next"]) as origin:
        options = ("-a", "sections=politics", "-s", "RECHECK_AGES=")
        first = crawl(origin, *options)
        whole = asked(origin)["kinds"]["listing"]
        post(origin, "/_reset")
        post(origin, "/_add?count=14")  # seven of politics: more than a page
        time.sleep(1)  # the archive stores whole seconds: new articles must be later
        second = crawl(origin, *options)
        requests = asked(origin)["kinds"]
        expected = sorted(each["id"] for each in truths(origin) if each["section"] == "politics")
    assert first.status == second.status == 0, first.err + second.err
    assert ids(second) == expected
    assert requests["listing"] == 2 + 3, "one page of news, half a page, and ten known ones in a row"
    assert whole > 6


def test_since_bounds_the_depth(crawl: Crawl) -> None:
    with serve(articles=60, page_kb=40, faults=["no-sitemaps", "more=next"]) as origin:
        said = [each for each in truths(origin) if each["section"] == "politics"]
        since = sorted(each["datePublished"][:10] for each in said)[-8]
        run = crawl(origin, "-a", "sections=politics", "-a", f"since={since}")
        requests = asked(origin)["kinds"]
    assert ids(run) == sorted(each["id"] for each in said if each["datePublished"][:10] >= since)
    assert requests["listing"] <= 2 + 3


def test_depths_that_sitemaps_tell_of_are_left_alone_and_others_are_not(crawl: Crawl) -> None:
    with serve(articles=60, page_kb=40, faults=["more=next", "no-keywords"]) as origin:
        whole = crawl(origin)
        everything = asked(origin)["kinds"]
        post(origin, "/_reset")
        later = crawl(origin, "-a", "sections=politics", "-a", "until=2020-01-01")
        nothing = asked(origin)["kinds"]
    with serve(articles=60, page_kb=40, faults=["more=next", "no-keywords"]) as origin:
        tagged = crawl(origin, "-a", "tags=syria", "-s", "DATA_DIR=" + str(whole.folder / "other"))
        expected = {each["id"] for each in truths(origin) if "syria" in [slug(tag["name"]) for tag in each["tags"]]}
    assert whole.status == later.status == tagged.status == 0, whole.err + later.err + tagged.err
    assert len(whole.lines("articles.jsonl")) > 0
    assert "listing/pages" not in whole.err, everything
    assert "listing/pages" not in later.err, nothing
    # Only the listing of the tag, not a sitemap, says which articles have it.
    assert ids(tagged) == sorted(expected)
    assert "'listing/pages': 1" in tagged.err


def test_an_ordinary_crawl_starts_no_browser(tmp_path: Path) -> None:
    with serve(articles=40, page_kb=40, faults=["more=page"]) as origin:
        command = [sys.executable, "-X", "importtime", "-m", "scrapy", "crawl", "articles", *BOTH]
        command += as_options(*QUICK, f"SITE_ORIGIN={origin}", f"DATA_DIR={tmp_path}")
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        requests = asked(origin)["kinds"]
    assert "scrapy.crawler" in run.stderr, "imports are not listed"
    assert "playwright" not in run.stderr, "the browser is paid for though it is not used"
    assert "more" not in requests


@pytest.mark.usefixtures("chromium")
def test_robots_txt_holds_for_what_the_button_asks_for(crawl: Crawl) -> None:
    with serve(articles=30, page_kb=40, faults=["no-sitemaps", "more=offset", "more-forbidden"]) as origin:
        run = crawl(origin, "-a", "sections=politics")
        requests = asked(origin)["kinds"]
    assert run.status == 0, run.err
    assert "more" not in requests
    assert f"listing {origin}/news/politics is incomplete" in run.err
    assert f"robots.txt forbids {origin}/listing-part" in run.err


@pytest.mark.usefixtures("chromium")
def test_bad_listings_are_bounded_and_named_and_the_others_go_on(crawl: Crawl) -> None:
    sections = "sections=politics,health,sports,palestine"
    with serve(articles=90, page_kb=40, faults=["no-sitemaps", "more=bad"]) as origin:
        run = crawl(origin, "-a", sections, "-a", "tags=syria", "-s", "DOWNLOAD_TIMEOUT=5")
        politics = {each["id"] for each in truths(origin) if each["section"] == "politics"}
        requests = asked(origin)["kinds"]
    assert run.status == 0, run.err
    assert politics <= set(ids(run)), "a good listing did not come to its end"
    for name, why in {
        "/news/health": "is incomplete after 0 further pages: its button loads nothing new",
        "/news/sports": "is incomplete after 0 further pages: http 500",
        "/region/palestine": "is incomplete after 0 further pages: no answer within 5 s",
        "/tags/syria": "given up after 4 further pages: its links are not articles",
    }.items():
        assert run.err.count(f"listing {origin}{name}") - run.err.count(f"listing {origin}{name}: 2") == 1, run.err
        assert f"listing {origin}{name}: {why}" in run.err or f"listing {origin}{name} {why}" in run.err, run.err
    assert "'listing/shallow': 3" in run.err
    assert "'listing/barren': 1" in run.err
    assert requests["more"] <= 30


def test_the_cap_is_counted_and_named(crawl: Crawl) -> None:
    with serve(articles=40, page_kb=40, faults=["no-sitemaps", "more=next"]) as origin:
        run = crawl(origin, "-a", "sections=politics", "-s", "LISTING_MAX_PAGES=2")
    assert run.status == 0, run.err
    assert f"listing {origin}/news/politics: given up after 2 further pages: LISTING_MAX_PAGES is reached" in run.err
    assert "'listing/capped': 1" in run.err


# --- The browser itself ----------------------------------------------------------------------------------------------


def test_without_a_browser_one_line_says_what_stays_shallow(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    with serve(articles=40, page_kb=40, faults=["no-sitemaps", "more=page"]) as origin:
        run = crawl(origin, "-a", "sections=politics,articles")
    assert run.status == 0, run.err
    lines = [line for line in run.err.splitlines() if "no browser is installed" in line]
    assert len(lines) == 1, run.err
    assert f"{origin}/news/politics, {origin}/articles" in lines[0]
    assert "apt-get install chromium" in lines[0]
    assert len(run.lines()) >= 5
    assert "Traceback" not in run.err


def family(pid: int) -> dict[int, str]:
    """Return the running descendants of a process, with their command lines."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = {}, [pid]
    while waiting:
        for child in parents.get(waiting.pop(), []):
            try:
                found[child] = (Path("/proc") / str(child) / "cmdline").read_text()
            except OSError:
                continue
            waiting.append(child)
    return found


def until(what: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not so within {seconds} s")


@contextmanager
def crawling(origin: str, folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Start a crawl of the politics listing. Yield it when its button has been pressed twice."""
    command = [sys.executable, "-m", "scrapy", "crawl", "articles", "-a", "sections=politics"]
    settings = (f"SITE_ORIGIN={origin}", f"DATA_DIR={folder / 'data'}", f"LOG_FILE={folder / 'log'}")
    command += ["-O", f"{folder}/a.jsonl", *as_options(*QUICK, *settings)]
    run = subprocess.Popen([*command, *options], cwd=ROOT, text=True)
    try:
        until(lambda: asked(origin)["kinds"].get("more", 0) >= 2)
        yield run
    finally:
        run.kill()
        run.wait()


def gone(processes: dict[int, str]) -> bool:
    return not any(
        (Path("/proc") / str(pid)).exists() and "Z" not in (Path("/proc") / str(pid) / "stat").read_text().split()[2]
        for pid in processes
    )


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize(("signum", "status"), [(signal.SIGTERM, 3), (signal.SIGKILL, -9)])
def test_no_process_is_left_behind(tmp_path: Path, signum: int, status: int) -> None:
    with (
        serve(articles=90, page_kb=40, faults=["no-sitemaps", "more=page"]) as origin,
        crawling(origin, tmp_path, "-s", "DOWNLOAD_DELAY=0.1") as run,
    ):
        processes = family(run.pid)
        assert any("chrom" in command for command in processes.values()), "there is no browser"
        run.send_signal(signum)
        assert run.wait(60) == status
        until(lambda: gone(processes))


@pytest.mark.usefixtures("chromium")
def test_a_browser_that_dies_loses_nothing_but_its_listing(tmp_path: Path) -> None:
    with (
        serve(articles=90, page_kb=40, faults=["no-sitemaps", "more=page"]) as origin,
        crawling(origin, tmp_path, "-s", "DOWNLOAD_DELAY=0.1", "-a", "sections=politics,health") as run,
    ):
        main = next(pid for pid, command in family(run.pid).items() if "--remote-debugging-pipe" in command)
        os.kill(main, signal.SIGKILL)
        assert run.wait(120) == 0
        health = {each["id"] for each in truths(origin) if each["section"] == "health"}
    log = (tmp_path / "log").read_text()
    assert f"listing {origin}/news/politics is incomplete after" in log
    assert "'listing/shallow': 1" in log
    feed = (tmp_path / "a.jsonl").read_text()
    assert feed.count("\n") >= 10 + len(health)
    assert all(f'"{each}"' in feed for each in health), "the next listing had no browser"
