"""Stops the crawl when robots.txt is unavailable."""

from __future__ import annotations

from logging import getLogger
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response

from mayadeen.crawl import ending
from mayadeen.crawl.answers import refusal
from mayadeen.crawl.session import SiteSpider

logger = getLogger(__name__)

MAX_SIZE = 500 * 1024
"""Maximum number of bytes read of a robots.txt: the minimum that RFC 9309 requires."""


class NeedRobots:
    """Stops the crawl when robots.txt is unavailable, which Scrapy treats as allow-all.

    404 and similar statuses mean that there are no rules. So does an HTML page, because some sites return one for every
    unknown address. After a refusal, 5xx, no response, or a redirect to an invalid address or another host, the rules
    are unknown, and nothing is requested.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.known: set[str] = set()
        """The hosts whose rules are known."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def origin(self) -> str:
        """The origin of the site, or of the web archive."""
        spider = self.crawler.spider
        return spider.origins[0] if isinstance(spider, SiteSpider) else "the site"

    def process_request(self, request: Request) -> None:
        """Drop requests to hosts whose rules are unknown."""
        if is_robots(request):
            # A truncated compressed file would look complete.
            request.headers["Accept-Encoding"] = "identity"
        elif not request.url.startswith("data:") and _host(request.url) not in self.known:
            self._end("robots.txt is unavailable")

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the rules, or stop the crawl."""
        if not is_robots(request):
            return response
        by = refusal(response)
        if by is not None:
            ending.end(
                self.crawler,
                "blocked",
                f"the site refuses this crawler: {response.url} is refused by {by} (HTTP {response.status}); without "
                "robots.txt nothing is requested. Try later or from another network, or ask the site with CONTACT set",
            )
            raise IgnoreRequest("no robots.txt")
        if response.status >= 500 or response.status < 200 or 300 <= response.status < 400:
            self._end(f"{response.url} is HTTP {response.status}")
        self.known.add(_host((request.meta.get("redirect_urls") or [request.url])[0]))
        if response.status != 200:
            return response.replace(body=b"")
        if response.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            logger.warning("%s is an HTML page, not rules: treated as missing", response.url)
            return response.replace(body=b"")
        body = response.body
        if len(body) > MAX_SIZE:
            logger.warning("%s has %d bytes; only the first %d are read", response.url, len(body), MAX_SIZE)
            body = body[:MAX_SIZE].rpartition(b"\n")[0]
        # Scrapy treats a file with one invalid byte as empty.
        return response.replace(body=body.decode("utf-8-sig", "replace").encode())

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Handle a request without a response after all retries, or redirected to another host."""
        if is_robots(request):
            self._end(f"robots.txt: {exception}")

    def _end(self, what: str) -> None:
        ending.end(self.crawler, "robots_unavailable", f"nothing could be read from {self.origin}: {what}")
        raise IgnoreRequest("no robots.txt")


def is_robots(request: Request) -> bool:
    """Return whether the request was sent by the robots middleware."""
    first = (request.meta.get("redirect_urls") or [request.url])[0]
    return bool(request.meta.get("dont_obey_robotstxt")) and first.endswith("/robots.txt")


def _host(url: str) -> str:
    return urlsplit(url).netloc
