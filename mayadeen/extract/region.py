"""The structure of a page: immutable blocks in page order, boxes, pictures, players, links and buttons.

A block is a run of inline content on its own line: a paragraph, a heading, a list item, a caption, the title of a card.
A box is a block-level element that contains `blocks[box.first:box.end]`.
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
    """Address of the link around it, as written."""
    style: str
    """ "strong", "em", "small" or ""."""


class Time(NamedTuple):
    """A `<time>` element in a line."""

    stated: str
    """The `datetime` attribute, "" if missing."""
    text: str
    modified: bool
    """It is marked as modification time (`itemprop="dateModified"`)."""


class Box(NamedTuple):
    """A block-level element."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which no caller uses
    tag: str
    parent: int
    """Index of the box around it; -1 for the outermost."""
    first: int
    end: int
    """blocks[first:end] are inside."""
    last: int
    """boxes[index + 1 : last] are inside."""
    path: int
    """A hash of tag and class of the box and of all boxes around it. Equal for similarly nested and classed boxes."""
    names: str
    """The class attribute in lower case, with digits replaced by #."""
    hidden: bool
    """Hidden when the page loads: it, or a box around it, has `hidden` or `display:none`."""
    fields: bool
    """It contains a form field, at any depth."""
    buttons: bool
    """It contains a button, at any depth."""


class Block(NamedTuple):
    """A run of inline content on its own line."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which no caller uses
    box: int
    pieces: tuple[Piece, ...]
    text: str
    words: int
    """Number of words outside links."""
    link_chars: int
    """Number of characters inside links."""
    hrefs: tuple[str, ...]
    """Its links as written, each once, in order."""
    times: tuple[Time, ...]

    @property
    def linked(self) -> bool:
        """Whether nearly all of its text is a link."""
        return self.link_chars > 0.8 * len(self.text)

    def links(self) -> dict[str, list[Piece]]:
        """Return address as written -> the pieces of the link, in order."""
        said: dict[str, list[Piece]] = {href: [] for href in self.hrefs}
        for piece in self.pieces:
            if piece.href:
                said[piece.href].append(piece)
        return said

    def link_texts(self) -> dict[str, str]:
        """Return address as written -> the text of the link, in order."""
        return {href: said_once([piece.text for piece in pieces]) for href, pieces in self.links().items()}


def said_once(texts: list[str]) -> str:
    """Return the text of a link from its pieces. A name may be linked twice, once as the caption of a portrait."""
    if len(texts) > 1 and len({collapse_whitespace(each) for each in texts if each.strip()}) == 1:
        texts = texts[:1]
    return collapse_whitespace("".join(texts))


class Anchor(NamedTuple):
    """An `<a>` element with an address, with or without text."""

    node: LexborNode
    href: str
    """As written."""
    texts: tuple[str, ...]
    """Its text, one string per text node."""
    box: int
    """Index of the innermost box around it."""
    first: int
    end: int
    """Its text is part of blocks[first:end]."""
    at: int
    """Number of pieces before it in the first of these blocks."""

    @property
    def place(self) -> tuple[int, int]:
        """Sort key in page order: (block index, piece index). A picture comes before the text after it."""
        return self.first, self.at if self.texts else self.at - 1


class Media(NamedTuple):
    """A picture, a player or a button."""

    at: int
    """Index of the block that contains it or follows it."""
    node: LexborNode
    box: int
    href: str | None
    """Address of the link around it, as written."""


class Region(NamedTuple):
    """The blocks of a page in page order, its boxes (outer before inner), pictures, players, links (only for listings)
    and buttons.
    """

    blocks: tuple[Block, ...]
    boxes: tuple[Box, ...]
    pictures: tuple[Media, ...]
    players: tuple[Media, ...]
    anchors: tuple[Anchor, ...]
    buttons: tuple[Media, ...]
    nodes: tuple[LexborNode, ...]
    """The element of each box."""

    def around(self, box: int, levels: int | None = None) -> list[Box]:
        """Return the box and those around it, innermost first: all, or `levels` of them."""
        found: list[Box] = []
        while box >= 0 and len(found) != levels:
            found.append(self.boxes[box])
            box = found[-1].parent
        return found

    def child(self, block: Block, level: Box | None) -> Box | None:
        """Return the box around a block that is a direct child of `level` (None: the page), or None if there is none
        between.
        """
        holder, at = None, block.box
        while at >= 0 and (level is None or at != level.index):
            holder = self.boxes[at]
            at = holder.parent
        return holder

    def inside(self, box: int, tags: frozenset[str]) -> bool:
        """Return whether the box is, or is inside, an element with one of the tags."""
        while box >= 0:
            each = self.boxes[box]
            if each.tag in tags:
                return True
            box = each.parent
        return False

    def tag(self, block: Block) -> str:
        """Return the tag of the element that contains the block's text."""
        return self.boxes[block.box].tag


EMPTY = Region((), (Box(0, "body", -1, 0, 0, 1, 0, "", False, False, False),), (), (), (), (), ())
"""The region of a page without a body."""
