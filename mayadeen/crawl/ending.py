"""Ends a crawl with an error. The first failure is stored until the command reads it."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from mayadeen.errors import CrawlFailure

GOOD_REASONS = ("finished", "closespider_itemcount", "closespider_pagecount", "closespider_timeout")
"""Finish reasons of a successful crawl."""
_failures: WeakKeyDictionary[Crawler, CrawlFailure] = WeakKeyDictionary()
_alarms: WeakKeyDictionary[Crawler, list[str]] = WeakKeyDictionary()
_closing: set[asyncio.Task[None]] = set()
"""References to running tasks, because the event loop only has weak ones."""


def failure(crawler: Crawler) -> CrawlFailure | None:
    """Return the failure of a crawl, if any."""
    return _failures.get(crawler)


def alarms(crawler: Crawler) -> list[str]:
    """Return the alarms of a crawl, which may have ended well."""
    return _alarms.get(crawler, [])


def alarm(crawler: Crawler, text: str) -> None:
    """Add an alarm. It does not affect the crawl and its feeds."""
    _alarms.setdefault(crawler, []).append(text)


def why_unwell(crawler: Crawler) -> str | None:
    """Return why a closing crawl has not ended well, or None if it has."""
    if (problem := failure(crawler)) is not None:
        return problem.reason
    reason = str(crawler.stats.get_value("finish_reason", "finished")) if crawler.stats else "finished"
    return None if reason in GOOD_REASONS else reason


def fail(crawler: Crawler, reason: str, message: str) -> None:
    """Record an error without stopping the crawl."""
    _failures.setdefault(crawler, CrawlFailure(reason, message))


def end(crawler: Crawler, reason: str, message: str) -> None:
    """Stop a crawl with an error, once. A callback uses `raise` instead."""
    if crawler.spider is None or failure(crawler) is not None:
        return
    fail(crawler, reason, message)
    assert crawler.engine is not None
    # Drop waiting requests: they would only be further requests to a site that refuses them.
    for slot in crawler.engine.downloader.slots.values():
        while slot.queue:
            slot.queue.popleft()[1].errback(IgnoreRequest("the crawl is over"))
    task = asyncio.ensure_future(crawler.engine.close_spider_async(reason=reason))
    _closing.add(task)
    task.add_done_callback(_closing.discard)
