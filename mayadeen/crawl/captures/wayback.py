"""The Wayback Machine, and servers with the same URLs."""

from __future__ import annotations

from datetime import date

from mayadeen.crawl.captures.service import LINE_FIELDS, IndexPage, Line, NotAnIndex, Query, Service, query_url, rows_of
from mayadeen.site.address import Site

LIMIT = 10_000
"""Lines per query: 2 to 4 MB."""


def service(origin: str) -> Service:
    """Return the service at an origin."""
    index, pages = f"{origin}/cdx/search/cdx", f"{origin}/web"

    def first(site: Site, since: date | None) -> Query:
        parameters = [("url", site.origin + "/"), ("matchType", "prefix"), ("limit", str(LIMIT))]
        if since:
            parameters.append(("from", f"{since:%Y%m%d}000000"))
        parameters += [("fl", "timestamp,original,mimetype,statuscode,digest")]
        parameters += [("filter", "statuscode:200"), ("filter", "mimetype:text/html")]
        parameters += [("collapse", "digest"), ("showResumeKey", "true")]
        return Query(url=query_url(index, parameters), state=parameters)

    def read(query: Query, body: bytes) -> IndexPage:
        rows = rows_of(body)
        following = []
        # The resume key is alone in the last row.
        if rows and len(rows[-1].split(" ")) == 1:
            key = rows.pop().strip()
            url = query_url(index, [*query.state, ("resumeKey", key)])
            following = [Query(url=url, state=query.state)]
        return IndexPage([_line(row) for row in rows], following)

    def capture_url(line: Line) -> str:
        # `id_`: the original response, without toolbar and rewritten links.
        return f"{pages}/{line['timestamp']}id_/{line['url']}"

    return Service(name=pages, origins=(origin,), first=first, read=read, capture_url=capture_url)


def _line(row: str) -> Line:
    values = row.split(" ")
    if len(values) != len(LINE_FIELDS):
        raise NotAnIndex(f"{row[:80]!r}, not an index")
    return dict(zip(LINE_FIELDS, values, strict=True))
