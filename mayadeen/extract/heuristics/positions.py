"""Rules on the position of a line: in a side element, beside a picture, in a box unlike those of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import accumulate

from mayadeen.extract.heuristics.content import Content, start_of
from mayadeen.extract.heuristics.view import Found, Label, Labels, View, prose_words
from mayadeen.extract.region import HEADINGS, Block, Box
from mayadeen.site.text import comparison_key, is_sentence

MAX_CAPTION = 600
"""Maximum number of characters of a caption."""
MAX_CAPTION_LINES = 3
"""Maximum number of lines with one picture: a caption, its credit, and both again for small screens."""
MIN_REPEATS = 3
"""Running text that is printed at least this many times on a page is boilerplate."""
MIN_PARAGRAPH = 14
"""A line over a picture with at least this many words is a paragraph, not a caption."""
MAX_BIO_BELOW = 10
"""Maximum number of lines below the text in which an author's bio is searched."""
MIN_PULL_QUOTE, MAX_PULL_QUOTE = 4, 60
"""Number of words of a pull quote."""
MAX_PULL_QUOTES = 50
"""Maximum number of lines of a page that are checked for being pull quotes."""
MIN_FOLDED = 20
"""Minimum number of words of hidden text that is behind a "Read more" button."""
_CREDITED = re.compile(r"\([^()]{2,40}\)$")
_SIDE = frozenset(["aside", "nav", "footer", "dialog", "fieldset", "form", "button"])
_FIGURE = frozenset(["figure", "figcaption"])
_QUOTE = frozenset(["blockquote", "table"])
_NATIVE = frozenset(["p", "ul", "ol", "dl", "blockquote", "table", "pre", "details"]) | HEADINGS
"""Elements that article text consists of."""


def figures(view: View, labels: Labels) -> Found:
    """Label the text of a `<figure>` as caption, except for a quote or a table in it."""
    within: list[bool] = []  # box -> whether the nearest such element around it is a figure
    for box in view.region.boxes:
        around = box.parent >= 0 and within[box.parent]
        within.append(box.tag in _FIGURE or (around and box.tag not in _QUOTE))
    yield from ((block.index, Label.CAPTION) for block in view.blocks if within[block.box])


def _quoted(view: View, block: Block, limit: Box) -> bool:
    return any(box.tag in _QUOTE for box in view.region.around(block.box) if box.index > limit.index)


WithinRule = Callable[[View, Labels, Content], Found]
"""A rule that needs the main content."""


def repeated_lines(view: View, labels: Labels) -> Found:
    """Label running text printed three times or more on a page, in separate boxes: placeholders of players."""
    places: dict[str, list[Block]] = {}
    for block in view.blocks:
        if view.prose[block.index] and view.tag(block) != "li":
            places.setdefault(block.text, []).append(block)
    for blocks in places.values():
        if len(blocks) >= MIN_REPEATS and len({view.box(block).parent for block in blocks}) == len(blocks):
            yield from ((block.index, Label.BOILERPLATE) for block in blocks)


def linked_lines(view: View, labels: Labels, content: Content) -> Found:
    """Label lines of the content that only contain links to pages of the site."""
    for index in content.members:
        block = view.blocks[index]
        if labels[index] is None and block.linked and block.hrefs:
            addresses = [view.address(href) for href in block.hrefs]
            if any(address is None or address.internal for address in addresses):
                article = any(address is not None and address.may_be_article for address in addresses)
                within = content.first < index and len(block.text.split()) >= 4
                yield index, Label.SEE_ALSO if article and within else Label.BOILERPLATE


def foreign_boxes(view: View, labels: Labels, content: Content) -> Found:
    """Label boxes in and above the content that contain no paragraph of it: captioned pictures, cards, forms, asides.

    A box without a class that only contains paragraphs is a wrapper. Quotes, lists and tables are part of the text.
    """
    leaves = paragraph_looks(view, labels, content)
    ours = [index in content.members or labels[index] is Label.HEADLINE for index in range(len(labels))]
    before = list(accumulate(ours, initial=0))
    kept: set[int] = set()  # paths of boxes that contain text
    for index in reversed(range(start_of(labels, content), content.box.end)):
        block = view.blocks[index]
        if labels[index] is not None or index in content.members or _leaf(view, block) in leaves:
            continue
        top = None
        for box in view.region.around(block.box):
            if before[box.end] > before[box.first]:
                break
            top = box
        if top is None:
            continue
        if index >= content.box.first and (_is_native(view, top, content) or _is_kept(view, top, kept)):
            kept.add(top.path)
        elif _is_caption(view, labels, top, block):
            yield index, Label.CAPTION
        elif content.first < top.first < top.end <= content.end and _holds_cards(view, top):
            yield index, Label.LINK_BOX
        elif index >= content.box.first:
            yield index, Label.BOILERPLATE


