"""A region of the tree as a flat list of blocks, each in its nest of boxes.

A block is a run of inline content that stands on its own line: a paragraph, a heading, a list item, a caption, a
card's title. A box is the block-level element around it. What a block *is* (text, caption, related link, ...) is for
`body` and its neighbours to say; here only the shape of the page is read, in one pass over the nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from mayadeen.site.text import collapse_whitespace, strip_bidi

MAX_PICTURES = 500
"""Pictures looked at in a region; real galleries stay under 100."""
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


class Piece(NamedTuple):
    """A run of text with one look."""

    text: str
    href: str | None
    """Address of the link that it is part of, as written."""
    style: str
    """"strong", "em", "small" or ""."""


class Box:
    """A block-level element: blocks[first:end] stand inside it. A page has hundreds: the usual stands in the class."""

    end = -1
    excluded = ""
    """Why nothing in it is text of the article; "" when it may be."""
    around = False
    """Holds the place that the reading began at."""
    cards = 0
    """Titles of other articles in it, those in boxes already left out not counted; for `layout`."""
    texts = 0
    """Sentences in it, likewise; for `layout`."""
    good = 0
    """Words of what may be text in it; for `layout`."""
    side = False
    """Holds a box of links that belongs beside an article; for `layout`."""
    inside = False
    """May hold text of the article; for `layout`."""
    has_fields = False
    """Holds a form field: a newsletter, a comment, a login."""
    has_buttons = False
    """Holds a button: one of those, a banner, or a share bar."""

    def __init__(self, tag: str, parent: Box | None, first: int, node: LexborNode | None = None) -> None:
        self.tag, self.parent, self.first, self.node = tag, parent, first, node

    @property
    def look(self) -> str:
        """Tag and class: paragraphs of one text look alike."""
        return f"{self.tag}.{self.node.attributes.get('class') or ''}" if self.node is not None else self.tag


class Block:
    """A run of inline content on its own line."""

    role = ""
    """What it was found to be: "text", "caption", "byline", ...; "" while unknown."""
    said: dict[str | None, list[str]] | None = None
    """What its links say, by address; made by `text_of`."""
    times: Sequence[str] = ()
    """`datetime` of the `<time>` elements in it."""

    def __init__(self, box: Box, pieces: list[Piece], images: Sequence[LexborNode] = ()) -> None:
        self.box, self.images = box, images
        self.fill(pieces)

    def fill(self, pieces: list[Piece]) -> None:
        """Works out from its pieces what it says."""
        self.pieces, self.said = pieces, None
        self.text = collapse_whitespace(
            pieces[0].text if len(pieces) == 1 else "".join([piece.text for piece in pieces])
        )
        linked = [piece for piece in pieces if piece.href is not None]
        self.hrefs = list(dict.fromkeys([piece.href for piece in linked if piece.href])) if linked else []
        """Its links as written, each once, in order."""
        self.link_chars = sum([len(piece.text.strip()) for piece in linked]) if linked else 0
        """How much of the text is links."""
        if linked:
            self.words = sum([len(piece.text.split()) for piece in pieces if not piece.href])
        else:
            self.words = self.text.count(" ") + 1 if self.text else 0
        """Words outside links."""
        self.linked = self.link_chars > 0.8 * len(self.text)
        """All of it is a link."""

    def holds(self, image: LexborNode) -> bool:
        """Whether the picture stands in this block."""
        return any(each.mem_id == image.mem_id for each in self.images)

    def text_of(self, href: str) -> str:
        """What one of its links says."""
        if self.said is None:
            self.said = {}
            for piece in self.pieces:
                self.said.setdefault(piece.href, []).append(piece.text)
        said = self.said.get(href, [])
        # A name may be linked twice, once as a picture's caption.
        return collapse_whitespace(
            said[0]
            if len({collapse_whitespace(each) for each in said if each.strip()}) == 1 < len(said)
            else "".join(said)
        )


@dataclass(slots=True)
class Region:
    """What was read: blocks in page order, the boxes, and the players met on the way."""

    blocks: list[Block] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    tails: list[Block] = field(default_factory=list)
    """Lines cut from the end of a block; `lines` cuts them."""
    players: list[tuple[int, str, Box]] = field(default_factory=list)
    """Index of the block that follows, address of the video or frame, its box."""
    pictures: list[tuple[int, LexborNode, Box, str | None]] = field(default_factory=list)
    """Index of the block it is in or that follows, the `<img>`, its box, the address it links to."""


_SKIP = frozenset(
    (
        "script style template noscript svg math canvas map datalist head title meta link object param track amp-ad "
        "-comment"
    ).split()
)
_CONTROLS = frozenset(["input", "select", "textarea"])
_INLINE = frozenset(
    (
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark output q rp rt ruby s samp "
        "small span strike strong sub sup time tt u var wbr"
    ).split()
)
_STYLES = {"b": "strong", "strong": "strong", "em": "em", "i": "em", "small": "small", "cite": "em"}
_PLAYERS = frozenset(["iframe", "video", "embed", "audio", "amp-iframe", "amp-video", "amp-youtube"])


_PARAGRAPHS = HEADINGS | {"p", "li", "figcaption", "dt", "dd", "td", "th"}
_SPANS = ("span", "b", "strong")
_CLOSING = ".,;:!?…%)]}”’»/-–—("
"""What goes on with the line before it; so does nothing at all."""


_SPECIAL = _SKIP | _CONTROLS | _INLINE | _PLAYERS | {"-text", "br", "img", "amp-img", "button", "footer"}
"""All that is no box, or not always."""


class _Reader:
    """The state of one pass: the open box and the line being gathered. `root`: an element that holds all to be read."""

    def __init__(self, root: LexborNode) -> None:
        self.region = Region()
        self.blocks = self.region.blocks
        self.hidden: set[int] = set()
        self.raised: dict[int, str] = {}  # inline elements that are boxes by what they say of themselves
        for each in root.css("[hidden], [style], [role=heading]"):
            if _is_hidden(each):
                self.hidden.add(each.mem_id)
            elif each.tag in _INLINE and (tag := _box_tag(each)):
                self.raised[each.mem_id] = tag
        self.box = Box("body", None, 0)
        self.region.boxes.append(self.box)
        self.pieces: list[Piece] = []
        self.images: list[LexborNode] = []
        self.times: list[str] = []
        self.breaks = 0

    def enter(self, node: LexborNode, tag: str) -> None:
        if self.pieces or self.images:
            self.flush()
        self.box = Box(tag, self.box, len(self.blocks), node)
        self.region.boxes.append(self.box)

    def leave(self) -> None:
        if self.pieces or self.images:
            self.flush()
        box = self.box
        box.end = len(self.blocks)
        assert box.parent is not None
        if box.has_fields:
            box.parent.has_fields = True
        if box.has_buttons:
            box.parent.has_buttons = True
        self.box = box.parent

    def flush(self) -> None:
        """Ends the line: it becomes a block when there is anything on it."""
        self.breaks = 0
        while self.pieces and self.pieces[-1].text.isspace():
            self.pieces.pop()
        if self.pieces or self.images:
            block = Block(self.box, self.pieces, self.images)
            if block.text or block.images:
                if self.times:
                    block.times = [each for each in self.times if each]
                self.blocks.append(block)
        self.pieces, self.images, self.times = [], [], []

    def read(self, node: LexborNode | None, href: str | None, style: str) -> None:
        """A node and those that follow it under the same parent."""
        while node is not None:
            tag = node.tag or ""
            if tag == "-text":
                text = strip_bidi(node.text_content or "")
                # Most text nodes are the white space between elements.
                if self.pieces or not text.isspace():
                    if self.breaks and not text.isspace():
                        self.breaks = 0
                    self.pieces.append(Piece(text, href, style))
            elif tag not in _SPECIAL or (tag == "footer" and (not self.blocks or _inside_article(node))):
                if not self.hidden or node.mem_id not in self.hidden:
                    self.enter(node, tag)
                    self.read(node.first_child, href, style)
                    self.leave()
            elif tag in _INLINE:
                raised = self.raised.get(node.mem_id) if self.raised else None
                if raised:
                    self.enter(node, raised)
                elif tag in ("span", "small") and self.pieces and href is None and self._begins_line(node):
                    self.flush()
                if tag == "time":
                    self.times.append(node.attributes.get("datetime") or "")
                target = node.attributes.get("href") if tag == "a" else None
                self.read(node.first_child, href if target is None else target, _STYLES.get(tag, style))
                if raised:
                    self.leave()
            elif tag == "br":
                self.breaks += 1
                if self.breaks > 1:
                    self.flush()
                else:
                    self.pieces.append(Piece("\n", None, ""))
            elif tag in ("img", "amp-img"):
                if len(self.region.pictures) == MAX_PICTURES:
                    node = node.next
                    continue
                self.images.append(node)
                self.region.pictures.append((len(self.blocks), node, self.box, href))
            elif tag in _PLAYERS:
                self._player(node)
            elif tag in _CONTROLS:
                self.box.has_fields |= node.attributes.get("type") not in ("hidden", "submit")
            elif tag == "button":
                self.box.has_buttons = True
            node = node.next

    def _begins_line(self, node: LexborNode) -> bool:
        """Whether a `<span>` is a paragraph by its looks: glued to the one before it, their words would be one."""
        last, before = self.pieces[-1].text, node.prev
        if last[-1:].isspace() or before is None or before.tag not in _SPANS or self.box.tag in _PARAGRAPHS:
            return False
        start = node.text()[:1]
        return not (start.islower() or start in _CLOSING) and len(before.text().split()) > 1

    def _player(self, node: LexborNode) -> None:
        address = node.attributes.get("data-src") or node.attributes.get("src")
        source = None if address else node.css_first("source")
        if source is not None:
            address = source.attributes.get("src")
        if address and node.tag != "audio":
            self.region.players.append((len(self.blocks), address, self.box))


def _box_tag(node: LexborNode) -> str:
    """What an inline element is by what it says of itself: a heading, a box; "" for the usual."""
    attributes = node.attributes
    if attributes.get("role") == "heading":
        level = attributes.get("aria-level") or ""
        return f"h{level}" if level in ("1", "2", "3", "4", "5", "6") else "h2"
    return "div" if "display:block" in (attributes.get("style") or "").replace(" ", "").lower() else ""


def _is_hidden(node: LexborNode) -> bool:
    """Whether a reader of the page never sees it: copies for print, closed dialogs."""
    attributes = node.attributes
    return "hidden" in attributes or "display:none" in (attributes.get("style") or "").replace(" ", "").lower()


def _inside_article(footer: LexborNode) -> bool:
    parent = footer.parent
    while parent is not None:
        if parent.tag in ("article", "blockquote", "figure", "section"):
            return True
        parent = parent.parent
    return False


def read_inside(node: LexborNode) -> Region:
    """The blocks of one element."""
    reader = _Reader(node)
    reader.enter(node, node.tag or "")
    reader.read(node.first_child, None, "")
    reader.leave()
    reader.box.end = len(reader.blocks)
    return reader.region


def read_after(node: LexborNode) -> Region:
    """The blocks that follow an element in the page, to its end.

    The boxes that hold the element itself are the first ones of the region, outermost first.
    """
    chain: list[LexborNode] = []
    parent = node.parent
    while parent is not None and parent.tag not in ("html", "-document", "-undef", None):
        chain.append(parent)
        parent = parent.parent
    reader = _Reader(chain[-1] if chain else node)
    for each in reversed(chain):
        if each.tag not in _INLINE:
            reader.enter(each, each.tag or "")
            reader.box.around = True
    current: LexborNode | None = node
    for each in chain:
        reader.read(current.next if current is not None else None, None, "")
        if each.tag not in _INLINE:
            reader.leave()
        current = each
    reader.box.end = len(reader.blocks)
    return reader.region


def stands_in(box: Box | None, tag: str, limit: Box) -> bool:
    """Whether a box stands in an element of that tag, inside `limit`."""
    each: Box | None = box
    while each is not None and each is not limit:
        if each.tag == tag:
            return True
        each = each.parent
    return False


def is_excluded(box: Box | None) -> bool:
    """Whether a box, or one around it, was left out."""
    while box is not None:
        if box.excluded:
            return True
        box = box.parent
    return False
