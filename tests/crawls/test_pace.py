"""The request rate that all crawls with the same archive on PostgreSQL share."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mayadeen.archive import Archive
from mayadeen.archive import pace as module
from mayadeen.archive.pace import Pace
from tests.crawls.test_kill import begin
from tests.postgresql import Server
from tests.small_site import serve as serve_pages
from tests.small_site import site

HOST = "english.site"


@pytest.fixture
def paces(database: str) -> list[Pace]:
    """Return the paces of three crawls."""
    with closing(Archive(database)):
        return [Pace(database, 5) for _ in range(3)]


def run(paces: list[Pace], *waits: Any) -> float:
    """Run the waits at the same time. Return the seconds until the last one ended."""

    async def all_of_them() -> float:
        began = time.monotonic()
        await asyncio.gather(*(wait() for wait in waits))
        took = time.monotonic() - began
        await asyncio.gather(*(pace.close() for pace in paces))
        return took

    return asyncio.run(all_of_them())


def test_three_crawls_have_one_delay(paces: list[Pace]) -> None:
    turns = [lambda pace=pace: pace.turn(HOST, 0.1) for pace in paces * 3]
    assert run(paces, *turns) >= 8 * 0.1


def test_the_slowest_pace_holds_for_the_next_request(paces: list[Pace]) -> None:
    async def first_slow() -> None:
        await paces[0].turn(HOST, 0.4)
        await paces[1].turn(HOST, 0.0)

    assert run(paces, first_slow) >= 0.4


def test_a_pause_that_one_crawl_is_asked_for_holds_for_all(paces: list[Pace]) -> None:
    async def pause() -> None:
        await paces[0].pause(HOST, 0.5)
        await paces[1].pause(HOST, 0.1)  # a shorter one does not end it
        await paces[2].turn(HOST, 0.1)

    assert run(paces, pause) >= 0.5


def test_without_the_server_each_crawl_goes_on_by_itself(
    paces: list[Pace], postgresql_server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AGAIN", 0.0)

    async def lose() -> None:
        await paces[0].turn(HOST, 0.0)
        postgresql_server.run(f"ALTER DATABASE {paces[0].address.rpartition('/')[2]} ALLOW_CONNECTIONS false")
        postgresql_server.run(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            f" WHERE datname = '{paces[0].address.rpartition('/')[2]}'"
        )
        for _ in range(3):
            await paces[0].turn(HOST, 60)
        postgresql_server.run(f"ALTER DATABASE {paces[0].address.rpartition('/')[2]} ALLOW_CONNECTIONS true")
        await paces[0].turn(HOST, 60)

    with caplog.at_level(logging.WARNING):
        run(paces, lose)
    assert len(caplog.records) == 2, caplog.text
    assert "each crawl now keeps its own delay" in caplog.text
    assert "is available again" in caplog.text


def test_requests_that_wait_together_wait_for_a_dead_server_once() -> None:
    tries = []

    async def turns() -> None:
        async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tries.append(writer)

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        pace = Pace(f"postgresql://user@127.0.0.1:{port}/mayadeen", 0.2)
        await asyncio.gather(*(pace.turn(HOST, 1) for _ in range(8)))
        server.close()
        for writer in tries:
            writer.close()

    asyncio.run(turns())
    assert len(tries) == 1


def test_a_crawl_keeps_to_it_and_tells_of_its_pauses(database: str, tmp_path: Path) -> None:
    pages = site() | {"/": lambda handler: handler.answer(503, "", Retry_After="30")}
    with serve_pages(pages) as origin:
        crawl = begin(origin, tmp_path, "-s", f"ARCHIVE={database}", "-s", "DOWNLOAD_DELAY=0.05")
        left = 0
        with psycopg.connect(database, autocommit=True) as db:
            while left < 20 and crawl.poll() is None:
                time.sleep(0.05)
                rows = db.execute("SELECT to_regclass('pace')").fetchall()
                if rows != [(None,)]:
                    query = "SELECT next / 1000000 - extract(epoch FROM now())::bigint FROM pace"
                    left = max((int(each) for (each,) in db.execute(query)), default=0)
        crawl.kill()
        crawl.communicate()
    assert 20 <= left <= 30
