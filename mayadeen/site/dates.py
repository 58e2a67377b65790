"""Dates as pages write them, to aware instants in Beirut time.

Three kinds of page date, by where they stand: an ISO string with the offset of the day (metadata tag), an ISO string
in UTC without a zone and with seven decimals (JSON-LD, `article:*`), and Beirut wall time as printed
(`20 Apr 2024 20:50`), which lacks the year in the current year, or counts back from now (`2 hours ago`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import dateparser

from mayadeen.site.edition import Edition
from mayadeen.site.text import alternation, clean, normalize_label, plain_digits

BEIRUT = ZoneInfo("Asia/Beirut")

_DECIMALS = re.compile(r"(\.\d{6})\d+")
_BEIRUT_OFFSETS = (timedelta(hours=2), timedelta(hours=3))
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_CLOCK = re.compile(r"(?<![\d.])(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?(?:\s*([ap]m)\b)?(?![\d.])", re.I)
_MARKS = str.maketrans(
    dict.fromkeys("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", " ")
)
_ENGLISH = "January February March April May June July August September October November December".split()
_TWICE = re.compile(rf"\b({'|'.join(_ENGLISH)})\.?(?:\s*/\s*\w+)?")
"""A month under one name or two."""
_FORMATS = ["%d %B %Y %H:%M", "%d %B %Y"]
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_DAY = 86400
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def parse_iso(raw: str, *, naive: ZoneInfo | None = None) -> datetime | None:
    """The instant of an ISO 8601 string; without a zone it is `naive` wall time, UTC when that is not given.

    An offset of Beirut's is kept as written: the site changes its clocks on other days than the zone database.
    """
    try:
        found = datetime.fromisoformat(_DECIMALS.sub(r"\1", raw.strip()))
    except ValueError:
        return None
    try:
        if found.tzinfo is None:
            found = found.replace(tzinfo=naive or UTC)
        if found.utcoffset() not in _BEIRUT_OFFSETS:
            found = found.astimezone(BEIRUT)
        return found if _EARLIEST <= found < _LATEST else None
    except (OverflowError, ValueError):
        return None


def iso(moment: datetime) -> str:
    """ISO 8601 with the offset, to the second."""
    return moment.replace(microsecond=0).isoformat()


@dataclass(frozen=True, slots=True)
class _Patterns:
    printed: re.Pattern[str]
    """A date in a text."""
    ago: re.Pattern[str]
    """A time counted back from now; groups: number and unit, twice."""
    word: re.Pattern[str]
    """A word of time, in the edition's language."""
    english: dict[str, str]
    """The same words, folded, in English."""
    now: frozenset[str]
    alone: frozenset[str]
    """Folded words that are a date when nothing else stands there."""
    units: dict[str, int]
    numbers: dict[str, int]


@lru_cache
def _patterns(edition: Edition) -> _Patterns:
    words = edition.words
    months = {name: _ENGLISH[number] for number, names in enumerate(words.months) for name in names}
    days = {name: day for day, names in (("today", words.today), ("yesterday", words.yesterday)) for name in names}
    half = {name: half for half, names in (("am", words.am), ("pm", words.pm)) for name in names}
    units = {normalize_label(name): seconds for name, seconds in words.units.items()}
    numbers = {normalize_label(name): number for name, number in words.numbers.items()}
    english = {**months, **days, **half, **dict.fromkeys((*words.at, *words.of), "")}
    of, at = f"(?:(?:{alternation(words.of)})\\s+)?", f"(?:(?:{alternation(words.at)})\\s+)?"
    gap = r"\s*[,،|·•\-–]?\s*"
    time = rf"\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?(?!\d)(?:\s*(?:{alternation(half)})(?!\w))?"
    # Two names of one month, Levantine and Egyptian, stand with a stroke between them.
    month = rf"(?:{alternation(months)})\b\.?(?:\s*/\s*(?:{alternation(months)})\b)?"
    day, year = r"\d{1,2}(?:st|nd|rd|th)?", rf"(?:[,،]?\s+{of}\d{{4}}\b)?"
    dates = rf"{day}\s+{of}{month}{year}|{month}\s+{day}\b(?!\d|:\d){year}|\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)\d{{2}}"
    number, unit, ago = (
        rf"(\d{{1,3}}|{alternation(numbers)})",
        f"({alternation(units)})",
        f"(?:{alternation(words.ago)})",
    )
    return _Patterns(
        printed=re.compile(
            rf"(?<!\w)(?:"
            rf"(?:{alternation(days)}){gap}{at}{time}"
            rf"|\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?(?:Z|[+-]\d{{2}}:?\d{{2}})?)?"
            rf"|{time}{gap}(?:{dates})"
            rf"|(?:{dates})(?:{gap}{at}{time})?"
            rf")(?!\w)",
            re.I,
        ),
        ago=re.compile(rf"(?<!\w)(?:{ago}\s+(?:{number}\s+)?{unit}|{number}\s*{unit}\s+{ago})(?!\w)", re.I),
        word=re.compile(rf"(?<![^\W\d])(?:{alternation(english)})(?!\w)", re.I),
        english={normalize_label(name): word for name, word in english.items()},
        now=frozenset(map(normalize_label, words.now)),
        alone=frozenset(map(normalize_label, (*days, *words.now))),
        units=units,
        numbers=numbers,
    )


