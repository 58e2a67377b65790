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

from mayadeen.editions import Edition
from mayadeen.text import clean, either, fold, plain_digits

BEIRUT = ZoneInfo("Asia/Beirut")

_DECIMALS = re.compile(r"(\.\d{6})\d+")
_BEIRUT_OFFSETS = (timedelta(hours=2), timedelta(hours=3))
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MARKS = str.maketrans(
    dict.fromkeys("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", " ")
)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_DAY = 86400


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
        return found if found >= _EARLIEST else None
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
    clock: re.Pattern[str]
    day_month: re.Pattern[str]
    month_day: re.Pattern[str]
    days_back: dict[str, int]
    """Today and yesterday, folded, to days."""
    alone: frozenset[str]
    """Folded words that are a date when nothing else stands there."""
    months: dict[str, int]
    """Folded name to number."""
    units: dict[str, int]
    numbers: dict[str, int]
    pm: frozenset[str]


@lru_cache
def _patterns(edition: Edition) -> _Patterns:
    words = edition.words
    months = {fold(name): number for number, names in enumerate(words.months, 1) for name in names}
    units = {fold(name): seconds for name, seconds in words.units.items()}
    numbers = {fold(name): number for name, number in words.numbers.items()}
    of, at = f"(?:(?:{either(words.of)})\\s+)?", f"(?:(?:{either(words.at)})\\s+)?"
    half = rf"(?:\s*(?P<half>{either((*words.am, *words.pm))})(?!\w))?"
    time = rf"\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?(?!\d){half}"
    # Two names of one month, Levantine and Egyptian, stand with a stroke between them.
    month = rf"(?P<month>{either(months)})\b\.?(?:\s*/\s*(?:{either(months)})\b)?"
    day, ordinal = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?!\d|:\d)"
    day_month = rf"{day}\s+{of}{month}(?:[,،]?\s+{of}(?P<year>\d{{4}})\b)?"
    month_day = rf"{month}\s+{day}\b{ordinal}(?:[,،]?\s+{of}(?P<year>\d{{4}})\b)?"
    numeric = r"\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d{2}"
    gap = r"\s*[,،|·•\-–]?\s*"

    def plain(pattern: str) -> str:
        return re.sub(r"\?P<\w+>", "?:", pattern)

    dates = "|".join(map(plain, (day_month, month_day, numeric)))
    days_back = {fold(name): back for back, names in enumerate((words.today, words.yesterday)) for name in names}
    number, unit = rf"(\d{{1,3}}|{either(numbers)})", f"({either(units)})"
    return _Patterns(
        printed=re.compile(
            rf"(?<!\w)(?:"
            rf"(?:{either(days_back)}){gap}{at}{plain(time)}"
            rf"|\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?(?:Z|[+-]\d{{2}}:?\d{{2}})?)?"
            rf"|{plain(time)}{gap}(?:{dates})"
            rf"|(?:{dates})(?:{gap}{at}{plain(time)})?"
            rf")(?!\w)",
            re.I,
        ),
        ago=re.compile(
            rf"(?<!\w)(?:(?:{either(words.ago)})\s+(?:{number}\s+)?{unit}|{number}\s*{unit}\s+(?:{either(words.ago)}))(?!\w)",
            re.I,
        ),
        clock=re.compile(rf"(?<!\d)(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})(?:[:.]\d{{2}})?(?!\d|\.\d){half}", re.I),
        day_month=re.compile(day_month, re.I),
        month_day=re.compile(month_day, re.I),
        days_back=days_back,
        alone=frozenset((*days_back, *map(fold, words.now))),
        months=months,
        units=units,
        numbers=numbers,
        pm=frozenset(map(fold, words.pm)),
    )


def find(text: str, edition: Edition) -> str | None:
    """The first date printed in a text, as printed."""
    # Character by character, so that what is found stands at the same place in the text.
    found = _patterns(edition).printed.search(plain_digits(text).translate(_MARKS))
    return text[found.start() : found.end()].strip() if found else None


