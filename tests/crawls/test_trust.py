"""Crawls of sites that hide or falsify articles: with errors, notices or paywalls, or on purpose."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from tests.conftest import Run, sqlite_file
from tests.small_site import (
    ALL,
    ONE,
    PATHS,
    REFETCH,
    TEXTS,
    Routes,
    article,
    headlines,
    listed,
    many,
    serve,
    site,
    stated,
    with_id,
    with_text,
)

Command = Callable[..., Run]
NEW = "/news/politics/glass-museum-under-a-new-slug"


class Spoil:
    """A pipeline that puts a value that no feed can write into one article."""

    def process_item(self, item: Any) -> Any:
        if item.headline == TEXTS[0][1]:
            item.section = object()
        return item


@dataclass
class Held:
    """A site whose three articles have the ids en:770 to en:772 and are in the archive."""

    origin: str
    pages: Routes
    crawl: Command
    """Crawls it again, with more options."""


@pytest.fixture
def held(crawl: Command) -> Iterator[Held]:
    pages = site() | stated(770, 771, 772)
    with serve(pages) as origin:
        again = partial(crawl, origin, *ONE)
        assert again().status == 0
        yield Held(origin, pages, again)


def claimant() -> str:
    """Return a page with the id, the headline and most of the text of the second article, for another address."""
    return with_id(1, 771).replace(TEXTS[1][2], f"{TEXTS[1][2]} in all this time")


def with_claimant(page: Any = None) -> Routes:
    """Return a page at NEW that claims to be the second article, and listings that show it first."""
    return {NEW: page or claimant(), **listed(NEW, *PATHS)}


def to_new(handler: Any) -> None:
    """Redirect to NEW."""
    handler.answer(301, "", Location=NEW)


def age(tmp_path: Path, days: float = 1) -> None:
    """Move the times in the archive back by some days and a minute."""
    with sqlite_file(tmp_path / "data" / "archive.sqlite3") as db:
        for column in ("doubts SET since = since", "articles SET checked = checked"):
            db.execute(f"UPDATE {column} - ?", (int(days * 86400) + 60,))


def by_path(run: Run) -> dict[str, tuple[str, int]]:
    """Return path -> id and version, of the last line of each article that is not gone."""
    last = {line["id"]: line for line in run.lines()}
    return {
        urlsplit(line["url"]).path: (line["id"], line["version"])
        for line in last.values()
        if line["metadata"]["gone"] is None
    }


SOFT = "Our readers keep this newsroom running every day, and so this story opens once you have chosen how to go on."


def test_a_text_shared_by_many_is_held_back_until_it_is_settled(crawl: Command, tmp_path: Path) -> None:
    paths, pages = many(12)
    true = dict(pages)
    for path in paths[:6]:
        pages[path] = with_text(pages[path], SOFT)
    with serve(pages) as origin:
        first = crawl(origin, *ONE)
        assert len(first.lines()) == 7
        pages.update(true)
        second = crawl(origin, *ONE, *REFETCH)
    assert first.status == 3
    assert "many_doubted: 5 of 12 articles have the text or the id of another one" in first.error()
    assert "5 doubted" in first.err
    assert second.status == 0, second.err
    texts = {line["articleBody"] for line in second.lines()}
    assert len(second.lines()) == 12
    assert not any("newsroom" in text for text in texts), "each was asked for again, the first as well"


def test_twins_are_given_once_they_are_seen_a_day_later(crawl: Command, tmp_path: Path) -> None:
    text = "Nobody had seen the lamps before, and they burned all night over the harbor."
    pages = site(a1=with_text(article(1), text), a2=with_text(article(2), text))
    with serve(pages) as origin:
        first, second = headlines(crawl(origin, *ONE)), headlines(crawl(origin, *ONE))
        age(tmp_path)
        third = headlines(crawl(origin, *ONE))
    assert len(first) == len(second) == 2
    assert third == ALL


NOTICES = [
    ("Page not found", "The page may have moved. Try the search, or one of the stories that follow below."),
    ("We value your privacy", "We and our partners store and access information on a device."),
    (None, "Subscribe to continue reading this article. Already a subscriber? Sign in to your account."),
]


@pytest.mark.parametrize(("title", "text"), NOTICES)
def test_a_notice_is_no_article_and_costs_none(crawl: Command, title: str | None, text: str) -> None:
    notice = with_text(article(0), text)
    pages = site(a0=notice.replace(TEXTS[0][1], title) if title else notice)
    with serve(pages) as origin:
        first, again = headlines(crawl(origin, *ONE)), headlines(crawl(origin, *ONE))
        pages[PATHS[0]] = article(0)
        last = headlines(crawl(origin, *ONE))
    assert first == again == ALL - {TEXTS[0][1]}
    assert last == ALL


def test_a_held_article_is_not_overwritten_by_a_notice(crawl: Command) -> None:
    pages = site()
    with serve(pages) as origin:
        crawl(origin, *ONE)
        pages[PATHS[0]] = with_text(article(0), NOTICES[2][1])
        for at in (1, 2):
            pages[PATHS[at]] = with_text(article(at), "This story opens once you have chosen how to go on.")
        run = crawl(origin, *ONE, *REFETCH)
    versions = {line["headline"]: line["version"] for line in run.lines()}
    assert set(versions.values()) == {1}


def test_many_pages_with_one_id_end_a_crawl_with_an_error(crawl: Command) -> None:
    paths, pages = many(12)
    for path in paths:
        pages[path] = pages[path].replace("</head>", '<meta name="postid" content="0"></head>')
    with serve(pages) as origin:
        run = crawl(origin, *ONE)
    assert run.status == 3
    assert "many_claimed: 11 of 12 articles state the id of another one" in run.error()


def test_a_page_that_states_a_forgotten_id_is_read_when_it_is_right(
    crawl: Command, scrapy: Command, tmp_path: Path
) -> None:
    pages = site() | stated(1000, 1001, 1002)
    with serve(pages) as origin:
        crawl(origin, *ONE)
        assert scrapy("forget", "en:1000", "-s", f"DATA_DIR={tmp_path / 'data'}").status == 0
        other = "/news/politics/lamps-burn-all-night-over-the-harbor"
        pages |= listed(*PATHS, other)
        page = with_id(1, 1000).replace(TEXTS[1][1], "Lamps burn all night").replace(TEXTS[1][2], "nobody at all")
        pages[other] = page
        wrong = headlines(crawl(origin, *ONE))
        pages[other] = page.replace('content="1000"', 'content="2009"')
        right = headlines(crawl(origin, *ONE))
    assert wrong == ALL - {TEXTS[0][1]}
    assert right == ALL - {TEXTS[0][1]} | {"Lamps burn all night"}


@pytest.mark.parametrize("mark", ["\x1b", "\u202e", "\n", "\ud800", "\x00"])
def test_one_string_breaks_no_feed(crawl: Command, tmp_path: Path, mark: str) -> None:
    date = json.dumps({"@type": "NewsArticle", "headline": TEXTS[0][1], "datePublished": f"2026-03-09{mark}10:00:00"})
    page = article(0).replace("</head>", f'<script type="application/ld+json">{date}</script></head>')
    paths = [tmp_path / f"all.{form}" for form in ("jsonl", "csv", "xml", "json")]
    with serve(site(a0=page)) as origin:
        run = crawl(origin, *ONE, *(word for path in paths for word in ("-O", str(path))), feeds=False)
    assert run.status == 0, run.err
    for path in paths:
        text = path.read_bytes().decode()
        assert mark == "\n" or mark not in text
        assert "2026-03-09\\" not in text
        assert all(title in text for title in ALL)
    assert len(etree.parse(tmp_path / "all.xml").getroot()) == 3


def test_nothing_of_a_server_is_obeyed_by_a_terminal(crawl: Command, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\x9b2J"

    def raw(status: str, header: str) -> Callable[[Any], None]:
        def answer(handler: Any) -> None:
            head = f"HTTP/1.1 {status}\r\n{header}\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno"
            handler.wfile.write(head.encode("latin-1"))

        return answer

    pages = site(
        a0=raw("403 Forbidden", f"Server: {evil}"),
        a1=raw("200 OK", f"Content-Encoding: {evil}"),
        a2=raw(f"503 {evil}", f"Retry-After: {evil}"),
    )
    with serve(pages) as origin:
        run = crawl(origin, *ONE, "-s", "BLOCK_LIMIT=1", "-s", "LOG_LEVEL=DEBUG")
    failed = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "data" / "failed").glob("*"))
    assert not set(run.err + failed) & set("\x1b\x07\x9b")
    assert "\\x1b" in run.err


@pytest.mark.parametrize("line", [b"X-%d: %d\r\n", b"%d %d and no end of it"])
def test_headers_without_end_are_a_failed_try(crawl: Command, line: bytes) -> None:
    taken: list[bool] = []

    def endless(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX: ")
        with suppress(OSError):
            for number in range(4000):
                handler.wfile.write(b"".join(line % (number * 1000 + at, at) for at in range(1000)))
            taken.append(True)
        handler.close_connection = True

    with serve(site(a0=endless)) as origin:
        run = crawl(origin, *ONE, forked=False)
    assert not taken, "the connection is closed before that"
    assert headlines(run) == ALL - {TEXTS[0][1]}
    assert ("headers of more than 256 KB" in run.err) == line.endswith(b"\n")
    (most,) = re.findall(r"'memusage/max': (\d+)", run.err)
    assert int(most) < 200_000_000


def test_a_damaged_row_costs_that_row_and_is_healed_when_its_page_is_read(crawl: Command, tmp_path: Path) -> None:
    with serve(site()) as origin:
        crawl(origin, *ONE)
        with sqlite_file(tmp_path / "data" / "archive.sqlite3") as db:
            db.execute("UPDATE lines SET json = x'00', delivered = NULL WHERE n = 1")
        damaged = crawl(origin, *ONE)
        without = headlines(damaged)
        healed = crawl(origin, *ONE, *REFETCH)
        whole = crawl(origin, *ONE)
    assert damaged.status == healed.status == 0, damaged.err
    assert len(without) == 2
    assert "the archive's line 1 is damaged" in damaged.err
    assert headlines(whole) == ALL
    assert "is damaged" not in whole.err


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_a_line_that_cannot_be_written_is_set_aside_and_blocks_none(crawl: Command, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"all.{form}"
    spoil = ("-s", 'ITEM_PIPELINES={"tests.crawls.test_trust.Spoil": 950}')
    with serve(site()) as origin:
        first = crawl(origin, *ONE, *spoil, "-O", str(path), feeds=False)
        text = path.read_text(encoding="utf-8")
        second = crawl(origin, *ONE, *spoil, "-O", str(path), "-a", "known=emit", feeds=False)
    assert first.status == 4
    assert " cannot be written " in first.err
    assert second.status == 0, "it is not tried again"
    for each in (text, path.read_text(encoding="utf-8")):
        lines = json.loads(each) if form == "json" else [json.loads(line) for line in each.splitlines()]
        assert {line["headline"] for line in lines} == ALL - {TEXTS[0][1]}


def test_a_removal_that_cannot_be_written_is_set_aside_too(crawl: Command) -> None:
    spoil = ("-s", 'ITEM_PIPELINES={"tests.crawls.test_trust.Spoil": 950}')
    pages = site()
    with serve(pages) as origin:
        assert headlines(crawl(origin, *ONE)) == ALL
        del pages[PATHS[0]]
        gone = crawl(origin, *ONE, *REFETCH, *spoil)
        again = crawl(origin, *ONE, *spoil, "-a", "known=skip")
    assert gone.status == 4, gone.err
    assert "en:" in gone.err
    assert " cannot be written " in gone.err
    assert again.status == 0, "it is not tried again"


# --- Post ids and addresses ------------------------------------------------------------------------------------------


def test_held_articles_keep_their_ids_when_the_site_states_wrong_ones_for_a_while(crawl: Command) -> None:
    pages = site()
    with serve(pages) as origin:
        for ids in ((770, 771, 772), (770, 770, 770), (772, 770, 771), (770, 771, 772)):
            pages.update(stated(*ids))
            run = crawl(origin, *ONE, *REFETCH)
            assert {line["headline"]: line["id"] for line in run.lines()} == {
                title: f"en:{770 + at}" for at, (_, title, _) in enumerate(TEXTS)
            }
            assert {line["version"] for line in run.lines()} == {1}


def test_the_last_line_tells_whether_an_article_is_there(crawl: Command, tmp_path: Path) -> None:
    pages = site()
    later = ("-a", "since=2026-06-01", *REFETCH)
    with serve(pages) as origin:
        crawl(origin, *ONE)
        page = pages.pop(PATHS[0])
        crawl(origin, *ONE, *later, "-o", str(tmp_path / "none.jsonl"), feeds=False)
        pages[PATHS[0]] = page.replace("forty", "fifty")
        crawl(origin, *ONE, *later, "-o", str(tmp_path / "none.jsonl"), feeds=False)
        run = crawl(origin, *ONE, "-o", str(tmp_path / "new.jsonl"), feeds=False)
        everything = crawl(origin, *ONE)
    (line,) = run.lines("new.jsonl")
    assert (line["version"], line["metadata"]["gone"]) == (2, None)
    assert headlines(everything) == ALL
    assert len(everything.lines()) == 3


def test_a_temporary_redirect_to_another_article_costs_none(crawl: Command) -> None:
    pages = site(a2=lambda handler: handler.answer(302, "", Location=PATHS[1]))
    with serve(pages) as origin:
        first = headlines(crawl(origin, *ONE))
        pages[PATHS[2]] = article(2)
        second = headlines(crawl(origin, *ONE, "-a", "known=emit"))
    assert len(first) == 2
    assert second == ALL


def test_a_copy_keeps_no_edit_of_the_original_back(crawl: Command, tmp_path: Path) -> None:
    pages, copy = site(), "/news/politics/copy-of-the-glass-museum-story"
    with serve(pages) as origin:
        crawl(origin, *ONE)
        pages[copy] = article(1).replace(TEXTS[1][1], "Another headline altogether here")
        pages |= listed(*PATHS, copy)
        crawl(origin, *ONE, *REFETCH)
        age(tmp_path)
        assert len(headlines(crawl(origin, *ONE, *REFETCH))) == 4
        pages[PATHS[1]] = article(1).replace(TEXTS[1][1], "Glass museum opens, corrected")
        run = crawl(origin, *ONE, *REFETCH)
    assert {line["headline"]: line["version"] for line in run.lines()}["Glass museum opens, corrected"] == 2


def test_another_wall_is_doubted_anew(crawl: Command, tmp_path: Path) -> None:
    pages = site()
    archive = tmp_path / "data" / "archive.sqlite3"
    with serve(pages) as origin:
        crawl(origin, *ONE)
        for text in ("One short wall stands here.", "Another wall, weeks later."):
            pages[PATHS[0]] = with_text(article(0), text)
            run = crawl(origin, *ONE, *REFETCH)
            assert {line["version"] for line in run.lines()} == {1}
            age(tmp_path)
        pages[PATHS[0]] = article(0)
        crawl(origin, *ONE, *REFETCH)
        with sqlite_file(archive) as db:
            assert db.execute("SELECT count(*) FROM doubts").fetchone() == (0,)


def test_forget_leaves_no_doubt_behind(crawl: Command, scrapy: Command, tmp_path: Path) -> None:
    pages = site()
    with serve(pages) as origin:
        crawl(origin, *ONE)
        pages[PATHS[0]] = with_text(article(0), "One short wall stands here.")
        crawl(origin, *ONE, *REFETCH)
        assert scrapy("forget", origin + PATHS[0], "-s", f"DATA_DIR={tmp_path / 'data'}").status == 0
    assert PATHS[0].encode() not in (tmp_path / "data" / "archive.sqlite3").read_bytes()


@pytest.mark.parametrize("change", ["gains", "loses"])
def test_a_site_that_gains_or_loses_its_post_ids_forges_none(crawl: Command, change: str) -> None:
    paths, pages = many(12)
    head = {path: f'<meta name="postid" content="77{at}"></head>' for at, path in enumerate(paths)}
    other = {path: pages[path].replace("</head>", head[path]) for path in paths}
    before, after = (pages, other) if change == "gains" else (other, {path: pages[path] for path in paths})
    served = pages | before
    with serve(served) as origin:
        first = {line["headline"]: line["id"] for line in crawl(origin, *ONE).lines()}
        served.update(after)
        run = crawl(origin, *ONE, *REFETCH)
    assert run.status == 0, run.err
    assert {line["headline"]: line["id"] for line in run.lines()} == first
    assert {line["version"] for line in run.lines()} == {1}
    assert "duplicate/claimed" not in run.err


def test_a_dead_alias_says_nothing_of_its_article(crawl: Command) -> None:
    old = "/news/politics/old-slug-of-the-glass-museum"
    pages = site(**{old: lambda handler: handler.answer(301, "", Location=PATHS[1])}) | listed(PATHS[0], old, PATHS[2])
    with serve(pages) as origin:
        assert headlines(crawl(origin, *ONE)) == ALL
        pages[old] = lambda handler: handler.answer(404, "gone")
        run = crawl(origin, *ONE, *REFETCH)
    assert headlines(run) == ALL
    assert {line["metadata"]["gone"] for line in run.lines()} == {None}


@pytest.mark.parametrize("old", ["redirects", "is gone", "is edited too"])
def test_an_article_moves_when_its_old_address_says_so(held: Held, tmp_path: Path, old: str) -> None:
    held.pages.update(with_claimant())
    if old == "redirects":
        held.pages[PATHS[1]] = to_new
    elif old == "is gone":
        held.pages.pop(PATHS[1])
    else:
        held.pages[PATHS[1]] = claimant()
    run = held.crawl()
    again = held.crawl()
    assert run.status == again.status == 0, run.err
    last = [line for line in run.lines() if line["id"] == "en:771"][-1]
    assert (last["version"], last["metadata"]["gone"]) == (2, None)
    assert last["url"].endswith(PATHS[1] if old == "is edited too" else NEW)
    assert len({line["id"] for line in again.lines()}) == 3


def test_a_page_with_the_id_and_headline_of_another_does_not_overwrite_it(held: Held, tmp_path: Path) -> None:
    held.pages.update(with_claimant())
    second = held.crawl()
    assert {(line["id"], line["version"]) for line in second.lines()} == {(f"en:{770 + at}", 1) for at in range(3)}
    age(tmp_path)
    for more in ((), REFETCH):
        run = held.crawl(*more)
        own = by_path(run)
        assert own[PATHS[1]] == ("en:771", 1)
        assert own[NEW][0].startswith("en:u-")
        assert len(own) == 4
    assert "states the id of en:771" in second.err


def test_a_claimant_that_is_read_first_does_not_suppress_the_article(crawl: Command, tmp_path: Path) -> None:
    with serve(site() | stated(770, 771, 772) | with_claimant()) as origin:
        first = crawl(origin, *ONE)
        age(tmp_path)
        second = crawl(origin, *ONE)
    assert "1 doubted" in first.err
    assert {line["url"].removeprefix(origin) for line in second.lines()} == {NEW, *PATHS}


def test_an_alias_cannot_take_the_article_over(held: Held) -> None:
    copy = with_id(1, 771)
    held.pages.update(with_claimant(copy))
    held.crawl(*REFETCH)
    held.pages[NEW] = with_text(copy, "Quite another text stands here now, below the headline of the other article.")
    run = held.crawl(*REFETCH)
    assert by_path(run)[PATHS[1]] == ("en:771", 1)
    assert not any("Quite another" in line["articleBody"] for line in run.lines() if line["id"] == "en:771")


def test_a_redirect_and_the_post_id_move_an_article_whatever_its_text(crawl: Command) -> None:
    pages = site() | stated(770, 771, 772)
    pages[PATHS[1]] = with_text(pages[PATHS[1]], "Details to follow.")
    with serve(pages) as origin:
        crawl(origin, *ONE)
        pages |= {PATHS[1]: to_new, **listed(PATHS[0], NEW, PATHS[2])}
        pages[NEW] = with_id(1, 771).replace(TEXTS[1][1], "The whole story under a headline of its own")
        run, again = crawl(origin, *ONE, *REFETCH), crawl(origin, *ONE, *REFETCH)
    assert by_path(run) == by_path(again)
    assert by_path(run)[NEW] == ("en:771", 2)
    assert len(again.lines()) == 3


def test_an_article_without_post_id_keeps_its_id_when_its_address_redirects(crawl: Command) -> None:
    pages = site()
    with serve(pages) as origin:
        ids = {line["headline"]: line["id"] for line in crawl(origin, *ONE).lines()}
        pages[NEW] = article(1)
        pages[PATHS[1]] = to_new
        run, again = crawl(origin, *ONE, *REFETCH), crawl(origin, *ONE, *REFETCH)
    for each in (run, again):
        assert {line["headline"]: line["id"] for line in each.lines()} == ids


@pytest.mark.parametrize("old", ["fails", "is forbidden"])
def test_an_old_address_that_cannot_be_read_proves_nothing_for_a_week(held: Held, tmp_path: Path, old: str) -> None:
    held.pages.update(with_claimant())
    if old == "fails":
        held.pages[PATHS[1]] = lambda handler: handler.answer(500, "")
    else:
        held.pages["/robots.txt"] = f"User-agent: *\nDisallow: {PATHS[1]}\n"
    held.crawl()
    age(tmp_path)
    day = by_path(held.crawl())
    age(tmp_path, 6)
    week = by_path(held.crawl())
    assert NEW not in day
    assert week[NEW][0].startswith("en:u-")
    assert day[PATHS[1]] == week[PATHS[1]] == ("en:771", 1)


def test_a_split_article_is_one_again_when_the_old_address_redirects(held: Held, tmp_path: Path) -> None:
    held.pages.update(with_claimant())
    held.crawl()
    age(tmp_path)
    assert len(by_path(held.crawl())) == 4
    held.pages[PATHS[1]] = to_new
    held.crawl(*REFETCH)
    run = held.crawl()
    again = held.crawl(*REFETCH)
    for each in (run, again):
        found = by_path(each)
        assert len(found) == 3
        assert found[NEW] == ("en:771", 2)
        assert "1 doubted" not in each.err
    assert [line["id"] for line in run.lines() if line["metadata"]["gone"]][-1].startswith("en:u-")


def test_two_addresses_whose_text_differs_on_each_view_settle(crawl: Command, tmp_path: Path) -> None:
    views = iter(range(1000))

    def counting(handler: Any) -> Any:
        return handler.answer(200, claimant().replace("in all this time", f"in all {next(views)} long days"))

    pages = site() | stated(770, 771, 772) | with_claimant(counting) | {PATHS[1]: counting}
    with serve(pages) as origin:
        crawl(origin, *ONE)
        age(tmp_path)
        found = by_path(crawl(origin, *ONE))
        run = crawl(origin, *ONE)
    assert set(found) == {NEW, *PATHS}
    assert "0 doubted" in run.err


def test_an_address_that_was_dead_is_looked_at_again(held: Held) -> None:
    first = held.pages.pop(PATHS[1])
    held.pages.update(with_claimant())
    assert by_path(held.crawl())[NEW] == ("en:771", 2)
    other = with_text(first, "The old address has a story of its own again, and it is not the same.")
    held.pages[PATHS[1]] = other.replace(TEXTS[1][1], "A story of its own").replace('content="771"', 'content="9"')
    run = held.crawl()
    assert by_path(run)[PATHS[1]] == ("en:9", 1)


def test_an_address_that_another_article_has_taken_over(held: Held) -> None:
    text = "Quite another story stands under the same address, and it is as long as the other one was before it."
    other = with_text(with_id(1, 99), 2 * text)
    held.pages[PATHS[1]] = other.replace(TEXTS[1][1], "Quite another headline")
    held.crawl(*REFETCH)
    run = held.crawl()
    assert by_path(run)[PATHS[1]] == ("en:99", 1)
    assert [line["id"] for line in run.lines() if line["metadata"]["gone"]] == ["en:771"]
