"""The interface of the two databases, `sqlite.py` (a file) and `postgresql.py` (a server), and how to open them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from mayadeen.archive.shards import Shard
from mayadeen.archive.sqlite import SQLite
from mayadeen.errors import ArchiveError, UsageError

if TYPE_CHECKING:
    from mayadeen.archive.pace import Pace

Place = Path | str
"""Location of an archive: an SQLite file, or the address of a PostgreSQL database."""

_P = ParamSpec("_P")
_R = TypeVar("_R")
_S = TypeVar("_S")
_REPEATS = 3
"""Maximum number of retries of a transaction that loses its connection."""


class Cursor(Protocol):
    """The result of a statement."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """Runs statements with the placeholders `?` or `:name`."""

    def execute(self, query: str, values: Any = ..., /) -> Cursor: ...
    def executemany(self, query: str, rows: Iterable[Any], /) -> object: ...


class Database(Protocol):
    """An open database. Its methods raise ArchiveError with a message of one line."""

    name: str
    """Its name in messages: a path, or an address without the password."""

    @property
    def db(self) -> Connection: ...

    def change(self) -> AbstractContextManager[Connection]:
        """Run a block as one transaction. No other process writes meanwhile.

        Raises Disconnected if the connection was lost and the transaction rolled back; there is a new connection then.
        """

    def snapshot(self) -> AbstractContextManager[Connection]:
        """Run a block as a read-only transaction, which does not see what other processes write meanwhile."""

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query within a transaction, with bounded memory."""

    def rows(self, query: str, values: Any) -> list[Any]:
        """Return the rows of a query."""

    def lock(self, edition: str, shard: Shard | None, spider: str) -> None:
        """Take the lock of an edition or a shard for a kind of crawl, until it is closed; see `Store.lock`."""

    def mark_running(self, crawl: int) -> None:
        """Mark a crawl of this process as running, within a transaction of the caller."""

    def running(self) -> set[int]:
        """Return the other crawls that are running. They deliver the lines that they recorded or took over."""

    def erasing(self) -> AbstractContextManager[None]:
        """Run a block whose deleted rows must not remain readable; see `Archive.erasing`."""

    def set_counters(self, tables: Iterable[str]) -> None:
        """Continue the numbers `n` after rows were inserted with explicit ones."""

    def close(self) -> None:
        """Close it and release its locks. May be called twice."""


class Disconnected(ArchiveError):
    """The connection was lost and the transaction rolled back. There is a new connection."""


def open_database(place: Place, patience: float, *, create: bool = True) -> Database:
    """Open a database. Raises ArchiveError, and UsageError without psycopg.

    `patience`: seconds to wait while another process writes, and to reconnect to a server. `create`: create the tables
    if there are none; otherwise raises NoArchive.
    """
    if isinstance(place, Path):
        return SQLite(place, patience, create=create)
    with _psycopg():
        from mayadeen.archive.postgresql import PostgreSQL
    return PostgreSQL(place, patience, create=create)


def open_pace(place: Place, patience: float) -> Pace | None:
    """Return the pace that the crawls of an archive on a server share; None for a file."""
    if isinstance(place, Path):
        return None
    with _psycopg():
        from mayadeen.archive.pace import Pace
    return Pace(place, patience)


@contextmanager
def _psycopg() -> Iterator[None]:
    """Report a missing psycopg in one line."""
    try:
        yield
    except ImportError:
        raise UsageError(
            "an archive on PostgreSQL needs psycopg, the extra 'postgres': pip install 'psycopg[binary]>=3.3'"
        ) from None


def read_place(given: str) -> Place:
    """Return a path, or an address of PostgreSQL. Raises UsageError, without quoting what may be a password."""
    scheme, separator, _ = given.partition("://")
    if not separator:
        return Path(given).expanduser().absolute()
    if scheme not in ("postgresql", "postgres"):
        raise UsageError(f"an archive is a file, or postgresql://user@host/database; got {scheme}://…")
    return given


def retried(method: Callable[Concatenate[_S, _P], _R]) -> Callable[Concatenate[_S, _P], _R]:
    """Call a method that is one transaction again if the connection was lost."""

    @wraps(method)
    def done(self: _S, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        for _ in range(_REPEATS):
            try:
                return method(self, *args, **kwargs)
            except Disconnected:
                continue
        return method(self, *args, **kwargs)

    return done
