"""Caches the facts of articles by publication day in a file beside the archive, so that only changed days are read
again.

The file is derived data. It can be deleted at any time, and `scrapy forget` deletes it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b
from logging import getLogger
from pathlib import Path

import msgspec

from mayadeen.archive import DAY, Archive
from mayadeen.archive.reading import (
    article_numbered,
    count_forgotten,
    nothing_forgotten_since,
    older_captures,
    read_held,
)
from mayadeen.errors import ArchiveError, UsageError
from mayadeen.report.facts import Facts, facts_of
from mayadeen.site.address import Site

logger = getLogger(__name__)

FORMAT = 1
"""Increase this when the result of `facts_of` changes."""
_BEIRUT = 2 * 3600
"""Seconds. The days of the file need not be exact Beirut days, because each fact contains its own day."""
_FACTS = msgspec.msgpack.Decoder(list[Facts])


class _File(msgspec.Struct):
    """The content of the file."""

    format: int
    forgotten: int
    """`count_forgotten` of the archive when the facts were read."""
    days: dict[str, tuple[bytes, bytes]]
    """Edition and day -> (hash of the archive's rows of that day, facts of the day)."""


_DECODER = msgspec.msgpack.Decoder(_File)


def cache_path(directory: Path) -> Path:
    """Return the path of the file in a data directory."""
    return directory / "report-cache.msgpack"


class FactsByDay:
    """The facts of an archive. Facts of unchanged days come from the file. `damaged` counts versions that cannot be
    read.
    """

    def __init__(self, archive: Archive, path: Path) -> None:
        self.archive, self.path = archive, path
        self.damaged = 0
        self._forgotten = count_forgotten(archive)
        self._file = _File(FORMAT, self._forgotten, {})
        self._changed = False
        with suppress(OSError, msgspec.DecodeError):  # no file yet, or from an older program: all days are read
            held = _DECODER.decode(path.read_bytes())
            if (held.format, held.forgotten) == (FORMAT, self._forgotten):
                self._file = held

    def read(self, site: Site, seen: Callable[[int], object] = lambda count: None) -> list[bytes]:
        """Return the facts of an edition, packed, one value per day. `seen` is called with the number of articles of
        each day.
        """
        edition = site.edition.code
        found = []
        rows = {f"{edition} {day}": of_day for day, of_day in _rows_by_day(self.archive, edition).items()}
        for name in [name for name in self._file.days if name.startswith(f"{edition} ") and name not in rows]:
            del self._file.days[name]
        for name, (print_, numbers) in rows.items():
            kept = self._file.days.get(name)
            if kept is None or kept[0] != print_:
                damaged, packed = self._read_day(site, numbers)
                self.damaged += damaged
                # Do not cache days with damaged rows: a repair may not change the hash.
                kept = (b"" if damaged else print_, packed)
                self._file.days[name] = kept
                self._changed = True
            found.append(kept[1])
            seen(len(numbers))
        return found

    def _read_day(self, site: Site, numbers: list[int]) -> tuple[int, bytes]:
        facts, damaged = [], 0
        for number in numbers:
            if known := article_numbered(self.archive, site.edition.code, number):
                held = read_held(self.archive, known, all_versions=True)
                damaged += held.damaged
                if held.versions:
                    facts.append(facts_of(number, held, site))
        return damaged, msgspec.msgpack.encode(facts)

    def store(self) -> None:
        """Write the file, unless an article was forgotten meanwhile, because nothing of it may remain."""
        if not self._changed:
            return
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        try:
            part.write_bytes(msgspec.msgpack.encode(self._file))
            with nothing_forgotten_since(self.archive, self._forgotten) as unchanged:
                if unchanged:
                    part.replace(self.path)
        except (OSError, ArchiveError) as error:
            logger.warning("%s was not written (%s), so the next report will not be faster", self.path, error)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def erase(directory: Path) -> None:
    """Delete the file, because no trace of a forgotten article may remain in it. Raises UsageError if that fails."""
    for path in (cache_path(directory), *directory.glob(f"{cache_path(directory).name}.*.part")):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise UsageError(f"{path} cannot be erased: {error.strerror}") from None


def unpack(days: list[bytes]) -> Iterator[Facts]:
    """Yield the facts article by article."""
    for packed in days:
        yield from _FACTS.decode(packed)


def _rows_by_day(archive: Archive, edition: str) -> dict[int, tuple[bytes, list[int]]]:
    """Return day -> (hash of everything that the facts depend on, numbers of its articles)."""
    hashes: defaultdict[int, blake2b] = defaultdict(lambda: blake2b(digest_size=16))
    numbers = defaultdict[int, list[int]](list)
    last, older = 0, older_captures(archive)
    while rows := archive.articles(edition, after=last, limit=1000):
        last = rows[-1].n
        for row in rows:
            day = -1 if row.published is None else (row.published + _BEIRUT) // DAY
            state = (row.n, row.id, row.version, row.hash, row.parser, row.gone, older.get(row.id, 0))
            hashes[day].update(repr(state).encode())
            numbers[day].append(row.n)
    return {day: (hashes[day].digest(), numbers[day]) for day in sorted(numbers)}
