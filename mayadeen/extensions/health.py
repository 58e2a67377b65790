"""Judges a crawl that reads nothing, or understands too little."""

from __future__ import annotations

from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from mayadeen import ending
from mayadeen.errors import CrawlFailure


class CrawlHealth:
    """Gives a crawl that read nothing, or understood too little, an error instead of a quiet end."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.enough = crawler.settings.getint("HEALTH_MIN_PAGES")
        self.floor = crawler.settings.getfloat("HEALTH_MIN_ARTICLES")
        self.missing = crawler.settings.getfloat("HEALTH_MAX_MISSING")
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def spider_opened(self, spider: Spider) -> None:
        """One line about manners, when they are not in order."""
        if not self.crawler.settings.get("CONTACT") and not self.crawler.settings.get("SITE_ORIGIN"):
            spider.logger.warning(
                "CONTACT is not set: give the site a mail or page to reach you at, -s CONTACT=you@example.org"
            )

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Judges the crawl by its stats."""
        if failure := self.judge(reason):
            ending.fail(self.crawler, failure.reason, failure.message)

    def judge(self, reason: str) -> CrawlFailure | None:
        """The failure that the stats show, None when they are sound."""
        stats = self.crawler.stats
        assert stats is not None
        if reason != "finished":
            return None
        read = stats.get_value("page/article", 0)
        other = stats.get_value("page/not_article", 0) + stats.get_value("page/unreadable", 0)
        listings = stats.get_value("listing/read", 0)
        same = stats.get_value("page/same", 0) + stats.get_value("page/gone", 0)
        if read + other + listings + same == 0:
            tally = {name: value for name, value in stats.get_stats().items() if name.startswith("failed/")}
            what = (
                ", ".join(f"{value} x {name.removeprefix('failed/')}" for name, value in tally.items()) or "no answer"
            )
            origin = getattr(getattr(self.crawler.spider, "site", None), "origin", "the site")
            return CrawlFailure("nothing_read", f"nothing could be read from {origin}: {what}")
        if read + other >= self.enough and read < self.floor * (read + other):
            return CrawlFailure(
                "under_floor",
                f"only {read} of {read + other} pages could be read as articles (floor {self.floor:.0%}): the layout "
                "may have changed; `scrapy page URL --explain` shows what is found on one",
            )
        if listings and listings == stats.get_value("listing/without_cards", 0):
            return CrawlFailure("no_cards", f"none of {listings} listings shows a card: the layout may have changed")
        return None
