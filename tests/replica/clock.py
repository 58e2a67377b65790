"""Times as the site writes them: one instant, five spellings. Pure."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from tests.replica.edition import Edition

_CENTRAL_EUROPE = ZoneInfo("Europe/Paris")
_WINTER, _SUMMER = timezone(timedelta(hours=2)), timezone(timedelta(hours=3))


def _last(weekday: int, month_end: date) -> date:
    return month_end - timedelta(days=(month_end.weekday() - weekday) % 7)


def beirut(instant: datetime) -> datetime:
    """Beirut wall time with the offset the site writes: summer starts on the last Friday of March."""
    wall = instant.astimezone(_WINTER)
    summer = _last(4, date(wall.year, 3, 31)) <= wall.date() < _last(6, date(wall.year, 10, 31))
    return instant.astimezone(_SUMMER if summer else _WINTER)


def stated(instant: datetime) -> str:
    """As in the metadata tag: `2024-04-30T00:58:00+03:00`."""
    return beirut(instant).isoformat(timespec="seconds")


def naive_utc(instant: datetime) -> str:
    """As in article:* and JSON-LD: UTC without a zone, seven decimals; within a second of the stated one."""
    fraction = "7970000" if instant.second else "0000000"
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{fraction}"


def central_europe(instant: datetime) -> str:
    """As in the sitemaps: the same instant with a Central European offset."""
    return instant.astimezone(_CENTRAL_EUROPE).isoformat(timespec="seconds")


def printed_date(instant: datetime, edition: Edition, now: datetime) -> str:
    """As on a card: `9 May 2025`; beyond English without the year in the current one, and `اليوم 15:17` of this day."""
    wall = beirut(instant)
    if edition.code == "en":
        return _day(wall, edition, year=True)
    if wall.date() == beirut(now).date():
        return f"{edition.words['today']} {wall:%H:%M}"
    return _day(wall, edition, year=wall.year != now.year)


def printed(instant: datetime, edition: Edition, now: datetime) -> str:
    """As in the byline: `20 Apr 2024 20:50`; without the year in the current one; in Arabic as on a card on its day."""
    wall = beirut(instant)
    if edition.code == "ar" and wall.date() == beirut(now).date():
        return printed_date(instant, edition, now)
    return f"{_day(wall, edition, year=wall.year != now.year)} {wall:%H:%M}"


def _day(wall: datetime, edition: Edition, *, year: bool) -> str:
    return f"{wall.day} {edition.months[wall.month - 1]}" + (f" {wall.year}" if year else "")
