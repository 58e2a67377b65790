"""Monitors: no alarm on normal days, and alarms that name what is missing, in the log, the feed folder and messages."""

from __future__ import annotations

import json
import random
import socketserver
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from mayadeen.monitors.checks import Alarm, Crawl, judge
from tests.conftest import Run, Shell, section
from tests.replica import serve
from tests.servers import running
from tests.small_site import ONE, REFETCH, many
from tests.small_site import serve as serve_pages

Command = Callable[..., Run]
DAY = 24 * 3600

# --- The comparison --------------------------------------------------------------------------------------------------

USUAL = {
    "news": {"authors": 0.12, "sources": 0.97, "tags": 0.9, "description": 0.99, "coverage": 0.36, "articleBody": 1.0},
    "opinion": {"authors": 1.0, "sources": 0.2, "tags": 0.8, "articleBody": 1.0},
    "video": {"videos": 0.98, "tags": 0.7, "description": 0.5},
}
"""Type of article -> the share of them that have a field."""


def a_day(at: int, chance: random.Random, **lost: float) -> Crawl:
    """Return a crawl with random numbers of articles, and fields that vary a little. `lost` sets shares of fields."""
    counts: Counter[str] = Counter()
    for kind, fields in USUAL.items():
        number = {"news": chance.randint(15, 70), "opinion": chance.randint(0, 8), "video": chance.randint(0, 12)}[kind]
        counts[f"read/{kind}"] = number
        for name, share in fields.items():
            today = lost.get(name, min(max(share + chance.gauss(0, 0.03), 0), 1))
            counts[f"field/{kind}/{name}"] = sum(chance.random() < today for _ in range(number))
        moved = lost.get("origin", 1.0)
        counts["origin/datePublished/metadata"] += round(number * moved)
        counts["origin/datePublished/visible"] += number - round(number * moved)
    requests = counts["read/news"] + 30
    failed = lost.get("failed", 0.01)
    counts |= {"requests": requests, "requests/failed": sum(chance.random() < failed for _ in range(requests))}
    return Crawl(started=at * DAY + chance.randint(0, 3600), new=counts["read/news"], measures=dict(counts))


def days(number: int, seed: int) -> list[Crawl]:
    """Return normal days, newest first."""
    chance = random.Random(seed)
    return [a_day(at, chance) for at in range(number, 0, -1)]


@pytest.mark.parametrize("seed", range(40))
def test_thirty_normal_days_are_silent(seed: int) -> None:
    crawls = days(30, seed)
    for at in range(29):
        assert judge(crawls[at], crawls[at + 1 :], {}) == []


@pytest.mark.parametrize(
    ("lost", "name"),
    [
        ({"sources": 0.0}, "sources"),
        ({"tags": 0.2}, "tags"),
        ({"coverage": 0.0}, "coverage"),
        ({"origin": 0.0}, "datePublished from metadata"),
        ({"failed": 0.6}, "failed requests"),
    ],
)
def test_what_is_lost_is_named_and_nothing_else(lost: dict[str, float], name: str) -> None:
    for seed in range(10):
        before = days(30, seed)
        alarms = judge(a_day(31, random.Random(seed), **lost), before, {})
        assert {each.name for each in alarms} <= {name}, "a day with few articles may be too little to tell"
        (alarm,) = judge(_large(**lost), before, {})
        assert alarm.name == name
        assert ", usually " in alarm.text


def _large(**lost: float) -> Crawl:
    """Return a crawl with many articles."""
    crawls = [a_day(31, random.Random(seed), **lost) for seed in range(5)]
    measures = sum((Counter(crawl.measures) for crawl in crawls), Counter[str]())
    return Crawl(started=31 * DAY, new=5, measures=dict(measures))


def test_small_crawls_are_taken_together() -> None:
    def hour(at: int, share: float) -> Crawl:
        return Crawl(started=at, new=1, measures={"read/news": 4, "field/news/tags": round(4 * share)})

    before = [hour(at, 1.0) for at in range(100, 0, -1)]
    found = []
    for at in range(1, 9):
        now = hour(100 + at, 0.0)
        found.append([alarm.name for alarm in judge(now, before, {})])
        before.insert(0, now)
    assert found[0] == [], "four articles tell nothing"
    assert found[-1] == ["tags"]


def test_a_first_crawl_and_the_next_two_are_compared_with_nothing() -> None:
    for number in range(3):
        assert judge(_large(sources=0.0), days(number, 1), {}) == []


def test_an_alarm_says_where_to_look_and_what_to_run() -> None:
    urls = [f"https://site.example/news/politics/story-{at}" for at in range(3)]
    (alarm,) = judge(_large(sources=0.0), days(20, 1), {"field/news/sources": urls})
    assert alarm.addresses == urls
    assert alarm.next == f"scrapy page {urls[0]} --explain"
    assert all(url in alarm.line() for url in urls)


def test_days_without_new_articles() -> None:
    quiet = [Crawl(started=at * DAY, new=0, measures={}) for at in range(34, 30, -1)]
    for at, now in enumerate(quiet):
        alarms: list[Alarm] = judge(now, [*quiet[at + 1 :], *days(30, 1)], {})
        assert [alarm.name for alarm in alarms] == (["new articles"] if now.started >= 34 * DAY else [])


# --- Whole crawls ----------------------------------------------------------------------------------------------------


