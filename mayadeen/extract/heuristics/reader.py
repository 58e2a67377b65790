"""The general reader: finds the article on a page of any layout.

The page is a list of blocks. Rules label the blocks that they recognise by their words or position. The strongest group
of the remaining paragraphs is the main content. Further rules label other lines in it. The unlabelled rest is the text.
Each rule is a pure function. `RULES`, `LINE_RULES` and `CONTENT_RULES` define their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from mayadeen.extract.heuristics import gallery, positions, surroundings, words
from mayadeen.extract.heuristics.byline import Byline, read_byline
from mayadeen.extract.heuristics.byline_words import is_date_line, looks_like_byline
from mayadeen.extract.heuristics.content import WEIGHT_BEFORE_HEADLINE, Content, find_content
from mayadeen.extract.heuristics.headline import choose_headline, find_headlines
from mayadeen.extract.heuristics.standfirst import find_standfirst
from mayadeen.extract.heuristics.view import Label, Labels, Rule, View
from mayadeen.extract.link_boxes import LinkBox, find_link_boxes
from mayadeen.extract.region import Block, Region
from mayadeen.site.text import is_sentence

RULES: list[Rule] = [
    positions.figures,
    words.see_also_lines,
    words.rights,
    words.consent,
    words.promos,
    positions.repeated_lines,
]
"""Rules that do not need the main content."""
LINE_RULES: list[positions.WithinRule] = [
    words.disclaimers,
    words.ui_text,
    words.tags,
]
"""Rules on the words of lines in and around the main content, applied before the byline is read."""
CONTENT_RULES: list[positions.WithinRule] = [
    positions.linked_lines,
    positions.loose_captions,
    positions.foreign_boxes,
    positions.pull_quotes,
    positions.headings_over_nothing,
]
"""Rules on the position of lines in and around the main content."""
BEFORE_HEADLINE = 12
"""Number of lines before the headline that may be part of the byline."""
AFTER_HEADLINE = 80
"""Maximum number of lines after the headline in which the byline is searched."""
FEW_WORDS = 60
"""If the main content has fewer words, the text may be elsewhere: hidden, or in a side element."""
MUCH_MORE = 3
"""The content found elsewhere must have this many times as many words."""
BYLINE_LINES_IN_TEXT = 8
"""Number of lines of the content that may be part of the byline if they look like one."""
BYLINE_LINES_BELOW = 15
"""Number of lines below the text that may be part of the byline."""
MAX_BYLINE_WORDS = 14
"""A sentence or caption with at least this many words is not a byline."""
_NO_BYLINE = frozenset(["blockquote", "figure", "nav"])


@dataclass(frozen=True)
class Visible:
    """What was read from the visible page."""

    view: View
    labels: Labels
    content: Content
    headline: Block | None
    standfirst: str | None
    text: tuple[Block, ...]
    byline: Byline
    link_boxes: tuple[LinkBox, ...]
    tags: tuple[Block, ...]
    breadcrumb: tuple[tuple[str, str], ...]
    """(name, address) of each step."""
    regions: tuple[str, ...]
    pictures: tuple[gallery.Shown, ...]
    players: tuple[LexborNode, ...]

    @property
    def region(self) -> Region:
        """The blocks that it was read from."""
        return self.view.region

    def labelled(self, label: Label) -> list[Block]:
        """Return the blocks with a label, in page order."""
        return [block for block in self.region.blocks if self.labels[block.index] is label]


class Structure(NamedTuple):
    """The positions of the parts of an article, found by rules or by a template."""

    labels: Labels
    headlines: list[int]
    """Blocks that may be the headline."""
    headline: int | None
    content: Content | None
    boxes: list[LinkBox]
    byline: Sequence[Block] = ()
    """Lines of the byline, in addition to those around the text that look like one."""


def read_visible(view: View) -> Visible:
    """Read one page."""
    headlines = find_headlines(view)
    boxes = find_link_boxes(view.links, headlines[-1] if headlines else -1)
    labels = label_all(view, start(view, headlines, boxes), RULES)
    if view.little_text:  # a caption may be the longest line of the page
        found = positions.foreign_boxes(view, labels, no_content(view, labels, headlines))
        labels = _label(labels, (each for each in found if each[1] is Label.CAPTION))
    view, content = _main_content(view, labels, min(headlines, default=None))
    headline = choose_headline(view, headlines, content.first if content else len(view.blocks))
    return finish(view, Structure(labels, headlines, headline, content, boxes), CONTENT_RULES)


def finish(view: View, found: Structure, rules: Iterable[positions.WithinRule]) -> Visible:
    """Read the parts of an article from their known positions. `rules` label other lines in and around its text."""
    labels, content, headline = found.labels, found.content, found.headline
    place = content or no_content(view, labels, found.headlines)
    for line_rule in LINE_RULES:
        labels = _label(labels, line_rule(view, labels, place))
    content = content or no_content(view, labels, found.headlines)  # the tags are labelled by now
    lines = _byline_lines(view, labels, content, headline)
    lines += [block for block in found.byline if labels[block.index] is None and block not in lines]
    byline = read_byline(view, lines)
    labels = _label(labels, ((index, Label.BYLINE) for index in byline.used))
    labels = _label(labels, positions.bios(view, labels, content, [author.name for author in byline.authors]))
    for within in rules:
        labels = _label(labels, within(view, labels, content))
    if Label.STANDFIRST not in labels:
        labels = _label(labels, find_standfirst(view, labels, content, headline), force=True)
    labels = _label(labels, _text(labels, content))
    lead = [block.text for block in view.blocks if labels[block.index] is Label.STANDFIRST]
    end = _end(labels, content)
    tags = tuple(surroundings.printed_tags(view, labels, content, headline))
    return Visible(
        view=view,
        labels=labels,
        content=content,
        headline=view.blocks[headline] if headline is not None else None,
        standfirst=" ".join(lead) or None,
        text=tuple(block for block in view.blocks if labels[block.index] is Label.TEXT),
        byline=byline,
        link_boxes=(*found.boxes, *_cards_in_text(labels, found.boxes)),
        tags=tags,
        breadcrumb=tuple(surroundings.breadcrumb(view, headline)),
        regions=tuple(surroundings.regions(view, labels, headline, end)),
        pictures=tuple(gallery.find_pictures(view, labels, content, headline, end)),
        players=tuple(
            gallery.find_players(view, labels, content, headline, max([end, *(block.index for block in tags[:1])]))
        ),
    )


def label_all(view: View, labels: Labels, rules: Iterable[Rule]) -> Labels:
    """Return the labels after applying some rules."""
    for rule in rules:
        labels = _label(labels, rule(view, labels))
    return labels


def _main_content(view: View, labels: Labels, headline: int | None) -> tuple[View, Content | None]:
    """Return the main content, and the view in which it was found.

    If the visible page has almost none, search hidden elements, then side elements. Text before the headline counts
    less: it may be a consent notice.
    """
    content = find_content(view, labels, headline)
    words: float = sum(view.prose[index] for index in content.members) if content else 0
    if content and headline is not None and content.end <= headline:
        words *= WEIGHT_BEFORE_HEADLINE
    if words >= FEW_WORDS or view.little_text:
        return view, content
    shown = replace(view, show_hidden=True)
    for look, anywhere in ((shown, False), (view, True)):
        other = find_content(look, labels, headline, anywhere=anywhere)
        if other is None or (headline is not None and other.end <= headline):
            continue
        if sum(look.prose[index] for index in other.members) > MUCH_MORE * words:
            return look, other
    return view, content


def no_content(view: View, labels: Labels, headlines: list[int]) -> Content:
    """Return the place of the content on a page without one: from the headline to the tags or a box of links."""
    first = max(headlines, default=-1) + 1
    stops = (Label.TAG, Label.LINK_BOX)
    end = next((index for index in range(first, len(labels)) if labels[index] in stops), len(labels))
    return Content(view.region.boxes[0], frozenset(), end, end)


def start(view: View, headlines: Iterable[int], boxes: Iterable[LinkBox]) -> Labels:
    """Return the initial labels: the headline, and boxes of links with known headings."""
    labels: list[Label | None] = [None] * len(view.blocks)
    for box in boxes:
        labels[box.first : box.end] = [Label.LINK_BOX] * (box.end - box.first)
    for index in headlines:
        labels[index] = Label.HEADLINE
    return tuple(labels)


def _label(labels: Labels, found: Iterable[tuple[int, Label]], *, force: bool = False) -> Labels:
    """Return the labels with those found added. Without `force`, the first label of a block stays."""
    after = list(labels)
    for index, label in found:
        if force or after[index] is None:
            after[index] = label
    return tuple(after)


def _text(labels: Labels, content: Content) -> Iterable[tuple[int, Label]]:
    """Label the unlabelled members of the content, and unlabelled blocks between them, as text."""
    if not content.members:
        return
    for index in range(content.box.first, content.box.end):
        if labels[index] is None:
            yield index, Label.TEXT


def _cards_in_text(labels: Labels, known: list[LinkBox]) -> list[LinkBox]:
    """Return runs of cards without a heading in the text: related articles."""
    boxed = {index for box in known for index in range(box.first, box.end)}
    found: list[LinkBox] = []
    for index, label in enumerate(labels):
        if label is Label.LINK_BOX and index not in boxed:
            first = found.pop().first if found and found[-1].end == index else index
            found.append(LinkBox("relatedNews", first, index + 1))
    return found


def _byline_lines(view: View, labels: Labels, content: Content, headline: int | None) -> list[Block]:
    """Return lines that may be the byline: between headline and text, the first of the text, above them, below the
    text.
    """
    edition, blocks = view.site.edition, view.blocks
    start = headline if headline is not None else content.first
    near = list(blocks[start : min(content.first, start + AFTER_HEADLINE)])
    early = blocks[content.first : content.first + BYLINE_LINES_IN_TEXT]
    signed = [looks_like_byline(block.text, edition) or is_date_line(block.text, edition) for block in early]
    last = max((at for at, known in enumerate(signed) if known), default=-1)
    near += [block for at, block in enumerate(early[: last + 1]) if signed[at] or not view.prose[block.index]]
    near += blocks[max(0, start - BEFORE_HEADLINE) : start]
    for block in blocks[content.end : content.end + BYLINE_LINES_BELOW]:
        if block.words <= 4 or looks_like_byline(block.text, edition) or is_date_line(block.text, edition):
            near.append(block)
    return [
        block
        for block in near
        if labels[block.index] is None
        and not _is_prose(view, block, start)
        and not view.is_hidden(block)
        and not view.region.inside(block.box, _NO_BYLINE)
    ]


def _is_prose(view: View, block: Block, headline: int) -> bool:
    """Return whether a line is a sentence or a caption: a date in it is not the date of the article."""
    if view.prose[block.index] < MAX_BYLINE_WORDS:
        return False
    near = [box for box in view.region.around(block.box, 2) if not box.first <= headline < box.end]
    return is_sentence(block.text) or any(map(view.pictured, near))


def _end(labels: Labels, content: Content) -> int:
    """Return the index of the first block after the article: its tags, or a line after the content that is not a
    caption.
    """
    if not content.members:
        return content.end
    for index in range(content.end, len(labels)):
        if labels[index] is Label.TAG or (index >= content.box.end and labels[index] is not Label.CAPTION):
            return index
    return len(labels)
