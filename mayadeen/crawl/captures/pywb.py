"""A pywb collection. Its index gives no key to go on from: a full answer is asked for anew in halves of its time."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mayadeen.crawl.captures.service import (
    LINE_FIELDS,
    Answer,
    Line,
    NotAnIndex,
    Question,
    Service,
    json_line,
    origin_of,
    question_url,
    rows_of,
)
from mayadeen.site.address import Site

LIMIT = 10_000
"""Lines asked for at once: 2 to 4 MB."""
_FIRST, _LAST = "19960101000000", "29991231235959"
"""What a time without a bound is taken for."""

Part = tuple[Site, str, str]
"""The captures of a site from one time to another, both with 14 digits."""


def service(base: str) -> Service:
    """The service of a collection."""
    index = f"{base}/cdx"

    def ask(part: Part) -> Question:
        site, start, end = part
        asked = [("url", site.origin + "/"), ("matchType", "prefix"), ("limit", str(LIMIT))]
        asked += [("from", start), ("to", end), ("fl", ",".join(LINE_FIELDS)), ("output", "json")]
        asked += [("filter", "=status:200"), ("filter", "mime:html")]
        return Question(url=question_url(index, asked), about=part)

    def first(site: Site, since: date | None) -> Question:
        return ask((site, f"{since:%Y%m%d}000000" if since else _FIRST, _LAST))

    def read(question: Question, body: bytes) -> Answer:
        lines = [json_line(row) for row in rows_of(body)]
        if len(lines) < LIMIT:
            return Answer(lines)
        site, start, end = question.about
        parts = halves(start, end, lines)
        left = "" if parts else f"more than {LIMIT} captures in one second ({start})"
        return Answer(lines, [ask((site, *part)) for part in parts], left)

    def capture_url(line: Line) -> str:
        # `id_`: as it was answered, without rewritten links.
        return f"{base}/{line['timestamp']}id_/{line['url']}"

    return Service(name=base, index=index, origins=(origin_of(base),), first=first, read=read, capture_url=capture_url)


def halves(start: str, end: str, lines: list[Line]) -> list[tuple[str, str]]:
    """The two halves of a time that has more captures than one answer; none of a time of one second.

    Raises NotAnIndex for captures from outside it: halving it would have no end.
    """
    times = sorted(line["timestamp"] for line in lines)
    if times[0] < start or times[-1] > end:
        raise NotAnIndex("captures of other times than were asked for (from=, to=)")
    if start == end:
        return []
    middle = times[len(times) // 2]
    if middle == end:
        middle = times[0] if times[0] < end else start
    after = int(datetime.strptime(middle, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()) + 1
    return [(start, middle), (datetime.fromtimestamp(after, UTC).strftime("%Y%m%d%H%M%S"), end)]
