"""The progress of a crawl on a terminal and in a log, and its end after a signal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mayadeen.extensions.progress import remaining
from tests.conftest import QUICK, ROOT, as_options, asked, feed_lines, post
from tests.crawls.test_kill import begin, finish
from tests.replica import serve

LINE = re.compile(
    r"(newest|months)( \d+/\d+)?: \d+ new(, \d+ (changed|unchanged|gone|failed))*, \d+ requests/min(, [\d:]+ left)?"
)
SLOW = ("-s", "DOWNLOAD_DELAY=0.05", "-s", "CONCURRENT_REQUESTS=4")
ARTICLES = 80


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serve(articles=ARTICLES, page_kb=40) as origin:
        yield origin


class Terminal:
    """A crawl on a terminal of 24 lines and 160 columns."""

    def __init__(self, origin: str, data: Path, *options: str) -> None:
        self.end, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 160, 0, 0))
        settings = as_options(f"SITE_ORIGIN={origin}", f"DATA_DIR={data}", *QUICK)
        self.crawl = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", "articles", *settings, *options],
            cwd=ROOT,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            # Make it the controlling terminal, so that Ctrl-C sends a signal.
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(inner)
        self.text = ""
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        while True:
            try:
                some = os.read(self.end, 65536)
            except OSError:  # the other end is closed
                return
            self.text += some.decode()

    def type(self, text: str) -> None:
        os.write(self.end, text.encode())

    def wait(self) -> int:
        status = self.crawl.wait(timeout=60)
        self.reader.join()
        os.close(self.end)
        return status


def bottom(text: str) -> str:
    """Return the text that is visible on the last line."""
    seen = ""
    for part in text.rpartition("\n")[2].split("\r"):
        seen = part + seen[len(part) :]
    return seen.strip()


def await_articles(origin: str, count: int) -> None:
    for _ in range(400):
        if asked(origin)["kinds"].get("article", 0) >= count:
            return
        time.sleep(0.05)
    raise TimeoutError


def test_a_live_line_below_the_log(tmp_path: Path) -> None:
    # Without sitemaps, the number of remaining articles is known after the listings.
    with serve(articles=ARTICLES, page_kb=40, faults=["no-sitemaps"]) as origin:
        terminal = Terminal(origin, tmp_path, *SLOW)
        assert terminal.wait() == 0, terminal.text
    drawn = re.findall(r"\r([^\r\n]+)", terminal.text)
    lines = [LINE.match(text) for text in drawn]
    assert len([line for line in lines if line]) >= 5, terminal.text[-3000:]
    assert any(line and line[5] for line in lines), "when it will end"
    assert all(len(line[0]) <= 80 for line in lines if line)
    logged = [
        line for line in terminal.text.splitlines() if re.match(r"\r?\d{4}-\d\d-\d\d .*INFO: Spider closed", line)
    ]
    assert logged, "the log is not torn by the live line"
    assert bottom(terminal.text) == ""


def test_a_line_in_a_log(site: str, tmp_path: Path) -> None:
    post(site, "/_reset")
    crawl = begin(site, tmp_path, *SLOW, "-s", "LOGSTATS_INTERVAL=0.3")
    _, err = crawl.communicate(timeout=60)
    lines = [line for line in err.splitlines() if "[mayadeen.extensions.progress] INFO: " in line]
    assert lines
    assert all(LINE.search(line) for line in lines)
    assert "\r" not in err
    assert "pages/min" not in err, "Scrapy's own says less"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_in_order(site: str, tmp_path: Path, number: int) -> None:
    post(site, "/_reset")
    crawl = begin(site, tmp_path, *SLOW)
    await_articles(site, 10)
    crawl.send_signal(number)
    _, err = crawl.communicate(timeout=60)
    assert crawl.returncode == 3
    assert err.splitlines()[-1] == (
        "error: the crawl was stopped; what it found is recorded, and the next crawl continues"
    )
    found = len(feed_lines(tmp_path))
    assert found >= 8
    assert f"found {found} articles" in err
    finish(site, tmp_path)
    assert sorted(ids(tmp_path)) == sorted(set(ids(tmp_path)))
    assert len(ids(tmp_path)) == ARTICLES > found


def test_ctrl_c_twice_ends_at_once(site: str, tmp_path: Path) -> None:
    post(site, "/_reset")
    # With forty requests in flight, an orderly end takes two seconds.
    terminal = Terminal(site, tmp_path, "-s", "DOWNLOAD_DELAY=0.05", "-s", "CONCURRENT_REQUESTS=40")
    await_articles(site, 10)
    terminal.type("\x03")
    for _ in range(1000):
        if "Received SIGINT, shutting down gracefully" in terminal.text:
            break
        time.sleep(0.01)
    terminal.type("\x03")
    assert terminal.wait() == 3
    assert "Traceback" not in terminal.text
    assert "Received SIGINT twice, forcing unclean shutdown" in terminal.text
    assert (
        "error: the crawl was cut off: articles that are in no feed yet will be delivered by the next crawl"
        in terminal.text
    )
    assert bottom(terminal.text) == ""
    finish(site, tmp_path)
    assert len(ids(tmp_path)) == len(set(ids(tmp_path))) == ARTICLES


def ids(data: Path) -> list[Any]:
    return [line["id"] for line in feed_lines(data)]


@pytest.mark.parametrize(
    ("of_months", "waiting", "read", "left", "expected"),
    [(0, 30, 0, 0, 30), (0, 30, 0, 5, None), (40, 10, 2, 3, 70), (40, 0, 2, 0, 0)],
)
def test_the_months_left_are_taken_to_be_like_those_read(
    of_months: int, waiting: int, read: int, left: int, expected: float | None
) -> None:
    assert remaining(of_months, waiting, read, left) == expected
