"""Sums up a crawl for its log."""

from __future__ import annotations

from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler


class Tally:
    """Ends a crawl's log with what was found and what it took."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self.asked, signals.request_reached_downloader)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def asked(self, request: Request) -> None:
        """Counts what goes out, repeats included."""
        kind = "robots" if request.url.endswith("/robots.txt") else request.meta.get("kind", "other")
        if kind != "archive" and self.crawler.stats:
            self.crawler.stats.inc_value(f"requests/{kind}")

    def spider_closed(self, spider: Any) -> None:
        """Two lines for people."""
        if getattr(spider, "memory", None) is None or spider.name == "breaking":
            return
        found, requests = tally(spider)
        sums = ", ".join(f"{value} {name}" for name, value in requests.items())
        size = (self.crawler.stats.get_value("downloader/response_bytes", 0) if self.crawler.stats else 0) / 1e6
        spider.logger.info(
            "found %d articles: %s; %d requests (%s), %.1f MB",
            sum(found.values()),
            ", ".join(f"{value} {name}" for name, value in found.items()),
            sum(requests.values()),
            sums,
            size,
        )
        again = self.crawler.stats.get_value("archive/again", 0) if self.crawler.stats else 0
        if again:
            spider.logger.info("%d articles came first that earlier crawls had recorded and no feed held", again)
        if spider.memory.known == "skip" and not spider.gives_unchanged and found["unchanged"]:
            spider.logger.info(
                "%d known articles were left out; they are in %s, and -a known=emit gives them",
                found["unchanged"],
                spider.archive.path,
            )


def tally(spider: Any) -> tuple[dict[str, int], dict[str, int]]:
    """What a crawl found, and its requests by kind."""
    stats = spider.crawler.stats.get_stats()
    known = len(spider.memory.skipped) + stats.get("archive/unchanged", 0) + stats.get("archive/reread", 0)
    found = {
        "new": stats.get("archive/new", 0),
        "changed": stats.get("archive/changed", 0),
        "unchanged": known,
        "gone": stats.get("page/gone", 0),
    }
    requests = {name.partition("/")[2]: value for name, value in stats.items() if name.startswith("requests/")}
    return found, requests
