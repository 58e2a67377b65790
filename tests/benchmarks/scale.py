"""Several crawls at one archive: the pace that they keep together, and what two of three that are killed cost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request, urlopen

from tests.benchmarks.crawl import FAST
from tests.benchmarks.measure import ROOT, replica
from tests.postgresql import Server, programs

Crawl = subprocess.Popen[bytes]


def measure_pace(delay: float = 0.5, seconds: float = 60) -> list[dict[str, Any]]:
    """Gaps between the requests of one and of three crawls, as the site sees them; a row for each archive."""
    rows = []
    with replica("--articles", "2000", "--page-kb", "40") as origin, server() as postgresql:
        for nodes in (1, 3):
            for name in ("SQLite", "PostgreSQL"):
                with TemporaryDirectory() as folder:
                    archive = postgresql.create() if name == "PostgreSQL" else f"{folder}/archive.sqlite3"
                    polite = [f"DOWNLOAD_DELAY={delay}", f"AUTOTHROTTLE_START_DELAY={delay}"]
                    crawls = [begin(origin, folder, archive, number, nodes, polite) for number in range(1, nodes + 1)]
                    while ask(origin, "_requests")["kinds"].get("article", 0) < nodes:  # until all have begun
                        time.sleep(0.1)
                    time.sleep(2 * delay * nodes)
                    urlopen(Request(f"{origin}/_reset", method="POST")).close()
                    time.sleep(seconds)
                    times = ask(origin, "_times")
                    for crawl in crawls:
                        crawl.kill()
                        crawl.wait()
                gaps = [later - earlier for earlier, later in pairwise(times)]
                rows.append(
                    {
                        "crawls": nodes,
                        "archive": name,
                        "delay s": delay,
                        "requests/min": 60 * len(gaps) / (times[-1] - times[0]),
                        "gap s: median": median(gaps),
                        "5th percentile": quantiles(gaps, n=20)[0],
                        "shortest": min(gaps),
                    }
                )
    return rows


def measure_shards(articles: int = 3000, new: int = 50) -> list[dict[str, Any]]:
    """A whole crawl, three shards, and three shards of which two are killed as a third was asked for, and run again.

    All on PostgreSQL, politeness off; then the same for some new articles.
    """
    rows = []
    for nodes, kills in ((1, 0), (3, 0), (3, 2)):
        with (
            replica("--articles", str(articles), "--page-kb", "40") as origin,
            server() as postgresql,
            TemporaryDirectory() as folder,
        ):
            archive, began = postgresql.create(), time.perf_counter()
            crawls = [begin(origin, folder, archive, number, nodes, FAST) for number in range(1, nodes + 1)]
            while kills and ask(origin, "_requests")["kinds"].get("article", 0) < articles / 3:
                time.sleep(0.05)
            for number in range(kills):
                crawls[number].kill()
                crawls[number].wait()
                crawls[number] = begin(origin, folder, archive, number + 1, nodes, FAST)
            statuses = [crawl.wait() for crawl in crawls]
            took, asked = time.perf_counter() - began, ask(origin, "_requests")["kinds"]
            feeds = Path(folder, "feeds").glob("articles-*.jsonl")
            came = Counter(json.loads(line)["id"] for feed in feeds for line in feed.read_bytes().splitlines())
            if any(statuses) or len(came) != articles:
                raise RuntimeError(f"{len(came)} of {articles} articles came, exit statuses {statuses}")
            for change in ("_reset", f"_add?count={new}"):
                urlopen(Request(f"{origin}/{change}", method="POST")).close()
            for crawl in [begin(origin, folder, archive, number, nodes, FAST) for number in range(1, nodes + 1)]:
                crawl.wait()
            rows.append(
                {
                    "crawls": nodes,
                    "kills": kills,
                    "articles in the feeds": len(came),
                    "twice": sum(count > 1 for count in came.values()),
                    "article requests": asked["article"],
                    "other requests": sum(asked.values()) - asked["article"],
                    "seconds": took,
                    f"requests for {new} new": sum(ask(origin, "_requests")["kinds"].values()),
                }
            )
    return rows


@contextmanager
def server() -> Iterator[Server]:
    """A PostgreSQL of its own."""
    folder = programs()
    if folder is None:
        raise RuntimeError("no PostgreSQL: apt-get install postgresql")
    found = Server(folder)
    try:
        yield found
    finally:
        found.remove()


def begin(origin: str, data: str, archive: str, number: int, of: int, settings: list[str]) -> Crawl:
    """A crawl of one shard, running."""
    command = [sys.executable, "-m", "scrapy", "crawl", "articles", "-a", f"shard={number}/{of}"]
    for each in (f"SITE_ORIGIN={origin}", f"DATA_DIR={data}", f"ARCHIVE={archive}", *settings):
        command += ["-s", each]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def ask(origin: str, path: str) -> Any:
    """What the replica says of itself."""
    with urlopen(f"{origin}/{path}") as answer:
        return json.load(answer)
