"""Handles redirects without a valid target, or back to the same page."""

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
    """Retries a redirect without a valid address, on which RedirectMiddleware may raise."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("RETRY_ENABLED"):
            raise NotConfigured
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Return a response with a valid redirect, or a retry request."""
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
    """Return the request with the response's cookies, once: some sites redirect first visitors to the same page."""
    location = (response.headers.get("Location") or b"").decode("utf-8", "replace").strip()
    cookies = [each.partition(b";")[0].strip() for each in response.headers.getlist("Set-Cookie")]
    if not cookies or "Cookie" in request.headers or urljoin(request.url, location) != request.url:
        return None
    again = request.replace(dont_filter=True)
    again.headers["Cookie"] = b"; ".join(cookies)
    return again


class _WithoutReferer:
    """Mixin that sends no Referer after a redirect."""

    def handle_referer(self, request: Request, response: Response) -> None:
        """Do not set the header."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """Scrapy searches here for the referer middleware, and warns if there is none."""


class Redirects(_WithoutReferer, RedirectMiddleware):
    """Follows redirects."""


class LeavingRefresh(_WithoutReferer, MetaRefreshMiddleware):
    """Follows `<meta http-equiv="refresh">` to other pages. A page that reloads itself is parsed."""

    # Scrapy's method accepts a spider argument, which is deprecated.
    def process_response(self, request: Request, response: Response) -> Response | Request:  # type: ignore[override]
        """Return a page, or a request for its immediate refresh target."""
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
