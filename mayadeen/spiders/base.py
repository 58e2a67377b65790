"""What the spiders share: their arguments, the archive, requests, and the reading of an article page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, NoReturn, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider, DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from w3lib.encoding import http_content_type_encoding

from mayadeen import ending
from mayadeen.archive import Archive, Known, Visit
from mayadeen.errors import CrawlFailure, UsageError
from mayadeen.extract.article import NotAnArticle
from mayadeen.extract.listing import parse_listing
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.items import Article
from mayadeen.ledger import Ledger
from mayadeen.marks import Marks
from mayadeen.memory import Memory, conditional
from mayadeen.middlewares.cut import CutShort
from mayadeen.middlewares.onsite import OffSite
from mayadeen.middlewares.refusals import Refused, refusal
from mayadeen.places import data_directory
from mayadeen.scope import Scope
from mayadeen.site import dates
from mayadeen.site.address import dedupe_key
from mayadeen.templating import TemplateReader, find_template

FRONT, LISTING, SITEMAP, ARTICLE = 100, 50, 20, 0
"""Priorities: what leads on goes first."""
_KEPT = ("kind", "account", "handle_httpstatus_list")
"""What a request keeps of its `meta` when it is tried anew."""


class Reader(Spider):
    """A spider with an archive. `scope` and `memory` are set before the first request."""

    arguments: ClassVar[tuple[str, ...]] = ()
    gives_unchanged: ClassVar[bool] = False
    """Whether what is read goes to the feeds though it has not changed."""
    scope: Scope
    memory: Memory
    reader: TemplateReader
    """Reads article pages."""
    failure: CrawlFailure | None
    """What ends the crawl with an error."""
    ledger: Ledger
    """What becomes of each address asked for."""
    postponed: list[Request]
    """Requests that have failed for now, to be tried once more when all else is done."""
    no_articles: list[tuple[str, bool]]
    """Addresses (`urls.key`) without an article, to be remembered once it is clear that the site is in order; with
    each, whether the page was no page of the site."""
    fetched: dict[str, Visit]
    """How the articles were had that are on their way through the pipelines, by `Article.url`."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        kwargs.pop("_job", None)
        unknown = sorted(set(kwargs) - set(cls.arguments))
        if unknown:
            raise UsageError(f"unknown argument {unknown[0]!r}; {cls.name} takes {', '.join(cls.arguments)}")
        spider = super().from_crawler(crawler, *args)
        spider.failure, spider.fetched = None, {}
        spider.ledger, spider.postponed, spider.no_articles = Ledger(), [], []
        crawler.signals.connect(spider.idle, signals.spider_idle)
        crawler.signals.connect(spider.closed_well, signals.spider_closed)
        spider.begin(**kwargs)
        return spider

    def begin(self, **arguments: str) -> None:
        """Checks the arguments; raises UsageError."""
        raise NotImplementedError

    def remember(self, scope: Scope, known: str = "skip") -> None:
        """Opens the archive; raises ArchiveError when it cannot be used."""
        self.scope, self.site, self.edition = scope, scope.site, scope.site.edition.code
        self.allowed_domains = [self.site.origin.partition("://")[2].partition(":")[0]]
        self.asked = Marks()
        self.reader = TemplateReader(*find_template(self.settings, self.edition))
        self.archive = Archive(self.data / "archive.sqlite3", patience=self.settings.getfloat("ARCHIVE_TIMEOUT"))
        self.memory = Memory(self.archive, self.site, known, reader_version=self.reader.version)
        self.archive.begin(self.name, self.edition, self.site.origin)

    @property
    def data(self) -> Path:
        """The data directory."""
        # Not the setting: add-ons set theirs only after spiders are made.
        return data_directory(self.settings)

    # --- Requests ------------------------------------------------------------------------------------------------

    def ask(self, path: str, callback: Any, *, priority: int, errback: Any = None, **kwargs: Any) -> Request:
        """A request on this site; `path` or an absolute address."""
        url = path if "://" in path else self.site.origin + path
        kinds = {FRONT: "front", LISTING: "listing", SITEMAP: "sitemap", ARTICLE: "article"}
        visit = kwargs.get("visit")
        return Request(
            url,
            callback=callback,
            errback=errback or self.failed,
            priority=priority,
            cb_kwargs=kwargs,
            meta={"kind": kinds[priority], "account": visit.key if visit else url},
            dont_filter=True,
        )

    def article_request(self, url: str, found_on: str, known: Known | None, visit: Visit) -> Iterator[Request]:
        """A request for an article not asked for in this crawl, under whatever address; conditional for a known one."""
        if known is not None and not self.is_first(known.id):
            return
        if self.is_first(visit.key):
            request = self.ask(
                url, self.parse_article, priority=ARTICLE, errback=self.article_failed, found_on=found_on, visit=visit
            )
            for name, value in conditional(known).items():
                request.headers[name] = value
                request.meta["handle_httpstatus_list"] = [304]
            yield request

    def is_new(self, url: str) -> bool:
        """Whether an address was not asked for in this crawl; it is, from now on."""
        return self.is_first(dedupe_key(url, self.site))

    def is_first(self, name: str) -> bool:
        """Whether an id or a `urls.key` was not asked for in this crawl; it is, from now on."""
        return self.asked.add(name)

    # --- Answers -------------------------------------------------------------------------------------------------

    def parse_article(self, response: Response, found_on: str, visit: Visit) -> Iterator[Article | Request]:
        """An article page, or what turned out to be none."""
        fetched = datetime.now(UTC)
        if response.status == 304:
            known = self.archive.find(self.edition, visit.key)
            self.count("page/same")
            self.ledger.end(visit.key, "unchanged")
            if known:
                self.archive.record_same(known, lastmod=visit.lastmod, source=visit.source)
                self.memory.skipped.add(known.n)
            return
        try:
            page = self.read_page(response)
            reading = self.reader.read(page, fetched, self.count)
        except UnreadablePage as error:
            if not self.try_later(response):
                self.unreadable(response, error)
                self.no_article(visit, bare=True)
            return
        except NotAnArticle as error:
            bare = not parse_listing(page).cards
            if not (bare and self.try_later(response)):
                self.count("page/not_article")
                self.logger.info("not an article: %s (%s)", response.url, error)
                self.no_article(visit, bare=bare)
            return
        self.count("page/article")
        self.remember_no_articles()
        for name, origin in reading.origins.items():
            self.count(f"parse/{name}/{origin}")
        article = reading.article
        if article.datePublished is None:
            self.count("parse/datePublished/missing")
        outside = self.scope.refuses(article, listed=visit.listed)
        if outside:
            self.count(f"scope/out/{outside}")
        # Without firstSeen it is new to the pipelines: `archive.record` knows that date.
        article.metadata.dateDownloaded = dates.iso(fetched)
        article.metadata.discoveredFrom = found_on
        article.metadata.parserVersion = self.reader.version
        self.fetched[article.url] = replace(
            visit,
            outside=outside,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
        )
        yield article
        yield from self.learn(article, outside=outside)

    def learn(self, article: Article, *, outside: str | None) -> Iterator[Request]:
        """What an article leads to."""
        yield from ()

    def read_page(self, response: Response) -> Page:
        """The page of a response; raises UnreadablePage."""
        declared = http_content_type_encoding((response.headers.get("Content-Type") or b"").decode("latin-1"))
        return Page(response.body, response.url, edition=self.edition, encoding=declared)

    def page_of(self, response: Response) -> Page | None:
        """The page of a response; None, counted and named, when it is none."""
        try:
            return self.read_page(response)
        except UnreadablePage as error:
            self.unreadable(response, error)
            return None

    def unreadable(self, response: Response, error: UnreadablePage) -> None:
        """Counts and names what is no page."""
        self.count("page/unreadable")
        self.logger.warning("unreadable page: %s (%s)", response.url, error)

    def try_later(self, response: Response) -> bool:
        """Puts off what is no page of the site to the end: it may be a notice that passes. Whether it did.

        Not when there are more of them than articles: a site that is down is not asked for everything twice.
        """
        request = response.request
        few = self.settings.getint("HEALTH_MIN_PAGES") + self.crawler.stats.get_value("page/article", 0)
        if request is None or request.meta.get("last_try") or len(self.postponed) >= few:
            return False
        self.postponed.append(request)
        self.logger.info("to be tried again: %s (no page of the site)", response.url)
        return True

    def no_article(self, visit: Visit, *, bare: bool = False) -> None:
        """An address without an article; `bare`: the page leads nowhere, so that the site may not have meant it."""
        self.ledger.end(visit.key, "not an article")
        self.no_articles.append((visit.key, bare))

    def remember_no_articles(self) -> None:
        """Has the archive remember where no article is.

        Not before one was read after them: a site that answers everything with the same notice has lost nothing.
        """
        for address, bare in self.no_articles:
            self.archive.record_no_article(self.edition, address, self.reader.version, doubted=bare)
        self.no_articles.clear()

    def closed_well(self, spider: Spider, reason: str) -> None:
        """The last few pages without an article are as good as those before."""
        few = len(self.no_articles) < self.settings.getint("HEALTH_MIN_PAGES")
        if reason == "finished" and self.failure is None and few:
            self.remember_no_articles()
        if warning := self.reader.fit.warning(self.reader.path):
            self.logger.warning(warning)

    def article_failed(self, failure: Any) -> None:
        """An article that could not be had."""
        if _status(failure) in (404, 410):
            visit = failure.request.cb_kwargs["visit"]
            known = self.archive.find(self.edition, visit.key)
            self.count("page/gone")
            if known:
                self.archive.record_gone(known, visit.lastmod)
                self.logger.info("gone: %s (%s)", failure.request.url, known.id)
                self.ledger.end(visit.key, "gone")
                return
            self.no_articles.append((visit.key, False))
        self.failed(failure)

    def failed(self, failure: Any) -> None:
        """Counts and names a request that came to nothing; one that may do better is tried again at the end."""
        if self.failure is not None:
            return
        request, status = failure.request, _status(failure)
        why = f"http {status}" if status else str(failure.value) or failure.type.__name__
        if not request.meta.get("last_try") and self.is_passing(failure) and request.meta.get("kind") != "front":
            self.postponed.append(request)
            self.logger.info("to be tried again: %s (%s)", request.url, why)
            return
        outcome = _outcome(failure, status)
        self.ledger.end(request.meta.get("account"), outcome, why)
        what = f"http {status}" if status else failure.type.__name__
        self.count(f"failed/{what}")
        self.logger.warning("%s: %s (%s)", outcome, request.url, why)

    def is_passing(self, failure: Any) -> bool:
        """Whether a failure is of the kind that is tried again."""
        codes = [int(code) for code in self.settings.getlist("RETRY_HTTP_CODES")]
        lasting = failure.check(HttpError, IgnoreRequest, DownloadCancelledError)
        return bool(_status(failure) in codes or failure.check(CutShort) or not lasting)

    def next_tries(self) -> Iterator[Request]:
        """What has failed, once more, when all else is done: much passes by itself."""
        requests, self.postponed = self.postponed, []
        for request in requests:
            kept = {name: request.meta[name] for name in _KEPT if name in request.meta}
            yield request.replace(meta={**kept, "last_try": True})

    def idle(self, spider: Spider) -> None:
        """All is read but what has failed."""
        requests = list(self.next_tries())
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def fail(self, reason: str, message: str) -> NoReturn:
        """Ends the crawl with an error, from a callback."""
        ending.fail(self.crawler, reason, message)
        raise CloseSpider(reason)

    def within(self, bound: str, number: int) -> bool:
        """Whether a number is within a setting; if not, that is counted, and said once."""
        most = self.settings.getint(bound)
        if number <= most:
            return True
        if not self.crawler.stats.get_value(f"bounded/{bound}"):
            self.logger.warning("more than %s = %d: the rest is left", bound, most)
        self.count(f"bounded/{bound}")
        return False

    def count(self, name: str) -> None:
        self.crawler.stats.inc_value(name)


def _status(failure: Any) -> int | None:
    """The status of an answer that is no success."""
    return int(failure.value.response.status) if failure.check(HttpError) else None


def _outcome(failure: Any, status: int | None) -> str:
    """What becomes of an address that came to nothing, as `ledger` names it."""
    if status in (404, 410):
        return "gone"
    if failure.check(OffSite):
        return "out of scope"
    forbidden = failure.check(IgnoreRequest) and "robots.txt" in str(failure.value)
    if forbidden or failure.check(Refused) or (status and refusal(failure.value.response)):
        return "refused"
    return "failed"


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
