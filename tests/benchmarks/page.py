"""A full item against the Lexbor tree of its page, in turn A B A B, medians of the pages' best times."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median

from selectolax.lexbor import LexborHTMLParser

from mayadeen.parsers.article import parse_article
from tests.replica import Site, render, truth

ORIGIN = "http://127.0.0.1:8000"
ROUNDS = 15


def best(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """Shortest time of two calls, in seconds, taken in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for call, taken in zip((first, second), times, strict=True):
            begun = time.perf_counter()
            call()
            taken.append(time.perf_counter() - begun)
    return min(times[0]), min(times[1])


def main() -> None:
    """Prints a line for each theme and size of page."""
    print("page            elements   tree ms   item ms   item / tree")
    for page_kb in (120, 1200):
        for theme in ("north", "south", "delta"):
            site = Site(40, 1, theme, page_kb, {})
            rows = []
            for index in range(0, 40, 5):
                article = site.article(index)
                html = render(article, site=site, origin=ORIGIN).encode()
                url = truth(article, site, ORIGIN)["url"]
                whole = partial(parse_article, html, url, fetched=site.now)
                tree, item = best(partial(LexborHTMLParser, html), whole)
                rows.append((len(LexborHTMLParser(html).css("*")), tree * 1000, item * 1000))
            elements, tree_ms, item_ms = (median(column) for column in zip(*rows, strict=True))
            print(
                f"{theme:<8}{page_kb:>5} KB{elements:>9.0f}{tree_ms:>10.2f}{item_ms:>10.2f}{item_ms / tree_ms:>12.1f}"
            )


if __name__ == "__main__":
    main()
