"""Which blocks of a page are the text of the article.

No class name is asked. The text is found from the headline by three things: what a line says (the edition's words),
what is known of it (it equals the stated description), and where it stands. The article is the smallest element
around the headline that holds sentences of its own; inside it, boxes of links, sidebars and forms are left out; it ends
where tags or link boxes begin after the text.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from mayadeen.editions import Edition
from mayadeen.parsers.blocks import Block, Box, Region
from mayadeen.parsers.byline import Byline, looks_like_byline, read_byline
from mayadeen.parsers.labels import LinkBox, find_link_boxes, is_article_link, is_card, see_also
from mayadeen.text import line, same
from mayadeen.urls import Site, absolute, is_internal, kind

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_SIDE = frozenset(["aside", "nav", "footer", "dialog", "address", "fieldset"])
_IN_TEXT = ("box:relatedNews", "box:readMore")
"""Boxes of links that stand in the middle of a text."""
_GOOD = 7
"""Words that make a line a sentence rather than a label."""
_STOP = (".", "!", "?", "؟", "…", ":", "۔", "”", '"', "’", "»", ")")


@dataclass(slots=True)
class Body:
    """What was found; roles are marked on the blocks of `region`."""

    region: Region
    text: list[Block] = field(default_factory=list)
    standfirst: str | None = None
    link_boxes: list[LinkBox] = field(default_factory=list)
    see_also: list[Block] = field(default_factory=list)
    tags: list[Block] = field(default_factory=list)
    byline: Byline = field(default_factory=Byline)
    end: int = 0
    """Index of the first block after the article."""


@lru_cache
def _disclaimer(edition: Edition) -> re.Pattern[str]:
    return re.compile(edition.words.disclaimer, re.I)


@lru_cache
def _chrome(edition: Edition) -> frozenset[str]:
    return frozenset(edition.words.chrome)


def find_body(
    region: Region,
    site: Site,
    *,
    description: str | None,
    headline: str,
    keywords: frozenset[str],
    before: list[Block],
) -> Body:
    """The text of the article among the blocks after its headline.

    `description`: as stated, "" when stated to be none, None when unknown. `keywords`: the stated tags as `text.same` gives them. `before`: the
    lines that stand right before the headline; the byline may be among them.
    """
    body = Body(region)
    around = _around(region)
    body.link_boxes = find_link_boxes(region, site, frozenset(map(id, around)))
    _mark_lines(body, site, description, same(headline))
    _mark_tags(body, site, keywords)
    _mark_captions(region, around)
    _exclude_boxes(region, site, around)
    body.byline = read_byline([*_byline_lines(region, site.edition), *before], site)
    home, body.end = _home(region, around)
    read_byline(_lines_below(region, home, body.end, site.edition), site, body.byline)
    if home is None:
        body.end = _first_end(region)
        for box in around:
            box.inside = True
        if description is None and body.standfirst is None:
            _guess_standfirst(body, [each for each in region.blocks[: body.end] if _is_lone_sentence(each)])
        return body
    candidates = [
        block for block in region.blocks[home.first : body.end] if block.box.inside and block.text and not block.role
    ]
    _mark_loose_captions(region, candidates)
    _choose(body, [block for block in candidates if block.role != "caption"], site, known=description is not None)
    return body


def _around(region: Region) -> list[Box]:
    """The boxes that hold the headline itself, outermost first."""
    around = [region.boxes[0]]
    for box in region.boxes[1:]:
        if box.parent is not around[-1] or box.first != 0 or not box.around:
            break
        around.append(box)
    return around


def _mark_lines(body: Body, site: Site, description: str | None, headline: str) -> None:
    """Lines known by what they say: the standfirst, disclaimers, "Read more: ...", share words."""
    edition = site.edition
    chrome, disclaimer, lead = _chrome(edition), _disclaimer(edition), see_also(edition)
    standfirst = same(description) if description else ""
    for block in body.region.blocks:
        if block.role or not block.text:
            continue
        text = block.text
        if len(text) < 80 and _is_chrome(block, chrome):
            block.role = "chrome"
        elif standfirst and abs(len(text) - len(description or "")) < 20 and same(text) == standfirst:
            block.role = "standfirst"
            body.standfirst = body.standfirst or text
        elif abs(len(text) - len(headline)) < 20 and block.box.tag in _HEADINGS and same(text) == headline:
            block.role = "headline"
        elif disclaimer.match(text):
            block.role = "disclaimer"
        elif (found := lead.match(text)) and _is_see_also(block, found, site):
            block.role = "see also"
            body.see_also.append(block)


def _is_chrome(block: Block, chrome: frozenset[str]) -> bool:
    """Share words, alone or each with a link of its own; a line without a letter or digit."""
    if block.text.strip(" :.").lower() in chrome or not any(map(str.isalnum, block.text)):
        return True
    said = [line(piece.text).strip(" :.").lower() for piece in block.pieces if piece.text.strip()]
    return all(each in chrome for each in said)


def _is_see_also(block: Block, lead: re.Match[str], site: Site) -> bool:
    """The words, then a colon or a link; a sentence that only begins with them is text."""
    links = any(is_article_link(href, site) for href in block.hrefs)
    if lead["mark"].strip():
        return links or (not block.hrefs and len(block.text.split()) <= 30 and lead[0].split()[0].lower() != "watch")
    rest = len(block.text) - lead.end()
    return links and block.link_chars >= 0.9 * rest


def _mark_tags(body: Body, site: Site, keywords: frozenset[str]) -> None:
    """Runs of short links that are no cards: by the stated keywords, by their address, or as a list of its own."""
    label = {word.lower() for word in site.edition.words.tags}
    for block in body.region.blocks:
        if block.role or not block.text:
            continue
        lead = block.text.partition(":")[0].strip().lower() if ":" in block.text else ""
        if block.linked and len(block.text) <= 60 and not block.images:
            target = absolute(block.hrefs[0], site.origin + "/", site)
            sort = kind(target, site) if target and is_internal(target, site) else "external"
            if sort == "tag" or (
                sort not in ("external", "home", "author", "section") and same(block.text) in keywords
            ):
                block.role = "tag"
                body.tags.append(block)
        elif block.hrefs and (lead in label or (len(block.hrefs) > 1 and block.words <= len(block.hrefs) + 1)):
            targets = [absolute(href, site.origin + "/", site) for href in block.hrefs]
            tagged = sum(
                1
                for target, href in zip(targets, block.hrefs, strict=True)
                if target
                and is_internal(target, site)
                and (kind(target, site) == "tag" or lead in label or same(block.text_of(href)) in keywords)
            )
            if 2 * tagged > len(targets):
                block.role = "tag"
                body.tags.append(block)
        elif block.text.strip(" :").lower() in label:
            block.role = "chrome"


def _mark_captions(region: Region, around: list[Box]) -> None:
    """Lines that share a box with a picture and with nothing else."""
    blocks = region.blocks
    open_boxes = set(map(id, around))
    for figure in region.boxes:
        if figure.tag in ("figure", "figcaption") and id(figure) not in open_boxes:
            for block in blocks[figure.first : figure.end]:
                if block.text and not block.role and not _in(block.box, "blockquote", figure):
                    block.role = "caption"
    for index, image, box, _ in region.pictures:
        if _in(box, "figure", region.boxes[0]):
            continue
        own = blocks[index] if index < len(blocks) and blocks[index].holds(image) else None
        if own is not None and own.text:
            if not own.role and _is_caption_beside(own, box):
                own.role = "caption"
            continue
        parent: Box | None = box
        while parent is not None and id(parent) not in open_boxes:
            lines = {block.text: block for block in blocks[parent.first : parent.end] if block.text}
            if len(lines) > 1 or any(block.box.tag in _HEADINGS for block in lines.values()):
                break
            if lines:
                for block in blocks[parent.first : parent.end]:
                    if block.text and not block.role and not block.linked and len(block.text) < 600:
                        block.role = "caption"
                break
            parent = parent.parent


def _in(box: Box, tag: str, limit: Box) -> bool:
    each: Box | None = box
    while each is not None and each is not limit:
        if each.tag == tag:
            return True
        each = each.parent
    return False


def _is_caption_beside(block: Block, box: Box) -> bool:
    """Text on the same line as its picture: a caption when it repeats the alt text or looks like one."""
    said = [piece for piece in block.pieces if piece.text.strip()]
    alts = {same(image.attributes.get("alt") or "") for image in block.images}
    if same(block.text) in alts:
        return True
    styled = all(piece.style in ("em", "small") for piece in said)
    if box.tag in ("p", "li"):
        return styled
    return styled or (len(said) == 1 and len(block.text) < 400 and box.first + 1 == box.end)


def _mark_loose_captions(region: Region, candidates: list[Block]) -> None:
    """A line right below a picture on the same level that does not look like the text around it."""
    looks = Counter(block.box.look for block in candidates if block.words >= _GOOD)
    usual = looks.most_common(1)[0][0] if looks else ""
    for index, image, box, _ in region.pictures:
        after = index + 1 if index < len(region.blocks) and region.blocks[index].holds(image) else index
        if after >= len(region.blocks) or (after > index and region.blocks[index].text):
            continue
        block = region.blocks[after]
        if block.role or not block.text or block.linked or block.box.tag in _HEADINGS or len(block.text) > 500:
            continue
        said = [piece for piece in block.pieces if piece.text.strip()]
        alt = same(image.attributes.get("alt") or "")
        styled = all(piece.style in ("em", "small") for piece in said)
        beside = block.box.parent is box or block.box.parent is box.parent or block.box is box
        credit = block.text.rstrip(" .").endswith(")")
        if (alt and alt == same(block.text)) or styled or (beside and credit and block.box.look != usual):
            block.role = "caption"


def _byline_lines(region: Region, edition: Edition) -> list[Block]:
    """Short lines after the headline, up to the third sentence."""
    lines: list[Block] = []
    sentences = 0
    for block in region.blocks:
        if block.role or not block.text or _excluded(block.box):
            continue
        if len(block.text) < 250 and looks_like_byline(block, edition):
            lines.append(block)
        elif _good(block) >= 2 * _GOOD or (_good(block) and block.text.endswith(".")):
            sentences += 1
            if sentences == 3:
                break
        elif len(block.text) < 120 and not block.text.endswith("."):
            lines.append(block)
    return lines


def _lines_below(region: Region, home: Box | None, end: int, edition: Edition) -> list[Block]:
    """Short lines after the last sentence: some layouts print the byline there, in a footer of the article."""
    if home is None:
        return []
    last = max((index for index in range(home.first, end) if _good(region.blocks[index])), default=home.first)
    lines: list[Block] = []
    for block in region.blocks[last + 1 : end]:
        beside = not _excluded(block.box) or _in(block.box, "footer", home)
        if beside and not block.role and len(block.text) < 120 and not block.text.endswith((".", "!", "?")):
            if block.words <= 4 or looks_like_byline(block, edition):
                lines.append(block)
    return lines


def _excluded(box: Box | None) -> bool:
    while box is not None:
        if box.excluded:
            return True
        box = box.parent
    return False


def _exclude_boxes(region: Region, site: Site, around: list[Box]) -> None:
    """Marks boxes in which nothing can be text: side elements, link boxes, lists of cards."""
    open_boxes = set(map(id, around))
    cards = dict.fromkeys(map(id, region.boxes), 0)
    texts = dict.fromkeys(map(id, region.boxes), 0)
    for block in region.blocks:
        if block.role:
            continue
        if is_card(block, site):
            cards[id(block.box)] += 1
        elif block.words >= _GOOD and not block.linked:
            texts[id(block.box)] += 1
    for block in region.blocks:
        if len(block.text) < 200 and site.edition.words.rights in block.text.lower():
            block.role = "chrome"
            footer = _widest(block.box, open_boxes, region)
            if footer is not None:
                footer.excluded = "footer"
    for box in reversed(region.boxes):
        if id(box) in open_boxes:
            continue
        if box.tag in _SIDE:
            box.excluded = box.tag
        elif cards[id(box)] > 1 and texts[id(box)] <= cards[id(box)]:
            box.excluded = "links"
        elif box.parent is not None:
            cards[id(box.parent)] += cards[id(box)]
            texts[id(box.parent)] += texts[id(box)]
    _exclude_single_cards(region, cards, texts, open_boxes)
    for box in region.boxes:
        inner = region.blocks[box.first : box.end]
        if inner and id(box) not in open_boxes and all(block.role.startswith("box:") for block in inner):
            box.excluded = box.excluded or inner[0].role


def _widest(box: Box | None, open_boxes: set[int], region: Region) -> Box | None:
    """The largest element around a footer's line with hardly any text in it."""
    widest = None
    while box is not None and id(box) not in open_boxes:
        if sum(block.words for block in region.blocks[box.first : box.end] if not block.role) > 60:
            break
        widest, box = box, box.parent
    return widest


