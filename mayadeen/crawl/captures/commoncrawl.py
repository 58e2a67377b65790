"""Common Crawl: a list of crawls, an index of each in pages, and WARC records in large files."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from mayadeen.crawl.captures.service import (
    LINE_FIELDS,
    Answer,
    Line,
    NotAnIndex,
    Question,
    Service,
    json_line,
    question_url,
    rows_of,
)
from mayadeen.site.address import Site

_PLACE = ("filename", "offset", "length", "truncated")
_NAME = re.compile(r"CC-MAIN-[0-9-]+")


def service(index: str, data: str) -> Service:
    """The service whose indexes are at one origin, and its files at another."""
    index, data = index.rstrip("/"), data.rstrip("/")

    def first(site: Site, since: date | None) -> Question:
        return Question(url=f"{index}/collinfo.json", about=("crawls", site, since))

    def read(question: Question, body: bytes) -> Answer:
        step, *about = question.about
        if step == "crawls":
            site, since = about
            return Answer(further=[count(name, site, since) for name in crawls(body, since)])
        if step == "count":
            name, asked = about
            return Answer(further=[page(name, asked, number) for number in range(_pages(body) if body else 0)])
        return Answer([json_line(row, _PLACE) for row in rows_of(body)])

    def count(name: str, site: Site, since: date | None) -> Question:
        """How many pages the index of a crawl has of a site."""
        asked = [("url", site.origin + "/"), ("matchType", "prefix"), ("output", "json")]
        if since:
            asked.append(("from", f"{since:%Y%m%d}000000"))
        url = question_url(f"{index}/{name}-index", [*asked, ("showNumPages", "true")])
        return Question(url=url, about=("count", name, asked), optional=True)

    def page(name: str, asked: list[tuple[str, str]], number: int) -> Question:
        more = [("fl", ",".join((*LINE_FIELDS, *_PLACE))), ("filter", "=status:200"), ("filter", "mime:html")]
        url = question_url(f"{index}/{name}-index", [*asked, *more, ("page", str(number))])
        return Question(url=url, about=("lines",), optional=True)

    def capture_url(line: Line) -> str:
        start = int(line["offset"])
        return f"{data}/{line['filename']}#bytes={start}-{start + int(line['length']) - 1}"

    return Service(name=index, index=index, origins=(index, data), first=first, read=read, capture_url=capture_url)


def crawls(body: bytes, since: date | None) -> list[str]:
    """The names of the crawls in `collinfo.json` that ended on a day or later, newest first. Raises NotAnIndex."""
    try:
        held: Any = json.loads(body)
        found = {str(each["id"]): str(each.get("to") or "")[:10] for each in held}
    except (ValueError, KeyError, TypeError, AttributeError):
        start = body[:80].decode("utf-8", "replace")
        what = "HTML" if start.lstrip()[:1] == "<" else repr(start)
        raise NotAnIndex(f"{what}, no list of crawls") from None
    names = sorted((name for name in found if _NAME.fullmatch(name)), reverse=True)
    return [name for name in names if since is None or (found[name] or _latest(name)) >= since.isoformat()]


def _latest(name: str) -> str:
    """The last day on which a crawl of this name may have ended: early in the year after the one it is named for."""
    year = max(int(each) for each in name.split("-")[2:] if len(each) == 4)
    return f"{year + 1}-01-31"


def _pages(body: bytes) -> int:
    try:
        return int(json.loads(body)["pages"])
    except (ValueError, KeyError, TypeError):
        raise NotAnIndex(f"{body[:80].decode('utf-8', 'replace')!r}, no number of pages") from None
