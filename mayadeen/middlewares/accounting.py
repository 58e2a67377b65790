"""Keeps the account of a crawl, prints it, and lists what failed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from mayadeen.crawl import ending
from mayadeen.crawl.ledger import OUTCOMES, PAGE_OUTCOMES, Dropped, Ledger
from mayadeen.crawl.log import escape_controls
from mayadeen.crawl.session import session_of
from mayadeen.items import Article


class Accounting:
    """A spider middleware: notes in the session's ledger what becomes of each address that it asked for.

    The errbacks of `crawl.fetching` and `crawl.article_pages` note what never came to be read.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self.scheduled, signals.request_scheduled)
        crawler.signals.connect(self.item_scraped, signals.item_scraped)
        crawler.signals.connect(self.item_dropped, signals.item_dropped)
        crawler.signals.connect(self.item_error, signals.item_error)
        crawler.signals.connect(self.spider_error, signals.spider_error)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def ledger(self) -> Ledger | None:
        """The spider's, where it keeps one."""
        session = session_of(self.crawler)
        return session.ledger if session else None

    def scheduled(self, request: Request) -> None:
        """Retries and redirects are under the same account."""
        if self.ledger and "account" in request.meta:
            self.ledger.ask(request.meta["account"], request.url, article=request.meta.get("kind") == "article")

    def process_spider_input(self, response: Response) -> None:
        """A page that is no article's is read by now."""
        if self.ledger and response.meta.get("kind") != "article":
            self.ledger.end(response.meta.get("account"), "read")

    def item_scraped(self, item: Any, response: Response | None) -> None:
        if not (isinstance(item, Article) and item.metadata.gone):  # its address has ended as gone
            self._end(response, "emitted")

    def item_dropped(self, item: Any, response: Response | None, exception: BaseException) -> None:
        """By this project's pipelines, or by a filter of the user's."""
        self._end(response, exception.outcome if isinstance(exception, Dropped) else "out of scope")

    def item_error(self, item: Any, response: Response | None, failure: Any) -> None:
        self._end(response, "failed", failure.type.__name__)

    def spider_error(self, failure: Any, response: Response) -> None:
        """An error in a callback."""
        self._end(response, "failed", failure.type.__name__)

    def _end(self, response: Response | None, outcome: str, why: str = "") -> None:
        if self.ledger and isinstance(response, Response) and response.meta.get("kind") == "article":
            self.ledger.end(response.meta.get("account"), outcome, why)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """The account for people and for the stats; an error in the log where it does not add up."""
        ledger = self.ledger
        if ledger is None or not self.crawler.stats:
            return
        for article, what, names in ((True, "articles", OUTCOMES), (False, "other pages", PAGE_OUTCOMES)):
            ended, left = ledger.ended[article], ledger.left(article=article)
            sums = ", ".join(f"{ended[name]} {name}" for name in names)
            more = f", {left} left to the next crawl" if left else ""
            spider.logger.info("asked for %d %s: %s%s", ledger.asked[article], what, sums, more)
        for name in OUTCOMES:
            self.crawler.stats.set_value(f"outcome/{name}", ledger.ended[True][name])
        for problem in ledger.problems(whole=reason == "finished" and ending.failure(self.crawler) is None):
            spider.logger.error("the account of this crawl does not add up: %s", problem)
        if ledger.failed:
            path = self._list(spider, ledger)
            spider.logger.warning("%d addresses failed; they and their reasons are in %s", len(ledger.failed), path)

    def _list(self, spider: Any, ledger: Ledger) -> Path | str:
        """Writes the failed addresses as `scrapy crawl pages -a file=` takes them."""
        time = datetime.now(UTC).isoformat(timespec="seconds").replace(":", "-").removesuffix("+00-00")
        path = Path(self.crawler.settings["DATA_DIR"]) / "failed" / f"{spider.name}-{spider.edition}-{time}.txt"
        lines = [f"{'' if article else '# '}{url}\t{escape_controls(why)}" for url, why, article in ledger.failed]
        about = f"# failed; the next crawl asks again, and so does: scrapy crawl pages -a file={path.name}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join([about, *lines, ""]), encoding="utf-8")
        except OSError as error:
            return f"no file: {error}"
        return path
