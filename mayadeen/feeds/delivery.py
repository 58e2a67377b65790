"""Marks what feeds have been given."""

from __future__ import annotations

from array import array
from logging import getLogger
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedExporter, FeedSlot

from mayadeen.crawl import ending
from mayadeen.crawl.session import session_of
from mayadeen.errors import ArchiveError

logger = getLogger(__name__)


class Delivery:
    """Marks the lines of a feed as delivered once it was stored, and only then."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.lost = array("q")
        crawler.signals.connect(self.item_scraped, signals.item_scraped)
        crawler.signals.connect(self.feed_slot_closed, signals.feed_slot_closed)
        crawler.signals.connect(self.feed_exporter_closed, signals.feed_exporter_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def item_scraped(self, item: Any) -> None:
        """An item that no feed wants has arrived with its pipelines."""
        exporter = self.crawler.get_extension(FeedExporter)
        feeds = exporter.slots if exporter else []
        if not any(feed.filter.accepts(item) for feed in feeds) and (feeds or not self.crawler.settings["FEEDS"]):
            session = session_of(self.crawler)
            number = session.archive.number(item.id, getattr(item, "version", 1)) if session else None
            if session and number:
                self._do(session.archive.deliver, [number])

    def feed_slot_closed(self, slot: FeedSlot) -> None:
        """This signal comes whether the feed was stored or not."""
        session = session_of(self.crawler)
        numbers = getattr(slot.exporter, "numbers", None)
        if session is None or not numbers:
            return
        if getattr(slot.storage, "stored", False):
            self._do(session.archive.deliver, numbers)
        else:
            self.lost.extend(numbers)

    def feed_exporter_closed(self) -> None:
        """What another feed has delivered meanwhile, but this one has not, is to come again."""
        session = session_of(self.crawler)
        if session and self.lost:
            self._do(session.archive.take_back, self.lost)

    def _do(self, mark: Any, numbers: Any) -> None:
        try:
            mark(numbers)
        except ArchiveError as error:
            logger.error("%s: these lines will come again", error)
            ending.fail(self.crawler, "archive", str(error))
