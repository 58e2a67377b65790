"""Erases pages from WARC files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from filelock import lock_descriptor
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from mayadeen.errors import Busy, UsageError
from mayadeen.site.address import dedupe_key, site_of
from mayadeen.site.edition import EDITIONS


@contextmanager
def erasing(names: set[str], files: Iterable[Path]) -> Iterator[int]:
    """Erase the records of some addresses (`en /news/politics/slug`) from files. Yields the number of erased responses.

    New files are written beside the old ones, with all other records unchanged, and replace them when the block ends
    without an error; else all files stay as they were. Raises Busy for a file that a crawl is writing, UsageError for
    one that cannot be read.
    """
    parts: dict[Path, Path] = {}
    with ExitStack() as stack:
        stack.callback(_remove, parts)
        gone = 0
        for path in files:
            source = stack.enter_context(path.open("rb"))
            if not lock_descriptor(source.fileno(), blocking=False):
                raise Busy(f"a crawl is keeping pages in {path}: wait for its end; nothing was erased")
            part = path.with_name(path.name + ".part")
            parts[path] = part
            try:
                erased = _copy(names, path, source, part)
            except (ArchiveLoadFailed, OSError) as error:
                why = str(error).partition("\n")[0][:100]
                raise UsageError(f"{path} cannot be read ({why}); move it away; nothing was erased") from None
            gone += erased
            if not erased:
                parts.pop(path).unlink()
        yield gone
        for path, part in parts.items():
            part.replace(path)


def _remove(parts: dict[Path, Path]) -> None:
    for part in parts.values():
        part.unlink(missing_ok=True)


def _copy(names: set[str], path: Path, source: IO[bytes], part: Path) -> int:
    """Copy all records except those of some addresses. Returns the number of responses left out."""
    erased = 0
    with path.open("rb") as whole, part.open("wb") as target:
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
    return erased
