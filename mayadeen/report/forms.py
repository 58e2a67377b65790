"""Chart types, names and colours shared by several figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mayadeen.report.figures import Spec

SERIES = 6
"""Maximum number of series with their own colour. The others share one."""
_LABEL = 34
"""Maximum number of characters of a name in a chart."""
WHOLE = "datum.value % 1 ? '' : format(datum.value, ',d')"
"""Label expression for an axis of counts."""
SHOWN_PARAM = {"name": "shown", "value": []}
SHOWN = {"condition": {"test": "!length(shown) || indexof(shown, datum.s) >= 0", "value": 1}, "value": 0.12}
"""Series that are not selected in the legend are dimmed."""


def color_scale(name: str, series: Sequence[str]) -> Spec:
    """Return the colours of the series. If there are more than SERIES, the last is grey. The page draws the legend."""
    scale = {"domain": list(series), "range": [f"$c{rank}" for rank in range(len(series))]}
    return {"field": name, "type": "nominal", "scale": scale, "legend": None}


def label(name: str, most: int = _LABEL) -> str:
    """Return a name for a chart or a heading: shortened, and isolated in its text direction."""
    return f"\u2068{name if len(name) <= most else name[: most - 1] + '…'}\u2069" if name else "(no name)"


def lookup(key: str, rows: list[dict[str, Any]]) -> Spec:
    """Return a transform that adds the other fields of the row with the same key, so that they are stored once."""
    fields = [name for name in rows[0] if name != key]
    return {"lookup": key, "from": {"data": {"values": rows}, "key": key, "fields": fields}}


def cells(rows: Sequence[Sequence[float | None]]) -> list[dict[str, Any]]:
    """Return the values of a heat map, row by row; None for a cell without data."""
    return [{"x": x, "y": y, "n": number} for y, row in enumerate(rows) for x, number in enumerate(row)]


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    tip: str,
    column: str = "When",
    mirrored: bool = False,
    share: bool = False,
) -> Spec:
    """Return a heat map with rounded cells, darker for larger values. `share`: values are from 0 to 1. See `cells`."""
    number: Spec = {"format": ".0%"} if share else {"format": ",d", "tickMinStep": 1}
    domain = {"domain": [0, 1]} if share else {"domainMin": 0}
    axis = {"ticks": False, "domain": False}
    return {
        # The labels of the outer columns are wider than their cells.
        "padding": {"left": 28 if mirrored else 0, "right": 0 if mirrored else 28, "top": 6, "bottom": 2},
        "transform": [
            lookup("x", [{"x": at, "c": name} for at, name in enumerate(columns)]),
            lookup("y", [{"y": at, "r": name} for at, name in enumerate(rows)]),
        ],
        "mark": {"type": "rect", "cornerRadius": 3},
        "encoding": {
            "x": {
                "field": "c", "type": "ordinal", "sort": list(columns), "title": None,
                "scale": {"paddingInner": 0.1, "paddingOuter": 0},
                "axis": {**axis, "labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 8},
            },
            "y": {
                "field": "r", "type": "ordinal", "sort": list(rows), "title": None,
                "scale": {"paddingInner": 0.12, "paddingOuter": 0},
                "axis": {
                    **axis, "orient": "right" if mirrored else "left", "labelColor": "$ink", "labelLimit": "$limit",
                },
            },
            "color": {
                "field": "n", "type": "quantitative", "title": None,
                "scale": {**domain, "range": ["$heat0", "$heat1"]},
                "legend": {
                    "orient": "bottom", "gradientLength": "$gradient", "gradientThickness": 8, "tickCount": 3, **number,
                },
            },
            "tooltip": [
                {"field": "r", "title": " "}, {"field": "c", "title": column},
                {"field": "n", "title": tip, "format": number["format"]},
            ],
        },
    }  # fmt: skip


def bars(values: Sequence[Mapping[str, Any]], *, tip: str, mirrored: bool = False) -> Spec:
    """Return horizontal bars in the given order, each with its number at the end."""
    place = {"field": "y", "type": "nominal", "sort": [value["y"] for value in values], "title": None}
    axis = {"ticks": False, "domain": False, "labelColor": "$ink", "labelLimit": "$limit", "labelPadding": 8}
    most = max(value["n"] for value in values)
    length = {
        "field": "n", "type": "quantitative", "title": None, "axis": None,
        "scale": {"domain": [0, most * 1.12], "nice": False, "reverse": mirrored},
    }  # fmt: skip
    outer = "Left" if mirrored else "Right"
    return {
        "encoding": {
            "y": {**place, "axis": {**axis, "orient": "right" if mirrored else "left"}},
            "x": length,
            "tooltip": [{"field": "y", "title": " "}, {"field": "n", "title": tip, "format": ",d"}],
        },
        "layer": [
            {
                "mark": {
                    "type": "bar", "height": 18, "color": "$c0",
                    f"cornerRadiusTop{outer}": 4, f"cornerRadiusBottom{outer}": 4,
                }
            },
            {
                "mark": {
                    "type": "text", "align": "right" if mirrored else "left", "dx": -5 if mirrored else 5,
                    "color": "$mute", "fontSize": 12,
                },
                "encoding": {"text": {"field": "n", "format": ",d"}},
            },
        ],
    }  # fmt: skip
