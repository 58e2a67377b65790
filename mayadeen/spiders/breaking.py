"""`scrapy crawl breaking`: reads the ticker of the front page once and yields each new bulletin."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from mayadeen.crawl import arguments
from mayadeen.crawl.fetching import Fetcher
from mayadeen.crawl.scope import read_scope
from mayadeen.crawl.session import ArchiveSpider, Session
from mayadeen.extract.listing import parse_listing
from mayadeen.items import Bulletin
from mayadeen.site import dates


class Breaking(ArchiveSpider):
    """The bulletins of one edition, as `items.Bulletin`."""

    name = "breaking"
    arguments: ClassVar[dict[str, str]] = {"edition": "en (default), ar or es"}
    fetcher: Fetcher

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Validate the arguments and open the archive. Raises UsageError."""
        given = arguments.check(cls.name, cls.arguments, kwargs)
        spider = super().from_crawler(crawler)
        scope = read_scope(origin=crawler.settings.get("SITE_ORIGIN"), **given)
        spider.session = Session(crawler, scope)
        spider.site = scope.site
        spider.fetcher = Fetcher(spider.session)
        return spider

    def next_requests(self) -> Iterator[Request]:
        """Return the failed requests, once more."""
        return self.fetcher.next_tries()

    async def start(self) -> AsyncIterator[Any]:
        for bulletin in self.session.archive.bulletins(self.edition):
            self.session.count("archive/again")
            yield bulletin
        yield self.fetcher.request("/", self.parse_front, "front")

    def parse_front(self, response: Response) -> Iterator[Bulletin]:
        """Parse the ticker, the oldest bulletin first."""
        page = self.fetcher.readable(response)
        if page is None:
            return
        self.session.count("listing/read")
        ticker = parse_listing(page).ticker
        if not ticker:
            self.session.count("listing/without_ticker")
            self.logger.warning("no ticker on %s", response.url)
        seen = dates.iso(datetime.now(UTC))
        for each in reversed(ticker):
            digest = hashlib.sha256(f"{each.text}\n{each.url or ''}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
            bulletin = Bulletin(
                id=f"{self.edition}:b-{digest}", edition=self.edition, text=each.text, url=each.url, dateSeen=seen
            )
            if self.session.archive.record_bulletin(bulletin):
                self.session.count("bulletin/new")
                yield bulletin
            else:
                self.session.count("bulletin/known")
