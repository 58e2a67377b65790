"""An archive on PostgreSQL beside one in a file; several crawls at one archive: their pace, and two of three killed."""

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

from tests.benchmarks.crawl import FAST, crawl, lines
from tests.benchmarks.measure import ROOT, Cost, replica
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
                    for each in crawls:
                        each.kill()
                        each.wait()
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


def measure_postgresql(articles: int = 1000, new: int = 50, rounds: int = 3) -> list[dict[str, Any]]:
    """The same crawl into a file and into a database, politeness off, and the next one: A B A B, medians."""
    costs: dict[str, list[Cost]] = {}
    served: list[float] = []
    requests: dict[str, int] = {}
    for _ in range(rounds):
        for name in ("SQLite", "PostgreSQL"):
            with (
                replica("--articles", str(articles), "--page-kb", "120") as origin,
                server() as postgresql,
                TemporaryDirectory() as folder,
            ):
                place = postgresql.create() if name == "PostgreSQL" else f"{folder}/archive.sqlite3"
                before = postgresql.cpu()
                costs.setdefault(name, []).append(crawl(origin, folder, "-s", f"ARCHIVE={place}"))
                if name == "PostgreSQL":
                    served.append(postgresql.cpu() - before)
                if lines(folder) != articles:
                    raise RuntimeError(f"{lines(folder)} of {articles} articles came")
                for change in ("_reset", f"_add?count={new}"):
                    urlopen(Request(f"{origin}/{change}", method="POST")).close()
                crawl(origin, folder, "-s", f"ARCHIVE={place}")
                requests[name] = sum(ask(origin, "_requests")["kinds"].values())
    return [
        {
            "archive": name,
            "articles": articles,
            "articles/s": articles / median(each.seconds for each in taken),
            "CPU ms/article": 1000 * median(each.cpu for each in taken) / articles,
            "CPU ms/article, server": 1000 * median(served) / articles if name == "PostgreSQL" else 0.0,
            "peak MB": max(each.peak for each in taken),
            f"requests for {new} new": requests[name],
        }
        for name, taken in costs.items()
    ]


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
            statuses = [each.wait() for each in crawls]
            took, asked = time.perf_counter() - began, ask(origin, "_requests")["kinds"]
            feeds = Path(folder, "feeds").glob("articles-*.jsonl")
            came = Counter(json.loads(line)["id"] for feed in feeds for line in feed.read_bytes().splitlines())
            if any(statuses) or len(came) != articles:
                raise RuntimeError(f"{len(came)} of {articles} articles came, exit statuses {statuses}")
            for change in ("_reset", f"_add?count={new}"):
                urlopen(Request(f"{origin}/{change}", method="POST")).close()
            for each in [begin(origin, folder, archive, number, nodes, FAST) for number in range(1, nodes + 1)]:
                each.wait()
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
