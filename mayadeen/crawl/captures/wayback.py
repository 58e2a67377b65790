"""The Wayback Machine, and servers with its forms."""

from __future__ import annotations

from datetime import date

from mayadeen.crawl.captures.service import (
    LINE_FIELDS,
    Answer,
    Line,
    NotAnIndex,
    Question,
    Service,
    question_url,
    rows_of,
)
from mayadeen.site.address import Site

LIMIT = 10_000
"""Lines asked for at once: 2 to 4 MB."""


def service(origin: str) -> Service:
    """The service at an origin."""
    index, pages = f"{origin}/cdx/search/cdx", f"{origin}/web"

    def first(site: Site, since: date | None) -> Question:
        asked = [("url", site.origin + "/"), ("matchType", "prefix"), ("limit", str(LIMIT))]
        if since:
            asked.append(("from", f"{since:%Y%m%d}000000"))
        asked += [("fl", "timestamp,original,mimetype,statuscode,digest")]
        asked += [("filter", "statuscode:200"), ("filter", "mimetype:text/html")]
        asked += [("collapse", "digest"), ("showResumeKey", "true")]
        return Question(url=question_url(index, asked), about=asked)

    def read(question: Question, body: bytes) -> Answer:
        rows = rows_of(body)
        further = []
        # The key to go on from stands alone in the last row.
        if rows and len(rows[-1].split(" ")) == 1:
            key = rows.pop().strip()
            url = question_url(index, [*question.about, ("resumeKey", key)])
            further = [Question(url=url, about=question.about)]
        return Answer([_line(row) for row in rows], further)

    def capture_url(line: Line) -> str:
        # `id_`: as it was answered, without toolbar and rewritten links.
        return f"{pages}/{line['timestamp']}id_/{line['url']}"

    return Service(name=pages, index=index, origins=(origin,), first=first, read=read, capture_url=capture_url)


def _line(row: str) -> Line:
    values = row.split(" ")
    if len(values) != len(LINE_FIELDS):
        raise NotAnIndex(f"{row[:80]!r}, not lines of an index")
    return dict(zip(LINE_FIELDS, values, strict=True))
