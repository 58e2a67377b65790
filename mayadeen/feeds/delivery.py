"""Tracks which lines were delivered by feeds."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from logging import LogRecord, getLogger
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.extensions import feedexport
from scrapy.extensions.feedexport import FeedExporter, FeedSlot

from mayadeen.archive import Archive
from mayadeen.crawl import ending
from mayadeen.crawl.session import session_of
from mayadeen.errors import ArchiveError
from mayadeen.feeds.exporters import Noting
from mayadeen.items import ARTICLES, RELATED, Article, Bulletin

logger = getLogger(__name__)


class Delivery:
    """Marks the lines of a feed as delivered after it was stored, separately for each view, and logs their number."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.lost = {view: array("q") for view in (ARTICLES, RELATED)}
        feedexport.logger.addFilter(_is_not_stored)
        crawler.signals.connect(self.item_scraped, signals.item_scraped)
        crawler.signals.connect(self.feed_slot_closed, signals.feed_slot_closed)
        crawler.signals.connect(self.feed_exporter_closed, signals.feed_exporter_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def item_scraped(self, item: Any) -> None:
        """Mark an item as delivered if no feed accepts it."""
        exporter = self.crawler.get_extension(FeedExporter)
        feeds = exporter.slots if exporter else []
        if any(feed.filter.accepts(item) for feed in feeds) or (self.crawler.settings["FEEDS"] and not feeds):
            return
        if isinstance(item, Article | Bulletin) and item.context.number is not None:
            for view in self.lost:
                self._do(Archive.deliver, [item.context.number], view)

    def feed_slot_closed(self, slot: FeedSlot) -> None:
        """Mark the lines of a closed feed if it was stored. Scrapy sends this signal in both cases."""
        exporter, stored = slot.exporter, getattr(slot.storage, "stored", False)
        if stored:
            count, unit = getattr(exporter, "written", slot.itemcount), getattr(exporter, "unit", "items")
            logger.info("Stored %s feed (%d %s) in: %s", slot.format, count, unit, slot.uri)
        if isinstance(exporter, Noting) and exporter.aside:
            self._do(Archive.set_aside, exporter.aside, exporter.view)
        if isinstance(exporter, Noting) and exporter.numbers:
            if stored:
                self._do(Archive.deliver, exporter.numbers, exporter.view)
            else:
                self.lost[exporter.view].extend(exporter.numbers)

    def feed_exporter_closed(self) -> None:
        """Make the lines of a failed feed pending again, even if another feed has delivered them."""
        for view, numbers in self.lost.items():
            if numbers:
                self._do(Archive.take_back, numbers, view)

    def _do(self, mark: Callable[[Archive, Sequence[int], str], None], numbers: Sequence[int], view: str) -> None:
        session = session_of(self.crawler)
        if session is None:
            return
        try:
            mark(session.archive, numbers, view)
        except ArchiveError as error:
            logger.error("%s: these lines will be delivered again", error)
            ending.fail(self.crawler, "archive", str(error))


def _is_not_stored(record: LogRecord) -> bool:
    """Drop Scrapy's lines `Stored ...`: they count what a feed was offered, and come for a file that was kept too."""
    return not str(record.msg).startswith("Stored ")
