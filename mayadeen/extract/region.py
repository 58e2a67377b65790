"""What a page is read as: immutable blocks in page order, in boxes, with pictures, players, links and buttons.

A block is a run of inline content that stands on a line of its own: a paragraph, a heading, a list item, a caption, the
title of a card. A box is a block-level element; `blocks[box.first:box.end]` stand inside it.
"""

from __future__ import annotations

from typing import NamedTuple

from selectolax.lexbor import LexborNode

from mayadeen.site.text import collapse_whitespace

HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
PARAGRAPHS = HEADINGS | {"p", "li", "figcaption", "dt", "dd", "td", "th"}


class Piece(NamedTuple):
    """A run of text with one style."""

    text: str
    href: str | None
    """Address of the link that it is part of, as written."""
    style: str
    """"strong", "em", "small" or ""."""


class Time(NamedTuple):
    """A `<time>` element in a line."""

    stated: str
    """Its `datetime`, "" without one."""
    text: str
    modified: bool
    """Says of itself that it is the time of a change (`itemprop="dateModified"`)."""


class Box(NamedTuple):
    """A block-level element."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which no caller uses
    tag: str
    parent: int
    """Index of the box around it; -1 for the outermost."""
    first: int
    end: int
    """blocks[first:end] stand inside."""
    last: int
    """boxes[index + 1 : last] stand inside."""
    path: int
    """What boxes share that are nested and classed alike: a hash of tag and class of it and all around it."""
    names: str
    """Its class, in lower case, digits as #."""
    hidden: bool
    """Not shown as the page arrives: it, or a box around it, has `hidden` or `display:none`."""
    fields: bool
    """A form field stands in it, at any depth."""
    buttons: bool
    """A button stands in it, at any depth."""


class Block(NamedTuple):
    """A run of inline content on its own line."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which no caller uses
    box: int
    pieces: tuple[Piece, ...]
    text: str
    words: int
    """Words outside links."""
    link_chars: int
    """Characters inside links."""
    hrefs: tuple[str, ...]
    """Its links as written, each once, in order."""
    times: tuple[Time, ...]

    @property
    def linked(self) -> bool:
        """Whether nearly all of it is a link."""
        return self.link_chars > 0.8 * len(self.text)

    def links(self) -> dict[str, list[Piece]]:
        """Address as written -> the pieces of the link, in order."""
        said: dict[str, list[Piece]] = {href: [] for href in self.hrefs}
        for piece in self.pieces:
            if piece.href:
                said[piece.href].append(piece)
        return said

    def link_texts(self) -> dict[str, str]:
        """Address as written -> what the link says, in order."""
        return {href: said_once([piece.text for piece in pieces]) for href, pieces in self.links().items()}


def said_once(texts: list[str]) -> str:
    """The text of a link in its pieces; a name may be linked twice, once as the caption of a portrait."""
    if len(texts) > 1 and len({collapse_whitespace(each) for each in texts if each.strip()}) == 1:
        texts = texts[:1]
    return collapse_whitespace("".join(texts))


class Anchor(NamedTuple):
    """An `<a>` element with an address, also one without a text."""

    node: LexborNode
    href: str
    """As written."""
    texts: tuple[str, ...]
    """What it says, one text for each of its text nodes."""
    box: int
    """The box that it stands in."""
    first: int
    end: int
    """Its text is part of blocks[first:end]."""
    at: int
    """Pieces before it in the first of them."""

    @property
    def place(self) -> tuple[int, int]:
        """Sorts links in page order: indexes of a block and of a piece; a picture stands before what follows."""
        return self.first, self.at if self.texts else self.at - 1


class Media(NamedTuple):
    """A picture, a player or a button."""

    at: int
    """Index of the block that it is in or that follows."""
    node: LexborNode
    box: int
    href: str | None
    """Address of the link around it, as written."""


class Region(NamedTuple):
    """Blocks in page order, their boxes (outer before inner), pictures, players, links (of listings), buttons."""

    blocks: tuple[Block, ...]
    boxes: tuple[Box, ...]
    pictures: tuple[Media, ...]
    players: tuple[Media, ...]
    anchors: tuple[Anchor, ...]
    buttons: tuple[Media, ...]
    nodes: tuple[LexborNode, ...]
    """The element of each box."""

    def around(self, box: int, levels: int | None = None) -> list[Box]:
        """The box and those around it, innermost first: all, or `levels` of them."""
        found: list[Box] = []
        while box >= 0 and len(found) != levels:
            found.append(self.boxes[box])
            box = found[-1].parent
        return found

    def child(self, block: Block, level: Box | None) -> Box | None:
        """The box around a block that stands directly in `level` (None: the page); None when there is none between."""
        holder, at = None, block.box
        while at >= 0 and (level is None or at != level.index):
            holder = self.boxes[at]
            at = holder.parent
        return holder

    def inside(self, box: int, tags: frozenset[str]) -> bool:
        """Whether the box is, or stands in, an element of one of the tags."""
        while box >= 0:
            each = self.boxes[box]
            if each.tag in tags:
                return True
            box = each.parent
        return False

    def tag(self, block: Block) -> str:
        """The element that the block is the text of."""
        return self.boxes[block.box].tag


EMPTY = Region((), (Box(0, "body", -1, 0, 0, 1, 0, "", False, False, False),), (), (), (), (), ())
"""A page without a body."""
