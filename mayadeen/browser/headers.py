"""Limits the size of response headers, which Scrapy's client does not do. Endless headers would fill the memory."""

from __future__ import annotations

from logging import getLogger
from typing import Any

from scrapy.core.downloader.handlers import http11

logger = getLogger(__name__)

MAX_BYTES = 256 * 1024
"""Maximum number of bytes of all headers of a response."""


class TooManyHeaders(Exception):
    """A response whose headers are too large."""


class _Bounded(http11._LenientHTTPClientParser):
    received = 0

    def lineReceived(self, line: bytes) -> None:
        """Handle a header line. Headers are read line by line, bodies are not."""
        self.received += len(line) + 2
        if self.received > MAX_BYTES:
            # The client fails on any error, but only reports a closed connection.
            logger.warning("headers of more than %d KB: the connection is closed", MAX_BYTES // 1024)
            raise TooManyHeaders
        super().lineReceived(line)


def bound_headers() -> None:
    """Limit the headers of all responses in this process. There is no public way to replace the client's parser."""
    client: Any = http11
    client._LenientHTTPClientParser = _Bounded
