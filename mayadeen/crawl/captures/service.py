"""What web archives have in common: questions to an index, answers, lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mayadeen.site.address import Site

Line = dict[str, str]
"""A line of an index: `timestamp` (14 digits, UTC), `url`, `mime`, `status`, `digest`; "" for what it does not say."""

LINE_FIELDS = ("timestamp", "url", "mime", "status", "digest")


class NotAnIndex(ValueError):
    """Raised for an answer that is no index; its text says what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request to an index."""

    url: str
    about: Any = None
    """What its service needs to read the answer."""
    optional: bool = False
    """Whether the rest of the index is worth reading without it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came."""

    lines: list[Line] = field(default_factory=list)
    further: list[Question] = field(default_factory=list)
    """What to ask next, first things first."""
    left: str = ""
    """What cannot be asked for, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A web archive."""

    name: str
    index: str
    """Address of its index."""
    origins: tuple[str, ...]
    """Where requests go, the index first; no others are sent."""
    first: Callable[[Site, date | None], Question]
    """The first question about a site, for what may hold articles published since a day."""
    read: Callable[[Question, bytes], Answer]
    """Reads an answer. Raises NotAnIndex."""
    capture_url: Callable[[Line], str]
    """Where a capture is. `#bytes=first-last`: it is a WARC record of a larger file."""


def origin_of(url: str) -> str:
    """Scheme and host of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def question_url(index: str, asked: list[tuple[str, str]]) -> str:
    """The address of a question."""
    return f"{index}?{urlencode(asked, quote_via=quote)}"


def rows_of(body: bytes) -> list[str]:
    """The rows of an answer that are not empty. Raises NotAnIndex."""
    text = body.decode("utf-8", "replace")
    if text.lstrip()[:1] == "<":
        raise NotAnIndex("HTML, not lines of an index")
    return [row for row in text.split("\n") if row.strip()]


def json_line(row: str, more: tuple[str, ...] = ()) -> Line:
    """A row of JSON; `more`: fields beyond those of every line. Raises NotAnIndex."""
    try:
        line: Any = json.loads(row)
        needed = {name: str(line[name]) for name in ("timestamp", "url")}
        return needed | {name: str(line.get(name) or "") for name in (*LINE_FIELDS[2:], *more)}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotAnIndex(f"{row[:80]!r}, not lines of an index") from None
