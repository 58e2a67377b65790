"""Keeps the pace that robots.txt asks for."""

from __future__ import annotations

from logging import getLogger
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

logger = getLogger(__name__)


class CrawlDelay:
    """Keeps the Crawl-delay and Request-rate of robots.txt, which Scrapy leaves to others, as AutoThrottle's floor."""

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
        delay = asked_delay(robotparser, str(agent))
        if not delay:
            return
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        settings = self.crawler.settings
        own = settings.getfloat("DOWNLOAD_DELAY")
        self.floors[key] = max(own, min(delay, settings.getfloat("CRAWL_DELAY_MAX")))
        # A slot is made anew after a minute without requests: it takes its delay from here.
        downloader.per_slot_settings.setdefault(key, {})["delay"] = self.floors[key]
        downloader.per_slot_settings[key]["jitter"] = 0
        logger.info("robots.txt asks for %g s between requests", delay)
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


def asked_delay(robotparser: Any, agent: str) -> float:
    """Seconds between requests, by Crawl-delay or Request-rate, whichever is slower; 0 when neither is stated."""
    # Scrapy's parser hands on the Crawl-delay alone; Protego behind it knows the rate, at whatever time of day.
    rate = robotparser.rp.request_rate(agent) if hasattr(getattr(robotparser, "rp", None), "request_rate") else None
    spacing = rate.seconds / rate.requests if rate and rate.requests else 0.0
    return max(float(robotparser.crawl_delay(agent) or 0), spacing)
