"""The base class of the archive: transactions, and the crawls that use it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from mayadeen.archive.database import Connection, Place, open_database, retried
from mayadeen.archive.shards import Shard
from mayadeen.errors import ArchiveError

DAY = 24 * 3600
"""In seconds."""
PORTION = 500
"""Number of addresses looked up at a time."""


def now() -> int:
    """Return the current time, UTC seconds."""
    return int(datetime.now(UTC).timestamp())


def seconds(stamp: str | datetime | None) -> int | None:
    """Return an ISO 8601 string or a timezone-aware time as UTC seconds."""
    if not stamp:
        return None
    return int((datetime.fromisoformat(stamp) if isinstance(stamp, str) else stamp).timestamp())


class Store:
    """An SQLite file or a PostgreSQL database. Methods raise ArchiveError with a message of one line."""

    def __init__(self, place: Place, *, patience: float = 10, create: bool = True) -> None:
        """Open the archive, or create it (see `open_database`)."""
        self._database = open_database(place, patience, create=create)
        self._db = self._database.db
        self._rows_of = self._database.rows
        self.name = self._database.name
        """Its name in messages: a path, or an address without the password."""
        self.crawl = 0

    def _change(self) -> AbstractContextManager[Connection]:
        """Run a block as one transaction."""
        return self._database.change()

    def _rows(self, query: str, *values: Any) -> list[Any]:
        """Return the rows of a query. `values`: positional, or one dict."""
        return self._rows_of(query, values[0] if values and isinstance(values[0], dict) else values)

    def _rows_in(self, query: str, first: Sequence[Any], values: Iterable[Any]) -> Iterator[Any]:
        """Yield the rows of a query that ends in `IN`, for any number of values, in portions."""
        rest = list(values)
        while rest:
            portion, rest = rest[:PORTION], rest[PORTION:]
            yield from self._rows(f"{query} ({', '.join('?' * len(portion))})", *first, *portion)

    def close(self) -> None:
        """Close the archive and release its locks. May be called twice."""
        self._database.close()

    @retried
    def lock(self, edition: str, shard: Shard | None = None, spider: str = "articles") -> None:
        """Take the lock of an edition, or a shard of it, for a kind of crawl, until `close` or the end of the process.

        Raises Busy, which names the holder, while another crawl of this kind may read some of the same pages.
        """
        self._database.lock(edition, shard, spider)

    @retried
    def begin(self, spider: str, edition: str, origin: str, shard: str = "") -> None:
        """Record the start of a crawl, of a whole edition or of a shard (`1/3`).

        Raises ArchiveError if the archive contains this edition from another origin.
        """
        with self._change() as db:
            db.execute("INSERT INTO origins VALUES (?, ?) ON CONFLICT DO NOTHING", (edition, origin))
            held = db.execute("SELECT origin FROM origins WHERE edition = ?", (edition,)).fetchone()[0]
            if held != origin:
                raise ArchiveError(
                    f"the archive {self.name} holds the {edition} edition of {held}, not of {origin}; give another "
                    "DATA_DIR or ARCHIVE"
                )
            query = "INSERT INTO crawls (spider, edition, pid, started, shard) VALUES (?, ?, ?, ?, ?) RETURNING n"
            self.crawl = int(db.execute(query, (spider, edition, os.getpid(), now(), shard)).fetchone()[0])
            self._database.mark_running(self.crawl)

    def origins(self) -> dict[str, str]:
        """Return edition -> the origin from which it was crawled."""
        return dict(self._rows("SELECT edition, origin FROM origins"))

    @retried
    def end(self, reason: str, tally: dict[str, Any]) -> None:
        """Record the end of the crawl."""
        with self._change() as db:
            db.execute(
                "UPDATE crawls SET ended = ?, reason = ?, tally = ? WHERE n = ?",
                (now(), reason, json.dumps(tally), self.crawl),
            )

    def origins_before(self, edition: str) -> dict[str, dict[str, int]]:
        """Return the origins of required fields in the latest crawl that recorded them: field -> origin -> articles."""
        rows = self._rows(
            "SELECT tally FROM crawls WHERE edition = ? AND n <> ? AND tally LIKE '%\"origins\"%'"
            " ORDER BY n DESC LIMIT 1",
            edition,
            self.crawl,
        )
        return dict(json.loads(rows[0][0])["origins"]) if rows else {}
