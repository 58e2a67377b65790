"""Redirects that lead nowhere or back to the page itself."""

from __future__ import annotations

from typing import Self
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.utils.response import get_meta_refresh


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
        if response.status not in (301, 302, 303, 307, 308):
            return response
        if _leads_on(request, response):
            return _with_cookies(request, response) or response
        assert self.crawler.spider is not None
        again = get_retry_request(request, spider=self.crawler.spider, reason="redirect to no address")
        if again is None:
            raise IgnoreRequest("redirect to no address")
        return again


def _with_cookies(request: Request, response: Response) -> Request | None:
    """The same request with the cookies of its answer, once: some sites send every first visitor to the same page."""
    location = (response.headers.get("Location") or b"").decode("utf-8", "replace").strip()
    cookies = [each.partition(b";")[0].strip() for each in response.headers.getlist("Set-Cookie")]
    if not cookies or "Cookie" in request.headers or urljoin(request.url, location) != request.url:
        return None
    again = request.replace(dont_filter=True)
    again.headers["Cookie"] = b"; ".join(cookies)
    return again


class _WithoutReferer:
    """The site is not told which page led to another."""

    def handle_referer(self, request: Request, response: Response) -> None:
        """Leaves the header out."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """Scrapy looks here for the referer middleware, and warns when there is none."""


class Redirects(_WithoutReferer, RedirectMiddleware):
    """Follows redirects."""


class LeavingRefresh(_WithoutReferer, MetaRefreshMiddleware):
    """Follows `<meta http-equiv="refresh">` to other pages; one that reloads itself is read."""

    # Scrapy's own may be given a spider, and warns of it.
    def process_response(self, request: Request, response: Response) -> Response | Request:  # type: ignore[override]
        """A page, or a request for where it leads at once."""
        if isinstance(response, HtmlResponse):
            _, target = get_meta_refresh(response, ignore_tags=self._ignore_tags)
            if target and urldefrag(target).url == urldefrag(response.url).url:
                return response
        return super().process_response(request, response)


def _leads_on(request: Request, response: Response) -> bool:
    location = (response.headers.get("Location") or b"").decode("utf-8", "replace").strip()
    try:
        target = urlsplit(urljoin(request.url, location))
        return bool(location and target.scheme in ("http", "https") and target.hostname and target.port != 0)
    except ValueError:
        return False
