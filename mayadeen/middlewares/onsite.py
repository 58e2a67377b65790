"""Blocks requests to other sites."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from mayadeen.crawl.answers import OffSite
from mayadeen.crawl.session import site_of
from mayadeen.site.address import canonical, is_internal


class StayOnSite:
    """Blocks requests to other origins, wherever a redirect or a link leads.

    Scrapy's OffsiteMiddleware compares hosts, not origins, and ignores requests that skip the duplicate filter.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        """Pass requests to the spider's site. Other spellings of it (http, another host) are rewritten."""
        site = site_of(self.crawler)
        if site is None or request.url.startswith((site.origin + "/", "data:")):
            return None
        if is_internal(request.url, site):
            return request.replace(url=canonical(request.url, site))
        self.crawler.stats.inc_value("refused/offsite")
        raise OffSite(f"{request.url} is not on {site.origin}")
