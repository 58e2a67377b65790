"""The server: Datasette on 127.0.0.1, read-only, for this machine's own browsers."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import sys
import threading
import tomllib
import webbrowser
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from mayadeen.archive import open_held
from mayadeen.browse.file import NAME
from mayadeen.browse.kept import index_kept
from mayadeen.browse.updating import update
from mayadeen.errors import UsageError

os.environ["DATASETTE_LOAD_PLUGINS"] = ""  # no other plugin: it might run SQL from outside, or write

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from mayadeen.browse import hooks

HOST = "127.0.0.1"
_HERE = Path(__file__).parent
_SETTINGS = {
    "default_allow_sql": False,
    "allow_download": False,
    "allow_csv_stream": False,
    "suggest_facets": False,  # only those that datasette.toml names
    "facet_time_limit_ms": 3000,
    "sql_time_limit_ms": 5000,
    "default_cache_ttl": 0,
}
_HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    b" base-uri 'none'; frame-ancestors 'none'",
    b"cache-control": b"no-store",  # what is forgotten is not in the browser's cache either
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"cross-origin-resource-policy": b"same-origin",
}
_EVERY = 3.0
"""Seconds between two looks at the archive."""

App = Callable[[Any, Any, Any], Awaitable[None]]


def listen(port: int) -> socket.socket:
    """A socket that listens on 127.0.0.1; `port` 0: any. Raises UsageError."""
    if not 0 <= port <= 65535:
        raise UsageError(f"--port must be from 0 to 65535, got {port}")
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
        found.listen()
    except OSError as error:
        found.close()
        raise UsageError(f"port {port} of {HOST} cannot be used: {error.strerror}; give another with --port") from None
    return found


def serve(directory: Path, patience: float, listening: socket.socket, *, show: bool) -> None:
    """Shows the archive of a data directory until Ctrl-C or SIGTERM; `show`: in the user's browser. Raises UsageError.

    `patience`: seconds to wait for a program that writes to the archive.
    """
    path = directory / NAME
    update(path, open_held(directory, patience), show=True)
    url = f"http://{HOST}:{listening.getsockname()[1]}/"
    datasette = _datasette(path)
    stopped = threading.Event()
    follower = threading.Thread(target=_follow, args=(directory, patience, datasette, stopped), daemon=True)
    follower.start()
    sys.stdout.write(f"{directory} is at {url}; Ctrl-C ends this\n")
    sys.stdout.flush()
    if show:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Ctrl-C comes once more, as an exception, when uvicorn has come to its end.
    with suppress(KeyboardInterrupt):
        app = guarded(datasette.app(), listening.getsockname()[1])
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2)
        uvicorn.Server(config).run(sockets=[listening])
    stopped.set()
    follower.join()


def _datasette(path: Path) -> Datasette:
    if not pm.has_plugin("mayadeen"):
        pm.register(hooks, "mayadeen")
        pm.unregister(name="datasette.handle_exception")
    metadata = tomllib.loads((_HERE / "datasette.toml").read_text(encoding="utf-8"))
    return Datasette(
        [str(path)],
        metadata={**metadata, "plugins": {"mayadeen": {"directory": str(path.parent)}}},
        template_dir=str(_HERE / "templates"),
        static_mounts=[("assets", str(_HERE / "assets"))],
        settings=_SETTINGS,
    )


def _follow(directory: Path, patience: float, datasette: Datasette, stopped: threading.Event) -> None:
    """Keeps the derived file up to date while crawls write; makes it anew when it was deleted."""
    path, said = directory / NAME, ""
    file = path.stat().st_ino
    while not stopped.is_set():
        try:
            archive = open_held(directory, patience)
            try:
                update(path, archive)
            finally:
                archive.close()
            index_kept(path, directory / "pages")
            said = ""
            if path.stat().st_ino != file:
                # Datasette keeps a connection a thread: new threads open the new file.
                file, old = path.stat().st_ino, datasette.executor
                datasette.executor = ThreadPoolExecutor(max_workers=3)
                old.shutdown(wait=False)
        except (UsageError, OSError, sqlite3.Error) as error:
            if str(error) != said:
                said = str(error)
                sys.stderr.write(f"error: {said}; what is shown may be old\n")
        stopped.wait(_EVERY)


def guarded(app: App, port: int) -> App:
    """The application for requests that name this machine, and that only read."""
    hosts = {f"{name}:{port}".encode() for name in (HOST, "localhost")}
    if port == 80:
        hosts |= {HOST.encode(), b"localhost"}

    async def guard(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower(): value for name, value in message["headers"]}
                given = _HEADERS | given | {b"cache-control": _HEADERS[b"cache-control"]}
                message = {**message, "headers": list(given.items())}
            await send(message)

        if scope["type"] != "http":
            await app(scope, receive, send)
        elif [value for name, value in scope["headers"] if name == b"host"] not in [[host] for host in hosts]:
            # A page elsewhere may have its own name lead to this machine (DNS rebinding).
            await _refuse(sending, 421, "this server answers to 127.0.0.1 and localhost alone")
        elif scope["method"] not in ("GET", "HEAD"):
            await _refuse(sending, 405, "this server only shows")
        elif scope["path"].startswith(("/-/", "//")):
            await _refuse(sending, 404, "there is nothing here")
        else:
            await app(scope, receive, sending)

    return guard


async def _refuse(send: Any, status: int, why: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})
