"""Finds the main content: the group of similarly nested and classed paragraphs with most of the running text.

The paragraphs of an article share a parent, or have parents of one class inside parents of one class. So blocks are
grouped by the class of the box around them (lists, quotes and small tables count for the next box around). The
strongest group wins, and the smallest box around its members is the content container. Class names are only compared
with each other, never with known names.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from mayadeen.extract.heuristics.view import Label, Labels, View
from mayadeen.extract.region import HEADINGS, Block, Box
from mayadeen.site.text import is_sentence

TRANSPARENT = HEADINGS | {"p", "span", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "details", "summary", "pre"}
"""Elements inside a paragraph, list or quote of the text."""
TABLE = frozenset(["table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption"])
_NEVER = frozenset(["figure", "figcaption", "nav", "footer", "aside", "form", "dialog", "button", "fieldset"])
WEIGHT_BEFORE_HEADLINE = 0.3
"""Weight of a group that ends before the headline."""
_MIN_WORDS = 50
"""A part of a group with at least this many words of running text is a separate article."""
_MAX_CAPTION = 3
"""In a box with a picture and at most this many lines, the lines that are not sentences are its caption."""
_CARDS = 0.2
"""Weight of a group of teasers."""
_CARD_SHARE = 0.7
"""A group is teasers if at least this share of its boxes are cards."""
_MIN_CARDS = 3
"""Minimum number of boxes in a group of teasers."""
_DESCEND = 0.8
"""Minimum share of the group's running text in its container."""


class Content(NamedTuple):
    """The main content of a page."""

    box: Box
    """The smallest box around it."""
    members: frozenset[int]
    """Indexes of the blocks at the level of its paragraphs, including labels and links."""
    first: int
    end: int
    """blocks[first:end] are the blocks from the first to the last member with running text."""


def start_of(labels: Labels, content: Content) -> int:
    """Return the index of the first block of the article: its headline, or the content if that begins earlier."""
    headlines = (index for index, label in enumerate(labels) if label is Label.HEADLINE)
    return min(next(headlines, content.box.first), content.box.first)


def find_content(view: View, labels: Labels, headline: int | None, *, anywhere: bool = False) -> Content | None:
    """Return the strongest group of paragraphs, or None if there is no running text.

    `anywhere=True` also searches side elements.
    """
    holders = _holders(view, frozenset() if anywhere else _NEVER)
    words = [
        0 if labels[block.index] or not words else _weight(view, block, holder)
        for block, words, holder in zip(view.blocks, view.prose, holders, strict=True)
    ]
    best, most = None, 0.0
    for key, group in _groups(view, holders, words).items():
        weight = sum(words[block.index] for block in group) * (_CARDS if key[0] == "cards" else 1.0)
        if weight <= most:
            continue
        weight *= _plausible(view, group, words, headline)
        if weight > most:
            best, most = group, weight
    if best is None:
        return None
    best = _this_article(view, best, words, headline)
    box, members = _container(view, best, words, holders)
    prose_at = [index for index in members if words[index]]
    return Content(box, frozenset(members), min(prose_at), max(prose_at) + 1)


def _weight(view: View, block: Block, holder: Box | None) -> int:
    """Return the number of words of a line, 0 for a caption."""
    if holder is None or holder.end - holder.first > _MAX_CAPTION or is_sentence(block.text):
        return block.words
    return 0 if view.pictured(holder) else block.words


def _groups(view: View, holders: list[Box | None], words: list[int]) -> dict[tuple[object, ...], list[Block]]:
    """Return the blocks in groups with similar boxes around them. Teasers are a separate group."""
    held: dict[tuple[object, ...], dict[int, bool]] = defaultdict(dict)  # key -> holder -> whether it is a card
    for block in view.blocks:
        holder = holders[block.index]
        if holder is not None and words[block.index] and holder.index not in held[key := _group_key(view, holder)]:
            held[key][holder.index] = _is_card(view, holder)
    teasers = {
        key
        for key, cards in held.items()
        if len(cards) >= _MIN_CARDS and sum(cards.values()) > _CARD_SHARE * len(cards)
    }
    groups: dict[tuple[object, ...], list[Block]] = defaultdict(list)
    for block in view.blocks:
        holder = holders[block.index]
        if holder is None:
            continue
        key = _group_key(view, holder)
        cards = held.get(key, {})
        if key in teasers and cards.get(holder.index, True):
            key = ("cards", key)
        elif len(cards) == 1 and holder.end == holder.first + 1:
            key = ("single", _around_single(view, holder))  # each paragraph is in a box with a unique class
        groups[key].append(block)
    return groups


