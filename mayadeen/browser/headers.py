"""A bound on the headers of an answer, which Scrapy's client lacks: line after line, they would fill the memory."""

from __future__ import annotations

from logging import getLogger
from typing import Any

from scrapy.core.downloader.handlers import http11

logger = getLogger(__name__)

MAX_BYTES = 256 * 1024
"""Of all headers of an answer; a server that sends more has failed."""


class TooManyHeaders(Exception):
    """An answer whose headers do not end."""


class _Bounded(http11._LenientHTTPClientParser):
    received = 0

    def lineReceived(self, line: bytes) -> None:
        """A line of the head: all of it is read line by line, and the body is not."""
        self.received += len(line) + 2
        if self.received > MAX_BYTES:
            # The client gives up on any error, and tells of a closed connection alone.
            logger.warning("headers of more than %d KB: the connection is closed", MAX_BYTES // 1024)
            raise TooManyHeaders
        super().lineReceived(line)


def bound_headers() -> None:
    """Bounds the headers of all answers in this process. There is no public way to give the client another parser."""
    client: Any = http11
    client._LenientHTTPClientParser = _Bounded