def _exclude_single_cards(region: Region, cards: dict[int, int], texts: dict[int, int], open_boxes: set[int]) -> None:
    """Three or more neighbours with one card each are a list of cards, whatever else stands beside them."""
    single: dict[int, list[Box]] = {}
    for box in region.boxes:
        if box.parent and id(box) not in open_boxes and cards[id(box)] == 1 and texts[id(box)] <= 1:
            single.setdefault(id(box.parent), []).append(box)
    for boxes in single.values():
        if len(boxes) > 2:
            for box in boxes:
                box.excluded = box.excluded or "links"


def _good(block: Block) -> int:
    if block.role or block.box.tag in _HEADINGS or block.linked:
        return 0
    words = block.words
    return words if words >= _GOOD or (words >= 3 and block.text.endswith(_STOP[:5])) else 0


def _home(region: Region, around: list[Box]) -> tuple[Box | None, int]:
    """The smallest box around the headline that holds the text, and the index of the block after the text."""
    _weigh(region)
    home, end, most = None, 0, 0
    for box in reversed(around):
        # What a box holds at most tells whether it is worth a closer look.
        if box.good <= 1.5 * most or (home is not None and home.tag == "article"):
            continue
        _mark_inside(region, box)
        here = _end(region, box)
        words = sum([_good(block) for block in region.blocks[box.first : here] if block.box.inside])
        if words > 1.5 * most:
            home, end, most = box, here, words
    if home is not None:
        _mark_inside(region, home)
    return home, end


