"""Sample pages to learn from, and the elements that each key of a template must find on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from selectolax.lexbor import LexborNode

from mayadeen.extract.article import NotAnArticle, Reading, read_article
from mayadeen.extract.heuristics.view import Label
from mayadeen.extract.link_boxes import LinkBox, find_link_boxes
from mayadeen.extract.page import Page
from mayadeen.extract.region import Block, Box, Media
from mayadeen.extract.templates.reader import NATIVE
from mayadeen.items import BLOCKS
from mayadeen.site.text import comparison_key

MAX_PLACE = 12
"""Maximum number of lines in the byline or the tags."""
MAX_AROUND = 3
"""Maximum number of elements around a picture that may be its figure."""

Nodes = dict[int, LexborNode]
"""Elements by `mem_id`."""


@dataclass
class Sample:
    """One page, and the result of the general reader."""

    page: Page
    reading: Reading
    boilerplate: frozenset[str] = frozenset()
    """Comparison keys of lines found on many pages."""
    text_paths: frozenset[int] = frozenset()
    """`Box.path` of boxes with text on any page. Rules on words find lines in these boxes that are not text."""

    def __post_init__(self) -> None:
        assert self.reading.visible is not None
        self.visible = self.reading.visible
        self.region = self.visible.region

    @cached_property
    def labels(self) -> tuple[Label | None, ...]:
        """The label of each block. Lines found on many pages are not text."""
        return tuple(
            Label.BOILERPLATE if label is Label.TEXT and comparison_key(block.text) in self.boilerplate else label
            for block, label in zip(self.region.blocks, self.visible.labels, strict=True)
        )

    def labels_in(self, box: Box) -> set[Label | None]:
        """Return the labels of the blocks in a box."""
        return set(self.labels[box.first : box.end])

    def node(self, box: Box) -> LexborNode:
        """Return the element of a box."""
        return self.region.nodes[box.index]

    def box_of(self, block: Block) -> Box:
        """Return the innermost box around a block."""
        return self.region.boxes[block.box]

    @cached_property
    def container(self) -> Box | None:
        """The smallest box around the text, None without text."""
        text = [index for index, label in enumerate(self.labels) if label is Label.TEXT]
        if not text:
            return None
        around = self.region.around(self.region.blocks[text[0]].box)
        return next(box for box in around if box.first <= text[0] and text[-1] < box.end)

    @property
    def paths_of_text(self) -> set[int]:
        """`Box.path` of the boxes that contain a line of the text."""
        return {self.box_of(block).path for block in self.region.blocks if self.labels[block.index] is Label.TEXT}

    def outside(self, box: Box) -> bool:
        """Return whether a box is outside the container."""
        held = self.container
        return held is None or not held.index <= box.index < held.last

    @cached_property
    def boxes(self) -> dict[int, Box]:
        """`mem_id` of an element -> its box."""
        return {node.mem_id: box for node, box in zip(self.region.nodes, self.region.boxes, strict=True)}

    @cached_property
    def inner(self) -> dict[str, Nodes]:
        """The elements of the container that a template must name, by key."""
        found: dict[str, Nodes] = {key: {} for key in ("keep", "drop", "captions", "related")}
        for box, key in _inner(self):
            found[key][self.node(box).mem_id] = self.node(box)
        return found

    @cached_property
    def _link_boxes(self) -> list[LinkBox]:
        headline = self.visible.headline
        return find_link_boxes(self.visible.view.links, headline.index if headline else -1)

    def in_link_box(self, box: Box) -> bool:
        """Return whether a box is in a box of links with a known heading."""
        return any(each.first <= box.first and box.end <= each.end for each in self._link_boxes)

    def is_told_by_words(self, node: LexborNode) -> bool:
        """Return whether rules on words recognise that an element is not text, wherever it is."""
        box = self.boxes.get(node.mem_id)
        return box is not None and (self.in_link_box(box) or box.path in self.text_paths)

    @cached_property
    def media(self) -> list[Media]:
        """The pictures and players of the article."""
        shown = {each.node.mem_id for each in self.visible.pictures} | {node.mem_id for node in self.visible.players}
        return [media for media in (*self.region.pictures, *self.region.players) if media.node.mem_id in shown]

    def holds_media(self, box: Box) -> bool:
        """Return whether a box contains a picture or a player of the article."""
        return any(box.index <= media.box < box.last for media in self.media)

    def labels_at(self, node: LexborNode) -> set[Label | None]:
        """Return the labels of the blocks in an element."""
        box = self.boxes.get(node.mem_id)
        return self.labels_in(box) if box is not None else set()


Wanted = Callable[[Sample], Nodes]
"""Returns the elements of a page that a key of the template must find."""


def read_sample(page: Page) -> Sample | None:
    """Return a page with the result of the general reader, or None if it is not an article."""
    try:
        return Sample(page, read_article(page))
    except NotAnArticle:
        return None


def _headline(sample: Sample) -> Nodes:
    block = sample.visible.headline
    return _nodes(sample, [sample.box_of(block)] if block else [])


def _container(sample: Sample) -> Nodes:
    return _nodes(sample, [sample.container] if sample.container else [])


def _standfirst(sample: Sample) -> Nodes:
    boxes = [sample.box_of(block) for block in sample.visible.labelled(Label.STANDFIRST)]
    return _nodes(sample, [box for box in boxes if box.path not in sample.text_paths])


def _byline(sample: Sample) -> Nodes:
    used = {sample.region.blocks[index].box for index in sample.visible.byline.used}
    named = set(sample.visible.regions)
    used |= {
        block.box for block in sample.region.blocks if block.linked and block.text in named and _is_near(sample, block)
    }
    return _nodes(sample, [_widest(sample, sample.region.boxes[box]) for box in sorted(used)])


def _is_near(sample: Sample, block: Block) -> bool:
    headline = sample.visible.headline
    return headline is not None and abs(block.index - headline.index) < MAX_PLACE


def _tags(sample: Sample) -> Nodes:
    return _nodes(sample, [_widest(sample, sample.box_of(block)) for block in sample.visible.tags])


def _breadcrumb(sample: Sample) -> Nodes:
    names = {name for name, _ in sample.visible.breadcrumb}
    headline = sample.visible.headline
    if not names or headline is None:
        return {}
    for box in reversed(sample.region.boxes):
        if box.end <= headline.index and box.last > box.index:
            said = {text for block in sample.region.blocks[box.first : box.end] for text in block.link_texts().values()}
            if names <= {text.lstrip("0123456789.) ") for text in said}:
                return _nodes(sample, [box])
    return {}


def _media(sample: Sample) -> Nodes:
    """Return the elements outside the container with pictures or players of the article and their captions."""
    own = sample.media
    boxes = [sample.region.boxes[media.box] for media in own]
    captioned = [sample.box_of(block) for block in sample.visible.labelled(Label.CAPTION)]
    found: Nodes = {}
    for media, box in zip(own, boxes, strict=True):
        if not sample.outside(box):
            continue
        wide = _widest(sample, box, (Label.CAPTION,), levels=MAX_AROUND)
        if wide.index == 0 or sample.labels_in(wide) - {Label.CAPTION}:
            found[media.node.mem_id] = media.node  # among other lines: only the picture
        else:
            found |= _nodes(sample, [wide])
    for box in captioned:
        held = any(each.mem_id in found for each in _nodes_around(sample, box))
        if sample.outside(box) and not held and own:
            found |= _nodes(sample, [box])
    return found


def _nodes_around(sample: Sample, box: Box) -> list[LexborNode]:
    return [sample.node(each) for each in sample.region.around(box.index)]


def _links(sample: Sample) -> Nodes:
    """Return the elements outside the container with boxes of links to other articles."""
    found: list[Box] = []
    for links in sample.visible.link_boxes:
        if links.block in BLOCKS:
            around = sample.region.around(sample.region.blocks[links.first].box)
            box = next((box for box in around if box.first <= links.first and links.end <= box.end), around[-1])
            text = sample.labels_in(box) & {Label.TEXT, Label.HEADLINE, Label.STANDFIRST}
            found += _covering(sample, links.first, links.end) if text else [box]
    return _nodes(sample, [box for box in found if sample.outside(box)])


def _covering(sample: Sample, first: int, end: int) -> Iterator[Box]:
    """Yield the largest boxes that only contain blocks of a range."""
    at = first
    while at < end:
        best = None
        for box in sample.region.around(sample.region.blocks[at].box):
            if box.first >= first and box.end <= end:
                best = box
        if best is None:
            return
        yield best
        at = max(best.end, at + 1)


PLACES: dict[str, Wanted] = {
    "headline": _headline,
    "standfirst": _standfirst,
    "container": _container,
    "byline": _byline,
    "tags": _tags,
    "breadcrumb": _breadcrumb,
    "media": _media,
    "links": _links,
}


def wanted_inside(key: str) -> Wanted:
    """Return a function that returns the elements that a key must find in the container."""
    return lambda sample: sample.inner[key]


_KEPT = frozenset([Label.TEXT, Label.SEE_ALSO])
_PLACED = frozenset([Label.HEADLINE, Label.STANDFIRST, Label.BYLINE, Label.TAG])


def _inner(sample: Sample) -> Iterator[tuple[Box, str]]:
    """Yield the boxes of the container that a template must name, outer first, each with its key."""
    container = sample.container
    if container is None:
        return
    places = {mem_id for key in ("headline", "standfirst", "byline", "tags") for mem_id in PLACES[key](sample)}
    shut = container.index
    for box in sample.region.boxes[container.index + 1 : container.last]:
        if box.index < shut or box.first == box.end:
            continue  # inside a named box, or without a line
        labels = sample.labels_in(box)
        native = box.tag in NATIVE and (not box.names or box.parent != container.index)
        if labels & _KEPT:
            if not native:
                yield box, "keep"
            continue
        if box.last > box.index + 1 and (labels & _PLACED or (Label.CAPTION not in labels and sample.holds_media(box))):
            continue  # its content is named one by one
        shut = box.last
        known = sample.node(box).mem_id in places or box.tag == "figure" or sample.in_link_box(box)
        if not known and not (native and box.path in sample.text_paths):
            yield box, _key_of(sample, box)


def _key_of(sample: Sample, box: Box) -> str:
    """Return the key for a box without text."""
    labels = sample.labels_in(box)
    if Label.LINK_BOX in labels:
        return "related"
    return "captions" if Label.CAPTION in labels or sample.holds_media(box) else "drop"


def _widest(
    sample: Sample,
    box: Box,
    labels: tuple[Label | None, ...] = (None, Label.BYLINE, Label.TAG, Label.BOILERPLATE),
    levels: int = 8,
) -> Box:
    """Return the largest box around one with few lines and no other labels."""
    best = box
    for wide in sample.region.around(box.index)[1 : levels + 1]:
        if wide.index == 0 or wide.end - wide.first > MAX_PLACE or sample.labels_in(wide) - set(labels):
            break
        best = wide
    return best


def _nodes(sample: Sample, boxes: Iterable[Box]) -> Nodes:
    return {node.mem_id: node for node in map(sample.node, boxes)}
