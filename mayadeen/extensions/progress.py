"""Shows the progress of a crawl: a live line on a terminal, one log line per minute."""

from __future__ import annotations

import atexit
import sys
import time
from collections import deque
from logging import getLogger
from typing import Any, Self, TextIO

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.log import get_scrapy_root_handler
from tqdm import tqdm

from mayadeen.crawl.session import Session, session_of

logger = getLogger(__name__)

WINDOW = 60
"""Period in seconds for computing a rate."""


class Progress:
    """Reads the crawl's stats twice a second, without work per request."""

    def __init__(self, crawler: Crawler) -> None:
        self.interval = crawler.settings.getfloat("LOGSTATS_INTERVAL")
        if not self.interval:
            raise NotConfigured
        self.crawler = crawler
        self.samples: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])
        self.before_months = 0
        self.line: tqdm[Any] | None = None
        self.tasks: list[Any] = []
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def spider_opened(self, spider: Spider) -> None:
        """Start the live line if there is a terminal, and the log lines unless the log is on that terminal."""
        if sys.stderr.isatty() and self.crawler.settings.getbool("LOG_ENABLED"):
            self.line = tqdm(bar_format="{desc}", dynamic_ncols=True, leave=False, file=sys.stderr)
            atexit.register(self.line.close)  # in case the crawl is killed
            log_above(sys.stderr)
            self._every(0.5, self.draw, now=True)
        if self.line is None or self.crawler.settings.get("LOG_FILE"):
            self._every(self.interval, self.log, now=False)

    def _every(self, seconds: float, function: Any, now: bool) -> None:
        task = create_looping_call(function)
        task.start(seconds, now=now)
        self.tasks.append(task)

    def spider_closed(self) -> None:
        """Stop, and clear the live line."""
        for task in self.tasks:
            task.stop()
        if self.line is not None:
            self.line.close()

    def draw(self) -> None:
        if self.line is not None:
            self.line.set_description_str(self.text())

    def log(self) -> None:
        logger.info("%s", self.text())

    def text(self) -> str:
        """Return the progress in one line, in the terms of the summary."""
        session, stats = session_of(self.crawler), self.crawler.stats.get_stats()
        return self._crawl(session, stats) if session else self._other(stats)

    def _crawl(self, session: Session, stats: dict[str, Any]) -> str:
        done = stats.get("scheduler/dequeued", 0)
        waiting = stats.get("scheduler/enqueued", 0) - done
        rate = self.rate(done)
        read, left = stats.get("sitemap/months", 0), session.months_left
        if not read:
            self.before_months = done + waiting
        ahead = remaining(done + waiting - self.before_months, waiting, read, left)
        counts = session.found() | {"failed": session.ledger.ended[True]["failed"]}
        shown = [f"{value} {name}" for name, value in counts.items() if value or name == "new"]
        parts = [", ".join(shown), f"{rate * 60:.0f} requests/min"]
        if rate and ahead:
            parts.append(f"{tqdm.format_interval(ahead / rate)} left")
        months = f" {read}/{read + left}" if read + left else ""
        part = f"shard {session.scope.shard}, " if session.scope.shard else ""
        return f"{part}{session.phase}{months}: {', '.join(parts)}"

    def _other(self, stats: dict[str, Any]) -> str:
        """Return the progress of a spider without an archive: rereading, probe."""
        pages = sum(stats.get(f"page/{kind}", 0) for kind in ("article", "not_article", "unreadable", "failed"))
        done, size = stats.get("reread/bytes", 0), stats.get("reread/size", 0)
        name = self.crawler.spider.name if self.crawler.spider else ""
        parts = [f"{name}: {pages} pages, {stats.get('item_scraped_count', 0)} items"]
        if size:
            parts.append(f"{done / size:.0%}")
            if rate := self.rate(done):
                parts.append(f"{tqdm.format_interval((size - done) / rate)} left")
        return ", ".join(parts)

    def rate(self, done: int) -> float:
        """Return the requests per second over the last minute."""
        now = time.monotonic()
        self.samples.append((now, done))
        while len(self.samples) > 2 and self.samples[1][0] < now - WINDOW:
            self.samples.popleft()
        then, before = self.samples[0]
        return (done - before) / (now - then) if now > then else 0.0


def remaining(of_months: int, waiting: int, read: int, left: int) -> float | None:
    """Return the expected number of requests, if the remaining months are like those read; None before the first is
    read.
    """
    if not left:
        return waiting
    return waiting + left * of_months / read if read else None


def log_above(terminal: TextIO) -> None:
    """Make the log write above the live line."""
    handler: Any = get_scrapy_root_handler()
    if getattr(handler, "stream", None) is terminal:
        handler.setStream(_Above(terminal))


class _Above:
    """A terminal whose last line is in use."""

    def __init__(self, terminal: TextIO) -> None:
        self.terminal = terminal

    def write(self, text: str) -> None:
        tqdm.write(text, file=self.terminal, end="")

    def flush(self) -> None:
        self.terminal.flush()
