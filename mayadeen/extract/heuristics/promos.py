"""Lines that ask the reader for something: to subscribe, to follow, to pay."""

from __future__ import annotations

import re
from functools import lru_cache

from mayadeen.extract.blocks import Box, Region
from mayadeen.extract.heuristics.layout import SENTENCE, good_words, stand_alike
from mayadeen.site.edition import Edition
from mayadeen.site.text import normalize_label

_LENGTH = 250
"""Letters at most in such a line."""
_MANY = 100
"""Such lines looked at in a page, and sentences that each is compared with."""


@lru_cache
def _pattern(edition: Edition) -> re.Pattern[str]:
    return re.compile(normalize_label(edition.words.promo))


def exclude_promos(region: Region, edition: Edition) -> None:
    """Marks such lines, with the element that holds nothing else, as no text."""
    pattern = _pattern(edition)
    lines = [block for block in region.blocks if not block.role and 0 < len(block.text) <= _LENGTH]
    promos = [block for block in lines if not block.box.excluded and pattern.match(normalize_label(block.text))][:_MANY]
    if not promos:
        return
    known = set(map(id, promos))
    sentences = [block for block in region.blocks if good_words(block) >= SENTENCE and id(block) not in known][:_MANY]
    for block in promos:
        # A writer may well begin a paragraph with "Follow us": it stands as those around it do.
        if any(stand_alike(block.box, each.box) for each in sentences):
            continue
        block.role = "promo"
        box: Box | None = block.box
        while box is not None and not box.around and not _says_more(region, box):
            box.excluded, box = box.excluded or "promo", box.parent


def _says_more(region: Region, box: Box) -> bool:
    """Whether there are words in a box that may be text."""
    return any(map(good_words, region.blocks[box.first : box.end]))
