"""The server: Datasette on 127.0.0.1, read-only, only for browsers on this machine."""

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
from contextlib import closing
from pathlib import Path

from mayadeen.archive import open_held
from mayadeen.archive.database import Place
from mayadeen.browse.file import NAME, open_file
from mayadeen.browse.guard import HOST, guarded
from mayadeen.browse.kept import index_kept
from mayadeen.browse.updating import update
from mayadeen.errors import UsageError

os.environ["DATASETTE_LOAD_PLUGINS"] = ""  # no other plugins: they might run SQL from outside, or write

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from mayadeen.browse import hooks

_HERE = Path(__file__).parent
_SETTINGS = {
    "default_allow_sql": False,
    "allow_download": False,
    "allow_csv_stream": False,
    "suggest_facets": False,  # only the facets in datasette.toml
    "facet_time_limit_ms": 3000,
    "sql_time_limit_ms": 5000,
    "default_cache_ttl": 0,
}
_EVERY, _SHARE = 3.0, 20
"""Seconds between two checks of the archive; longer if a check takes more than a 20th of that."""


def listen(port: int) -> socket.socket:
    """Return a socket listening on 127.0.0.1. `port` 0: any free port. Raises UsageError."""
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


def serve(directory: Path, place: Place, patience: float, listening: socket.socket, *, show: bool) -> None:
    """Show an archive until Ctrl-C or SIGTERM. Raises UsageError.

    `directory`: the kept pages and the derived file. `show`: open it in the user's browser. `patience`: seconds to wait
    while another process writes to the archive.
    """
    path = directory / NAME
    with closing(open_held(place, patience)) as archive:
        name = archive.name
        update(path, archive, show=True)
    url = f"http://{HOST}:{listening.getsockname()[1]}/"
    # Read-only connections cannot create SQLite's additional files. An open writable connection keeps these files.
    keeper = open_file(path)
    datasette = _datasette(path, place)
    stopped = threading.Event()
    follower = threading.Thread(target=_follow, args=(directory, place, patience, datasette, stopped), daemon=True)
    follower.start()
    app = guarded(datasette.app(), listening.getsockname()[1])
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2),
    )

    def stop(*_: object) -> None:
        server.should_exit = True

    # uvicorn handles these signals itself while it runs, with the same effect.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
    sys.stdout.write(f"{name} is at {url}; press Ctrl-C to stop\n")
    sys.stdout.flush()
    if show:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    server.run(sockets=[listening])
    stopped.set()
    follower.join(timeout=5)
    keeper.close()


def _datasette(path: Path, place: Place) -> Datasette:
    if not pm.has_plugin("mayadeen"):
        pm.register(hooks, "mayadeen")
        pm.unregister(name="datasette.handle_exception")
    metadata = tomllib.loads((_HERE / "datasette.toml").read_text(encoding="utf-8"))
    datasette = Datasette(
        [str(path)],
        metadata={**metadata, "plugins": {"mayadeen": {"directory": str(path.parent)}}},
        template_dir=str(_HERE / "templates"),
        static_mounts=[("assets", str(_HERE / "assets"))],
        settings=_SETTINGS,
    )
    hooks.place_of[datasette] = place  # no part of the metadata, which pages may show: it may have a password
    return datasette


def _follow(directory: Path, place: Place, patience: float, datasette: Datasette, stopped: threading.Event) -> None:
    """Keep the derived file up to date while crawls write. Create it again if it was deleted."""
    path, said, keeper = directory / NAME, "", None
    file = path.stat().st_ino
    pause = 0.0
    while not stopped.wait(pause):
        began = time.monotonic()
        more = False
        try:
            archive = open_held(place, patience)
            try:
                update(path, archive)
            finally:
                archive.close()
            more = index_kept(path, directory / "pages")
            said = ""
            if path.stat().st_ino != file:
                # Datasette keeps one connection per thread: new threads open the new file.
                keeper = open_file(path)
                file, old = path.stat().st_ino, datasette.executor
                datasette.executor = ThreadPoolExecutor(max_workers=3)
                old.shutdown(wait=False)
        except (UsageError, OSError, sqlite3.Error) as error:
            if str(error) != said:
                said = str(error)
                sys.stderr.write(f"error: {said}; the pages may be out of date\n")
        pause = 0.0 if more else max(_EVERY, _SHARE * (time.monotonic() - began))
    if keeper is not None:
        keeper.close()
