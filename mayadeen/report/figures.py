"""Figures: a heading that says what is seen, a chart, and the table behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

MAX_ROWS = 66
"""Of a table."""
Spec = dict[str, Any]
"""A Vega-Lite specification. Colours are names of CSS variables, `$ink`, so that both colour schemes have their own;
`$limit` and `$gradient`, the lengths of labels and of a legend, depend on the width."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text and numbers."""

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    """Text, numbers, and stories, whose headline is a link."""
    left_out: int = 0
    """Further rows that there are."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One card of the page."""

    id: str
    title: str
    note: str
    table: Table
    spec: Spec | None = None
    values: Sequence[Mapping[str, Any]] = ()
    """Data of the chart, unless `spec` has its own."""
    small: Spec | None = None
    """For a phone, where it differs by more than its width."""
    height: int = 300
    small_height: int | None = None
    legend: Sequence[str] = ()
    """Names of the series in the order of their colours; their buttons set the chart's parameter `shown`."""
    wide: bool = False
    open: bool = False
    """Whether the table is shown from the start."""
    hint: str = ""
    """What can be done with the wide chart."""
    names: bool = False
    """Whether the first column is names in the edition's language."""


def cut(rows: Sequence[Sequence[Any]], head: Sequence[str]) -> Table:
    """A table of the first MAX_ROWS rows."""
    return Table(head, rows[:MAX_ROWS], max(0, len(rows) - MAX_ROWS))


def in_pairs(figures: Sequence[Figure | None]) -> list[Figure]:
    """Those that there are; a narrow one that none stands beside is made wide."""
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


def plural(count: int, one: str, many: str = "") -> str:
    """`1 article`, `1,234 articles`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """`12 %`; `under 1 %` is not 0."""
    if not whole or not part:
        return "0 %"
    return "under 1 %" if part / whole < 0.01 else f"{part / whole:.0%}".replace("%", " %")
