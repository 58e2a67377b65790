"""Figures: a heading that states the result, a chart, and the table of its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

MAX_ROWS = 66
"""Maximum number of rows of a table."""
Spec = dict[str, Any]
"""A Vega-Lite specification. Colours are names of CSS variables (`$ink`), so that both colour schemes have their own.
`$limit` and `$gradient` (the lengths of labels and of a legend) depend on the width.
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text and numbers."""

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    """Text, numbers, and stories. The headline of a story is a link."""
    left_out: int = 0
    """Number of rows left out."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One card of the page."""

    id: str
    title: str
    note: str
    table: Table
    spec: Spec | None = None
    values: Sequence[Mapping[str, Any]] = ()
    """Data of the chart, unless `spec` contains its data."""
    small: Spec | None = None
    """The chart for phones, if it differs by more than the width."""
    height: int = 300
    small_height: int | None = None
    legend: Sequence[str] = ()
    """Names of the series in the order of their colours. Their buttons set the chart's parameter `shown`."""
    wide: bool = False
    open: bool = False
    """Whether the table is open initially."""
    hint: str = ""
    """Hint on how to use the wide chart."""
    names: bool = False
    """Whether the first column has names in the edition's language."""


def cut(rows: Sequence[Sequence[Any]], head: Sequence[str]) -> Table:
    """Return a table of the first MAX_ROWS rows."""
    return Table(head, rows[:MAX_ROWS], max(0, len(rows) - MAX_ROWS))


def in_pairs(figures: Sequence[Figure | None]) -> list[Figure]:
    """Return the existing figures. A narrow figure without another one beside it becomes wide."""
    found: list[Figure] = []
    beside = False
    for figure in filter(None, figures):
        if beside and figure.wide:
            found[-1] = replace(found[-1], wide=True)
        beside = not figure.wide and not beside
        found.append(figure)
    if beside:
        found[-1] = replace(found[-1], wide=True)
    return found


def plural(count: int, one: str) -> str:
    """Return a count with its noun: `1 article`, `1,234 articles`."""
    return f"{count:,} {one if count == 1 else one + 's'}"


def share(part: int, whole: int) -> str:
    """Return a percentage: `12 %`. A share that would round to 0 is `under 1 %`."""
    if not whole or not part:
        return "0 %"
    return "under 1 %" if part / whole < 0.01 else f"{part / whole:.0%}".replace("%", " %")
