"""Articles a second that `scrapy export` writes in each format, beside a copy of the archive's own JSON; peak memory.

The command as users run it, less what it takes to start, by CPU. No time is asserted: see it printed.
"""

from __future__ import annotations

import sqlite3
import sys
import time
import zlib
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mayadeen.archive import Archive
from mayadeen.extract.article import parse_article
from mayadeen.feeds.formats import ENDS
from mayadeen.items import Visit
from mayadeen.site.address import locate, site_of
from tests.benchmarks.measure import Cost, run
from tests.replica import ORIGIN, Site, render

PAGES = 300
"""Different texts; the others are copies of them under other ids."""


def fill(path: Path, articles: int) -> None:
    """An archive of so many articles of the replica."""
    site, origin = Site(PAGES, theme="mixed", page_kb=20), site_of(ORIGIN)
    chosen = [site.article(index) for index in range(PAGES)]
    texts = [parse_article(render(each, site=site), ORIGIN + each.card.path) for each in chosen]
    archive = Archive(path)
    archive.begin("articles", "en", ORIGIN)
    archive._db.execute("PRAGMA synchronous=OFF")
    for number in range(articles):
        article = texts[number % PAGES]
        article.id, article.url = f"en:{10_000_000 + number}", f"{ORIGIN}/news/politics/story-{number}"
        article.canonicalUrl, article.metadata.firstSeen = article.url, None
        address = locate(article.url, ORIGIN, origin)
        assert address is not None
        archive.record(article, Visit(address=address), [])
    archive.close()


def copy(path: Path) -> float:
    """CPU seconds to read and unpack all lines: what no export can do without."""
    began = time.process_time()
    with closing(sqlite3.connect(path)) as db, db:
        for (packed,) in db.execute("SELECT json FROM lines"):
            zlib.decompress(packed)
    return time.process_time() - began


def export(data: Path, end: str) -> Cost:
    """One export."""
    command = [sys.executable, "-m", "scrapy", "export", "-O", str(data / f"out{end}"), "-s", f"DATA_DIR={data}"]
    return run(command, cores=1)


def measure(articles: int = 20_000) -> list[dict[str, Any]]:
    """A row for each format."""
    rows = []
    with TemporaryDirectory() as one, TemporaryDirectory() as many:
        for folder, number in ((one, 1), (many, articles)):
            fill(Path(folder) / "archive.sqlite3", number)
        bare = copy(Path(many) / "archive.sqlite3")
        for end in sorted(set(ENDS) - {".jl"}):
            start, whole = export(Path(one), end), export(Path(many), end)
            cpu = whole.cpu - start.cpu
            rows.append({"format": end, "articles/s": articles / cpu, "of bare": bare / cpu, "peak MB": whole.peak})
    return rows
