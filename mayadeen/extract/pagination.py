"""Reads the pagination of a listing: a button that loads more cards, the address of the next page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mayadeen.extract.link_boxes import Link, Links
from mayadeen.extract.page import Page
from mayadeen.extract.region import HEADINGS
from mayadeen.extract.titles import label_key
from mayadeen.site.address import canonical, is_internal, resolve
from mayadeen.site.page_types import PAGE_NUMBER
from mayadeen.site.text import normalize_label

MAX_MARKS = 4
"""Maximum number of extra characters around the words of a button: "Load more …"."""
_REST = re.compile(r"(?:(?:/page)?/\d{1,4})?(?:\?|$)")
"""The part of a page's address after the address of its listing."""
_NUMBER = re.compile(r"(?:[?&]\w+=|/)(\d{1,4})$")
"""The page number at the end of an address."""


def read_pagination(page: Page, links: Links, site_links: list[Link], start: int) -> tuple[bool, str | None]:
    """Return (whether a button loads more, address of the next page or None). Blocks before `start` are the menu."""
    site = page.site
    load_words, next_words = (
        frozenset(map(normalize_label, words)) for words in (site.edition.words.load_more, site.edition.words.next)
    )
    here = canonical(page.url, site)
    buttons = page.tree.css("input[type=button], input[type=submit]")
    load_more = any(label_key(each.attributes.get("value") or "") in load_words for each in buttons)
    stated = page.tree.css_first('link[rel~="next"][href], a[rel~="next"][href]')
    following = resolve(stated.attributes.get("href") or "", links.base, site) if stated is not None else None
    is_page = pages_of(here)
    for label, href in _labels(links, start, load_words | next_words):
        address = links.address(href) if href else None
        same = address is not None and is_page(address.url)
        load_more |= label in load_words and (address is None or same)
        if address is not None and same and address.url != here:
            following = following or address.url
    if not following:
        others = [link for link in site_links if is_page(link.url) and link.anchor.first >= start and link.url != here]
        following = _following(others, here, next_words)
    return load_more, following if following and is_internal(following, site) else None


def pages_of(here: str) -> Callable[[str], bool]:
    """Return a test for addresses of the same listing, which differ only in the query or in a number at the end."""
    listing = PAGE_NUMBER.sub("", here.partition("?")[0])
    start = len(listing)
    return lambda url: url.startswith(listing) and _REST.match(url, start) is not None


def _labels(links: Links, start: int, words: frozenset[str]) -> Iterator[tuple[str, str | None]]:
    """Yield the labels among `words`, of buttons and of blocks that are not headings, each with its link."""
    region = links.region
    for button in region.buttons:
        if button.at >= start:
            texts = button.node.text(separator="\0").split("\0")
            yield from ((label, button.href) for text in texts if (label := label_key(text)) in words)
    longest = max(map(len, words), default=0) + MAX_MARKS
    for block in region.blocks[start:]:
        for piece in block.pieces:
            label = label_key(piece.text) if len(piece.text.strip()) <= longest else ""
            if label in words and not region.inside(block.box, HEADINGS):
                yield label, piece.href


def _following(pages: list[Link], here: str, next_words: frozenset[str]) -> str | None:
    """Return the next page, by a link label that is only a symbol, or by its number among the page numbers."""
    number = int(found[1]) if (found := _NUMBER.search(here)) else 1
    numbered = None
    for link in pages:
        attributes = link.anchor.node.attributes
        if label_key(attributes.get("aria-label") or attributes.get("title") or "") in next_words:
            return link.url
        follows = (found := _NUMBER.search(link.url)) and int(found[1]) == number + 1
        if follows and link.texts == (str(number + 1),):
            numbered = numbered or link.url
    return numbered
