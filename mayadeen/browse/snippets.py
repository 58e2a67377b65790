"""Finds the words of a search in the text of an article."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from mayadeen.archive import open_held
from mayadeen.archive.database import Place
from mayadeen.archive.reading import read_held
from mayadeen.browse.file import PATIENCE
from mayadeen.browse.folding import fold

_WORDS_MAX = 20_000
"""Maximum number of words of a text that are searched."""
_BEFORE, _AFTER = 12, 28
"""Number of words shown before and after the first match."""


def read_snippets(place: Place, ids: list[str], query: str) -> dict[str, Markup]:
    """Return id -> the part of the newest text around the first match, highlighted, for articles with a match."""
    terms = _words(query)
    archive = open_held(place, PATIENCE)
    try:
        held = {each: read_held(archive, known).versions for each in ids if (known := archive.get(each))}
    finally:
        archive.close()
    texts = {each: versions[-1].article.articleBody or "" for each, versions in held.items() if versions}
    found = {each: snippet(text, terms) for each, text in texts.items()}
    return {each: piece for each, piece in found.items() if piece}


def snippet(text: str, terms: set[str]) -> Markup | None:
    """Return the part of a text around the first of some folded words, highlighted, or None."""
    words = text.split(maxsplit=_WORDS_MAX)[:_WORDS_MAX]
    first = next((n for n, word in enumerate(words) if terms & _words(word)), None)
    if first is None:
        return None
    start, end = max(0, first - _BEFORE), first + _AFTER
    shown = [_shown(word[:200], bool(terms & _words(word))) for word in words[start:end]]
    return Markup(" ").join(["…"] * (start > 0) + shown + ["…"] * (end < len(words)))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", fold(text)))


def _shown(word: str, found: bool) -> Markup:
    whole = word.encode("utf-8", "replace").decode()
    return Markup("<mark>{}</mark>").format(whole) if found else escape(whole)
