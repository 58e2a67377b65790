"""The words of a byline, as patterns: what a line of authors, sources, dates, shares or minutes looks like."""

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
"""Characters at most in a line of a byline."""
MAX_NAMES = 120
"""Characters at most in the names behind "By"."""
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of one edition."""

    shares: re.Pattern[str]
    views: re.Pattern[str]
    minutes: re.Pattern[str]
    label: re.Pattern[str]
    """A line that begins with "By" or "Source:"."""
    sources: re.Pattern[str]
    """Between sources."""
    joint: re.Pattern[str]
    """The start of a line that goes on with the names of the one before."""
    updated: re.Pattern[str]
    """The end of what stands before the time of a change."""
    inner: re.Pattern[str]
    cut: re.Pattern[str]
    """Before "Source:" in mid-line."""
    telling: re.Pattern[str]


@lru_cache
def patterns_of(edition: Edition) -> Patterns:
    """Compiled once an edition."""
    words = edition.words
    times = alternation((*words.ago, *words.now, *words.today, *words.yesterday))
    by, source, joints = pattern_of(AUTHOR, edition).pattern, alternation(words.source), alternation(words.conjunctions)
    number = r"(\d{1,3}(?:[,.٬]\d{3}){1,4}|\d{1,9}(?:\.\d{1,3})?\s*[km]?)"

    def count(each: Iterable[str]) -> re.Pattern[str]:
        """ "5 Shares" or "Shares: 5"."""
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
    """Whether "By ..." names somebody: "By noon the road was open again." is no author."""
    if label["source"]:
        return len(text) < MAX_LINE
    rest = label["rest"].strip()
    return (
        len(rest) < MAX_NAMES
        and not rest.endswith(("!", "?", "؟", "…"))
        and (not rest.endswith(".") or not any(word[:1].islower() for word in rest.split()))
        and (not rest or rest[0].isupper() or not (rest[0].isascii() or rest[0].islower()))
        # A script without capitals: a name has few words.
        and (label["mark"].strip() != "" or rest[:1].isascii() or rest[:1].isupper() or len(rest.split()) <= 5)
    )


@lru_cache(maxsize=4096)
def tells(text: str, edition: Edition) -> bool:
    """Whether a line can say anything of a byline: a number, a label. Most lines around a headline are menus."""
    return patterns_of(edition).telling.search(text) is not None


def looks_like_byline(text: str, edition: Edition) -> bool:
    """A line with "Source:", shares or minutes in it, or one that begins with "By" and does not end like a sentence."""
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
    """Whether a line is little else than a date."""
    date = dates.find(text, edition) if len(text) < MAX_NAMES else None
    return date is not None and len(text.replace(date, "").split()) <= 4
