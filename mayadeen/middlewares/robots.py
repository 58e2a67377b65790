"""Ends a crawl that cannot know its manners."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from mayadeen import ending
from mayadeen.middlewares.refusals import refusal


class NeedRobots:
    """Ends a crawl whose robots.txt cannot be had: Scrapy would take that for leave to fetch anything."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def origin(self) -> str:
        """The site as the user knows it."""
        return str(getattr(getattr(self.crawler.spider, "site", None), "origin", "the site"))

    def process_response(self, request: Request, response: Response) -> Response:
        """404 and its like mean that there are no rules; other errors mean that they are not known."""
        if not _is_robots(request):
            return response
        by = refusal(response)
        if by is not None:
            ending.end(
                self.crawler,
                "blocked",
                f"the site refuses this crawler: {response.url} is a {by} (HTTP {response.status})",
            )
            raise IgnoreRequest("no robots.txt")
        if response.status >= 500:
            what = f"{response.url} is HTTP {response.status}"
            ending.end(self.crawler, "robots_unavailable", f"nothing could be read from {self.origin}: {what}")
            raise IgnoreRequest("no robots.txt")
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """No answer at all, after all tries."""
        if _is_robots(request) and not isinstance(exception, IgnoreRequest):
            ending.end(
                self.crawler, "robots_unavailable", f"nothing could be read from {self.origin}: robots.txt: {exception}"
            )
            raise IgnoreRequest("no robots.txt")


def _is_robots(request: Request) -> bool:
    """Whether it is the robots middleware that asks."""
    return bool(request.meta.get("dont_obey_robotstxt")) and request.url.endswith("/robots.txt")
