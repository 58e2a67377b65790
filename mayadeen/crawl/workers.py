"""Kept pages through today's parsers on the workers of a Dask scheduler, a file at a time.

What a worker makes of a file comes back whole or not at all, and in the order of the files: a file whose worker dies is
read by another. Nothing is written by workers, so that they share no disk with who asks.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
import time
import zlib
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from logging import CRITICAL, getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import mayadeen
from mayadeen.crawl.rereading import Batch, Job, Templates, Way, cores, pages_of, read_batch
from mayadeen.errors import CrawlFailure, UsageError
from mayadeen.warc import File

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL = "local"
CONNECT = 5
"""Seconds that a scheduler, and then its first worker, may take to answer."""
AWAY = 15
"""Seconds that all workers may be away: a nanny starts a dead one again in a few."""
RETRIES = 2
"""Times that a file is read again on which a worker failed."""


@contextmanager
def on_workers(address: str) -> Iterator[Way]:
    """A way to read files on workers: those of a scheduler, or with `local` one for each core. Raises UsageError."""
    _check(address)
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise UsageError("--dask needs distributed; pip install '.[dask]'") from None
    # What it logs of lost connections is said here once, in one line.
    getLogger("distributed").setLevel(CRITICAL)
    with ExitStack() as stack:
        try:
            if address == LOCAL:
                place: Any = stack.enter_context(
                    LocalCluster(n_workers=cores(), threads_per_worker=1, dashboard_address=None, silence_logs=CRITICAL)
                )
            else:
                place = address
                _ask(address)
            client = stack.enter_context(Client(place, timeout=CONNECT, set_as_default=False))
        except (OSError, ValueError, TypeError):  # of what is no scheduler, too
            raise UsageError(f"no Dask scheduler answers at {address} within {CONNECT} seconds") from None
        try:
            client.wait_for_workers(1, timeout=CONNECT)
        except TimeoutError:
            raise UsageError(f"the Dask scheduler at {address} has no workers") from None
        _compare(client)

        def read(job: Job) -> AsyncIterator[Batch]:
            return _read(client, address, job)

        yield read


def _ask(address: str) -> None:
    """Raises OSError when no scheduler answers. A client alone would wait without end for what is no scheduler."""
    from distributed.core import rpc
    from distributed.security import Security

    async def identity() -> None:
        async with rpc(address, connection_args=Security().get_connection_args("client")) as scheduler:
            await asyncio.wait_for(scheduler.identity(), CONNECT)

    # In a thread: the loop of this one is Scrapy's.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, identity()).result()


def versions() -> tuple[str, str, str]:
    """What must be the same where pages are read: mayadeen, its parser, Python."""
    return mayadeen.__version__, mayadeen.PARSER_VERSION, f"{sys.version_info[0]}.{sys.version_info[1]}"


def read_file(file: File, limit: int, templates: Templates, asked: tuple[str, str, str]) -> list[bytes]:
    """All batches of a file, packed: a worker holds what it has made until it is asked for. Runs on a worker."""
    if (own := versions()) != asked:
        raise ValueError(_differing(own, asked))
    return [zlib.compress(pickle.dumps(read_batch(pages, templates)), 1) for pages in pages_of(file, limit)]


async def _read(client: Client, address: str, job: Job) -> AsyncIterator[Batch]:
    files = deque(job.files)
    asked: deque[tuple[File, Future[list[bytes]]]] = deque()
    while files or asked:
        # Enough to keep all workers busy, few enough for what waits to be asked for to fit in their memory.
        room = max(1, 2 * await _threads(client))
        while files and len(asked) < room:
            file = files.popleft()
            there = file.absolute() if isinstance(file, Path) else file
            given = (there, job.limit, job.templates, versions())
            asked.append((file, client.submit(read_file, *given, pure=False, retries=RETRIES)))
        for batch in await _result(client, address, *asked.popleft()):
            yield pickle.loads(zlib.decompress(batch))


async def _result(client: Client, address: str, file: File, task: Future[list[bytes]]) -> list[bytes]:
    """What a worker made of a file, once it is there. Raises CrawlFailure."""
    seen = asked = time.monotonic()
    while True:
        while not task.done():
            await asyncio.sleep(0.02)
            if (now := time.monotonic()) > asked + 1:
                asked = now
                if await _threads(client):
                    seen = now
                elif now > seen + AWAY:
                    raise CrawlFailure("workers_gone", f"the Dask scheduler at {address} has no workers any more")
        if task.status == "error":
            raise _failure(file, task.exception())
        if task.status != "finished":
            raise CrawlFailure("scheduler_gone", f"the Dask scheduler at {address} does not answer any more")
        try:
            return await asyncio.to_thread(task.result, timeout=AWAY)
        except TimeoutError:
            # Its worker has died with it: it is made again.
            continue


async def _threads(client: Client) -> int:
    """Threads of all workers; 0 while the scheduler does not answer."""
    try:
        return sum((await asyncio.to_thread(client.nthreads)).values())
    except Exception:
        return 0


def _failure(file: File, error: BaseException | None) -> CrawlFailure:
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return CrawlFailure("workers_died", f"{file}: each worker that read it died; is there memory enough?")
    return CrawlFailure("worker_failed", f"{file}: {_first_line(error)}")


def _compare(client: Client) -> None:
    """Raises UsageError for a worker on which pages would be read otherwise."""
    own = versions()
    for worker, found in sorted(client.run(versions, on_error="return").items()):
        if isinstance(found, BaseException):
            raise UsageError(f"the worker {worker} has no mayadeen like this one: {_first_line(found)}")
        if tuple(found) != own:
            raise UsageError(f"the worker {worker} has {_differing(found, own)}")


def _differing(there: tuple[str, ...], here: tuple[str, ...]) -> str:
    names = ("mayadeen", "its parser", "Python")
    return ", ".join(
        f"{name} {one}, here it is {other}" for name, one, other in zip(names, there, here, strict=True) if one != other
    )


def _check(address: str) -> None:
    """Raises UsageError for what is no address of a scheduler."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("tcp", "tls") and parts.hostname and parts.port and not parts.path
    except ValueError:
        good = False
    if not good and address != LOCAL:
        raise UsageError(f"--dask takes tcp://HOST:PORT, tls://HOST:PORT or {LOCAL}, got {address!r}")


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
