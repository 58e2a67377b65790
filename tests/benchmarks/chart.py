"""Bars of what was measured, as SVG."""

from __future__ import annotations

from html import escape
from typing import Any

_BAR, _LEFT, _WIDTH = 18, 260, 420


def draw(results: dict[str, list[dict[str, Any]]]) -> str:
    """One group of bars for each thing that was measured side by side; in a group, the longest fills the width."""
    sizes = results.get("growth", []) + results.get("long", [])
    groups = [
        ("CPU ms a page, read by", [(row["library"], row["ms"]) for row in results.get("peers", [])]),
        (
            "CPU ms a page with a large menu, read by",
            [(row["library"], row["ms"]) for row in results.get("peers-menu", [])],
        ),
        (
            "CPU ms an article, crawled by",
            [(row["crawler"], row["CPU ms/article"]) for row in results.get("end-to-end", [])],
        ),
        (
            "Item / tree",
            [
                (f"{row['theme']}, {row['page KB']} KB, {row['menu']} links", row["item / tree"])
                for row in results.get("page", [])
            ],
        ),
        (
            "CPU ms an article, by size of the site",
            [(f"{row['articles']:,}", row["CPU ms/article"]) for row in sizes],
        ),
    ]
    parts: list[str] = []
    y = 0
    for title, bars in groups:
        if not bars:
            continue
        y += 30
        parts.append(f'<text x="8" y="{y}" font-weight="bold">{escape(title)}</text>')
        longest = max(value for _, value in bars)
        for name, value in bars:
            y += _BAR + 4
            width = max(1.0, _WIDTH * value / longest)
            parts.append(f'<text x="{_LEFT - 8}" y="{y}" text-anchor="end">{escape(name)}</text>')
            parts.append(f'<rect x="{_LEFT}" y="{y - 13}" width="{width:.0f}" height="{_BAR - 2}" fill="#2a6f97"/>')
            parts.append(f'<text x="{_LEFT + width + 6:.0f}" y="{y}">{value:.3g}</text>')
    size = f'width="{_LEFT + _WIDTH + 70}" height="{y + 20}"'
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">\n{body}\n</svg>\n'
