"""Boxes of links, found by the words above them: "Related News", "Most Read", "Coverage", ...

A card is a title that links to an article. A box is a heading whose words the edition knows, and the cards that follow
it in an element of their own or on the same level. Articles and listings are both read with them.
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
"""Characters at most in the heading of a box."""
MIN_TEASER = 8
"""A line of at least this many words is a teaser and no label."""
MAX_TEASER = 40
"""Words at most in the lines under a card, where its title does not share an element with them."""
_DIGIT = re.compile(r"\d")
_COUNT = re.compile(r"^\d+\s+|\s*\(\d+\)$")
_QUOTE = re.compile("[\"'«‘“]")
_ENDS = " \t\n:：.…»›→+-–—|"


class LinkBox(NamedTuple):
    """blocks[first:end] of the region are the heading and what belongs to it."""

    block: str
    """As `RelatedLink.block`; "" for a box that is not put into the item."""
    first: int
    end: int


class Link(NamedTuple):
    """A link to a page of this site."""

    anchor: Anchor
    address: Address

    @property
    def url(self) -> str:
        """Where it leads."""
        return self.address.url

    @property
    def kind(self) -> str:
        """What it leads to, see `Address.kind`."""
        return self.address.kind

    @property
    def texts(self) -> tuple[str, ...]:
        """What it says, one text for each of its text nodes."""
        return self.anchor.texts


@dataclass(frozen=True, slots=True)
class Links:
    """What the links of a region lead to."""

    region: Region
    site: Site
    base: str
    _said: dict[int, dict[str, list[Piece]]] = field(default_factory=dict, compare=False, repr=False)
    """Block -> its links, of those that were asked for: a line may have thousands."""

    def address(self, href: str) -> Address | None:
        """Where a link leads."""
        return locate(href, self.base, self.site)

    def pieces(self, block: Block, href: str) -> list[Piece]:
        """The pieces of a link in a block."""
        return list(self._links(block).get(href, ()))

    def linked_by(self, anchor: Anchor) -> list[Block]:
        """The blocks that the text of a link is part of."""
        return [block for block in self.region.blocks[anchor.first : anchor.end] if anchor.href in self._links(block)]

    def _links(self, block: Block) -> dict[str, list[Piece]]:
        found = self._said.get(block.index)
        if found is None:
            found = self._said[block.index] = block.links()
        return found

    def of_site(self) -> list[Link]:
        """All links to pages of this site, page order."""
        found = ((anchor, self.address(anchor.href)) for anchor in self.region.anchors)
        return [Link(anchor, to) for anchor, to in found if to is not None and to.kind not in ("external", "media")]

    def to_article(self, href: str) -> bool:
        """Whether a link leads to a page of this site that may be an article."""
        address = self.address(href)
        return address is not None and address.may_be_article

    def to_coverage(self, href: str) -> bool:
        """Whether a link leads to a special file of this site."""
        address = self.address(href)
        return address is not None and address.kind == "coverage" and address.internal

    def is_card(self, block: Block) -> bool:
        """A title that links to an article, with little else on its line: a category, a day."""
        if not block.hrefs or not self.to_article(block.hrefs[0]):
            return False
        short = block.words <= MIN_TEASER and 2 * block.link_chars > len(block.text)
        return block.linked or (short and not is_sentence(block.text))


@lru_cache
def box_headings(edition: Edition) -> dict[str, str]:
    """The words over boxes, as `normalize_label` has them, and which box each names."""
    return {normalize_label(word): block for block, words in edition.words.boxes.items() for word in words}


@lru_cache
def see_also(edition: Edition) -> re.Pattern[str]:
    """A line that leads to another article: its words, then a colon or the end."""
    words = alternation(edition.words.see_also)
    return re.compile(rf"(?:[\W_]*)(?P<words>{words})(?!\w)(?P<mark>\s*[:：|»›–—-]+\s*|\s*$|\s+(?=\S))", re.I)


@lru_cache(maxsize=4096)
def _begins_like_heading(start: str, edition: Edition) -> bool:
    return normalize_label(_COUNT.sub("", start)[:48]).startswith(tuple(box_headings(edition)))


def heading_of(block: Block, edition: Edition) -> str | None:
    """Which box a block is the heading of, by its words alone; links may follow on the same line."""
    short = len(block.text) <= MAX_HEADING + 8  # a count may stand with it
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
    """The boxes under known words, page order. None of them holds the block `headline`."""
    edition, blocks = links.site.edition, links.region.blocks
    labels = [(index, name) for index, block in enumerate(blocks) if (name := heading_of(block, edition)) is not None]
    starts = [index for index, name in labels if name or not blocks[index].linked]
    data = [index for index, name in labels if name]
    found: list[LinkBox] = []
    for index, name in labels:
        if found and index < found[-1].end:
            continue
        # "Leave a reply" stands among the responses.
        end = _Extent(links, index, starts if name else data, headline, bool(name)).end()
        if end is not None:
            found.append(LinkBox(name, index, end))
    return found


class _Extent(NamedTuple):
    """How far the box of one heading goes."""

    links: Links
    heading: int
    """Index of its heading."""
    labels: list[int]
    """Indexes of headings that end a box."""
    headline: int
    needs_link: bool
    """Whether it is a box only when it holds cards."""

    def end(self) -> int | None:
        """Index of the first block after the box; None when it is no box."""
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
        """Without an element of its own: the cards that follow on the same level, up to the next heading of a box."""
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
        # What follows the last link without a day in it is a heading of the text, not a category.
        while end > sure and not blocks[end - 1].hrefs and not _DIGIT.search(blocks[end - 1].text):
            end -= 1
        own = bool(blocks[index].hrefs) and not blocks[index].pieces[0].href
        return end if own or any(block.hrefs for block in blocks[index + 1 : end]) else None

    def _are_categories(self, labels: list[int]) -> bool:
        """A label that is only a card's category ("Coverage" over a card) links to a listing."""
        blocks = self.links.region.blocks
        return all(
            not blocks[label].words and blocks[label].hrefs and not self.links.to_article(blocks[label].hrefs[0])
            for label in labels
        )

    def _is_card_line(self, block: Block) -> bool:
        """A card's title, day or category."""
        if self.links.is_card(block) or block.linked:
            return True
        heading = self.links.region.tag(block) in ("h1", "h2", "h3")
        return not heading and block.words <= 6 and not is_sentence(block.text)

    def _is_link_list(self, first: int, end: int, box: Box | None) -> bool:
        """Cards, each with at most a teaser: not the text of an article that begins with a box of links."""
        blocks = self.links.region.blocks[first:end]
        if not self.needs_link:
            return bool(blocks)
        cards = teasers = 0
        fresh = loose = long = False
        alls = _all_words(self.links.site.edition)
        rest = [each for each in blocks if not (each.linked and normalize_label(each.text.strip(_ENDS)) in alls)]
        for block in rest or blocks:  # "All" beside the heading is no card, unless there is nothing else
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
        # Text that follows the last card could be the article's; between two cards it is the first one's teaser.
        return cards > 0 and (teasers == cards or not (loose or long))

    def _begins_with_title(self, block: Block) -> bool:
        """A linked title and its teaser on one line, each in an element of its own or a <br> between them."""
        said = [piece for piece in block.pieces if piece.href or any(map(str.isalnum, piece.text))]
        href = said[0].href if said else None
        if not href or not (self.links.to_article(href) or self.links.to_coverage(href)):
            return False
        last = max(index for index, piece in enumerate(block.pieces) if piece.href == href)
        if last + 1 == len(block.pieces) or len(block.link_texts()[href].split()) < 2:
            return False
        title, rest = block.pieces[last].text, block.pieces[last + 1].text
        # In running text the blank, or the comma, after a link belongs to the words that follow.
        return rest.isspace() or not (title[-1:].isspace() or not rest[:1].isalnum() or rest[0].islower())

    def _shares_card(self, block: Block, blocks: tuple[Block, ...], box: Box | None) -> bool:
        """Whether a teaser stands with its card in an element of their own, inside the box."""
        holder = self.links.region.child(block, box) or self.links.region.boxes[block.box]
        return any(
            each is not block and holder.index <= each.box < holder.last and self.links.is_card(each) for each in blocks
        )


