"""Parses dates as written on pages into timezone-aware datetimes in Beirut time.

There are three kinds, by place: an ISO string with the offset of that day (metadata tag); an ISO string in UTC without
a zone and with seven decimals (JSON-LD, `article:*`); and printed Beirut wall time (`20 Apr 2024 20:50`), which omits
the current year or is relative (`2 hours ago`).

Dates are translated into English and parsed by dateparser.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mayadeen.site.date_words import HOURS, MONTHS, UNIT_MINUTES, YEAR_FIRST, Patterns, patterns_of
from mayadeen.site.edition import Edition
from mayadeen.site.text import clean, normalize_label, plain_digits

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

BEIRUT = ZoneInfo("Asia/Beirut")

_BEIRUT_OFFSETS = (timedelta(hours=2), timedelta(hours=3))
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_LONGEST = 90
"""Maximum number of characters of a date. JavaScript dates with the name of the zone have 70."""
_AHEAD = timedelta(days=2)
"""A date without a year may be this far in the future, because clocks differ."""
_DAY_MINUTES = UNIT_MINUTES["day"]
_AMERICAN = {"ET": "New_York", "CT": "Chicago", "MT": "Denver", "PT": "Los_Angeles"}
"""Zones that dateparser treats as winter time all year."""

_FORMATS = ["%d %B %Y %H:%M", "%d %B %Y", "%B %d %Y %H:%M", "%B %d %Y", "%d/%m/%Y %H:%M", "%d %B %Y %I:%M %p"]
"""Tried first: twenty times faster than guessing."""
_DIGIT = re.compile(r"\d")
_DECIMALS = re.compile(r"(\.\d{6})\d+")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?", re.A)
_UTC = re.compile(r"\s?(?:UTC|GMT|Z)$", re.I)
_BRACKETS = re.compile(r"\s?\([^()]*\)$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_ENGLISH_MONTH = re.compile(rf"\b(?:{'|'.join(rf'{name[:3]}(?:{name[3:]}|t)?' for name in MONTHS)})\b", re.I)
_TWICE = re.compile(rf"\b({'|'.join(MONTHS)})\.?\s*/\s*[^\W\d]+")
"""A month with two names, Levantine and Egyptian."""
_CLOCK = re.compile(rf"(?<![\d.])(\d{{1,2}})[:.](\d{{2}})(?:[:.]\d{{2}})?{HOURS}(?:\s*([ap]m)\b)?(?![\d.])", re.I)
_AMERICAN_ZONE = re.compile(rf"\b(?:{'|'.join(_AMERICAN)})\b")
_MARKS = str.maketrans(
    dict.fromkeys("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", " ")
)


def parse_stated(raw: str, *, naive: ZoneInfo | None = None) -> datetime | None:
    """Parse a machine-readable date. Without a zone it is wall time of `naive`, or UTC if that is not given.

    Accepts ISO 8601, RFC 2822, JavaScript's format, seconds or milliseconds since 1970, and English dates with only one
    meaning: `03/04/2026` is rejected. A Beirut offset is kept as written, because the site changes its clocks on other
    days than the zone database. Returns None for anything else and for years outside 1990 to 2099.
    """
    text = " ".join(raw.split())
    if len(text) > _LONGEST:
        return None
    if epoch := _EPOCH.fullmatch(text):
        return _instant(datetime.fromtimestamp(int(epoch[1]), UTC), UTC)
    try:
        found: datetime | None = datetime.fromisoformat(_UTC.sub("+00:00", _DECIMALS.sub(r"\1", text.upper())))
    except ValueError:
        named = _YEAR.search(text) and _ENGLISH_MONTH.search(text)
        found = _parse(_BRACKETS.sub("", text)) if named or YEAR_FIRST.match(text) else None
    return _instant(found, naive or UTC) if found else None


def _instant(found: datetime, naive: tzinfo) -> datetime | None:
    try:
        if found.tzinfo is None:
            found = found.replace(tzinfo=naive)
        if found.utcoffset() not in _BEIRUT_OFFSETS:
            found = found.astimezone(BEIRUT)
        return found if _EARLIEST <= found < _LATEST else None
    except (OverflowError, ValueError):
        return None


def beirut(seconds: int) -> datetime:
    """Return UTC seconds since 1970 as a time in Beirut."""
    return datetime.fromtimestamp(seconds, BEIRUT)


def iso(moment: datetime) -> str:
    """Return ISO 8601 with offset, to the second."""
    return moment.replace(microsecond=0).isoformat()


def find(text: str, edition: Edition) -> str | None:
    """Return the first date printed in a text, as printed."""
    if not _DIGIT.search(text):
        return None
    # Translate character by character, so that the match has the same position in the text.
    found = patterns_of(edition).printed.search(text if text.isascii() else plain_digits(text).translate(_MARKS))
    return text[found.start() : found.end()].strip() if found else None


def find_relative(text: str, edition: Edition) -> str | None:
    """Return a relative time in a text, as printed. "yesterday" counts only if it is the whole text."""
    patterns = patterns_of(edition)
    folded = normalize_label(text)
    if len(folded) <= _LONGEST and normalize_label(clean(text)) in patterns.alone:
        return text.strip()
    if not any(word in folded for word in patterns.counting):
        return None
    found = patterns.ago.search(plain_digits(text))
    return text[found.start() : found.end()] if found else None


def parse_printed(raw: str, edition: Edition, fetched: datetime | None = None) -> datetime | None:
    """Parse a printed date. Without a zone it is Beirut wall time.

    Dates without a year, "today" and "2 hours ago" need `fetched` (timezone-aware). The year is the latest one that is
    not after it.
    """
    text = " ".join(plain_digits(clean(raw)).split())
    if len(text) > _LONGEST:
        return None
    if YEAR_FIRST.match(text) and (found := parse_stated(text, naive=BEIRUT)):
        return found
    patterns = patterns_of(edition)
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
        return _beirut(text)
    if here is None:
        return None
    found = _beirut(_with_year(text, here.year))
    return found if found and found <= here + _AHEAD else _beirut(_with_year(text, here.year - 1))


def _beirut(text: str) -> datetime | None:
    found = _parse(text)
    return _instant(found, BEIRUT) if found else None


def _with_year(text: str, year: int) -> str:
    """Insert the year: `20 april 20:50` -> `20 april 2026 20:50`."""
    clock = _CLOCK.search(text)
    end = clock.start() if clock and clock.start() else len(text)
    return " ".join(f"{text[:end]} {year} {text[end:]}".split())


def _back(ago: re.Match[str], patterns: Patterns, here: datetime) -> datetime:
    """Return a relative time, to the minute. Whole days have no time of day."""
    number, unit = (normalize_label(" ".join(each.split())) for each in (ago[1] or ago[3] or "1", ago[2] or ago[4]))
    twice, _, unit = patterns.counted[unit].rpartition(" ")
    minutes = int(twice or 1) * int(patterns.counted.get(number, number)) * UNIT_MINUTES[unit.rstrip("s")]
    found = (here.astimezone(UTC) - timedelta(minutes=minutes)).astimezone(BEIRUT).replace(second=0, microsecond=0)
    return found.replace(hour=0, minute=0) if minutes >= _DAY_MINUTES and unit.rstrip("s") != "hour" else found


def _english(text: str, patterns: Patterns) -> str:
    """Translate into English: `20 من نيسان/أبريل 2024 الساعة 20:50` -> `20 april 2024 20:50`."""
    text = patterns.word.sub(lambda word: patterns.english.get(normalize_label(" ".join(word[0].split())), ""), text)
    text = _CLOCK.sub(r"\1:\2 \3", _TWICE.sub(r"\1", text))
    return " ".join(re.sub(r"[,،|·•–()]|\bat\b", " ", text).split())


@lru_cache(maxsize=4096)
def _parse(text: str) -> datetime | None:
    """Parse an English date with dateparser. Returns a naive datetime if it has no zone."""
    zone = _AMERICAN_ZONE.search(text)
    try:
        found: datetime | None = _parser().get_date_data(_AMERICAN_ZONE.sub("", text), _FORMATS).date_obj
        if found and zone:
            found = found.replace(tzinfo=ZoneInfo(f"America/{_AMERICAN[zone[0]]}"))
        return found.astimezone(BEIRUT) if found and found.tzinfo else found
    except (OverflowError, ValueError):
        return None


@lru_cache
def _parser() -> DateDataParser:
    from dateparser.date import DateDataParser

    # Do not fill in missing parts from today's date.
    parts = ["day", "month", "year"]
    return DateDataParser(
        languages=["en"], settings={"PARSERS": ["absolute-time"], "DATE_ORDER": "DMY", "REQUIRE_PARTS": parts}
    )
