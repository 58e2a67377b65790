"""The log: a line for what becomes of an item, without the item; and nothing in it that a terminal would obey."""

from __future__ import annotations

import logging
import re
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.utils.log import get_scrapy_root_handler
from twisted.python.failure import Failure

# Control characters but tab and line feed, bidirectional marks, lone surrogates.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def escape_controls(text: str) -> str:
    """A text with escapes (`\\x1b`) in place of what a terminal would obey: headers and addresses come from outside."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class EscapingFormatter(logging.Formatter):
    """Another formatter's lines with controls escaped: Scrapy's own messages and tracebacks too."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self.inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return escape_controls(self.inner.format(record))


def escape_log() -> None:
    """Has Scrapy's log handler escape controls from now on."""
    handler = get_scrapy_root_handler()
    if handler is not None and handler.formatter is not None and not isinstance(handler.formatter, EscapingFormatter):
        handler.setFormatter(EscapingFormatter(handler.formatter))


class Lines(LogFormatter):
    """Scrapy's own lines without the items in them."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # Not before: Scrapy makes its handler anew for each crawler.
        crawler.signals.connect(escape_log, signals.engine_started)
        return cls()

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """An item that went to the feeds."""
        return {"level": logging.DEBUG, "msg": "scraped: %(item)s", "args": {"item": _name(item)}}

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """An item that a pipeline dropped: the reason names it."""
        found = super().dropped(item, exception, response, spider)
        return {**found, "msg": "dropped: %(exception)s"}

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """An item on which a pipeline failed."""
        return {"level": logging.ERROR, "msg": "a pipeline failed on %(item)s", "args": {"item": _name(item)}}


def _name(item: Any) -> str:
    return f"{getattr(item, 'id', type(item).__name__)} {getattr(item, 'url', '')}"
