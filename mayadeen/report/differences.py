"""Compares two versions of an article: removed and added text, with a little context."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from mayadeen.items import Article
from mayadeen.site.text import without_invisible

_WINDOW = 200
"""Number of characters of a paragraph that are compared word by word and shown."""
_AROUND = 80
"""Number of characters shown before the first difference."""
_PARAGRAPHS = 40
"""Maximum number of paragraphs compared per version, after removing the common beginning and end."""
_SHOWN = 4
"""Maximum number of differing paragraphs shown per field."""
_MOST = 4
"""Maximum number of differing paragraphs shown per edit."""
_WORD = re.compile(r"\s+|\w+|[^\w\s]")

Run = tuple[bool, str]
"""(whether the text differs, text)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A paragraph of a field in both versions, empty where it is missing."""

    field: str
    before: list[Run]
    after: list[Run]


def differences(former: Article, current: Article) -> list[Difference]:
    """Return the differences in the changed fields of `current`, limited in number and length."""
    found: list[Difference] = []
    for name in current.changedFields:
        old, new = (_paragraphs(getattr(each, name, None)) for each in (former, current))
        pairs = _differing(old, new)
        found += [Difference(name, *_compare(before, after)) for before, after in pairs[:_SHOWN]]
    return found[:_MOST]


def _paragraphs(value: object) -> list[str]:
    """Return a field as lines of text."""
    parts = value if isinstance(value, list) else [] if value is None else [value]
    lines = [part if isinstance(part, str) else _readable(part) for part in parts]
    return [line for text in lines for line in text.split("\n") if line.strip()]


def _readable(part: object) -> str:
    """Return an author, tag, picture or link as its name, else its text, and its address."""
    values = [getattr(part, name, None) for name in ("name", "text", "caption", "url", "embedUrl")]
    return " ".join(value for value in values if value)


def _differing(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """Return differing paragraphs, paired if one seems to replace the other."""
    start = _common(old, new)
    old, new = old[start:], new[start:]
    end = _common(old[::-1], new[::-1])
    old, new = old[: len(old) - end][:_PARAGRAPHS], new[: len(new) - end][:_PARAGRAPHS]
    return [
        pair
        for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if what != "equal"
        for pair in zip_longest(old[a:b], new[c:d], fillvalue="")
    ]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the length of the common prefix, in paragraphs or characters."""
    return next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _compare(before: str, after: str) -> tuple[list[Run], list[Run]]:
    """Return two paragraphs in runs of words, from a little before their first difference."""
    cut = max(0, _common(before, after) - _AROUND)
    texts = [_cut(text, cut) for text in (before, after)]
    old, new = (_WORD.findall(text) for text in texts)
    sides: tuple[list[Run], list[Run]] = ([], [])
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for side, words in zip(sides, (old[a:b], new[c:d]), strict=True):
            if words:
                side.append((what != "equal", "".join(words)))
    return sides


def _cut(text: str, start: int) -> str:
    """Return a part of a paragraph, with dots where text is left out."""
    piece = without_invisible(text[start : start + _WINDOW], lines=False)
    return ("… " if start and piece else "") + piece + (" …" if len(text) > start + _WINDOW else "")
