"""Parses sitemaps: an index of months, or the pages of one month. Bytes -> Sitemap.

Formats seen on the Arabic site (`/sitemaps/all.xml`, `/sitemaps/news.xml`): an index names its months without a leading
zero (`sitemap-2023-9.xml`) and without `lastmod`. An entry has `loc` in raw Arabic, `lastmod` and
`news:publication_date` with a Central European offset, `news:title`, `news:keywords` (one comma-separated string). Only
`loc` is guaranteed.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from lxml import etree

from mayadeen.site.text import clean, collapse_whitespace

MAX_SIZE = 64 * 1024 * 1024
"""Maximum number of uncompressed bytes read of one sitemap. The protocol allows 50 MB. The rest is ignored."""

MAX_ENTRIES = 50_000
"""Maximum number of entries, or of sitemaps in an index, as in the protocol. The rest is ignored."""

_CHUNK = 64 * 1024
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.I)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_BARE = re.compile(rb"<!\[CDATA\[.*?\]\]>|&(?!#?\w+;)", re.S)
"""An ampersand that is not part of an XML entity: the only common error that would stop the parser. In CDATA it is
valid.
"""
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:[-_/](\d{1,2}))?(?!\d)[^/]*$")
_COMMAS = re.compile(r"[,،;؛]")


@dataclass(slots=True, kw_only=True)
class Child:
    """A sitemap named by an index."""

    url: str
    """As written."""
    year: int | None = None
    month: int | None = None
    """From its name: `sitemap-2023-9.xml` is 2023, 9."""
    lastmod: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Entry:
    """A page named by a sitemap."""

    url: str
    """As written: mostly raw Arabic, neither encoded nor normalized."""
    lastmod: datetime | None = None
    """Timezone-aware, with the offset as written."""
    published: datetime | None = None
    """`news:publication_date`, timezone-aware, with the offset as written."""
    title: str | None = None
    """`news:title`."""
    keywords: list[str] = field(default_factory=list)
    """`news:keywords`, split."""


@dataclass(slots=True, kw_only=True)
class Sitemap:
    """The contents of one file, in its order."""

    children: list[Child] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    complete: bool = True
    """False if the file was truncated or is malformed. The lists then contain what could be read."""


def parse_sitemap(xml: bytes) -> Sitemap:
    """Parse a sitemap or a sitemap index, gzipped or not.

    Raises ValueError for anything else and says what it is. Entities declared by the file are not expanded, and nothing
    is fetched.
    """
    found = Sitemap()
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=("{*}urlset", "{*}sitemapindex", "{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
    )
    begun = ended = False
    head = b""
    for chunk in _chunks(xml, found):
        if not head:
            head = chunk[:2048]
            if _HTML.search(head):
                raise ValueError("not a sitemap but an HTML page")
        parser.feed(chunk)
        for event, element in parser.read_events():
            name = etree.QName(element).localname
            if name in ("urlset", "sitemapindex"):
                begun, ended = True, event == "end"
            elif event == "end":
                _read(element, name, found)
        if max(len(found.entries), len(found.children)) > MAX_ENTRIES:
            del found.entries[MAX_ENTRIES:], found.children[MAX_ENTRIES:]
            found.complete = False
            return found
    # An element closed only by the end of the input was truncated: its address may be incomplete.
    if not begun:
        raise ValueError(f"not a sitemap but {head[:40]!r}" if head.strip() else "an empty sitemap")
    if not ended or any(error.level == etree.ErrorLevels.FATAL for error in parser.feed_error_log):
        found.complete = False
    return found


def _chunks(xml: bytes, found: Sitemap) -> Iterator[bytes]:
    """Yield the uncompressed bytes in chunks that end with a tag, as far as they can be read."""
    file: Any = gzip.GzipFile(fileobj=BytesIO(xml)) if xml[:2] == b"\x1f\x8b" else BytesIO(xml)
    rest = b""
    for number in range(MAX_SIZE // _CHUNK + 1):
        try:
            chunk = file.read(_CHUNK)
        except (OSError, EOFError, zlib.error):
            break
        if not chunk:
            if rest:
                yield rest
            return
        if number == 0:
            chunk = chunk.removeprefix(b"\xef\xbb\xbf").lstrip()
        text, rest = rest + chunk, b""
        opened = text.rfind(b"<![CDATA[")
        end = opened if b"]]>" not in text[opened:] and opened >= 0 else text.rfind(b">") + 1
        if len(text) - end <= _CHUNK:  # no tag is that long
            text, rest = text[:end], text[end:]
        if text:
            yield _BARE.sub(lambda found: found[0] if len(found[0]) > 1 else b"&amp;", text)
    found.complete = False


def _read(element: Any, name: str, found: Sitemap) -> None:
    """Add the values of a `<url>` or `<sitemap>`, then free the element."""
    facts: dict[str, str] = {}
    for child in element.iterdescendants("{*}loc", "{*}lastmod", "{*}publication_date", "{*}title", "{*}keywords"):
        if etree.QName(child.getparent()).localname in (name, "news"):  # a picture has `loc` and `title` too
            facts.setdefault(etree.QName(child).localname, collapse_whitespace("".join(child.itertext())))
    url = facts.get("loc")
    if url and name == "sitemap":
        year, month = _month(url)
        found.children.append(Child(url=url, year=year, month=month, lastmod=_changed(facts.get("lastmod"))))
    elif url:
        found.entries.append(
            Entry(
                url=url,
                lastmod=_changed(facts.get("lastmod")),
                published=_time(facts.get("publication_date")),
                title=clean(facts.get("title", "")) or None,
                keywords=_keywords(facts.get("keywords", "")),
            )
        )
    element.clear()
    parent = element.getparent()
    if parent is not None and parent.getparent() is None:
        while parent[0] is not element:
            del parent[0]


def _month(url: str) -> tuple[int | None, int | None]:
    """Return year and month from a file name."""
    named = _MONTH.search(url)
    if named is None:
        return None, None
    month = int(named[2] or 0)
    return int(named[1]), month if 1 <= month <= 12 else None


def _changed(text: str | None) -> datetime | None:
    """Return a modification time. For a date without a time, return the day's last second, the latest possible time."""
    return _time(f"{text}T23:59:59" if text and _DAY.fullmatch(text) else text)


def _time(text: str | None) -> datetime | None:
    """Return a timezone-aware time with its offset as written, UTC if it has none."""
    if not text:
        return None
    if re.fullmatch(r"\d{4}(?:-\d{2})?", text):  # a year or a month is a valid W3C date too
        text = f"{text}-01-01"[:10]
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _keywords(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, (clean(each).strip() for each in _COMMAS.split(text)))))