def find_ago(text: str, edition: Edition) -> str | None:
    """A time counted back from now in a text, as printed; "yesterday" only where nothing else stands."""
    patterns = _patterns(edition)
    if fold(clean(text)) in patterns.alone:
        return text.strip()
    found = patterns.ago.search(plain_digits(text))
    return text[found.start() : found.end()] if found else None


def visible(raw: str, edition: Edition, fetched: datetime | None = None) -> datetime | None:
    """The instant of a printed date (Beirut wall time).

    A date without a year, "today" or "2 hours ago" needs `fetched` (aware): the year is the latest not after it.
    """
    text = " ".join(plain_digits(clean(raw)).split())
    if _ISO.match(text):
        return stated(text, naive=BEIRUT)
    patterns = _patterns(edition)
    here = fetched.astimezone(BEIRUT) if fetched else None
    ago = patterns.ago.fullmatch(text)
    folded = fold(text)
    if ago or (folded in patterns.alone and folded not in patterns.days_back):
        return _back(ago, patterns, here) if here else None
    back = next((days for name, days in patterns.days_back.items() if _begins(folded, name)), None)
    if back is not None:
        hour, minute, rest = _clock(text, patterns)
        if here is None or hour is None or len(rest.split()) > 3:
            return None
        day = here - timedelta(days=back)
        return _moment(day.year, day.month, day.day, hour, minute)
    return _date(text, patterns, here)


def _begins(text: str, name: str) -> bool:
    return text.startswith(name) and not text[len(name) : len(name) + 1].isalpha()


def _back(ago: re.Match[str] | None, patterns: _Patterns, here: datetime) -> datetime:
    """The time counted back, to the minute; whole days have no time."""
    if ago is None:
        return here.replace(second=0, microsecond=0)
    number, unit = fold(ago[1] or ago[3] or "1"), patterns.units[fold(" ".join((ago[2] or ago[4]).split()))]
    count = int(number) if number.isdigit() else patterns.numbers[number]
    found = (here.astimezone(UTC) - timedelta(seconds=count * unit)).astimezone(BEIRUT)
    return (
        found.replace(hour=0, minute=0, second=0, microsecond=0)
        if unit >= _DAY
        else found.replace(second=0, microsecond=0)
    )


def _clock(text: str, patterns: _Patterns) -> tuple[int | None, int, str]:
    """Hour and minute of a text, and the rest of it; hour 0 without one, None when it is no time."""
    found = patterns.clock.search(text)
    if found is None:
        return 0, 0, text
    hour, half = int(found["hour"]), found["half"]
    if half:
        hour = hour % 12 + (12 if fold(half) in patterns.pm else 0) if hour <= 12 else hour
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return (hour if hour < 24 and int(found["minute"]) < 60 else None), int(found["minute"]), rest


def _date(text: str, patterns: _Patterns, here: datetime | None) -> datetime | None:
    numeric = _NUMERIC.search(text)
    hour, minute, rest = _clock(text.replace(numeric[0], " ") if numeric else text, patterns)
    if hour is None:
        return None
    if numeric:
        day, month, year = map(int, numeric.groups())
        return _moment(year, month, day, hour, minute) if month <= 12 else _moment(year, day, month, hour, minute)
    found = patterns.day_month.search(rest) or patterns.month_day.search(rest)
    if found is None:
        return None
    day, month = int(found["day"]), patterns.months[fold(" ".join(found["month"].split()))]
    if found["year"]:
        return _moment(int(found["year"]), month, day, hour, minute)
    if here is None:
        return None
    this = _moment(here.year, month, day, hour, minute)
    if this is None or this > here + timedelta(days=2):
        return _moment(here.year - 1, month, day, hour, minute)
    return this


def _moment(year: int, month: int, day: int, hour: int, minute: int) -> datetime | None:
    """That time in Beirut; None when there is none such."""
    try:
        found = datetime(year, month, day, hour, minute, tzinfo=BEIRUT)
        return found if found >= _EARLIEST and year < 2100 else None
    except (OverflowError, ValueError):
        return None
