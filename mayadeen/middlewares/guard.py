"""Ends a crawl that has no archive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.http import Response

from mayadeen.crawl import ending
from mayadeen.errors import ArchiveError


class ArchiveGuard:
    """A spider middleware: ends a crawl whose archive fails, with one line in place of tracebacks."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_spider_exception(self, response: Response, exception: Exception) -> list[Any] | None:
        """An error in a callback."""
        if not isinstance(exception, ArchiveError):
            return None
        ending.end(self.crawler, "archive", str(exception))
        return []

    async def process_start(self, start: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """An error before the first answer."""
        try:
            async for each in start:
                yield each
        except ArchiveError as error:
            ending.end(self.crawler, "archive", str(error))
