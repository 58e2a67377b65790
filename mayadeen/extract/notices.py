"""Notices in place of articles, under status 200 and on the site's own layout: not found, consent, subscribe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mayadeen.site.edition import Edition
from mayadeen.site.text import count_words, normalize_label

MAX_WORDS = 120
"""A longer text is an article, whatever its headline says."""
MAX_LINE = 200
"""Characters of a line that tell."""


def is_notice(lines: Sequence[str], edition: Edition) -> bool:
    """Whether headline, standfirst and a short text say, in one of the first three, that the article is not there."""
    pattern = _pattern(edition.words.notice)
    said = any(pattern.match(normalize_label(line[:MAX_LINE])) for line in lines[:3])
    return said and sum(map(count_words, lines)) <= MAX_WORDS


@lru_cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words)
