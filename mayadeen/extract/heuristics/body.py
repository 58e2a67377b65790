"""Which blocks of a page are the text of the article.

No class name is asked. The text is found from the headline by three things: what a line says (the edition's words),
what is known of it (it equals the stated description), and where it stands. The article is the smallest element
around the headline that holds sentences of its own; inside it, boxes of links, sidebars and forms are left out; it ends
where tags or link boxes begin after the text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from mayadeen.extract.blocks import HEADINGS, Block, Box, Region, is_excluded, stands_in
from mayadeen.extract.heuristics.asides import heads_pictures, mark_bios, mark_next_article, mark_pull_quotes
from mayadeen.extract.heuristics.byline import Byline, ends_with_date, looks_like_byline, read_byline
from mayadeen.extract.heuristics.captions import mark_captions, mark_loose_captions
from mayadeen.extract.heuristics.layout import (
    SENTENCE,
    boxes_around,
    end_without_text,
    exclude_boxes,
    exclude_writers,
    find_home,
    good_words,
)
from mayadeen.extract.heuristics.lines import mark_lines, mark_tags
from mayadeen.extract.heuristics.promos import exclude_promos
from mayadeen.extract.heuristics.standfirst import guess_standfirst, is_lone_sentence
from mayadeen.extract.link_boxes import LinkBox, find_link_boxes, is_article_link, is_card
from mayadeen.site.address import Site, is_internal, resolve
from mayadeen.site.edition import Edition
from mayadeen.site.text import comparison_key

_STOPS = (".", "!", "?", "؟", "…", ":", "۔", "”", '"', "’", "»", ")")


@dataclass(slots=True)
class Body:
    """What was found. Each block of `region` has its role: "text", "standfirst", "caption", "byline", "tag", ..."""

    region: Region
    byline: Byline
    link_boxes: list[LinkBox]
    end: int
    """Index of the first block after the article."""

    def lines(self, role: str) -> list[Block]:
        """The blocks of one role, page order."""
        return [block for block in (*self.region.blocks, *self.region.tails) if block.role == role]


def find_body(
    region: Region,
    site: Site,
    *,
    description: str | None,
    headline: str,
    keywords: frozenset[str],
    before: list[Block],
    article_type: str,
) -> Body:
    """Finds the text of the article among the blocks after its headline, and what stands around it.

    `description`: as stated, "" when stated to be none, None when unknown. `keywords`: the stated tags as `text.same`
    gives them. `before`: the lines that stand right before the headline; the byline may be among them.
    `article_type`: as the item has it; a video has no text, a gallery or an infographic may have none.
    """
    around = boxes_around(region)
    link_boxes = find_link_boxes(region, site, frozenset(map(id, around)))
    mark_lines(region, site, description, comparison_key(headline))
    mark_tags(region, site, keywords)
    mark_captions(region, around, site.edition)
    exclude_boxes(region, site)
    exclude_promos(region, site.edition)
    mark_next_article(region, site.edition)
    byline = read_byline([*_byline_lines(region, site.edition), *before], site)
    mark_bios(region, byline)
    _mark_points(region, byline)
    exclude_writers(region, site)
    home, end = find_home(region, around, article_type=article_type)
    if home is None:
        end = end_without_text(region)
        read_byline(_lines_below(region, region.boxes[0], end, site.edition), site, byline)
        for box in around:
            box.inside = True
        chosen = [block for block in region.blocks[:end] if is_lone_sentence(block)]
    else:
        read_byline(_lines_below(region, home, end, site.edition), site, byline)
        inside = [block for block in region.blocks[home.first : end] if block.box.inside and block.text]
        candidates = [block for block in inside if not block.role]
        mark_loose_captions(region, candidates)
        chosen = _choose(region, [block for block in candidates if not block.role], site)
        link_boxes += _cards_between(region, chosen, site)
    printed = any(block.role == "standfirst" for block in region.blocks)
    if description is None and not printed:
        guess_standfirst(region, chosen, end)
    return Body(region, byline, link_boxes, end)


def _byline_lines(region: Region, edition: Edition) -> list[Block]:
    """Short lines after the headline; past the third sentence only what a byline alone says, up to the eighth."""
    lines: list[Block] = []
    sentences = 0
    open_line = False
    for block in region.blocks:
        if block.role or not block.text or is_excluded(block.box):
            continue
        if stands_in(block.box, "blockquote", region.boxes[0]):
            continue  # a tweet has a name and a date of its own
        telling = len(block.text) < 250 and looks_like_byline(block.text, edition)
        short = len(block.text) < 120 and not block.text.endswith(".")
        # "8:50 p.m." is no sentence.
        telling = telling or (len(block.text) < 120 and not short and ends_with_date(block.text, edition))
        if telling or (open_line and short and not good_words(block)):
            lines.append(block)
            open_line = True
        elif good_words(block) >= 2 * SENTENCE or (good_words(block) and block.text.endswith(".")):
            sentences += 1
            open_line = False
            if sentences == 8:
                break
        elif short and sentences < 3:
            lines.append(block)
    return lines


def _mark_points(region: Region, byline: Byline) -> None:
    """What stands between headline and byline is the standfirst, be it in several points."""
    if not byline.sources and not byline.date and byline.minutes is None:
        return
    first = next((index for index, block in enumerate(region.blocks) if block.role == "byline"), 0)
    above = [block for block in region.blocks[:first] if good_words(block) and not is_excluded(block.box)]
    below = sum(good_words(block) for block in region.blocks[first:] if not is_excluded(block.box))
    if sum(map(good_words, above)) < below:
        for block in above:
            block.role = "standfirst"


def _lines_below(region: Region, home: Box, end: int, edition: Edition) -> list[Block]:
    """Short lines after the last sentence: some layouts print the byline there, in a footer of the article."""
    last = home.first
    for index in range(end - 1, home.first, -1):
        block = region.blocks[index]
        if good_words(block) and not (len(block.text) < 160 and looks_like_byline(block.text, edition)):
            last = index
            break
    lines: list[Block] = []
    for block in region.blocks[last + 1 : end]:
        beside = not is_excluded(block.box) or stands_in(block.box, "footer", home)
        short = len(block.text) < 160 and not block.text.endswith((".", "!", "?"))
        if beside and short and not block.role and (block.words <= 4 or looks_like_byline(block.text, edition)):
            lines.append(block)
    return lines


def _choose(region: Region, candidates: list[Block], site: Site) -> list[Block]:
    """The candidates that are text, marked as such."""
    looks: Counter[str] = Counter()
    for block in candidates:
        if good_words(block):
            looks[block.box.look] += 1
    begun = False
    before: Box | None = None
    last = max((at for at, block in enumerate(candidates) if good_words(block)), default=-1)
    end = max((at for at, block in enumerate(candidates) if block.text.endswith(_STOPS)), default=-1)
    for position, block in enumerate(candidates):
        if not block.text.endswith(_STOPS) and heads_pictures(block, region):
            continue
        if block.words < SENTENCE and not block.hrefs and _heads_links(block, region, site):
            continue
        if position and candidates[position - 1].role == "text":
            before = candidates[position - 1].box
        heading = block.box.tag in HEADINGS
        if block.linked and block.hrefs and _is_lone_link(block, site):
            if begun and is_article_link(block.hrefs[0], site) and len(block.text.split()) >= 4:
                block.role = "see also"
            continue
        if heading:
            beside = before is not None and _holds(block.box.parent, before)
            alone = position == 0 and block.words >= SENTENCE and block.text.endswith(_STOPS)
            if alone or beside or position < max(last, end):
                block.role = "text"
            continue
        usual = block.box.look in looks and block.text.endswith(_STOPS)
        between = begun and position < last
        if (
            good_words(block)
            or _listed(block)
            or usual
            or between
            or (begun and (block.box.look in looks or block.text.endswith(_STOPS)))
        ):
            block.role = "text"
            begun = True
    chosen = [block for block in candidates if block.role == "text"]
    mark_pull_quotes(region, chosen, looks)
    return [block for block in chosen if block.role == "text"]


def _heads_links(block: Block, region: Region, site: Site) -> bool:
    """Whether a line begins an element in which only links to articles follow: a box of a heading yet unknown."""
    box = block.box if block.box.end > block.box.first + 1 else block.box.parent
    if box is None or box.around or region.blocks[box.first] is not block:
        return False
    inner = [each for each in region.blocks[box.first + 1 : box.end] if each.text]
    return bool(inner) and all(each.linked and each.hrefs and is_article_link(each.hrefs[0], site) for each in inner)


def _cards_between(region: Region, chosen: list[Block], site: Site) -> list[LinkBox]:
    """Cards without a heading in the middle of the text are related articles."""
    if len(chosen) < 2:
        return []
    blocks = region.blocks
    first, last = blocks.index(chosen[0]), blocks.index(chosen[-1])
    found: list[LinkBox] = []
    for box in region.boxes:
        if box.excluded != "links" or not first < box.first < box.end <= last or box.parent is None:
            continue
        lines = [block for block in blocks[box.first : box.end] if block.text]
        headed = blocks[box.first - 1].box.tag in HEADINGS  # by words yet unknown
        if box.parent.inside and not headed and lines and not lines[0].role and is_card(lines[0], site):
            found.append(LinkBox("relatedNews", box.first, box.end))
    return found


def _holds(outer: Box | None, box: Box | None) -> bool:
    while box is not None and box is not outer:
        box = box.parent
    return box is not None


def _listed(block: Block) -> bool:
    """Part of a list or a quote: short lines count there."""
    box: Box | None = block.box
    while box is not None:
        if box.tag in ("ul", "ol", "blockquote", "table", "pre", "dl"):
            return not block.linked
        box = box.parent
    return False


def _is_lone_link(block: Block, site: Site) -> bool:
    """A link to a page of the site; a document elsewhere may be a line of the text."""
    return any(
        (target := resolve(href, site.origin + "/", site)) is None or is_internal(target, site) for href in block.hrefs
    )
