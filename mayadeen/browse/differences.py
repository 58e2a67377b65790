"""Differences between two versions of an article, by line and by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from mayadeen.items import Article

LABELS = {
    "headline": "Headline",
    "description": "Standfirst",
    "articleBody": "Text",
    "datePublished": "Publication date",
    "authors": "Authors",
    "sources": "Sources",
    "section": "Section",
    "tags": "Tags",
    "mainImage": "Main picture",
    "images": "Pictures",
    "videos": "Videos",
    "links": "Links in the text",
}
"""The content fields, in display order."""
_LINES_MAX = 2000
_WORDS_MAX = 3000
"""Maximum number of lines or words per side compared in detail: the time grows with their product."""

Part = tuple[str, str]
"""(`same`, `old`, `new` or `gap` (unchanged lines left out), text)."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field in which two versions differ."""

    label: str
    lines: list[list[Part]]
    """Lines in parts."""


def changes(former: Article, article: Article) -> list[Change]:
    """Return the content fields in which two versions differ."""
    return [
        Change(label, list(_compare(before, after)))
        for name, label in LABELS.items()
        if (before := _lines(former, name)) != (after := _lines(article, name))
    ]


def summary(former: Article, article: Article, limit: int) -> str:
    """Return the differing lines, `- ` before the old and `+ ` before the new ones, at most `limit` characters."""
    found: list[str] = []
    size = 0
    for change in changes(former, article):
        for line in change.lines:
            for kind, sign in (("old", "- "), ("new", "+ ")):
                if any(part == kind for part, _ in line):
                    found.append(sign + "".join(text for part, text in line if part in ("same", kind)))
                    size += len(found[-1])
        if size > limit:
            break
    text = "\n".join(found)
    return text if len(text) <= limit else text[:limit] + "…"


def _lines(article: Article, name: str) -> list[str]:
    """Return a content field as lines of text."""
    value = getattr(article, name)
    if value is None:
        return []
    if isinstance(value, str):
        return value.split("\n")
    return [_shown(each) for each in (value if isinstance(value, list) else [value])]


def _shown(part: object) -> str:
    """Return an author, tag, picture, video or link in one line, without the query of picture addresses."""
    text = " ".join(str(value) for name in ("name", "text", "caption") if (value := getattr(part, name, None)))
    address = getattr(part, "url", None) or getattr(part, "embedUrl", None)
    return f"{text} ({str(address).partition('?')[0]})".strip() if address else text


def _compare(before: list[str], after: list[str]) -> Iterator[list[Part]]:
    for kind, old, new in _opcodes(before, after, _LINES_MAX):
        if kind == "equal":
            yield [("gap", "")]
        elif len(old) == len(new):
            yield from map(_words, old, new)
        else:
            yield from ([("old", line)] for line in old)
            yield from ([("new", line)] for line in new)


def _words(before: str, after: str) -> list[Part]:
    """Return a line in parts, or as one part if almost nothing is the same."""
    old, new = (re.findall(r"\s+|[^\s]+", line) for line in (before, after))
    parts: list[Part] = []
    same = 0
    for kind, left, right in _opcodes(old, new, _WORDS_MAX):
        if kind == "equal":
            parts.append(("same", "".join(left)))
            same += len(left)
        else:
            parts += [(name, "".join(words)) for name, words in (("old", left), ("new", right)) if words]
    return parts if same * 3 > min(len(old), len(new)) else [("old", before), ("new", after)]


def _opcodes(before: list[str], after: list[str], limit: int) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield (difflib tag, items of both sides), after removing the common beginning and end."""
    shorter = min(len(before), len(after))
    start = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    end = next((n for n in range(shorter - start) if before[-1 - n] != after[-1 - n]), shorter - start)
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if start:
        yield "equal", before[:start], after[:start]
    if len(old) > limit or len(new) > limit:
        yield "replace", old, new
    else:
        for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            yield kind, old[i:j], new[k:m]
    if end:
        yield "equal", before[len(before) - end :], after[len(after) - end :]
