"""The server: Datasette on 127.0.0.1, read-only, for this machine's own browsers."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import sys
import threading
import time
import tomllib
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mayadeen.archive import open_held
from mayadeen.browse.file import NAME, open_file
from mayadeen.browse.guard import HOST, guarded
from mayadeen.browse.kept import index_kept
from mayadeen.browse.updating import update
from mayadeen.errors import UsageError

os.environ["DATASETTE_LOAD_PLUGINS"] = ""  # no other plugin: it might run SQL from outside, or write

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from mayadeen.browse import hooks

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
_EVERY, _SHARE = 3.0, 20
"""Seconds between two looks at the archive; more when a look takes more than a 20th of that."""


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
    # Connections that only read cannot make the files that SQLite needs beside this one: an open one keeps them there.
    keeper = open_file(path)
    datasette = _datasette(path)
    stopped = threading.Event()
    follower = threading.Thread(target=_follow, args=(directory, patience, datasette, stopped), daemon=True)
    follower.start()
    app = guarded(datasette.app(), listening.getsockname()[1])
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2),
    )

    def stop(*_: object) -> None:
        server.should_exit = True

    # While it runs, uvicorn takes these itself, and does the same.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    sys.stdout.write(f"{directory} is at {url}; Ctrl-C ends this\n")
    sys.stdout.flush()
    if show:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    server.run(sockets=[listening])
    stopped.set()
    follower.join(timeout=5)
    keeper.close()


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
    path, said, keeper = directory / NAME, "", None
    file = path.stat().st_ino
    pause = 0.0
    while not stopped.wait(pause):
        began = time.monotonic()
        more = False
        try:
            archive = open_held(directory, patience)
            try:
                update(path, archive)
            finally:
                archive.close()
            more = index_kept(path, directory / "pages")
            said = ""
            if path.stat().st_ino != file:
                # Datasette keeps a connection a thread: new threads open the new file.
                keeper = open_file(path)
                file, old = path.stat().st_ino, datasette.executor
                datasette.executor = ThreadPoolExecutor(max_workers=3)
                old.shutdown(wait=False)
        except (UsageError, OSError, sqlite3.Error) as error:
            if str(error) != said:
                said = str(error)
                sys.stderr.write(f"error: {said}; what is shown may be old\n")
        pause = 0.0 if more else max(_EVERY, _SHARE * (time.monotonic() - began))
    if keeper is not None:
        keeper.close()
