"""Captures of article pages: requests them, and reads the responses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from logging import getLogger

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from mayadeen.archive.captures import Capture
from mayadeen.crawl.answers import CutShort, NoPage, refusal
from mayadeen.crawl.captures import Service
from mayadeen.crawl.fetching import Fetcher, page_of, request_of, status_of
from mayadeen.crawl.session import Session
from mayadeen.extract.article import NotAnArticle, Notice
from mayadeen.extract.page import UnreadablePage
from mayadeen.items import Article, Visit
from mayadeen.site import dates

logger = getLogger(__name__)

_REWRITTEN = (b"BEGIN WAYBACK TOOLBAR INSERT", b"/_static/js/bundle-playback.js", b"wombat.js", b"WB_wombat_Init")
"""Inserted by web archives into the pages that they rewrite."""


class CapturePages:
    """Requests captures of one web archive and reads them. No capture is fetched again once it has an outcome."""

    def __init__(self, session: Session, fetcher: Fetcher, service: Service) -> None:
        self.session, self.fetcher, self.service = session, fetcher, service

    def request(self, capture: Capture) -> Request:
        """Return a request for a capture."""
        # Two captures of one second have the same URL.
        account = f"{capture.url} {capture.n}"
        url, _, record = capture.url.partition("#")
        request = self.fetcher.request(
            url, self.parse, "article", errback=self.failed, account=account, capture=capture
        )
        # Do not follow a captured redirect: its target has a line of its own in the index.
        request.meta.update(capture=capture, dont_redirect=True)
        if record:
            request.headers["Range"] = record
        return request

    def parse(self, response: Response, capture: Capture) -> Iterator[Article]:
        """Yield the article of a capture, if it has one."""
        session, account = self.session, response.meta["account"]
        if refusal(response) is not None:
            self._end(account, capture, "refusal")
            return
        if any(mark in response.body for mark in _REWRITTEN):
            self._end(account, capture, "rewritten")
            return
        moment = datetime.fromtimestamp(capture.time, UTC)
        try:
            # Links and ids are relative to the address on the site.
            page = page_of(response.replace(url=capture.page), session.edition)
            article = session.reader.read(page, moment).article
        except UnreadablePage:
            self._end(account, capture, "unreadable")
            return
        except NotAnArticle as error:
            self._end(account, capture, "error_page" if isinstance(error, Notice) else "not_article")
            return
        session.count("capture/article")
        article.metadata.dateDownloaded = dates.iso(moment)
        article.metadata.captureUrl = capture.url
        article.metadata.discoveredFrom = self.service.name
        article.metadata.parserVersion = session.reader.version
        article.context.visit = Visit(
            address=session.address(capture.page), capture=capture.n, outside=session.scope.refuses(article)
        )
        yield article

    def failed(self, failure: Failure) -> None:
        """Record why a capture has no page, or let the fetcher handle a failed request."""
        request, status = request_of(failure), status_of(failure)
        capture: Capture = request.meta["capture"]
        account = request.meta["account"]
        if isinstance(failure.value, CutShort):
            self._end(account, capture, "truncated")
        elif isinstance(failure.value, NoPage):
            self._end(account, capture, str(failure.value))
        elif status is not None and 300 <= status < 400:
            self._end(account, capture, "redirect")
        elif status in (404, 410):
            self._end(account, capture, "missing", "gone")
        else:
            self.fetcher.failed(failure)

    def _end(self, account: str, capture: Capture, what: str, outcome: str = "not an article") -> None:
        """Record that a capture has no article."""
        self.session.count(f"capture/{what}")
        logger.info("%s: %s", what, capture.url)
        self.session.archive.end_capture(capture.n, what)
        self.session.ledger.end(account, outcome)
