"""Sums over the facts of an edition: the data of the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from mayadeen.report.facts import FIELDS, Edit, Facts
from mayadeen.report.periods import Periods

MAX_PERIODS, MAX_COLUMNS = 120, 36
"""Maximum number of columns in the chart of days, and in heat maps."""
TOP_TAGS, TAGS_PAIRED, TOP_NODES = 12, 50, 27
LATENESS = {
    "under 1 hour": 3600, "1 to 6 hours": 21600, "6 to 24 hours": 86400, "1 to 3 days": 259200,
    "3 to 7 days": 604800, "1 to 4 weeks": 2419200, "later": 1 << 62,
}  # fmt: skip
"""Class -> the upper limit of its delay in seconds."""


@dataclass(slots=True)
class Sums:
    """The sums of one edition. A period is named by its first day."""

    articles: int = 0
    undated: int = 0
    first: str = ""
    last: str = ""
    periods: Periods | None = None
    """Periods of the chart of days; None without a dated article."""
    columns: Periods | None = None
    """Periods of the heat maps."""
    sections: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    published: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(period, section) -> articles."""
    hours: Counter[tuple[int, int]] = field(default_factory=Counter)
    """(weekday from Monday = 0, hour) -> articles."""
    tags: Counter[str] = field(default_factory=Counter)
    tagged: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(tag, column) -> articles, of the most frequent tags."""
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(tag, tag) -> articles with both, of the most frequent tags."""
    authors: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    linked: Counter[int] = field(default_factory=Counter)
    """Number of an article in `network` -> number of articles whose related links lead to it."""
    network: list[tuple[int, int]] = field(default_factory=list)
    """(number of an article, number of an article that one of its related links leads to)."""
    relations: int = 0
    """Number of related links between archived articles."""
    edited: int = 0
    """Number of articles with more than one version."""
    edits: list[tuple[int, Edit]] = field(default_factory=list)
    """(number of the article, edit)."""
    late: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    gone: list[int] = field(default_factory=list)
    near: list[tuple[int, int]] = field(default_factory=list)
    """(number of an article, number of earlier articles with nearly the same text)."""
    filled: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(field, column) -> articles that have it."""
    dated: Counter[str] = field(default_factory=Counter)
    """Column -> articles with a date."""


def sum_up(read: Callable[[], Iterable[Facts]], since: date | None, until: date | None) -> Sums:
    """Return the sums of articles published between two days, both inclusive. `read` returns all facts and is called
    twice.
    """

    def facts() -> Iterator[Facts]:
        low, high = since.isoformat() if since else "", until.isoformat() if until else "9999"
        return (each for each in read() if low <= each.day <= high and (each.day or not (since or until)))

    sums = Sums()
    numbers: dict[int, int] = {}
    for each in facts():
        _count(sums, each)
        numbers[each.own] = each.n
    if sums.days:
        sums.first, sums.last = min(sums.days), max(sums.days)
        first, last = date.fromisoformat(sums.first), date.fromisoformat(sums.last)
        sums.periods, sums.columns = Periods(first, last, MAX_PERIODS), Periods(first, last, MAX_COLUMNS)
    degrees = _count_again(sums, facts(), numbers)
    chosen = {n for n, _ in sorted(degrees.items(), key=lambda item: (-item[1], item[0]))[:TOP_NODES]}
    sums.linked = Counter({n: degrees[n] for n in chosen})
    for each in facts():
        if each.n in chosen:
            targets = (numbers.get(mark) for mark in each.related)
            sums.network += [(each.n, target) for target in targets if target in chosen]
    return sums


def _count(sums: Sums, facts: Facts) -> None:
    sums.articles += 1
    sums.sections[facts.section] += 1
    if facts.day:
        sums.days[facts.day] += 1
        sums.hours[date.fromisoformat(facts.day).weekday(), facts.hour] += 1
    else:
        sums.undated += 1
    sums.tags.update(facts.tags)
    sums.authors.update(facts.authors)
    sums.sources.update(facts.sources)
    if facts.edits:
        sums.edited += 1
        sums.edits += [(facts.n, edit) for edit in facts.edits]
        for edit in facts.edits:
            sums.changed.update(edit.fields)
            if edit.late is not None:
                sums.late[next(name for name, below in LATENESS.items() if edit.late < below)] += 1
    if facts.gone:
        sums.gone.append(facts.n)
    if facts.near:
        sums.near.append((facts.n, facts.near))


def _count_again(sums: Sums, facts: Iterable[Facts], numbers: dict[int, int]) -> Counter[int]:
    """Add the sums that depend on the date range and on the frequent tags, in a second pass.

    Returns the number of articles whose related links lead to each article. `numbers`: hash of an address -> number of
    its article.
    """
    most = [tag for tag, _ in ranked(sums.tags)]
    top, paired = set(most[:TOP_TAGS]), set(most[:TAGS_PAIRED])
    degrees: Counter[int] = Counter()
    shapes: Counter[tuple[int, str]] = Counter()
    for each in facts:
        targets = [numbers[mark] for mark in each.related if mark in numbers]
        sums.relations += len(targets)
        for target in targets:
            degrees[target] += 1
        for pair in combinations(sorted(paired.intersection(each.tags)), 2):
            sums.pairs[pair] += 1
        if each.day and sums.periods and sums.columns:
            sums.published[sums.periods.of(each.day), each.section] += 1
            column = sums.columns.of(each.day)
            sums.dated[column] += 1
            shapes[each.filled, column] += 1
            for tag in top.intersection(each.tags):
                sums.tagged[tag, column] += 1
    for (filled, column), count in shapes.items():
        for at, name in enumerate(FIELDS):
            if filled >> at & 1:
                sums.filled[name, column] += count
    return degrees


def ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """Return the counts, most frequent first, then by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
