"""Keeps the pace that robots.txt asks for."""

from __future__ import annotations

from logging import getLogger
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

logger = getLogger(__name__)


class CrawlDelay:
    """Keeps the Crawl-delay of robots.txt, which Scrapy leaves to others, as the floor under AutoThrottle."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.floors: dict[str, float] = {}
        crawler.signals.connect(self.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(self.response_downloaded, signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def robots_parsed(self, robotparser: object, request: Request) -> None:
        """Takes the delay that robots.txt asks of us."""
        agent = self.crawler.settings.get("ROBOTSTXT_USER_AGENT") or self.crawler.settings.get("USER_AGENT")
        delay = robotparser.crawl_delay(agent)  # type: ignore[attr-defined]
        if not delay:
            return
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        self.floors[key] = min(float(delay), self.crawler.settings.getfloat("CRAWL_DELAY_MAX"))
        # A slot is made anew after a minute without requests: it takes its delay from here.
        downloader.per_slot_settings.setdefault(key, {})["delay"] = self.floors[key]
        downloader.per_slot_settings[key]["jitter"] = 0
        logger.info("robots.txt asks for %s s between requests", delay)
        self._hold(key)

    def response_downloaded(self, response: Response, request: Request) -> None:
        """AutoThrottle has just moved the delay; it may not go below the floor."""
        self._hold(str(request.meta.get("download_slot")))

    def _hold(self, key: str) -> None:
        slot = self.crawler.engine.downloader.slots.get(key)
        floor = self.floors.get(key)
        if slot is not None and floor is not None and slot.delay < floor:
            slot.delay = floor
            slot.jitter = 0
