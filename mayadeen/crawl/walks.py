"""What is known of a listing while it is followed into its depth."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

ENDS = {
    "ended": "nothing more came",
    "older": "all on it is older than since",
    "known": "the rest is known",
    "repeats": "it repeats itself",
    "barren": "what it names is no article",
    "cap": "LISTING_MAX_PAGES is reached",
}
"""Why a listing is followed no further."""


@dataclass(slots=True, kw_only=True)
class Walk:
    """A listing on the way into its depth."""

    url: str
    listed: frozenset[str]
    """What it stands for: `tag:syria`, `region:mena`."""
    complete: int | None
    """When an earlier crawl had read it to its end, UTC seconds."""
    following: str | None = None
    """Its next page, where that has an address; else a browser is needed."""
    button: bool = False
    """Whether its first page has a button for more."""
    keys: dict[str, None] = field(default_factory=dict)
    """Its articles in scope."""
    whole: bool = True
    """Whether it could be followed."""
    first: list[str] = field(default_factory=list)
    """The addresses of the cards of its first page."""
    before: list[tuple[str, datetime | None]] = field(default_factory=list)
    """Keys and days of the page read last."""
    asked: list[str] = field(default_factory=list)
    """Those of them in scope."""
    seen: set[str] = field(default_factory=set)
    """The keys of all its pages."""
    pages: int = 0
    """Read after the first."""
    run: int = 0
    barren: int = 0
    end: str | None = None
    """Why it is not followed further, of `ENDS`; None while it is."""
