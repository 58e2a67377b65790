"""Reads kept pages with the current parsers on the workers of a Dask scheduler, one file per task.

The result of a file is complete or absent: if a worker dies, another one reads its file again. Results are used in the
order of the files. Workers write nothing, so they need no disk in common with the command.
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
from mayadeen.site.address import Site
from mayadeen.warc import File

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL = "local"
CONNECT = 5
"""Seconds to wait for a scheduler, and then for its first worker."""
AWAY = 15
"""Seconds to go on without any worker: a nanny restarts a dead one within a few seconds."""
RETRIES = 2
"""Number of retries of a file on which a worker failed."""


@contextmanager
def on_workers(address: str) -> Iterator[Way]:
    """Yield a function that rereads files on the workers of a scheduler; `local`: on new ones, one per core.

    Raises UsageError.
    """
    _check(address)
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise UsageError("--dask needs distributed; pip install '.[dask]'") from None
    # It logs each lost connection, with a traceback. The errors below say enough.
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
        except (OSError, ValueError, TypeError):  # raised for a server that is not a scheduler, too
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
    """Raises OSError if no scheduler answers. A client would wait forever for a server that is no scheduler."""
    from distributed.core import rpc
    from distributed.security import Security

    async def identity() -> None:
        async with rpc(address, connection_args=Security().get_connection_args("client")) as scheduler:
            await asyncio.wait_for(scheduler.identity(), CONNECT)

    # In a thread: the loop of this one is Scrapy's.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, identity()).result()


def versions() -> tuple[str, str, str]:
    """Return the versions of mayadeen, its parser and Python, which must be equal on all workers."""
    return mayadeen.__version__, mayadeen.PARSER_VERSION, f"{sys.version_info[0]}.{sys.version_info[1]}"


def read_file(
    file: File, limit: int, templates: Templates, asked: tuple[str, str, str], mirror: Site | None = None
) -> list[bytes]:
    """Return the batches of a file, compressed, since a worker holds them in memory. Runs on a worker."""
    if (own := versions()) != asked:
        raise ValueError(_differing(own, asked))
    found = pages_of(file, limit, mirror)
    return [zlib.compress(pickle.dumps(read_batch(pages, templates)), 1) for pages in found]


async def _read(client: Client, address: str, job: Job) -> AsyncIterator[Batch]:
    files = deque(job.files)
    asked: deque[tuple[File, Future[list[bytes]]]] = deque()
    while files or asked:
        # Enough to keep all workers busy, but few, since workers hold finished results in memory.
        room = max(1, 2 * await _threads(client))
        while files and len(asked) < room:
            file = files.popleft()
            there = file.absolute() if isinstance(file, Path) else file
            given = (there, job.limit, job.templates, versions(), job.mirror)
            asked.append((file, client.submit(read_file, *given, pure=False, retries=RETRIES)))
        for batch in await _result(client, address, *asked.popleft()):
            yield pickle.loads(zlib.decompress(batch))


async def _result(client: Client, address: str, file: File, task: Future[list[bytes]]) -> list[bytes]:
    """Return the result of a task when it is finished. Raises CrawlFailure."""
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
            continue  # its worker died with it: the task runs again


async def _threads(client: Client) -> int:
    """Return the number of threads of all workers; 0 while the scheduler does not answer."""
    try:
        return sum((await asyncio.to_thread(client.nthreads)).values())
    except Exception:
        return 0


def _failure(file: File, error: BaseException | None) -> CrawlFailure:
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return CrawlFailure("workers_died", f"{file}: each worker that read it died; is there enough memory?")
    return CrawlFailure("worker_failed", f"{file}: {_first_line(error)}")


def _compare(client: Client) -> None:
    """Raises UsageError if a worker has other versions."""
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
    """Raises UsageError if this is not the address of a scheduler."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("tcp", "tls") and parts.hostname and parts.port and not parts.path
    except ValueError:
        good = False
    if not good and address != LOCAL:
        raise UsageError(f"--dask takes tcp://HOST:PORT, tls://HOST:PORT or {LOCAL}, got {address!r}")


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
