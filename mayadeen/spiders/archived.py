"""`scrapy crawl archived`: reads the articles of one edition from a web archive."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, ClassVar, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from mayadeen.archive.captures import Capture
from mayadeen.crawl import arguments
from mayadeen.crawl.capture_pages import CapturePages
from mayadeen.crawl.captures import Line, NotAnIndex, Query, Service, capture_of, read_service
from mayadeen.crawl.fetching import Fetcher, reason_of, request_of
from mayadeen.crawl.scope import read_scope
from mayadeen.crawl.session import ArchiveSpider, Session
from mayadeen.errors import UsageError
from mayadeen.site import dates

ORDERS = ("newest", "oldest")
_BATCH = 100
"""Number of captures requested at a time. The others wait in the archive, not in memory."""
_NO_CAPTURES = b"No Captures found"
"""The body of the 404 with which pywb reports an empty result."""


class Archived(ArchiveSpider):
    """Articles from a web archive, as `items.Article`.

    First reads the index into the archive, then fetches the captures that were never read. Each capture with other
    content than its neighbours in time is a version.
    """

    name = "archived"
    custom_settings = {  # noqa: RUF012 - Scrapy declares it per spider
        "DOWNLOAD_DELAY": 2,  # web archives are shared by everybody
        "AUTOTHROTTLE_START_DELAY": 2,
        "METAREFRESH_ENABLED": False,
    }
    arguments: ClassVar[dict[str, str]] = {
        "edition": "en (default), ar or es",
        "source": "required: wayback, commoncrawl or the URL of a pywb collection",
        "sections": "slugs, separated by commas (default: the whole edition); `scrapy sections` lists them",
        "tags": "slugs or names, separated by commas",
        "since": "first day of publication, in Beirut: 2024-04-20, today, yesterday or 7d (seven days ago)",
        "until": "last day of publication, in the same form",
        "match": "any (default): articles in one of the sections or with one of the tags; all: both",
        "order": "newest (default) or oldest captures first",
        "plan": "1: read the index, print what there is to fetch, and end",
    }
    service: Service
    fetcher: Fetcher
    pages: CapturePages
    queries: list[Query]
    """The queries to the index that are left, the next one last."""
    newest_first: bool
    only_plan: bool
    planned: bool
    """Whether the index was read."""
    captures: Iterator[Capture]
    """The captures that are left to request."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Validate the arguments, lock the edition and open the archive. Raises UsageError."""
        given = arguments.check(cls.name, cls.arguments, kwargs)
        spider = super().from_crawler(crawler)
        order, plan = given.pop("order", "newest"), given.pop("plan", "0")
        if order not in ORDERS:
            raise UsageError(f"order must be one of {', '.join(ORDERS)}, got {order!r}")
        if plan not in ("0", "1"):
            raise UsageError(f"plan must be 1, got {plan!r}")
        if "source" not in given:
            raise UsageError("give a web archive: -a source=wayback, commoncrawl or the URL of a pywb collection")
        spider.service = read_service(given.pop("source"), crawler.settings)
        scope = read_scope(origin=crawler.settings.get("SITE_ORIGIN"), **given)
        spider.newest_first, spider.only_plan = order == "newest", plan == "1"
        spider.session = Session(crawler, scope, lock="archived")
        spider.site = scope.site
        spider.fetcher = Fetcher(spider.session)
        spider.pages = CapturePages(spider.session, spider.fetcher, spider.service)
        spider.queries = [spider.service.first(scope.site, scope.since)]
        spider.planned = False
        spider.captures = iter(())
        return spider

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins of the web archive. The site gets no request."""
        return self.service.origins

    async def start(self) -> AsyncIterator[Any]:
        if not self.only_plan:
            for article in self.outbox():
                yield article
        yield self.index_request(self.queries.pop())

    # --- The index -----------------------------------------------------------------------------------------------

    def index_request(self, query: Query) -> Request:
        """Return a request to the index."""
        request = self.fetcher.request(query.url, self.parse_index, "index", errback=self.index_failed, query=query)
        request.meta["handle_httpstatus_list"] = [404]  # see _NO_CAPTURES
        return request

    def parse_index(self, response: Response, query: Query) -> Iterator[Request]:
        """Record the captures of an index page. Yield the next request to the index."""
        session = self.session
        try:
            if response.status == 404 and _NO_CAPTURES not in response.body:
                raise NotAnIndex("http 404")
            page = self.service.read(query, b"" if response.status == 404 else response.body)
        except NotAnIndex as error:
            self.give_up(query, f"{response.url.partition('?')[0]} returned {error}")
        else:
            session.count("capture/index_pages")
            if page.skipped:
                session.count("bounded/index")
                self.logger.warning("%s: the rest is skipped", page.skipped)
            self.queries += reversed(page.following)
            self.record(page.lines)
        if self.queries:
            yield self.index_request(self.queries.pop())

    def record(self, lines: list[Line]) -> None:
        """Record the captures of index lines that are in scope."""
        session = self.session
        found: list[Capture] = []
        for line in lines:
            capture = capture_of(line, self.service, self.site)
            if isinstance(capture, str):
                session.count(f"capture/skipped/{capture}")
            elif not self.in_scope(capture):
                session.count("capture/skipped/out of scope")
            else:
                session.count("capture/in_scope")
                found.append(capture)
        forgotten = session.archive.forgotten({f"{self.edition} {capture.key}" for capture in found})
        kept = [capture for capture in found if f"{self.edition} {capture.key}" not in forgotten]
        if len(kept) < len(found):
            session.count("archive/forgotten", len(found) - len(kept))
        session.count("capture/index_lines", len(lines))
        session.archive.add_captures(self.edition, self.service.name, kept)

    def in_scope(self, capture: Capture) -> bool:
        """Return whether a capture may contain an article in scope. Tags and `until` are only known from the page."""
        scope = self.session.scope
        if scope.since and datetime.fromtimestamp(capture.time, UTC).astimezone(dates.BEIRUT).date() < scope.since:
            return False
        return bool(scope.tags and scope.match == "any") or not scope.sections or scope.may_have_address(capture.page)

    def index_failed(self, failure: Failure) -> Iterator[Request]:
        """Retry a query at the end, skip an optional one, or stop the crawl. Yield the next request to the index."""
        request, postponed = request_of(failure), len(self.fetcher.postponed)
        query: Query = request.cb_kwargs["query"]
        self.fetcher.failed(failure)
        if len(self.fetcher.postponed) == postponed and not self.session.failed:
            self.give_up(query, f"{request.url.partition('?')[0]} cannot be read: {reason_of(failure)}")
        if self.queries:
            yield self.index_request(self.queries.pop())

    def give_up(self, query: Query, why: str) -> None:
        """Skip an optional query that has failed, or stop the crawl."""
        if not query.optional:
            self.session.fail("index", why)
        self.logger.warning("%s; the next crawl tries again", why)
        self.session.count("capture/index_failed")

    # --- Captures ------------------------------------------------------------------------------------------------

    def report_plan(self) -> None:
        """Log how many captures there are to fetch and how long it takes. Print it with `-a plan=1`."""
        addresses, captures = set[int](), 0
        for capture in self.waiting():
            addresses.add(hash(capture.key))
            captures += 1
        count = self.crawler.stats.get_value
        if not count("capture/in_scope", 0):
            self.logger.warning(
                "%s lists no capture in scope: %d index lines, %d of them out of scope; check source and sections",
                self.service.name,
                count("capture/index_lines", 0),
                count("capture/skipped/out of scope", 0),
            )
        index = count("capture/index_pages", 0)
        hours = captures * self.settings.getfloat("DOWNLOAD_DELAY") / 3600
        text = (
            f"{self.service.name}: {len(addresses)} addresses, {captures} captures to fetch, "
            f"{index + captures} requests ({index} of them to the index, done), {hours:.1f} hours"
        )
        self.logger.info("%s", text)
        if self.only_plan:
            sys.stdout.write(text + "\n")

    def waiting(self) -> Iterator[Capture]:
        """Yield the captures in scope that were not read."""
        captures = self.session.archive.waiting_captures(
            self.edition, self.service.name, newest_first=self.newest_first
        )
        return filter(self.in_scope, captures)

    def next_requests(self) -> Iterator[Request]:
        """Yield failed queries to the index again, then the next batch of captures, then failed captures again."""
        if self.session.failed:
            return
        if not self.planned:
            if self.fetcher.postponed:
                yield from self.fetcher.next_tries()
                return
            self.planned, self.session.phase = True, "captures"
            self.report_plan()
            self.captures = iter(()) if self.only_plan else self.waiting()
        requests = [self.pages.request(capture) for capture in islice(self.captures, _BATCH)]
        yield from requests or self.fetcher.next_tries()
