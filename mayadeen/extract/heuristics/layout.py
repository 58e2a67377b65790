"""Where the text of an article may stand: the boxes left out, the box that holds the text, the line that ends it."""

from __future__ import annotations

from itertools import accumulate

from mayadeen.extract.blocks import HEADINGS, Block, Box, Region
from mayadeen.extract.link_boxes import is_author_link, is_card
from mayadeen.site.address import Site
from mayadeen.site.text import normalize_label

SENTENCE = 7
"""Words that make a line a sentence rather than a label."""
_SIDE = frozenset(["aside", "nav", "footer", "dialog", "fieldset"])
_LITTLE_TEXT = ("video", "infographic", "gallery")
"""Types of article that may have hardly any text, or none."""
_BIO = 80
"""Words at most in a writer's life beside an article."""
_IN_TEXT = ("box:relatedNews", "box:readMore")
"""Boxes of links that stand in the middle of a text."""


def good_words(block: Block) -> int:
    """Words of a block that may be text; 0 for a label, a link, a heading."""
    if block.role or block.box.tag in HEADINGS or block.linked:
        return 0
    words = block.words
    return words if words >= SENTENCE or (words >= 3 and block.text.endswith((".", "!", "?", "؟", "…"))) else 0


def boxes_around(region: Region) -> list[Box]:
    """The boxes that hold the headline itself, outermost first."""
    around = [region.boxes[0]]
    for box in region.boxes[1:]:
        if box.parent is not around[-1] or box.first != 0 or not box.around:
            break
        around.append(box)
    return around


def exclude_boxes(region: Region, site: Site) -> None:
    """Marks boxes in which nothing can be text: side elements, link boxes, lists of cards, footers."""
    rights = normalize_label(site.edition.words.rights)
    for block in region.blocks:
        if block.role or not block.text:
            continue
        if is_card(block, site):
            block.box.cards += 1
        elif block.words >= SENTENCE and not block.linked:
            block.box.texts += 1
        if len(block.text) < 200 and rights in normalize_label(block.text):
            block.role = "rights"
            footer = _widest(block.box, region)
            if footer is not None:
                footer.excluded = "footer"
    for box in reversed(region.boxes):
        if box.around:
            continue
        if box.tag in _SIDE and not (box.tag == "footer" and box.parent is not None and box.parent.tag == "blockquote"):
            box.excluded = box.tag
        elif box.cards > 1 and box.texts <= box.cards:
            box.excluded = "links"
        elif box.parent is not None:
            box.parent.cards += box.cards
            box.parent.texts += box.texts
    _exclude_single_cards(region)
    for box in region.boxes:
        if box.around or box.excluded or box.first == box.end:
            continue
        first = region.blocks[box.first].role
        if first.startswith("box:") and all(
            block.role.startswith("box:") for block in region.blocks[box.first : box.end]
        ):
            box.excluded = first


def _widest(box: Box | None, region: Region) -> Box | None:
    """The largest element around a footer's line with hardly any text in it."""
    widest = None
    while box is not None and not box.around:
        if sum(block.words for block in region.blocks[box.first : box.end] if not block.role) > 60:
            break
        widest, box = box, box.parent
    return widest


def _exclude_single_cards(region: Region) -> None:
    """Three or more neighbours with one card each are a list of cards, whatever else stands beside them."""
    single: dict[int, list[Box]] = {}
    for box in region.boxes:
        if box.cards == 1 and box.texts <= 1 and not box.around:
            single.setdefault(id(box.parent), []).append(box)
    for boxes in single.values():
        if len(boxes) > 2:
            for box in boxes:
                box.excluded = box.excluded or "links"


def exclude_writers(region: Region, site: Site) -> None:
    """Marks boxes after the text that begin with a writer's portrait or linked name and go on with their life."""
    blocks = region.blocks
    passed = 0
    for index, block in enumerate(blocks):
        passed += good_words(block)
        named = block.linked and block.hrefs and block.role in ("", "byline") and is_author_link(block.hrefs[0], site)
        if not passed or not named:
            continue
        bio: Box | None = None
        box: Box | None = block.box
        while box is not None and not box.around and not box.excluded and _begins(box, index, blocks):
            inner = blocks[box.first : box.end]
            words = sum(map(good_words, inner))
            if words > _BIO or any(each.role not in ("", "byline", "caption") for each in inner):
                break
            pictured = any(box.first <= at < box.end for at, *_ in region.pictures)
            if words and 3 * words <= passed and (pictured or block.box.tag in HEADINGS):
                bio = box
            box = box.parent
        if bio is not None:
            bio.excluded = "writer"


def _begins(box: Box, index: int, blocks: list[Block]) -> bool:
    """Whether a line is the first in the box."""
    return not any(block.text for block in blocks[box.first : index])


