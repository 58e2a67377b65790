"""Helpers to run servers on 127.0.0.1."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer
from threading import Thread


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def wait_for_answer(url: str) -> None:
    """Wait until a server answers, with any status. Raises TimeoutError."""
    for _ in range(600):
        try:
            urllib.request.urlopen(url).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"no answer from {url}")


@contextmanager
def running(server: BaseServer) -> Iterator[int]:
    """Run a server in a thread. Yield its port."""
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
