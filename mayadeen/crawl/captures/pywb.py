"""A pywb collection. Its index has no resume keys: the period of a full response is queried again in two halves."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mayadeen.crawl.captures.service import (
    LINE_FIELDS,
    IndexPage,
    Line,
    NotAnIndex,
    Query,
    Service,
    json_line,
    origin_of,
    query_url,
    rows_of,
)
from mayadeen.site.address import Site

LIMIT = 10_000
"""Lines per query: 2 to 4 MB."""
_FIRST, _LAST = "19960101000000", "29991231235959"
"""The bounds of an unbounded period."""

Period = tuple[Site, str, str]
"""The captures of a site between two timestamps of 14 digits, both inclusive."""


def service(base: str) -> Service:
    """Return the service of a collection."""
    index = f"{base}/cdx"

    def query(period: Period) -> Query:
        site, start, end = period
        parameters = [("url", site.origin + "/"), ("matchType", "prefix"), ("limit", str(LIMIT))]
        parameters += [("from", start), ("to", end), ("fl", ",".join(LINE_FIELDS)), ("output", "json")]
        parameters += [("filter", "=status:200"), ("filter", "mime:html")]
        return Query(url=query_url(index, parameters), state=period)

    def first(site: Site, since: date | None) -> Query:
        return query((site, f"{since:%Y%m%d}000000" if since else _FIRST, _LAST))

    def read(asked: Query, body: bytes) -> IndexPage:
        lines = [json_line(row) for row in rows_of(body)]
        if len(lines) < LIMIT:
            return IndexPage(lines)
        site, start, end = asked.state
        parts = halves(start, end, lines)
        skipped = "" if parts else f"more than {LIMIT} captures in one second ({start})"
        return IndexPage(lines, [query((site, *part)) for part in parts], skipped)

    def capture_url(line: Line) -> str:
        # `id_`: the original response, without rewritten links.
        return f"{base}/{line['timestamp']}id_/{line['url']}"

    return Service(name=base, origins=(origin_of(base),), first=first, read=read, capture_url=capture_url)


def halves(start: str, end: str, lines: list[Line]) -> list[tuple[str, str]]:
    """Split a period at the median of its captures. Return [] for a period of one second.

    Raises NotAnIndex for invalid times, and for captures from outside the period, because splitting it would never end.
    """
    times = sorted(line["timestamp"] for line in lines)
    if times[0] < start or times[-1] > end:
        raise NotAnIndex("captures from outside the requested period (from=, to=)")
    if start == end:
        return []
    middle = times[len(times) // 2]
    if middle == end:
        middle = times[0] if times[0] < end else start
    try:
        after = int(datetime.strptime(middle, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()) + 1
    except ValueError:
        raise NotAnIndex(f"{middle!r}, not a time") from None
    return [(start, middle), (datetime.fromtimestamp(after, UTC).strftime("%Y%m%d%H%M%S"), end)]
