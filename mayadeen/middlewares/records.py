"""Takes pages out of the WARC records that a web archive answers with."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from mayadeen.archive.captures import Capture
from mayadeen.crawl.answers import Apart
from mayadeen.crawl.session import site_of
from mayadeen.site.address import dedupe_key
from mayadeen.warc import KeptPage, read_record


class Records:
    """Makes the page of a capture of a part of a WARC file, so that all others see what the site had answered."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """A server that knows no parts would answer with the whole file, of a gigabyte."""
        part = request.headers.get("Range")
        if part and "capture" in request.meta:
            first, _, last = part.decode().removeprefix("bytes=").partition("-")
            request.meta["download_maxsize"] = int(last) - int(first) + 1
            request.headers["Accept-Encoding"] = "identity"

    def process_response(self, request: Request, response: Response) -> Response:
        """The page of a record; raises Apart when it has none."""
        site = site_of(self.crawler)
        if site is None or b"Range" not in request.headers or response.status not in (200, 206):
            return response
        capture: Capture | None = request.meta.get("capture")
        if capture is None:
            return response
        found = read_record(response.body, site, self.crawler.settings.getint("DOWNLOAD_MAXSIZE"))
        if not isinstance(found, KeptPage):
            raise Apart(found)
        if dedupe_key(found.url, site) != capture.key:
            raise Apart("other page")
        kind = f"text/html; charset={found.encoding}" if found.encoding else "text/html"
        return HtmlResponse(
            response.url, status=200, headers={"Content-Type": kind}, body=found.html, ip_address=response.ip_address
        )
