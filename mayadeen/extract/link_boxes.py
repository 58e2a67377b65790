"""Boxes of links, found by the words above them: "Related News", "Most Read", "Coverage", ..."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from mayadeen.extract.blocks import Block, Box, Region
from mayadeen.site import dates
from mayadeen.site.address import Site, is_internal, page_type, resolve, slug
from mayadeen.site.edition import Edition
from mayadeen.site.text import alternation, collapse_whitespace, normalize_label

_DIGIT = re.compile(r"\d")
_COUNT = re.compile(r"^\d+\s+|\s*\(\d+\)$")
_TEASER = 40
"""Words at most in the lines under a card, where its title does not share an element with them."""
_QUOTE = re.compile("[\"'«‘]")
_ENDS = " \t\n:：.…»›→+-–—|"


@dataclass(slots=True)
class LinkBox:
    """blocks[first:end] of the region are the heading and what belongs to it."""

    block: str
    """As `RelatedLink.block`; "" for a box that is no data."""
    first: int
    end: int


@lru_cache
def _headings(edition: Edition) -> dict[str, str]:
    return {normalize_label(word): block for block, words in edition.words.boxes.items() for word in words}


@lru_cache
def heading_words(edition: Edition) -> tuple[str, ...]:
    """The words over boxes of related links."""
    return tuple(word for word, block in _headings(edition).items() if block)


@lru_cache
def see_also(edition: Edition) -> re.Pattern[str]:
    """A line that leads to another article: its words, then a colon or the end."""
    words = alternation(edition.words.see_also)
    return re.compile(rf"(?:[\W_]*)(?P<words>{words})(?!\w)(?P<mark>\s*[:：|»›–—-]+\s*|\s*$|\s+(?=\S))", re.I)


@lru_cache
def _starts(edition: Edition) -> tuple[str, ...]:
    return tuple(_headings(edition))


@lru_cache(maxsize=4096)
def _begins_like_heading(start: str, edition: Edition) -> bool:
    return normalize_label(_COUNT.sub("", start)[:48]).startswith(_starts(edition))


def heading_of(block: Block, edition: Edition) -> str | None:
    """Which box a block is the heading of, by its words alone; links may follow on the same line."""
    if not _begins_like_heading(block.text[:60], edition):
        return None
    text = _COUNT.sub("", block.text)
    headings = _headings(edition)
    before, quote, _ = _QUOTE.sub("“", text, 1).partition("“")
    if quote and headings.get(normalize_label(before.strip(_ENDS))) == "":
        return ""  # 'Responses to "The headline"'
    if len(text) <= 40 and (name := headings.get(normalize_label(text.strip(_ENDS)))) is not None:
        return name
    said = [piece for piece in block.pieces if piece.text.strip()]
    name = headings.get(normalize_label(collapse_whitespace(said[0].text).strip(_ENDS)))
    if name is None or len(said) < 2 or said[0].href:
        return None
    alone = all(piece.href or len(piece.text.split()) <= 6 for piece in said[1:])
    return name if alone and block.hrefs and not _mark(said[0].text) else None


def _mark(text: str) -> bool:
    return text.rstrip().endswith((":", "："))


@lru_cache(maxsize=4096)
def is_article_link(href: str, site: Site) -> bool:
    """Whether it leads to a page of this site that may be an article."""
    target = resolve(href, site.origin + "/", site)
    return target is not None and is_internal(target, site) and page_type(target, site) in ("article", "unknown")


@lru_cache(maxsize=4096)
def is_author_link(href: str, site: Site) -> bool:
    """Whether it leads to a writer's page."""
    target = resolve(href, site.origin + "/", site)
    return target is not None and page_type(target, site) == "author"


def is_card(block: Block, site: Site) -> bool:
    """A title that links to an article, with little else on its line: a category, a day."""
    if not block.hrefs or not block.text or not is_article_link(block.hrefs[0], site):
        return False
    return block.linked or (block.words <= 8 and 2 * block.link_chars > len(block.text) and not is_sentence(block.text))


