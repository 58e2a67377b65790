"""The extension that compares a crawl with earlier ones when it ends, and reports what is unusual."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from logging import getLogger
from pathlib import Path
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from mayadeen.archive.reading import past_crawls
from mayadeen.crawl import ending
from mayadeen.crawl.ending import GOOD_REASONS
from mayadeen.crawl.session import Session, session_of
from mayadeen.errors import ArchiveError
from mayadeen.feeds.storages import unstored
from mayadeen.monitors import notify
from mayadeen.monitors.checks import Alarm, Crawl, judge

logger = getLogger(__name__)

REMEMBERED = 200
"""Maximum number of earlier crawls read. Small ones are grouped."""


class Monitors:
    """Compares a crawl with earlier ones. Reports alarms to the log, the exit status, a file and NOTIFY."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("MONITORS"):
            raise NotConfigured
        self.crawler = crawler
        self.alarms: list[Alarm] = []
        self.started = datetime.now(UTC)
        self.session: Session | None = None
        self.measures: dict[str, int] = {}
        crawler.signals.connect(self.spider_closed, signals.spider_closed)
        crawler.signals.connect(self.engine_stopped, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def spider_closed(self, spider: Spider) -> None:
        """Compare the measures while the archive is open."""
        self.session = session = session_of(self.crawler)
        if session is None:
            return
        stats = self.crawler.stats.get_stats()
        self.measures = session.measures.with_stats(stats)
        now = Crawl(started=int(self.started.timestamp()), new=session.found()["new"], measures=self.measures)
        try:
            past = past_crawls(session.archive, REMEMBERED, edition=session.edition, spider=session.name)
        except ArchiveError as error:
            logger.warning("this crawl was not compared with earlier ones: %s", error)
            return
        if session.name == "pages":
            return  # an ad-hoc scope is not comparable
        before = [
            Crawl(started=crawl.started, new=crawl.tally["found"]["new"], measures=crawl.tally["measures"])
            for crawl in reversed(past)
            # This crawl has no summary yet. Crawls of older programs have no measures.
            if crawl.tally.get("scope") == session.scope.name and "measures" in crawl.tally
        ]
        self.alarms = judge(now, before, session.measures.examples)

    async def engine_stopped(self) -> None:
        """Report the alarms. By now it is known whether feeds were stored."""
        session = self.session
        if session is None:
            return
        alarms = [*self._ending(), *self.alarms]
        for alarm in self.alarms:
            logger.error("monitor: %s", alarm.line())
            ending.alarm(self.crawler, alarm.line())
        self._write(session, alarms)
        if not alarms:
            return
        part = f" {session.scope.shard}" if session.scope.shard else ""
        title = f"mayadeen {session.edition} {session.name}{part}: {', '.join(alarm.name for alarm in alarms)}"
        for service in await notify.send(self.crawler.settings, title, "\n\n".join(each.line() for each in alarms)):
            logger.warning("the alarm did not reach %s", service)

    def _ending(self) -> list[Alarm]:
        """Return the failures that the exit status also reports."""
        reason = str(self.crawler.stats.get_value("finish_reason", "cut off"))
        if failure := ending.failure(self.crawler):
            return [Alarm(name=failure.reason, text=failure.message)]
        if reason not in (*GOOD_REASONS, "shutdown"):
            return [Alarm(name=reason, text="the crawl ended early")]
        if unstored(self.crawler):
            return [Alarm(name="feeds", text="a feed could not be stored; the next crawl will deliver its lines")]
        return []

    def _write(self, session: Session, alarms: list[Alarm]) -> None:
        """Write DATA_DIR/monitors/<crawl>.json."""
        about: dict[str, Any] = {
            "crawl": session.archive.crawl,
            "spider": session.name,
            "edition": session.edition,
            "scope": session.scope.name,
            "started": self.started.isoformat(timespec="seconds"),
            "reason": self.crawler.stats.get_value("finish_reason", "cut off"),
            "alarms": [alarm.to_dict() for alarm in alarms],
            "measures": self.measures,
        }
        try:
            folder = Path(self.crawler.settings["DATA_DIR"]) / "monitors"
            folder.mkdir(exist_ok=True)
            text = json.dumps(about, ensure_ascii=False, indent=1)
            (folder / f"{session.archive.crawl}.json").write_text(text, encoding="utf-8", errors="replace")
        except OSError as error:
            logger.warning("monitors: %s", error)
