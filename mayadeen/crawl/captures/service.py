"""The interface of a web archive: queries to its index, index pages, and the lines on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mayadeen.site.address import Site

Line = dict[str, str]
"""One line of an index: `timestamp` (14 digits, UTC), `url`, `mime`, `status`, `digest`. Unknown values are ""."""

LINE_FIELDS = ("timestamp", "url", "mime", "status", "digest")


class NotAnIndex(ValueError):
    """Raised for a response that is not an index page. The message says what it is instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query to an index."""

    url: str
    state: Any = None
    """What `Service.read` needs to parse the response."""
    optional: bool = False
    """Whether the crawl continues if this query fails."""


@dataclass(frozen=True, slots=True)
class IndexPage:
    """The parsed response to a query."""

    lines: list[Line] = field(default_factory=list)
    following: list[Query] = field(default_factory=list)
    """The queries to send next, in order."""
    skipped: str = ""
    """A description of captures that the index cannot return, or ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A web archive."""

    name: str
    origins: tuple[str, ...]
    """The only origins that get requests, that of the index first."""
    first: Callable[[Site, date | None], Query]
    """Returns the first query for a site. Given a day, captures from before it may be left out."""
    read: Callable[[Query, bytes], IndexPage]
    """Parses a response. Raises NotAnIndex."""
    capture_url: Callable[[Line], str]
    """Returns the URL of a capture. With `#bytes=first-last` it is a WARC record within a larger file. Raises
    ValueError if the line does not say where the capture is."""


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def query_url(index: str, parameters: list[tuple[str, str]]) -> str:
    """Return the URL of a query."""
    return f"{index}?{urlencode(parameters, quote_via=quote)}"


def rows_of(body: bytes) -> list[str]:
    """Return the non-empty rows of a response. Raises NotAnIndex for HTML."""
    text = body.decode("utf-8", "replace")
    if text.lstrip()[:1] == "<":
        raise NotAnIndex("HTML, not an index")
    return [row for row in text.split("\n") if row.strip()]


def json_line(row: str, more: tuple[str, ...] = ()) -> Line:
    """Parse a row of JSON. `more`: fields to read besides LINE_FIELDS. Raises NotAnIndex."""
    try:
        line: Any = json.loads(row)
        required = {name: str(line[name]) for name in ("timestamp", "url")}
        return required | {name: str(line.get(name) or "") for name in (*LINE_FIELDS[2:], *more)}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotAnIndex(f"{row[:80]!r}, not an index") from None
