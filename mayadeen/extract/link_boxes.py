"""Finds boxes of links by the words of their headings: "Related News", "Most Read", "Coverage", ...

A card is a title that links to an article. A box is a heading with words known to the edition, plus the cards that
follow it in their own element or on the same level. The article reader and the listing reader both use this module.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from mayadeen.extract.region import HEADINGS, Anchor, Block, Box, Piece, Region, said_once
from mayadeen.site import dates
from mayadeen.site.address import Address, Site, locate, slug
from mayadeen.site.edition import Edition
from mayadeen.site.text import alternation, collapse_whitespace, is_sentence, normalize_label

MAX_HEADING = 40
"""Maximum number of characters of the heading of a box."""
MIN_TEASER = 8
"""A line with at least this many words is a teaser, not a label."""
MAX_TEASER = 40
"""Maximum number of words in the lines under a card whose title is not in the same element as they are."""
_DIGIT = re.compile(r"\d")
_COUNT = re.compile(r"^\d+\s+|\s*\(\d+\)$")
_QUOTE = re.compile("[\"'«‘“]")
_ENDS = " \t\n:：.…»›→+-–—|"


class LinkBox(NamedTuple):
    """The heading and the cards of a box: blocks[first:end] of the region."""

    block: str
    """The value of `RelatedLink.block`; "" for a box that is not part of the item."""
    first: int
    end: int


class Link(NamedTuple):
    """A link to a page of this site."""

    anchor: Anchor
    address: Address

    @property
    def url(self) -> str:
        """The address of the target."""
        return self.address.url

    @property
    def kind(self) -> str:
        """The kind of the target, see `Address.kind`."""
        return self.address.kind

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of the link, one string per text node."""
        return self.anchor.texts


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a region and their targets."""

    region: Region
    site: Site
    base: str
    _said: dict[int, dict[str, list[Piece]]] = field(default_factory=dict, compare=False, repr=False)
    """Block -> its links. Filled on demand, because a line may have thousands of links."""

    def address(self, href: str) -> Address | None:
        """Return the target of a link."""
        return locate(href, self.base, self.site)

    def pieces(self, block: Block, href: str) -> list[Piece]:
        """Return the pieces of a link in a block."""
        return list(self._links(block).get(href, ()))

    def linked_by(self, anchor: Anchor) -> list[Block]:
        """Return the blocks that contain the text of a link."""
        return [block for block in self.region.blocks[anchor.first : anchor.end] if anchor.href in self._links(block)]

    def _links(self, block: Block) -> dict[str, list[Piece]]:
        found = self._said.get(block.index)
        if found is None:
            found = self._said[block.index] = block.links()
        return found

    def of_site(self) -> list[Link]:
        """Return all links to pages of this site, in page order."""
        found = ((anchor, self.address(anchor.href)) for anchor in self.region.anchors)
        return [Link(anchor, to) for anchor, to in found if to is not None and to.kind not in ("external", "media")]

    def to_article(self, href: str) -> bool:
        """Return whether a link leads to a page of this site that may be an article."""
        address = self.address(href)
        return address is not None and address.may_be_article

    def to_coverage(self, href: str) -> bool:
        """Return whether a link leads to a coverage page of this site."""
        address = self.address(href)
        return address is not None and address.kind == "coverage" and address.internal

    def is_card(self, block: Block) -> bool:
        """Return whether a block is a title that links to an article, with at most a category or a date beside it."""
        if not block.hrefs or not self.to_article(block.hrefs[0]):
            return False
        short = block.words <= MIN_TEASER and 2 * block.link_chars > len(block.text)
        return block.linked or (short and not is_sentence(block.text))


@lru_cache
def box_headings(edition: Edition) -> dict[str, str]:
    """Return the heading words of boxes, in the form of `normalize_label`, and the box that each one names."""
    return {normalize_label(word): block for block, words in edition.words.boxes.items() for word in words}


@lru_cache
def see_also(edition: Edition) -> re.Pattern[str]:
    """Return the pattern of a "see also" line: the known words, then a colon or the end."""
    words = alternation(edition.words.see_also)
    return re.compile(rf"(?:[\W_]*)(?P<words>{words})(?!\w)(?P<mark>\s*[:：|»›–—-]+\s*|\s*$|\s+(?=\S))", re.I)


@lru_cache(maxsize=4096)
def _begins_like_heading(start: str, edition: Edition) -> bool:
    return normalize_label(_COUNT.sub("", start)[:48]).startswith(tuple(box_headings(edition)))


def heading_of(block: Block, edition: Edition) -> str | None:
    """Return the box that a block is the heading of, by its words alone. Links may follow on the same line."""
    short = len(block.text) <= MAX_HEADING + 8  # a count may follow
    if not (short or len(block.pieces) > 1 or _QUOTE.search(block.text)):
        return None
    if not _begins_like_heading(block.text[:60], edition):
        return None
    text = _COUNT.sub("", block.text)
    headings = box_headings(edition)
    before, quote, _ = _QUOTE.sub("“", text, count=1).partition("“")
    if quote and headings.get(normalize_label(before.strip(_ENDS))) == "":
        return ""  # 'Responses to "The headline"'
    if len(text) <= MAX_HEADING and (name := headings.get(normalize_label(text.strip(_ENDS)))) is not None:
        return name
    said = [piece for piece in block.pieces if piece.text.strip()]
    name = headings.get(normalize_label(collapse_whitespace(said[0].text).strip(_ENDS)))
    if name is None or len(said) < 2 or said[0].href:
        return None
    alone = all(piece.href or len(piece.text.split()) <= 6 for piece in said[1:])
    return name if alone and block.hrefs and not said[0].text.rstrip().endswith((":", "：")) else None


def find_link_boxes(links: Links, headline: int = -1) -> list[LinkBox]:
    """Return the boxes with known headings, in page order. None of them contains the block `headline`."""
    edition, blocks = links.site.edition, links.region.blocks
    labels = [(index, name) for index, block in enumerate(blocks) if (name := heading_of(block, edition)) is not None]
    starts = [index for index, name in labels if name or not blocks[index].linked]
    data = [index for index, name in labels if name]
    found: list[LinkBox] = []
    for index, name in labels:
        if found and index < found[-1].end:
            continue
        # "Leave a reply" is one of the responses.
        end = _Extent(links, index, starts if name else data, headline, bool(name)).end()
        if end is not None:
            found.append(LinkBox(name, index, end))
    return found


class _Extent(NamedTuple):
    """Finds where the box of one heading ends."""

    links: Links
    heading: int
    """Index of the heading."""
    labels: list[int]
    """Indexes of headings that end the box."""
    headline: int
    needs_link: bool
    """Whether it must contain cards to be a box."""

    def end(self) -> int | None:
        """Return the index of the first block after the box, or None if it is not a box."""
        boxes, blocks, index = self.links.region.boxes, self.links.region.blocks, self.heading
        widest = index + 1
        box: Box | None = boxes[blocks[index].box]
        while box is not None and box.first == index and not box.first <= self.headline < box.end and box.parent >= 0:
            others = self.labels[bisect_right(self.labels, index) : bisect_left(self.labels, box.end)]
            if others and not self._are_categories(others):
                break
            if box.end > index + 1 and not self._is_link_list(index + 1, box.end, box):
                break
            widest = max(widest, box.end)
            box = boxes[box.parent]
        if widest > index + 1:
            return widest
        return self._on_level(box) if self.needs_link else None

    def _on_level(self, level: Box | None) -> int | None:
        """Return the end of a box without its own element: the cards on the same level, up to the next box heading."""
        blocks, index = self.links.region.blocks, self.heading
        limit = level.end if level is not None else len(blocks)
        after = bisect_right(self.labels, index)
        limit = min(limit, *self.labels[after : after + 1], limit)
        end = sure = index + 1
        while end < limit:
            holder = self.links.region.child(blocks[end], level)
            if holder and holder.first == end and holder.end <= limit and self._is_link_list(end, holder.end, level):
                end = sure = holder.end
            elif self._is_card_line(blocks[end]):
                end += 1
            else:
                break
        # A line after the last link that has no date is a heading of the text, not a category.
        while end > sure and not blocks[end - 1].hrefs and not _DIGIT.search(blocks[end - 1].text):
            end -= 1
        own = bool(blocks[index].hrefs) and not blocks[index].pieces[0].href
        return end if own or any(block.hrefs for block in blocks[index + 1 : end]) else None

    def _are_categories(self, labels: list[int]) -> bool:
        """Return whether the labels are only categories of cards, which link to a listing ("Coverage" over a card)."""
        blocks = self.links.region.blocks
        return all(
            not blocks[label].words and blocks[label].hrefs and not self.links.to_article(blocks[label].hrefs[0])
            for label in labels
        )

    def _is_card_line(self, block: Block) -> bool:
        """Return whether a block is the title, date or category of a card."""
        if self.links.is_card(block) or block.linked:
            return True
        heading = self.links.region.tag(block) in ("h1", "h2", "h3")
        return not heading and block.words <= 6 and not is_sentence(block.text)

    def _is_link_list(self, first: int, end: int, box: Box | None) -> bool:
        """Return whether the blocks are cards with at most one teaser each, and not an article that begins with a link
        box.
        """
        blocks = self.links.region.blocks[first:end]
        if not self.needs_link:
            return bool(blocks)
        cards = teasers = 0
        fresh = loose = long = False
        alls = _all_words(self.links.site.edition)
        rest = [each for each in blocks if not (each.linked and normalize_label(each.text.strip(_ENDS)) in alls)]
        for block in rest or blocks:  # "All" beside the heading is not a card, unless there is nothing else
            if block.hrefs and (block.linked or self.links.is_card(block)):
                cards, fresh, loose = cards + 1, True, False
            elif block.words >= MIN_TEASER and not block.linked:
                if self._begins_with_title(block):
                    cards, fresh, loose = cards + 1, False, False
                elif not fresh:
                    return False
                else:
                    loose = not self._shares_card(block, blocks, box)
                    long |= loose and block.words > MAX_TEASER
                    teasers, fresh = teasers + loose, False
        # Text after the last card may be the article's text. Text between two cards is the teaser of the first one.
        return cards > 0 and (teasers == cards or not (loose or long))

    def _begins_with_title(self, block: Block) -> bool:
        """Return whether a block has a linked title and its teaser on one line, each in its own element or split by a
        `<br>`.
        """
        said = [piece for piece in block.pieces if piece.href or any(map(str.isalnum, piece.text))]
        href = said[0].href if said else None
        if not href or not (self.links.to_article(href) or self.links.to_coverage(href)):
            return False
        last = max(index for index, piece in enumerate(block.pieces) if piece.href == href)
        if last + 1 == len(block.pieces) or len(block.link_texts()[href].split()) < 2:
            return False
        title, rest = block.pieces[last].text, block.pieces[last + 1].text
        # In running text, the space or comma after a link is part of the following text.
        return rest.isspace() or not (title[-1:].isspace() or not rest[:1].isalnum() or rest[0].islower())

    def _shares_card(self, block: Block, blocks: tuple[Block, ...], box: Box | None) -> bool:
        """Return whether a teaser and its card share an element inside the box."""
        holder = self.links.region.child(block, box) or self.links.region.boxes[block.box]
        return any(
            each is not block and holder.index <= each.box < holder.last and self.links.is_card(each) for each in blocks
        )


@lru_cache
def _all_words(edition: Edition) -> frozenset[str]:
    return frozenset(map(normalize_label, edition.words.all))


def cards_of(blocks: tuple[Block, ...], links: Links, name: str) -> list[tuple[Address, str]]:
    """Return (address, headline) of the cards among the blocks of box `name`, one per target, with its longest text."""
    edition = links.site.edition
    found: dict[str, tuple[Address, str]] = {}
    named: set[str] = set()
    for block in blocks:
        for href, said in block.links().items():
            target = links.address(href)
            if target is None or target.url in named:
                continue
            coverage = target.kind == "coverage" and name == "coverage"
            if not coverage and target.kind not in ("article", "unknown"):
                continue
            text = title_of(said, edition)
            if coverage:
                path, _, last = unquote(target.url).rpartition("/")
                if slug(last) == slug(text) and path.count("/") > 2:
                    named.add(target.url)  # ignore all other texts of this link
                    found[target.url] = (target, text)
                    continue
                if text.endswith(".") and target.url in found:
                    continue
            if len(text.split()) < 3 and (target.kind == "unknown" or target.url.rpartition("/")[2].isalpha()):
                continue  # the category of a card, or an unknown section
            lead = see_also(edition).match(text)
            if lead and lead["mark"].strip():
                text = text[lead.end() :]
            known = found.get(target.url, (target, ""))[1]
            heading = links.region.tag(block) in HEADINGS
            # A teaser, which is much longer than the title before it, is not a better headline.
            if len(text) > len(known) and (heading or len(known.split()) < 3):
                found[target.url] = (target, text)
    no_titles = _no_titles(edition)
    return [(target, text) for target, text in found.values() if slug(text) not in no_titles]


def title_of(said: list[Piece], edition: Edition) -> str:
    """Return the text of a link without the section before it and the date after it."""
    at = [index for index, piece in enumerate(said) if piece.text.strip()]
    dated = False
    while len(at) > 1 and _is_day(collapse_whitespace(said[at[-1]].text), edition):
        said = said[: at.pop()]
        dated = True
    if len(at) > 1:
        first, second = said[at[0]], said[at[1]]
        words = len(first.text.split())
        label = words <= 4 and len(second.text.split()) > max(2, words)
        # Adjacent elements have no space between them. Neither have words that are partly bold.
        apart = first.text[-1].isspace() or second.text[0].isspace() or first.style or second.style
        glued = at[1] == at[0] + 1 and not apart
        if label and (glued or slug(first.text) in _no_titles(edition)):
            return collapse_whitespace("".join([piece.text for piece in said[at[1] :]]))
    texts = [piece.text for piece in said]
    return collapse_whitespace("".join(texts)) if dated else said_once(texts)


def _is_day(text: str, edition: Edition) -> bool:
    """Return whether a piece of a card's link contains only a date."""
    return len(text) < 30 and text in (dates.find(text, edition), dates.find_relative(text, edition))


@lru_cache
def _no_titles(edition: Edition) -> frozenset[str]:
    return frozenset(["", *map(slug, edition.words.all), *edition.sections, *edition.regions])
