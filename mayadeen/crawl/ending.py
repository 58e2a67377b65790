"""How a crawl ends with an error: the first failure counts, and is kept here until the command reads it."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from mayadeen.errors import CrawlFailure

GOOD_REASONS = ("finished", "closespider_itemcount", "closespider_pagecount", "closespider_timeout")
"""Finish reasons of a crawl that has ended as it should."""
_failures: WeakKeyDictionary[Crawler, CrawlFailure] = WeakKeyDictionary()
_alarms: WeakKeyDictionary[Crawler, list[str]] = WeakKeyDictionary()
_closing: set[asyncio.Task[None]] = set()
"""The loop holds its tasks weakly."""


def failure(crawler: Crawler) -> CrawlFailure | None:
    """What has gone wrong with a crawl so far."""
    return _failures.get(crawler)


def alarms(crawler: Crawler) -> list[str]:
    """What is not as usual with a crawl that may have ended well."""
    return _alarms.get(crawler, [])


def alarm(crawler: Crawler, text: str) -> None:
    """Something is not as usual; the crawl and its feeds are as good as without."""
    _alarms.setdefault(crawler, []).append(text)


def why_unwell(crawler: Crawler) -> str | None:
    """Why a crawl that is closing has not ended well; None when it has."""
    if (problem := failure(crawler)) is not None:
        return problem.reason
    reason = str(crawler.stats.get_value("finish_reason", "finished")) if crawler.stats else "finished"
    return None if reason in GOOD_REASONS else reason


def fail(crawler: Crawler, reason: str, message: str) -> None:
    """Gives a crawl an error; it goes on."""
    _failures.setdefault(crawler, CrawlFailure(reason, message))


def end(crawler: Crawler, reason: str, message: str) -> None:
    """Ends a crawl with an error, from anywhere but a callback's own raise; not a second time."""
    if crawler.spider is None or failure(crawler) is not None:
        return
    fail(crawler, reason, message)
    assert crawler.engine is not None
    # What waits for its turn goes nowhere: it would only be one more request to a site that wants none.
    for slot in crawler.engine.downloader.slots.values():
        while slot.queue:
            slot.queue.popleft()[1].errback(IgnoreRequest("the crawl is over"))
    task = asyncio.ensure_future(crawler.engine.close_spider_async(reason=reason))
    _closing.add(task)
    task.add_done_callback(_closing.discard)
