"""Takes pages out of WARC files for good."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from mayadeen.site.address import dedupe_key, site_of
from mayadeen.site.edition import EDITIONS


def erase_pages(names: set[str], files: Iterable[Path]) -> int:
    """Takes the records of some addresses (`en /news/politics/slug`) out of files; returns how many responses went.

    A file is written anew beside itself, all other records byte for byte, and takes its name when it is whole.
    """
    gone = 0
    for path in files:
        part = path.with_name(path.name + ".part")
        erased = 0
        with path.open("rb") as source, path.open("rb") as whole, part.open("wb") as target:
            records = ArchiveIterator(source, no_record_parse=True)
            for record in records:
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                named = url and any(f"{code} {dedupe_key(url, site_of(url, code))}" in names for code in EDITIONS)
                records.read_to_end(record)
                whole.seek(records.get_record_offset())
                if named:
                    erased += record.rec_type == "response"
                else:
                    target.write(whole.read(records.get_record_length()))
        if erased:
            part.replace(path)
        else:
            part.unlink()
        gone += erased
    return gone
