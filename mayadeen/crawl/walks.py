"""The state of a listing while its further pages are followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

ENDS = {
    "ended": "end of the listing",
    "older": "all articles are older than since",
    "known": "the rest is known",
    "repeats": "its pages repeat",
    "cap": "LISTING_MAX_PAGES is reached",
    "barren": "its links are not articles",
    "shallow": "it cannot be followed further",
}
"""Why a listing is not followed further."""
COMPLETE = frozenset(ENDS) - {"barren", "shallow"}
"""Those of them after which it was read to its end, or to the maximum number of pages."""


@dataclass(slots=True, kw_only=True)
class Walk:
    """The state of one listing."""

    url: str
    listed: frozenset[str]
    """Labels of the listing: `tag:syria`, `region:mena`."""
    complete: int | None
    """When an earlier crawl read it to its end, UTC seconds."""
    following: str | None = None
    """The address of its next page, or None if a browser is needed."""
    button: bool = False
    """Whether its first page has a load-more button."""
    keys: dict[str, None] = field(default_factory=dict)
    """Its articles in scope, those of other shards among them."""
    first: list[str] = field(default_factory=list)
    """The addresses of the cards of its first page."""
    before: list[tuple[str, datetime | None]] = field(default_factory=list)
    """Keys and dates of the articles on the page read last."""
    asked: list[str] = field(default_factory=list)
    """Those of them in scope and in the crawl's shard."""
    seen: set[str] = field(default_factory=set)
    """The keys of all its pages."""
    pages: int = 0
    """Number of pages read after the first."""
    run: int = 0
    barren: int = 0
    end: str | None = None
    """Why it is not followed further, a key of `ENDS`; None while it is followed."""
