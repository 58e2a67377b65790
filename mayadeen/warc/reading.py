"""Reads pages from WARC files of this program and others."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from w3lib.encoding import http_content_type_encoding
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParser

from mayadeen.site.address import Site, dedupe_key, is_internal, site_of
from mayadeen.site.edition import EDITIONS
from mayadeen.warc.decoding import TooLarge, Undecodable, decoded
from mayadeen.warc.files import File, open_file

_HEADERS_MAX = 64 * 1024
"""Maximum number of bytes of HTTP headers that a record may have in addition to its page."""
_SITES = [Site(edition, edition.origin) for edition in EDITIONS.values()]
_HTML = re.compile(rb"<!doctype\s+html|<(?:html|head|body|meta|article|main|h1)[\s>]", re.I)
_HTTP = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False)


class UnreadableFile(ValueError):
    """Raised for a file that is truncated or not a WARC file. The message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """An HTML page of the site that was served with status 200 or 203."""

    url: str
    html: bytes
    encoding: str | None
    """From the Content-Type header."""
    edition: str
    fetched: datetime | None
    """Timezone-aware; None if the record does not state it."""
    capture: str | None = None
    """URL in a web archive at which the page was read; None if it was read on the site."""
    at: int = 0
    """Number of bytes of the file read so far."""


def looks_like_html(body: bytes) -> bool:
    """Return whether a body begins like an HTML page, whatever its declared type."""
    return _HTML.search(body[:4096]) is not None


def read_pages(path: File, limit: int, apart: Counter[str], mirror: Site | None = None) -> Iterator[KeptPage]:
    """Yield the pages of a WARC file that belong to an edition, to the origin stated in a file of this program, or to
    a mirror.

    `apart` counts the other responses by kind. A record of more than `limit` bytes is skipped unread. Raises OSError,
    and UnreadableFile after all readable pages.
    """
    known = [*_SITES, mirror] if mirror else _SITES
    own = known
    for record, at in _records(path):
        if record.rec_type == "warcinfo":
            own = [*known, *_stated_site(record)]
            continue
        if record.rec_type not in ("response", "revisit"):
            continue
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        site = next((site for site in own if is_internal(url, site)), None)
        if record.rec_type == "revisit":
            apart["revisit"] += 1
        elif site is None:
            apart["other site"] += 1
        elif record.length > limit + _HEADERS_MAX:
            apart["too large"] += 1
        else:
            page = page_of(record, url, site, limit)
            if isinstance(page, KeptPage):
                yield replace(page, at=at)
            elif page:
                apart[page] += 1


def find_page(url: str, files: Iterable[File], limit: int) -> KeptPage | None:
    """Return the page of an address from the first file that contains it."""
    site = site_of(url)
    for path in files:
        try:
            for page in read_pages(path, limit, Counter()):
                if dedupe_key(page.url, site) == dedupe_key(url, site):
                    return page
        except (UnreadableFile, OSError):
            continue
    return None


def read_record(packed: bytes, site: Site, limit: int) -> KeptPage | str:
    """Return the page of one record, compressed or not, or what it contains instead. `limit`: bytes of the page."""
    file = _Unpacked(fileobj=BytesIO(packed)) if packed[:2] == b"\x1f\x8b" else BytesIO(packed)
    if file.read(5) != b"WARC/":
        return "no record"
    file.seek(0)
    try:
        record = next(iter(ArchiveIterator(file, no_record_parse=True)), None)
    except ArchiveLoadFailed:
        return "truncated"
    if record is None or record.length is None:
        return "truncated"
    if record.rec_type != "response":
        return str(record.rec_type)
    if record.length > limit + _HEADERS_MAX:
        return "too large"
    if record.rec_headers.get_header("WARC-Truncated"):
        return "truncated"
    return page_of(record, record.rec_headers.get_header("WARC-Target-URI") or "", site, limit) or "truncated"


class _Unpacked(gzip.GzipFile):
    """A compressed file that ends where it is broken, so that everything before is read. It remembers the reason."""

    broken: Exception | None = None

    def read(self, size: int | None = -1) -> bytes:
        try:
            return self.read1(-1 if size is None else size)
        except (EOFError, OSError, zlib.error) as error:
            self.broken = error
            return b""


def _records(path: File) -> Iterator[tuple[Any, int]]:
    """Yield the records of a file, compressed or not, with the number of bytes read. Only the current record is
    accessible.

    Raises UnreadableFile, OSError.
    """
    with open_file(path) as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        # Decompress here: warcio treats broken gzip data as text.
        file = _Unpacked(fileobj=raw) if packed else raw
        head = file.read(5)
        if head != b"WARC/":
            why = getattr(file, "broken", None) or (f"it begins with {head!r}" if head else "it is empty")
            raise UnreadableFile(f"{path} is no WARC file: {why}")
        file.seek(0)
        number, record = 0, None
        broken = False
        try:
            # HTTP headers are parsed here: warcio would read a line of any length.
            for record in ArchiveIterator(file, no_record_parse=True):
                number += 1
                if record.length is None:
                    broken = True
                else:
                    yield record, raw.tell()
        except ArchiveLoadFailed as error:
            if not number:
                raise UnreadableFile(f"{path} is no WARC file: {error}") from None
            broken = True
        broken = broken or getattr(file, "broken", None) or (record is not None and record.raw_stream.limit > 0)
    if broken:
        raise UnreadableFile(f"{path} is truncated in or after record {number}; all records before it were read")


def _stated_site(record: Any) -> list[Site]:
    """Return the site stated in a warcinfo record of this program."""
    text = record.raw_stream.read(_HEADERS_MAX).decode("utf-8", "replace")
    stated = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    edition = EDITIONS.get(stated.get("edition", ""))
    try:
        return [Site(edition, stated["origin"])] if edition else []
    except (KeyError, ValueError):
        return []


def page_of(record: Any, url: str, site: Site, limit: int) -> KeptPage | str | None:
    """Return the page of a response record, else what it is instead; None if it is truncated."""
    block = record.raw_stream.read(record.length)
    if len(block) < record.length:
        return None
    stream = BytesIO(block)
    try:
        headers = _HTTP.parse(stream)
    except EOFError:
        return "empty"
    status = headers.get_statuscode()
    if status.startswith("3"):
        return "redirect"
    if status not in ("200", "203"):
        return f"http {status}"
    declared = headers.get_header("Content-Type") or ""
    transfer, content = (headers.get_header(name) or "" for name in ("Transfer-Encoding", "Content-Encoding"))
    try:
        html = decoded(stream.read(), transfer, content, limit)
    except TooLarge:
        return "too large"
    except Undecodable:
        return "undecodable"
    if declared and "html" not in declared.lower() and not looks_like_html(html):
        return "not html"
    return KeptPage(
        url=url,
        html=html,
        encoding=http_content_type_encoding(declared),
        edition=site.edition.code,
        fetched=_moment(record.rec_headers.get_header("WARC-Date")),
        capture=record.rec_headers.get_header("WARC-Source-URI"),
    )


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
