"""What stands among the text and is none of it: a writer's life, a gallery's title, a pull quote, the next article."""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile

from mayadeen.extract.blocks import HEADINGS, Block, Region, stands_in
from mayadeen.extract.heuristics.byline import Byline, looks_like_byline
from mayadeen.extract.heuristics.layout import SENTENCE, good_words
from mayadeen.site.edition import Edition
from mayadeen.site.text import comparison_key

_SENTENCES = re.compile(r"(?<=[.!?؟…”\"»])\s+")
_QUOTE = 60
"""Words at most of a pull quote."""
_MOST = 300
"""Lines of a gallery, pictures counted; more are no gallery."""


def mark_bios(region: Region, byline: Byline) -> None:
    """What stands in the byline and begins with an author's name tells who that is."""
    names = tuple(comparison_key(author.name) + " " for author in byline.authors if " " in author.name)
    last = max((index for index, block in enumerate(region.blocks) if block.role == "byline"), default=-1)
    for block in region.blocks[: last + 2] if names else ():
        if good_words(block) >= SENTENCE and comparison_key(block.text).startswith(names):
            block.role = "bio"


def mark_next_article(region: Region, edition: Edition) -> None:
    """Some pages go on with the next article: a heading after the text, with a byline of its own."""
    passed = 0
    for index, block in enumerate(region.blocks):
        passed += good_words(block)
        if not passed or block.box.tag not in HEADINGS or block.role:
            continue
        # With a paragraph between, it may be this article's own byline, below its text.
        after = takewhile(
            lambda each: not good_words(each) or _signs(each, edition), region.blocks[index + 1 : index + 8]
        )
        if sum(_signs(each, edition) for each in after) > 1:
            for each in region.blocks[index:]:
                each.role = each.role if each.role.startswith("box:") else "next article"
            return


def _signs(block: Block, edition: Edition) -> bool:
    return len(block.text) < 80 and looks_like_byline(block.text, edition)


def mark_pull_quotes(region: Region, chosen: list[Block], looks: Counter[str]) -> None:
    """Sentences set apart that the text says as well, in a line as all others are."""
    usual = max(looks, key=looks.__getitem__, default="")
    apart = [block for block in chosen if block.box.look != usual and 3 < block.words <= _QUOTE]
    inner = ("li", "blockquote", *HEADINGS)
    apart = [block for block in apart if not any(stands_in(block.box, tag, region.boxes[0]) for tag in inner)]
    if not apart:
        return
    said = {
        comparison_key(each) for block in chosen if block.box.look == usual for each in _SENTENCES.split(block.text)
    }
    for block in apart:
        if said.issuperset(map(comparison_key, _SENTENCES.split(block.text))):
            block.role = "pull quote"


def heads_pictures(block: Block, region: Region) -> bool:
    """Whether a line stands over pictures alone: the title of a gallery."""
    box = block.box if block.box.end > block.box.first + 1 else block.box.parent
    if box is None or box.around or box.end - box.first > _MOST:
        return False
    inner = [each for each in region.blocks[box.first : box.end] if each is not block]
    return any(each.images for each in inner) and all(each.role == "caption" or not each.text for each in inner)
