"""A real pywb server, in an environment of its own: its pinned dependencies are not those of the project."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT

BIN = ROOT / ".venv-pywb" / "bin"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serve_collection(folder: Path, warcs: list[Path]) -> Iterator[str]:
    """Serves WARC files as the collection `site`; gives its address."""
    subprocess.run(["make", f"PYTHON={sys.executable}", ".venv-pywb/ready"], cwd=ROOT, check=True)
    folder.mkdir(exist_ok=True)
    if not (folder / "collections").is_dir():
        _manage(folder, "init", "site")
        for number, warc in enumerate(warcs):
            copy = folder / f"{number}-{warc.name}"
            shutil.copy(warc, copy)
            _manage(folder, "add", "site", str(copy))
    port = free_port()
    command = [str(BIN / "wayback"), "-b", "127.0.0.1", "-p", str(port), "-d", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}/site"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{base}/cdx?url=example.org").close()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.05)
        yield base
    finally:
        server.terminate()
        server.wait()


def _manage(folder: Path, *arguments: str) -> None:
    subprocess.run([str(BIN / "wb-manager"), *arguments], cwd=folder, check=True, capture_output=True)
