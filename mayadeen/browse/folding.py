"""Folding of text and queries for search, so that either may have vowel marks, hamza forms and accents or lack them."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىئی", "ي"),
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ـ": None,
        **{chr(start + digit): str(digit) for start in (0x660, 0x6F0) for digit in range(10)},
    }
)
_MARKS = re.compile(
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\0]"
)
"""Accents, Arabic vowel marks, and what nobody sees."""


def fold(text: str) -> str:
    """The text as search compares it: no marks, one form of alef, ya and ta marbuta, digits in ASCII, lower case."""
    if text.isascii():
        return text.lower().replace("\0", "")
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.translate(_LETTERS))).casefold()
