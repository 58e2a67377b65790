"""Extracts pages from the WARC records that Common Crawl returns."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from mayadeen.archive.captures import Capture
from mayadeen.crawl.answers import NoPage
from mayadeen.crawl.session import site_of
from mayadeen.site.address import dedupe_key
from mayadeen.warc import KeptPage, read_record


class Records:
    """Replaces the response to a Range request for a WARC record by the page in that record."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Limit the response to the size of the record, and to DOWNLOAD_MAXSIZE as every other: a server without Range
        support would send the whole file of a gigabyte.
        """
        part = request.headers.get("Range")
        if part and "capture" in request.meta:
            first, _, last = part.decode().removeprefix("bytes=").partition("-")
            size, limit = int(last) - int(first) + 1, self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
            request.meta["download_maxsize"] = max(1, min(size, limit or size))  # 0 is no limit
            request.headers["Accept-Encoding"] = "identity"

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the page of a record. Raises NoPage if the record does not contain the captured page."""
        site = site_of(self.crawler)
        if site is None or b"Range" not in request.headers or response.status not in (200, 206):
            return response
        capture: Capture | None = request.meta.get("capture")
        if capture is None:
            return response
        found = read_record(response.body, site, self.crawler.settings.getint("DOWNLOAD_MAXSIZE"))
        if not isinstance(found, KeptPage):
            raise NoPage(found)
        if dedupe_key(found.url, site) != capture.key:
            raise NoPage("other page")
        kind = f"text/html; charset={found.encoding}" if found.encoding else "text/html"
        return HtmlResponse(
            response.url, status=200, headers={"Content-Type": kind}, body=found.html, ip_address=response.ip_address
        )
