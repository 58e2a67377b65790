"""Groups days into weeks, months, ... to limit the number of columns of a chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

_BEGINS: dict[str, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "quarter": lambda day: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
    "year": lambda day: day.replace(month=1, day=1),
}
"""Unit -> function that returns the first day of the period of a day."""
_LONGEST = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
"""Maximum number of days of each unit."""
_DAYS = {"day": 1, "week": 7, "month": 30.44, "quarter": 91.3, "year": 365.25}


class Periods:
    """The periods between two days, in the smallest unit with at most `most` periods, if there is one."""

    def __init__(self, first: date, last: date, most: int) -> None:
        span = (last - first).days + 1
        self.unit = next((unit for unit, days in _DAYS.items() if span / days + 1 <= most), "year")
        self._begin = _BEGINS[self.unit]
        self._known: dict[str, str] = {}
        self.all = sorted({self.of((first + timedelta(days=at)).isoformat()) for at in range(span)})
        """First day of each period, `2024-04-01`."""

    def of(self, day: str) -> str:
        """Return the first day of the period of a day."""
        if day not in self._known:
            self._known[day] = self._begin(date.fromisoformat(day)).isoformat()
        return self._known[day]

    def end(self, begin: str) -> str:
        """Return the day after a period."""
        return self.of((date.fromisoformat(begin) + timedelta(days=_LONGEST[self.unit])).isoformat())

    def name(self, begin: str) -> str:
        """Return the printed name: `20 Apr 2024` (also of a week, by its Monday), `Apr 2024`, `2024 Q2`, `2024`."""
        day = date.fromisoformat(begin)
        if self.unit == "year":
            return str(day.year)
        if self.unit == "quarter":
            return f"{day.year} Q{(day.month + 2) // 3}"
        return f"{day:%b %Y}" if self.unit == "month" else f"{day.day} {day:%b %Y}"
