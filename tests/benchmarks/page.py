"""A full item against the Lexbor tree of its page, and against other libraries on the same pages."""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from mayadeen.extract.article import parse_article
from mayadeen.extract.page import Page
from mayadeen.extract.templates.learn import learn
from mayadeen.extract.templates.samples import read_sample
from mayadeen.extract.templates.template import Template
from tests.benchmarks.measure import PEERS, run
from tests.benchmarks.peers.extract import WARM_UP
from tests.replica import Site, render, truth

ORIGIN = "http://127.0.0.1:8000"
MENU = 360
"""Links of a large menu: two of 180, one for each width of screen."""
LIBRARIES = {
    "fundus": "fundus",
    "trafilatura, fast": "trafilatura",
    "trafilatura": "trafilatura",
    "newspaper4k": "newsplease",
    "news-please": "newsplease",
    "readability-lxml": "newsplease",
}
"""Name in peers/extract.py -> the environment of it."""


def best(*calls: Callable[[], object], rounds: int = 15) -> list[float]:
    """Least CPU milliseconds of each of some calls, taken in turn."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, taken in zip(calls, times, strict=True):
            begun = time.process_time()
            call()
            taken.append(time.process_time() - begun)
    return [min(taken) * 1000 for taken in times]


def learned(theme: str, pages: int = 60) -> str:
    """The text of a template of a theme."""
    site = Site(pages, 1, theme, 20, {})
    found = []
    for index in range(pages):
        article = site.article(index)
        html = render(article, site=site, origin=ORIGIN).encode()
        found.append(read_sample(Page(html, truth(article, site, ORIGIN)["url"])))
    return learn([sample for sample in found if sample], "en")


def with_menu(html: str, links: int) -> str:
    """A page with a menu of so many links more, as large sites have it: the replica's own is small."""
    groups = [
        "".join(
            f'<li><a href="/more/part-{start}-{each}"><span>Part {start} of {each}</span></a></li>'
            for each in range(15)
        )
        for start in range(0, links, 15)
    ]
    menu = "".join(f"<li><div><b>Group</b><ul>{group}</ul></div></li>" for group in groups)
    return html.replace("<body>", f"<body><nav><ul>{menu}</ul></nav>", 1) if links else html


def measure() -> list[dict[str, Any]]:
    """A row for each theme, size of page and menu: elements, milliseconds of tree and item, item / tree.

    The item by rules, and by a template of the theme.
    """
    found = []
    themes = {theme: Template.parse(learned(theme).encode()) for theme in ("north", "south", "delta")}
    for page_kb, links in ((120, 0), (120, MENU), (1200, 0), (1200, MENU)):
        for theme, template in themes.items():
            site = Site(40, 1, theme, page_kb, {})
            rows = []
            for index in range(0, 40, 5):
                article = site.article(index)
                html = with_menu(render(article, site=site, origin=ORIGIN), links).encode()
                whole = partial(parse_article, html, truth(article, site, ORIGIN)["url"], fetched=site.now)
                calls = partial(LexborHTMLParser, html), whole, partial(whole, template=template)
                rows.append((len(LexborHTMLParser(html).css("*")), *best(*calls)))
            elements, tree, item, short = (median(column) for column in zip(*rows, strict=True))
            found.append(
                {
                    "theme": theme,
                    "page KB": page_kb,
                    "menu": links,
                    "elements": elements,
                    "tree ms": tree,
                    "item ms": item,
                    "item / tree": item / tree,
                    "by template ms": short,
                    "by template / tree": short / tree,
                }
            )
    return found


def measure_peers(pages: int = 60, rounds: int = 3, links: int = 0) -> list[dict[str, Any]]:
    """A row for each library whose environment is there: milliseconds, text F1, pages with leaks, dates right.

    `links`: in a menu beside the replica's own.
    """
    site = Site(WARM_UP + pages, 3, "north", 120, {})
    truths = [truth(site.article(index), site, ORIGIN) for index in range(site.size)]
    with TemporaryDirectory() as folder:
        file = Path(folder, "pages.jsonl")
        file.with_name("template.toml").write_text(learned("north"))
        with file.open("w", encoding="utf-8") as out:
            for index, known in enumerate(truths):
                html = with_menu(render(site.article(index), site=site, origin=ORIGIN), links)
                out.write(json.dumps({"url": known["url"], "html": html, "fetched": site.now.isoformat()}) + "\n")
        taken = read_by_each(["mayadeen", "mayadeen, by template", *LIBRARIES], file, rounds)
    rows = [_row(name, each, truths[WARM_UP:]) for name, each in taken.items()]
    return [{**row, "times as long": row["ms"] / rows[0]["ms"]} for row in rows]


def read_by_each(names: Iterable[str], pages: Path, rounds: int) -> dict[str, list[list[dict[str, Any]]]]:
    """What each library, whose environment is there, has read of the pages of a file, once a round."""
    peers = {name: PEERS / LIBRARIES[name] / "bin" / "python" for name in names if name in LIBRARIES}
    pythons = {name: peers.get(name, Path(sys.executable)) for name in names}
    taken: dict[str, list[list[dict[str, Any]]]] = {name: [] for name, python in pythons.items() if python.exists()}
    for _ in range(rounds):
        for name, each in taken.items():
            command = [str(pythons[name]), "-m", "tests.benchmarks.peers.extract", name, str(pages)]
            said = run(command, cores=1).output
            each.append(json.loads(said[said.index("[{") : said.rindex("}]") + 2]))
    return taken


def _row(library: str, rounds: list[list[dict[str, Any]]], truths: list[dict[str, Any]]) -> dict[str, Any]:
    both = [(page, known) for page, known in zip(rounds[0], truths, strict=True) if known["articleBody"]]
    for page, known in both:
        for embed in known["embeds"]:  # tweets: neither asked for nor wrong
            page["text"] = page["text"].replace(embed, "")
        for head in (known["headline"], known["description"] or ""):  # nor is it wrong to put these before the text
            page["text"] = page["text"].replace(head, "", 1)
    leaks = [any(_flat(leak) in _flat(page["text"]) for leak in known["leaks"]) for page, known in both]
    return {
        "library": library,
        "ms": median(median(page["ms"] for page in pages) for pages in rounds),
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
    return moment is not None and moment.tzinfo is not None and abs(moment.timestamp() - _seconds(wanted)) < 1


def _seconds(date: str) -> float:
    return datetime.fromisoformat(date).timestamp()
