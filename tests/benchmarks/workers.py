"""Pages a second of `scrapy reread` with processes, one Dask worker and two, and the CPU time of command and workers.

Startup is subtracted. On two cores the command competes with two workers, so the ratio is lower than with a machine for
each.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from distributed import Client

from tests.benchmarks.measure import Cost, run
from tests.benchmarks.reread import keep
from tests.scrapyd_server import free_port

Rows = list[dict[str, Any]]


def measure(sizes: tuple[tuple[int, int], ...] = ((1200, 120), (240, 1200)), rounds: int = 3) -> Rows:
    """Return a row for each page size and way: the best of some rounds. `sizes`: number of pages, KB of each."""
    return [row for pages, page_kb in sizes for row in measure_size(pages, page_kb, rounds)]


def measure_size(pages: int, page_kb: int, rounds: int) -> Rows:
    """Return the rows of one page size; all ways in turn in each round, so that load from elsewhere meets all."""
    taken: dict[str, list[tuple[float, float, float]]] = {}
    with TemporaryDirectory() as few, TemporaryDirectory() as many, dask(1) as one, dask(2) as two:
        keep(Path(few), 1, page_kb)
        keep(Path(many), pages, page_kb, files=12)
        for _ in range(rounds):
            for name, client in (("processes", None), ("1 worker", one), ("2 workers", two)):
                start, _ = reread(few, client)
                cost, workers = reread(many, client)
                net = (cost.seconds - start.seconds, cost.cpu - start.cpu, workers)
                taken.setdefault(name, []).append(net)
    best = {name: tuple(map(min, zip(*costs, strict=True))) for name, costs in taken.items()}
    return [
        {
            "page KB": page_kb,
            "by": name,
            "pages/s": pages / seconds,
            "times one worker": best["1 worker"][0] / seconds,
            "command CPU ms/page": 1000 * command / pages,
            "workers CPU ms/page": 1000 * workers / pages,
        }
        for name, (seconds, command, workers) in best.items()
    ]


def reread(folder: str, client: Client | None) -> tuple[Cost, float]:
    """Return the cost of the command, and the CPU seconds of the workers."""
    command = [sys.executable, "-m", "scrapy", "reread", folder, "-s", f"DATA_DIR={folder}"]
    if client is None:
        return run(command), 0.0
    before = sum(client.run(time.process_time).values())
    cost = run([*command, "--dask", client.scheduler.address])
    return cost, sum(client.run(time.process_time).values()) - before


@contextmanager
def dask(workers: int) -> Iterator[Client]:
    """Start a scheduler and workers of one thread each; yield a client."""
    address = f"tcp://127.0.0.1:{free_port()}"
    with ExitStack() as stack:
        for program, options in (
            ("scheduler", ("--host", "127.0.0.1", "--port", address.rpartition(":")[2])),
            *[("worker", (address, "--nthreads", "1", "--no-nanny"))] * workers,
        ):
            command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *options, "--no-dashboard"]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            stack.enter_context(process)
            stack.callback(process.kill)
        client = stack.enter_context(Client(address, set_as_default=False))  # type: ignore[no-untyped-call]
        client.wait_for_workers(workers)
        yield client
