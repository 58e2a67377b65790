"""Asks again where a redirect leads to no address."""

from __future__ import annotations

from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response


class SoundRedirects:
    """Takes a redirect without a sound address for a failed try; RedirectMiddleware would fail on some."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("RETRY_ENABLED"):
            raise NotConfigured
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """A redirect that can be followed, or another try."""
        if response.status not in (301, 302, 303, 307, 308) or _leads_on(request, response):
            return response
        assert self.crawler.spider is not None
        again = get_retry_request(request, spider=self.crawler.spider, reason="redirect to no address")
        if again is None:
            raise IgnoreRequest("redirect to no address")
        return again


def _leads_on(request: Request, response: Response) -> bool:
    location = (response.headers.get("Location") or b"").decode("utf-8", "replace").strip()
    try:
        target = urlsplit(urljoin(request.url, location))
        return bool(location and target.scheme in ("http", "https") and target.hostname and target.port != 0)
    except ValueError:
        return False
