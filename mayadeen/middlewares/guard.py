"""Stops a crawl whose archive fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.http import Response

from mayadeen.crawl import ending
from mayadeen.errors import ArchiveError


class ArchiveGuard:
    """A spider middleware that stops a crawl whose archive fails, with a one-line error instead of tracebacks."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_spider_exception(self, response: Response, exception: Exception) -> list[Any] | None:
        """Handle an error in a callback."""
        if not isinstance(exception, ArchiveError):
            return None
        ending.end(self.crawler, "archive", str(exception))
        return []

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Handle an error before the first response."""
        try:
            async for each in start:
                yield each
        except ArchiveError as error:
            ending.end(self.crawler, "archive", str(error))