def _is_kept(view: View, top: Box, kept: set[int]) -> bool:
    """Return whether a box above the first paragraph has a heading and looks like one with text: the first of several
    posts.
    """
    return top.path in kept and any(view.tag(block) in HEADINGS for block in view.blocks[top.first : top.end])


def _holds_cards(view: View, top: Box) -> bool:
    """Return whether a box begins with the title of another article and has no unknown heading above it."""
    first = view.blocks[top.first]
    headed = view.tag(view.blocks[top.first - 1]) in HEADINGS
    return first.linked and bool(first.hrefs) and view.is_article_link(first.hrefs[0]) and not headed


def bios(view: View, labels: Labels, content: Content, authors: list[str]) -> Found:
    """Label author bios: a line that begins with an author's name, beside the byline or below the text."""
    names = tuple(comparison_key(name) + " " for name in authors if " " in name)
    if not names:
        return
    signed = next((index for index in range(content.first) if labels[index] is Label.BYLINE), content.first)
    for index in (*range(signed, content.first), *range(content.end, min(content.end + MAX_BIO_BELOW, len(labels)))):
        if labels[index] is None and view.key(index).startswith(names):
            yield index, Label.BYLINE


def paragraph_looks(view: View, labels: Labels, content: Content) -> set[object]:
    """Return tag and class of the paragraphs with a third or more of the running text, if they have a class."""
    words: Counter[object] = Counter()
    for index in content.members:
        if labels[index] is None and view.prose[index]:
            words[_leaf(view, view.blocks[index])] += view.prose[index]
    total = words.total()
    return {look for look, count in words.items() if look and 3 * count >= total}


def _leaf(view: View, block: Block) -> tuple[str, str] | None:
    box = view.box(block)
    return (box.tag, box.names) if box.names else None


def _is_native(view: View, top: Box, content: Content) -> bool:
    """Return whether a box only contains elements that article text consists of."""
    if view.pictured(top) or top.fields or top.buttons:
        return False
    if top.hidden and not view.show_hidden:
        return _is_folded(view, top, content)
    if top.tag in _NATIVE:
        return True
    if view.region.inside(top.parent, _QUOTE) or all(
        _quoted(view, block, top) for block in view.blocks[top.first : top.end]
    ):
        return True
    if top.end == top.first + 1 and view.tag(view.blocks[top.first]) in HEADINGS:
        return not view.blocks[top.first].linked
    if top.tag in _SIDE or top.tag in _FIGURE:
        return False
    if all(_is_paragraph(view, block) for block in view.blocks[top.first : top.end]):
        return True  # a paragraph in a box of its own, such as the first one
    if top.names:
        return False
    if top.end == top.first + 1 and view.leads_to(view.blocks[top.first], "external"):
        return True  # a link to a document
    return content.first <= top.first and not view.linked_in(top.first, top.end)


def _is_paragraph(view: View, block: Block) -> bool:
    """Return whether a block is a `<p>` with a long sentence."""
    long = view.prose[block.index] >= MIN_PARAGRAPH and is_sentence(block.text)
    return view.tag(block) == "p" and long


def _is_folded(view: View, top: Box, content: Content) -> bool:
    """Return whether a hidden box contains paragraphs of the text behind a "Read more" button."""
    tags = {view.tag(view.blocks[index]) for index in content.members if view.prose[index]}
    shown = {view.key(index) for index in content.members}
    inner = view.blocks[top.first : top.end]
    words = sum(prose_words(block) for block in inner)
    return words >= MIN_FOLDED and all(view.tag(b) in tags and view.key(b.index) not in shown for b in inner)


