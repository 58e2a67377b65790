"""Reads a page with a template: only the elements named by it, with the same rules on words as the general reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from selectolax.lexbor import LexborNode

from mayadeen.extract import embeds
from mayadeen.extract.blocks import INLINE, ancestors, is_hidden, read_parts
from mayadeen.extract.heuristics import positions
from mayadeen.extract.heuristics.content import TABLE, TRANSPARENT, Content
from mayadeen.extract.heuristics.headline import find_headlines
from mayadeen.extract.heuristics.reader import CONTENT_RULES, RULES, Structure, Visible, finish, label_all, start
from mayadeen.extract.heuristics.view import Found, Label, Labels, View
from mayadeen.extract.link_boxes import LinkBox, find_link_boxes
from mayadeen.extract.region import Box, Region
from mayadeen.extract.templates.template import Layout
from mayadeen.site.text import comparison_key

NATIVE = TRANSPARENT | TABLE
"""Elements that are text without being named: inside a kept element, or without a class directly in the container."""
_RULES = [rule for rule in CONTENT_RULES if rule is not positions.foreign_boxes]
"""The template defines which boxes are foreign."""
_MARKS = {"standfirst": Label.STANDFIRST, "captions": Label.CAPTION}
_LINES = ("headline", "standfirst", "captions")
"""Keys whose elements may be inline in another line. Inline authors and tags are recognised in their line by words."""
_ELSEWHERE = ("byline", "tags", "breadcrumb")
"""Keys whose lines are never text, wherever they are. Their words say what they are."""
_PLAYERS = ", ".join(sorted(embeds.PLAYERS))


@dataclass(frozen=True)
class Miss:
    """Why a template does not fit a page."""

    reason: str
    """One of a few values, so that they can be counted."""
    block: str = ""
    """The element that the template does not know, as a selector."""
    text: str = ""
    """The beginning of its text."""


def read_by_template(body: LexborNode | None, layout: Layout, view_of: Callable[[Region], View]) -> Visible | Miss:
    """Return what is on the visible page, or why the template does not fit.

    `view_of` makes a view of the blocks that were read.
    """
    if body is None:
        return Miss("no body")
    places = {name: body.css(selector) for name, selector in layout.places.items()}
    for name in ("headline", "container"):
        nodes = list({node.mem_id: node for node in places.get(name, ())}.values())
        if len(nodes) > 1:  # one for small screens, one for large screens
            nodes = list(islice(filter(_is_shown, nodes), 2))
        if len(nodes) > 1:
            return Miss(f"several elements match {name}")
        places[name] = nodes
    if not places["headline"]:
        return Miss("no headline")
    for container in places["container"]:
        for name, selector in layout.inside.items():
            places[name] = [node for node in container.css(selector) if node.mem_id != container.mem_id]
    if "captions" in layout.inside:
        captions = [node for media in places.get("media", ()) for node in media.css(layout.inside["captions"])]
        places["captions"] = [*places.get("captions", ()), *captions]
    view = view_of(_read(body, layout, places))
    if not _has_all_players(body, layout, places, view):
        return Miss("an unknown player")
    return _Page(view, layout, places).read()


def _is_shown(node: LexborNode) -> bool:
    return not any(map(is_hidden, (node, *ancestors(node))))


def _read(body: LexborNode, layout: Layout, places: dict[str, list[LexborNode]]) -> Region:
    """Return the blocks of the named elements in page order, without dropped elements."""
    parts = [node for name in layout.places for node in places[name]]
    inner = [node for name in _LINES for node in places.get(name, ())]
    for container in places["container"]:
        inner += filter(_is_lone, container.iter())
    return read_parts(body, parts, inner, places.get("drop", ()))


def _is_lone(node: LexborNode) -> bool:
    """Return whether an inline element with a class is alone on its line: a template must name it like a block."""
    if node.tag not in INLINE or not node.attributes.get("class"):
        return False
    return all(_ends_line(node, step) for step in ("prev", "next"))


def _ends_line(node: LexborNode, step: str) -> bool:
    """Return whether the line begins (`prev`) or ends (`next`) at an element."""
    beside = getattr(node, step)
    while beside is not None and beside.tag in ("-text", "-comment") and not (beside.text_content or "").strip():
        beside = getattr(beside, step)
    return beside is None or (beside.tag != "-text" and beside.tag not in INLINE)


def _has_all_players(body: LexborNode, layout: Layout, places: dict[str, list[LexborNode]], view: View) -> bool:
    """Return whether all players between headline and container, or on a page without text, were read."""
    headline, read = places["headline"][0].mem_id, {media.node.mem_id for media in view.region.players}
    ends = {node.mem_id for node in places["container"]}
    above = {node.mem_id for node in ancestors(places["headline"][0])}
    shared = (node for end in places["container"] for node in ancestors(end) if node.mem_id in above)
    passed = False
    ordered = [layout.places[name] for name in ("headline", "container") if name in layout.places]
    # The elements between two nodes are inside their innermost common ancestor.
    for node in next(shared, body).css(", ".join([*ordered, _PLAYERS])):
        if node.mem_id in ends:
            return True
        passed = passed or node.mem_id == headline
        if passed and node.mem_id not in read and embeds.player(node, view.base, view.site):
            return False
    return True


class _Page:
    """One page, and the boxes of its named elements."""

    def __init__(self, view: View, layout: Layout, places: dict[str, list[LexborNode]]) -> None:
        self.view, self.layout = view, layout
        at = {node.mem_id: box for node, box in zip(view.region.nodes, view.region.boxes, strict=True)}
        self.boxes = {name: [at[node.mem_id] for node in nodes if node.mem_id in at] for name, nodes in places.items()}
        self.has_container = bool(places["container"])
        self.container = next(iter(self.boxes["container"]), None)

    def read(self) -> Visible | Miss:
        """Return what is on the visible page, or why the template does not fit."""
        view, blocks = self.view, self.view.blocks
        headline = next(iter(self._inside("headline")), None)
        if headline is None or any(map(self._holds_container, self.boxes["headline"])):
            return Miss("no headline")
        if self.container is None and (self.has_container or not view.little_text):
            return Miss("no container")
        headlines = find_headlines(view)
        if headline not in headlines:
            return Miss("its headline is not the stated one", text=blocks[headline].text)
        boxes = self._link_boxes(headline)
        labels = label_all(view, start(view, headlines, boxes), [self._marks, *RULES])
        content = None
        if self.container is not None:
            kept, unknown = self._sort(labels, self.container)
            if unknown is not None:
                return unknown
            content = _content(view, labels, self.container, kept)
        byline = [blocks[index] for index in self._inside("byline")]
        rules = [*_RULES, self._media_lines, self._other_lines]
        visible = finish(view, Structure(labels, [headline], headline, content, boxes, byline), rules)
        if not visible.text and not view.little_text:
            return Miss("no text in the container")
        if view.keywords and "tags" in self.layout.places and not visible.tags:
            return Miss("the stated tags are not where they should be")
        return visible

    def _link_boxes(self, headline: int) -> list[LinkBox]:
        """Return the boxes named by the template, and those with known headings."""
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

    def _holds_container(self, box: Box) -> bool:
        return self.container is not None and box.index <= self.container.index < box.last

    def _inside(self, *names: str) -> list[int]:
        """Return the indexes of the blocks in the elements of some keys, in page order."""
        boxes = [box for name in names for box in self.boxes.get(name, ())]
        return sorted({index for box in boxes for index in range(box.first, box.end)})

    def _marks(self, view: View, labels: Labels) -> Found:
        """Label the lines named by the template."""
        for name, label in _MARKS.items():
            yield from ((index, label) for index in self._inside(name))
        if self.layout.boilerplate and self.container is not None:
            for block in view.blocks[self.container.first : self.container.end]:
                if comparison_key(block.text) in self.layout.boilerplate:
                    yield block.index, Label.BOILERPLATE

    def _media_lines(self, view: View, labels: Labels, content: Content) -> Found:
        """Label lines beside a picture outside the container as captions."""
        for index in self._inside("media"):
            if self.container is None or not self.container.first <= index < self.container.end:
                yield index, Label.CAPTION

    def _other_lines(self, view: View, labels: Labels, content: Content) -> Found:
        """Label lines of the byline and similar elements inside the container that have no value as boilerplate."""
        if content.members:
            inside = range(content.box.first, content.box.end)
            yield from ((index, Label.BOILERPLATE) for index in inside if index not in content.members)

    def _sort(self, labels: Labels, container: Box) -> tuple[frozenset[int], Miss | None]:
        """Return the text blocks of the container, and a miss if it has a block that the template does not know."""
        region = self.view.region
        places = [box for name in _ELSEWHERE for box in self.boxes.get(name, ()) if not self._holds_container(box)]
        elsewhere = {index for box in places for index in range(box.first, box.end)}
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
                reason = "an unknown hidden block" if outermost.hidden else "an unknown block"
                return frozenset(), Miss(reason, selector_of(region.nodes[outermost.index]), block.text)
        return frozenset(members), None


def _content(view: View, labels: Labels, container: Box, kept: Iterable[int]) -> Content | None:
    prose_at = [index for index in kept if labels[index] is None and view.prose[index]]
    return Content(container, frozenset(kept), min(prose_at), max(prose_at) + 1) if prose_at else None


def selector_of(node: LexborNode) -> str:
    """Return a selector of an element from its tag and class, and from what hides it."""
    stated = node.attributes
    classes = "".join(f".{escape(name)}" for name in (stated.get("class") or "").split())
    without = '[class=""]' if "class" in stated else ":not([class])"
    hidden = "[hidden]" if "hidden" in stated else "[style]" if is_hidden(node) else ""
    return escape(node.tag or "") + (classes or without) + hidden


def escape(name: str) -> str:
    """Return a tag, class or id escaped for a selector: `md:flex` is `md\\:flex`, `2col` is `\\32 col`."""
    name = re.sub(r"([^\w-])", r"\\\1", name)
    name = re.sub(r"^(-?)(\d)", lambda found: f"{found[1]}\\3{found[2]} ", name)
    return "\\-" if name == "-" else name
