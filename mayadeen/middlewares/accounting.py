"""Records request outcomes, logs their sums, and lists failed addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from mayadeen.crawl import ending
from mayadeen.crawl.ledger import OUTCOMES, PAGE_OUTCOMES, Dropped, Ledger
from mayadeen.crawl.log import one_line
from mayadeen.crawl.session import session_of
from mayadeen.items import Article


class Accounting:
    """A spider middleware that records in the session's ledger the outcome of each requested address.

    The errbacks of `crawl.fetching` and `crawl.article_pages` record requests that failed.
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
        """The ledger of the crawl, if it has one."""
        session = session_of(self.crawler)
        return session.ledger if session else None

    def scheduled(self, request: Request) -> None:
        """Record a request. Retries and redirects have the same account."""
        if self.ledger and "account" in request.meta:
            self.ledger.ask(request.meta["account"], request.url, article=request.meta.get("kind") == "article")

    def process_spider_input(self, response: Response) -> None:
        """Record that a page other than an article was read."""
        if self.ledger and response.meta.get("kind") != "article":
            self.ledger.end(response.meta.get("account"), "read")

    def item_scraped(self, item: Any, response: Response | None) -> None:
        if not (isinstance(item, Article) and item.metadata.gone):  # its address already has the outcome gone
            self._end(response, "emitted")

    def item_dropped(self, item: Any, response: Response | None, exception: BaseException) -> None:
        """Record an article dropped by this project's pipelines, or by a user's filter."""
        self._end(response, exception.outcome if isinstance(exception, Dropped) else "out of scope")

    def item_error(self, item: Any, response: Response | None, failure: Any) -> None:
        self._end(response, "failed", failure.type.__name__)

    def spider_error(self, failure: Any, response: Response) -> None:
        """Record an error in a callback."""
        self._end(response, "failed", failure.type.__name__)

    def _end(self, response: Response | None, outcome: str, why: str = "") -> None:
        if self.ledger and isinstance(response, Response) and response.meta.get("kind") == "article":
            self.ledger.end(response.meta.get("account"), outcome, why)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Log the outcomes and write them to the stats. Log an error if they are inconsistent."""
        ledger = self.ledger
        if ledger is None or not self.crawler.stats:
            return
        for article, what, names in ((True, "articles", OUTCOMES), (False, "other pages", PAGE_OUTCOMES)):
            ended, left = ledger.ended[article], ledger.left(article=article)
            sums = ", ".join(f"{ended[name]} {name}" for name in names)
            more = f", {left} left to the next crawl" if left else ""
            spider.logger.info("requested %d %s: %s%s", ledger.asked[article], what, sums, more)
        for name in OUTCOMES:
            self.crawler.stats.set_value(f"outcome/{name}", ledger.ended[True][name])
        for problem in ledger.problems(whole=reason == "finished" and ending.failure(self.crawler) is None):
            spider.logger.error("the request outcomes of this crawl are inconsistent: %s", problem)
        if ledger.failed:
            path = self._list(spider, ledger)
            spider.logger.warning("%d addresses failed; they and their reasons are in %s", len(ledger.failed), path)

    def _list(self, spider: Any, ledger: Ledger) -> Path | str:
        """Write the failed addresses in the format of `scrapy crawl pages -a file=`."""
        time = datetime.now(UTC).isoformat(timespec="seconds").replace(":", "-").removesuffix("+00-00")
        if session := session_of(self.crawler):  # two crawls may end in the same second
            time += f"-{session.archive.crawl}"
        path = Path(self.crawler.settings["DATA_DIR"]) / "failed" / f"{spider.name}-{spider.edition}-{time}.txt"
        lines = [f"{'' if article else '# '}{url}\t{one_line(why)}" for url, why, article in ledger.failed]
        about = f"# failed; the next crawl retries these; to retry now: scrapy crawl pages -a file={quote(str(path))}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join([about, *lines, ""]), encoding="utf-8")
        except OSError as error:
            return f"no file: {error}"
        return path
