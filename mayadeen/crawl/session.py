"""The state shared by the parts of a crawl: one object, opened before the first request, closed after the last feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from mayadeen import settings as project
from mayadeen.archive import Archive
from mayadeen.crawl import ending, summary
from mayadeen.crawl.ledger import Ledger
from mayadeen.crawl.marks import Marks
from mayadeen.crawl.measures import Measures
from mayadeen.crawl.places import archive_place
from mayadeen.crawl.recrawl import Recrawl
from mayadeen.crawl.scope import Scope
from mayadeen.crawl.templates import TemplateReader, find_template
from mayadeen.errors import ArchiveError
from mayadeen.items import ARTICLES, RELATED, Article
from mayadeen.site.address import Address, Site, dedupe_key, locate

# Dictionaries that `-s` would replace as a whole.
COMPONENTS = ("ADDONS", "DOWNLOADER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES", "SPIDER_MIDDLEWARES")


class SiteSpider(Spider):
    """A spider of one edition."""

    site: Site

    @property
    def edition(self) -> str:
        """The code of the edition. Used in the names of feeds."""
        return self.site.edition.code

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins to which it sends requests: only the site."""
        return (self.site.origin,)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Add this project's components if a user's `-s EXTENSIONS=...` has removed them."""
        super().update_settings(settings)
        # The session tracks requested addresses itself, in a tenth of the memory.
        settings.set("DUPEFILTER_CLASS", "scrapy.dupefilters.BaseDupeFilter", "spider")
        for name in COMPONENTS:
            own: dict[str, int | None] = getattr(project, name)
            given = settings.getdict(name)
            if own.keys() - given.keys():
                # Above the command line, because a crawler process applies its settings again after this.
                settings.set(name, own | given, SETTINGS_PRIORITIES["cmdline"] + 1)


class Session:
    """The scope, archive and ledger of one crawl, shared by spiders, pipelines, feeds and extensions."""

    def __init__(
        self,
        crawler: Crawler,
        scope: Scope,
        known: str = "skip",
        *,
        gives_unchanged: bool = False,
        lock: str | None = None,
    ) -> None:
        """Open the archive. Raises ArchiveError if it cannot be used, and Busy if another crawl holds the lock.

        `known`: see `recrawl.KNOWN`. `gives_unchanged`: whether unchanged articles that were read go to the feeds too.
        `lock`: the kind of crawl, `articles` or `archived`, of which only one may read the same pages at a time.
        """
        self.crawler, self.settings, self.scope = crawler, crawler.settings, scope
        self.site, self.edition = scope.site, scope.site.edition.code
        self.gives_unchanged = gives_unchanged
        self.ledger = Ledger()
        self.measures = Measures()
        self.vacant: set[str] = set()
        """Ids of articles whose address led to a page without an article in this crawl."""
        self.asked = Marks()
        """Ids and keys of the requested addresses."""
        self.reader = TemplateReader(*find_template(self.settings, self.edition))
        self.archive = Archive(archive_place(self.settings), patience=self.settings.getfloat("ARCHIVE_TIMEOUT"))
        if lock:
            self.archive.lock(self.edition, scope.shard, lock)
        self.recrawl = Recrawl(self.archive, self.site, known, reader_version=self.reader.version)
        self.name = crawler.spidercls.name
        self.phase = self.name
        """The current activity of the crawl, for the live line."""
        self.months_left = 0
        """Number of sitemaps still to read, for the live line."""
        self.robots_sitemaps: list[str] | None = None
        """The sitemaps listed in robots.txt; None if it was not read."""
        self.closed = False
        self.archive.begin(self.name, self.edition, self.site.origin, str(scope.shard or ""))
        crawler.signals.connect(self.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(self.close, signals.engine_stopped)

    def robots_parsed(self, robotparser: RobotParser | None) -> None:
        """Called when Scrapy has read robots.txt."""
        if isinstance(robotparser, ProtegoRobotParser):
            self.robots_sitemaps = list(robotparser.rp.sitemaps)

    def close(self) -> None:
        """Close the archive, after the engine has stopped and the feeds are stored. May be called twice."""
        if self.closed:
            return
        self.closed = True
        stats = self.crawler.stats.get_stats()
        about: dict[str, object] = {
            "found": self.found(),
            "requests": summary.requests(stats),
            "scope": self.scope.name,
            "measures": self.measures.with_stats(stats),
        }
        if stats.get("page/article", 0) >= self.settings.getint("HEALTH_MIN_PAGES"):
            about["origins"] = summary.origins(stats)
        failure = ending.failure(self.crawler)
        try:
            self.archive.end(failure.reason if failure else str(stats.get("finish_reason", "cut off")), about)
            self.archive.close()
        except ArchiveError as error:
            ending.fail(self.crawler, "archive", str(error))

    @property
    def views(self) -> frozenset[str]:
        """The views of articles in the feeds of this crawl. Without feeds, pipelines get whole articles."""
        formats = {feed.get("format") for feed in self.settings.getdict("FEEDS").values()} or {"jsonlines"}
        return frozenset(RELATED if each == "related" else ARTICLES for each in formats)

    def found(self) -> dict[str, int]:
        """Return the number of articles so far, by outcome."""
        return summary.found(self.crawler.stats.get_stats(), len(self.recrawl.skipped))

    def address(self, url: str) -> Address:
        """Return an absolute address of the site."""
        address = locate(url, self.site.origin + "/", self.site)
        if address is None:
            raise ValueError(f"{url!r} is not the address of a page")
        return address

    def has(self, url: str) -> bool:
        """Return whether the article at an address belongs to the shard of the crawl."""
        return self.scope.has_key(dedupe_key(url, self.site))

    def is_first(self, name: str) -> bool:
        """Return whether an id or a key is requested for the first time in this crawl, and record it."""
        return self.asked.add(name)

    def is_new(self, url: str) -> bool:
        """Return whether an address is requested for the first time in this crawl, and record it."""
        return self.is_first(dedupe_key(url, self.site))

    def count(self, name: str, by: int = 1) -> None:
        self.crawler.stats.inc_value(name, by)

    @property
    def failed(self) -> bool:
        """Whether the crawl already has an error."""
        return ending.failure(self.crawler) is not None

    def fail(self, reason: str, message: str) -> NoReturn:
        """Stop the crawl with an error, from a callback."""
        ending.fail(self.crawler, reason, message)
        raise CloseSpider(reason)


class ArchiveSpider(SiteSpider):
    """A spider with a session."""

    session: Session

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.idle, signals.spider_idle)
        return spider

    def next_requests(self) -> Iterable[Request]:
        """Return the next requests when no other is left. Without any, the crawl ends."""
        return ()

    def outbox(self) -> Iterator[Article]:
        """Yield what earlier crawls recorded but is in no feed yet. A shard yields the articles that belong to it,
        whichever crawl recorded them.
        """
        session = self.session

        def wanted(article: Article, listed: frozenset[str]) -> bool:
            return session.has(article.url) and not session.scope.refuses(article, listed=listed)

        for article in session.archive.outbox(self.edition, session.views, wanted):
            session.count("archive/again")
            yield article

    def idle(self) -> None:
        """Send the next requests, and keep the spider open if there are any."""
        try:
            requests = list(self.next_requests())
        except ArchiveError as error:
            self.session.fail("archive", str(error))
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider


def site_of(crawler: Crawler) -> Site | None:
    """Return the site that a crawl reads, or None for a spider of another project."""
    return crawler.spider.site if isinstance(crawler.spider, SiteSpider) else None


def session_of(crawler: Crawler) -> Session | None:
    """Return the session of a crawl, or None if it has no archive."""
    return crawler.spider.session if isinstance(crawler.spider, ArchiveSpider) else None
