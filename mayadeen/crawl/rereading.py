"""Kept pages through today's parsers, on all cores. No Scrapy here: each core runs this module in a process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from threading import Thread

from mayadeen.crawl.templates import Fit, TemplateReader
from mayadeen.extract.article import NotAnArticle
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.extract.templates.template import Template
from mayadeen.items import Article
from mayadeen.site import dates
from mayadeen.warc import KeptPage

BATCH = 1024 * 1024
"""Bytes of HTML that are handed over at a time: a real page, or eight small ones; some 20 ms of work."""


@dataclass(slots=True)
class Batch:
    """What some pages gave."""

    articles: list[Article] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """By the names that a crawl counts them under."""
    lines: list[str] = field(default_factory=list)
    """For the log: pages that gave no article, and why."""
    fits: dict[str, Fit] = field(default_factory=dict)
    """Edition -> how well its template fits."""


Templates = Mapping[str, Template | None]
"""Edition -> its template."""


async def read_again(pages: Iterable[KeptPage], processes: int, templates: Templates) -> AsyncIterator[Batch]:
    """The articles of pages, in their order. Memory is bounded by two batches a process."""
    if processes == 1:
        for batch in _batches(pages):
            yield read_batch(batch, templates)
            await asyncio.sleep(0)
        return
    loop, waiting = asyncio.get_running_loop(), deque[asyncio.Future[Batch]]()
    # Not forked: the engine's threads and sockets are none of their business.
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin) as pool:
        for batch in _batches(pages):
            waiting.append(loop.run_in_executor(pool, read_batch, batch, templates))
            if len(waiting) > 2 * processes:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()


def cores() -> int:
    """Cores that this process may run on (`taskset` bounds them)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_batch(pages: list[KeptPage], templates: Templates) -> Batch:
    """The articles of some pages. Never raises: a page that no parser foresaw must not cost the others."""
    found = Batch()
    readers = {edition: TemplateReader(template) for edition, template in templates.items()}
    found.fits = {edition: reader.fit for edition, reader in readers.items()}
    for page in pages:
        reader = readers[page.edition]
        try:
            reading = reader.read(
                Page(page.html, page.url, edition=page.edition, encoding=page.encoding),
                page.fetched,
                lambda name: found.counts.update([name]),
            )
        except NotAnArticle as error:
            found.counts["page/not_article"] += 1
            found.lines.append(f"not an article: {page.url} ({error})")
            continue
        except UnreadablePage as error:
            found.counts["page/unreadable"] += 1
            found.lines.append(f"unreadable page: {page.url} ({error})")
            continue
        except Exception as error:
            found.counts["page/failed"] += 1
            found.lines.append(f"the parser failed: {page.url} ({error!r})")
            continue
        found.counts["page/article"] += 1
        found.counts.update(f"parse/{name}/{origin}" for name, origin in reading.origins.items())
        about = reading.article.metadata
        about.dateDownloaded = dates.iso(page.fetched) if page.fetched else None
        about.parserVersion = reader.version
        found.articles.append(reading.article)
    return found


def _batches(pages: Iterable[KeptPage]) -> Iterator[list[KeptPage]]:
    batch: list[KeptPage] = []
    size = 0
    for page in pages:
        batch.append(page)
        size += len(page.html)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _begin() -> None:
    """A process that leaves Ctrl-C to its parent and ends when that does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
