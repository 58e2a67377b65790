"""`scrapy crawl archived`: articles from a web archive; each capture with other content is a version."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, ClassVar, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from mayadeen.archive.captures import Capture
from mayadeen.crawl import arguments
from mayadeen.crawl.answers import Apart, CutShort, refusal
from mayadeen.crawl.captures import Line, NotAnIndex, Question, Service, capture_of, read_service
from mayadeen.crawl.fetching import Fetcher, page_of, request_of, status_of
from mayadeen.crawl.scope import read_scope
from mayadeen.crawl.session import ArchiveSpider, Session
from mayadeen.errors import ArchiveError, UsageError
from mayadeen.extract.article import NotAnArticle, Notice
from mayadeen.extract.page import UnreadablePage
from mayadeen.items import Article, Visit
from mayadeen.site import dates

ORDERS = ("newest", "oldest")
_AT_ONCE = 100
"""Captures asked for at a time; the others wait in the archive's file."""
_NOTHING = b"No Captures found"
_REWRITTEN = (b"BEGIN WAYBACK TOOLBAR INSERT", b"/_static/js/bundle-playback.js", b"wombat.js", b"WB_wombat_Init")
"""What a web archive puts into pages that it has rewritten."""


class Archived(ArchiveSpider):
    """The articles of one edition that a web archive holds, as `items.Article`."""

    name = "archived"
    custom_settings = {  # noqa: RUF012 - Scrapy declares it as one of each spider
        "DOWNLOAD_DELAY": 2,  # a web archive serves everybody
        "AUTOTHROTTLE_START_DELAY": 2,
        "METAREFRESH_ENABLED": False,
    }
    arguments: ClassVar[dict[str, str]] = {
        "edition": "en (default), ar or es",
        "source": "wayback, commoncrawl, or the address of a pywb collection",
        "sections": "section slugs, separated by commas",
        "tags": "tag names, separated by commas",
        "since": "first day of publication, such as 2024-04-20",
        "until": "last day of publication",
        "match": "any (default) or all: in one of the sections and with one of the tags",
        "order": "newest (default) or oldest captures first",
        "plan": "1: read the index, say what there is to fetch, and end",
    }
    service: Service
    fetcher: Fetcher
    questions: list[Question]
    """To the index, the next one last."""
    newest_first: bool
    only_plan: bool
    planned: bool
    captures: Iterator[Capture]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Checks the arguments and opens the archive; raises UsageError."""
        given = arguments.check(cls.name, cls.arguments, kwargs)
        spider = super().from_crawler(crawler)
        order, plan = given.pop("order", "newest"), given.pop("plan", "0")
        if order not in ORDERS:
            raise UsageError(f"order must be one of {', '.join(ORDERS)}, got {order!r}")
        if plan not in ("0", "1"):
            raise UsageError(f"plan must be 1, got {plan!r}")
        if "source" not in given:
            raise UsageError("give a web archive: -a source=wayback, commoncrawl or the address of a pywb collection")
        spider.service = read_service(given.pop("source"), crawler.settings)
        scope = read_scope(origin=crawler.settings.get("SITE_ORIGIN"), **given)
        spider.newest_first, spider.only_plan = order == "newest", plan == "1"
        spider.session = Session(crawler, scope)
        spider.site = scope.site
        spider.fetcher = Fetcher(spider.session)
        spider.questions = [spider.service.first(scope.site, scope.since)]
        spider.planned = False
        spider.captures = iter(())
        crawler.signals.connect(spider.idle, signals.spider_idle)
        return spider

    @property
    def origins(self) -> tuple[str, ...]:
        """The web archive, and never the site."""
        return self.service.origins

    async def start(self) -> AsyncIterator[Any]:
        if not self.only_plan:
            for article, listed in self.session.archive.outbox(self.edition, self.session.views):
                if not self.session.scope.refuses(article, listed=listed):
                    self.session.count("archive/again")
                    yield article
        yield self.index_request(self.questions.pop())

    # --- The index -----------------------------------------------------------------------------------------------

    def index_request(self, question: Question) -> Request:
        """A request to the index."""
        request = self.fetcher.request(
            question.url, self.parse_index, "index", errback=self.index_failed, question=question
        )
        # With this status pywb says that it has nothing.
        request.meta["handle_httpstatus_list"] = [404]
        return request

    def parse_index(self, response: Response, question: Question) -> Iterator[Request]:
        """Notes the captures of a part of the index; only what is in scope, and in the archive's file."""
        session = self.session
        try:
            if response.status == 404 and _NOTHING not in response.body:
                raise NotAnIndex("http 404")
            answer = self.service.read(question, b"" if response.status == 404 else response.body)
        except NotAnIndex as error:
            session.fail("index", f"{response.url.partition('?')[0]} answers with {error}")
        session.count("capture/index_pages")
        if answer.left:
            session.count("bounded/index")
            self.logger.warning("%s: the rest is left", answer.left)
        self.questions += reversed(answer.further)
        self.note(answer.lines)
        if self.questions:
            yield self.index_request(self.questions.pop())

    def note(self, lines: list[Line]) -> None:
        """Puts the captures in scope into the archive's file."""
        session = self.session
        found: list[Capture] = []
        forgotten: dict[str, bool] = {}
        for line in lines:
            capture = capture_of(line, self.service, self.site)
            if isinstance(capture, str):
                session.count(f"capture/apart/{capture}")
            elif not self.is_wanted(capture):
                session.count("capture/apart/out of scope")
            else:
                if capture.key not in forgotten:
                    forgotten[capture.key] = session.archive.is_forgotten(f"{self.edition} {capture.key}")
                if forgotten[capture.key]:
                    session.count("archive/forgotten")
                else:
                    found.append(capture)
        session.count("capture/index_lines", len(lines))
        session.archive.add_captures(self.edition, self.service.name, found)

    def is_wanted(self, capture: Capture) -> bool:
        """Whether a capture may hold an article in scope. Tags, and days until when, stand only in the page."""
        scope = self.session.scope
        if scope.since and datetime.fromtimestamp(capture.time, UTC).astimezone(dates.BEIRUT).date() < scope.since:
            return False
        return bool(scope.tags and scope.match == "any") or not scope.sections or scope.may_have_address(capture.page)

    def index_failed(self, failure: Failure) -> Iterator[Request]:
        """Without an index nothing is known; without that of one crawl of many, less."""
        request, postponed = request_of(failure), len(self.fetcher.postponed)
        question: Question = request.cb_kwargs["question"]
        self.fetcher.failed(failure)
        if len(self.fetcher.postponed) == postponed and not self.session.failed:
            status = status_of(failure)
            why = f"http {status}" if status else str(failure.value) or type(failure.value).__name__
            text = f"{request.url.partition('?')[0]} cannot be read: {why}"
            if not question.optional:
                self.session.fail("index", text)
            self.logger.warning("%s; what it has is left to the next crawl", text)
            self.session.count("capture/index_failed")
        if self.questions:
            yield self.index_request(self.questions.pop())

    # --- The plan ------------------------------------------------------------------------------------------------

    def say_plan(self) -> None:
        """Says what there is to fetch, and how long that takes."""
        addresses, captures = set[int](), 0
        for capture in self.wanted():
            addresses.add(hash(capture.key))
            captures += 1
        index = self.crawler.stats.get_value("capture/index_pages", 0)
        hours = captures * self.settings.getfloat("DOWNLOAD_DELAY") / 3600
        text = (
            f"{self.service.name}: {len(addresses)} addresses, {captures} captures to fetch, "
            f"{index + captures} requests ({index} of them for the index, done), {hours:.1f} hours"
        )
        self.logger.info("%s", text)
        if self.only_plan:
            sys.stdout.write(text + "\n")

    def wanted(self) -> Iterator[Capture]:
        """The captures in scope that were not read."""
        waiting = self.session.archive.waiting_captures
        yield from filter(self.is_wanted, waiting(self.edition, self.service.name, newest_first=self.newest_first))

    def idle(self) -> None:
        """When all is read: what has failed in the index; the plan; the next captures; those that failed; the end."""
        try:
            requests = list(self.next_requests())
        except ArchiveError as error:
            self.session.fail("archive", str(error))
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def next_requests(self) -> Iterator[Request]:
        """The next captures, else what has failed, once more."""
        if self.session.failed:
            return
        if not self.planned:
            if self.fetcher.postponed:
                yield from self.fetcher.next_tries()
                return
            self.planned, self.session.phase = True, "captures"
            self.say_plan()
            self.captures = iter(()) if self.only_plan else self.wanted()
        requests = [self.capture_request(capture) for capture in islice(self.captures, _AT_ONCE)]
        yield from requests or self.fetcher.next_tries()

    # --- Captures ------------------------------------------------------------------------------------------------

    def capture_request(self, capture: Capture) -> Request:
        """A request for a capture."""
        # Two captures of one second have one address.
        account = f"{capture.url} {capture.n}"
        url, _, record = capture.url.partition("#")
        request = self.fetcher.request(
            url, self.parse, "article", errback=self.failed, account=account, capture=capture
        )
        # A redirect is a capture as well; what it leads to has a line of its own in the index.
        request.meta.update(capture=capture, dont_redirect=True)
        if record:
            request.headers["Range"] = record
        return request

    def end(self, account: str, capture: Capture, what: str, outcome: str = "not an article") -> None:
        """A capture without an article: it is not fetched again."""
        self.session.count(f"capture/{what}")
        self.logger.info("%s: %s", what, capture.url)
        self.session.archive.end_capture(capture.n, what)
        self.session.ledger.end(account, outcome)

    def parse(self, response: Response, capture: Capture) -> Iterator[Article]:
        """A capture of an article page, or of something else."""
        session, account = self.session, response.meta["account"]
        by = refusal(response)
        if by is not None:
            self.end(account, capture, "refusal")
            return
        if any(mark in response.body for mark in _REWRITTEN):
            self.end(account, capture, "rewritten")
            return
        moment = datetime.fromtimestamp(capture.time, UTC)
        try:
            # With the live address: so links and ids are those of the site.
            page = page_of(response.replace(url=capture.page), self.edition)
            reading = session.reader.read(page, moment)
        except UnreadablePage:
            self.end(account, capture, "unreadable")
            return
        except NotAnArticle as error:
            self.end(account, capture, "error_page" if isinstance(error, Notice) else "not_article")
            return
        session.count("capture/article")
        article = reading.article
        article.metadata.dateDownloaded = dates.iso(moment)
        article.metadata.captureUrl = capture.url
        article.metadata.discoveredFrom = self.service.name
        article.metadata.parserVersion = session.reader.version
        article.context.visit = Visit(
            address=session.address(capture.page), capture=capture.n, outside=session.scope.refuses(article)
        )
        yield article

    def failed(self, failure: Failure) -> None:
        """A capture that could not be had."""
        request, status = request_of(failure), status_of(failure)
        capture: Capture = request.meta["capture"]
        account = request.meta["account"]
        if isinstance(failure.value, CutShort):
            self.end(account, capture, "truncated")
        elif isinstance(failure.value, Apart):
            self.end(account, capture, str(failure.value))
        elif status is not None and 300 <= status < 400:
            self.end(account, capture, "redirect")
        elif status in (404, 410):
            self.end(account, capture, "missing", "gone")
        else:
            self.fetcher.failed(failure)
