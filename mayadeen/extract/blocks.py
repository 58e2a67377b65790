"""Reads the tree of a page into a `Region` in one pass. The region describes structure only.

The `heuristics` package decides what a block *is* (body text, caption, byline, ...).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from selectolax.lexbor import LexborNode

from mayadeen.extract.embeds import EMBED_CLASSES, PLAYERS, embed_fallbacks
from mayadeen.extract.pictures import noscript_picture
from mayadeen.extract.region import EMPTY, PARAGRAPHS, Anchor, Block, Box, Media, Piece, Region, Time
from mayadeen.site.text import collapse_whitespace, strip_bidi

MAX_PICTURES = 500
"""Maximum number of pictures kept per page. Real galleries have fewer than 100."""
MAX_PLAYERS = 100
"""Maximum number of players kept per page."""
MAX_MENU_LINKS = 20_000
"""Maximum number of links counted to detect menus. Links of nested menus are counted once per menu."""
MAX_STEPS = 8
"""Maximum number of links in a breadcrumb. More links are a menu."""
_SKIPPED = frozenset(
    (
        "script style template svg math canvas map datalist head title meta link object param track amp-ad "
        "-comment select option"
    ).split()
)
_BLOCK_LEVEL = frozenset(
    (
        "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav ol p pre search section summary table "
        "tbody td tfoot th thead tr ul caption legend frameset"
    ).split()
)
INLINE = frozenset(
    (
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output q rp rt ruby s "
        "samp small span strike strong sub sup time tt u var wbr"
    ).split()
)
_STYLES = {"b": "strong", "strong": "strong", "em": "em", "i": "em", "small": "small", "cite": "em"}
_MENUS = frozenset(["nav", "header", "footer"])
_OF_ARTICLE = frozenset(["article", "section", "main", "blockquote", "figure"])
"""A footer inside one of these elements is not the page's footer."""
_PICTURES = frozenset(["img", "amp-img"])
_FIELDS = frozenset(["input", "textarea"])
_LEAVES = _PICTURES | PLAYERS | _FIELDS | {"noscript", "button"}
_NO_FIELD = ("hidden", "submit", "button", "checkbox", "radio")
_BETWEEN_LINKS = " \t\n\r\f\xa0,،;|/·•"
_CLOSING = ".,;:!?…%)]}”’»/-–—("
"""Characters that continue the span before them."""
_MARKED = ", ".join(["[hidden]", "[style]", *(f"[class*={name}]" for name in EMBED_CLASSES)])
"""Elements to check before the walk, as one combined selector: each selector is a separate walk of the tree."""
_DIGITS = re.compile(r"\d+")
_TAG, _PARENT, _END, _LAST, _PATH, _HIDDEN, _HAS_FIELDS, _HAS_BUTTONS = map(
    Box._fields.index, ("tag", "parent", "end", "last", "path", "hidden", "fields", "buttons")
)
"""Columns of a row of `_Reader.boxes`."""
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid)", re.I)


def read_blocks(root: LexborNode | None, *, menus: bool = True) -> Region:
    """Return the blocks of an element, including hidden ones.

    `menus=True` also returns links and the blocks of menus and of the page's footer.
    """
    if root is None:
        return EMPTY
    reader = _Reader(menus, anchors=menus)
    reader.mark(root)
    reader.enter(root, root.tag or "")
    reader.read(root.first_child, None, "")
    reader.leave()
    return reader.region()


def read_parts(
    root: LexborNode, parts: Collection[LexborNode], inner: Iterable[LexborNode], without: Iterable[LexborNode]
) -> Region:
    """Return the blocks of some elements of a page, in page order, with the boxes around them.

    An element inside another one of `parts` is read once. `inner`: elements inside the parts that become boxes, even
    inline ones. `without`: elements that are skipped.
    """
    reader = _Reader(menus=True, anchors=False)
    reader.as_box.update({node.mem_id: node.tag or "" for node in inner if node.tag in INLINE})
    reader.skipped |= {node.mem_id for node in without}
    around = {each.mem_id for part in parts for each in ancestors(part)}
    reader.read_parts(root, {part.mem_id for part in parts}, around)
    return reader.region()


def ancestors(node: LexborNode) -> list[LexborNode]:
    """Return the elements around a node, innermost first."""
    found = []
    each = node.parent
    while each is not None:
        found.append(each)
        each = each.parent
    return found