def _is_caption(view: View, labels: Labels, top: Box, block: Block) -> bool:
    """Return whether the line is beside a picture with little other text."""
    if not view.pictured(top) or len(block.text) > MAX_CAPTION or block.linked or view.tag(block) in HEADINGS:
        return False
    if (
        view.prose[block.index] >= MIN_PARAGRAPH
        and is_sentence(block.text)
        and not any(
            top.first <= media.at <= block.index for media in view.region.pictures if top.index <= media.box < top.last
        )
    ):
        return False  # a paragraph over a picture
    for box in view.region.around(block.box):
        if view.pictured(box):
            inner = [each for each in view.blocks[box.first : box.end] if labels[each.index] in (None, Label.CAPTION)]
            return len({each.text for each in inner}) <= MAX_CAPTION_LINES and not box.fields
        if box.index == top.index:
            return False
    return False


def loose_captions(view: View, labels: Labels, content: Content) -> Found:
    """Label a line in italics or small print right below a picture, on the level of the text."""
    for picture in view.region.pictures:
        at = picture.at
        if not content.box.first <= at < content.box.end or labels[at] is not None:
            continue
        block = view.blocks[at]
        box = view.box(block)
        if view.tag(block) in HEADINGS or block.linked or len(block.text) > MAX_CAPTION:
            continue
        parent = view.region.boxes[picture.box].parent
        if picture.box not in (block.box, box.parent) and parent not in (box.parent, block.box):
            continue
        if all(piece.style in ("em", "small") for piece in block.pieces if piece.text.strip()):
            yield at, Label.CAPTION
    yield from _credited_rows(view, labels)


def _credited_rows(view: View, labels: Labels) -> Found:
    """Label the captions in a separate box below a row of pictures, each with its credit."""
    rows = Counter(media.at for media in view.region.pictures)
    for at, count in rows.items():
        if count < 2 or at >= len(labels):
            continue
        parent = view.region.boxes[max(view.box(view.blocks[at]).parent, 0)]
        lines = view.blocks[parent.first : parent.end]
        if parent.first == at and 1 < len(lines) <= count and all(_CREDITED.search(each.text) for each in lines):
            yield from ((each.index, Label.CAPTION) for each in lines if labels[each.index] is None)


def usual_path(view: View, labels: Labels, content: Content) -> int:
    """Return the path of the boxes that contain most of the running text."""
    paths: Counter[int] = Counter()
    for index in content.members:
        if labels[index] is None and view.prose[index]:
            paths[view.box(view.blocks[index]).path] += view.prose[index]
    return paths.most_common(1)[0][0] if paths else 0


def pull_quotes(view: View, labels: Labels, content: Content) -> Found:
    """Label pull quotes: lines in a separate box that repeat a part of the text."""
    usual = usual_path(view, labels, content)
    apart = [
        block
        for block in view.blocks[content.first : content.end]
        if labels[block.index] is None
        and view.box(block).path != usual
        and MIN_PULL_QUOTE <= block.words <= MAX_PULL_QUOTE
        and view.tag(block) != "li"
        and view.tag(block) not in HEADINGS
    ][:MAX_PULL_QUOTES]
    said = [view.key(index) for index in content.members if view.box(view.blocks[index]).path == usual] if apart else []
    for block in apart:
        key = view.key(block.index)
        if any(len(each) > len(key) and key in each for each in said):
            yield block.index, Label.BOILERPLATE


def headings_over_nothing(view: View, labels: Labels, content: Content) -> Found:
    """Label headings without text below: over a box of links, a form, or at the end."""
    heads: dict[int, bool] = {}
    for index in reversed(range(content.box.first, content.box.end)):
        if labels[index] is None and view.tag(view.blocks[index]) in HEADINGS:
            heads[index] = _heads_text(view, labels, content, index, heads)
            if not heads[index]:
                yield index, Label.BOILERPLATE


def _heads_text(view: View, labels: Labels, content: Content, index: int, below: dict[int, bool]) -> bool:
    """Return whether running text follows a heading, also after a picture or another heading, or it is the last line.

    The heading of a box with known words belongs to that box. `below` caches the result for the headings below.
    """
    member = index in content.members or view.box(view.blocks[index]).parent == content.box.index
    for after in view.blocks[index + 1 : content.box.end]:
        label = labels[after.index]
        if label is None:
            return below.get(after.index, True)
        if label is Label.TAG:
            break
        if label is Label.BOILERPLATE and (not member or after.linked):
            return False
        if label in (Label.LINK_BOX, Label.SEE_ALSO) and not member:
            return False
    return member
