"""A fork server for `scrapy` commands: it imports Scrapy and the project once, then forks a process for each command.

Each command has its own working directory, environment, output and exit status. It shares only the imported modules.
Tests of signals, memory, imports or other interpreters start a separate process instead.
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
READ_AT_STARTUP = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "TZ")
"""Prefixes of environment variables that take effect only when a program starts, and not in a fork."""


class ForkServer:
    """Starts the server and sends it commands. The server ends with `close`, or with this process."""

    def __init__(self) -> None:
        self.socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.environment = dict(os.environ)
        with other:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.fork_server", str(other.fileno())],
                cwd=ROOT,
                pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )

    def close(self) -> None:
        """Stop the server."""
        self.socket.close()
        self.process.wait()

    def accepts(self, environment: Mapping[str, str]) -> bool:
        """Return whether a fork with this environment behaves like a new process."""
        changed = {name for name, _ in environment.items() ^ self.environment.items()}
        return not any(name.startswith(READ_AT_STARTUP) for name in changed)

    def run(
        self, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], timeout: float
    ) -> tuple[int, str, str]:
        """Run `python -m scrapy ARGUMENTS`. Return exit status, stdout and stderr.

        The status is the negative number of the signal that ended the command, if any. After `timeout` seconds the
        command is killed, and TimeoutError raised.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        file = tempfile.TemporaryFile
        with ours, file() as request, file() as out, file() as err:
            request.write(json.dumps([arguments, str(cwd), dict(environment)]).encode())
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
    """Import all commands, spiders and components in the settings."""
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
    gc.freeze()  # garbage collections in forks skip all objects made so far
    assert "twisted.internet.reactor" not in sys.modules, "each process must install its own reactor"


def serve(requests: socket.socket) -> list[str]:
    """Fork a process for each request. Return only in the forked processes, with the arguments of the command."""
    started: set[int] = set()
    while True:
        message, sent, *_ = requests.recvmsg(16, socket.CMSG_SPACE(4 * array.array("i").itemsize))
        for each in list(started):
            ended, _ = os.waitpid(each, os.WNOHANG if message else 0)
            started.discard(ended)
        if not message:  # the client has closed its end
            os._exit(0)
        request, out, err, reply = files = array.array("i", sent[0][2])
        if waiter := os.fork():
            started.add(waiter)
            for each in files:
                os.close(each)
            continue
        # An intermediate process waits for the command and reports its exit status.
        if child := os.fork():
            os.write(reply, str(child).encode())
            os.write(reply, str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
            os._exit(0)
        arguments, cwd, environment = json.loads(os.pread(request, os.fstat(request).st_size, 0))
        os.dup2(out, 1)
        os.dup2(err, 2)
        requests.close()
        for each in files:
            os.close(each)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(cwd)
        return list(arguments)


def main() -> None:
    """Run the server, and `python -m scrapy` in each forked process."""
    preload()
    sys.argv = ["scrapy", *serve(socket.socket(fileno=int(sys.argv[1])))]
    runpy.run_module("scrapy", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
