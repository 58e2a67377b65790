"""Retries pages that were truncated."""

from __future__ import annotations

import re
from collections import Counter
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from mayadeen.crawl.answers import CutShort
from mayadeen.middlewares.robots import is_robots

_FEEDS = frozenset([b"urlset", b"sitemapindex", b"rss", b"feed"])
_ROOT = re.compile(rb"<([a-z][\w:.-]*)", re.I)
_TAIL = 8192
"""Bytes at the end of a page in which the end tag is searched: scripts and comments may follow."""


class WholePages:
    """Retries a page that is incomplete, whatever its status.

    Scrapy detects a broken connection, but not a truncated compressed stream, a page truncated by its origin, or an
    empty page. XML always has an end tag. HTML does not need `</html>`, and whole sites omit it, so a page without it
    is only suspicious if other pages of its kind have it.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("RETRY_ENABLED"):
            raise NotConfigured
        self.crawler = crawler
        self.ended: Counter[str] = Counter()
        self.open: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Return a complete page or a retry request. Raises CutShort."""
        kind = str(request.meta.get("kind"))
        # A press in the browser that loads nothing is the end of a listing.
        if (
            response.status != 200
            or kind in ("press", "index")
            or is_robots(request)
            or request.url.startswith("data:")
        ):
            return response
        state = state_of(response.body)
        if state in ("whole", "other"):
            self.ended[kind] += state == "whole"
            return response
        if state == "open" and self._is_usual(kind):
            self.open[kind] += 1
            return response
        what = "empty answer" if state == "empty" else "page cut short"
        assert self.crawler.spider is not None
        # A capture never changes.
        captured = "capture" in request.meta
        spider = self.crawler.spider
        again = None if captured else get_retry_request(request, spider=spider, reason=what, priority_adjust=1)
        if again is not None:
            return again
        if state == "open" and not self.ended[kind]:
            self.open[kind] += 1
            return response
        raise CutShort(what)

    def _is_usual(self, kind: str) -> bool:
        """Return whether pages of a kind usually have no end tag. Without any page of that kind, consider all pages."""
        if self.open[kind] or self.ended[kind]:
            return self.open[kind] > self.ended[kind]
        return self.open.total() > self.ended.total()


def state_of(body: bytes) -> str:
    """Return how a page ends: "whole"; "open", HTML without end tag; "cut", XML without; "empty"; "other": neither."""
    if not body or body.isspace():
        return "empty"
    start = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    found = _ROOT.search(start)
    root = found[1] if found and start[:1] == b"<" else b""
    tail = body[-_TAIL:].lower()
    if root == b"html" or start.startswith(b"<!doctype html"):
        return "whole" if b"</html" in tail or b"</body" in tail else "open"
    if root in _FEEDS or (root and start.startswith(b"<?xml")):
        return "whole" if b"</" + root in tail or b"/>" in tail[-64:] else "cut"
    return "other"
