"""What a command costs: seconds by the clock, CPU seconds of its process tree, peak memory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PEERS = Path(os.environ.get("PEERS", ROOT / ".peers"))
"""Where `make bench-peers` puts the environments of other libraries."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run and the processes that it starts. `peak` in MB: what they share counts for each."""

    seconds: float
    cpu: float
    peak: float
    output: str


def run(command: list[str], cores: int | None = None) -> Cost:
    """Runs a command in the checkout, on so many cores; raises RuntimeError with its output when it fails."""
    chosen = sorted(os.sched_getaffinity(0))[-cores:] if cores else os.sched_getaffinity(0)
    began, peak = time.perf_counter(), 0.0
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=lambda: os.sched_setaffinity(0, chosen),
    ) as process:
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        said: list[bytes] = []
        while True:
            # ru_maxrss would count what this process held when it forked.
            peak = max(peak, _peak(process.pid))
            said.append(process.stdout.read() or b"")
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(0.02)
        said.append(process.stdout.read() or b"")
        process.returncode = os.waitstatus_to_exitcode(status)
    output = b"".join(said).decode(errors="replace")
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output[-3000:]}")
    return Cost(time.perf_counter() - began, usage.ru_utime + usage.ru_stime, peak, output)


def _peak(pid: int) -> float:
    """The most that a process and those it has started have held, in MB."""
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        started = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # ended meanwhile
        return 0.0
    return (int(found[1]) / 1024 if found else 0.0) + sum(_peak(int(child)) for child in " ".join(started).split())


@contextmanager
def replica(*options: str) -> Iterator[str]:
    """The replica in a process of its own; gives its origin."""
    command = [sys.executable, "-m", "tests.replica", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()
