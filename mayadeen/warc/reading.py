"""Reads pages from WARC files, ours and others'."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from w3lib.encoding import http_content_type_encoding
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParser

from mayadeen.site.address import Site, dedupe_key, is_internal, site_of
from mayadeen.site.edition import EDITIONS
from mayadeen.warc.decoding import TooLarge, Undecodable, decoded

_HEADERS_MAX = 64 * 1024
"""Bytes of HTTP headers that a record may have on top of its page."""
_SITES = [Site(edition, edition.origin) for edition in EDITIONS.values()]
_HTML = re.compile(rb"<!doctype\s+html|<(?:html|head|body|meta|article|main|h1)[\s>]", re.I)
_HTTP = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False)


class UnreadableFile(ValueError):
    """Raised for a file that is no WARC, or breaks off; its text says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """An HTML page of the site, as it was answered with status 200 or 203."""

    url: str
    html: bytes
    encoding: str | None
    """As the Content-Type header declares it."""
    edition: str
    fetched: datetime | None
    """Aware; None when the record does not say."""
    at: int = 0
    """Bytes of the file read so far."""


def looks_like_html(body: bytes) -> bool:
    """Whether a body begins as an HTML page, whatever its type is said to be."""
    return _HTML.search(body[:4096]) is not None


def kept_files(folder: Path) -> list[Path]:
    """The WARC files of a folder, newest first: of several readings of one article the first counts."""
    # Names begin with the edition, so they are sorted by what follows.
    return sorted(folder.glob("*.warc*"), key=lambda path: path.name.partition("-")[2], reverse=True)


def read_pages(path: Path, limit: int, apart: Counter[str]) -> Iterator[KeptPage]:
    """The pages of a WARC file that are of one of the editions, or on the origin that a file of ours names.

    `apart` counts the other responses by what they are. A record of more than `limit` bytes is passed over unread.
    Raises UnreadableFile, after all pages that could be read, and OSError.
    """
    own = _SITES
    for record, at in _records(path):
        if record.rec_type == "warcinfo":
            own = [*_SITES, *_stated_site(record)]
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


def find_page(url: str, files: Iterable[Path], limit: int) -> KeptPage | None:
    """The page of an address in the first of some files that has it."""
    site = site_of(url)
    for path in files:
        try:
            for page in read_pages(path, limit, Counter()):
                if dedupe_key(page.url, site) == dedupe_key(url, site):
                    return page
        except (UnreadableFile, OSError):
            continue
    return None


class _Unpacked(gzip.GzipFile):
    """A packed file that ends where it breaks, so that all before that is read, and remembers why."""

    broken: Exception | None = None

    def read(self, size: int | None = -1) -> bytes:
        try:
            return self.read1(-1 if size is None else size)
        except (EOFError, OSError, zlib.error) as error:
            self.broken = error
            return b""


def _records(path: Path) -> Iterator[tuple[Any, int]]:
    """The records of a file, packed or not, and the bytes of it that were read. Only the record of now is in reach.

    Raises UnreadableFile, OSError.
    """
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        # Unpacking is not left to warcio, which takes broken gzip for text.
        file = _Unpacked(fileobj=raw) if packed else raw
        head = file.read(5)
        if head != b"WARC/":
            why = getattr(file, "broken", None) or (f"it begins with {head!r}" if head else "it is empty")
            raise UnreadableFile(f"{path} is no WARC file: {why}")
        file.seek(0)
        number, record = 0, None
        broken = False
        try:
            # HTTP headers are left to us: warcio would read a line of any length.
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
        raise UnreadableFile(f"{path} breaks off in or after record {number}; all before it was read")


def _stated_site(record: Any) -> list[Site]:
    """The site that a warcinfo record of ours names."""
    text = record.raw_stream.read(_HEADERS_MAX).decode("utf-8", "replace")
    stated = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    edition = EDITIONS.get(stated.get("edition", ""))
    try:
        return [Site(edition, stated["origin"])] if edition else []
    except (KeyError, ValueError):
        return []


def page_of(record: Any, url: str, site: Site, limit: int) -> KeptPage | str | None:
    """The page of a response record, else what it is instead; None when it is cut off."""
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
    )


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
