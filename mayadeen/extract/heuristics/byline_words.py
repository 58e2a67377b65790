"""Patterns for the words of a byline: lines with authors, sources, dates, shares or minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from mayadeen.extract.names import AUTHOR, pattern_of
from mayadeen.site import dates
from mayadeen.site.edition import Edition
from mayadeen.site.text import alternation

MAX_LINE = 160
"""Maximum number of characters of a byline."""
MAX_NAMES = 120
"""Maximum number of characters of the names after "By"."""
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Patterns:
    """The compiled patterns of one edition."""

    shares: re.Pattern[str]
    views: re.Pattern[str]
    minutes: re.Pattern[str]
    label: re.Pattern[str]
    """A line that begins with "By" or "Source:"."""
    sources: re.Pattern[str]
    """Separates sources."""
    joint: re.Pattern[str]
    """The start of a line that continues the names of the previous line."""
    updated: re.Pattern[str]
    """The end of the text before a modification time."""
    inner: re.Pattern[str]
    cut: re.Pattern[str]
    """Matches before a "Source:" in the middle of a line."""
    telling: re.Pattern[str]


@lru_cache
def patterns_of(edition: Edition) -> Patterns:
    """Return the patterns of an edition, cached."""
    words = edition.words
    times = alternation((*words.ago, *words.now, *words.today, *words.yesterday))
    by, source, joints = pattern_of(AUTHOR, edition).pattern, alternation(words.source), alternation(words.conjunctions)
    number = r"(\d{1,3}(?:[,.٬]\d{3}){1,4}|\d{1,9}(?:\.\d{1,3})?\s*[km]?)"

    def count(each: Iterable[str]) -> re.Pattern[str]:
        """Match "5 Shares" or "Shares: 5"."""
        names = alternation(each)
        return re.compile(rf"(?<![\w:.,])(?:{number}\s*(?:{names})\b|(?:{names})\s*[:：]\s*{number}(?![\w:.]))", re.I)

    return Patterns(
        shares=count(words.shares),
        views=count(words.views),
        minutes=re.compile(rf"(?<![\w:.,])(\d{{1,4}})\s*-?\s*(?:{alternation(words.min_read)})\b", re.I),
        label=re.compile(
            rf"^(?:(?P<source>{source})\s*(?:[:：]\s*|$)|(?P<by>{by})(?P<mark>\s*[:：]\s*|\s+|$))(?P<rest>.*)$",
            re.I | re.S,
        ),
        updated=re.compile(rf"(?:{alternation(words.updated)})(?:\s+(?:on|at))?\s*[:：]?\s*$", re.I),
        inner=re.compile(rf"(?<!\w)(?:{source})\s*[:：]\s*\S", re.I),
        sources=re.compile(rf"\s*(?:[,،;|/+]|(?<!\w)(?:{joints})(?!\w))\s*", re.I),
        joint=re.compile(rf"^(?:[,،;|/+&]|(?:{joints})(?!\w))", re.I),
        cut=re.compile(rf"(?<=\S)\s+(?=(?:{source})\s*[:：])", re.I),
        telling=re.compile(rf"\d|(?<!\w)(?:{by}|{source}|{times})(?!\w)", re.I),
    )


def is_label(label: re.Match[str], text: str) -> bool:
    """Return whether a name follows "By ...". "By noon the road was open again." has no author."""
    if label["source"]:
        return len(text) < MAX_LINE
    rest = label["rest"].strip()
    return (
        len(rest) < MAX_NAMES
        and not rest.endswith(("!", "?", "؟", "…"))
        and (not rest.endswith(".") or not any(word[:1].islower() for word in rest.split()))
        and (not rest or rest[0].isupper() or not (rest[0].isascii() or rest[0].islower()))
        # In a script without capitals, a name has few words.
        and (label["mark"].strip() != "" or rest[:1].isascii() or rest[:1].isupper() or len(rest.split()) <= 5)
    )


@lru_cache(maxsize=4096)
def tells(text: str, edition: Edition) -> bool:
    """Return whether a line may be part of a byline: it has a number or a label. Most lines around a headline are
    menus.
    """
    return patterns_of(edition).telling.search(text) is not None


def looks_like_byline(text: str, edition: Edition) -> bool:
    """Return whether a line contains "Source:", shares or minutes, or begins with "By" and is not a sentence."""
    return len(text) <= 2 * MAX_LINE and _looks_like_byline(text, edition)


@lru_cache(maxsize=4096)
def _looks_like_byline(text: str, edition: Edition) -> bool:
    patterns = patterns_of(edition)
    counts = (patterns.shares, patterns.views, patterns.minutes)
    if _DIGIT.search(text) and any(each.search(text) for each in counts):
        return True
    if patterns.inner.search(text) and not text.endswith("."):
        return True
    label = patterns.label.match(text)
    return label is not None and is_label(label, text)


def is_date_line(text: str, edition: Edition) -> bool:
    """Return whether a line contains little else than a date."""
    date = dates.find(text, edition) if len(text) < MAX_NAMES else None
    return date is not None and len(text.replace(date, "").split()) <= 4
