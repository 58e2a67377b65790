"""Blocks requests to other sites."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from mayadeen.crawl.answers import OffSite
from mayadeen.crawl.session import SiteSpider, site_of
from mayadeen.site.address import canonical, is_internal


class StayOnSite:
    """Blocks requests to other origins than the site, or the web archive that is read.

    Scrapy's OffsiteMiddleware compares hosts, not origins, and ignores requests that skip the duplicate filter.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> Request | None:
        """Pass requests to the spider's origins. Other spellings of the site (http, another host) are rewritten."""
        site, spider = site_of(self.crawler), self.crawler.spider
        origins = spider.origins if isinstance(spider, SiteSpider) else ()
        if site is None or request.url.startswith((*(f"{origin}/" for origin in origins), "data:")):
            return None
        if site.origin in origins and is_internal(request.url, site):
            return request.replace(url=canonical(request.url, site))
        self.crawler.stats.inc_value("refused/offsite")
        raise OffSite(f"{request.url} is not on {' or '.join(origins)}")
