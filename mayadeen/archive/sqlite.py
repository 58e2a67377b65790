"""The archive in an SQLite file: transactions, errors and locks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from mayadeen.archive import lock, schema
from mayadeen.archive.shards import Shard
from mayadeen.errors import ArchiveError, NoArchive


@contextmanager
def clear(path: Path) -> Iterator[None]:
    """Convert an SQLite error into an ArchiveError with a one-line message."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        if "locked" in text:
            text = "it is locked by another program"
        elif "not a database" in text or "malformed" in text:
            text = f"the file is damaged ({text}); restore a copy, or move it away to begin a new archive"
        raise ArchiveError(f"the archive {path} cannot be used: {text}") from None


def _identity(path: Path) -> tuple[int, int] | None:
    """Return the identity of the file at a path, None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def held_schema(db: sqlite3.Connection, path: Path) -> int:
    """Return the schema version of a file, 0 if it is empty. Raises ArchiveError if it is foreign or newer."""
    held = int(db.execute("PRAGMA user_version").fetchone()[0])
    schema.check(held, str(path))
    if held == 0 and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise ArchiveError(f"{path} is a database of some other program")
    return held


class SQLite:
    """A file. Implements `database.Database`."""

    def __init__(self, path: Path, patience: float, *, create: bool = True) -> None:
        if not create and not path.is_file():
            raise NoArchive(f"there is no archive {path}: run a crawl first")
        self.path, self.name = path, str(path)
        self._file: tuple[int, int] | None = None
        self._locks: list[IO[str]] = []
        self._crawl = 0
        with clear(path):
            self.db = sqlite3.connect(path, timeout=patience, isolation_level=None)
            try:
                self._upgrade()
            except BaseException:
                self.db.close()
                raise
        self._file = _identity(path)

    def _upgrade(self) -> None:
        held = held_schema(self.db, self.path)
        if self.db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")  # WAL: a kill loses nothing, a power failure the last moments
        self.db.execute("PRAGMA secure_delete=ON")  # overwrite what is deleted or replaced, see `erasing`
        if held < schema.SCHEMA:
            with self.change() as db:
                # Another process may have upgraded it meanwhile.
                for step in schema.STEPS[db.execute("PRAGMA user_version").fetchone()[0] :]:
                    for statement in step:
                        db.execute(statement)
                db.execute(f"PRAGMA user_version={schema.SCHEMA}")

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        # Writes to a deleted or renamed file would be lost when this process ends.
        if self._file is not None and _identity(self.path) != self._file:
            raise ArchiveError(f"the archive {self.path} was moved or replaced while it was in use")
        with clear(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        with clear(self.path):
            self.db.execute("BEGIN")
            try:
                yield self.db
            finally:
                self.db.execute("ROLLBACK")

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        with clear(self.path):
            yield from self.db.execute(query)

    def rows(self, query: str, values: Any) -> list[Any]:
        with clear(self.path):
            return self.db.execute(query, values).fetchall()

    def lock(self, edition: str, shard: Shard | None, spider: str) -> None:
        self._locks.append(lock.take(self.path.parent, edition, shard, spider))

    def mark_running(self, crawl: int) -> None:
        file = self._lock_file(crawl).open("w")
        lock.hold(file)
        self._locks.append(file)
        self._crawl = crawl

    def running(self) -> set[int]:
        # In a transaction, so that only one process at a time tries locks: no other mistakes such a try for a crawl.
        with self.change() as db:
            others = db.execute("SELECT n FROM crawls WHERE ended IS NULL AND n <> ?", (self._crawl,)).fetchall()
            return {crawl for (crawl,) in others if lock.is_held(self._lock_file(crawl))}

    def _lock_file(self, crawl: int) -> Path:
        """Return the file that is locked as long as a crawl runs."""
        return self.path.with_name(f"{self.path.name}-crawl-{crawl}.lock")

    @contextmanager
    def erasing(self) -> Iterator[None]:
        with self.change() as db:  # an empty WAL file would hide a reader from the check
            db.execute(f"PRAGMA user_version={schema.SCHEMA}")
        reading = f"another program is reading the archive {self.path}"
        if not self._empty_wal():
            raise ArchiveError(f"{reading}: close it and run this again; nothing was erased")
        yield
        if not self._empty_wal():
            raise ArchiveError(
                f"{reading}, so {self.path.name}-wal still has what was erased: close it, run this again"
            )

    def _empty_wal(self) -> bool:
        """Move the WAL file into the database. Returns False if a reader of an earlier state has prevented it."""
        with clear(self.path):
            return not self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    def set_counters(self, tables: Iterable[str]) -> None:
        """Do nothing: SQLite continues after the highest number."""

    def close(self) -> None:
        self.db.close()
        for file in self._locks:
            file.close()
        self._lock_file(self._crawl).unlink(missing_ok=True)
