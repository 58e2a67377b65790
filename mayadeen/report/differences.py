"""Two versions of an article side by side: what went, what came, a little of what stayed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from mayadeen.items import Article
from mayadeen.site.text import without_invisible

_WINDOW = 200
"""Characters of a paragraph that are compared word by word and shown."""
_AROUND = 80
"""Characters before the first difference."""
_PARAGRAPHS = 40
"""Of each version that are compared; what both begin and end with is left out before."""
_SHOWN = 4
"""Differing paragraphs of a field."""
_MOST = 4
"""Differing paragraphs of an edit."""
_WORD = re.compile(r"\s+|\w+|[^\w\s]")

Run = tuple[bool, str]
"""Whether a piece of text differs, and the piece."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A paragraph of a field in both versions; empty where it is in one only."""

    field: str
    before: list[Run]
    after: list[Run]


def differences(former: Article, current: Article) -> list[Difference]:
    """What differs in the fields that `current` says were changed, bounded in number and length."""
    found: list[Difference] = []
    for name in current.changedFields:
        old, new = (_paragraphs(getattr(each, name, None)) for each in (former, current))
        pairs = _differing(old, new)
        found += [Difference(name, *_compare(before, after)) for before, after in pairs[:_SHOWN]]
    return found[:_MOST]


def _paragraphs(value: object) -> list[str]:
    """A field as lines of text."""
    parts = value if isinstance(value, list) else [] if value is None else [value]
    lines = [part if isinstance(part, str) else _readable(part) for part in parts]
    return [line for text in lines for line in text.split("\n") if line.strip()]


def _readable(part: object) -> str:
    """An author, tag, picture or link: its name, else its words, and its address."""
    values = [getattr(part, name, None) for name in ("name", "text", "caption", "url", "embedUrl")]
    return " ".join(value for value in values if value)


def _differing(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """Paragraphs that differ, paired where one seems to have taken the other's place."""
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
    """How many paragraphs, or characters, both begin with."""
    return next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _compare(before: str, after: str) -> tuple[list[Run], list[Run]]:
    """Two paragraphs in runs of words, from a little before their first difference."""
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
    """A piece of a paragraph, with dots where there is more."""
    piece = without_invisible(text[start : start + _WINDOW], lines=False)
    return ("… " if start and piece else "") + piece + (" …" if len(text) > start + _WINDOW else "")
