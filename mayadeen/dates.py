"""Dates as pages write them, to aware instants in Beirut time.

Three kinds of page date, by where they stand: an ISO string with the offset of the day (metadata tag), an ISO string
in UTC without a zone and with seven decimals (JSON-LD, `article:*`), and Beirut wall time as printed
(`20 Apr 2024 20:50`), which lacks the year in the current year.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import dateparser

from mayadeen.editions import Edition

BEIRUT = ZoneInfo("Asia/Beirut")

_DECIMALS = re.compile(r"(\.\d{6})\d+")
_BEIRUT_OFFSETS = (timedelta(hours=2), timedelta(hours=3))
_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s*[ap]\.?m\b\.?)?"
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def stated(raw: str, *, naive: ZoneInfo | None = None) -> datetime | None:
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


@lru_cache
def _pattern(edition: Edition) -> re.Pattern[str]:
    words = edition.words
    days = "|".join(map(re.escape, (*words.today, *words.yesterday)))
    month = words.month_pattern
    at = "|".join(words.at)
    joined = rf"(?:\s*[,،|\-–]?\s*(?:{at})?\s*{_TIME})?"
    return re.compile(
        rf"(?<!\w)(?:"
        rf"(?:{days})\s*,?\s*(?:{at})?\s*{_TIME}"
        rf"|\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?(?:Z|[+-]\d{{2}}:?\d{{2}})?)?"
        rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:de\s+)?(?:{month})(?:,?\s+(?:de\s+)?\d{{4}}\b)?{joined}"
        rf"|(?:{month})\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?!:)(?:,?\s+\d{{4}}\b)?{joined}"
        rf"|\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:19|20)\d{{2}}{joined}"
        rf")(?!\w)",
        re.I,
    )


def find(text: str, edition: Edition) -> str | None:
    """The first date printed in a text, as printed."""
    found = _pattern(edition).search(text)
    return found[0].strip() if found else None


def visible(raw: str, edition: Edition, fetched: datetime | None = None) -> datetime | None:
    """The instant of a printed date (Beirut wall time).

    A date without a year, or "today", needs `fetched` (aware): the year is the latest that is not after it.
    """
    raw = " ".join(raw.split())
    if re.match(r"\d{4}-\d{2}-\d{2}", raw):
        return stated(raw, naive=BEIRUT)
    # int() reads the digits of any script, dateparser does not.
    text = re.sub(r"\d", lambda digit: str(int(digit[0])), raw.lower())
    text = re.sub(rf"(?<!\w)(?:{'|'.join(edition.words.at)})(?=\s+\d)", " ", text)
    here = fetched.astimezone(BEIRUT) if fetched else None
    for back, names in enumerate((edition.words.today, edition.words.yesterday)):
        for name in names:
            if text.startswith(name):
                if here is None:
                    return None
                text = f"{here - timedelta(days=back):%d %B %Y} {text[len(name) :].strip(' ,،')}"
    for name, month in edition.words.months.items():
        if name in text:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", month, text)
    year_known = _YEAR.search(text) is not None
    if not year_known:
        if here is None:
            return None
        text = _with_year(text, here.year)
    found = _parse(text, edition.code)
    if not year_known and here and (found is None or found > here + timedelta(days=2)):
        found = _parse(text.replace(str(here.year), str(here.year - 1)), edition.code)
    return found


def _with_year(text: str, year: int) -> str:
    """`20 apr 20:50` -> `20 apr 2026 20:50`."""
    clock = re.search(_TIME, text)
    if clock is None:
        return f"{text} {year}"
    return f"{text[: clock.start()].rstrip(' ,-|')} {year} {clock[0]}"


_FORMATS = ["%d %b %Y %H:%M", "%d %B %Y %H:%M", "%d %b %Y", "%d %B %Y"]


@lru_cache(maxsize=4096)
def _parse(text: str, language: str) -> datetime | None:
    # Strict and absolute: dateparser would otherwise fill what is missing from today's date.
    found = dateparser.parse(
        text,
        languages=[language] if language == "en" else [language, "en"],
        date_formats=_FORMATS,
        settings={"PARSERS": ["absolute-time"], "STRICT_PARSING": True, "DATE_ORDER": "DMY"},
    )
    if found is None:
        return None
    moment = found if found.tzinfo else found.replace(tzinfo=BEIRUT)
    return moment.astimezone(BEIRUT) if moment >= _EARLIEST else None
