"""`scrapy crawl articles`, everything on, against a bare spider that downloads the same addresses: A B A B, medians."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.benchmarks.measure import PEERS, Cost, replica, run
from tests.benchmarks.page import learned

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
    """Articles a second and CPU milliseconds an article of both, their ratios, and the peak memory of the crawl.

    By rules, and by a template: a row each.
    """
    costs: dict[str, list[Cost]] = {"bare": [], "rules": [], "template": []}
    with (
        replica("--articles", str(articles), "--page-kb", str(page_kb), "--theme", "north") as origin,
        TemporaryDirectory() as folder,
    ):
        Path(folder, "en.toml").write_text(learned("north"))
        listed = Path(folder, "addresses")
        listed.write_text("\n".join(addresses(origin)))
        for number in range(rounds):
            costs["bare"].append(run([sys.executable, "-m", "tests.benchmarks.bare", str(listed)], cores=1))
            for name, template in (("rules", "off"), ("template", f"{folder}/en.toml")):
                data = f"{folder}/{name}-{number}"
                costs[name].append(crawl(origin, data, "-s", f"TEMPLATE={template}"))
                if lines(data) != articles:
                    raise RuntimeError(f"{lines(data)} of {articles} articles came")
    seconds = {name: median(each.seconds for each in taken) for name, taken in costs.items()}
    cpu = {name: median(each.cpu for each in taken) for name, taken in costs.items()}
    return [
        {
            "read by": name,
            "articles": articles,
            "page KB": page_kb,
            "bare: articles/s": articles / seconds["bare"],
            "crawl: articles/s": articles / seconds[name],
            "bare: CPU ms/article": 1000 * cpu["bare"] / articles,
            "crawl: CPU ms/article": 1000 * cpu[name] / articles,
            "speed of the bare spider": cpu["bare"] / cpu[name],
            "peak MB": max(each.peak for each in costs[name]),
        }
        for name in ("rules", "template")
    ]


CRAWLERS = {
    "crawlee + parsel": "crawlee",
    "scrapy + parsel": "crawlee",
    "fundus": "fundus",
    "trafilatura, fast": "trafilatura",
    "news-please": "newsplease",
}
"""Name in peers/crawl.py -> the environment of it."""
FEWER = {"news-please": 200}
"""Articles of a crawler that would take minutes for all."""


def measure_peers(articles: int = 1000, listings: int = 50, rounds: int = 3) -> list[dict[str, Any]]:
    """The same crawl by this project, with and without a template, and by others.

    Those with selectors written for the replica get all addresses; the others have to find them.
    """
    costs: dict[str, list[Cost]] = {}
    came: dict[str, int] = {}
    with (
        replica("--articles", str(articles), "--theme", "north") as origin,
        TemporaryDirectory() as folder,
    ):
        stated, out, told = truths(origin), Path(folder, "out"), Path(folder, "addresses")
        template = Path(folder, "en.toml")
        template.write_text(learned("north"))
        known = [article["url"] for article in stated]
        lists = {each["url"] for article in stated for each in article["tags"] + article["authors"] if each["url"]}
        every = [*sorted(lists)[:listings], *known]
        for number in range(rounds):
            for name, environment in CRAWLERS.items():
                python = PEERS / environment / "bin" / "python"
                if python.exists():
                    told.write_text("\n".join(known[: FEWER[name]] if name in FEWER else every))
                    command = [str(python), "-m", "tests.benchmarks.peers.crawl", name, origin, str(told), str(out)]
                    costs.setdefault(name, []).append(run(command, cores=1))
                    came[name] = _came(out, known)
            for name, file in (("mayadeen", "off"), ("mayadeen, by template", str(template))):
                data = f"{folder}/{name}-{number}"
                costs.setdefault(name, []).append(crawl(origin, data, "-s", f"TEMPLATE={file}"))
                came[name] = lines(data)
    return [
        {
            "crawler": name,
            "articles": came[name],
            "articles/s": came[name] / median(each.seconds for each in taken),
            "CPU ms/article": 1000 * median(each.cpu for each in taken) / came[name],
            "peak MB": max(each.peak for each in taken),
        }
        for name, taken in costs.items()
    ]


def _came(out: Path, known: list[str]) -> int:
    """How many of the known articles are in a crawler's lines, whatever name of the host it was given."""
    said = (json.loads(line) for line in out.read_text("utf-8").splitlines())
    paths = {urlsplit(each.get("url") or each["source"]).path for each in said}
    return sum(urlsplit(url).path in paths for url in known)
