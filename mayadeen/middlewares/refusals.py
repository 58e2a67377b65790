"""Ends a crawl that the site refuses."""

from __future__ import annotations

import re
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from mayadeen import ending

REFUSALS = frozenset([401, 403, 407, 429, 451])


_CHALLENGE = re.compile(
    rb"<title>\s*just a moment|<title>\s*attention required!|cf-chl-|cf_chl_|/cdn-cgi/challenge-platform/h/", re.I
)


class BlockDetector:
    """Ends a crawl that the site refuses: a named reason, an error, no disguise.

    A refusal is one of `REFUSALS` or a challenge page under any status. `BLOCK_LIMIT` of them in a row, with no page
    between, end the crawl; sitemaps and feeds alone may be refused without that.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.limit = crawler.settings.getint("BLOCK_LIMIT")
        self.refused = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """What still waits when the crawl is over goes nowhere."""
        if ending.failure(self.crawler) is not None:
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
            ending.end(
                self.crawler,
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
