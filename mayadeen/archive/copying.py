"""Copy an archive, also between SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from mayadeen.archive import schema
from mayadeen.archive.database import Place, open_database
from mayadeen.errors import ArchiveError, UsageError

_BATCH = 500
"""Rows per statement."""
Row = tuple[Any, ...]


def copy(
    source: Place, target: Place, patience: float, seen: Callable[[int], object] = lambda count: None
) -> dict[str, int]:
    """Copy a snapshot of an archive into an empty one. Return table -> number of rows.

    Creates the file, and its folder. Writes one transaction, committed only if the rows read back have the same counts
    and hashes. Raises UsageError if the target is not empty, and ArchiveError. `seen` is called with the number of rows
    of each batch.
    """
    new = target if isinstance(target, Path) and not target.exists() else None
    with closing(open_database(source, patience, create=False)) as old:
        folder = _create_folder(new) if new else None
        try:
            with closing(open_database(target, patience)) as copied, old.snapshot(), copied.change() as db:
                tables = schema.tables()
                for table in tables:
                    if db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
                        raise UsageError(f"{copied.name} is not empty: give a new file, or an empty database")
                counts = {}
                for table, columns in tables.items():
                    query = f"SELECT {', '.join(columns)} FROM {table}"
                    places = ", ".join("?" * len(columns))
                    count = total = 0
                    for rows in _batches(old.stream(query)):
                        db.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)
                        count, total = count + len(rows), total + _sum(rows)
                        seen(len(rows))
                    held = [(len(rows), _sum(rows)) for rows in _batches(copied.stream(query))]
                    if (sum(each for each, _ in held), sum(each for _, each in held)) != (count, total):
                        raise ArchiveError(f"the copy of {table} in {copied.name} is not the same: nothing was copied")
                    counts[table] = count
                copied.set_counters(table for table, columns in tables.items() if "n" in columns)
        except BaseException:
            if new:
                for end in ("", "-wal", "-shm"):
                    new.with_name(new.name + end).unlink(missing_ok=True)
            if folder:
                folder.rmdir()
            raise
    return counts


def _create_folder(file: Path) -> Path | None:
    """Create the folder of a file. Return it, or None if it exists already. Raises UsageError."""
    try:
        file.parent.mkdir()
    except FileExistsError:
        return None
    except OSError as error:
        raise UsageError(f"{file.parent} cannot be created: {error.strerror}") from None
    return file.parent


def _sum(rows: list[Row]) -> int:
    """Return a hash of rows that does not depend on their order."""
    return sum(int.from_bytes(sha256(repr(row).encode("utf-8", "surrogatepass")).digest()) for row in rows)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch
