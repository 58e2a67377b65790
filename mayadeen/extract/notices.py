"""Detects notices in place of articles, served with status 200 in the site's layout: not found, consent, subscribe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mayadeen.site.edition import Edition
from mayadeen.site.text import count_words, normalize_label

MAX_WORDS = 120
"""A text with more words is an article, whatever its headline says."""
MAX_LINE = 200
"""Maximum number of characters of a notice line."""


def is_notice(lines: Sequence[str], edition: Edition) -> bool:
    """Return whether one of the first three lines (headline, standfirst, short text) says that the article is gone."""
    pattern = _pattern(edition.words.notice)
    said = any(pattern.match(normalize_label(line[:MAX_LINE])) for line in lines[:3])
    return said and sum(map(count_words, lines)) <= MAX_WORDS


@lru_cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words)
