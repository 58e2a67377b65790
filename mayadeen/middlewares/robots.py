"""Ends a crawl that cannot know its manners."""

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
from mayadeen.crawl.session import site_of

logger = getLogger(__name__)

MAX_SIZE = 500 * 1024
"""Bytes of a robots.txt that are read: what RFC 9309 asks for at least."""


class NeedRobots:
    """Ends a crawl whose robots.txt cannot be had: Scrapy would take that for leave to fetch anything.

    404 and its like mean that there are no rules, and so does a page of HTML in its place, as sites have that answer
    every unknown address with one: it is not read as rules. Refused, 5xx, no answer, a redirect that leads nowhere or
    to another host: the rules are not known, and nothing is asked for.
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
        """The site as the user knows it."""
        site = site_of(self.crawler)
        return site.origin if site else "the site"

    def process_request(self, request: Request) -> None:
        """Lets nothing pass whose rules are not known, for whatever reason."""
        if is_robots(request):
            # Half a compressed file would pass for a whole one.
            request.headers["Accept-Encoding"] = "identity"
        elif not request.url.startswith("data:") and _host(request.url) not in self.known:
            self._end("robots.txt cannot be had")

    def process_response(self, request: Request, response: Response) -> Response:
        """The rules, or why there are none."""
        if not is_robots(request):
            return response
        by = refusal(response)
        if by is not None:
            ending.end(
                self.crawler,
                "blocked",
                f"the site refuses this crawler: {response.url} is refused by {by} (HTTP {response.status}); without "
                "robots.txt nothing is asked for. Try later or from another network, or ask the site with CONTACT set",
            )
            raise IgnoreRequest("no robots.txt")
        if response.status >= 500 or response.status < 200 or 300 <= response.status < 400:
            self._end(f"{response.url} is HTTP {response.status}")
        self.known.add(_host((request.meta.get("redirect_urls") or [request.url])[0]))
        if response.status != 200:
            return response.replace(body=b"")
        if response.body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            logger.warning("%s is a page, not rules: taken for a site without robots.txt", response.url)
            return response.replace(body=b"")
        body = response.body
        if len(body) > MAX_SIZE:
            logger.warning("%s has %d bytes; the first %d are read", response.url, len(body), MAX_SIZE)
            body = body[:MAX_SIZE].rpartition(b"\n")[0]
        # Scrapy takes a file with one wrong byte for an empty one.
        return response.replace(body=body.decode("utf-8-sig", "replace").encode())

    def process_exception(self, request: Request, exception: Exception) -> None:
        """No answer at all, after all tries, or one from another host."""
        if is_robots(request):
            self._end(f"robots.txt: {exception}")

    def _end(self, what: str) -> None:
        ending.end(self.crawler, "robots_unavailable", f"nothing could be read from {self.origin}: {what}")
        raise IgnoreRequest("no robots.txt")


def is_robots(request: Request) -> bool:
    """Whether it is the robots middleware that asks."""
    first = (request.meta.get("redirect_urls") or [request.url])[0]
    return bool(request.meta.get("dont_obey_robotstxt")) and first.endswith("/robots.txt")


def _host(url: str) -> str:
    return urlsplit(url).netloc
