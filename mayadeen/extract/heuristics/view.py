"""What the rules look at: the blocks of one page, what the page states, where the headline is. Nothing here changes."""

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
"""A line with at least this many words is running text and no label."""
SHORT_SENTENCE = 3
"""A line that ends as a sentence is running text from this many words on."""
MAX_TOPS = 20
"""`<h1>` blocks that are looked at."""


class Label(Enum):
    """What a block was found to be."""

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
    """What stands on any page: share words, advertisements, subscriptions, rights, menus."""


@dataclass(frozen=True)
class View:
    """One page."""

    region: Region
    site: Site
    base: str
    """Address that relative links are resolved against."""
    titles: tuple[str, ...]
    """Comparison keys of the stated headlines, the most trusted first."""
    description: str
    """The stated standfirst, "" without one."""
    keywords: frozenset[str]
    """Comparison keys of the stated tags."""
    guess_standfirst: bool = True
    """Whether a standfirst may be printed that nothing states; False when the page states that it has none."""
    little_text: bool = False
    """Whether it is of a type that may have no text: a video, a gallery."""
    show_hidden: bool = False
    """Whether what is not shown as the page arrives counts as shown: a script may show it later."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the page."""
        return self.region.blocks

    @cached_property
    def links(self) -> Links:
        """What its links lead to."""
        return Links(self.region, self.site, self.base)

    def is_hidden(self, block: Block) -> bool:
        """Whether a block is not shown."""
        return not self.show_hidden and self.region.boxes[block.box].hidden

    @cached_property
    def prose(self) -> tuple[int, ...]:
        """Words of running text of each block: 0 for a label, a heading, a link, and what is not shown."""
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
        """Words of running text in blocks[first:end]."""
        return self._prose_before[end] - self._prose_before[first]

    @cached_property
    def _linked_before(self) -> list[int]:
        return list(accumulate([block.linked for block in self.region.blocks], initial=0))

    def linked_in(self, first: int, end: int) -> int:
        """How many of blocks[first:end] are nothing but a link."""
        return self._linked_before[end] - self._linked_before[first]

    @cached_property
    def tops(self) -> tuple[int, ...]:
        """Indexes of the first `<h1>` blocks that are shown and lead nowhere."""
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
        """What two printings of a block share, for comparing."""
        if index not in self._keys:
            self._keys[index] = comparison_key(self.region.blocks[index].text)
        return self._keys[index]

    @cached_property
    def _pictured(self) -> list[int]:
        return sorted(media.box for media in (*self.region.pictures, *self.region.players))

    def pictured(self, box: Box) -> bool:
        """Whether a picture or a player stands in a box, at any depth."""
        at = bisect_left(self._pictured, box.index)
        return at < len(self._pictured) and self._pictured[at] < box.last

    def address(self, href: str) -> Address | None:
        """Where a link leads."""
        return self.links.address(href)

    def leads_to(self, block: Block, kind: str) -> bool:
        """Whether the first link of a block leads to a page of that kind."""
        address = self.address(block.hrefs[0]) if block.hrefs else None
        return address is not None and address.kind == kind

    def is_article_link(self, href: str) -> bool:
        """Whether a link leads to a page of this site that may be an article."""
        return self.links.to_article(href)

    def tag(self, block: Block) -> str:
        """The element that a block is the text of."""
        return self.region.tag(block)

    def box(self, block: Block) -> Box:
        """The box that a block stands in directly."""
        return self.region.boxes[block.box]


Labels = Sequence[Label | None]
Found = Iterable[tuple[int, Label]]
Rule = Callable[[View, Labels], Found]
"""Looks at a page and what is known of its blocks; yields labels for blocks that have none yet."""


def prose_words(block: Block) -> int:
    """Words of a line that is running text; 0 for a label or a link."""
    words = block.words
    if words >= SENTENCE or (words >= SHORT_SENTENCE and is_sentence(block.text)):
        return 0 if block.link_chars > 0.8 * len(block.text) else words
    return 0
