"""What a crawl costs as the site grows, and what the next crawl costs when little is new."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request, urlopen

from tests.benchmarks.crawl import crawl, lines
from tests.benchmarks.measure import replica

NEW = 50


def measure(sizes: tuple[int, ...] = (1000, 10_000)) -> list[dict[str, Any]]:
    """A row a size: CPU an article, peak memory, archive; then requests, seconds, memory to find `NEW` new ones."""
    rows = []
    for size in sizes:
        with replica("--articles", str(size), "--page-kb", "70") as origin, TemporaryDirectory() as folder:
            first = crawl(origin, folder)
            came = lines(folder)
            archive = sum(file.stat().st_size for file in Path(folder).glob("archive.sqlite3*"))
            _post(f"{origin}/_add?count={NEW}")
            _post(f"{origin}/_reset")
            later = crawl(origin, folder)
            with urlopen(f"{origin}/_requests") as answer:
                asked = json.load(answer)["paths"]
            rows.append(
                {
                    "articles": came,
                    "CPU ms/article": 1000 * first.cpu / came,
                    "articles/s": came / first.seconds,
                    "peak MB": first.peak,
                    "archive KB/article": archive / 1024 / came,
                    "new found": lines(folder) - came,
                    "requests": sum(asked.values()),
                    "seconds": later.seconds,
                    "later peak MB": later.peak,
                }
            )
    return rows


def _post(url: str) -> None:
    urlopen(Request(url, method="POST")).close()
