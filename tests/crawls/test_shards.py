"""Shards: crawls of parts of an edition into one archive. Some are killed, and overlapping ones are refused."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import zip_longest
from pathlib import Path
from threading import Event

import pytest

from mayadeen.archive import Archive
from mayadeen.archive.lock import hold
from mayadeen.archive.shards import Shard, read_shard
from mayadeen.crawl.scope import read_scope
from mayadeen.errors import Busy, UsageError
from mayadeen.items import ARTICLES
from tests.conftest import Run, Shell, asked, feed_lines, post, section
from tests.crawls.test_kill import begin
from tests.crawls.test_trust import claimant
from tests.replica import Site, make_site, serve
from tests.small_site import ONE, PATHS, listed, site, stated
from tests.small_site import serve as serve_pages
from tests.unit.test_archive import article, record, visit_to

SHARDS = [Shard(number, 3) for number in (1, 2, 3)]
NUMBERS = [0, 2, 3, 4, 7, 8]
KILLED = """
import os, sys
from pathlib import Path
from mayadeen.archive import Archive
archive = Archive(Path(sys.argv[1]))
archive.begin("articles", "en", "http://site")
os._exit(9)
"""


def test_each_article_is_in_one_shard_and_stays_there() -> None:
    keys = [f"/news/politics/story-number-{number}" for number in range(3000)]
    parts = [[key for key in keys if shard.has(key)] for shard in SHARDS]
    assert sorted(key for part in parts for key in part) == sorted(keys)
    assert all(900 < len(part) < 1100 for part in parts)
    # No process and no version may assign them differently: an archive stores what is complete by shard.
    numbers = [int(key.rpartition("-")[2]) for key in parts[0][:6]]
    assert numbers == NUMBERS


@pytest.mark.parametrize("text", ["0/3", "4/3", "x", "1/0", "1", "1/3/3", "-1/3", "1/10000", "", " 1/3", "١/٣"])
def test_a_wrong_shard_is_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="shard must be I/N with I from 1 to N, such as 1/3, got ") as error:
        read_scope(shard=text)
    assert "\n" not in str(error.value)


def test_a_wrong_shard_ends_the_command(scrapy: Callable[..., Run], tmp_path: Path) -> None:
    run = scrapy("crawl", "articles", "-a", "shard=4/3", "-s", f"DATA_DIR={tmp_path / 'data'}")
    assert run.status == 2
    assert "got '4/3'" in run.error()
    assert not (tmp_path / "data" / "archive.sqlite3").exists()


@pytest.mark.parametrize(
    ("held", "asked_for", "said"),
    [
        ("1/3", "1/3", "by shard 1/3, process "),
        ("1/3", "1/1", "by shard 1/3, process "),
        ("1/1", "1/3", "by process "),
        ("1/3", "2/4", "by shard 1/3, process "),
        ("1/1", "1/1", "by process "),
        ("1/3", "2/3", None),
    ],
)
def test_what_overlaps_is_refused_and_told_who_holds_it(
    place: Path | str, held: str, asked_for: str, said: str | None
) -> None:
    with closing(Archive(place)) as first, closing(Archive(place)) as second:
        first.lock("en", read_shard(held))
        second.lock("ar", read_shard(asked_for))
        if said:
            with pytest.raises(Busy, match=f"the en edition is already being crawled {said}"):
                second.lock("en", read_shard(asked_for))
            first.close()
        while True:  # until the server has seen it
            with suppress(Busy):
                second.lock("en", read_shard(asked_for))
                break


def test_captures_have_a_lock_of_their_own(place: Path | str) -> None:
    with closing(Archive(place)) as first, closing(Archive(place)) as second:
        first.lock("en", spider="archived")
        second.lock("en")
        second.lock("ar", spider="archived")
        with pytest.raises(Busy, match="the archived en edition is already being crawled by process "):
            second.lock("en", spider="archived")
        with pytest.raises(Busy, match="the en edition is already being crawled by process "):
            first.lock("en", read_shard("1/3"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("articles", "1/3"), ("articles", "2/3")),
        (("articles", ""), ("archived", "")),
        (("archived", ""), ("pages", "")),
    ],
)
def test_a_running_crawl_keeps_the_lines_that_it_has_recorded(
    place: Path | str, first: tuple[str, str], second: tuple[str, str]
) -> None:
    with closing(Archive(place)) as other, closing(Archive(place)) as beside:
        other.begin(first[0], "en", "http://site", first[1])
        record(other, article())
        beside.begin(second[0], "en", "http://site", second[1])
        assert list(beside.outbox("en", [ARTICLES])) == []
        other.close()
        while beside._database.running():  # until a server has seen it
            time.sleep(0.01)
        assert len(list(beside.outbox("en", [ARTICLES]))) == 1


def test_crawls_that_start_together_share_the_lines_of_a_killed_one(place: Path | str) -> None:
    with closing(Archive(place)) as killed:
        killed.begin("articles", "en", "http://site")
        for number in range(300):
            killed.record(article(id=f"en:{number}"), visit_to(f"/a/{number}"), [])
        killed.record_gone(killed.get("en:7"))
    with closing(Archive(place)) as one, closing(Archive(place)) as two:
        one.begin("articles", "en", "http://site")
        two.begin("archived", "en", "http://site")
        while one._database.running() - {two.crawl}:
            time.sleep(0.01)
        found = [
            (each.id, each.metadata.gone is None)
            for pair in zip_longest(one.outbox("en", [ARTICLES]), two.outbox("en", [ARTICLES]))
            for each in pair
            if each
        ]
    assert len(found) == 301
    assert len(set(found)) == 301


def test_a_killed_crawl_leaves_no_lock_file_for_long(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite3"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert [each.name for each in tmp_path.glob("*.lock")] == ["archive.sqlite3-crawl-1.lock"]
    with closing(Archive(path)) as later:
        later.begin("articles", "en", "http://site")
        assert list(later.outbox("en", [ARTICLES])) == []
    assert list(tmp_path.glob("*.lock")) == []


def test_who_tries_the_lock_of_a_killed_crawl_is_not_taken_for_it(tmp_path: Path) -> None:
    path, begun, tried = tmp_path / "archive.sqlite3", Event(), Event()
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)

    def running() -> set[int]:
        with closing(Archive(path)) as beside:
            beside.begin("archived", "en", "http://site")
            begun.set()
            tried.wait()
            return beside._database.running()

    with ThreadPoolExecutor(1) as pool, closing(Archive(path)) as archive:
        found = pool.submit(running)
        begun.wait()
        with archive._change(), path.with_name("archive.sqlite3-crawl-1.lock").open("r+") as file:
            assert hold(file)
            tried.set()
            time.sleep(0.2)  # time enough for the other to look
        assert found.result() == set()


def test_three_nodes_two_of_them_killed(database: str, tmp_path: Path) -> None:
    """Three data directories stand for three machines, which share only the archive."""
    replica, nodes = make_site(articles=62, page_kb=40), [tmp_path / name for name in "abc"]
    with serve(replica) as origin:

        def run(node: Path, shard: Shard, *options: str) -> subprocess.Popen[str]:
            return begin(origin, node, "-s", f"ARCHIVE={database}", "-a", f"shard={shard}", *options)

        crawls = [run(*each) for each in zip(nodes, SHARDS, strict=True)]
        while asked(origin)["kinds"].get("article", 0) < 20:
            assert any(crawl.poll() is None for crawl in crawls)
            time.sleep(0.01)
        for crawl in crawls[1:]:
            crawl.send_signal(signal.SIGKILL)
            crawl.communicate()
        # Any node can take the shards of killed crawls at once.
        again = [run(nodes[2], SHARDS[1]), run(nodes[1], SHARDS[2])]
        for crawl in (crawls[0], *again):
            _, err = crawl.communicate(timeout=120)
            assert crawl.returncode == 0, err
        assert err.count("shard 3/3: found ") == 1
        requests, in_flight = asked(origin)["kinds"], 2 * 16
        assert requests["article"] <= 62 + in_flight
        lines = [line for node in nodes for line in feed_lines(node)]
        assert Counter(line["id"] for line in lines) == dict.fromkeys(ids(replica, 62), 1)

        # Each later shard requests only its own new articles, and writes its part of all articles with -O.
        for change in ("/_reset", "/_add?count=2", "/_edit?index=60", "/_remove?index=61"):
            post(origin, change)
        feed = f"{tmp_path}/part-%(shard)s.jsonl"
        crawls = [run(*each, "-O", feed) for each in zip(nodes, SHARDS, strict=True)]
        for crawl in crawls:
            _, err = crawl.communicate(timeout=120)
            assert crawl.returncode == 0, err
        assert asked(origin)["kinds"]["article"] == 2 + 1, "each asks for what is new or changed in its part"
    parts = [Run(0, "", "", tmp_path).lines(f"part-{shard.slug}.jsonl") for shard in SHARDS]
    assert Counter(line["id"] for part in parts for line in part) == dict.fromkeys(ids(replica, 64), 1)
    assert Counter(line["version"] for part in parts for line in part) == {1: 63, 2: 1}
    for shard, part in zip(SHARDS, parts, strict=True):
        assert part
        assert all(shard.has(line["url"].removeprefix(origin).lower()) for line in part)
    assert sum(bool(line["metadata"]["gone"]) for part in parts for line in part) == 1


@pytest.mark.parametrize("old", ["redirects", "is there"])
def test_a_page_that_says_it_is_an_article_of_another_shard(crawl: Callable[..., Run], old: str) -> None:
    """As without shards, the old URL is requested, in whichever shard it is, and its response decides."""
    home, away = (Shard(1, 2), Shard(2, 2)) if Shard(1, 2).has(PATHS[1]) else (Shard(2, 2), Shard(1, 2))
    new = next(path for path in (f"/news/politics/glass-museum-number-{at}" for at in range(99)) if away.has(path))
    pages = site() | stated(770, 771, 772)
    with serve_pages(pages) as origin:
        crawl(origin, *ONE)
        pages |= {new: claimant(), **listed(new, *PATHS)}
        if old == "redirects":
            pages[PATHS[1]] = lambda handler: handler.answer(301, "", Location=new)
        gave = []
        for shard in (away, home):
            run = crawl(origin, *ONE, "-a", f"shard={shard}")
            assert run.status == 0, run.err
            gave.append([(line["version"], line["url"]) for line in run.lines() if line["id"] == "en:771"])
    # The article belongs to the shard of its present URL.
    assert gave == ([[(2, origin + new)], []] if old == "redirects" else [[], [(1, origin + PATHS[1])]])


def ids(replica: Site, count: int) -> list[str]:
    """Return the ids of the first articles."""
    return [f"en:{replica.card(at).post_id}" for at in range(count)]


def test_the_lines_of_the_page_on_scale(database: str, tmp_path: Path) -> None:
    lines = [line for line in section("scale.md") if "scrapy crawl" in line]
    assert len(lines) == 2
    with serve(articles=12, page_kb=20) as origin:
        shell = Shell(tmp_path, origin)
        for line in lines:
            shell.run(line.replace("postgresql://mayadeen@db.example.org/mayadeen", database))
    assert len(feed_lines(shell.folder / "data")) == 12, "the shard of the second line has nothing left to give"
