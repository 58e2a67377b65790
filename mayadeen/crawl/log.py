"""Formats the log: one line per item, without its content and without control characters."""

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

# Control characters except tab and line feed, bidirectional marks, lone surrogates.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def escape_controls(text: str) -> str:
    """Return a text with control characters escaped (`\\x1b`), because headers and addresses are untrusted."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def one_line(text: str) -> str:
    """Return a text in one line, with control characters escaped."""
    return " ".join(escape_controls(text).splitlines())


class EscapingFormatter(logging.Formatter):
    """Wraps a formatter and escapes control characters, also in Scrapy's messages and tracebacks."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self.inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return escape_controls(self.inner.format(record))


def escape_log() -> None:
    """Make Scrapy's log handler escape control characters."""
    handler = get_scrapy_root_handler()
    if handler is not None and handler.formatter is not None and not isinstance(handler.formatter, EscapingFormatter):
        handler.setFormatter(EscapingFormatter(handler.formatter))


def shorten(record: logging.LogRecord) -> bool:
    """Replace the traceback of a feed that could not be stored by its reason, for errors of disks and networks."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, OSError) or type(error).__module__.startswith(("boto3.", "botocore.")):
        record.msg, record.args, record.exc_info = f"{record.getMessage()}: {error}", (), None
    return True


class Lines(LogFormatter):
    """Scrapy's lines without the items."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # Not earlier: Scrapy creates a new handler for each crawler.
        crawler.signals.connect(escape_log, signals.engine_started)
        logging.getLogger("scrapy.extensions.feedexport").addFilter(shorten)
        return cls()

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """Format the line of an item delivered to the feeds."""
        return {"level": logging.DEBUG, "msg": "scraped: %(item)s", "args": {"item": _name(item)}}

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Format the line of a dropped item. The reason contains its address."""
        found = super().dropped(item, exception, response, spider)
        return {**found, "msg": "dropped: %(exception)s"}

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Format the line of an item on which a pipeline failed."""
        return {"level": logging.ERROR, "msg": "a pipeline failed on %(item)s", "args": {"item": _name(item)}}


def _name(item: Any) -> str:
    return f"{getattr(item, 'id', type(item).__name__)} {getattr(item, 'url', '')}"
