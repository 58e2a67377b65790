"""Middlewares: what ends a crawl that the site does not want, that cannot know its manners, or has no archive."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from mayadeen.errors import ArchiveError, CrawlFailure
from mayadeen.urls import canonical, is_internal

REFUSALS = frozenset([401, 403, 407, 429, 451])

_CHALLENGE = re.compile(
    rb"<title>\s*just a moment|<title>\s*attention required!|cf-chl-|cf_chl_|/cdn-cgi/challenge-platform/h/", re.I
)


class _Ending:
    """A middleware that can end the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def origin(self) -> str:
        """The site as the user knows it."""
        return str(getattr(getattr(self.crawler.spider, "site", None), "origin", "the site"))

    def end(self, reason: str, message: str) -> None:
        """Ends the crawl with an error; the first one counts."""
        if self.closing is None and self.crawler.spider is not None:
            if getattr(self.crawler.spider, "failure", None) is None:
                self.crawler.spider.failure = CrawlFailure(reason, message)  # type: ignore[attr-defined]
            assert self.crawler.engine is not None
            self.closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))


class StayOnSite:
    """Fetches nothing but the site: wherever a redirect or a page leads, other origins are data.

    Scrapy's OffsiteMiddleware knows hosts, not origins, and lets requests through that skip the duplicate filter.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        """Lets pass what is on the spider's site; its other spellings (http, a duplicate host) are asked for there."""
        site = getattr(self.crawler.spider, "site", None)
        if site is None or request.url.startswith((site.origin + "/", "data:")):
            return None
        if is_internal(request.url, site):
            return request.replace(url=canonical(request.url, site))
        self.crawler.stats.inc_value("refused/offsite")
        raise IgnoreRequest(f"not on {site.origin}")


class BlockDetector(_Ending):
    """Ends a crawl that the site refuses: a named reason, an error, no disguise.

    A refusal is one of `REFUSALS` or a challenge page under any status. `BLOCK_LIMIT` of them in a row, with no page
    between, end the crawl; sitemaps and feeds alone may be refused without that.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.limit = crawler.settings.getint("BLOCK_LIMIT")
        self.refused = 0

    def process_request(self, request: Request) -> None:
        """What still waits when the crawl is over goes nowhere."""
        if self.closing is not None:
            raise IgnoreRequest("the crawl is over")

    def process_response(self, request: Request, response: Response) -> Response:
        """Counts refusals in a row."""
        by = refusal(response)
        if by is None:
            if response.status == 200 and not request.url.endswith(("/robots.txt", ".xml", ".rss")):
                self.refused = 0
            return response
        self.crawler.stats.inc_value(f"refused/{by}")
        self.refused += 1
        if self.refused >= self.limit:
            server = (response.headers.get("Server") or b"").decode("latin-1") or "unknown server"
            self.end(
                "blocked",
                f"the site refuses this crawler: {self.refused} refusals in a row, the last a {by} (HTTP "
                f"{response.status}, {server}) for {response.url}; try later, slower or from another network, or "
                "ask the site with CONTACT set",
            )
        return response


def refusal(response: Response) -> str | None:
    """By what a response refuses: "challenge", "http 403", ...; None when it does not."""
    if response.headers.get("cf-mitigated") == b"challenge":
        return "challenge"
    # A whole page of news is longer, and may well write about such pages.
    if response.status in (200, 403, 429, 503) and len(response.body) < 40_000 and _CHALLENGE.search(response.body):
        return "challenge"
    return f"http {response.status}" if response.status in REFUSALS else None


class NeedRobots(_Ending):
    """Ends a crawl whose robots.txt cannot be had: Scrapy would take that for leave to fetch anything."""

    def process_response(self, request: Request, response: Response) -> Response:
        """404 and its like mean that there are no rules; other errors mean that they are not known."""
        if not _is_robots(request):
            return response
        by = refusal(response)
        if by is not None:
            self.end("blocked", f"the site refuses this crawler: {response.url} is a {by} (HTTP {response.status})")
            raise IgnoreRequest("no robots.txt")
        if response.status >= 500:
            what = f"{response.url} is HTTP {response.status}"
            self.end("robots_unavailable", f"nothing could be read from {self.origin}: {what}")
            raise IgnoreRequest("no robots.txt")
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """No answer at all, after all tries."""
        if _is_robots(request) and not isinstance(exception, IgnoreRequest):
            self.end("robots_unavailable", f"nothing could be read from {self.origin}: robots.txt: {exception}")
            raise IgnoreRequest("no robots.txt")


def _is_robots(request: Request) -> bool:
    """Whether it is the robots middleware that asks."""
    return bool(request.meta.get("dont_obey_robotstxt")) and request.url.endswith("/robots.txt")


class ArchiveGuard(_Ending):
    """A spider middleware: ends a crawl whose archive fails, with one line in place of tracebacks."""

    def process_spider_exception(self, response: Response, exception: Exception) -> list[Any] | None:
        """An error in a callback."""
        if not isinstance(exception, ArchiveError):
            return None
        self.end("archive", str(exception))
        return []

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """An error before the first answer."""
        try:
            async for each in start:
                yield each
        except ArchiveError as error:
            self.end("archive", str(error))