def find_home(region: Region, around: list[Box], *, article_type: str) -> tuple[Box | None, int]:
    """The smallest box around the headline that holds the text, and the index of the block after the text."""
    _weigh(region)
    home, end, most = None, 0, 0
    for box in reversed(around):
        # What a box holds at most tells whether it is worth a closer look.
        if box.good <= 1.5 * most or (home is not None and home.tag == "article"):
            continue
        _mark_inside(region, box)
        here = _end(region, box, article_type=article_type)
        words = sum([good_words(block) for block in region.blocks[box.first : here] if block.box.inside])
        if words > 1.5 * most:
            home, end, most = box, here, words
    if home is not None:
        _mark_inside(region, home)
    return home, end


def _weigh(region: Region) -> None:
    """Sums up, for each box, the words that may be text and whether side boxes stand in it."""
    for block in region.blocks:
        block.box.good += good_words(block)
        if block.role.startswith("box:") and block.role not in _IN_TEXT:
            block.box.side = True
    for box in reversed(region.boxes):
        if box.parent is not None:
            if box.excluded:
                box.side |= box.first < box.end and box.excluded not in ("links", "writer", "promo", *_IN_TEXT)
            else:
                box.parent.good += box.good
            box.parent.side |= box.side


def _mark_inside(region: Region, home: Box) -> None:
    """Marks the boxes under `home` that may hold text: no side columns, forms, banners."""
    passed = _passed(region.blocks, home)
    total = home.good
    kinds: dict[tuple[int, str], int] = {}
    for box in region.boxes:
        parent = box.parent
        box.inside = box is home
        if box.inside or parent is None or not parent.inside or box.excluded:
            continue
        late = 2 * passed[box.first - home.first] >= total > 0
        apart = box.side or box.has_fields or (box.has_buttons and late)
        box.inside = not (apart and 2 * box.good < total and 2 * _good_of_kind(box, region, kinds) < total)


def _good_of_kind(box: Box, region: Region, kinds: dict[tuple[int, str], int]) -> int:
    """Words that may be text in a box and those beside it that look alike: the posts of a live page have buttons."""
    if not kinds:
        for each in region.boxes:
            kind = (id(each.parent), each.look)
            kinds[kind] = kinds.get(kind, 0) + each.good
    return kinds[(id(box.parent), box.look)]


def _passed(blocks: list[Block], home: Box) -> list[int]:
    """Words of text before each block of a box."""
    return list(accumulate([good_words(block) for block in blocks[home.first : home.end]], initial=0))


def _end(region: Region, home: Box, *, article_type: str) -> int:
    """Where the article ends: tags or a box of links, once most of the text has passed."""
    passed, total, until = 0, home.good, 0
    last: Block | None = None
    signed = max((at for at in range(home.first, home.end) if region.blocks[at].role == "byline"), default=-1)
    for index in range(home.first, home.end):
        block = region.blocks[index]
        if not passed and index > signed and _ends_without_text(block, article_type):
            return index
        if block.role == "rights" and article_type in _LITTLE_TEXT:
            return index  # what stands in the footer may be more than the text
        if block.role == "tag":
            if index > signed and _ends_at_tags(passed, total):
                return index
        elif block.role.startswith("box:"):
            if last is None or 2 * passed < total or block.role in _IN_TEXT or index < until:
                continue
            until = _goes_on(region, index, home, last)
            if not until:
                return index
        elif block.box.inside and (words := good_words(block)):
            passed, last = passed + words, block
    return home.end


def _goes_on(region: Region, index: int, home: Box, last: Block) -> int:
    """Where the text goes on after a box in its middle, with lines that stand as those before it do; 0: nowhere."""
    for at in range(index, home.end):
        block = region.blocks[at]
        if block.role in ("tag", "rights"):
            return 0
        if good_words(block) >= SENTENCE and block.box.inside:
            return at if stand_alike(block.box, last.box) else 0
    return 0


def stand_alike(one: Box | None, other: Box | None) -> bool:
    """Whether two boxes look alike, and so do those around them, up to the one that holds both."""
    while one is not None and other is not None and one is not other:
        if one.look != other.look:
            return False
        one, other = one.parent, other.parent
    return one is other


def _ends_without_text(block: Block, article_type: str) -> bool:
    """After the tags, or a video's boxes of links, no text begins that was not there before."""
    if block.role == "tag":
        return article_type in _LITTLE_TEXT
    return article_type == "video" and block.role.startswith("box:")


def _ends_at_tags(passed: int, total: int) -> bool:
    """Tags follow the text, if only a quarter of what looks like text; without any before them they follow a video."""
    return 4 * passed >= total or (passed == 0 and total < 60)


def end_without_text(region: Region) -> int:
    """Without a text: the tags below the byline, else the first box of links."""
    roles = [block.role for block in region.blocks]
    side = next((at for at, role in enumerate(roles) if role.startswith("box:") or role == "rights"), len(roles))
    signed = max((at for at, role in enumerate(roles[:side]) if role == "byline"), default=0)
    return next((at for at, role in enumerate(roles) if role == "tag" and at >= signed), side)