def find(text: str, edition: Edition) -> str | None:
    """The first date printed in a text, as printed."""
    # Character by character, so that what is found stands at the same place in the text.
    found = _patterns(edition).printed.search(plain_digits(text).translate(_MARKS))
    return text[found.start() : found.end()].strip() if found else None


def find_relative(text: str, edition: Edition) -> str | None:
    """A time counted back from now in a text, as printed; "yesterday" only where nothing else stands."""
    patterns = _patterns(edition)
    if normalize_label(clean(text)) in patterns.alone:
        return text.strip()
    found = patterns.ago.search(plain_digits(text))
    return text[found.start() : found.end()] if found else None


def parse_printed(raw: str, edition: Edition, fetched: datetime | None = None) -> datetime | None:
    """The instant of a printed date (Beirut wall time).

    A date without a year, "today" or "2 hours ago" needs `fetched` (aware): the year is the latest not after it.
    """
    text = " ".join(plain_digits(clean(raw)).split())
    if _ISO.match(text):
        return parse_iso(text, naive=BEIRUT)
    patterns = _patterns(edition)
    here = fetched.astimezone(BEIRUT) if fetched else None
    if ago := patterns.ago.fullmatch(text):
        return _back(ago, patterns, here) if here else None
    if normalize_label(text) in patterns.now:
        return here.replace(second=0, microsecond=0) if here else None
    text = _english(text, patterns)
    for back, name in enumerate(("today", "yesterday")):
        if name in text:
            if here is None:
                return None
            text = text.replace(name, f"{here - timedelta(days=back):%d %B %Y}")
    if _YEAR.search(text):
        return _parse(text)
    if here is None:
        return None
    found = _parse(_with_year(text, here.year))
    if found is None or found > here + timedelta(days=2):
        found = _parse(_with_year(text, here.year - 1))
    return found


def _back(ago: re.Match[str], patterns: _Patterns, here: datetime) -> datetime:
    """The time counted back, to the minute; whole days have no time."""
    number, unit = (
        normalize_label(ago[1] or ago[3] or "1"),
        patterns.units[normalize_label(" ".join((ago[2] or ago[4]).split()))],
    )
    count = int(number) if number.isdigit() else patterns.numbers[number]
    found = (here.astimezone(UTC) - timedelta(seconds=count * unit)).astimezone(BEIRUT).replace(second=0, microsecond=0)
    return found.replace(hour=0, minute=0) if unit >= _DAY else found


def _english(text: str, patterns: _Patterns) -> str:
    """`20 من نيسان/أبريل 2024 الساعة 20:50` -> `20 April 2024 20:50`."""
    text = patterns.word.sub(lambda word: patterns.english[normalize_label(" ".join(word[0].split()))], text)
    text = _CLOCK.sub(r"\1:\2 \3", _TWICE.sub(r"\1", text))
    return " ".join(re.sub(r"[,،|·•–]|\bat\b", " ", text).split())


def _with_year(text: str, year: int) -> str:
    """`20 April 20:50` -> `20 April 2026 20:50`."""
    clock = _CLOCK.search(text)
    day = _CLOCK.sub(" ", text)
    return f"{day} {year} {clock[0] if clock else ''}"


@lru_cache(maxsize=4096)
def _parse(text: str) -> datetime | None:
    # Strict and absolute: dateparser would otherwise fill what is missing from today's date.
    found = dateparser.parse(
        " ".join(text.split()),
        languages=["en"],
        date_formats=_FORMATS,
        settings={"PARSERS": ["absolute-time"], "STRICT_PARSING": True, "DATE_ORDER": "DMY"},
    )
    if found is None or found.year > 2099:
        return None
    try:
        found = found.replace(tzinfo=None).replace(tzinfo=BEIRUT)
        return found if found >= _EARLIEST else None
    except (OverflowError, ValueError):
        return None
