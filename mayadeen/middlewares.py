"""Downloader middlewares."""

from __future__ import annotations

import re
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from mayadeen.errors import CrawlFailure

_CHALLENGE = re.compile(rb"just a moment\.\.\.|cf-chl|challenge-platform|attention required!|enable javascript and cookies", re.I)


class BlockDetector:
    """Ends a crawl that the site refuses: a named reason, an error, no disguise.

    A refusal is a 401, 403, 407, 429 or 451 answer, or a challenge page under any status. `BLOCK_LIMIT` of them in a row
    with no page between end the crawl; feeds and sitemaps alone may be refused without that.
    """

    STATUSES = frozenset([401, 403, 407, 429, 451])

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.limit = crawler.settings.getint("BLOCK_LIMIT")
        self.refused = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        by = refusal(response)
        if by is None:
            if response.status == 200 and not request.url.endswith(("/robots.txt", ".xml")):
                self.refused = 0
            return response
        self.crawler.stats.inc_value(f"refused/{by}")  # type: ignore[union-attr]
        self.refused += 1
        if self.refused == self.limit:
            self._close(response, by)
        return response

    def _close(self, response: Response, by: str) -> None:
        server = (response.headers.get("Server") or b"").decode("latin-1") or "unknown server"
        spider = self.crawler.spider
        message = (
            f"the site refuses this crawler: {self.refused} answers in a row were refusals, the last {by} "
            f"(HTTP {response.status}, {server}) for {response.url}; try later, slower, from another network, or ask the "
            "site (set CONTACT)"
        )
        if spider is not None and getattr(spider, "failure", None) is None:
            spider.failure = CrawlFailure("blocked", message)  # type: ignore[attr-defined]
        self.crawler.engine.close_spider_async(reason="blocked")  # type: ignore[union-attr]


def refusal(response: Response) -> str | None:
    """By what a response refuses: "challenge", "http 403", ...; None when it does not."""
    if response.headers.get("cf-mitigated") == b"challenge":
        return "challenge"
    if response.status in (403, 429, 503, 200) and len(response.body) < 60_000 and _CHALLENGE.search(response.body[:20_000]):
        if response.status != 200 or b"<article" not in response.body:
            return "challenge"
    return f"http {response.status}" if response.status in BlockDetector.STATUSES else None
