"""Says how far a crawl is: a live line on a terminal, a line a minute in a log."""

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

logger = getLogger(__name__)

WINDOW = 60
"""Seconds that a rate is taken over."""


class Progress:
    """Reads the crawl's own stats twice a second: nothing is done for each request."""

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
        """Begins: the live line if there is a terminal, the log's lines unless the log is on that terminal."""
        if sys.stderr.isatty() and self.crawler.settings.getbool("LOG_ENABLED"):
            self.line = tqdm(bar_format="{desc}", dynamic_ncols=True, leave=False, file=sys.stderr)
            atexit.register(self.line.close)  # for a crawl that is cut off
            log_above(sys.stderr)
            self._every(0.5, self.draw, now=True)
        if self.line is None or self.crawler.settings.get("LOG_FILE"):
            self._every(self.interval, self.log, now=False)

    def _every(self, seconds: float, function: Any, now: bool) -> None:
        task = create_looping_call(function)
        task.start(seconds, now=now)
        self.tasks.append(task)

    def spider_closed(self) -> None:
        """Ends, and gives the line back to the terminal."""
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
        """How far the crawl is, in one line."""
        spider: Any = self.crawler.spider
        stats = self.crawler.stats.get_stats()
        done = stats.get("scheduler/dequeued", 0)
        waiting = stats.get("scheduler/enqueued", 0) - done
        rate = self.rate(done)
        read, left = stats.get("sitemap/months", 0), len(getattr(spider, "months", ()))
        if not read:
            self.before_months = done + waiting
        ahead = remaining(done + waiting - self.before_months, waiting, read, left)
        parts = [
            f"{getattr(spider, 'phase', spider.name)}: {stats.get('listing/read', 0)} listings"
            + (f", {read} of {read + left} months" if read + left else ""),
            ", ".join(f"{value} {name}" for name, value in articles(spider).items()),
            f"{rate * 60:.0f} requests/min, {waiting} waiting",
        ]
        if rate and ahead:
            parts.append(f"about {tqdm.format_interval(ahead / rate)} to go")
        return " | ".join(parts)

    def rate(self, done: int) -> float:
        """Requests a second over the last minute."""
        now = time.monotonic()
        self.samples.append((now, done))
        while len(self.samples) > 2 and self.samples[1][0] < now - WINDOW:
            self.samples.popleft()
        then, before = self.samples[0]
        return (done - before) / (now - then) if now > then else 0.0


def articles(spider: Any) -> dict[str, int]:
    """The articles of a crawl so far, by what became of them."""
    stats = spider.crawler.stats.get_stats()
    seen = len(spider.memory.skipped) if getattr(spider, "memory", None) else 0
    failed = sum(value for name, value in stats.items() if name.startswith("failed/"))
    return {
        "new": stats.get("archive/new", 0),
        "changed": stats.get("archive/changed", 0),
        "skipped": seen + stats.get("archive/unchanged", 0) + stats.get("archive/reread", 0),
        "failed": failed + stats.get("page/not_article", 0) + stats.get("page/unreadable", 0),
    }


def remaining(of_months: int, waiting: int, read: int, left: int) -> float | None:
    """Requests to come, if the months left are like those read; None before the first is."""
    if not left:
        return waiting
    return waiting + left * of_months / read if read else None


def log_above(terminal: TextIO) -> None:
    """Has the log write above the live line."""
    handler: Any = get_scrapy_root_handler()
    if getattr(handler, "stream", None) is terminal:
        handler.setStream(_Above(terminal))


class _Above:
    """A terminal whose lower line is taken."""

    def __init__(self, terminal: TextIO) -> None:
        self.terminal = terminal

    def write(self, text: str) -> None:
        tqdm.write(text, file=self.terminal, end="")

    def flush(self) -> None:
        self.terminal.flush()