def _weigh(region: Region) -> None:
    """Sums up, for each box, the words that may be text and whether side boxes stand in it."""
    for block in region.blocks:
        block.box.good += _good(block)
        if block.role.startswith("box:") and block.role not in _IN_TEXT:
            block.box.side = True
    for box in reversed(region.boxes):
        if box.parent is not None:
            if box.excluded:
                box.side |= box.excluded not in ("links", *_IN_TEXT)
            else:
                box.parent.good += box.good
            box.parent.side |= box.side


def _mark_inside(region: Region, home: Box) -> None:
    """Marks the boxes under `home` that may hold text: no side columns, forms, banners."""
    passed = _passed(region.blocks, home)
    total = home.good
    for box in region.boxes:
        parent = box.parent
        box.inside = box is home
        if box.inside or parent is None or not parent.inside or box.excluded:
            continue
        late = 2 * passed[box.first - home.first] >= total > 0
        minor = 2 * box.good < total
        box.inside = not (minor and (box.side or box.has_fields or (box.has_buttons and late)))


def _passed(blocks: list[Block], home: Box) -> list[int]:
    """Words of text before each block of a box."""
    return list(accumulate([_good(block) for block in blocks[home.first : home.end]], initial=0))


def _end(region: Region, home: Box) -> int:
    """Where the article ends: tags or a box of links, once most of the text has passed."""
    passed, total = 0, home.good
    for index in range(home.first, home.end):
        block = region.blocks[index]
        if block.role == "tag":
            if _ends_at_tags(passed, total):
                return index
        elif block.role.startswith("box:"):
            if passed and block.role not in _IN_TEXT and 2 * passed >= total:
                return index
        elif block.box.inside:
            passed += _good(block)
    return home.end


