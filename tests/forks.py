"""Starts of `scrapy` without its imports: a server imports Scrapy and the project once and forks for each command.

A forked command has its own directory, environment, output and exit status, and ends as any Python program does. The
imported modules are those of the server. What must be a separate program from its first byte on (signals, memory, lazy
imports, another interpreter or package) is started by `subprocess`.
"""

from __future__ import annotations

import array
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parent.parent
AT_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "TZ")
"""Variables, by their beginning, that an interpreter reads once, when it starts: a fork would not see a change."""


class Forks:
    """The server as its client sees it; ends with its client, or by `close`."""

    def __init__(self) -> None:
        self.socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.environment = dict(os.environ)
        with other:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.forks", str(other.fileno())],
                cwd=ROOT,
                pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )

    def close(self) -> None:
        """Ends the server."""
        self.socket.close()
        self.process.wait()

    def can(self, env: Mapping[str, str]) -> bool:
        """Whether a fork with this environment is as good as a start."""
        changed = {name for name, _ in env.items() ^ self.environment.items()}
        return not any(name.startswith(AT_START) for name in changed)

    def run(self, words: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float) -> tuple[int, str, str]:
        """`python -m scrapy WORDS` in a folder: exit status (negative: the signal), output, errors."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        file = tempfile.TemporaryFile
        with ours, file() as request, file() as out, file() as err:
            request.write(json.dumps([words, str(cwd), dict(env)]).encode())
            request.flush()
            with theirs:
                files = array.array("i", [each.fileno() for each in (request, out, err, theirs)])
                self.socket.sendmsg([b"run"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
            ours.settimeout(timeout)
            pid = int(ours.recv(100))
            try:
                status = int(ours.recv(100))
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise
            texts = [os.pread(each.fileno(), os.fstat(each.fileno()).st_size, 0).decode() for each in (out, err)]
        return status, texts[0], texts[1]


def preload() -> None:
    """Imports what every command and every crawl imports: all commands, all spiders, each component in the settings."""
    from scrapy.settings import BaseSettings
    from scrapy.utils.misc import walk_modules_iter
    from scrapy.utils.project import get_project_settings

    settings = get_project_settings()
    for name in ("scrapy.commands", "mayadeen.commands", "mayadeen.spiders"):
        list(walk_modules_iter(name))
    for value in settings.attributes.values():
        group = value.value if isinstance(value.value, BaseSettings) else {}
        for name in (value.value, *group.keys(), *group.values()):
            if isinstance(name, str) and name.startswith(("scrapy.", "mayadeen.")):
                import_module(name.rpartition(".")[0])
    for name in ("dateparser", "tldextract", "twisted.conch.telnet"):
        import_module(name)
    gc.freeze()  # no collection of a fork looks at what was here before it
    assert "twisted.internet.reactor" not in sys.modules, "each process must install its own"


def serve(requests: socket.socket) -> list[str]:
    """Forks a process for each request; returns in the forked ones alone, with the words of the command."""
    started: set[int] = set()
    while True:
        message, sent, *_ = requests.recvmsg(16, socket.CMSG_SPACE(4 * array.array("i").itemsize))
        for each in list(started):
            ended, _ = os.waitpid(each, os.WNOHANG if message else 0)
            started.discard(ended)
        if not message:  # the client has gone
            os._exit(0)
        request, out, err, reply = files = array.array("i", sent[0][2])
        if middle := os.fork():
            started.add(middle)
            for each in files:
                os.close(each)
            continue
        # A process between: Linux counts the peak memory of who starts a process as that process's own.
        if child := os.fork():
            os.write(reply, str(child).encode())
            os.write(reply, str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
            os._exit(0)
        words, cwd, environment = json.loads(os.pread(request, os.fstat(request).st_size, 0))
        os.dup2(out, 1)
        os.dup2(err, 2)
        requests.close()
        for each in files:
            os.close(each)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(cwd)
        return list(words)


def main() -> None:
    """The server; in each forked process `python -m scrapy` with the words of its request."""
    preload()
    sys.argv = ["scrapy", *serve(socket.socket(fileno=int(sys.argv[1])))]
    runpy.run_module("scrapy", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
