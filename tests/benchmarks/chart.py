"""The results as SVG: bars, and quality beside speed."""

from __future__ import annotations

from html import escape
from math import log10
from typing import Any

_BAR, _LEFT, _WIDTH = 18, 260, 420
_OWN, _OTHER = "#b3541e", "#2a6f97"
"""Colours of this project, and of all others."""

Results = dict[str, list[dict[str, Any]]]


def draw(results: Results) -> str:
    """The points of the libraries on real pages, then a group of bars for each thing measured side by side."""
    parts: list[str] = []
    y = _points(parts, results.get("real-pages", []))
    for title, bars in _groups(results):
        if not bars:
            continue
        y += 30
        parts.append(f'<text x="8" y="{y}" font-weight="bold">{escape(title)}</text>')
        longest = max(value for _, value in bars)
        for name, value in bars:
            y += _BAR + 4
            width = max(1.0, _WIDTH * value / longest)
            parts.append(f'<text x="{_LEFT - 8}" y="{y}" text-anchor="end">{escape(name)}</text>')
            parts.append(
                f'<rect x="{_LEFT}" y="{y - 13}" width="{width:.0f}" height="{_BAR - 2}" fill="{_fill(name)}"/>'
            )
            parts.append(f'<text x="{_LEFT + width + 6:.0f}" y="{y}">{value:.3g}</text>')
    width, height = _LEFT + _WIDTH + 70, y + 20
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif"'
        f' font-size="13">\n<rect width="{width}" height="{height}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _groups(results: Results) -> list[tuple[str, list[tuple[str, float]]]]:
    """Title, and name and value of each bar."""
    sizes = results.get("growth", []) + results.get("long", [])
    return [
        ("CPU ms a page of the replica, read by", [(row["library"], row["ms"]) for row in results.get("peers", [])]),
        ("The same with a large menu", [(row["library"], row["ms"]) for row in results.get("peers-menu", [])]),
        (
            "CPU ms an article, crawled by",
            [(row["crawler"], row["CPU ms/article"]) for row in results.get("end-to-end", [])],
        ),
        (
            "Item / tree of the page",
            [
                (f"{reader}, {row['theme']}, {row['page KB']} KB", row[column])
                for row in results.get("page", [])
                if row["menu"] == 0
                for reader, column in (("rules", "item / tree"), ("template", "by template / tree"))
            ],
        ),
        ("CPU ms an article, by size of the site", [(f"{row['articles']:,}", row["CPU ms/article"]) for row in sizes]),
    ]


def _points(parts: list[str], rows: list[dict[str, Any]]) -> int:
    """Text F1 over time of each library on real pages. Returns the height used."""
    if not rows:
        return 0
    top, height = 50, 260
    low = min(row["text F1"] for row in rows) - 0.01
    least, most = (log10(choose(row["ms"] for row in rows)) for choose in (min, max))
    parts.append('<text x="8" y="24" font-weight="bold">Real pages: text F1 (higher is better), CPU ms a page</text>')
    parts.append(f'<path d="M60 {top}V{top + height}H690" fill="none" stroke="#999"/>')
    labels: list[float] = []
    for row in sorted(rows, key=lambda row: -row["text F1"]):
        x = 80 + 460 * (log10(row["ms"]) - least) / ((most - least) or 1)
        y = top + height * (1 - (row["text F1"] - low) / (1 - low))
        parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="6" fill="{_fill(row["library"])}"/>')
        label = f"{row['library']}: {row['text F1']:.3f}, {row['ms']:.3g} ms"
        labels.append(max([y + 4, *(each + 15 for each in labels[-1:])]))  # below the last label, not on it
        parts.append(f'<text x="{x + 10:.0f}" y="{labels[-1]:.0f}">{escape(label)}</text>')
    return top + height + 10


def _fill(name: str) -> str:
    return _OWN if name.startswith("mayadeen") else _OTHER
