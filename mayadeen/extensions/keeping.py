"""Saves pages as received."""

from __future__ import annotations

from logging import getLogger
from pathlib import Path
from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response

from mayadeen.archive.captures import Capture
from mayadeen.crawl import ending
from mayadeen.crawl.session import session_of
from mayadeen.crawl.session import site_of as crawl_site
from mayadeen.site.address import page_type, site_of
from mayadeen.warc import CAPTURES, PageWriter, looks_like_html

logger = getLogger(__name__)


class KeepPages:
    """Saves the pages that may be articles, as received, in DATA_DIR/pages."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("KEEP_PAGES"):
            raise NotConfigured
        self.crawler = crawler
        self.writer: PageWriter | None = None
        self.problem: OSError | None = None
        crawler.signals.connect(self.response_received, signals.response_received)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def response_received(self, response: Response, request: Request, spider: Spider) -> None:
        """Write a page. After the first failure no pages are saved, but the crawl continues."""
        site = crawl_site(self.crawler) or site_of(response.url)
        capture: Capture | None = request.meta.get("capture")
        url = capture.page if capture else response.url
        page = isinstance(response, HtmlResponse) or looks_like_html(response.body)
        if self.problem or response.status not in (200, 203) or not page:
            return
        if page_type(url, site) not in ("article", "unknown") or request.meta.get("playwright"):
            return  # the HTML from a browser is not what the site sent
        try:
            if self.writer is None:
                folder = Path(self.crawler.settings["DATA_DIR"]) / "pages"
                session = session_of(self.crawler)
                shard = session.scope.shard if session else None
                size = self.crawler.settings.getint("KEEP_PAGES_SIZE")
                self.writer = PageWriter(folder, site, size, CAPTURES if capture else shard.slug if shard else "")
            self.writer.write(response, request, capture)
            self.crawler.stats.inc_value("keep/pages")
        except OSError as error:
            self.problem = error
            logger.error("no more pages are saved: %s", error)

    def spider_closed(self, spider: Spider) -> None:
        """Close the file. A crawl that could not save its pages has failed."""
        if self.writer is not None:
            self.writer.close()
        if self.problem:
            ending.fail(self.crawler, "pages_not_kept", f"KEEP_PAGES: pages could not be saved: {self.problem}")