def find_link_boxes(region: Region, site: Site, open_boxes: frozenset[int]) -> list[LinkBox]:
    """The boxes under known words, marked in the region as excluded. `open_boxes`: ids of those around the headline."""
    edition = site.edition
    blocks = region.blocks
    labels = [(index, name) for index, block in enumerate(blocks) if (name := heading_of(block, edition)) is not None]
    if not labels:
        return []
    starts = [index for index, name in labels if name or not blocks[index].linked]
    data = [index for index, name in labels if name]
    found: list[LinkBox] = []
    for index, name in labels:
        if found and index < found[-1].end:
            continue
        # "Leave a reply" stands among the responses.
        others = starts if name else data
        end = _extent(region, index, others, site, open_boxes, needs_link=bool(name))
        if end is None:
            continue
        found.append(LinkBox(name, index, end))
        for block in blocks[index:end]:
            block.role = f"box:{name}"
    return found


def _extent(
    region: Region, index: int, labels: list[int], site: Site, open_boxes: frozenset[int], *, needs_link: bool
) -> int | None:
    """Where the box of the heading at `index` ends; None when it is no box."""
    blocks = region.blocks
    widest = index + 1
    box: Box | None = blocks[index].box
    while box is not None and box.first == index and id(box) not in open_boxes:
        others = labels[bisect_right(labels, index) : bisect_left(labels, box.end)]
        if others and not _inside_cards(blocks, others, site):
            break
        if box.end > index + 1 and not _is_linky(blocks[index + 1 : box.end], site, box, needs_link=needs_link):
            break
        widest = max(widest, box.end)
        box = box.parent
    if widest > index + 1:
        return widest
    if not needs_link:
        return None
    # No element of its own: the links that follow on the same level, up to the next heading of a box.
    limit = box.end if box is not None else len(blocks)
    after = labels[(at := bisect_right(labels, index)) : at + 1] or [limit]
    limit = min(limit, after[0])
    end = sure = index + 1
    while end < limit:
        holder = _child(blocks[end].box, box)
        if holder and holder.end <= limit and _is_linky(blocks[end : holder.end], site, box, needs_link=True):
            end = sure = holder.end
        elif _is_card_line(blocks[end], site):
            end += 1
        else:
            break
    # What follows the last link without a day in it is a heading of the text, not a category.
    while end > sure and blocks[end - 1].text and not blocks[end - 1].hrefs and not _DIGIT.search(blocks[end - 1].text):
        end -= 1
    own = bool(blocks[index].hrefs) and not blocks[index].pieces[0].href
    return end if own or any(block.hrefs for block in blocks[index + 1 : end]) else None


def _child(box: Box, level: Box | None) -> Box | None:
    """The box around `box`, or itself, that stands directly in `level`; None when it is that."""
    holder: Box | None = None
    each: Box | None = box
    while each is not None and each is not level:
        holder, each = each, each.parent
    return holder


def _inside_cards(blocks: list[Block], labels: list[int], site: Site) -> bool:
    """A label that is only a card's category ("Coverage" over a card) is followed by at most that card."""
    return all(not blocks[label].words and not is_article_link(blocks[label].hrefs[0], site) for label in labels)


def _is_card_line(block: Block, site: Site) -> bool:
    """A card's title, picture, day or category."""
    if not block.text:
        return True
    return (
        is_card(block, site)
        or block.linked
        or (block.box.tag not in ("h1", "h2", "h3") and block.words <= 6 and not is_sentence(block.text))
    )


def is_sentence(text: str) -> bool:
    """Whether it ends like one."""
    return text.rstrip("\"'”’»)").endswith((".", "!", "?", "؟", "…"))


def _is_linky(blocks: list[Block], site: Site, box: Box | None, *, needs_link: bool) -> bool:
    """Links, each with at most a teaser: not the text of an article that begins with a box of links."""
    if not needs_link:
        return bool(blocks)
    cards = teasers = 0
    fresh = loose = long = False
    rest = [
        each for each in blocks if not (each.linked and normalize_label(each.text.strip(_ENDS)) in _alls(site.edition))
    ]
    for block in rest or blocks:  # "All" beside the heading is no card, unless there is nothing else
        if is_card(block, site) or (block.hrefs and (block.linked or not block.text)):
            cards, fresh, loose = cards + bool(block.text), True, False
        elif block.words >= 8 and not block.linked:
            if _begins_with_title(block, site):
                cards, fresh, loose = cards + 1, False, False
            elif not fresh:
                return False
            else:
                loose = not _shares_card(block, blocks, box, site)
                long |= loose and block.words > _TEASER
                teasers, fresh = teasers + loose, False
    # Text that follows the last card could be the article's; between two cards it is the first one's teaser.
    return cards > 0 and (teasers == cards or not (loose or long))


