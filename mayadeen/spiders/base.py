"""What the spiders share: their arguments, the archive, requests, and the reading of an article page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, NoReturn, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from w3lib.encoding import http_content_type_encoding

from mayadeen import PARSER_VERSION, dates, ending
from mayadeen.archive import Archive, Known, Visit
from mayadeen.errors import CrawlFailure, UsageError
from mayadeen.items import Article
from mayadeen.memory import Memory, conditional
from mayadeen.page import Page, UnreadablePage
from mayadeen.parsers.article import NotAnArticle, read_article
from mayadeen.places import data_directory
from mayadeen.scope import Scope
from mayadeen.urls import key

FRONT, LISTING, SITEMAP, ARTICLE = 100, 50, 20, 0
"""Priorities: what leads on goes first."""


class Reader(Spider):
    """A spider with an archive. `scope` and `memory` are set before the first request."""

    arguments: ClassVar[tuple[str, ...]] = ()
    gives_unchanged: ClassVar[bool] = False
    """Whether what is read goes to the feeds though it has not changed."""
    scope: Scope
    memory: Memory
    failure: CrawlFailure | None
    """What ends the crawl with an error."""
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
        spider.begin(**kwargs)
        return spider

    def begin(self, **arguments: str) -> None:
        """Checks the arguments; raises UsageError."""
        raise NotImplementedError

    def remember(self, scope: Scope, known: str = "skip") -> None:
        """Opens the archive; raises ArchiveError when it cannot be used."""
        self.scope, self.site, self.edition = scope, scope.site, scope.site.edition.code
        self.allowed_domains = [self.site.origin.partition("://")[2].partition(":")[0]]
        self.asked: set[int] = set()
        self.archive = Archive(self.data / "archive.sqlite3", patience=self.settings.getfloat("ARCHIVE_TIMEOUT"))
        self.memory = Memory(self.archive, self.site, known)
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
        return Request(
            url,
            callback=callback,
            errback=errback or self.failed,
            priority=priority,
            cb_kwargs=kwargs,
            meta={"kind": kinds[priority]},
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
        return self.is_first(key(url, self.site))

    def is_first(self, name: str) -> bool:
        """Whether an id or a `urls.key` was not asked for in this crawl; it is, from now on."""
        mark = hash(name)
        if mark in self.asked:
            return False
        self.asked.add(mark)
        return True

    # --- Answers -------------------------------------------------------------------------------------------------

    def parse_article(self, response: Response, found_on: str, visit: Visit) -> Iterator[Article | Request]:
        """An article page, or what turned out to be none."""
        fetched = datetime.now(UTC)
        if response.status == 304:
            known = self.archive.find(self.edition, visit.key)
            self.count("page/same")
            if known:
                self.archive.record_same(known, lastmod=visit.lastmod, source=visit.source)
                self.memory.skipped.add(known.n)
            return
        page = self.page_of(response)
        if page is None:
            self.archive.record_no_article(self.edition, visit.key, PARSER_VERSION)
            return
        try:
            reading = read_article(page, fetched)
        except NotAnArticle as error:
            self.count("page/not_article")
            self.logger.info("not an article: %s (%s)", response.url, error)
            self.archive.record_no_article(self.edition, visit.key, PARSER_VERSION)
            return
        self.count("page/article")
        for name, origin in reading.origins.items():
            self.count(f"parse/{name}/{origin}")
        article = reading.article
        self.asked.add(hash(key(article.canonicalUrl, self.site)))
        outside = self.scope.refuses(article, listed=visit.listed)
        if outside:
            self.count(f"scope/out/{outside}")
        # Without firstSeen it is new to the pipelines: `archive.record` knows that date.
        article.metadata.dateDownloaded = dates.iso(fetched)
        article.metadata.discoveredFrom = found_on
        article.metadata.parserVersion = PARSER_VERSION
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

    def page_of(self, response: Response) -> Page | None:
        """The page of a response; None, counted and named, when it is none."""
        declared = http_content_type_encoding((response.headers.get("Content-Type") or b"").decode("latin-1"))
        try:
            return Page(response.body, response.url, edition=self.edition, encoding=declared)
        except UnreadablePage as error:
            self.count("page/unreadable")
            self.logger.warning("unreadable page: %s (%s)", response.url, error)
            return None

    def article_failed(self, failure: Any) -> None:
        """An article that could not be had."""
        if failure.check(HttpError) and failure.value.response.status in (404, 410):
            visit = failure.request.cb_kwargs["visit"]
            known = self.archive.find(self.edition, visit.key)
            self.count("page/gone")
            if known:
                self.archive.record_gone(known, visit.lastmod)
                self.logger.info("gone: %s (%s)", failure.request.url, known.id)
                return
            self.archive.record_no_article(self.edition, visit.key, PARSER_VERSION)
        self.failed(failure)

    def failed(self, failure: Any) -> None:
        """Counts and names a request that came to nothing."""
        if self.failure is not None:
            return
        what = f"http {failure.value.response.status}" if failure.check(HttpError) else failure.type.__name__
        self.count(f"failed/{what}")
        self.logger.warning("failed: %s (%s)", failure.request.url, what)

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


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
