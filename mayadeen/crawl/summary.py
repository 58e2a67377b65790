"""The results and costs of a crawl, computed from its stats: for the live line, the log and the archive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

REQUIRED = ("headline", "datePublished", "articleBody")
"""Fields that nearly every article has."""


def found(stats: Mapping[str, Any], skipped: int) -> dict[str, int]:
    """Return the number of articles per outcome. `skipped`: those not requested."""
    counts = {
        "new": stats.get("archive/new", 0),
        "changed": stats.get("archive/changed", 0) + stats.get("archive/older", 0),
        "unchanged": skipped + stats.get("archive/unchanged", 0) + stats.get("archive/reread", 0),
        "gone": stats.get("page/gone", 0),
    }
    return counts | ({"back": back} if (back := stats.get("archive/back", 0)) else {})


def requests(stats: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of requests by kind, including retries."""
    return {name.partition("/")[2]: value for name, value in stats.items() if name.startswith("requests/")}


def origins(stats: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return how often each required field was read from each origin: field -> origin -> articles."""
    counts: dict[str, dict[str, int]] = {name: {} for name in REQUIRED}
    for name, value in stats.items():
        what, _, rest = name.partition("/")
        field, _, origin = rest.partition("/")
        if what == "parse" and field in REQUIRED:
            counts[field][origin] = value
    return counts