def _begins_with_title(block: Block, site: Site) -> bool:
    """A linked title and its teaser on one line, each in an element of its own or a <br> between them."""
    said = [piece for piece in block.pieces if piece.href or any(map(str.isalnum, piece.text))]
    if not said or not (href := said[0].href) or not (is_article_link(href, site) or _is_coverage_link(href, site)):
        return False
    last = max(index for index, piece in enumerate(block.pieces) if piece.href == href)
    if last + 1 == len(block.pieces) or len(block.text_of(href).split()) < 2:
        return False
    title, rest = block.pieces[last].text, block.pieces[last + 1].text
    # In running text the blank, or the comma, after a link belongs to the words that follow.
    return rest.isspace() or not (title[-1:].isspace() or not rest[:1].isalnum() or rest[0].islower())


@lru_cache(maxsize=4096)
def _is_coverage_link(href: str, site: Site) -> bool:
    target = resolve(href, site.origin + "/", site)
    return target is not None and is_internal(target, site) and page_type(target, site) == "coverage"


@lru_cache
def _alls(edition: Edition) -> frozenset[str]:
    return frozenset(map(normalize_label, edition.words.all))


def _shares_card(block: Block, blocks: list[Block], box: Box | None, site: Site) -> bool:
    """Whether a teaser stands with its card in an element of their own, inside the box."""
    holder = _child(block.box, box) or block.box
    return any(is_card(each, site) for each in blocks if each is not block and _under(each.box, holder))


def _under(box: Box | None, holder: Box) -> bool:
    while box is not None and box is not holder:
        box = box.parent
    return box is not None


def links_of(blocks: list[Block], site: Site, base: str, *, block: str) -> list[tuple[str, str]]:
    """(address, headline) of the cards among some blocks; one a target, its longest text."""
    found: dict[str, str] = {}
    named: set[str] = set()
    for each in blocks:
        for href in each.hrefs:
            target = resolve(href, base, site)
            if target is None or target in named:
                continue
            sort = page_type(target, site)
            if sort not in ("article", "unknown") and not (block == "coverage" and sort == "coverage"):
                continue
            text = _title_of(each, href, site.edition)
            if sort == "coverage":
                path, _, name = unquote(target).rpartition("/")
                if slug(name) == slug(text) and path.count("/") > 2:
                    named.add(target)  # whatever else its link says is about it
                    found[target] = text
                    continue
                if text.endswith(".") and target in found:
                    continue
            if len(text.split()) < 3 and (sort == "unknown" or target.rpartition("/")[2].isalpha()):
                continue  # the category of a card, a section yet unknown
            lead = see_also(site.edition).match(text)
            if lead and lead["mark"].strip():
                text = text[lead.end() :]
            heading = each.box.tag in ("h1", "h2", "h3", "h4", "h5", "h6")
            if len(text) > len(found.get(target, "")) and (heading or not _has_heading(found.get(target, ""), text)):
                found[target] = text
    no_titles = _no_titles(site.edition)
    return [(target, text) for target, text in found.items() if slug(text) not in no_titles]


def _title_of(block: Block, href: str, edition: Edition) -> str:
    """What a link says, without the section that stands in front, inside it."""
    said = [piece for piece in block.pieces if piece.href == href]
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
    return collapse_whitespace("".join([piece.text for piece in said])) if dated else block.text_of(href)


def _is_day(text: str, edition: Edition) -> bool:
    """Whether a piece of a card's link is nothing but its day."""
    return len(text) < 30 and text in (dates.find(text, edition), dates.find_relative(text, edition))


@lru_cache
def _no_titles(edition: Edition) -> frozenset[str]:
    return frozenset(["", *map(slug, edition.words.all), *edition.sections, *edition.regions])


def _has_heading(known: str, text: str) -> bool:
    """A teaser (a sentence, much longer than the title before it) is no better headline."""
    return bool(known) and len(known.split()) >= 3
