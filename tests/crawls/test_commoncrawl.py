"""`scrapy crawl archived -a source=commoncrawl` from servers with WARC files of the replica."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.commoncrawl_server import PAGE, CommonCrawl, serve_crawls, write_record
from tests.conftest import Run, sqlite_file
from tests.web_archives import ARTICLES, Archived, asked, run_scrapy, settings, site_in_two_states

CRAWLS = ("CC-MAIN-2026-22", "CC-MAIN-2026-17")
EMPTY = "CC-MAIN-2026-12"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archived]:
    with site_in_two_states(tmp_path_factory.mktemp("kept")) as held:
        yield held


@pytest.fixture
def crawls(kept: Archived) -> Iterator[CommonCrawl]:
    """Serve three crawls: the site after the edit, the site before it, and one without the site."""
    query = f"{kept.address}/cdx?url={kept.origin}/&matchType=prefix&output=json"
    with urllib.request.urlopen(query) as answer:
        lines = [json.loads(row) for row in answer.read().decode().splitlines()]
    held: dict[str, list[dict[str, str]]] = {name: [] for name in (*CRAWLS, EMPTY)}
    for line in lines:
        name = CRAWLS[line["filename"].startswith("0-")]
        held[name].append({**line, "filename": f"crawl-data/{name}/segments/1/warc/{line['filename']}"})
    folder = kept.folder / "pywb" / "collections" / "site" / "archive"
    with serve_crawls(CommonCrawl(folder, held)) as served:
        yield served


@pytest.fixture
def archived(kept: Archived, crawls: CommonCrawl, tmp_path: Path) -> Callable[..., Run]:
    def run(*options: str) -> Run:
        feed = ["-O", str(tmp_path / "articles.jsonl")]
        given = [*feed, *settings(kept.origin, tmp_path / "data"), *crawls.settings, *options]
        done = run_scrapy("crawl", "archived", "-a", "source=commoncrawl", *given)
        return Run(done.status, done.out, done.err, tmp_path)

    return run


def test_the_articles_of_all_crawls_are_read(kept: Archived, crawls: CommonCrawl, archived: Callable[..., Run]) -> None:
    run = archived()
    assert run.status == 0, run.err
    lines = run.lines()
    held = {(line["id"], line["contentHash"]) for feed in kept.live for line in feed}
    assert {(line["id"], line["contentHash"]) for line in lines} == held
    assert len(lines) == ARTICLES + 1
    for line in lines:
        assert line["metadata"]["captureUrl"].startswith(f"{crawls.data}/crawl-data/CC-MAIN-2026-")
        assert "#bytes=" in line["metadata"]["captureUrl"]
        assert line["url"].startswith(kept.origin)
    assert "does not add up" not in run.err
    asked_for = [path for path in crawls.asked if "page=" in path]
    assert len(asked_for) == sum(-(-len(lines) // PAGE) for lines in crawls.crawls.values())


def test_requests_are_captures_and_index_pages_and_a_few(crawls: CommonCrawl, archived: Callable[..., Run]) -> None:
    run = archived()
    captures, pages = asked(run, "capture/article"), asked(run, "capture/index_pages")
    assert captures > ARTICLES
    assert len(crawls.asked) <= captures + pages + 3
    crawls.asked.clear()
    again = archived()
    assert again.status == 0, again.err
    assert len(crawls.asked) <= asked(again, "capture/index_pages") + 3


def test_crawls_from_before_the_days_asked_for_are_passed_over(
    crawls: CommonCrawl, archived: Callable[..., Run]
) -> None:
    crawls.crawls["CC-MAIN-2019-09"] = list(crawls.crawls[CRAWLS[0]])
    run = archived("-a", "since=2026-01-01", "-a", "plan=1")
    assert run.status == 0, run.err
    assert not [path for path in crawls.asked if "2019" in path]
    assert [path for path in crawls.asked if "from=20260101000000" in path]


def test_a_slow_down_is_obeyed(crawls: CommonCrawl, archived: Callable[..., Run]) -> None:
    crawls.trouble = "slow down"
    run = archived()
    assert run.status == 0, run.err
    assert asked(run, "retry_after/pauses") > 3
    assert len(run.lines()) == ARTICLES + 1


def test_a_crawl_goes_on_where_the_network_had_ended(crawls: CommonCrawl, archived: Callable[..., Run]) -> None:
    crawls.trouble = "down"
    broken = archived("-s", "RETRY_TIMES=0", "-s", "RETRY_AFTER_MIN=0.01", "-s", "RETRY_AFTER_MAX=0.1")
    assert broken.status == 3, broken.err
    lines, first = broken.lines(), asked(broken, "capture/article")
    assert first
    crawls.trouble = ""
    crawls.asked.clear()
    whole = archived()
    assert whole.status == 0, whole.err
    lines += whole.lines()
    assert len({(line["id"], line["contentHash"]) for line in lines}) == ARTICLES + 1
    assert len([path for path in crawls.asked if path.endswith(".gz")]) == asked(whole, "capture/article")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("half", "cannot be read: http 504"),
        ("html count", "returned '<!doctype html><title>Overloaded</title>', not a number of pages"),
        ("html page", "returned HTML, not an index"),
    ],
)
def test_a_crawl_whose_index_cannot_be_read_is_left_to_the_next_run(
    crawls: CommonCrawl, archived: Callable[..., Run], trouble: str, said: str
) -> None:
    crawls.trouble = trouble
    run = archived("-s", "RETRY_TIMES=0", "-s", "RETRY_AFTER_MIN=0.01")
    assert run.status == 0, run.err
    assert f"{CRAWLS[0]}-index {said}" in run.err
    assert asked(run, "capture/index_failed") > 0
    assert len(run.lines()) == ARTICLES
    crawls.trouble = ""
    assert len(archived().lines()) == 1


@pytest.mark.parametrize(
    ("trouble", "said"),
    [("html", "collinfo.json returned HTML, not a list of crawls"), ("robots", "robots.txt")],
)
def test_a_service_that_refuses_is_one_line(
    crawls: CommonCrawl, archived: Callable[..., Run], trouble: str, said: str
) -> None:
    crawls.trouble = trouble
    run = archived()
    assert run.status == 3
    assert said in run.error()


def test_a_server_without_ranges_is_not_read_to_its_end(crawls: CommonCrawl, archived: Callable[..., Run]) -> None:
    crawls.trouble = "no ranges"
    run = archived()
    assert run.status == 3
    assert asked(run, "downloader/response_bytes") < 200_000
    assert "larger than download max size" in run.error()
    crawls.trouble = ""
    assert len(archived().lines()) == ARTICLES + 1


def test_what_is_no_page_is_told_apart(
    kept: Archived, crawls: CommonCrawl, archived: Callable[..., Run], tmp_path: Path
) -> None:
    path = crawls.folder / "apart.warc.gz"
    path.unlink(missing_ok=True)
    address = f"{kept.origin}/news/politics/apart-"
    notice = b"<!doctype html><html><head><title>Not found</title></head><body><h1>Page not found</h1></body></html>"
    whole = notice.replace(b"Not found", b"Some page")
    records = {
        "redirect": write_record(path, f"{address}1", status="301 Moved"),
        "http 404": write_record(path, f"{address}2", status="404 Not Found", body=notice),
        "revisit": write_record(path, f"{address}3", type="revisit"),
        "truncated": write_record(path, f"{address}4", body=whole, WARC_Truncated="length"),
        "error_page": write_record(path, f"{address}5", body=notice),
        "other page": write_record(path, f"{address}6", body=whole) | {"url": f"{address}7"},
        "missing": write_record(path, f"{address}8") | {"filename": "crawl-data/none.warc.gz"},
    }
    cut = write_record(path, f"{address}9", body=whole)
    cut["length"] = str(int(cut["length"]) // 2)
    lines = {
        "other host": records["redirect"] | {"url": "https://example.org/news/politics/apart"},
        "redirect": records["redirect"] | {"status": "302"},
        "revisit": records["redirect"] | {"mime": "warc/revisit"},
        "truncated": records["truncated"] | {"truncated": "length"},
        "no location": records["redirect"] | {"offset": ""},
        "no time": records["redirect"] | {"timestamp": "2026"},
    }
    crawls.crawls = {CRAWLS[0]: [*records.values(), cut, *lines.values()]}
    run = archived()
    for name in records:
        assert asked(run, f"capture/{name}") == (2 if name == "truncated" else 1), (name, run.err)
    for name in lines:
        assert asked(run, f"capture/skipped/{name}") == 1, name
    assert run.lines() == []


BROKEN = {
    "no location": [
        {"length": "0"},
        {"length": "-5"},
        {"offset": "-1"},
        {"filename": ""},
        {"filename": "crawl-data/a.warc.gz#bytes=0-9"},
        {"filename": "crawl-data/\ud800.warc.gz"},
    ],
    "no time": [
        {"timestamp": "99991231235959"},
        {"timestamp": "00010101000000"},
        {"timestamp": "2026050110000"},
        {"timestamp": "2026050110000\u0662"},
    ],
    "other status": [{"status": "\u202e200"}, {"status": "-1"}],
}
"""Reason -> values of a foreign server that are none."""


def test_broken_values_of_an_index_cost_their_line_only(crawls: CommonCrawl, archived: Callable[..., Run]) -> None:
    line = crawls.crawls[CRAWLS[0]][0]
    lines = [line | broken for each in BROKEN.values() for broken in each]
    crawls.crawls = {CRAWLS[0]: [*lines, line | {"digest": "\ud800\0", "url": line["url"] + "#bytes=0-9"}]}
    run = archived("-a", "since=2020-01-01")
    assert run.status == 0, run.err
    assert "Traceback" not in run.err
    for reason, each in BROKEN.items():
        assert asked(run, f"capture/skipped/{reason}") == len(each), reason
    assert len([path for path in crawls.asked if path.endswith(".gz")]) == 1
    assert len(run.lines()) == 1


def test_a_record_is_no_larger_than_any_other_page(
    crawls: CommonCrawl, archived: Callable[..., Run], tmp_path: Path
) -> None:
    path = crawls.folder / "large.warc.gz"
    path.write_bytes(b"x" * 3_000_000)
    line = crawls.crawls[CRAWLS[0]][0] | {"filename": f"crawl-data/{path.name}", "offset": "0"}
    crawls.crawls = {CRAWLS[0]: [line | {"length": str(size), "digest": str(size)} for size in (1, 10**12)]}
    crawls.trouble = "no ranges"
    assert archived("-a", "plan=1").status == 0
    with sqlite_file(tmp_path / "data" / "archive.sqlite3") as db:  # as recorded by an earlier version of this program
        db.execute("UPDATE captures SET url = replace(url, '#bytes=0-0', '#bytes=0--1')")
    run = archived("-s", "DOWNLOAD_MAXSIZE=100000", "-s", "RETRY_TIMES=0")
    assert asked(run, "downloader/response_bytes") < 10_000
    assert run.err.count("larger than download max size") >= 2
