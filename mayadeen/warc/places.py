"""The position of each kept page in its file, so that single pages can be read."""

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
    """The position of a response in a WARC file."""

    url: str
    at: int
    """Offset of its record in bytes."""
    fetched: str
    """ISO 8601, UTC; "" if the record does not state it."""


def find_places(path: Path, start: int = 0) -> Iterator[Place]:
    """Yield the responses of a WARC file, up to the point where it is truncated. `start`: offset of the first record to
    read.
    """
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
    """Return the page of an address at an offset, or None if it is not there any more or has over `limit` bytes."""
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
