"""Requests for the pages of a site, and what becomes of those that come to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from logging import getLogger
from typing import Any, Literal

from scrapy import Request
from scrapy.exceptions import DontCloseSpider, DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure
from w3lib.encoding import http_content_type_encoding

from mayadeen.crawl.answers import CutShort, OffSite, Refused, refusal
from mayadeen.crawl.session import Session
from mayadeen.extract.page import Page, UnreadablePage

logger = getLogger(__name__)

Kind = Literal["front", "listing", "sitemap", "article"]
PRIORITY: dict[Kind, int] = {"front": 100, "listing": 50, "sitemap": 20, "article": 0}
"""What leads on goes first."""
_KEPT = ("kind", "account", "handle_httpstatus_list")
"""What a request keeps of its `meta` when it is tried anew."""


class Fetcher:
    """Makes requests; puts off to the end of the crawl what has failed and may do better then."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.postponed: list[Request] = []

    def request(
        self,
        path: str,
        callback: Callable[..., Any],
        kind: Kind,
        *,
        errback: Callable[[Failure], Any] | None = None,
        account: str | None = None,
        **kwargs: Any,
    ) -> Request:
        """A request on this site; `path` or an absolute address. `account`: its name in the ledger."""
        url = path if "://" in path else self.session.site.origin + path
        return Request(
            url,
            callback=callback,
            errback=errback or self.failed,
            priority=PRIORITY[kind],
            cb_kwargs=kwargs,
            meta={"kind": kind, "account": account or url},
        )

    def page(self, response: Response) -> Page:
        """The page of a response; raises UnreadablePage."""
        return page_of(response, self.session.edition)

    def readable(self, response: Response) -> Page | None:
        """The page of a response; None, counted and named, when it is none."""
        try:
            return self.page(response)
        except UnreadablePage as error:
            self.unreadable(response, error)
            return None

    def unreadable(self, response: Response, error: UnreadablePage) -> None:
        """Counts and names what is no page."""
        self.session.count("page/unreadable")
        logger.warning("unreadable page: %s (%s)", response.url, error)

    def within(self, bound: str, number: int) -> bool:
        """Whether a number is within a setting; if not, that is counted, and said once."""
        most = self.session.settings.getint(bound)
        if number <= most:
            return True
        if not self.session.crawler.stats.get_value(f"bounded/{bound}"):
            logger.warning("more than %s = %d: the rest is left", bound, most)
        self.session.count(f"bounded/{bound}")
        return False

    # --- What came to nothing ------------------------------------------------------------------------------------

    def try_later(self, response: Response, why: str = "no page of the site") -> bool:
        """Puts off to the end what may be something else then: a notice passes. Whether it did.

        Not when there are more of them than articles: a site that is down is not asked for everything twice.
        """
        request = response.request
        read = self.session.crawler.stats.get_value("page/article", 0)
        few = self.session.settings.getint("HEALTH_MIN_PAGES") + read
        if request is None or request.meta.get("last_try") or len(self.postponed) >= few:
            return False
        self.postponed.append(request)
        logger.info("to be tried again: %s (%s)", response.url, why)
        return True

    def failed(self, failure: Failure) -> None:
        """Counts and names a request that came to nothing; one that may do better is tried again at the end."""
        if self.session.failed:
            return
        request, status = request_of(failure), status_of(failure)
        why = f"http {status}" if status else str(failure.value) or type(failure.value).__name__
        if not request.meta.get("last_try") and self.is_passing(failure) and request.meta.get("kind") != "front":
            self.postponed.append(request)
            logger.info("to be tried again: %s (%s)", request.url, why)
            return
        outcome = _outcome(failure, status)
        self.session.ledger.end(request.meta.get("account"), outcome, why)
        what = f"http {status}" if status else type(failure.value).__name__
        self.session.count(f"failed/{what}")
        logger.warning("%s: %s (%s)", outcome, request.url, why)

    def is_passing(self, failure: Failure) -> bool:
        """Whether a failure is of the kind that is tried again."""
        codes = [int(code) for code in self.session.settings.getlist("RETRY_HTTP_CODES")]
        lasting = isinstance(failure.value, HttpError | IgnoreRequest | DownloadCancelledError)
        return status_of(failure) in codes or isinstance(failure.value, CutShort) or not lasting

    def next_tries(self) -> Iterator[Request]:
        """What has failed, once more, when all else is done: much passes by itself."""
        requests, self.postponed = self.postponed, []
        for request in requests:
            kept = {name: request.meta[name] for name in _KEPT if name in request.meta}
            yield request.replace(meta={**kept, "last_try": True})

    def idle(self) -> None:
        """All is read but what has failed."""
        requests = list(self.next_tries())
        for request in requests:
            self.session.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider


def page_of(response: Response, edition: str) -> Page:
    """The page of a response; raises UnreadablePage."""
    declared = http_content_type_encoding((response.headers.get("Content-Type") or b"").decode("latin-1"))
    return Page(response.body, response.url, edition=edition, encoding=declared)


def request_of(failure: Failure) -> Request:
    """The request that came to nothing; Scrapy puts it there."""
    request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
    return request


def status_of(failure: Failure) -> int | None:
    """The status of an answer that is no success."""
    return failure.value.response.status if isinstance(failure.value, HttpError) else None


def _outcome(failure: Failure, status: int | None) -> str:
    """What becomes of an address that came to nothing, as `ledger` names it."""
    if status in (404, 410):
        return "gone"
    error = failure.value
    if isinstance(error, OffSite):
        return "out of scope"
    forbidden = isinstance(error, IgnoreRequest) and "robots.txt" in str(error)
    if forbidden or isinstance(error, Refused) or (isinstance(error, HttpError) and refusal(error.response)):
        return "refused"
    return "failed"
