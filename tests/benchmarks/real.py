"""Time and text of each library on real pages of other publishers, labelled by others: a reader is both.

The pages are not part of the project. `REAL_PAGES` names their folder, else `../shared/real-pages`: `NAME.html.gz`, and
`truth.jsonl` with `name`, `set`, `url`, `fetched`, `text`, `summary` of each.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.measure import ROOT
from tests.benchmarks.page import read_by_each
from tests.benchmarks.peers.extract import WARM_UP

FOLDER = Path(os.environ.get("REAL_PAGES", ROOT.parent / "shared" / "real-pages"))
NAMES = ("mayadeen", "trafilatura, fast", "trafilatura", "newspaper4k", "news-please", "readability-lxml")
"""fundus has a parser for each publisher, and its results are the labels of one of the sets."""


def measure(
    rounds: int = 3, names: tuple[str, ...] = NAMES, change: Callable[[str], str] = str
) -> list[dict[str, Any]]:
    """A row for each library: median milliseconds a page, text F1 in each set, pages of which most is wrong.

    `change` is applied to the HTML of each page.
    """
    truths = [json.loads(line) for line in (FOLDER / "truth.jsonl").read_text("utf-8").splitlines()]
    with TemporaryDirectory() as folder:
        file = Path(folder, "pages.jsonl")
        with file.open("w", encoding="utf-8") as out:
            for known in (*truths[:WARM_UP], *truths):
                html = gzip.decompress((FOLDER / f"{known['name']}.html.gz").read_bytes()).decode()
                page = {"url": known["url"], "html": change(html), "fetched": known.get("fetched")}
                out.write(json.dumps(page) + "\n")
        taken = read_by_each(names, file, rounds)
    return [_row(name, found, truths) for name, found in taken.items()]


def _row(library: str, rounds: list[list[dict[str, Any]]], truths: list[dict[str, Any]]) -> dict[str, Any]:
    shares: dict[str, list[tuple[float, float]]] = {}
    for page, known in zip(rounds[0], truths, strict=True):
        shares.setdefault(known["set"], []).append(_shares(page["text"], known))
    every = [pair for pairs in shares.values() for pair in pairs]
    return {
        "library": library,
        "ms": median(median(page["ms"] for page in pages) for pages in rounds),
        **{
            f"text F1, {name}": _f1(fmean(p for p, _ in pairs), fmean(r for _, r in pairs))
            for name, pairs in shares.items()
        },
        "text F1": _f1(fmean(p for p, _ in every), fmean(r for _, r in every)),
        "mostly wrong": sum(_f1(*pair) < 0.5 for pair in every),
    }


def _shares(text: str, known: dict[str, Any]) -> tuple[float, float]:
    """Precision and recall of runs of four words. A summary may be in either text."""
    summary = f"{known.get('summary') or ''}\n"
    pairs = ((text, known["text"]), (summary + text, known["text"]), (text, summary + known["text"]))
    return max((_precision_and_recall(*pair) for pair in pairs), key=sum)


def _precision_and_recall(text: str, wanted: str) -> tuple[float, float]:
    here, there = _runs(text), _runs(wanted)
    if not here and not there:
        return 1.0, 1.0
    both = (here & there).total()
    return both / max(1, here.total()), both / max(1, there.total())


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return Counter(zip(*(words[start:] for start in range(4)), strict=False))


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
