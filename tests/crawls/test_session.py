"""The shared state of a crawl: other ways to start it, and settings of a user that replace components."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.conftest import QUICK, ROOT, Run, asked, feed_lines, sqlite_file
from tests.replica import serve
from tests.small_site import ALL, ONE, headlines, site
from tests.small_site import serve as serve_pages

Crawl = Callable[..., Run]

SCRIPT = """
import sys
from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings
settings = get_project_settings()
settings.setdict(dict(each.split("=", 1) for each in sys.argv[1:]), "cmdline")
process = CrawlerProcess(settings)
process.crawl("articles")
process.start()
"""


def test_robots_txt_is_asked_for_once_and_names_the_sitemaps(crawl: Crawl) -> None:
    with serve(articles=20, page_kb=20) as origin:
        run = crawl(origin)
        paths = asked(origin)["paths"]
    assert run.status == 0, run.err
    assert paths["/robots.txt"] == 1
    assert sum("/sitemaps/" in path for path in paths) > 1
    assert len(run.lines()) == 20


def test_sitemaps_are_found_without_obeying_robots_txt(crawl: Crawl) -> None:
    with serve(articles=20, page_kb=20) as origin:
        run = crawl(origin, "-s", "ROBOTSTXT_OBEY=False", "-s", "LISTING_MAX_PAGES=0")
        paths = asked(origin)["paths"]
    assert run.status == 0, run.err
    assert len(run.lines()) == 20
    assert paths["/robots.txt"] == 1


def test_one_wrong_byte_in_robots_txt_costs_no_rule(crawl: Crawl) -> None:
    pages = site()
    pages["/robots.txt"] = lambda handler: handler.answer(
        200, b"# caf\xe9\nUser-agent: *\nDisallow: /news/politics/\n", Content_Type="text/plain"
    )
    with serve_pages(pages) as origin:
        run = crawl(origin, *ONE)
    assert headlines(run) == set()
    assert "3 refused" in run.err


def test_a_plain_crawler_process_records_delivers_and_closes(tmp_path: Path) -> None:
    with serve(articles=12, page_kb=20) as origin:
        settings = [*QUICK, f"SITE_ORIGIN={origin}", f"DATA_DIR={tmp_path}"]
        for count in (12, 12):
            done = subprocess.run(
                [sys.executable, "-c", SCRIPT, *settings], cwd=ROOT, capture_output=True, text=True, check=True
            )
            assert len(feed_lines(tmp_path)) == count, done.stderr
    assert not list(tmp_path.glob("*-wal")), "the archive is closed"
    with sqlite_file(tmp_path / "archive.sqlite3") as db:
        crawls = db.execute("SELECT reason, ended IS NOT NULL, tally FROM crawls").fetchall()
        assert [each[:2] for each in crawls] == [("finished", 1)] * 2
        assert json.loads(crawls[0][2])["found"]["new"] == 12
        assert db.execute("SELECT count(*) FROM lines WHERE delivered IS NULL").fetchone() == (0,)


def test_components_of_a_user_leave_ours_in_place(crawl: Crawl) -> None:
    own = json.dumps({"scrapy.extensions.memusage.MemoryUsage": 1})
    with serve(articles=12, page_kb=20) as origin:
        first = crawl(origin, "-s", f"EXTENSIONS={own}", "-s", "ADDONS={}", "-s", "ITEM_PIPELINES={}")
        assert len(first.lines()) == 12, first.err
        agents = asked(origin)["agents"]
        again = crawl(origin, "-s", f"EXTENSIONS={own}", "-a", "known=skip")
    assert first.status == again.status == 0, first.err
    assert again.lines() == [], "what was stored is marked as delivered"
    assert [agent.partition("/")[0] for agent in agents] == ["mayadeen"]
    assert "articles: 12 emitted" in first.err


def test_a_component_that_a_user_turns_off_is_off(crawl: Crawl) -> None:
    off = json.dumps({"mayadeen.extensions.Tally": None})
    with serve_pages(site()) as origin:
        run = crawl(origin, *ONE, "-s", f"EXTENSIONS={off}")
    assert headlines(run) == ALL
    assert "found 3 articles" not in run.err


def test_arguments_explain_themselves(scrapy: Crawl, tmp_path: Path) -> None:
    data = ("-s", f"DATA_DIR={tmp_path}")
    told = scrapy("crawl", "articles", "-a", "help=1", *data)
    assert told.status == 0
    assert "  -a since " in told.out
    assert "error" not in told.err
    wrong = scrapy("crawl", "articles", "-a", "section=politics", *data)
    assert "unknown argument 'section'; articles takes edition, sections, tags" in wrong.error()
