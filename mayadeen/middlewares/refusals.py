"""Stops a crawl that the site refuses."""

from __future__ import annotations

import re
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from mayadeen.crawl import ending
from mayadeen.crawl.answers import LOGIN, OffSite, Refused, refusal

_ADVICE = "try later, slower or from another network, or ask the site with CONTACT set"
_LOGIN_PATH = re.compile(rf"/(?:{LOGIN}|sso|oauth2?)(?:[/.]|$)", re.I)
_NO_PAGES = ("/robots.txt", ".xml", ".xml.gz", ".rss")


class BlockDetector:
    """Stops a crawl that the site refuses, with a finish reason and an error. It does not try to evade the refusal.

    `answers.refusal` detects refusals. `BLOCK_LIMIT` consecutive refusals stop the crawl; so do twice as many redirects
    to other hosts. If only sitemaps are refused, listings are still read, and the crawl then ends as blocked.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.limit = crawler.settings.getint("BLOCK_LIMIT")
        self.refused = self.away = 0
        self.sitemap = ""
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Drop requests that still wait when the crawl has been stopped, and requests redirected to a login page."""
        if ending.failure(self.crawler) is not None:
            raise IgnoreRequest("the crawl is over")
        if _leads_to_login(request):
            self._count("login page", request, f"login page (redirect to {request.url}) for {_asked(request)}")
            raise Refused("login page")

    def process_response(self, request: Request, response: Response) -> Response:
        """Count consecutive refusals."""
        by = refusal(response)
        # A refusal captured with status 200 came from the site at that time, not from the web archive.
        captured = response.status == 200 and "capture" in request.meta
        if by is None or captured or (by == "empty page" and request.meta.get("kind") in ("press", "index")):
            if response.status == 200 and not request.url.endswith(_NO_PAGES):
                self.refused = self.away = 0
            return response
        server = (response.headers.get("Server") or b"").decode("latin-1") or "unknown server"
        self._count(by, request, f"{by} (HTTP {response.status}, {server}) for {response.url}")
        if response.status == 200 and by != "empty page" and not request.url.endswith("/robots.txt"):
            raise Refused(by)
        return response

    def _count(self, by: str, request: Request, last: str) -> None:
        """Count a refusal."""
        self.crawler.stats.inc_value(f"refused/{by}")
        # Requests that were pending when the site requested a pause count as one refusal.
        self.refused += not request.meta.get("in_pause")
        if request.meta.get("kind") == "sitemap":
            self.sitemap = last
        if self.refused >= self.limit:
            ending.end(
                self.crawler,
                "blocked",
                f"the site refuses this crawler: {self.refused} consecutive refusals, the last was {last}; {_ADVICE}",
            )

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count redirects to another host, which are not followed."""
        if not isinstance(exception, OffSite) or not request.meta.get("redirect_urls"):
            return
        self.away += 1
        if self.away >= 2 * self.limit:
            ending.end(
                self.crawler,
                "blocked",
                f"the site refuses this crawler: {self.away} consecutive redirects to other hosts, the last was from "
                f"{request.meta['redirect_urls'][-1]} to {request.url}; {_ADVICE}",
            )

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Fail a crawl without sitemaps: it has only seen the newest articles, so it is not a complete crawl."""
        if self.sitemap and reason == "finished" and not self.crawler.stats.get_value("sitemap/months"):
            ending.fail(
                self.crawler,
                "blocked",
                f"the site refuses its sitemaps: {self.sitemap}; the articles of its listings were read; {_ADVICE}",
            )


def _leads_to_login(request: Request) -> bool:
    """Return whether a request for another page was redirected to a login page."""
    return bool(
        _LOGIN_PATH.search(urlsplit(request.url).path) and not _LOGIN_PATH.search(urlsplit(_asked(request)).path)
    )


def _asked(request: Request) -> str:
    """Return the address before all redirects."""
    return str((request.meta.get("redirect_urls") or [request.url])[0])
