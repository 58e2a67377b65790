"""A full item against the Lexbor tree of its page, and against other libraries on the same pages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from mayadeen.parsers.article import parse_article
from tests.benchmarks.measure import PEERS
from tests.replica import Site, render, truth

ORIGIN = "http://127.0.0.1:8000"
LIBRARIES = {
    "fundus": "fundus",
    "trafilatura, fast": "trafilatura",
    "trafilatura": "trafilatura",
    "newspaper4k": "newsplease",
    "news-please": "newsplease",
    "readability-lxml": "newsplease",
}
"""Name in peers/extract.py -> the environment that it is in."""


def best(first: Callable[[], object], second: Callable[[], object], rounds: int = 15) -> tuple[float, float]:
    """Least CPU milliseconds of two calls, taken in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for call, taken in zip((first, second), times, strict=True):
            begun = time.process_time()
            call()
            taken.append(time.process_time() - begun)
    return min(times[0]) * 1000, min(times[1]) * 1000


def measure() -> list[dict[str, Any]]:
    """A row for each theme and size of page: elements, milliseconds of tree and item, item / tree."""
    found = []
    for page_kb in (120, 1200):
        for theme in ("north", "south", "delta"):
            site = Site(40, 1, theme, page_kb, {})
            rows = []
            for index in range(0, 40, 5):
                article = site.article(index)
                html = render(article, site=site, origin=ORIGIN).encode()
                whole = partial(parse_article, html, truth(article, site, ORIGIN)["url"], fetched=site.now)
                rows.append((len(LexborHTMLParser(html).css("*")), *best(partial(LexborHTMLParser, html), whole)))
            elements, tree, item = (median(column) for column in zip(*rows, strict=True))
            found.append(
                {
                    "theme": theme,
                    "page KB": page_kb,
                    "elements": elements,
                    "tree ms": tree,
                    "item ms": item,
                    "item / tree": item / tree,
                }
            )
    return found


def measure_peers(pages: int = 60) -> list[dict[str, Any]]:
    """A row for each library whose environment is there: milliseconds, text F1, pages with leaks, dates right."""
    site = Site(pages, 3, "north", 120, {})
    truths = [truth(site.article(index), site, ORIGIN) for index in range(pages)]
    html = [render(site.article(index), site=site, origin=ORIGIN) for index in range(pages)]
    own = []
    for page, known in zip(html, truths, strict=True):
        item = partial(parse_article, page.encode(), known["url"], fetched=site.now)
        article = item()
        ms = best(item, item, rounds=3)[0]
        own.append({"ms": ms, "text": article.articleBody or "", "date": article.datePublished})
    rows = [_row("mayadeen", own, truths)]
    with TemporaryDirectory() as folder:
        file = Path(folder, "pages.jsonl")
        lines = [json.dumps({"url": known["url"], "html": page}) for page, known in zip(html, truths, strict=True)]
        file.write_text("\n".join(lines), encoding="utf-8")
        for library, environment in LIBRARIES.items():
            python = PEERS / environment / "bin" / "python"
            if python.exists():
                command = [os.fspath(python), "tests/benchmarks/peers/extract.py", library, os.fspath(file)]
                said = subprocess.run(command, check=True, capture_output=True).stdout
                rows.append(_row(library, json.loads(said[said.index(b"[{") :]), truths))
    return [{**row, "times as long": row["ms"] / rows[0]["ms"]} for row in rows]


def _row(library: str, read: list[dict[str, Any]], truths: list[dict[str, Any]]) -> dict[str, Any]:
    both = [(page, known) for page, known in zip(read, truths, strict=True) if known["articleBody"]]
    for page, known in both:
        for embed in known["embeds"]:  # tweets: neither asked for nor wrong
            page["text"] = page["text"].replace(embed, "")
    leaks = [any(_flat(leak) in _flat(page["text"]) for leak in known["leaks"]) for page, known in both]
    return {
        "library": library,
        "ms": median(page["ms"] for page in read),
        "text F1": fmean(_f1(page["text"], known["articleBody"]) for page, known in both),
        "pages with leaks": fmean(leaks),
        "dates right": fmean(_same_instant(page["date"], known["datePublished"]) for page, known in both),
    }


def _flat(text: str) -> str:
    return " ".join(text.split())


def _f1(text: str, wanted: str) -> float:
    """Of runs of four words."""
    here, there = (
        Counter(zip(*(words[start:] for start in range(4)), strict=False))
        for words in (re.findall(r"\w+", each.lower()) for each in (text, wanted))
    )
    return 2 * (here & there).total() / max(1, here.total() + there.total())


def _same_instant(date: str | None, wanted: str) -> bool:
    try:
        moment = datetime.fromisoformat(date) if date else None
    except ValueError:
        return False
    return moment is not None and moment.tzinfo is not None and moment.timestamp() == _seconds(wanted)


def _seconds(date: str) -> float:
    return datetime.fromisoformat(date).timestamp()
