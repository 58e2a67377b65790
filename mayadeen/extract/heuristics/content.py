"""Where the main content is: the group of paragraphs, nested and classed alike, that holds most of the running text.

Paragraphs of one article share a parent, or parents of one class under parents of one class. So blocks are grouped by
the class of the box that holds them (lists, quotes and small tables count to the box around them), the strongest group
is taken, and the smallest box around its members is the content container. No class name is asked for: only whether two
are the same.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from mayadeen.extract.heuristics.view import Label, Labels, View
from mayadeen.extract.region import HEADINGS, Block, Box
from mayadeen.site.text import is_sentence

TRANSPARENT = HEADINGS | {"p", "span", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "details", "summary", "pre"}
"""Elements that a paragraph, a list or a quote of the text consists of."""
TABLE = frozenset(["table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption"])
_NEVER = frozenset(["figure", "figcaption", "nav", "footer", "aside", "form", "dialog", "button", "fieldset"])
_BEFORE_HEADLINE = 0.3
"""Weight of a group that ends before the headline."""
_MIN_WORDS = 50
"""A part of a group with at least this many words of running text is an article of its own."""
_MAX_CAPTION = 3
"""In a box with a picture and at most this many lines, those that do not end as a sentence are its caption."""
_CARDS = 0.2
"""Weight of teasers."""
_CARD_SHARE = 0.7
"""Share of the boxes of a group that must be cards, for them to be teasers."""
_MIN_CARDS = 3
"""Boxes at least, for cards to be teasers."""
_DESCEND = 0.8
"""Share of the running text of the group that its container holds."""


class Content(NamedTuple):
    """The main content."""

    box: Box
    """The smallest box around it."""
    members: frozenset[int]
    """Indexes of the blocks that stand where its paragraphs stand, labels and links among them."""
    first: int
    end: int
    """blocks[first:end] go from the first member with running text to the last."""


def start_of(labels: Labels, content: Content) -> int:
    """Index of the first block of the article: its headline, or its content where that begins before."""
    headlines = (index for index, label in enumerate(labels) if label is Label.HEADLINE)
    return min(next(headlines, content.box.first), content.box.first)


def find_content(view: View, labels: Labels, headline: int | None, *, anywhere: bool = False) -> Content | None:
    """The strongest group of paragraphs; None when there is no running text.

    `anywhere`: in side elements, too.
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
    """Words of a line; 0 for a caption."""
    if holder is None or holder.end - holder.first > _MAX_CAPTION or is_sentence(block.text):
        return block.words
    return 0 if view.pictured(holder) else block.words


def _groups(view: View, holders: list[Box | None], words: list[int]) -> dict[tuple[object, ...], list[Block]]:
    """The blocks in groups of those that are held alike; teasers are a group of their own."""
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
            key = ("single", _around_single(view, holder))  # each paragraph in a box of a class of its own
        groups[key].append(block)
    return groups


def _around_single(view: View, box: Box) -> int:
    """Index of the smallest box that holds more than the one block of `box`."""
    boxes = view.region.boxes
    while box.parent >= 0 and boxes[box.parent].end == boxes[box.parent].first + 1:
        box = boxes[box.parent]
    return box.parent


def _is_card(view: View, holder: Box) -> bool:
    """Whether a box stands with a linked title, or a link to an article, and little other text: a teaser."""
    around = view.region.boxes[holder.parent] if holder.parent >= 0 else holder
    card = holder if view.linked_in(holder.first, holder.end) else around
    if view.prose_in(card.first, card.end) > 2 * view.prose_in(holder.first, holder.end):
        return False
    titled = True  # up to the first line of text; a link below it may be a button
    for block in view.blocks[card.first : card.end]:
        titled = titled and not view.prose[block.index]
        if block.linked and (titled or any(map(view.is_article_link, block.hrefs))):
            return True
    return False


def _holders(view: View, never: frozenset[str]) -> list[Box | None]:
    """For each block the box that holds its paragraph; None inside what is never content."""
    shut: list[bool] = []  # for each box, whether it is, or stands in, an element that is never content
    for box in view.region.boxes:
        shut.append((box.parent >= 0 and shut[box.parent]) or box.tag in never)
    return [
        None if shut[block.box] or view.is_hidden(block) else _holder(view, view.box(block)) for block in view.blocks
    ]


def _holder(view: View, box: Box) -> Box:
    while box.parent >= 0:
        if box.tag not in TRANSPARENT and (box.tag not in TABLE or view.pictured(box)):
            break  # also a table that is a picture with its caption
        box = view.region.boxes[box.parent]
    return box


def _group_key(view: View, box: Box) -> tuple[object, ...]:
    """What the boxes of one group share: their class, else all their nesting."""
    return (box.tag, box.names) if box.names else (box.path,)


def _plausible(view: View, group: list[Block], words: list[int], headline: int | None) -> float:
    """How likely a group is the text, by where it stands: 1 for nothing against it."""
    prose_at = [block.index for block in group if words[block.index]]
    if headline is None:
        return 1.0
    if view.little_text and prose_at[0] < headline:
        return 0.0
    return _BEFORE_HEADLINE if prose_at[-1] < headline else 1.0


def _this_article(view: View, group: list[Block], words: list[int], headline: int | None) -> list[Block]:
    """The members up to the next article of the page: an `<h1>` and its text in a box without the headline."""
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
    """The smallest box that holds the group, strays left out, and the members in it."""
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