def _around_single(view: View, box: Box) -> int:
    """Return the index of the smallest box that contains more than the one block of `box`."""
    boxes = view.region.boxes
    while box.parent >= 0 and boxes[box.parent].end == boxes[box.parent].first + 1:
        box = boxes[box.parent]
    return box.parent


def _is_card(view: View, holder: Box) -> bool:
    """Return whether a box is beside a linked title or a link to an article and little other text, as a teaser is."""
    around = view.region.boxes[holder.parent] if holder.parent >= 0 else holder
    card = holder if view.linked_in(holder.first, holder.end) else around
    if view.prose_in(card.first, card.end) > 2 * view.prose_in(holder.first, holder.end):
        return False
    titled = True  # only links before the first line of text count; a link below may be a button
    for block in view.blocks[card.first : card.end]:
        titled = titled and not view.prose[block.index]
        if block.linked and (titled or any(map(view.is_article_link, block.hrefs))):
            return True
    return False


def _holders(view: View, never: frozenset[str]) -> list[Box | None]:
    """Return for each block the box of its paragraph, or None inside elements that are never content."""
    shut: list[bool] = []  # per box: whether it is, or is inside, an element that is never content
    for box in view.region.boxes:
        shut.append((box.parent >= 0 and shut[box.parent]) or box.tag in never)
    return [
        None if shut[block.box] or view.is_hidden(block) else _holder(view, view.box(block)) for block in view.blocks
    ]


def _holder(view: View, box: Box) -> Box:
    while box.parent >= 0:
        if box.tag not in TRANSPARENT and (box.tag not in TABLE or view.pictured(box)):
            break  # also stop at a table that contains a picture and its caption
        box = view.region.boxes[box.parent]
    return box


def _group_key(view: View, box: Box) -> tuple[object, ...]:
    """Return what the boxes of one group have in common: their class, else their whole path."""
    return (box.tag, box.names) if box.names else (box.path,)


def _plausible(view: View, group: list[Block], words: list[int], headline: int | None) -> float:
    """Return how likely a group is the text because of its position. 1 means that nothing contradicts it."""
    prose_at = [block.index for block in group if words[block.index]]
    if headline is None:
        return 1.0
    if view.little_text and prose_at[0] < headline:
        return 0.0
    return WEIGHT_BEFORE_HEADLINE if prose_at[-1] < headline else 1.0


def _this_article(view: View, group: list[Block], words: list[int], headline: int | None) -> list[Block]:
    """Return the members up to the next article of the page: an `<h1>` and its text in a box without the headline."""
    if headline is None:
        return group
    for top in view.tops:
        if top <= headline:
            continue
        text = next((block for block in group if block.index > top and words[block.index]), None)
        around = {box.index for box in view.region.around(text.box)} if text else set()
        shared = next((box for box in view.region.around(view.blocks[top].box) if box.index in around), None)
        if shared is not None and not shared.first <= headline < shared.end:
            part = [block for block in group if block.index < top]
            if sum(words[block.index] for block in part) >= _MIN_WORDS:
                return part
    return group


def _container(view: View, group: list[Block], words: list[int], holders: list[Box | None]) -> tuple[Box, list[int]]:
    """Return the smallest box that contains the group without outliers, and the members in it."""
    boxes = view.region.boxes
    weights: dict[int, int] = defaultdict(int)
    for block in group:
        holder = holders[block.index]
        if words[block.index] and holder is not None:
            weights[holder.index] += words[block.index]
    total = sum(weights.values())
    sums: dict[int, int] = defaultdict(int)
    for index, weight in weights.items():
        for box in view.region.around(index):
            sums[box.index] += weight
    share = _DESCEND * total
    box = boxes[max((index for index, weight in sums.items() if weight >= share), default=0)]
    return box, [block.index for block in group if box.first <= block.index < box.end]
