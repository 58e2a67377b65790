"""What watches a crawl: its pace, its health, its feeds, the pages it is to keep, and what it found."""

from __future__ import annotations

from array import array
from logging import getLogger
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.extensions.feedexport import FeedExporter, FeedSlot
from scrapy.http import HtmlResponse, Response

from mayadeen.errors import ArchiveError, CrawlFailure
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
        same = stats.get_value("page/same", 0) + stats.get_value("page/gone", 0)
        if read + other + listings + same == 0:
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


class Delivery:
    """Marks the lines of a feed as delivered once it was stored, and only then."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.lost = array("q")
        crawler.signals.connect(self.item_scraped, signals.item_scraped)
        crawler.signals.connect(self.feed_slot_closed, signals.feed_slot_closed)
        crawler.signals.connect(self.feed_exporter_closed, signals.feed_exporter_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def item_scraped(self, item: Any) -> None:
        """An item that no feed wants has arrived with its pipelines."""
        exporter = self.crawler.get_extension(FeedExporter)
        feeds = exporter.slots if exporter else []
        if not any(feed.filter.accepts(item) for feed in feeds) and (feeds or not self.crawler.settings["FEEDS"]):
            archive: Any = getattr(self.crawler.spider, "archive", None)
            number = archive.number(item.id, getattr(item, "version", 1)) if archive else None
            if number:
                self._do(archive.deliver, [number])

    def feed_slot_closed(self, slot: FeedSlot) -> None:
        """This signal comes whether the feed was stored or not."""
        archive: Any = getattr(self.crawler.spider, "archive", None)
        numbers = getattr(slot.exporter, "numbers", None)
        if archive is None or not numbers:
            return
        if getattr(slot.storage, "stored", False):
            self._do(archive.deliver, numbers)
        else:
            self.lost.extend(numbers)

    def feed_exporter_closed(self) -> None:
        """What another feed has delivered meanwhile, but this one has not, is to come again."""
        if self.lost:
            self._do(self.crawler.spider.archive.take_back, self.lost)  # type: ignore[union-attr]

    def _do(self, mark: Any, numbers: Any) -> None:
        try:
            mark(numbers)
        except ArchiveError as error:
            logger.error("%s: these lines will come again", error)
            self.crawler.spider.failure = CrawlFailure("archive", str(error))  # type: ignore[union-attr]


class Tally:
    """Ends a crawl's log with what was found and what it took."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self.asked, signals.request_reached_downloader)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def asked(self, request: Request) -> None:
        """Counts what goes out, repeats included."""
        kind = "robots" if request.url.endswith("/robots.txt") else request.meta.get("kind", "other")
        if kind != "archive" and self.crawler.stats:
            self.crawler.stats.inc_value(f"requests/{kind}")

    def spider_closed(self, spider: Any) -> None:
        """Two lines for people."""
        if getattr(spider, "memory", None) is None or spider.name == "breaking":
            return
        found, requests = tally(spider)
        sums = ", ".join(f"{value} {name}" for name, value in requests.items())
        size = (self.crawler.stats.get_value("downloader/response_bytes", 0) if self.crawler.stats else 0) / 1e6
        spider.logger.info(
            "found %d articles: %s; %d requests (%s), %.1f MB",
            sum(found.values()),
            ", ".join(f"{value} {name}" for name, value in found.items()),
            sum(requests.values()),
            sums,
            size,
        )
        again = self.crawler.stats.get_value("archive/again", 0) if self.crawler.stats else 0
        if again:
            spider.logger.info("%d articles came first that earlier crawls had recorded and no feed held", again)
        if spider.memory.known == "skip" and not spider.gives_unchanged and found["unchanged"]:
            spider.logger.info(
                "%d known articles were left out; they are in %s, and -a known=emit gives them",
                found["unchanged"],
                spider.archive.path,
            )


def tally(spider: Any) -> tuple[dict[str, int], dict[str, int]]:
    """What a crawl found, and its requests by kind."""
    stats = spider.crawler.stats.get_stats()
    known = len(spider.memory.skipped) + stats.get("archive/unchanged", 0) + stats.get("archive/reread", 0)
    found = {
        "new": stats.get("archive/new", 0),
        "changed": stats.get("archive/changed", 0),
        "unchanged": known,
        "gone": stats.get("page/gone", 0),
    }
    requests = {name.partition("/")[2]: value for name, value in stats.items() if name.startswith("requests/")}
    return found, requests


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
