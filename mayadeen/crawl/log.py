"""What becomes of an item, in a line of the log: which one, and why; not the item itself."""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class Lines(LogFormatter):
    """Scrapy's own lines without the items in them."""

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
