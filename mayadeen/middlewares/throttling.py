"""Controls the request rate per host: robots.txt, Retry-After, backoff after errors, other crawls of the archive."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from logging import getLogger
from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from mayadeen.archive.database import open_pace
from mayadeen.browser.handler import request_leaving
from mayadeen.crawl import ending
from mayadeen.crawl.answers import refusal
from mayadeen.crawl.places import archive_place

logger = getLogger(__name__)

_NO_ANSWER = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    OSError,
)
_OVERLOADED = (429, 503)
_PATIENCE = 3
"""Consecutive errors, other than overload, that may be caused by single pages."""


class Throttling:
    """Sets the delay of a downloader slot, together with AutoThrottle, whose delay it limits from below.

    - Crawl-delay and Request-rate of robots.txt, which Scrapy ignores, are the minimum delay.
    - A host gets no requests for the time in its Retry-After, or for a time that doubles with each consecutive error.
      No task sleeps: the slot's last request is set to a time in the future.
    - A Retry-After longer than RETRY_AFTER_MAX seconds, or OUTAGE_LIMIT consecutive errors, stops the crawl. The next
      crawl continues.
    - The crawls of an archive on PostgreSQL share one rate: the slot's delay is the minimum time between any two of
      their requests, and all of them keep a pause that one of them was asked for.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.first = crawler.settings.getfloat("RETRY_AFTER_MIN")
        self.longest = crawler.settings.getfloat("RETRY_AFTER_MAX")
        self.limit = crawler.settings.getint("OUTAGE_LIMIT")
        self.least: dict[str, float] = {}
        """Slot -> minimum delay in seconds, from robots.txt."""
        self.row: Counter[str] = Counter()
        """Slot -> number of consecutive errors."""
        self.until: dict[str, float] = {}
        """Slot -> end of its pause, in monotonic seconds."""
        self.concurrency: dict[str, int] = {}
        """Slot -> its normal concurrency, while it is limited to one request at a time."""
        self.pace = open_pace(archive_place(crawler.settings), crawler.settings.getfloat("ARCHIVE_TIMEOUT"))
        if self.pace:
            crawler.signals.connect(self.turn, request_leaving)
            crawler.signals.connect(self.pace.close, signals.engine_stopped)
        crawler.signals.connect(self.robots_parsed, signals.robots_parsed)
        # Connected after AutoThrottle, which is an extension.
        crawler.signals.connect(self.response_downloaded, signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    # --- Crawl-delay ---------------------------------------------------------------------------------------------

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Read the delay for this crawler from robots.txt."""
        settings = self.crawler.settings
        agent = settings.get("ROBOTSTXT_USER_AGENT") or settings.get("USER_AGENT")
        delay = asked_delay(robotparser, str(agent))
        if not delay:
            return
        downloader = self.crawler.engine.downloader
        key = downloader.get_slot_key(request)
        own = settings.getfloat("DOWNLOAD_DELAY")
        self.least[key] = max(own, min(delay, settings.getfloat("CRAWL_DELAY_MAX")))
        # Scrapy recreates a slot after a minute without requests. The new slot takes its delay from here.
        downloader.per_slot_settings.setdefault(key, {})["delay"] = self.least[key]
        downloader.per_slot_settings[key]["jitter"] = 0
        logger.info("robots.txt requires %g s between requests", delay)
        self._hold_up(key)

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Raise the delay that AutoThrottle has just set to the minimum."""
        self._hold_up(str(request.meta.get("download_slot")))

    def _hold_up(self, key: str) -> None:
        slot, least = self._slot(key), self.least.get(key)
        if slot is not None and least is not None and slot.delay < least:
            slot.delay = least
            slot.jitter = 0

    def _slot(self, key: str) -> Slot | None:
        return self.crawler.engine.downloader.slots.get(key)

    # --- Shared rate ---------------------------------------------------------------------------------------------

    async def turn(self, request: Request) -> None:
        """Wait for the turn of a request that is about to leave. A slot without a delay does not wait."""
        host = str(request.meta.get("download_slot"))
        slot = self._slot(host)
        if self.pace and slot is not None and slot.delay:
            slot.jitter = 0  # the shared gaps are never shorter than the delay, so random ones would only be longer
            await self.pace.turn(host, slot.delay)

    # --- Pauses --------------------------------------------------------------------------------------------------

    async def process_response(self, request: Request, response: Response) -> Response:
        """Handle a response. Any response that is not a server error shows that the host is up."""
        host = request.meta.get("download_slot")
        if host is None:
            return response
        request.meta.pop("in_pause", None)  # of an earlier try
        failed = response.status >= 500 or response.status == 429
        if not failed or refusal(response) == "challenge":
            if response.status < 400:
                self._resume(host)
            return response
        stated = retry_after(response)
        if stated is not None and stated > self.longest:
            ending.end(
                self.crawler,
                "retry_later",
                f"the site requests a pause of {stated:.0f} s (HTTP {response.status}, Retry-After, for "
                f"{response.url}), longer than RETRY_AFTER_MAX ({self.longest:.0f} s): run the crawl again then",
            )
            return response
        await self._wait(request, host, f"HTTP {response.status}", response.status in _OVERLOADED, stated)
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Handle a missing or truncated response."""
        host = request.meta.get("download_slot")
        if host is not None and isinstance(exception, _NO_ANSWER):
            await self._wait(request, host, type(exception).__name__, False, None)

    async def _wait(self, request: Request, host: str, what: str, overloaded: bool, stated: float | None) -> None:
        """Postpone the next request to the host."""
        now = monotonic()
        # Requests already pending when the pause began give no new information.
        request.meta["in_pause"] = now < self.until.get(host, 0)
        if not request.meta["in_pause"]:
            self.row[host] += 1
        if self.row[host] >= self.limit:
            ending.end(
                self.crawler,
                "site_down",
                f"{self.row[host]} consecutive errors, the last was {what} for {request.url}: the site "
                "seems to be down; run the crawl again later",
            )
            return
        steps = self.row[host] - (1 if overloaded else _PATIENCE)
        doubled = 0 if steps < 0 or request.meta["in_pause"] else self.first * 2**steps
        wait = min(doubled if stated is None else stated, self.longest)
        slot = self._slot(host)
        if wait <= 0 or slot is None:
            return
        slot.delay = slot.delay or 0.01  # without a delay, the slot does not check the time
        slot.lastseen = max(slot.lastseen, now + wait)
        self.concurrency.setdefault(host, slot.concurrency)
        slot.concurrency = 1  # one request is enough to test whether the host is up again
        self.until[host] = max(self.until.get(host, 0), now + wait)
        if self.crawler.stats:
            self.crawler.stats.inc_value("retry_after/pauses")
            self.crawler.stats.inc_value("retry_after/seconds", round(wait))
        logger.info("%s for %s: no request to %s for %.1f s", what, request.url, host, wait)
        if self.pace:
            await self.pace.pause(host, wait)

    def _resume(self, host: str) -> None:
        """Reset the backoff."""
        self.row[host] = 0
        concurrency = self.concurrency.pop(host, None)
        slot = self._slot(host)
        if concurrency is not None and slot is not None:
            slot.concurrency = concurrency


def retry_after(response: Response) -> float | None:
    """Return the seconds in Retry-After, stated as a number or an HTTP date, or None if it is invalid."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def asked_delay(robotparser: RobotParser, agent: str) -> float:
    """Return the delay in seconds from Crawl-delay or Request-rate, whichever is longer; 0 if neither is stated."""
    # Scrapy's parser only returns the Crawl-delay. Protego, which it uses, knows the rate, ignoring its time of day.
    rate = robotparser.rp.request_rate(agent) if isinstance(robotparser, ProtegoRobotParser) else None
    spacing = rate.seconds / rate.requests if rate and rate.requests else 0.0
    return max(float(robotparser.crawl_delay(agent) or 0), spacing)
