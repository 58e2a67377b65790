"""Titles and labels: what may be the title of an article, and which of several texts is it."""

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
"""Characters at most in a label, or in a text that is a date."""
MAX_TITLE = 25
"""Words at most in a title that is no teaser."""
_ENDS = " \t\n:：.…»›→+-–—|#•◀▶"
_DIGIT = re.compile(r"\d")


def label_key(text: str) -> str:
    """What the spellings of a label share, without the marks around it: "Load more…", "# Syria"."""
    return normalize_label(collapse_whitespace(text).strip(_ENDS))


def may_be_title(text: str, edition: Edition) -> bool:
    """Whether a text may be a title or a name: no date, no label of a box, of a button or around an article."""
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
    """Title -> whether it is a heading: what a link (None: the unlinked text) says in a block, and its parts."""
    edition = links.site.edition
    said = links.pieces(block, href) if href else [piece for piece in block.pieces if piece.href is None]
    while said and not may_be_title(collapse_whitespace(said[-1].text), edition):  # "Read more" behind a title
        said.pop()
    if not said:
        return {}
    whole = title_of(said, edition) if href else "".join([p.text for p in said])
    found = {collapse_whitespace(whole): links.region.inside(block.box, HEADINGS)}
    for piece in said:
        found.setdefault(collapse_whitespace(piece.text), False)
    return {text: heading for text, heading in found.items() if may_be_title(text, edition)}


def best_title(url: str, titles: dict[str, bool]) -> str:
    """The text most like the slug of the address, which is made from the title; else a heading, else the longest."""
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
