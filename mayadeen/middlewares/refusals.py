"""Ends a crawl that the site refuses."""

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
    """Ends a crawl that the site refuses: a named reason, an error, no disguise.

    A refusal is what `answers.refusal` takes for one. `BLOCK_LIMIT` of them in a row, with no page between, end the
    crawl; so do twice as many redirects to other hosts. Where sitemaps alone are refused, listings are still read, and
    the crawl ends as blocked after them.
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
        """What still waits when the crawl is over goes nowhere; nor does what leads to a login."""
        if ending.failure(self.crawler) is not None:
            raise IgnoreRequest("the crawl is over")
        if _leads_to_login(request):
            self._count("login page", request, f"login page (redirect to {request.url}) for {_asked(request)}")
            raise Refused("login page")

    def process_response(self, request: Request, response: Response) -> Response:
        """Counts refusals in a row."""
        by = refusal(response)
        if by is None or (by == "empty page" and request.meta.get("kind") == "press"):
            if response.status == 200 and not request.url.endswith(_NO_PAGES):
                self.refused = self.away = 0
            return response
        server = (response.headers.get("Server") or b"").decode("latin-1") or "unknown server"
        self._count(by, request, f"{by} (HTTP {response.status}, {server}) for {response.url}")
        if response.status == 200 and by != "empty page" and not request.url.endswith("/robots.txt"):
            raise Refused(by)
        return response

    def _count(self, by: str, request: Request, last: str) -> None:
        """One refusal more."""
        self.crawler.stats.inc_value(f"refused/{by}")
        # Those that were under way when the site asked for a pause are one refusal, not many.
        self.refused += not request.meta.get("in_pause")
        if request.meta.get("kind") == "sitemap":
            self.sitemap = last
        if self.refused >= self.limit:
            ending.end(
                self.crawler,
                "blocked",
                f"the site refuses this crawler: {self.refused} refusals in a row, the last {last}; {_ADVICE}",
            )

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Redirects to another host, which are not followed."""
        if not isinstance(exception, OffSite) or not request.meta.get("redirect_urls"):
            return
        self.away += 1
        if self.away >= 2 * self.limit:
            ending.end(
                self.crawler,
                "blocked",
                f"the site refuses this crawler: {self.away} redirects to other hosts in a row, the last from "
                f"{request.meta['redirect_urls'][-1]} to {request.url}; {_ADVICE}",
            )

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """A crawl without sitemaps has seen the newest articles alone: it may not pass for a whole one."""
        if self.sitemap and reason == "finished" and not self.crawler.stats.get_value("sitemap/months"):
            ending.fail(
                self.crawler,
                "blocked",
                f"the site refuses its sitemaps: {self.sitemap}; what its listings show was read; {_ADVICE}",
            )


def _leads_to_login(request: Request) -> bool:
    """Whether a request was redirected to a login, having asked for something else."""
    return bool(
        _LOGIN_PATH.search(urlsplit(request.url).path) and not _LOGIN_PATH.search(urlsplit(_asked(request)).path)
    )


def _asked(request: Request) -> str:
    """The address before all redirects."""
    return str((request.meta.get("redirect_urls") or [request.url])[0])
