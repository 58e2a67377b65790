"""The archive in a PostgreSQL database, which several machines share: transactions, errors and locks."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from logging import getLogger
from math import ceil
from typing import Any, Self

import psycopg
from psycopg.errors import LockNotAvailable
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8BinaryDumper

from mayadeen.archive import schema
from mayadeen.archive.database import Disconnected, retried
from mayadeen.archive.dialect import Text, in_own_types, one_line, quoted, read_address, shown, translated
from mayadeen.archive.lock import busy, named
from mayadeen.archive.shards import Shard, excludes
from mayadeen.errors import ArchiveError, NoArchive

logger = getLogger(__name__)

_OLDEST = 14
"""Lowest version of the server: since 14, `pg_terminate_backend` can wait for the end of the process."""
_CONNECTION = {
    # Detect a dead connection within 30 seconds.
    **{"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000},
    "client_encoding": "utf8",
}
_IDLE = 60_000
"""Milliseconds after which the server aborts an idle transaction, because other writers wait for it."""


class PostgreSQL:
    """A database, or one schema of it. Implements `database.Database`."""

    def __init__(self, address: str, patience: float, *, create: bool = True) -> None:
        self._given = read_address(address)
        self.name = shown(self._given)
        self.db = self
        self._patience = patience
        self._since = datetime.now(UTC)
        self._locks: dict[tuple[str, int], str] = {}
        """Advisory locks held by this connection (kind, number) -> what they protect, for messages."""
        self._crawl = 0
        self._schema: str | None = None
        self._changing = False
        try:
            self._connect()
        except psycopg.Error as error:
            raise self._failure(error) from None
        try:
            self._upgrade(create)
        except BaseException:
            self.close()
            raise

    # --- Connection ----------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        """Open a connection. Raises psycopg.Error, and ArchiveError for a server that is too old."""
        host = socket.gethostname().replace(" ", "-")
        options = {
            **_CONNECTION,
            "connect_timeout": max(2, ceil(self._patience)),
            **self._given,
            # Read by `_holder`; the server truncates it to 63 bytes.
            "application_name": f"mayadeen {os.getpid()} {self._since:%Y-%m-%dT%H:%M:%SZ} {host}",
        }
        self._connection = psycopg.connect(**options, autocommit=True)
        if self._connection.info.server_version < _OLDEST * 10_000:
            version = self._connection.info.parameter_status("server_version")
            raise ArchiveError(f"{self.name} is PostgreSQL {version}; an archive needs {_OLDEST} or later")
        self._connection.adapters.register_dumper(int, Int8BinaryDumper)
        self._connection.adapters.register_dumper(str, Text)
        self._connection.execute(f"SET lock_timeout = {max(1, int(self._patience * 1000))}")
        self._connection.execute(f"SET idle_in_transaction_session_timeout = {_IDLE}")
        process, name = self._connection.execute(
            "SELECT (pid, backend_start)::text, current_schema() FROM pg_stat_activity WHERE pid = pg_backend_pid()"
        ).fetchone() or ("", None)
        self._server_process, self._schema = str(process), name

    def _reconnect(self, error: BaseException) -> None:
        """Replace a lost connection and take its locks again.

        Raises ArchiveError if the server is still unavailable after `patience` seconds, or if a lock is taken.
        """
        logger.warning("the connection to the archive %s was lost (%s): reconnecting", self.name, one_line(error))
        began, pause, former = time.monotonic(), 0.05, self._server_process
        while True:
            try:
                self._connect()
                # The server may not have noticed that the former connection, which holds the locks, is dead.
                self._connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE (pid, backend_start)::text = %s",
                    (former,),
                )
                self._lock_again()
                break
            except psycopg.Error as latest:
                if time.monotonic() - began > self._patience:
                    raise ArchiveError(
                        f"the connection to the archive {self.name} was lost and could not be restored within "
                        f"{self._patience:g} s: {self._reason(latest)}"
                    ) from None
                time.sleep(pause)
                pause = min(1.0, 2 * pause)
        logger.warning("reconnected to the archive %s after %.1f s", self.name, time.monotonic() - began)

    def _lock_again(self) -> None:
        with self._connection.transaction():
            self._connection.execute(f"SELECT pg_advisory_xact_lock({self._class('write')}, 0)")
            for (kind, number), what in self._locks.items():
                if found := self._excluding(kind, number):
                    raise ArchiveError(
                        f"the connection to the archive {self.name} was lost, and {what} is now locked by {found[1]}"
                    )
                self._try_lock(kind, number)

    def close(self) -> None:
        self._connection.close()

    # --- Statements ----------------------------------------------------------------------------------------------

    def execute(self, query: str, values: Any = (), /) -> psycopg.Cursor[Any]:
        """Run a statement within a transaction. Raises psycopg.Error."""
        return self._connection.execute(translated(query), values, binary=True)

    def executemany(self, query: str, rows: Iterable[Any], /) -> None:
        """Run a statement for many rows, in pipeline mode."""
        self._connection.cursor().executemany(translated(query), rows)

    @retried
    def rows(self, query: str, values: Any) -> list[Any]:
        try:
            return self.execute(query, values).fetchall()
        except psycopg.Error as error:
            if self._changing:
                raise  # `change` handles it
            raise self._recovered(error) from None

    @contextmanager
    def change(self) -> Iterator[Self]:
        transaction = self._begin()
        self._changing = True
        committing = False
        try:
            yield self
            committing = True
            self._connection.execute("COMMIT")
        except BaseException as error:
            self._changing = False
            if not isinstance(error, psycopg.Error):
                self._roll_back()
                raise
            failure = self._recovered(error)
            if not (isinstance(failure, Disconnected) and committing and self._is_committed(transaction)):
                raise failure from None
        finally:
            self._changing = False

    @retried
    def _begin(self) -> str:
        """Begin a transaction when no other one is writing. Return its id, for `_is_committed`."""
        try:
            # One round trip. READ COMMITTED: the statements after this one see what the previous writer committed.
            begun = self._connection.execute(
                "BEGIN ISOLATION LEVEL READ COMMITTED;"
                f" SELECT pg_advisory_xact_lock({self._class('write')}, 0), pg_current_xact_id()::text"
            )
            begun.nextset()
            return str((begun.fetchone() or ("", ""))[1])
        except psycopg.Error as error:
            raise self._recovered(error) from None

    def _recovered(self, error: psycopg.Error) -> ArchiveError:
        """Roll back after an error, or reconnect. Return what to raise: Disconnected if there is a new connection."""
        if not self._connection.closed:
            self._roll_back()
        if not self._connection.closed:
            return self._failure(error)
        self._reconnect(error)
        return Disconnected(f"the connection to the archive {self.name} was lost during a transaction")

    def _roll_back(self) -> None:
        with suppress(psycopg.Error):  # a lost connection has no transaction any more
            if self._connection.info.transaction_status != TransactionStatus.IDLE:
                self._connection.execute("ROLLBACK")

    def _is_committed(self, transaction: str) -> bool:
        """Return whether a transaction was committed, if the connection was lost during COMMIT."""
        return self.rows("SELECT pg_xact_status(CAST(? AS xid8)) = 'committed'", (transaction,)) == [(True,)]

    @contextmanager
    def snapshot(self) -> Iterator[Self]:
        try:
            with self._connection.transaction():
                self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                yield self
        except psycopg.Error as error:
            raise self._failure(error) from None

    def stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        try:
            with self._connection.cursor("stream", binary=True) as cursor:
                cursor.itersize = 500
                yield from cursor.execute(translated(query))
        except psycopg.Error as error:
            raise self._failure(error) from None

    @contextmanager
    def erasing(self) -> Iterator[None]:
        yield
        try:
            self._connection.execute(f"VACUUM {', '.join(schema.tables())}")
        except psycopg.Error as error:
            logger.warning("%s: VACUUM failed (%s); autovacuum does the same later", self.name, self._reason(error))

    def set_counters(self, tables: Iterable[str]) -> None:
        for table in tables:
            self.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'n'), max(n)) FROM {table}")

    # --- Schema --------------------------------------------------------------------------------------------------

    def _held_schema(self) -> int:
        """Return the schema version, 0 without tables. Raises ArchiveError for other programs and newer versions."""
        if self._schema is None:
            raise ArchiveError(f"the archive {self.name} cannot be used: no schema of its search_path exists")
        tables = [
            name
            for (name,) in self.execute(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = ?::regnamespace AND NOT"
                " EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')",
                (quoted(self._schema),),
            )
        ]
        if "mayadeen" in tables:
            held = int(self.execute("SELECT schema FROM mayadeen").fetchall()[0][0])
            schema.check(held, self.name)
            return held
        if tables:
            raise ArchiveError(f"{self.name} is a database of some other program")
        return 0

    def _upgrade(self, create: bool) -> None:
        try:
            held = self._held_schema()
        except psycopg.Error as error:
            raise self._failure(error) from None
        if held == 0 and not create:
            raise NoArchive(f"there is no archive in {self.name}: run a crawl first")
        if held < schema.SCHEMA:
            with self.change():
                held = self._held_schema()  # another process may have been faster
                if held == 0:
                    self.execute("CREATE TABLE mayadeen (schema BIGINT NOT NULL)")
                    self.execute("INSERT INTO mayadeen VALUES (0)")
                for statement in (each for step in schema.STEPS[held:] for each in step):
                    self._connection.execute(in_own_types(statement))
                self.execute("UPDATE mayadeen SET schema = ?", (schema.SCHEMA,))

    # --- Locks ---------------------------------------------------------------------------------------------------

    def lock(self, edition: str, shard: Shard | None, spider: str) -> None:
        kind, number = f"{spider} {edition}", _number(shard)
        with self.change():  # one after the other: nobody takes what overlaps meanwhile
            if found := self._excluding(kind, number):
                raise busy(named(edition, spider=spider), _shard(found[0]), f"{found[1]} ({self.name})")
            self._try_lock(kind, number)
        self._locks[kind, number] = named(edition, shard, spider)

    def mark_running(self, crawl: int) -> None:
        self._try_lock("crawl", crawl)
        self._locks["crawl", crawl] = f"crawl {crawl}"
        self._crawl = crawl

    def running(self) -> set[int]:
        rows = self.rows(f"SELECT objid::bigint FROM pg_locks WHERE {self._is_held('crawl')}", ())
        return {crawl for (crawl,) in rows} - {self._crawl}

    def _class(self, kind: str) -> int:
        """Return the first key of the advisory locks of a kind; it differs for other schemas of the same database."""
        return int.from_bytes(sha256(f"mayadeen {kind} {self._schema}".encode()).digest()[:4]) & 0x7FFFFFFF

    def _try_lock(self, kind: str, number: int) -> bool:
        """Try to take a session lock. The server releases it as soon as the connection ends, for whatever reason."""
        row = self._connection.execute(f"SELECT pg_try_advisory_lock({self._class(kind)}, {number})").fetchone()
        return bool(row and row[0])

    def _is_held(self, kind: str) -> str:
        return (
            f"locktype = 'advisory' AND granted AND objsubid = 2 AND classid = {self._class(kind)}"
            " AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )

    def _excluding(self, kind: str, number: int) -> tuple[int, str] | None:
        """Return the number and the holder of another connection's lock that excludes a lock; None without one."""
        rows = self._connection.execute(
            "SELECT objid::bigint, application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
            f" WHERE {self._is_held(kind)} AND pid <> pg_backend_pid() ORDER BY objid"
        ).fetchall()
        for held, name in rows:
            if held == number or (kind != "crawl" and excludes(_shard(number), _shard(held))):
                said = re.fullmatch(r"mayadeen (\d+) (\S+)T(\S+)Z (\S*)", str(name))
                who = "process {0} of {3} since {1} {2} UTC".format(*said.groups()) if said else "another process"
                return held, who
        return None

    # --- Errors --------------------------------------------------------------------------------------------------

    def _failure(self, error: psycopg.Error) -> ArchiveError:
        return ArchiveError(f"the archive {self.name} cannot be used: {self._reason(error)}")

    def _reason(self, error: psycopg.Error) -> str:
        """Return an error as one line without passwords."""
        text = "it is locked by another program" if isinstance(error, LockNotAvailable) else one_line(error)
        for name in ("password", "sslpassword"):
            if secret := self._given.get(name):
                text = text.replace(str(secret), "***")
        return text


def _number(shard: Shard | None) -> int:
    """Return the second number of the lock of a shard; 0 for the whole edition."""
    return shard.of * 10_000 + shard.number if shard else 0


def _shard(number: int) -> Shard | None:
    return Shard(number % 10_000, number // 10_000) if number else None