class _Reader:
    """The state of the pass: the open boxes and the line being collected."""

    def __init__(self, menus: bool, anchors: bool) -> None:
        self.menus, self.with_anchors = menus, anchors
        self.blocks: list[Block] = []
        self.boxes: list[list[Any]] = []  # rows of Box, completed when the element ends
        self.nodes: list[LexborNode] = []
        self.pictures: list[Media] = []
        self.players: list[Media] = []
        self.anchors: list[Anchor] = []
        self.buttons: list[Media] = []
        self.open = -1
        self.names: dict[str, str] = {}  # class attribute -> value of Box.names
        self.skipped: set[int] = set()
        self.hidden: set[int] = set()
        self.as_box: dict[int, str] = {}  # inline elements whose style makes them a box
        self.pieces: list[Piece] = []
        self.times: list[Time] = []
        self.breaks = self.menu_links = 0

    def mark(self, root: LexborNode) -> None:
        """Record the properties of elements that must be known before the walk."""
        embeds = False
        for each in root.css(_MARKED):
            classes = each.attributes.get("class") or ""
            embeds = embeds or any(name in classes for name in EMBED_CLASSES)
            if is_hidden(each):
                self.hidden.add(each.mem_id)
            if each.tag in INLINE and (tag := _box_tag(each)):
                self.as_box.setdefault(each.mem_id, tag)
        if embeds:
            self.skipped |= embed_fallbacks(root)

    def enter(self, node: LexborNode, tag: str) -> None:
        if self.pieces:
            self.flush()
        classes = node.attributes.get("class") or ""
        names = self.names.get(classes)
        if names is None:
            names = self.names[classes] = _DIGITS.sub("#", classes).lower()
        parent = self.boxes[self.open] if self.open >= 0 else None
        path = hash((parent[_PATH] if parent else 0, tag, names))
        hidden = bool(parent and parent[_HIDDEN]) or node.mem_id in self.hidden
        index, at = len(self.boxes), len(self.blocks)
        self.boxes.append([index, tag, self.open, at, at, index, path, names, hidden, False, False])
        self.nodes.append(node)
        self.open = index

    def leave(self) -> None:
        if self.pieces:
            self.flush()
        box = self.boxes[self.open]
        box[_END], box[_LAST] = len(self.blocks), len(self.boxes)
        self.open = box[_PARENT]
        if self.open >= 0:
            parent = self.boxes[self.open]
            parent[_HAS_FIELDS] |= box[_HAS_FIELDS]
            parent[_HAS_BUTTONS] |= box[_HAS_BUTTONS]

    def region(self) -> Region:
        """Return the region."""
        return Region(
            tuple(self.blocks),
            tuple(map(Box._make, self.boxes)),
            tuple(self.pictures),
            tuple(self.players),
            tuple(self.anchors),
            tuple(self.buttons),
            tuple(self.nodes),
        )

    def read_parts(self, node: LexborNode | None, parts: set[int], around: set[int]) -> None:
        """Read the parts among a node, its following siblings and their descendants. `around`: elements around the
        parts.
        """
        while node is not None:
            if node.mem_id in parts:
                self.mark(node)
                self._read_part(node)
            elif node.mem_id in around:
                tag = node.tag or ""
                if is_hidden(node):
                    self.hidden.add(node.mem_id)
                if tag not in INLINE:
                    self.enter(node, tag)
                self.read_parts(node.first_child, parts, around)
                if tag not in INLINE:
                    self.leave()
            node = node.next

    def _read_part(self, node: LexborNode) -> None:
        """Read one element as its own box, without its following siblings."""
        tag = node.tag or ""
        if tag in _LEAVES:
            self._leaf(node, tag, None)
            return
        self.enter(node, tag)
        self.read(node.first_child, node.attributes.get("href") if tag == "a" else None, _STYLES.get(tag, ""))
        self.leave()

    def flush(self) -> None:
        """End the current line. It becomes a block if it contains text."""
        pieces = self.pieces
        while pieces and pieces[-1].text.isspace():
            pieces.pop()
        text = collapse_whitespace(pieces[0].text if len(pieces) == 1 else "".join([p.text for p in pieces]))
        if text:
            self.blocks.append(_block(len(self.blocks), self.open, pieces, text, self.times))
        self.pieces, self.times, self.breaks = [], [], 0

    def read(self, node: LexborNode | None, href: str | None, style: str) -> None:
        """Read a node and its following siblings."""
        while node is not None:
            tag = node.tag or ""
            if self.skipped and node.mem_id in self.skipped:
                pass
            elif tag == "-text":
                self._text(node.text_content or "", href, style)
            elif tag in _BLOCK_LEVEL:
                if self.menus or tag not in _MENUS or not self._is_menu(node, tag):
                    self.enter(node, tag)
                    self.read(node.first_child, href, style)
                    self.leave()
            elif tag in INLINE:
                self._inline(node, tag, href, style)
            elif tag == "br":
                self._break()
            elif tag in _LEAVES:
                self._leaf(node, tag, href)
            elif tag not in _SKIPPED:
                self._unknown(node, tag, href, style)
            node = node.next

    def _text(self, text: str, href: str | None, style: str) -> None:
        # Most text nodes are the white space between elements.
        if not text.isspace():
            self.breaks = 0
            self.pieces.append(Piece(strip_bidi(text), href, style))
        elif self.pieces:
            self.pieces.append(Piece(text, href, style))

    def _leaf(self, node: LexborNode, tag: str, href: str | None) -> None:
        """Read an element without text: a picture, player, form field or button."""
        media = Media(len(self.blocks), node, self.open, href)
        if tag in _PICTURES:
            self._picture(node, href)
        elif tag == "noscript":
            if (image := noscript_picture(node)) is not None:
                self._picture(image, href)
        elif tag in PLAYERS:
            if len(self.players) < MAX_PLAYERS:
                self.players.append(media)
        elif tag == "button":
            self.boxes[self.open][_HAS_BUTTONS] = True
            self.buttons.append(media)
        elif node.attributes.get("type") not in _NO_FIELD:
            self.boxes[self.open][_HAS_FIELDS] = True

    def _is_menu(self, node: LexborNode, tag: str) -> bool:
        """Return whether an element is a menu, the page's header with a menu, or the page's footer."""
        if self.menu_links > MAX_MENU_LINKS:
            return False
        if tag == "footer":
            parent = node.parent
            while parent is not None and parent.tag not in _OF_ARTICLE:
                parent = parent.parent
            return parent is None
        links = len(node.css("a"))
        self.menu_links += links
        return links > MAX_STEPS and node.css_first("h1") is None

    def _picture(self, node: LexborNode, href: str | None) -> None:
        if len(self.pictures) < MAX_PICTURES:
            self.pictures.append(Media(len(self.blocks), node, self.open, href))

    def _inline(self, node: LexborNode, tag: str, href: str | None, style: str) -> None:
        box_tag = self.as_box.get(node.mem_id) or ("span" if node.mem_id in self.hidden else None)
        if box_tag:
            self.enter(node, box_tag)
        elif tag in ("span", "small") and self.pieces and href is None and self._begins_line(node):
            self.flush()
        if tag == "time":
            said = node.attributes
            modified = "modif" in (said.get("itemprop") or "").lower()
            self.times.append(Time(said.get("datetime") or "", collapse_whitespace(node.text()), modified))
        elif tag == "q":
            self.pieces.append(Piece("“", href, style))
        target = node.attributes.get("href") if tag == "a" else None
        box, first, at = self.open, len(self.blocks), len(self.pieces)
        self.read(node.first_child, href if target is None else target, _STYLES.get(tag, style))
        if target and self.with_anchors:
            end = len(self.blocks) + bool(self.pieces)
            self.anchors.append(Anchor(node, target, self._texts(target, first, at), box, first, end, at))
        if tag == "q":
            self.pieces.append(Piece("”", href, style))
        if box_tag:
            self.leave()

    def _texts(self, href: str, first: int, at: int) -> tuple[str, ...]:
        """Return the texts of a link that ends here and began after `at` pieces of block `first`."""
        said = self.pieces[at:]
        if len(self.blocks) > first:
            before = [piece for block in self.blocks[first:] for piece in block.pieces]
            said = [piece for piece in (*before, *self.pieces) if piece.href == href]
        return tuple([text for piece in said if (text := collapse_whitespace(piece.text))])

    def _unknown(self, node: LexborNode, tag: str, href: str | None, style: str) -> None:
        """Read custom elements and Office smart tags: inline in a paragraph or beside text, else as boxes."""
        if self.boxes[self.open][_TAG] not in PARAGRAPHS and not any(
            beside is not None and beside.tag == "-text" and not (beside.text_content or " ").isspace()
            for beside in (node.prev, node.next)
        ):
            self.enter(node, tag)
            self.read(node.first_child, href, style)
            self.leave()
        else:
            self.read(node.first_child, href, style)

    def _break(self) -> None:
        self.breaks += 1
        if self.breaks > 1:
            self.flush()
        else:
            self.pieces.append(Piece("\n", None, ""))

    def _begins_line(self, node: LexborNode) -> bool:
        """Return whether a `<span>` is displayed on its own line. Otherwise its words would be joined to those before
        it.
        """
        last, before = self.pieces[-1].text, node.prev
        if last[-1:].isspace() or before is None or before.tag not in ("span", "b", "strong"):
            return False
        if self.boxes[self.open][_TAG] in PARAGRAPHS:
            return False
        start = node.text()[:1]
        return not (start.islower() or start in _CLOSING) and len(before.text().split()) > 1


def _block(index: int, box: int, pieces: list[Piece], text: str, times: list[Time]) -> Block:
    linked = [piece for piece in pieces if piece.href is not None]
    if linked:
        hrefs = tuple(dict.fromkeys([piece.href for piece in linked if piece.href]))
        chars = sum([len(piece.text.strip()) for piece in linked])
        words = sum([len(piece.text.strip(_BETWEEN_LINKS).split()) for piece in pieces if not piece.href])
        return Block(index, box, tuple(pieces), text, words, chars, hrefs, tuple(times))
    return Block(index, box, tuple(pieces), text, text.count(" ") + 1, 0, (), tuple(times))


def _box_tag(node: LexborNode) -> str:
    """Return the tag that an inline element is treated as because of its style: `div`, or "" for most elements."""
    return "div" if _BLOCK_STYLE.search(node.attributes.get("style") or "") else ""


def is_hidden(node: LexborNode) -> bool:
    """Return whether an element is hidden when the page loads: print copies, dialogs, text behind a button."""
    attributes = node.attributes
    return "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style") or "") is not None
