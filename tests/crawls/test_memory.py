"""Repeated crawls: their requests, as counted by the replica, and their feeds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import QUICK, Run, as_options, asked, feed_lines, post, sqlite_file, truths
from tests.replica import make_site, serve

Crawl = Callable[..., Run]


def again(crawl: Crawl, origin: str, tmp_path: Path, *options: str) -> tuple[list[str], dict[str, int], Run]:
    """Crawl into the default feeds. Return the ids that were added, the requests by kind, and the run."""
    before = len(feed_lines(tmp_path / "data"))
    post(origin, "/_reset")
    run = crawl(origin, *options, feeds=False)
    assert run.status == 0, run.err
    lines = feed_lines(tmp_path / "data")[before:]
    return sorted(line["id"] for line in lines), asked(origin)["kinds"], run


def test_nothing_changed_costs_almost_nothing(crawl: Crawl, tmp_path: Path) -> None:
    with serve(articles=80, page_kb=20) as origin:
        first, _, _ = again(crawl, origin, tmp_path)
        second, kinds, run = again(crawl, origin, tmp_path)
    assert len(first) == 80
    assert second == []
    assert kinds.get("article", 0) == 0
    assert sum(kinds.values()) <= 30
    assert "known articles were skipped" in run.err
    assert "-a known=emit delivers them" in run.err


def test_only_what_is_new_or_changed_is_fetched(crawl: Crawl, tmp_path: Path) -> None:
    site = make_site(articles=200, page_kb=20)
    newest = max(site.by_month)
    listed = [index for index in site.by_month[newest] if site.card(index).kind == "news"]
    edited, redated, removed = listed[:5], listed[5], listed[6]
    with serve(site) as origin:
        again(crawl, origin, tmp_path)
        post(origin, "/_add?count=20")
        for index in edited:
            post(origin, f"/_edit?index={index}")
        post(origin, f"/_redate?index={redated}")
        post(origin, f"/_remove?index={removed}")
        given, kinds, run = again(crawl, origin, tmp_path)
        third, later, _ = again(crawl, origin, tmp_path)
    changed = [*edited, redated, removed, *range(200, 220)]
    assert given == sorted(f"en:{site.card(index).post_id}" for index in changed)
    assert kinds["article"] <= 27
    assert sum(kinds.values()) <= 57
    assert "found " in run.err
    assert "20 new, 6 changed" in run.err
    assert "1 gone" in run.err
    versions = {line["id"]: line for line in feed_lines(tmp_path / "data") if line["version"] == 2}
    assert len(versions) == 6
    assert versions[f"en:{site.card(redated).post_id}"]["changedFields"][0] == "datePublished"
    assert versions[f"en:{site.card(edited[0]).post_id}"]["changedFields"] == ["articleBody"]
    assert third == []
    assert later.get("article", 0) == 0, "a gone article is asked for once"


def test_a_late_edit_of_a_past_month_is_found(crawl: Crawl, tmp_path: Path) -> None:
    site = make_site(articles=160, page_kb=20)
    months = sorted(site.by_month)
    month = months[len(months) // 2]
    index = site.by_month[month][0]
    with serve(site) as origin:
        again(crawl, origin, tmp_path)
        post(origin, f"/_edit?index={index}")
        unseen, _, _ = again(crawl, origin, tmp_path)
        with sqlite_file(tmp_path / "data" / "archive.sqlite3") as db:  # as if more than a year had passed
            (kept,) = db.execute("SELECT count(*) FROM months").fetchone()
            db.execute("UPDATE months SET complete = complete - 40000000")
        found: list[str] = []
        for _ in range(kept // 2):
            given, kinds, _ = again(crawl, origin, tmp_path)
            found += given
            assert kinds.get("article", 0) == len(given)
            assert sum(kinds.values()) <= 32
    assert kept > 4
    assert unseen == [], "the index says nothing of it"
    assert found == [f"en:{site.card(index).post_id}"]
    with sqlite_file(tmp_path / "data" / "archive.sqlite3") as db:
        (oldest,) = db.execute("SELECT min(complete) FROM months").fetchone()
    assert oldest > time.time() - 1000, "a month was not checked again"


def test_coverages_are_sections(crawl: Crawl, scrapy: Callable[..., Run], tmp_path: Path) -> None:
    with serve(articles=60, page_kb=20) as origin:
        whole = crawl(origin)
        listed = scrapy("sections", "-s", f"DATA_DIR={tmp_path / 'data'}").out
        some = crawl(origin, "-a", "sections=ports-of-the-north")
    assert some.status == 0, some.err
    expected = {line["id"] for line in whole.lines() if line["coverage"] == "Ports of the north"}
    assert {line["id"] for line in some.lines()} == expected != set()
    assert re.search(r"^coverage +ports-of-the-north +/coverage/", listed, re.M)


def test_known_articles_are_given_from_the_archive(crawl: Crawl, tmp_path: Path) -> None:
    with serve(articles=60, page_kb=40) as origin:
        assert crawl(origin).status == 0
        post(origin, "/_edit?index=59")
        post(origin, "/_reset")
        run = crawl(origin)
        assert run.status == 0, run.err
        second, kinds = run.lines(), asked(origin)["kinds"]
        some = crawl(origin, "-a", "sections=politics").lines()
        skipped, _, _ = again(crawl, origin, tmp_path)
        emitted, _, _ = again(crawl, origin, tmp_path, "-a", "known=emit")
    ids = [line["id"] for line in second]
    assert len(ids) == len(set(ids)) == 60
    assert [line["version"] for line in second].count(2) == 1
    assert kinds["article"] == 1
    assert sorted(line["id"] for line in some) == sorted(each["id"] for each in second if each["section"] == "politics")
    assert skipped == []
    assert emitted == sorted(ids)


def test_all_is_asked_for_again_conditionally(crawl: Crawl, tmp_path: Path) -> None:
    with serve(articles=40, page_kb=40, faults=["conditional"]) as origin:
        again(crawl, origin, tmp_path)
        given, kinds, run = again(crawl, origin, tmp_path, "-a", "known=refetch")
        statuses = asked(origin)["statuses"]
    assert len(given) == 40
    assert 40 <= kinds["article"] <= 44
    assert statuses["304"] == kinds["article"]
    assert "'page/same': " in run.err
    assert "'page/article'" not in run.err


def test_a_bounded_crawl_goes_on_where_it_was(crawl: Crawl, tmp_path: Path) -> None:
    with serve(articles=60, page_kb=40) as origin:
        total = 0
        for _ in range(12):
            given, kinds, _ = again(crawl, origin, tmp_path, "-s", "CLOSESPIDER_ITEMCOUNT=15")
            total += kinds.get("article", 0)
            if not given:
                break
    ids = [line["id"] for line in feed_lines(tmp_path / "data")]
    assert len(ids) == len(set(ids)) == 60
    # The 8 requests that are in flight when a crawl is stopped may be repeated.
    assert total <= 60 + 5 * 8 + 4


def test_what_lies_outside_waits_for_a_crawl_that_wants_it(crawl: Crawl, tmp_path: Path) -> None:
    with serve(articles=60, page_kb=40) as origin:
        politics, _, _ = again(crawl, origin, tmp_path, "-a", "sections=politics")
        tagged, _, _ = again(crawl, origin, tmp_path, "-a", "tags=syria")
        rest, _, _ = again(crawl, origin, tmp_path)
        last, kinds, _ = again(crawl, origin, tmp_path, "-a", "tags=syria")
    assert politics
    assert tagged
    assert len({*politics, *tagged, *rest}) == len(politics) + len(tagged) + len(rest) == 60
    assert last == []
    assert kinds.get("article", 0) == 0


def test_without_sitemaps_articles_of_age_are_asked_for(crawl: Crawl, tmp_path: Path) -> None:
    with serve(articles=30, page_kb=40, faults=["no-sitemaps"]) as origin:
        shallow = ("-s", "LISTING_MAX_PAGES=0")
        first, _, _ = again(crawl, origin, tmp_path, *shallow)
        second, kinds, _ = again(crawl, origin, tmp_path, *shallow)
    assert first
    assert second == []
    assert kinds.get("article", 0) == 0


def test_an_appended_feed_grows_by_what_is_new(crawl: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "grows.jsonl"
    with serve(articles=20, page_kb=40) as origin:
        for _ in range(2):
            run = crawl(origin, "-o", str(target), feeds=False)
            assert run.status == 0, run.err
        post(origin, "/_add?count=3")
        last = crawl(origin, "-o", str(target), feeds=False)
    assert (len(run.lines("grows.jsonl")), len(last.lines("grows.jsonl"))) == (20, 23)
    assert not list(tmp_path.glob("*.part"))


def test_a_feed_that_cannot_be_stored_is_given_again(crawl: Crawl, tmp_path: Path) -> None:
    with serve(articles=12, page_kb=40) as origin:
        (tmp_path / "file").touch()
        failed = crawl(origin, "-o", f"{tmp_path / 'file'}/articles.jsonl", feeds=False)
        full = crawl(origin, "-o", "/dev/full:jsonl", feeds=False)
        given, kinds, _ = again(crawl, origin, tmp_path)
    assert failed.status == 4
    assert full.status == 4
    assert len(given) == 12
    assert kinds.get("article", 0) == 0


def test_pages_by_address(crawl: Crawl, scrapy: Callable[..., Run], tmp_path: Path) -> None:
    with serve(articles=12, page_kb=40) as origin:
        urls = [each["canonicalUrl"] for each in truths(origin)]
        (tmp_path / "urls.txt").write_text(f"# two of them\n{urls[2]}\n\n{urls[3]}\n{urls[2]}\n")
        common = as_options(f"SITE_ORIGIN={origin}", f"DATA_DIR={tmp_path / 'data'}", *QUICK)
        for arguments in (["-a", f"file={tmp_path / 'urls.txt'}"], ["-a", f"urls={urls[2]},{urls[5]}"]):
            run = scrapy("crawl", "pages", *arguments, *common, "-O", str(tmp_path / "articles.jsonl"))
            assert run.status == 0, run.err
            assert len(run.lines()) == 2
            assert {line["version"] for line in run.lines()} == {1}
        assert asked(origin)["kinds"]["article"] == 4
        given, _, _ = again(crawl, origin, tmp_path)
        assert len(given) == 9, "three are known"
        for arguments, message in (
            ([], "give URLs"),
            (["-a", "urls=http://elsewhere.example/news/politics/a-b-c-d"], "is not a URL of"),
            (["-a", "file=/no/such/file"], "/no/such/file"),
        ):
            run = scrapy("crawl", "pages", *arguments, *common)
            assert run.status == 2
            assert message in run.error()


def test_history_and_forgetting(crawl: Crawl, scrapy: Callable[..., Run], tmp_path: Path) -> None:
    data = ["-s", f"DATA_DIR={tmp_path / 'data'}"]
    site = make_site(articles=20, page_kb=40)
    with serve(site) as origin:
        again(crawl, origin, tmp_path)
        post(origin, "/_edit?index=19")
        given, _, _ = again(crawl, origin, tmp_path)
        edits = scrapy("history", "--changed", "--since", "2026-01-01", *data)
        history = scrapy("history", given[0], *data)
        url = next(line["url"] for line in feed_lines(tmp_path / "data") if line["id"] == given[0])
        assert scrapy("history", url, *data).out == history.out
        forgotten = scrapy("forget", url, *data)
        assert scrapy("history", given[0], *data).status == 2
        ids, kinds, _ = again(crawl, origin, tmp_path, "-a", "known=refetch")
    assert edits.out.split("\t")[1:4] == [given[0], "2", "articleBody"]
    assert "+articleBody: " in history.out
    assert "2 versions of" in forgotten.out
    assert len(ids) == 19
    assert kinds["article"] <= 21
    assert scrapy("history", "en:1", "-s", f"DATA_DIR={tmp_path / 'none'}").error()
    assert not (tmp_path / "none").exists()
