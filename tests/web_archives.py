"""Web archives of the replica for tests: WARC files of two states of the site, and crawls that read them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import QUICK, ROOT, Run, post
from tests.pywb_server import serve_collection
from tests.replica import make_site, serve

ARTICLES = 24
EDITED = 11
"""The article that is edited between the two states."""


@dataclass
class Archived:
    """The site as it was, and where it is kept."""

    origin: str
    address: str
    folder: Path
    live: list[list[dict[str, Any]]]
    """The lines of the two crawls of the live site."""


def run_scrapy(*command: str) -> Run:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    return Run(done.returncode, done.stdout, done.stderr, Path())


def settings(origin: str, data: Path) -> list[str]:
    given = [f"SITE_ORIGIN={origin}", f"DATA_DIR={data}", *QUICK]
    return [word for each in given for word in ("-s", each)]


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@contextmanager
def site_in_two_states(folder: Path) -> Iterator[Archived]:
    """A collection that holds the site before and after an edit; the site itself is no longer there."""
    live = []
    with serve(make_site(articles=ARTICLES, page_kb=40)) as origin:
        for name in ("before", "after"):
            feed = folder / f"{name}.jsonl"
            options = settings(origin, folder / name)
            run = run_scrapy("crawl", "articles", "-O", str(feed), "-s", "KEEP_PAGES=True", *options)
            assert run.status == 0, run.err
            live.append(lines_of(feed))
            post(origin, f"/_edit?index={EDITED}")
    warcs = [each for name in ("before", "after") for each in sorted((folder / name / "pages").glob("*.warc.gz"))]
    with serve_collection(folder / "pywb", warcs) as address:
        yield Archived(origin, address, folder, live)


def asked(run: Run, what: str) -> int:
    """A figure of the stats at the end of the log."""
    for line in run.err.splitlines():
        if f"'{what}': " in line:
            return int(line.split(": ")[1].strip(" ,}"))
    return 0