def _ends_at_tags(passed: int, total: int) -> bool:
    """Tags follow the text, if only a quarter of what looks like text; without any before them they follow a video."""
    return 4 * passed >= total or (passed == 0 and total < 60)


def _first_end(region: Region) -> int:
    """Without a text: the tags, else the first box of links."""
    roles = [block.role for block in region.blocks]
    side = next((index for index, role in enumerate(roles) if role.startswith("box:")), len(roles))
    return roles.index("tag") if "tag" in roles else side


def _choose(body: Body, candidates: list[Block], site: Site, *, known: bool) -> None:
    """Gives the candidates their role: text, standfirst, or a label around the text."""
    looks: Counter[str] = Counter()
    for block in candidates:
        if _good(block):
            looks[block.box.look] += 1
    begun = False
    for position, block in enumerate(candidates):
        heading = block.box.tag in _HEADINGS
        if block.linked and block.hrefs and _is_lone_link(block, site):
            if begun and is_article_link(block.hrefs[0], site) and len(block.text.split()) >= 4:
                block.role = "see also"
                body.see_also.append(block)
            continue
        if heading:
            before = next((each.box for each in reversed(candidates[:position]) if each.role == "text"), None)
            beside = before is not None and _holds(block.box.parent, before)
            alone = position == 0 and _is_sentence_heading(block) and block.text.endswith(_STOP)
            if alone or beside or any(_good(each) or each.text.endswith(_STOP) for each in candidates[position + 1 :]):
                block.role = "text"
            continue
        usual = block.box.look in looks and block.text.endswith(_STOP)
        between = begun and any(_good(each) for each in candidates[position + 1 :])
        if (
            _good(block)
            or _listed(block)
            or usual
            or between
            or (begun and (block.box.look in looks or block.text.endswith(_STOP)))
        ):
            block.role = "text"
            begun = True
    chosen = [block for block in candidates if block.role == "text"]
    if not known and body.standfirst is None:
        _guess_standfirst(body, chosen)
    body.text = [block for block in chosen if block.role == "text"]


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
        (target := absolute(href, site.origin + "/", site)) is None or is_internal(target, site) for href in block.hrefs
    )


