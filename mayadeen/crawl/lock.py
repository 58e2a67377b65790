"""Locks on files in the data directory, let go by the system however a crawl ends."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from filelock import lock_descriptor

from mayadeen.errors import Busy, UsageError


def hold(file: IO[Any]) -> bool:
    """Takes the lock of an open file, until it is closed; False when another has it."""
    return lock_descriptor(file.fileno(), blocking=False)


def take(path: Path, what: str) -> IO[str]:
    """Takes a lock file until it is closed; raises Busy naming who holds it, and since when."""
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    if not hold(file):
        file.seek(0)
        holder = file.read().strip() or "another process"
        file.close()
        raise Busy(f"{what} is being crawled already, by {holder} ({path}); wait for its end")
    file.truncate(0)
    file.write(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
    file.flush()
    return file