class HookServer(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.got: list[str] = []


class _Hook(BaseHTTPRequestHandler):
    server: HookServer

    def do_POST(self) -> None:
        self.server.got.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


class MailServer(socketserver.ThreadingTCPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Mail)
        self.got: list[str] = []


class _Mail(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        def say(text: str) -> None:
            self.wfile.write(text.encode() + b"\r\n")

        say("220 here")
        letter: list[str] | None = None
        for raw in self.rfile:
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            if letter is not None:
                if line == ".":
                    self.server.got.append("\n".join(letter))
                    letter = None
                    say("250 taken")
                else:
                    letter.append(line)
            elif line.upper().startswith("DATA"):
                letter = []
                say("354 go on")
            elif line.upper().startswith("QUIT"):
                say("221 bye")
                return
            else:
                say("250 yes")


@contextmanager
def sink(server: Any) -> Iterator[tuple[int, list[str]]]:
    """Run a server. Yield its port, and the list of what it receives."""
    with running(server) as port:
        yield port, server.got


def test_a_lost_field_is_told_by_log_status_file_mail_and_webhook(
    crawl: Command, scrapy: Command, tmp_path: Path
) -> None:
    paths, pages = many(40)
    data = tmp_path / "data"
    with serve_pages(pages) as origin, sink(MailServer()) as (smtp, letters), sink(HookServer()) as (http, calls):
        secret = "SECRETWORD"
        tell = (
            f"json://me:{secret}@127.0.0.1:{http}/{secret} mailto://127.0.0.1:{smtp}/?from=a@b.example&to=c@d.example"
        )
        options = (*ONE, *REFETCH, "-s", f"NOTIFY={tell}", "-s", "LOG_LEVEL=DEBUG")
        for _ in range(4):
            run = crawl(origin, *options)
            assert run.status == 0, run.err
        assert letters == calls == []
        for path in paths:
            pages[path] = pages[path].replace("By Dana Khoury", "")
        run = crawl(origin, *options)
        table = scrapy("monitors", "-s", f"DATA_DIR={data}")
    assert run.status == 6
    assert "authors: 0% of 40 news articles, usually 100%" in run.error()
    assert len(run.lines()) == 40, "the feed is whole all the same"
    for told in (letters, calls):
        assert len(told) == 1
        assert "authors" in told[0]
    assert "usually 100%" in calls[0]
    assert secret not in run.err
    found = json.loads((data / "monitors" / "5.json").read_text())
    (alarm,) = found["alarms"]
    assert alarm["name"] == "authors"
    assert len(alarm["addresses"]) == 3
    assert alarm["next"] == f"scrapy page {alarm['addresses'][0]} --explain"
    assert json.loads((data / "monitors" / "4.json").read_text())["alarms"] == []
    assert scrapy("forget", alarm["addresses"][0], "-s", f"DATA_DIR={data}").status == 0
    assert not (data / "monitors" / "5.json").exists(), "it named a forgotten address"
    assert table.status == 0
    assert table.out.splitlines()[5].split()[:2] == ["5", "articles"]
    assert "authors: 0% of 40 news articles" in table.out


def test_monitors_can_be_turned_off(crawl: Command, tmp_path: Path) -> None:
    _, pages = many(3)
    with serve_pages(pages) as origin:
        assert crawl(origin, *ONE, "-s", "MONITORS=False").status == 0
    assert not (tmp_path / "data" / "monitors").exists()


def test_a_crawl_that_fails_is_told_too(crawl: Command, tmp_path: Path) -> None:
    with serve_pages({"/robots.txt": ""}) as origin, sink(HookServer()) as (http, calls):
        run = crawl(origin, "-s", f"NOTIFY=json://127.0.0.1:{http}/")
    assert run.status == 3
    assert "nothing_read" in calls[0]


def test_who_cannot_be_reached_is_named_without_secrets(crawl: Command) -> None:
    with serve_pages({"/robots.txt": ""}) as origin:
        run = crawl(origin, "-s", "NOTIFY=json://me:SECRETWORD@127.0.0.1:9/")
    assert "the alarm did not reach json://me:****@127.0.0.1:9" in run.err
    assert "SECRETWORD" not in run.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["crawl", "articles", "-s", "NOTIFY=nonsense://SECRETWORD@x"],
            "NOTIFY: address 1 (nonsense://...) is not supported",
        ),
        (["monitors", "--test"], "NOTIFY is empty"),
        (["monitors", "--edition", "xx"], "--edition must be one of en"),
        (["monitors", "--last", "0"], "--last must be at least 1"),
        (["monitors"], "there is no archive "),
    ],
)
def test_wrong_use_is_one_line(scrapy: Command, tmp_path: Path, options: list[str], message: str) -> None:
    run = scrapy(*options, "-s", f"DATA_DIR={tmp_path}")
    assert run.status == 2
    assert message in run.error()
    assert "SECRETWORD" not in run.err


def test_a_test_message(scrapy: Command, tmp_path: Path) -> None:
    with sink(HookServer()) as (http, calls):
        run = scrapy("monitors", "--test", "-s", f"NOTIFY=json://127.0.0.1:{http}/ json://127.0.0.1:9/")
    assert run.out == "sent to 1 of 2 addresses\n"
    assert run.status == 3
    assert "the message did not reach json://127.0.0.1:9" in run.error()
    assert "This is a test" in calls[0]


def test_the_commands_of_the_page(tmp_path: Path) -> None:
    with serve(articles=3, page_kb=20) as origin, sink(HookServer()) as (http, calls):
        shell = Shell(tmp_path, origin)
        to, *lines = section("monitors.md", "Who is told")
        assert to.startswith("export MAYADEEN_NOTIFY=")
        shell.environment["MAYADEEN_NOTIFY"] = f"json://127.0.0.1:{http}/"
        printed = [shell.run(line) for line in lines]
    assert printed[0] == "sent to 1 of 1 addresses\n"
    assert len(calls) == 1, "a crawl as usual tells nobody"
