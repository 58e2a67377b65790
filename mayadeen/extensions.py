"""What watches a crawl: its pace, its health, the pages it is to keep."""

from __future__ import annotations

from logging import getLogger
from pathlib import Path
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response

from mayadeen.errors import CrawlFailure
from mayadeen.pages import PageWriter
from mayadeen.urls import kind, site_of

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


class CrawlHealth:
    """Gives a crawl that read nothing, or understood too little, an error instead of a quiet end."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.enough = crawler.settings.getint("HEALTH_MIN_PAGES")
        self.floor = crawler.settings.getfloat("HEALTH_MIN_ARTICLES")
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def spider_opened(self, spider: Spider) -> None:
        """One line about manners, when they are not in order."""
        if not self.crawler.settings.get("CONTACT") and not self.crawler.settings.get("SITE_ORIGIN"):
            spider.logger.warning(
                "CONTACT is not set: give the site a mail or page to reach you at, -s CONTACT=you@example.org"
            )

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Judges the crawl by its stats."""
        if getattr(spider, "failure", None) is not None:
            return
        failure = self.judge(reason)
        if failure is not None:
            spider.failure = failure  # type: ignore[attr-defined]

    def judge(self, reason: str) -> CrawlFailure | None:
        """The failure that the stats show, None when they are sound."""
        stats = self.crawler.stats
        assert stats is not None
        if reason != "finished":
            return None
        read = stats.get_value("page/article", 0)
        other = stats.get_value("page/not_article", 0) + stats.get_value("page/unreadable", 0)
        listings = stats.get_value("listing/read", 0)
        if read + other + listings == 0:
            tally = {name: value for name, value in stats.get_stats().items() if name.startswith("failed/")}
            what = (
                ", ".join(f"{value} x {name.removeprefix('failed/')}" for name, value in tally.items()) or "no answer"
            )
            origin = getattr(getattr(self.crawler.spider, "site", None), "origin", "the site")
            return CrawlFailure("nothing_read", f"nothing could be read from {origin}: {what}")
        if read + other >= self.enough and read < self.floor * (read + other):
            return CrawlFailure(
                "under_floor",
                f"only {read} of {read + other} pages could be read as articles (floor {self.floor:.0%}): the layout "
                "may have changed; `scrapy page URL --explain` shows what is found on one",
            )
        if listings and listings == stats.get_value("listing/without_cards", 0):
            return CrawlFailure("no_cards", f"none of {listings} listings shows a card: the layout may have changed")
        return None


class KeepPages:
    """Keeps the pages that may be articles, as they were answered, in DATA_DIR/pages."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("KEEP_PAGES"):
            raise NotConfigured
        self.crawler = crawler
        self.writer: PageWriter | None = None
        self.problem: OSError | None = None
        crawler.signals.connect(self.response_received, signals.response_received)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def response_received(self, response: Response, request: Request, spider: Spider) -> None:
        """Writes a page. The first failure ends the keeping, not the crawl."""
        site = getattr(spider, "site", None) or site_of(response.url)
        if self.problem or response.status != 200 or not isinstance(response, HtmlResponse):
            return
        if kind(response.url, site) not in ("article", "unknown"):
            return
        try:
            if self.writer is None:
                folder = Path(self.crawler.settings["DATA_DIR"]) / "pages"
                self.writer = PageWriter(folder, site, self.crawler.settings.getint("KEEP_PAGES_SIZE"))
            self.writer.write(response, request)
            self.crawler.stats.inc_value("keep/pages")
        except OSError as error:
            self.problem = error
            logger.error("pages are no longer kept: %s", error)

    def spider_closed(self, spider: Spider) -> None:
        """Closes the file; a crawl that could not keep its pages has failed."""
        if self.writer is not None:
            self.writer.close()
        if self.problem and getattr(spider, "failure", None) is None:
            spider.failure = CrawlFailure(  # type: ignore[attr-defined]
                "pages_not_kept", f"KEEP_PAGES: pages could not be kept: {self.problem}"
            )
