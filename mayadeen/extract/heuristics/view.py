"""The immutable input of the rules: the blocks of one page and the facts that the page states."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from itertools import accumulate, islice

from mayadeen.extract.heuristics.byline_words import looks_like_byline
from mayadeen.extract.link_boxes import Links
from mayadeen.extract.region import HEADINGS, Block, Box, Region
from mayadeen.site.address import Address, Site
from mayadeen.site.text import comparison_key, is_sentence

SENTENCE = 7
"""A line with at least this many words is running text, not a label."""
SHORT_SENTENCE = 3
"""A line that is a sentence is running text if it has at least this many words."""
MAX_TOPS = 20
"""Maximum number of `<h1>` blocks checked."""


class Label(Enum):
    """The kind of a block."""

    TEXT = auto()
    HEADLINE = auto()
    STANDFIRST = auto()
    BYLINE = auto()
    CAPTION = auto()
    TAG = auto()
    SEE_ALSO = auto()
    """A line that leads to another article."""
    LINK_BOX = auto()
    """Part of a box of links: its heading, cards, teasers."""
    BOILERPLATE = auto()
    """Text found on every page: share buttons, advertisements, subscriptions, rights, menus."""


@dataclass(frozen=True)
class View:
    """One page."""

    region: Region
    site: Site
    base: str
    """Base address of relative links."""
    titles: tuple[str, ...]
    """Comparison keys of the stated headlines, the most trusted first."""
    description: str
    """The stated standfirst, "" if none is stated."""
    keywords: frozenset[str]
    """Comparison keys of the stated tags."""
    guess_standfirst: bool = True
    """Whether a printed standfirst may exist that is not stated. False if the page states that it has none."""
    little_text: bool = False
    """Whether the article is of a type that may have no text: a video, a gallery."""
    show_hidden: bool = False
    """Whether hidden elements count as visible, because a script may show them later."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the page."""
        return self.region.blocks

    @cached_property
    def links(self) -> Links:
        """The links of the page and their targets."""
        return Links(self.region, self.site, self.base)

    def is_hidden(self, block: Block) -> bool:
        """Return whether a block is hidden."""
        return not self.show_hidden and self.region.boxes[block.box].hidden

    @cached_property
    def prose(self) -> tuple[int, ...]:
        """Number of words of running text per block: 0 for labels, headings, links and hidden blocks."""
        return tuple([self._prose_of(block) for block in self.region.blocks])

    def _prose_of(self, block: Block) -> int:
        words = prose_words(block)
        if not words or self.is_hidden(block) or self.tag(block) in HEADINGS:
            return 0
        return 0 if looks_like_byline(block.text, self.site.edition) else words

    @cached_property
    def _prose_before(self) -> list[int]:
        return list(accumulate(self.prose, initial=0))

    def prose_in(self, first: int, end: int) -> int:
        """Return the number of words of running text in blocks[first:end]."""
        return self._prose_before[end] - self._prose_before[first]

    @cached_property
    def _linked_before(self) -> list[int]:
        return list(accumulate([block.linked for block in self.region.blocks], initial=0))

    def linked_in(self, first: int, end: int) -> int:
        """Return how many of blocks[first:end] only consist of a link."""
        return self._linked_before[end] - self._linked_before[first]

    @cached_property
    def tops(self) -> tuple[int, ...]:
        """Indexes of the first visible `<h1>` blocks that are not links."""
        found = (
            block.index
            for block in self.blocks
            if self.tag(block) == "h1" and not self.box(block).hidden and not block.linked
        )
        return tuple(islice(found, MAX_TOPS))

    @cached_property
    def _keys(self) -> dict[int, str]:
        return {}

    def key(self, index: int) -> str:
        """Return the comparison key of a block."""
        if index not in self._keys:
            self._keys[index] = comparison_key(self.region.blocks[index].text)
        return self._keys[index]

    @cached_property
    def _pictured(self) -> list[int]:
        return sorted(media.box for media in (*self.region.pictures, *self.region.players))

    def pictured(self, box: Box) -> bool:
        """Return whether a box contains a picture or a player, at any depth."""
        at = bisect_left(self._pictured, box.index)
        return at < len(self._pictured) and self._pictured[at] < box.last

    def address(self, href: str) -> Address | None:
        """Return the target of a link."""
        return self.links.address(href)

    def leads_to(self, block: Block, kind: str) -> bool:
        """Return whether the first link of a block leads to a page of that kind."""
        address = self.address(block.hrefs[0]) if block.hrefs else None
        return address is not None and address.kind == kind

    def is_article_link(self, href: str) -> bool:
        """Return whether a link leads to a page of this site that may be an article."""
        return self.links.to_article(href)

    def tag(self, block: Block) -> str:
        """Return the tag of the element that contains the block's text."""
        return self.region.tag(block)

    def box(self, block: Block) -> Box:
        """Return the innermost box around a block."""
        return self.region.boxes[block.box]


Labels = Sequence[Label | None]
Found = Iterable[tuple[int, Label]]
Rule = Callable[[View, Labels], Found]
"""Takes a page and the labels so far; yields labels for blocks without one."""


def prose_words(block: Block) -> int:
    """Return the number of words of a line of running text, 0 for a label or a link."""
    words = block.words
    if words >= SENTENCE or (words >= SHORT_SENTENCE and is_sentence(block.text)):
        return 0 if block.link_chars > 0.8 * len(block.text) else words
    return 0
