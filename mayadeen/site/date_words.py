"""The words and patterns of printed dates, by edition.

The names of months, days and units come from dateparser's locales. The edition's `date_words` add missing ones.
dateparser is imported when the first date is parsed, because the import takes a tenth of a second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mayadeen.site.edition import Edition
from mayadeen.site.text import alternation, normalize_label

_PRINTED = ("zone", "half", "weekday", "month", "day")
"""Kinds of words in a printed date. If two have the same spelling, the later kind wins: "mar" is March."""
MONTHS = "january february march april may june july august september october november december".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
UNIT_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080, "month": 43200}
YEAR_FIRST = re.compile(r"(?:19|20)\d{2}[/-](?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|[12]\d|3[01])(?!\d)")
_GAP, _GAPS = r"\s{0,3}", r"\s{1,3}"
"""Bounded: two unbounded gaps in a row would take quadratic time in the number of spaces."""
HOURS = r"(?:\s?(?:hs?|hrs|Uhr)(?!\w))?"
"""Optional suffix of a 24-hour time."""
_ZONE = r"(?-i:(?:GMT|UTC)(?:\s?[+-]\d{1,2}(?::?\d{2})?)?|[ECMP][SD]?T|BST|IST|WES?T|CES?T|EES?T|MSK|TRT)(?!\w)"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns that find the printed dates of an edition, and dictionaries that translate them into English."""

    printed: re.Pattern[str]
    """A date in a text."""
    ago: re.Pattern[str]
    """A relative time ("2 hours ago"). Groups: number and unit, twice."""
    counting: tuple[str, ...]
    """Normalized words that are part of a relative time."""
    word: re.Pattern[str]
    """A word of a date, in the edition's language."""
    english: dict[str, str]
    """Normalized word -> the English word."""
    counted: dict[str, str]
    """Normalized units and numbers of `ago` -> English."""
    now: frozenset[str]
    alone: frozenset[str]
    """Normalized words that are a date if they are the whole text."""


def _names(edition: Edition) -> dict[str, dict[str, str]]:
    """Return kind -> word -> English word, from dateparser's locale and the edition."""
    from dateparser.languages.loader import default_loader

    info, words = default_loader.get_locale(edition.locale).info, edition.words
    names: dict[str, dict[str, str]] = {
        "weekday": {name: each for each in _WEEKDAYS for name in info[each] if len(name) > 2},
        "month": {name: each for each in MONTHS for name in info[each]},
        "half": {name: each for each in ("am", "pm") for name in info[each]},
        "unit": {name: each for each in UNIT_MINUTES for name in info[each]},
        "number": {
            word: digit
            for rule in info.get("simplifications", ())
            for word, digit in rule.items()
            if digit.isdigit() and word.isalpha()
        },
        "day": dict.fromkeys(words.today, "today") | dict.fromkeys(words.yesterday, "yesterday"),
        "zone": {},
    }
    for name, english in words.date_words.items():
        kinds = (kind for kind, known in names.items() if english.split()[-1].rstrip("s") in known.values())
        names["number" if english.isdigit() else next(kinds, "zone")][name] = english
    return names


@lru_cache
def patterns_of(edition: Edition) -> Patterns:
    """Return the patterns for the printed dates of an edition. Imports dateparser."""
    words, names = edition.words, _names(edition)
    printed = {name: word for kind in _PRINTED for name, word in names[kind].items()}
    counted = names["unit"] | names["number"]
    either = {kind: f"(?:{alternation(each)})" for kind, each in names.items()}
    ago = f"(?:{alternation(words.ago)})"
    number, unit = rf"(\d{{1,3}}|{either['number']})", f"({either['unit']})"
    return Patterns(
        printed=_printed(either, f"(?:{alternation(words.at)})", f"(?:{alternation(words.of)})"),
        ago=re.compile(
            rf"(?<!\w)(?:{ago}{_GAPS}(?:{number}{_GAPS})?{unit}|{number}{_GAP}{unit}{_GAPS}{ago})(?!\w)", re.I
        ),
        counting=tuple(map(normalize_label, words.ago)),
        word=re.compile(rf"(?<![^\W\d])(?:{alternation((*printed, *words.at, *words.of))})(?!\w)", re.I),
        english={normalize_label(name): "" if word in _WEEKDAYS else word for name, word in printed.items()},
        counted={normalize_label(name): word for name, word in counted.items()},
        now=frozenset(map(normalize_label, words.now)),
        alone=frozenset(map(normalize_label, (*names["day"], *words.now))),
    )


def _printed(names: dict[str, str], at: str, of: str) -> re.Pattern[str]:
    """Return the pattern of a date with optional weekday, year, time and zone, in any usual order.

    Each list of names is used at most twice: the pattern of the Arabic names in all spellings is long.
    """
    letter, part = r"(?=[^\W\d])", rf"{_GAP}(?:[,،|·•\-–]{_GAP})?"
    half, of, at = rf"{_GAP}{names['half']}(?!\w)", f"(?:{of}{_GAPS})?", f"(?:{at}{_GAPS})?"
    zone = rf"(?:{_GAP}\(?(?:{_ZONE}|{names['zone']}(?!\w))\)?)?"
    time = rf"\d{{1,2}}(?:[:.]\d{{2}}(?:[:.]\d{{2}})?(?!\d){HOURS}(?:{half})?|{half}){zone}"
    weekday = rf"(?:{letter}{names['weekday']}\b\.?{part})?"
    month = rf"{letter}{names['month']}\b\.?(?:{_GAP}/{_GAP}{names['month']}\b)?"
    day, year = r"\d{1,2}(?:st|nd|rd|th)?", rf"(?:[,،]?{_GAPS}{of}\d{{4}}\b)?"
    # The day is either before or after the month. The time is either before or after the date.
    named = rf"(?:(?P<day>{day}){_GAPS}{of})?{month}(?(day)|{_GAPS}{day}\b(?!\d|:\d)){year}"
    date = rf"{weekday}(?:{YEAR_FIRST.pattern}|\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)\d{{2}}|{named})"
    stated = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})"
    ways = (
        rf"{stated}|(?P<time>{time}{part})?{date}(?(time)|(?:{part}{at}{time})?)"
        rf"|{letter}{names['day']}{part}{at}{time}"
    )
    return re.compile(rf"(?<!\w)(?:{ways})(?!\w)", re.I)
