"""The words and the patterns of printed dates, by edition.

The names of months, days and units are those of dateparser's locales; what these lack stands in the edition's
`date_words`. dateparser is imported with the first date: that costs a tenth of a second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mayadeen.site.edition import Edition
from mayadeen.site.text import alternation, normalize_label

_PRINTED = ("zone", "half", "weekday", "month", "day")
"""Kinds of words in a printed date; of two with one spelling the later one counts: "mar" is March."""
MONTHS = "january february march april may june july august september october november december".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
UNIT_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080, "month": 43200}
YEAR_FIRST = re.compile(r"(?:19|20)\d{2}[/-](?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|[12]\d|3[01])(?!\d)")
_GAP, _GAPS = r"\s{0,3}", r"\s{1,3}"
"""Bounded: next to each other they would take a square of the spaces of a page."""
HOURS = r"(?:\s?(?:hs?|hrs|Uhr)(?!\w))?"
"""What may follow a time of 24 hours."""
_ZONE = r"(?-i:(?:GMT|UTC)(?:\s?[+-]\d{1,2}(?::?\d{2})?)?|[ECMP][SD]?T|BST|IST|WES?T|CES?T|EES?T|MSK|TRT)(?!\w)"


@dataclass(frozen=True, slots=True)
class Patterns:
    """What finds the printed dates of an edition and puts them into English."""

    printed: re.Pattern[str]
    """A date in a text."""
    ago: re.Pattern[str]
    """A time counted back from now; groups: number and unit, twice."""
    counting: tuple[str, ...]
    """Folded words that are part of such a time."""
    word: re.Pattern[str]
    """A word of a date, in the edition's language."""
    english: dict[str, str]
    """The same words, folded, in English."""
    counted: dict[str, str]
    """Folded units and numbers of `ago`, in English."""
    now: frozenset[str]
    alone: frozenset[str]
    """Folded words that are a date when nothing else stands there."""


def _names(edition: Edition) -> dict[str, dict[str, str]]:
    """What it is -> words -> in English: of dateparser's locale, and what the edition adds."""
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
    """What finds the printed dates of an edition. Imports dateparser."""
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
    """A date with or without its weekday, year, time and zone, in any order that is in use.

    Each list of names stands there once or twice: the pattern of the Arabic ones in all spellings is long.
    """
    letter, part = r"(?=[^\W\d])", rf"{_GAP}(?:[,،|·•\-–]{_GAP})?"
    half, of, at = rf"{_GAP}{names['half']}(?!\w)", f"(?:{of}{_GAPS})?", f"(?:{at}{_GAPS})?"
    zone = rf"(?:{_GAP}\(?(?:{_ZONE}|{names['zone']}(?!\w))\)?)?"
    time = rf"\d{{1,2}}(?:[:.]\d{{2}}(?:[:.]\d{{2}})?(?!\d){HOURS}(?:{half})?|{half}){zone}"
    weekday = rf"(?:{letter}{names['weekday']}\b\.?{part})?"
    month = rf"{letter}{names['month']}\b\.?(?:{_GAP}/{_GAP}{names['month']}\b)?"
    day, year = r"\d{1,2}(?:st|nd|rd|th)?", rf"(?:[,،]?{_GAPS}{of}\d{{4}}\b)?"
    # The day stands before the month, or else behind it; so does the time with the date.
    named = rf"(?:(?P<day>{day}){_GAPS}{of})?{month}(?(day)|{_GAPS}{day}\b(?!\d|:\d)){year}"
    date = rf"{weekday}(?:{YEAR_FIRST.pattern}|\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)\d{{2}}|{named})"
    stated = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})"
    ways = (
        rf"{stated}|(?P<time>{time}{part})?{date}(?(time)|(?:{part}{at}{time})?)"
        rf"|{letter}{names['day']}{part}{at}{time}"
    )
    return re.compile(rf"(?<!\w)(?:{ways})(?!\w)", re.I)
