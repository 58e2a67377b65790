"""Reads a page by a template: only the elements that it names, with the same rules on words as without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from mayadeen.extract import embeds
from mayadeen.extract.blocks import is_hidden, read_parts
from mayadeen.extract.heuristics import positions
from mayadeen.extract.heuristics.content import Content
from mayadeen.extract.heuristics.headline import find_headlines
from mayadeen.extract.heuristics.reader import CONTENT_RULES, RULES, Structure, Visible, finish, label_all, start
from mayadeen.extract.heuristics.view import Found, Label, Labels, View
from mayadeen.extract.link_boxes import LinkBox, find_link_boxes
from mayadeen.extract.region import HEADINGS, Box, Region
from mayadeen.extract.templates.template import Layout
from mayadeen.site.text import comparison_key

NATIVE = HEADINGS | frozenset(
    "p span blockquote ul ol li dl dt dd details summary pre table tbody thead tfoot tr td th caption".split()
)
"""Elements that are text without being named: in a kept one, and without a class also right in the container."""
_RULES = [rule for rule in CONTENT_RULES if rule is not positions.foreign_boxes]
"""The template says which boxes are foreign."""
_MARKS = {"drop": Label.BOILERPLATE, "standfirst": Label.STANDFIRST, "captions": Label.CAPTION}
_ELSEWHERE = ("byline", "tags", "breadcrumb")
"""Places whose lines are no text, wherever they stand; their words say what they are."""
_PLAYERS = ", ".join(sorted(embeds.PLAYERS))
_ENDS = ("headline", "container")


@dataclass(frozen=True)
class Miss:
    """Why a template does not fit a page."""

    reason: str
    """One of a few, to be counted."""
    block: str = ""
    """The element that the template does not know, as a selector."""
    text: str = ""
    """How it begins."""


def read_by_template(body: LexborNode | None, layout: Layout, view_of: Callable[[Region], View]) -> Visible | Miss:
    """What a page shows, or why the template does not fit. `view_of` makes a view of the blocks that are read."""
    if body is None:
        return Miss("no body")
    places = {name: body.css(selector) for name, selector in layout.places.items()}
    for name in ("headline", "container"):
        nodes = {node.mem_id: node for node in places.get(name, ())}
        if len(nodes) > 1:  # one for small screens, one for large ones
            nodes = {mem_id: node for mem_id, node in nodes.items() if not any(map(is_hidden, around(node)))}
            places[name] = list(nodes.values())
        if len(nodes) > 1:
            return Miss(f"several elements match {name}")
        if not nodes and name == "headline":
            return Miss("no headline")
    for container in places.get("container", ())[:1]:
        places |= {name: container.css(selector) for name, selector in layout.inside.items()}
    view = view_of(_read(body, layout, places))
    if not places.get("container") and not view.little_text:
        return Miss("no container")
    return _Page(view, layout, places).read() if _has_all_players(body, layout, view) else Miss("an unknown player")


def _read(body: LexborNode, layout: Layout, places: dict[str, list[LexborNode]]) -> Region:
    """The blocks of the places, page order."""
    known = {node.mem_id for nodes in places.values() for node in nodes}
    parts: dict[int, LexborNode] = {}
    for node in body.css(", ".join(layout.places.values())):
        if node.mem_id in known and all(each.mem_id not in known for each in around(node)[1:]):
            parts[node.mem_id] = node
    return read_parts(body, parts.values(), [node for nodes in places.values() for node in nodes])


def _has_all_players(body: LexborNode, layout: Layout, view: View) -> bool:
    """Whether no player stands between headline and container, or on a page without text, that was not read."""
    read, passed = {media.node.mem_id for media in view.region.players}, False
    ends = set(map(_mem_id, body.css(layout.places["container"]))) if "container" in layout.places else set()
    headline = body.css_first(layout.places["headline"])
    for node in body.css(f"{', '.join(layout.places[name] for name in _ENDS if name in layout.places)}, {_PLAYERS}"):
        if node.mem_id in ends:
            return True
        passed = passed or _mem_id(node) == _mem_id(headline)
        if passed and node.mem_id not in read and embeds.player(node, view.base, view.site):
            return False
    return True


def _mem_id(node: LexborNode | None) -> int:
    return node.mem_id if node is not None else 0


def around(node: LexborNode) -> list[LexborNode]:
    """An element and those around it, innermost first."""
    found = []
    each: LexborNode | None = node
    while each is not None:
        found.append(each)
        each = each.parent
    return found


class _Page:
    """One page, and the boxes of its places."""

    def __init__(self, view: View, layout: Layout, places: dict[str, list[LexborNode]]) -> None:
        self.view, self.layout = view, layout
        at = {node.mem_id: box for node, box in zip(view.region.nodes, view.region.boxes, strict=True)}
        self.boxes = {name: [at[node.mem_id] for node in nodes if node.mem_id in at] for name, nodes in places.items()}

    def read(self) -> Visible | Miss:
        """What the page shows, or why the template does not fit."""
        view, blocks = self.view, self.view.blocks
        headline = next(iter(self._inside("headline")), None)
        if headline is None:
            return Miss("no headline")
        headlines = find_headlines(view)
        if headline not in headlines:
            return Miss("its headline is not the stated one", text=blocks[headline].text)
        boxes = self._link_boxes(headline)
        labels = label_all(view, start(view, headlines, boxes), [self._marks, *RULES])
        content = None
        for container in self.boxes.get("container", ()):
            kept, unknown = self._sort(labels, container)
            if unknown is not None:
                return unknown
            content = _content(view, labels, container, kept)
            if content is None and not view.little_text:
                return Miss("no text in the container")
        byline = [blocks[index] for index in self._inside("byline")]
        visible = finish(
            view, Structure(labels, [headline], headline, content, boxes, byline), [*_RULES, self._media_lines]
        )
        if view.keywords and "tags" in self.layout.places and not visible.tags:
            return Miss("the stated tags are not where they should be")
        return visible

    def _link_boxes(self, headline: int) -> list[LinkBox]:
        """The boxes that the template names, and those under words that the edition knows."""
        named = [
            LinkBox(name.removeprefix("related."), box.first, box.end)
            for name, boxes in self.boxes.items()
            if name.startswith("related.")
            for box in boxes
        ]
        others = [
            box
            for box in find_link_boxes(self.view.links, headline)
            if all(box.end <= each.first or each.end <= box.first for each in named)
        ]
        return sorted([*named, *others], key=lambda box: box.first)

    def _inside(self, *names: str) -> list[int]:
        """Indexes of the blocks in some places, page order."""
        boxes = [box for name in names for box in self.boxes.get(name, ())]
        return sorted({index for box in boxes for index in range(box.first, box.end)})

    def _marks(self, view: View, labels: Labels) -> Found:
        """What the template says of lines."""
        for name, label in _MARKS.items():
            yield from ((index, label) for index in self._inside(name))
        if self.layout.boilerplate:
            for block in view.blocks:
                if comparison_key(block.text) in self.layout.boilerplate:
                    yield block.index, Label.BOILERPLATE

    def _media_lines(self, view: View, labels: Labels, content: Content) -> Found:
        """What stands with a picture outside the container is its caption."""
        yield from ((index, Label.CAPTION) for index in self._inside("media"))

    def _sort(self, labels: Labels, container: Box) -> tuple[frozenset[int], Miss | None]:
        """The blocks of the container that are text, and why not when there is one that the template does not know."""
        region, elsewhere = self.view.region, set(self._inside(*_ELSEWHERE))
        within, anywhere = ({box.index for box in self.boxes.get(name, ())} for name in ("keep", "keep.nested"))
        keeps = {container.index: True}  # box -> whether a line directly in it is text
        members = []
        for box in region.boxes[container.index + 1 : container.last]:
            native = box.tag in NATIVE and (not box.names or box.parent != container.index)
            known = keeps[box.parent] and (native or box.index in within)
            keeps[box.index] = not box.hidden and (known or box.index in anywhere)
        for index in range(container.first, container.end):
            block = self.view.blocks[index]
            if keeps[block.box]:
                members.append(index)
            elif labels[index] is None and index not in elsewhere:
                inner = (box for box in region.around(block.box) if box.index > container.index)
                outermost = [box for box in inner if not keeps[box.index]][-1]
                return frozenset(), Miss("an unknown block", selector_of(region.nodes[outermost.index]), block.text)
        return frozenset(members), None


def _content(view: View, labels: Labels, container: Box, kept: Iterable[int]) -> Content | None:
    prose_at = [index for index in kept if labels[index] is None and view.prose[index]]
    return Content(container, frozenset(kept), min(prose_at), max(prose_at) + 1) if prose_at else None


def selector_of(node: LexborNode) -> str:
    """A selector of an element by its tag and class."""
    classes = (node.attributes.get("class") or "").split()
    without = "" if "class" in node.attributes else ":not([class])"
    return (node.tag or "") + ("".join(f".{escape(name)}" for name in classes) or without)


def escape(name: str) -> str:
    """A class or id as a selector has it: `md:flex` is `md\\:flex`, `2col` is `\\32 col`."""
    name = re.sub(r"([^\w-])", r"\\\1", name)
    return re.sub(r"^(-?)(\d)", lambda found: f"{found[1]}\\3{found[2]} ", name)
