"""`scrapy crawl breaking`: the ticker of the front page, once: a line for each bulletin not seen before."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response

from mayadeen.extract.listing import parse_listing
from mayadeen.items import Bulletin
from mayadeen.scope import read_scope
from mayadeen.site import dates
from mayadeen.spiders.base import FRONT, Reader


class Breaking(Reader):
    """The bulletins of one edition, as `items.Bulletin`."""

    name = "breaking"
    arguments: ClassVar[tuple[str, ...]] = ("edition",)

    def begin(self, **arguments: str) -> None:
        """Checks the arguments; raises UsageError."""
        self.remember(read_scope(origin=self.settings.get("SITE_ORIGIN"), **arguments))

    async def start(self) -> AsyncIterator[Any]:
        for line, _ in self.archive.outbox(self.edition, "bulletin"):
            self.count("archive/again")
            yield Bulletin(**line)
        yield self.front()

    def front(self) -> Request:
        """The page with the ticker."""
        return self.ask("/", self.parse_front, priority=FRONT)

    def parse_front(self, response: Response) -> Iterator[Bulletin]:
        """The ticker, the oldest bulletin first."""
        page = self.page_of(response)
        if page is None:
            return
        self.count("listing/read")
        ticker = parse_listing(page).ticker
        if not ticker:
            self.count("listing/without_ticker")
            self.logger.warning("no ticker on %s", response.url)
        seen = dates.iso(datetime.now(UTC))
        for each in reversed(ticker):
            digest = hashlib.sha256(f"{each.text}\n{each.url or ''}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
            bulletin = Bulletin(
                id=f"{self.edition}:b-{digest}", edition=self.edition, text=each.text, url=each.url, dateSeen=seen
            )
            if self.archive.record_bulletin(bulletin):
                self.count("bulletin/new")
                yield bulletin
            else:
                self.count("bulletin/known")