@lru_cache
def _all_words(edition: Edition) -> frozenset[str]:
    return frozenset(map(normalize_label, edition.words.all))


def cards_of(blocks: tuple[Block, ...], links: Links, name: str) -> list[tuple[Address, str]]:
    """(address, headline) of the cards among some blocks of the box `name`; one a target, its longest text."""
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
                    named.add(target.url)  # whatever else its link says is about it
                    found[target.url] = (target, text)
                    continue
                if text.endswith(".") and target.url in found:
                    continue
            if len(text.split()) < 3 and (target.kind == "unknown" or target.url.rpartition("/")[2].isalpha()):
                continue  # the category of a card, a section yet unknown
            lead = see_also(edition).match(text)
            if lead and lead["mark"].strip():
                text = text[lead.end() :]
            known = found.get(target.url, (target, ""))[1]
            heading = links.region.tag(block) in HEADINGS
            # A teaser, much longer than the title before it, is no better headline.
            if len(text) > len(known) and (heading or len(known.split()) < 3):
                found[target.url] = (target, text)
    no_titles = _no_titles(edition)
    return [(target, text) for target, text in found.values() if slug(text) not in no_titles]


def title_of(said: list[Piece], edition: Edition) -> str:
    """What the pieces of a link say, without the section in front and the day behind that stand inside it."""
    at = [index for index, piece in enumerate(said) if piece.text.strip()]
    dated = False
    while len(at) > 1 and _is_day(collapse_whitespace(said[at[-1]].text), edition):
        said = said[: at.pop()]
        dated = True
    if len(at) > 1:
        first, second = said[at[0]], said[at[1]]
        words = len(first.text.split())
        label = words <= 4 and len(second.text.split()) > max(2, words)
        # Elements side by side leave no space between them; letters in bold do not either.
        apart = first.text[-1].isspace() or second.text[0].isspace() or first.style or second.style
        glued = at[1] == at[0] + 1 and not apart
        if label and (glued or slug(first.text) in _no_titles(edition)):
            return collapse_whitespace("".join([piece.text for piece in said[at[1] :]]))
    texts = [piece.text for piece in said]
    return collapse_whitespace("".join(texts)) if dated else said_once(texts)


def _is_day(text: str, edition: Edition) -> bool:
    """Whether a piece of a card's link is nothing but its day."""
    return len(text) < 30 and text in (dates.find(text, edition), dates.find_relative(text, edition))


@lru_cache
def _no_titles(edition: Edition) -> frozenset[str]:
    return frozenset(["", *map(slug, edition.words.all), *edition.sections, *edition.regions])
