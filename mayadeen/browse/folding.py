"""Folds text and queries for search, so that vowel marks, hamza forms and accents may be missing in either."""

from __future__ import annotations

import re
from unicodedata import normalize

from mayadeen.site.text import normalize_label

_MARKS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\0]"
)
"""Combining accents and hamzas, Arabic vowel marks, and invisible characters."""


def fold(text: str) -> str:
    """Return the text in its form for search: normalized like labels, and without combining marks."""
    return _MARKS.sub("", normalize("NFKD", normalize_label(text))).casefold()
