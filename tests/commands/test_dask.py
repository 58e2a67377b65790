"""`scrapy reread --dask` with a scheduler and workers, some of them killed or of another version."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from distributed import Client

from mayadeen.crawl.workers import on_workers, read_file
from mayadeen.errors import UsageError
from tests.commands.test_reread import keep
from tests.conftest import ROOT, Run, as_options
from tests.servers import free_port

OTHER_SITE = {"https://example.org/news/politics/another-site": b"<html></html>"}


def start(program: str, *options: str, prelude: str = "") -> subprocess.Popen[bytes]:
    """Start `dask scheduler` or `dask worker`, after some lines of Python."""
    command = f"{prelude}\nfrom distributed.cli.dask_{program} import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", command, *options, "--no-dashboard"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Run a scheduler. Yield its address."""
    port = free_port()
    with start("scheduler", "--host", "127.0.0.1", "--port", str(port)) as process:
        yield f"tcp://127.0.0.1:{port}"
        process.kill()


@dataclass
class Cluster:
    """The scheduler, with the workers of one test."""

    address: str
    client: Client
    workers: list[subprocess.Popen[bytes]]

    def add(self, name: str, prelude: str = "") -> None:
        """Start a worker, and wait until it is registered."""
        before = len(self.client.nthreads())
        options = ("--name", name, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
        self.workers.append(start("worker", self.address, *options, prelude=prelude))
        self.client.wait_for_workers(before + 1, timeout=60)

    def kill_busy(self) -> None:
        """Kill the first worker as soon as it reads a file."""
        process = self.workers[0]
        address = next(address for address, pid in self.client.run(os.getpid).items() if pid == process.pid)
        while not self.client.processing().get(address):
            time.sleep(0.02)
        process.kill()


@pytest.fixture
def cluster(scheduler: str) -> Iterator[Cluster]:
    with Client(scheduler, set_as_default=False) as client:
        cluster = Cluster(scheduler, client, [])
        yield cluster
        for process in cluster.workers:
            process.kill()
            process.wait()
        while client.nthreads():
            time.sleep(0.05)


class Reread:
    """A running `scrapy reread` of the pages in a folder, which also takes its feed."""

    def __init__(self, folder: Path, feed: str, *options: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "scrapy", "reread", *sorted(map(str, (folder / "pages").rglob("*.gz")))]
        command += ["-s", f"DATA_DIR={folder / 'data'}", "-O", str(folder / feed), *options]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self) -> Run:
        """Wait until it ends."""
        out, err = self.process.communicate(timeout=300)
        return Run(self.process.returncode, out, err, self.folder)


def test_a_killed_worker_costs_nothing(cluster: Cluster, tmp_path: Path) -> None:
    for number in range(6):  # the same articles again, so that the order of the files matters
        keep(tmp_path / "pages" / str(number), 20 + 3 * number, extra=OTHER_SITE)
    cut = keep(tmp_path / "pages" / "cut", 9)
    cut.write_bytes(cut.read_bytes()[:-20_000])
    (tmp_path / "pages" / "letter.warc.gz").write_text("Dear Sir")
    before = Reread(tmp_path, "before.jsonl").end()
    assert before.status == 3
    lines = before.lines("before.jsonl")
    (tmp_path / "earlier.jsonl").write_text("".join(json.dumps({**line, "headline": "?"}) + "\n" for line in lines[:7]))
    cluster.add("first")
    cluster.add("second")
    rereading = Reread(tmp_path, "again.jsonl", "--dask", cluster.address, "--against", str(tmp_path / "earlier.jsonl"))
    cluster.kill_busy()
    run = rereading.end()
    assert len(cluster.client.nthreads()) == 1
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "before.jsonl").read_bytes()
    assert run.out.startswith(before.out + "against earlier.jsonl: 7 of 7 items differ: headline 7; ")
    assert run.err == before.err
    assert run.status == 3


def test_without_workers_the_command_ends_and_leaves_the_feed(cluster: Cluster, tmp_path: Path) -> None:
    kept = keep(tmp_path / "pages", 30)
    for number in range(7):
        shutil.copy(kept, kept.with_name(f"{number}.warc.gz"))
    (tmp_path / "again.jsonl").write_text("before\n")
    run = Reread(tmp_path, "again.jsonl", "--dask", cluster.address).end()
    assert run.status == 2
    assert run.error() == f"error: the Dask scheduler at {cluster.address} has no workers"
    cluster.add("only")
    rereading = Reread(tmp_path, "again.jsonl", "--dask", cluster.address)
    cluster.kill_busy()
    run = rereading.end()
    assert run.status == 3
    assert run.error() == f"error: workers_gone: the Dask scheduler at {cluster.address} has no workers any more"
    assert (tmp_path / "again.jsonl").read_text() == "before\n"


@pytest.mark.parametrize(
    ("prelude", "message"),
    [
        ("import mayadeen; mayadeen.__version__ = '0.0.1'", r"has mayadeen 0\.0\.1, here it is \d+\.\d+\.\d+$"),
        ("import sys; sys.modules['mayadeen'] = None", "has no mayadeen like this one: .*mayadeen"),
    ],
)
def test_workers_must_have_the_same_version(cluster: Cluster, prelude: str, message: str) -> None:
    cluster.add("another", prelude)
    with (
        pytest.raises(UsageError, match=rf"^the worker tcp://127\.0\.0\.1:\d+ {message}"),
        on_workers(cluster.address),
    ):
        pass


def test_a_later_worker_must_have_the_same_version(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"its parser 3, here it is 2$"):
        read_file(keep(tmp_path, 1), 10**6, {}, ("0.1.0", "2", f"{sys.version_info[0]}.{sys.version_info[1]}"))


def test_local_workers(tmp_path: Path) -> None:
    for number in range(3):
        keep(tmp_path / "pages" / str(number), 5 + number)
    run = Reread(
        tmp_path, "again.jsonl", "--dask", "local", *as_options("LOG_LEVEL=INFO", "LOGSTATS_INTERVAL=0.05")
    ).end()
    assert run.status == 0, run.err
    assert "reread 18 pages of 3 files (18 articles): 7 items, 11 dropped" in run.out
    assert re.search(r"INFO: reread: \d+ pages, \d+ items, \d+%", run.err)


@pytest.mark.parametrize(
    "address", ["localhost:8786", "tcp://localhost", "http://localhost:80", "tcp://a:b", "tcp://:8786"]
)
def test_wrong_addresses(address: str) -> None:
    with (
        pytest.raises(UsageError, match=r"--dask takes tcp://HOST:PORT, tls://HOST:PORT or local, got"),
        on_workers(address),
    ):
        pass


def test_no_scheduler(tmp_path: Path) -> None:
    keep(tmp_path / "pages", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    run = Reread(tmp_path, "again.jsonl", "--dask", address).end()
    assert run.status == 2
    assert run.error() == f"error: no Dask scheduler answers at {address} within 5 seconds"
    assert not (tmp_path / "again.jsonl").exists()


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"--dask needs distributed; pip install '\.\[dask\]'"), on_workers("local"):
        pass