def _guess_standfirst(body: Body, chosen: list[Block]) -> None:
    """A first line set apart from the text: in another dress or place, with the byline or a picture between."""
    if not chosen or (chosen[0].box.tag in _HEADINGS and not _is_sentence_heading(chosen[0])):
        return
    lead, rest = chosen[0], chosen[1:]
    blocks = body.region.blocks
    if not rest:
        # All there is stands over a picture, a player or the byline: a video's standfirst.
        after = blocks.index(lead) + 1
        seen = any(block.images or block.role == "byline" for block in blocks[after : body.end])
        if seen or any(after <= index <= body.end for index, _ in body.region.players):
            lead.role, body.standfirst = "standfirst", lead.text
        return
    between = blocks[blocks.index(lead) + 1 : blocks.index(rest[0])]
    bylined = any(block.role == "byline" for block in between)
    apart = any(block.images or block.role in ("caption", "chrome") for block in between)
    dressed = lead.box.look not in {block.box.look for block in rest}
    elsewhere = _stands_elsewhere(lead, rest)
    headed = lead.box.tag in _HEADINGS and lead.text.endswith(".")
    if bylined or (apart and (dressed or elsewhere or headed)) or (dressed and (elsewhere or headed)):
        lead.role = "standfirst"
        body.standfirst = lead.text


def _stands_elsewhere(lead: Block, rest: list[Block]) -> bool:
    """Most of the text shares an element that the line is not in."""

    def up(block: Block, levels: int) -> int:
        box: Box | None = block.box
        for _ in range(levels):
            box = box.parent if box is not None else None
        return id(box)

    for levels in (1, 2, 3, 4):
        holder, count = Counter(up(block, levels) for block in rest).most_common(1)[0]
        if count > 1 and 2 * count >= len(rest):
            return up(lead, levels) != holder
    return False


def _is_lone_sentence(block: Block) -> bool:
    return not block.role and not block.linked and block.words >= _GOOD and block.text.endswith(_STOP)


def _is_sentence_heading(block: Block) -> bool:
    return block.words >= _GOOD
