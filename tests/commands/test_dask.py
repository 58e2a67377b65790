"""`scrapy reread --dask`: a real scheduler and workers, some killed, some of another version."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from distributed import Client

from mayadeen.crawl.workers import on_workers, read_file
from mayadeen.errors import UsageError
from tests.commands.test_reread import keep
from tests.conftest import ROOT, Run
from tests.scrapyd_server import free_port

Command = Callable[..., Run]
Process = subprocess.Popen[bytes]
OTHER_SITE = {"https://example.org/news/politics/another-site": b"<html></html>"}


def start(program: str, *options: str, prelude: str = "") -> Process:
    """`dask scheduler` or `dask worker`, after some lines of Python."""
    command = f"{prelude}\nfrom distributed.cli.dask_{program} import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", command, *options, "--no-dashboard"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A scheduler; gives its address."""
    port = free_port()
    with start("scheduler", "--host", "127.0.0.1", "--port", str(port)) as process:
        yield f"tcp://127.0.0.1:{port}"
        process.kill()


@pytest.fixture
def client(scheduler: str) -> Iterator[Client]:
    """What looks into the scheduler."""
    with Client(scheduler, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        yield client


@pytest.fixture
def worker(scheduler: str, client: Client) -> Iterator[Callable[..., Process]]:
    """Starts a worker by name, and waits for it."""
    started: list[Process] = []

    def worker(name: str, prelude: str = "") -> Process:
        before = len(client.nthreads())
        options = ("--name", name, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
        started.append(start("worker", scheduler, *options, prelude=prelude))
        client.wait_for_workers(before + 1, timeout=60)
        return started[-1]

    yield worker
    for process in started:
        process.kill()
        process.wait()
    while client.nthreads():
        time.sleep(0.05)


def kill_at_work(client: Client, process: Process) -> None:
    """Kills a worker as soon as it reads a file."""
    address = next(address for address, pid in client.run(os.getpid).items() if pid == process.pid)
    while not client.processing().get(address):
        time.sleep(0.02)
    process.kill()


@pytest.fixture
def reread(tmp_path: Path) -> Callable[..., Process]:
    """Begins `scrapy reread` of the test's pages, its feed in the test's own folder."""

    def reread(feed: str, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "scrapy", "reread", *sorted(map(str, (tmp_path / "pages").rglob("*.gz")))]
        command += ["-s", f"DATA_DIR={tmp_path / 'data'}", "-O", str(tmp_path / feed), *options]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return reread


def ended(process: subprocess.Popen[str], folder: Path) -> Run:
    out, err = process.communicate(timeout=300)
    return Run(process.returncode, out, err, folder)


def test_a_killed_worker_costs_nothing(
    reread: Callable[..., subprocess.Popen[str]],
    worker: Callable[..., Process],
    client: Client,
    scheduler: str,
    tmp_path: Path,
) -> None:
    for number in range(6):  # with the same articles again, so that it shows which file comes first
        keep(tmp_path / "pages" / str(number), 20 + 3 * number, extra=OTHER_SITE)
    cut = keep(tmp_path / "pages" / "cut", 9)
    cut.write_bytes(cut.read_bytes()[:-20_000])
    (tmp_path / "pages" / "letter.warc.gz").write_text("Dear Sir")
    before = ended(reread("before.jsonl"), tmp_path)
    assert before.status == 3
    lines = before.lines("before.jsonl")
    (tmp_path / "earlier.jsonl").write_text("".join(json.dumps({**line, "headline": "?"}) + "\n" for line in lines[:7]))
    first, _ = worker("first"), worker("second")
    running = reread("again.jsonl", "--dask", scheduler, "--against", str(tmp_path / "earlier.jsonl"))
    kill_at_work(client, first)
    run = ended(running, tmp_path)
    assert len(client.nthreads()) == 1
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "before.jsonl").read_bytes()
    assert run.out.startswith(before.out + "against earlier.jsonl: 7 of 7 items differ: headline 7; ")
    assert run.err == before.err
    assert run.status == 3


def test_without_workers_it_ends_and_the_feed_stays(
    reread: Callable[..., subprocess.Popen[str]],
    worker: Callable[..., Process],
    client: Client,
    scheduler: str,
    tmp_path: Path,
) -> None:
    kept = keep(tmp_path / "pages", 30)
    for number in range(7):
        shutil.copy(kept, kept.with_name(f"{number}.warc.gz"))
    (tmp_path / "again.jsonl").write_text("before\n")
    none = reread("again.jsonl", "--dask", scheduler)
    run = ended(none, tmp_path)
    assert run.status == 2
    assert run.error() == f"error: the Dask scheduler at {scheduler} has no workers"
    only = worker("only")
    running = reread("again.jsonl", "--dask", scheduler)
    kill_at_work(client, only)
    run = ended(running, tmp_path)
    assert run.status == 3
    assert run.error() == f"error: workers_gone: the Dask scheduler at {scheduler} has no workers any more"
    assert (tmp_path / "again.jsonl").read_text() == "before\n"


@pytest.mark.parametrize(
    ("prelude", "message"),
    [
        ("import mayadeen; mayadeen.__version__ = '0.0.1'", r"has mayadeen 0\.0\.1, here it is \d+\.\d+\.\d+$"),
        ("import sys; sys.modules['mayadeen'] = None", "has no mayadeen like this one: .*mayadeen"),
    ],
)
def test_workers_must_read_alike(worker: Callable[..., Process], scheduler: str, prelude: str, message: str) -> None:
    worker("another", prelude)
    with pytest.raises(UsageError, match=rf"^the worker tcp://127\.0\.0\.1:\d+ {message}"), on_workers(scheduler):
        pass


def test_a_worker_that_comes_later_must_read_alike(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"its parser 3, here it is 2$"):
        read_file(keep(tmp_path, 1), 10**6, {}, ("0.1.0", "2", f"{sys.version_info[0]}.{sys.version_info[1]}"))


def test_workers_of_its_own(reread: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    for number in range(3):
        keep(tmp_path / "pages" / str(number), 5 + number)
    run = ended(
        reread("again.jsonl", "--dask", "local", "-s", "LOG_LEVEL=INFO", "-s", "LOGSTATS_INTERVAL=0.05"), tmp_path
    )
    assert run.status == 0, run.err
    assert "reread 18 pages of 3 files (18 articles): 7 items, 11 dropped" in run.out
    assert re.search(r"INFO: reread: \d+ pages, \d+ items, \d+%", run.err)


@pytest.mark.parametrize(
    "address", ["localhost:8786", "tcp://localhost", "http://localhost:80", "tcp://a:b", "tcp://:8786"]
)
def test_what_is_no_address(address: str) -> None:
    with (
        pytest.raises(UsageError, match=r"--dask takes tcp://HOST:PORT, tls://HOST:PORT or local, got"),
        on_workers(address),
    ):
        pass


def test_a_scheduler_that_is_not_there(reread: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    keep(tmp_path / "pages", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    run = ended(reread("again.jsonl", "--dask", address), tmp_path)
    assert run.status == 2
    assert run.error() == f"error: no Dask scheduler answers at {address} within 5 seconds"
    assert not (tmp_path / "again.jsonl").exists()


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"--dask needs distributed; pip install '\.\[dask\]'"), on_workers("local"):
        pass
