"""Reads kept pages with the current parsers, on all cores. No Scrapy here: each core runs this module in a process.

`workers` does the same on the workers of a Dask scheduler.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import get_context, parent_process
from threading import Thread

from mayadeen.crawl.templates import Fit, TemplateReader
from mayadeen.errors import CrawlFailure, UsageError
from mayadeen.extract.article import NotAnArticle
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.extract.templates.template import Template
from mayadeen.items import Article
from mayadeen.site import dates
from mayadeen.site.address import Site
from mayadeen.warc import File, KeptPage, UnreadableFile, read_pages

BATCH = 1024 * 1024
"""Bytes of HTML per batch: one real page, or eight small ones; about 20 ms of work."""
_WORTH = 4 * 1024 * 1024
"""Compressed bytes for which one more process is started."""

Templates = Mapping[str, Template | None]
"""Edition -> its template."""


@dataclass(frozen=True, slots=True)
class Job:
    """Files of kept pages to reread, in this order."""

    files: list[File]
    size: int
    """Total size of the files in bytes."""
    limit: int
    """Maximum size of a page in bytes."""
    templates: Templates
    mirror: Site | None = None
    """A further site whose pages are read."""


@dataclass(slots=True)
class Pages:
    """Some pages of a file, and the other records between them."""

    pages: list[KeptPage] = field(default_factory=list)
    size: int = 0
    """Number of compressed bytes read from the file for them."""
    apart: Counter[str] = field(default_factory=Counter)
    """Number of responses that are not pages of the site, by kind."""
    broken: str | None = None
    """Why the file could not be read to its end. Only set on its last batch."""


@dataclass(slots=True)
class Batch:
    """The results of some pages."""

    source: Pages
    """Its input, without the pages."""
    articles: list[Article] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """With the names of the stats of a crawl."""
    lines: list[str] = field(default_factory=list)
    """For the log: pages without an article, and why."""
    fits: dict[str, Fit] = field(default_factory=dict)
    """Edition -> how well its template fits."""


Way = Callable[[Job], AsyncIterator[Batch]]
"""A function that rereads files and yields the results in the order of the files. Raises CrawlFailure."""


async def on_cores(job: Job, processes: int | None = None) -> AsyncIterator[Batch]:
    """Reread files in processes, one per core if there is enough work. Holds two batches per process in memory."""
    processes = processes or min(cores(), 1 + job.size // _WORTH)
    # The unit is a batch, not a file: a crawl may have written only one file.
    found = (pages for file in job.files for pages in pages_of(file, job.limit, job.mirror))
    if processes == 1:
        for pages in found:
            yield read_batch(pages, job.templates)
            await asyncio.sleep(0)
        return
    loop, waiting = asyncio.get_running_loop(), deque[asyncio.Future[Batch]]()
    try:
        # Not forked, so that the processes do not inherit the engine's threads and sockets.
        with ProcessPoolExecutor(processes, get_context("spawn"), _begin) as pool:
            for pages in found:
                waiting.append(loop.run_in_executor(pool, read_batch, pages, job.templates))
                if len(waiting) > 2 * processes:
                    yield await waiting.popleft()
            while waiting:
                yield await waiting.popleft()
    except BrokenProcessPool:
        raise CrawlFailure("process_died", "a process that read pages was killed; is there enough memory?") from None


def cores() -> int:
    """Return the number of cores that this process may use (limited by `taskset`)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pages_of(file: File, limit: int, mirror: Site | None = None) -> Iterator[Pages]:
    """Yield the pages of a file in batches of `BATCH`. The last one states why the file is incomplete."""
    apart: Counter[str] = Counter()
    pages: list[KeptPage] = []
    html = before = at = 0
    broken = None
    try:
        for page in read_pages(file, limit, apart, mirror):
            pages.append(page)
            html, at = html + len(page.html), page.at
            if html >= BATCH:
                yield Pages(pages, at - before, Counter(apart))
                pages, html, before = [], 0, at
                apart.clear()
    except (UnreadableFile, UsageError) as error:
        broken = str(error)
    except OSError as error:
        broken = f"{file}: {error.strerror or error}"
    if pages or apart or broken:
        yield Pages(pages, at - before, apart, broken)


def read_batch(source: Pages, templates: Templates) -> Batch:
    """Return the articles of some pages. Never raises: an unexpected page must not affect the others."""
    found = Batch(replace(source, pages=[]))
    readers = {edition: TemplateReader(template) for edition, template in templates.items()}
    found.fits = {edition: reader.fit for edition, reader in readers.items()}
    for page in source.pages:
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
        about.captureUrl = page.capture
        about.parserVersion = reader.version
        found.articles.append(reading.article)
    return found


def _begin() -> None:
    """Initialise a process: it ignores Ctrl-C and ends when its parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
