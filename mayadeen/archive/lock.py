"""Locks on files in the data directory. The system releases them however a crawl ends."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from filelock import lock_descriptor

from mayadeen.errors import Busy, UsageError


def hold(file: IO[Any]) -> bool:
    """Lock an open file until it is closed. Returns False if another process has locked it."""
    return lock_descriptor(file.fileno(), blocking=False)


def take(path: Path, what: str) -> IO[str]:
    """Lock a file until it is closed. Raises Busy with the process that has locked it, and since when."""
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    if not hold(file):
        file.seek(0)
        holder = file.read().strip() or "another process"
        file.close()
        raise Busy(f"{what} is already being crawled by {holder} ({path}); wait until it ends")
    file.truncate(0)
    file.write(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
    file.flush()
    return file
