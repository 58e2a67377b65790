"""Reads the ticker of a page: one-line bulletins, found by their addresses or by the label before them ("Breaking")."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from mayadeen.extract.link_boxes import Link, Links, title_of
from mayadeen.extract.region import Block, Piece
from mayadeen.extract.titles import MAX_LABEL, label_key, may_be_title
from mayadeen.site.text import clean, collapse_whitespace, normalize_label

MAX_LABELS = 20
"""Maximum number of labels checked."""
MAX_LEVELS = 5
"""Maximum number of boxes from a label up to the box of the ticker."""
MAX_LINES = 200
"""Maximum number of blocks of a ticker."""
MIN_WORDS = 3
"""Minimum number of words of a bulletin, and of text beside links that forms one sentence with them."""
_NOT_IN_TICKER = frozenset(["main", "article", "table", "form", "footer", "h1", "h2"])
_CLOCK = re.compile(r"^\d{1,2}[:.]\d{2}\b[\s|–-]*")


@dataclass(slots=True, kw_only=True)
class Bulletin:
    """One sentence of the ticker."""

    text: str
    url: str | None = None
    """Absolute and normalized; None if the sentence is not a link."""


def read_ticker(links: Links, site_links: list[Link]) -> tuple[list[Bulletin], set[int]]:
    """Return the bulletins, each once, and the indexes of their blocks. Links in these blocks are not cards."""
    if found := _linked(links, site_links):
        return found, set()
    breaking = frozenset(map(normalize_label, links.site.edition.words.breaking))
    labels = (
        (block, at)
        for block in links.region.blocks
        for at, piece in enumerate(block.pieces)
        if len(piece.text.strip()) <= MAX_LABEL and label_key(piece.text) in breaking
    )
    barriers = [box.index for box in links.region.boxes if box.tag in _NOT_IN_TICKER]
    barriers = sorted(barriers + [picture.box for picture in links.region.pictures])
    for block, at in islice(labels, MAX_LABELS):
        found, used = _bulletins(_following(block, at, barriers, links), links)
        if found:
            return found, used
    return [], set()


def _linked(links: Links, site_links: list[Link]) -> list[Bulletin]:
    """Return the bulletins with their own addresses."""
    texts: dict[str, list[str]] = {}
    for anchor, address in site_links:
        if address.kind == "bulletin":
            blocks = links.linked_by(anchor)
            titles = [title_of(links.pieces(block, anchor.href), links.site.edition) for block in blocks]
            texts.setdefault(address.url, []).extend(_CLOCK.sub("", title) for title in titles)
    return [Bulletin(text=clean(max(each, key=len)), url=url) for url, each in texts.items() if any(each)]


def _following(label: Block, at: int, barriers: list[int], links: Links) -> list[tuple[int, str, str | None]]:
    """Return the (block, sentence, link) after a label, in the smallest box that contains any.

    `barriers` are the indexes of boxes at which a ticker ends.
    """
    region = links.region
    found = [(label.index, *line) for line in _sentences(label.pieces[at + 1 :])]
    for box in region.around(label.box, MAX_LEVELS):
        for block in region.blocks[label.index + 1 : min(box.end, label.index + MAX_LINES)]:
            child = region.child(block, box)
            if child is not None and bisect_left(barriers, child.index) < bisect_left(barriers, child.last):
                break
            found += [(block.index, *line) for line in _sentences(block.pieces)]
        if found:
            break
    return found


def _sentences(pieces: Sequence[Piece]) -> Iterator[tuple[str, str | None]]:
    """Yield the sentences on one line, each with its link. Several links are several sentences, unless text is beside
    them.
    """
    hrefs = {piece.href for piece in pieces if piece.href}
    around = any(len(piece.text.split()) >= MIN_WORDS for piece in pieces if not piece.href)
    lines: list[list[Piece]] = []
    for piece in pieces:
        last = lines[-1][-1] if lines else None
        apart = last is None or (piece.href != last.href if len(hrefs) > 1 and not around else _are_apart(last, piece))
        lines += [[]] if apart else []
        lines[-1].append(piece)
    for line in lines:
        text = collapse_whitespace("".join(piece.text for piece in line))
        if any(map(str.isalnum, text)):
            yield _CLOCK.sub("", text), next((piece.href for piece in line if piece.href), None)


def _are_apart(first: Piece, second: Piece) -> bool:
    """Return whether two texts are separate sentences: adjacent elements have no space between them."""
    texts = first.text, second.text
    glued = not (texts[0][-1:].isspace() or texts[1][:1].isspace())
    return glued and texts[1][:1].isalnum() and min(len(text.split()) for text in texts) >= MIN_WORDS


def _bulletins(sentences: list[tuple[int, str, str | None]], links: Links) -> tuple[list[Bulletin], set[int]]:
    """Return the bulletins of a ticker. A single sentence that links to an article is a card with a badge, not a
    ticker.
    """
    found: dict[str, Bulletin] = {}
    used: set[int] = set()
    articles = 0
    for block, text, href in sentences:
        address = links.address(href) if href else None
        if text.count(" ") < MIN_WORDS - 1 or not may_be_title(text, links.site.edition):
            continue
        if address is None or address.kind in ("bulletin", "article", "unknown"):
            found.setdefault(text, Bulletin(text=clean(text), url=address.url if address else None))
            articles += address is not None and address.kind == "article"
            used.add(block)
    return (list(found.values()), used) if len(found) > 1 or not articles else ([], set())
