"""Common Crawl: a list of crawls, a paginated index of each crawl, and WARC records in large files."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from mayadeen.crawl.captures.service import (
    LINE_FIELDS,
    IndexPage,
    Line,
    NotAnIndex,
    Query,
    Service,
    json_line,
    query_url,
    rows_of,
)
from mayadeen.site.address import Site

_RECORD_FIELDS = ("filename", "offset", "length", "truncated")
_NAME = re.compile(r"CC-MAIN-[0-9-]+")


def service(index: str, data: str) -> Service:
    """Return the service with its indexes at one origin and its WARC files at another."""
    index, data = index.rstrip("/"), data.rstrip("/")

    def first(site: Site, since: date | None) -> Query:
        return Query(url=f"{index}/collinfo.json", state=("crawls", site, since))

    def read(query: Query, body: bytes) -> IndexPage:
        step, *state = query.state
        if step == "crawls":
            site, since = state
            return IndexPage(following=[count(name, site, since) for name in crawls(body, since)])
        if step == "count":
            name, parameters = state
            return IndexPage(
                following=[page(name, parameters, number) for number in range(_pages(body) if body else 0)]
            )
        return IndexPage([json_line(row, _RECORD_FIELDS) for row in rows_of(body)])

    def count(name: str, site: Site, since: date | None) -> Query:
        """Return the query for the number of index pages that a crawl has for a site."""
        parameters = [("url", site.origin + "/"), ("matchType", "prefix"), ("output", "json")]
        if since:
            parameters.append(("from", f"{since:%Y%m%d}000000"))
        url = query_url(f"{index}/{name}-index", [*parameters, ("showNumPages", "true")])
        return Query(url=url, state=("count", name, parameters), optional=True)

    def page(name: str, parameters: list[tuple[str, str]], number: int) -> Query:
        more = [("fl", ",".join((*LINE_FIELDS, *_RECORD_FIELDS))), ("filter", "=status:200"), ("filter", "mime:html")]
        url = query_url(f"{index}/{name}-index", [*parameters, *more, ("page", str(number))])
        return Query(url=url, state=("lines",), optional=True)

    def capture_url(line: Line) -> str:
        start, length, name = int(line["offset"]), int(line["length"]), line["filename"]
        if start < 0 or length < 1 or not name or "#" in name:
            raise ValueError(f"{name!r}, {start}, {length} is not a record")
        return f"{data}/{name}#bytes={start}-{start + length - 1}"

    return Service(name=index, origins=(index, data), first=first, read=read, capture_url=capture_url)


def crawls(body: bytes, since: date | None) -> list[str]:
    """Return the names of the crawls in `collinfo.json`, newest first. Raises NotAnIndex.

    `since`: leave out crawls that ended before this day.
    """
    try:
        listed: Any = json.loads(body)
        ends = {str(each["id"]): str(each.get("to") or "")[:10] for each in listed}
    except (ValueError, KeyError, TypeError, AttributeError):
        start = body[:80].decode("utf-8", "replace")
        what = "HTML" if start.lstrip()[:1] == "<" else repr(start)
        raise NotAnIndex(f"{what}, not a list of crawls") from None
    names = sorted((name for name in ends if _NAME.fullmatch(name)), reverse=True)
    return [name for name in names if since is None or (ends[name] or _latest_end(name)) >= since.isoformat()]


def _latest_end(name: str) -> str:
    """Return the latest day on which a crawl can have ended: in January after the year in its name."""
    year = max(int(each) for each in name.split("-")[2:] if len(each) == 4)
    return f"{year + 1}-01-31"


def _pages(body: bytes) -> int:
    try:
        return int(json.loads(body)["pages"])
    except (ValueError, KeyError, TypeError):
        raise NotAnIndex(f"{body[:80].decode('utf-8', 'replace')!r}, not a number of pages") from None
