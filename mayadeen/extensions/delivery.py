"""Marks what feeds have been given."""

from __future__ import annotations

from array import array
from logging import getLogger
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedExporter, FeedSlot

from mayadeen import ending
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
            archive: Any = getattr(self.crawler.spider, "archive", None)
            number = archive.number(item.id, getattr(item, "version", 1)) if archive else None
            if number:
                self._do(archive.deliver, [number])

    def feed_slot_closed(self, slot: FeedSlot) -> None:
        """This signal comes whether the feed was stored or not."""
        archive: Any = getattr(self.crawler.spider, "archive", None)
        numbers = getattr(slot.exporter, "numbers", None)
        if archive is None or not numbers:
            return
        if getattr(slot.storage, "stored", False):
            self._do(archive.deliver, numbers)
        else:
            self.lost.extend(numbers)

    def feed_exporter_closed(self) -> None:
        """What another feed has delivered meanwhile, but this one has not, is to come again."""
        if self.lost:
            spider: Any = self.crawler.spider
            self._do(spider.archive.take_back, self.lost)

    def _do(self, mark: Any, numbers: Any) -> None:
        try:
            mark(numbers)
        except ArchiveError as error:
            logger.error("%s: these lines will come again", error)
            ending.fail(self.crawler, "archive", str(error))
