"""Fetches nothing but the site."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from mayadeen.crawl.answers import OffSite
from mayadeen.crawl.session import site_of
from mayadeen.site.address import canonical, is_internal


class StayOnSite:
    """Fetches nothing but the site: wherever a redirect or a page leads, other origins are data.

    Scrapy's OffsiteMiddleware knows hosts, not origins, and lets requests through that skip the duplicate filter.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        """Lets pass what is on the spider's site; its other spellings (http, a duplicate host) are asked for there."""
        site = site_of(self.crawler)
        if site is None or request.url.startswith((site.origin + "/", "data:")):
            return None
        if is_internal(request.url, site):
            return request.replace(url=canonical(request.url, site))
        self.crawler.stats.inc_value("refused/offsite")
        raise OffSite(f"{request.url} is not on {site.origin}")
