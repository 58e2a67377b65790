"""A pywb server, in its own environment because its dependencies have other versions."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT
from tests.servers import free_port, wait_for_answer

BIN = ROOT / ".venv-pywb" / "bin"


@contextmanager
def serve_collection(folder: Path, warcs: list[Path]) -> Iterator[str]:
    """Serve WARC files as the collection `site`. Yield its address."""
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
        wait_for_answer(f"{base}/cdx?url=example.org")
        yield base
    finally:
        server.terminate()
        server.wait()


def _manage(folder: Path, *arguments: str) -> None:
    subprocess.run([str(BIN / "wb-manager"), *arguments], cwd=folder, check=True, capture_output=True)
