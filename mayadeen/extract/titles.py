"""Titles and labels: which texts may be the title of an article, and which of several is best."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from mayadeen.extract.link_boxes import Links, box_headings, title_of
from mayadeen.extract.region import HEADINGS, Block
from mayadeen.site import dates
from mayadeen.site.address import slug
from mayadeen.site.edition import Edition
from mayadeen.site.text import clean, collapse_whitespace, normalize_label

MAX_LABEL = 60
"""Maximum number of characters of a label or a date."""
MAX_TITLE = 25
"""Maximum number of words of a title. A longer text is a teaser."""
_ENDS = " \t\n:：.…»›→+-–—|#•◀▶"
_DIGIT = re.compile(r"\d")


def label_key(text: str) -> str:
    """Return the comparison key of a label, without the symbols around it: "Load more…", "# Syria"."""
    return normalize_label(collapse_whitespace(text).strip(_ENDS))


def may_be_title(text: str, edition: Edition) -> bool:
    """Return whether a text may be a title or a name: not a date, a box heading, a button or other boilerplate."""
    return len(text) > MAX_LABEL or not _is_label(text, edition)


@lru_cache(maxsize=2048)
def _is_label(text: str, edition: Edition) -> bool:
    return label_key(text) in _labels(edition) or bool(_DIGIT.search(text) and dates.find(text, edition) == text)


@lru_cache
def _labels(edition: Edition) -> frozenset[str]:
    words = edition.words
    others = (*words.breaking, *words.load_more, *words.next, *words.chrome, *words.all, *words.see_also, "")
    return frozenset((*box_headings(edition), *map(normalize_label, others)))


def titles_in(block: Block, href: str | None, links: Links) -> dict[str, bool]:
    """Return title -> whether it is a heading, for the text of a link in a block and its parts (None: the unlinked
    text).
    """
    edition = links.site.edition
    said = links.pieces(block, href) if href else [piece for piece in block.pieces if piece.href is None]
    while said and not may_be_title(collapse_whitespace(said[-1].text), edition):  # "Read more" after a title
        said.pop()
    if not said:
        return {}
    whole = title_of(said, edition) if href else "".join([p.text for p in said])
    found = {collapse_whitespace(whole): links.region.inside(block.box, HEADINGS)}
    for piece in said:
        found.setdefault(collapse_whitespace(piece.text), False)
    return {text: heading for text, heading in found.items() if may_be_title(text, edition)}


def best_title(url: str, titles: dict[str, bool]) -> str:
    """Return the text most similar to the slug of the address, which is made from the title; else a heading, else the
    longest.
    """
    if len(titles) < 2:
        return clean(next(iter(titles), ""))
    stated = slug(unquote(max(url.split("/")[3:], key=len)))
    words = set(stated.split("-"))

    def likeness(text: str) -> float:
        own = slug(text)
        differs = (at for at, (a, b) in enumerate(zip(own, stated, strict=False)) if a != b)
        same = next(differs, min(len(own), len(stated)))
        shared = len(words.intersection(own.split("-"))) / len(words)
        length = text.count(" ") + 1
        teaser = 0.5 if length > MAX_TITLE else 0.0
        return 2 * same / (len(stated) or 1) + shared + 0.5 * titles[text] + 0.05 * min(length, 10) - teaser

    return clean(max(titles, key=likeness))
