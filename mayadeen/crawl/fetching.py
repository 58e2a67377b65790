"""Creates requests for the pages of a site, and handles failed ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from logging import getLogger
from typing import Any, Literal

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure
from w3lib.encoding import http_content_type_encoding

from mayadeen.crawl.answers import CutShort, OffSite, Refused, refusal
from mayadeen.crawl.log import one_line
from mayadeen.crawl.session import Session
from mayadeen.extract.page import Page, UnreadablePage

logger = getLogger(__name__)

Kind = Literal["front", "listing", "sitemap", "index", "article"]
PRIORITY: dict[Kind, int] = {"front": 100, "listing": 50, "sitemap": 20, "index": 20, "article": 0}
"""Pages that lead to others come first."""
_KEPT = ("kind", "account", "handle_httpstatus_list", "capture", "dont_redirect")
"""Keys of `meta` that a retried request keeps."""


class Fetcher:
    """Creates requests. Repeats failed ones at the end of the crawl if they may succeed then."""

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
        """Return a request to this site. `path` may be an absolute address. `account`: its key in the ledger."""
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
        """Return the page of a response. Raises UnreadablePage."""
        return page_of(response, self.session.edition)

    def readable(self, response: Response) -> Page | None:
        """Return the page of a response, or None after counting and logging an unreadable one."""
        try:
            return self.page(response)
        except UnreadablePage as error:
            self.unreadable(response, error)
            return None

    def unreadable(self, response: Response, error: UnreadablePage) -> None:
        """Count and log an unreadable page."""
        self.session.count("page/unreadable")
        logger.warning("unreadable page: %s (%s)", response.url, error)

    def within(self, bound: str, number: int) -> bool:
        """Return whether a number is within a setting. If not, count it, and log it once."""
        most = self.session.settings.getint(bound)
        if number <= most:
            return True
        if not self.session.crawler.stats.get_value(f"bounded/{bound}"):
            logger.warning("more than %s = %d: the rest is skipped", bound, most)
        self.session.count(f"bounded/{bound}")
        return False

    # --- Failures ------------------------------------------------------------------------------------------------

    def try_later(self, response: Response, why: str = "not a page of the site") -> bool:
        """Repeat at the end of the crawl a request whose response may be only a temporary notice. Returns whether it is
        repeated.

        Not if there are more of them than articles: do not request everything twice from a site that is down.
        """
        request = response.request
        read = self.session.crawler.stats.get_value("page/article", 0)
        few = self.session.settings.getint("HEALTH_MIN_PAGES") + read
        if request is None or request.meta.get("last_try") or len(self.postponed) >= few:
            return False
        self.postponed.append(request)
        logger.info("will be retried: %s (%s)", response.url, why)
        return True

    def failed(self, failure: Failure) -> None:
        """Count and log a failed request. Repeat it at the end if it may succeed then."""
        if self.session.failed:
            return
        request, status, why = request_of(failure), status_of(failure), reason_of(failure)
        if not request.meta.get("last_try") and self.is_passing(failure) and request.meta.get("kind") != "front":
            self.postponed.append(request)
            logger.info("will be retried: %s (%s)", request.url, why)
            return
        outcome = _outcome(failure, status)
        self.session.ledger.end(request.meta.get("account"), outcome, why)
        what = f"http {status}" if status else type(failure.value).__name__
        self.session.count(f"failed/{what}")
        logger.warning("%s: %s (%s)", outcome, request.url, why)

    def is_passing(self, failure: Failure) -> bool:
        """Return whether the failure is temporary."""
        codes = [int(code) for code in self.session.settings.getlist("RETRY_HTTP_CODES")]
        lasting = isinstance(failure.value, HttpError | IgnoreRequest | DownloadCancelledError)
        return status_of(failure) in codes or isinstance(failure.value, CutShort) or not lasting

    def next_tries(self) -> Iterator[Request]:
        """Yield the failed requests once more at the end: many failures are temporary."""
        requests, self.postponed = self.postponed, []
        for request in requests:
            kept = {name: request.meta[name] for name in _KEPT if name in request.meta}
            yield request.replace(meta={**kept, "last_try": True})


def page_of(response: Response, edition: str) -> Page:
    """Return the page of a response. Raises UnreadablePage."""
    declared = http_content_type_encoding((response.headers.get("Content-Type") or b"").decode("latin-1"))
    return Page(response.body, response.url, edition=edition, encoding=declared)


def request_of(failure: Failure) -> Request:
    """Return the failed request, which Scrapy attaches to the failure."""
    request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
    return request


def status_of(failure: Failure) -> int | None:
    """Return the status of an error response."""
    return failure.value.response.status if isinstance(failure.value, HttpError) else None


def reason_of(failure: Failure) -> str:
    """Return the reason of a failed request in one line."""
    status = status_of(failure)
    return f"http {status}" if status else one_line(str(failure.value)) or type(failure.value).__name__


def is_temporary(response: Response) -> bool:
    """Return whether a response came through a temporary redirect. It may be another page than the requested one."""
    return not {302, 303, 307}.isdisjoint(response.meta.get("redirect_reasons", ()))


def _outcome(failure: Failure, status: int | None) -> str:
    """Return the outcome of a failed request, with the names of `ledger`."""
    if status in (404, 410):
        return "gone"
    error = failure.value
    if isinstance(error, OffSite):
        return "out of scope"
    forbidden = isinstance(error, IgnoreRequest) and "robots.txt" in str(error)
    if forbidden or isinstance(error, Refused) or (isinstance(error, HttpError) and refusal(error.response)):
        return "refused"
    return "failed"
