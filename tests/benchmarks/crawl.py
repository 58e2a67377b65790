"""`scrapy crawl articles`, everything on, against a bare spider that downloads the same addresses: A B A B, medians."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import urlopen

from tests.benchmarks.measure import PEERS, Cost, replica, run

FAST = ["DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False", "CONCURRENT_REQUESTS_PER_DOMAIN=8"]


def crawl(origin: str, data: str, *options: str, cores: int | None = 1) -> Cost:
    """The project's own crawl, politeness off."""
    command = [sys.executable, "-m", "scrapy", "crawl", "articles", *options]
    for each in (*FAST, f"SITE_ORIGIN={origin}", f"DATA_DIR={data}"):
        command += ["-s", each]
    return run(command, cores)


def lines(data: str) -> int:
    """Articles in the feeds of a data directory."""
    feeds = Path(data, "feeds").glob("articles-*.jsonl")
    return sum(len(feed.read_bytes().splitlines()) for feed in feeds)


def truths(origin: str) -> list[dict[str, Any]]:
    """What stands on each article page of a replica."""
    with urlopen(f"{origin}/_truth.jsonl") as answer:
        return [json.loads(line) for line in answer]


def addresses(origin: str) -> list[str]:
    """Where the articles of a replica are."""
    return [known["url"] for known in truths(origin)]


def measure(articles: int = 2000, page_kb: int = 120, rounds: int = 3) -> list[dict[str, Any]]:
    """Articles a second and CPU milliseconds an article of both, their ratios, and the peak memory of the crawl."""
    costs: dict[str, list[Cost]] = {"bare": [], "crawl": []}
    with (
        replica("--articles", str(articles), "--page-kb", str(page_kb), "--theme", "mixed") as origin,
        TemporaryDirectory() as folder,
    ):
        listed = Path(folder, "addresses")
        listed.write_text("\n".join(addresses(origin)))
        for number in range(rounds):
            costs["bare"].append(run([sys.executable, "-m", "tests.benchmarks.bare", str(listed)], cores=1))
            data = f"{folder}/{number}"
            costs["crawl"].append(crawl(origin, data))
            if lines(data) != articles:
                raise RuntimeError(f"{lines(data)} of {articles} articles came")
    seconds = {name: median(each.seconds for each in taken) for name, taken in costs.items()}
    cpu = {name: median(each.cpu for each in taken) for name, taken in costs.items()}
    return [
        {
            "articles": articles,
            "page KB": page_kb,
            "bare: articles/s": articles / seconds["bare"],
            "crawl: articles/s": articles / seconds["crawl"],
            "bare: CPU ms/article": 1000 * cpu["bare"] / articles,
            "crawl: CPU ms/article": 1000 * cpu["crawl"] / articles,
            "speed of the bare spider": cpu["bare"] / cpu["crawl"],
            "peak MB": max(each.peak for each in costs["crawl"]),
        }
    ]


def measure_peers(articles: int = 1000, listings: int = 50) -> list[dict[str, Any]]:
    """The same crawl against crawlers with selectors written for the replica, which are told all addresses."""
    rows = []
    with (
        replica("--articles", str(articles), "--theme", "north") as origin,
        TemporaryDirectory() as folder,
    ):
        listed = Path(folder, "addresses")
        tags = sorted({tag["url"] for known in truths(origin) for tag in known["tags"]})[:listings]
        listed.write_text("\n".join([*tags, *addresses(origin)]))
        python = PEERS / "crawlee" / "bin" / "python"
        script = "tests/benchmarks/peers/crawl.py"
        for name in ("crawlee", "scrapy"):
            if python.exists():
                out = Path(folder, f"{name}.jsonl")
                cost = run([str(python), script, name, str(listed), str(out)], cores=1)
                rows.append(_row(f"{name} + parsel", cost, len(out.read_bytes().splitlines())))
        rows.append(_row("mayadeen", crawl(origin, folder), lines(folder)))
    return rows


def _row(name: str, cost: Cost, articles: int) -> dict[str, Any]:
    return {
        "crawler": name,
        "articles": articles,
        "articles/s": articles / cost.seconds,
        "CPU ms/article": 1000 * cost.cpu / articles,
        "peak MB": cost.peak,
    }
