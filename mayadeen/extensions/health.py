"""Fails a crawl that reads nothing, or too little."""

from __future__ import annotations

from collections import Counter
from logging import getLogger
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from mayadeen.crawl import ending, summary
from mayadeen.crawl.ledger import Ledger
from mayadeen.crawl.session import SiteSpider, session_of, site_of
from mayadeen.errors import ArchiveError, CrawlFailure

logger = getLogger(__name__)

MIN_DOUBTS, MAX_DOUBTS = 5, 0.1
"""Number, and share, of articles with the text or id of another one that fail a crawl."""
STATED = ("metadata", "json-ld", "meta")
"""Origins where a page states a field. All others are fallbacks."""


class CrawlHealth:
    """Fails a crawl that read nothing, or too little, instead of letting it end quietly."""

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
        """Log problems of the settings: no contact, a cache."""
        site = site_of(self.crawler)
        if not self.crawler.settings.get("CONTACT") and site is not None and site.origin == site.edition.origin:
            spider.logger.warning("CONTACT is not set: tell the site how to contact you, -s CONTACT=you@example.org")
        if self.crawler.settings.getbool("HTTPCACHE_ENABLED"):
            spider.logger.warning("HTTPCACHE_ENABLED: cached pages hide the site's new and edited articles")

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Check the crawl by its stats."""
        try:
            failure = self.judge(reason)
        except ArchiveError as error:
            failure = CrawlFailure("archive", str(error))
        if failure:
            ending.fail(self.crawler, failure.reason, failure.message)

    def judge(self, reason: str) -> CrawlFailure | None:
        """Return the failure shown by the stats, or None."""
        stats = self.crawler.stats
        assert stats is not None
        if reason != "finished":
            return None
        read = stats.get_value("page/article", 0)
        other = stats.get_value("page/not_article", 0) + stats.get_value("page/unreadable", 0)
        listings = stats.get_value("listing/read", 0)
        same = stats.get_value("page/same", 0) + stats.get_value("page/gone", 0)
        same += sum(stats.get_value(name, 0) for name in ("sitemap/months", "sitemap/complete", "capture/index_pages"))
        nothing = read + other + listings + same == 0 and not self.front_sufficed()
        if nothing and stats.get_value("downloader/request_count"):
            tally = {name: value for name, value in stats.get_stats().items() if name.startswith("failed/")}
            what = (
                ", ".join(f"{value} x {name.removeprefix('failed/')}" for name, value in tally.items()) or "no answer"
            )
            origin = self.crawler.spider.origins[0] if isinstance(self.crawler.spider, SiteSpider) else "the site"
            return CrawlFailure("nothing_read", f"nothing could be read from {origin}: {what}")
        if failure := self.judge_answers():
            return failure
        if read + other >= self.enough and read < self.floor * (read + other):
            return CrawlFailure(
                "under_floor",
                f"only {read} of {read + other} pages could be read as articles (floor {self.floor:.0%}): the layout "
                "may have changed; `scrapy page URL --explain` shows what is found on one",
            )
        if failure := self.judge_doubts(read):
            return failure
        if read >= self.enough and (failure := self.judge_fields(read)):
            return failure
        shown = stats.get_value("listing/pages", 0)
        if listings and not shown and listings == stats.get_value("listing/without_cards", 0):
            return CrawlFailure(
                "no_cards", f"none of {listings} listings shows an article: the layout may have changed"
            )
        return None

    def front_sufficed(self) -> bool:
        """Return whether the front page was read and no page failed. A crawl of a tag may need no other page."""
        session, stats = session_of(self.crawler), self.crawler.stats
        pages = session.ledger.ended[False] if session else {}
        return bool(stats and stats.get_value("listing/front")) and not pages.get("failed") and not pages.get("refused")

    def judge_answers(self) -> CrawlFailure | None:
        """Return a failure if too many of the requested articles could not be fetched."""
        session = session_of(self.crawler)
        ledger = session.ledger if session else Ledger()
        if ledger.asked[True] < self.enough:
            return None
        lost = ledger.ended[True]["failed"] + ledger.ended[True]["refused"]
        if lost <= (1 - self.floor) * ledger.asked[True]:
            return None
        reasons = Counter(why for _, why, article in ledger.failed if article).most_common(1)
        most = f", most often by {reasons[0][0]}" if reasons else ""
        return CrawlFailure("too_many_failed", f"{lost} of {ledger.asked[True]} articles could not be fetched{most}")

    def judge_doubts(self, read: int) -> CrawlFailure | None:
        """Return a failure if too many articles have the text, or state the id or address, of another one."""
        stats = self.crawler.stats
        assert stats is not None
        for name, what in (
            ("doubted", "have the text or the id of another one"),
            ("claimed", "state the id of another one"),
        ):
            count = stats.get_value(f"duplicate/{name}", 0)
            if count >= MIN_DOUBTS and count > MAX_DOUBTS * read:
                return CrawlFailure(
                    f"many_{name}",
                    f"{count} of {read} articles {what}: login or not-found pages, or a constant in the site's "
                    "template; the log names them",
                )
        return None

    def judge_fields(self, read: int) -> CrawlFailure | None:
        """Return a failure if required fields are missing too often. Warn if their usual origin has changed."""
        stats = self.crawler.stats
        assert stats is not None
        hint = "the layout may have changed; `scrapy page URL --explain` shows what is found on one"
        missing = {
            "datePublished": stats.get_value("parse/datePublished/missing", 0),
            "articleBody": stats.get_value("validate/articleBody", 0),
        }
        for name, times in missing.items():
            if times > self.missing * read:
                return CrawlFailure(
                    "field_lost", f"{times} of {read} articles have no {name} (limit {self.missing:.0%}): {hint}"
                )
        session = session_of(self.crawler)
        former = session.archive.origins_before(session.edition) if session else {}
        for name, origins in summary.origins(stats.get_stats()).items():
            usual, now = main_origin(former.get(name, {})), main_origin(origins)
            if not usual or not now or usual == now:
                continue
            what = f"{name} comes from {now} now, and came from {usual} in the last crawl"
            if usual in STATED and now not in STATED:
                return CrawlFailure("field_moved", f"{what}: {hint}")
            logger.warning("%s (first sign of a new layout)", what)
        return None


def main_origin(origins: dict[str, int]) -> str | None:
    """Return the origin of a field in four of five articles; None if it is mixed, or for too few articles."""
    total = sum(origins.values())
    most = max(origins, key=lambda origin: origins[origin], default="")
    return most if total and origins[most] >= 0.8 * total else None
