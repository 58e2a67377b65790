"""One request rate for all crawls of an archive on PostgreSQL.

The table `pace` has one row per host: the earliest time of the next request, by the clock of the server. A request
leaves when an UPDATE has moved that time forward by the delay. All other requests wait and try again.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from logging import getLogger
from time import monotonic
from typing import Any

import psycopg

logger = getLogger(__name__)

_NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_GO = (
    f"INSERT INTO pace VALUES (%(host)s, {_NOW} + %(delay)s) ON CONFLICT (host) DO UPDATE"
    f" SET next = {_NOW} + %(delay)s WHERE pace.next <= {_NOW} RETURNING next"
)
_LEFT = f"SELECT next - {_NOW} FROM pace WHERE host = %(host)s"
_PAUSE = (
    f"INSERT INTO pace VALUES (%(host)s, {_NOW} + %(delay)s) ON CONFLICT (host) DO UPDATE"
    " SET next = greatest(pace.next, excluded.next)"
)
_AGAIN = 10.0
"""Seconds before the next attempt after the server did not answer."""


class Pace:
    """The turns of requests, over a separate asynchronous connection: only the request waits, not the reactor."""

    def __init__(self, address: str, patience: float) -> None:
        """`patience`: maximum number of seconds to wait for an answer of the server."""
        self.address, self.patience = address, patience
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._one = asyncio.Lock()
        self._lost_until: float | None = None
        """Time of the next attempt after the server was lost, on the monotonic clock; None while it answers."""

    async def turn(self, host: str, delay: float) -> None:
        """Wait until a request to a host may leave. The next one, of any crawl, may leave `delay` seconds later.

        Returns at once if the server does not answer: then only the delay of this crawl applies.
        """
        values = {"host": host, "delay": round(delay * 1_000_000)}
        while True:
            went = await self._ask(_GO, values)
            if went is None or went:
                return
            left = await self._ask(_LEFT, values)
            if not left:
                return
            await asyncio.sleep(max(0.0, left[0][0] / 1_000_000))

    async def pause(self, host: str, seconds: float) -> None:
        """Hold back the requests of all crawls to a host for some seconds."""
        await self._ask(_PAUSE, {"host": host, "delay": round(seconds * 1_000_000)})

    async def close(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error, OSError):
                await self._connection.close()

    async def _ask(self, query: str, values: dict[str, Any]) -> list[tuple[int]] | None:
        """Return the rows of a statement; None if the server does not answer."""
        async with self._one:
            # Those that have waited for the lock while another request lost the server need not wait for it too.
            if self._lost_until is not None and monotonic() < self._lost_until:
                return None
            try:
                async with asyncio.timeout(self.patience):
                    rows = await self._rows(query, values)
            except (psycopg.Error, OSError, TimeoutError) as error:
                if self._lost_until is None:
                    logger.warning(
                        "the shared request rate is unavailable, as the archive's server does not answer (%s): each "
                        "crawl now keeps its own delay",
                        type(error).__name__,
                    )
                self._lost_until = monotonic() + _AGAIN
                await self.close()
                return None
            if self._lost_until is not None:
                logger.warning("the shared request rate is available again")
                self._lost_until = None
            return rows

    async def _rows(self, query: str, values: dict[str, Any]) -> list[tuple[int]]:
        """Return the rows of a statement."""
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(self.address, autocommit=True)
            # No need to wait for the disk: after a crash of the server, a lost time does no harm.
            await self._connection.execute("SET synchronous_commit = off")
        cursor = await self._connection.execute(query, values)
        return await cursor.fetchall() if cursor.description else []
