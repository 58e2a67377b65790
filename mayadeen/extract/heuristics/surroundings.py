"""Reads the lines around headline and text: the breadcrumb, regions, tags."""

from __future__ import annotations

import re

from mayadeen.extract.blocks import MAX_STEPS
from mayadeen.extract.heuristics.content import Content
from mayadeen.extract.heuristics.view import Label, Labels, View
from mayadeen.extract.heuristics.words import is_tag_label
from mayadeen.extract.region import Block
from mayadeen.site.address import slug
from mayadeen.site.text import clean, comparison_key, normalize_label

MAX_REGIONS = 2
"""Maximum number of regions of an article. More regions are a menu."""
ABOVE = 25
"""Maximum number of lines between the breadcrumb and a headline below it."""
TAGS_ABOVE = 6
"""Maximum number of lines between tags and a headline below them."""
TAGS_BELOW = 60
"""Maximum number of lines between the text and the tags below it."""
_NUMBER = re.compile(r"^\d{1,2}[.)]\s+")
"""The number before a step of a numbered breadcrumb."""


def breadcrumb(view: View, headline: int | None) -> list[tuple[str, str]]:
    """Return (name, address) of the steps of a short row of links before the headline that begins at the home page."""
    if headline is None:
        return []
    for box in reversed(view.region.boxes):
        if headline - ABOVE <= box.first < box.end <= headline and not box.hidden:
            trail = _trail(view, view.blocks[box.first : box.end])
            if trail:
                return trail
    return []


def _trail(view: View, blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    if not 2 <= sum(len(block.hrefs) for block in blocks) <= MAX_STEPS:
        return []
    found: list[tuple[str, str]] = []
    for href, text in (step for block in blocks for step in block.link_texts().items()):
        address = view.address(href)
        if address is None:
            continue  # the article itself
        # The site's logo and links to its other languages are not a breadcrumb.
        if not address.internal or (address.kind == "home") == bool(found):
            return []
        found.append((_NUMBER.sub("", clean(text)), address.url))
    if not found:
        return []
    home, edition = found[0][0], view.site.edition
    named = normalize_label(home) in map(normalize_label, edition.words.home)
    if home and not named and comparison_key(home) != comparison_key(edition.publisher):
        return []
    return [(name, url) for name, url in found if name]


def regions(view: View, labels: Labels, headline: int | None, end: int) -> list[str]:
    """Return the names of regions and countries linked from lines beside the headline, or none if they are a menu."""
    names: dict[str, str] = {}
    for block in view.blocks[max(0, (headline or 0) - TAGS_ABOVE) : end]:
        if labels[block.index] in (None, Label.BYLINE, Label.BOILERPLATE) and block.linked and len(block.hrefs) == 1:
            address = view.address(block.hrefs[0])
            if address is not None and address.kind == "region" and address.internal:
                names.setdefault(slug(block.text), clean(block.text))
    return list(names.values()) if len(names) <= MAX_REGIONS else []


def printed_tags(view: View, labels: Labels, content: Content, headline: int | None) -> list[Block]:
    """Return the lines of tags: below the text, else between headline and text, else labelled, above the headline."""
    top = headline if headline is not None else 0
    end = content.end
    found = _run(view, labels, range(end, min(end + TAGS_BELOW, len(labels)))) or _run(view, labels, range(top, end))
    if not found:  # above the headline, a line without a label may be the section
        above = range(max(0, top - TAGS_ABOVE), top)
        found = _run(view, labels, above) if any(is_tag_label(view, view.blocks[index]) for index in above) else []
    return found


def _run(view: View, labels: Labels, indexes: range) -> list[Block]:
    """Return the first run of tags."""
    found: list[Block] = []
    for index in indexes:
        if labels[index] is Label.TAG:
            found.append(view.blocks[index])
        elif found:
            break
    return found
