"""Folding of text and queries for search, so that either may have vowel marks, hamza forms and accents or lack them."""

from __future__ import annotations

import re
from unicodedata import normalize

from mayadeen.site.text import normalize_label

_MARKS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\0]"
)
"""Accents and hamzas that stand apart from their letters, Arabic vowel marks, and what nobody sees."""


def fold(text: str) -> str:
    """The text as search compares it: as labels are compared, and without any mark at all."""
    return _MARKS.sub("", normalize("NFKD", normalize_label(text))).casefold()
