"""A web archive of the replica: pywb with captures from before and after an edit."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import QUICK, Run, as_options, post, run_scrapy
from tests.pywb_server import serve_collection
from tests.replica import make_site, serve

ARTICLES = 24
EDITED = 11
"""Index of the edited article."""


@dataclass
class Archived:
    """The site, which no longer answers, and its web archive."""

    origin: str
    address: str
    folder: Path
    live: list[list[dict[str, Any]]]
    """The feed lines of the two crawls of the live site."""


def settings(origin: str, data: Path) -> list[str]:
    return as_options(f"SITE_ORIGIN={origin}", f"DATA_DIR={data}", *QUICK)


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@contextmanager
def site_in_two_states(folder: Path) -> Iterator[Archived]:
    """Crawl the replica before and after an edit, stop it, and serve the kept pages."""
    live = []
    with serve(make_site(articles=ARTICLES, page_kb=40)) as origin:
        for name in ("before", "after"):
            feed = folder / f"{name}.jsonl"
            options = settings(origin, folder / name)
            run = run_scrapy("crawl", "articles", "-O", str(feed), "-s", "KEEP_PAGES=True", *options)
            assert run.status == 0, run.err
            live.append(lines_of(feed))
            post(origin, f"/_edit?index={EDITED}")
            time.sleep(1.1)  # the time of a capture has no fraction of a second
    warcs = [each for name in ("before", "after") for each in sorted((folder / name / "pages").glob("*.warc.gz"))]
    with serve_collection(folder / "pywb", warcs) as address:
        yield Archived(origin, address, folder, live)


def asked(run: Run, what: str) -> int:
    """Return a value of the stats in the log; 0 if it is not there."""
    for line in run.err.splitlines():
        if f"'{what}': " in line:
            return int(line.split(": ")[1].strip(" ,}"))
    return 0
