"""Logs the summary of a crawl."""

from __future__ import annotations

from typing import Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler

from mayadeen.crawl import summary
from mayadeen.crawl.session import session_of


class Tally:
    """Logs at the end of a crawl what was found, and how many requests it took."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self.asked, signals.request_reached_downloader)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def asked(self, request: Request) -> None:
        """Count sent requests, including retries."""
        kind = "robots" if request.url.endswith("/robots.txt") else request.meta.get("kind", "other")
        if kind != "archive" and self.crawler.stats:
            self.crawler.stats.inc_value(f"requests/{kind}")

    def spider_closed(self, spider: Spider) -> None:
        """Log two summary lines."""
        session = session_of(self.crawler)
        if session is None or session.name == "breaking" or not self.crawler.stats:
            return
        stats = self.crawler.stats.get_stats()
        found, requests = session.found(), summary.requests(stats)
        sums = ", ".join(f"{value} {name}" for name, value in requests.items())
        size = stats.get("downloader/response_bytes", 0) / 1e6
        part = f"shard {session.scope.shard}: " if session.scope.shard else ""
        spider.logger.info(
            "%sfound %d articles: %s; %d requests (%s), %.1f MB",
            part,
            sum(found.values()),
            ", ".join(f"{value} {name}" for name, value in found.items()),
            sum(requests.values()),
            sums,
            size,
        )
        if again := stats.get("archive/again", 0):
            spider.logger.info("delivered %d articles of earlier crawls that were in no feed yet", again)
        skips = session.name == "articles" and session.recrawl.known == "skip"
        if skips and not session.gives_unchanged and found["unchanged"]:
            spider.logger.info(
                "%d known articles were skipped; they are in %s, and -a known=emit delivers them",
                found["unchanged"],
                session.archive.name,
            )
