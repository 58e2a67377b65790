"""Finds the printed headline: the line with a stated title, else the heading most similar to one."""

from __future__ import annotations

from mayadeen.extract.heuristics.view import View
from mayadeen.extract.link_boxes import heading_of
from mayadeen.extract.region import HEADINGS, Block
from mayadeen.site.text import comparison_key

MIN_LIKENESS = 0.5
"""Minimum share of words that a heading and a stated title of the same article have in common."""
MIN_WORDS = 3
"""Minimum number of words of a headline that is not stated. A shorter heading may be the name of the site."""
MIN_PART = 8
"""Minimum number of characters of a heading that is part of a stated title."""
MIN_SHARE = 0.2
"""Minimum share of the title that this part has."""
MAX_LENGTH = 400
"""Maximum number of characters of a headline."""
_OTHER = frozenset(["li", "figcaption", "nav", "footer"])
"""Elements in which a line with the title is not the headline, such as lists of articles."""


def find_headlines(view: View) -> list[int]:
    """Return the indexes of possible headlines in page order: blocks with a stated title, else the most likely one."""
    found = [block.index for block in view.blocks if _says_title(view, block)]
    if found:
        return found
    alike = _most_alike(view) or _longest_top(view)
    return [alike.index] if alike else []


def choose_headline(view: View, found: list[int], first: int) -> int | None:
    """Choose from several lines with a title the last one before the text: bars at the top of the page repeat the
    title.

    Headings take precedence over other lines.
    """
    before = [index for index in found if index <= first] or found[:1]
    headings = [index for index in before if view.tag(view.blocks[index]) in HEADINGS]
    return max(headings or before, default=None)


def _says_title(view: View, block: Block) -> bool:
    """Return whether a line is a stated title: a heading, or any other line outside lists and links."""
    heading = view.tag(block) in HEADINGS
    if not heading and (block.linked or not any(abs(len(block.text) - len(title)) < 12 for title in view.titles)):
        return False
    if len(block.text) > MAX_LENGTH or view.is_hidden(block):
        return False
    key = view.key(block.index)
    if key not in view.titles and not (heading and _is_part(key, view.titles)):
        return False
    if block.linked and not _leads_here(view, block):
        return False  # a card
    # 'Responses to "The headline"' is not a headline.
    return not view.region.inside(block.box, _OTHER) and heading_of(block, view.site.edition) is None


def _is_part(key: str, titles: tuple[str, ...]) -> bool:
    """Return whether a heading is a stated title without the site's name, or without the kicker before it."""
    return len(key) >= MIN_PART and any(
        f" {title} ".find(f" {key} ") in (0, len(title) - len(key)) or key.endswith(f" {title}")
        for title in titles
        if MIN_SHARE * len(title) <= len(key) <= len(title) / MIN_SHARE
    )


def _leads_here(view: View, block: Block) -> bool:
    """Return whether a linked headline leads to its own page."""
    here = view.address(view.base)
    return any((to := view.address(href)) and here and to.key == here.key for href in block.hrefs)


def _most_alike(view: View) -> Block | None:
    """Return the heading with most words in common with a stated title, which may be older than the printed one."""
    best, found = MIN_LIKENESS, None
    for block in view.blocks:
        if view.tag(block) not in HEADINGS or block.linked or view.box(block).hidden:
            continue
        words = set(comparison_key(block.text).split())
        for title in view.titles:
            other = set(title.split())
            likeness = len(words & other) / (min(len(words), len(other)) or 1) if len(words) >= MIN_WORDS else 0.0
            if likeness > best:
                best, found = likeness, block
    return found


def _longest_top(view: View) -> Block | None:
    """Return the longest `<h1>` of several words that is not the name of the site."""
    names = {comparison_key(suffix) for suffix in view.site.edition.title_suffixes}
    tops = [
        block
        for block in view.blocks
        if view.tag(block) == "h1"
        and not view.box(block).hidden
        and not block.linked
        and len(block.text.split()) >= MIN_WORDS
        and comparison_key(block.text) not in names
    ]
    return max(tops, key=lambda block: len(block.text), default=None)
