"""Where each kept page stands in its file, so that one can be read without the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from mayadeen.site.address import site_of
from mayadeen.warc.reading import KeptPage, page_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where a response stands in a WARC file."""

    url: str
    at: int
    """Bytes of the file before its record."""
    fetched: str
    """ISO 8601, UTC; "" when the record does not say."""


def find_places(path: Path, start: int = 0) -> Iterator[Place]:
    """The responses of a WARC file up to where it breaks off; `start`: bytes before the first record to read."""
    with path.open("rb") as source:
        source.seek(start)
        try:
            records = ArchiveIterator(source, no_record_parse=True)
            for record in records:
                about = record.rec_headers
                url, fetched = about.get_header("WARC-Target-URI") or "", about.get_header("WARC-Date") or ""
                records.read_to_end(record)
                if record.rec_type == "response":
                    yield Place(url, records.get_record_offset(), fetched)
        except (ArchiveLoadFailed, OSError, EOFError):
            return


def read_page_at(path: Path, at: int, url: str, limit: int) -> KeptPage | None:
    """The page of an address at a place; None when another or none stands there now, or it has over `limit` bytes."""
    try:
        with path.open("rb") as source:
            source.seek(at)
            record = next(iter(ArchiveIterator(source, no_record_parse=True)), None)
            if record is None or record.rec_headers.get_header("WARC-Target-URI") != url or record.length > 2 * limit:
                return None
            page = page_of(record, url, site_of(url), limit)
    except (ArchiveLoadFailed, OSError, EOFError):
        return None
    return page if isinstance(page, KeptPage) else None
