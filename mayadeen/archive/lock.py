"""Locks on files. The system releases them however a crawl ends."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from filelock import lock_descriptor

from mayadeen.archive.shards import Shard, excludes
from mayadeen.errors import Busy, UsageError


def hold(file: IO[Any], *, blocking: bool = False) -> bool:
    """Lock an open file until it is closed. Return False if another process has locked it, unless `blocking`."""
    return lock_descriptor(file.fileno(), blocking=blocking)


def is_held(path: Path) -> bool:
    """Return whether a process has locked a file. Deletes the file of a process that was killed."""
    try:
        with path.open("r+") as file:
            if not hold(file):
                return True
    except FileNotFoundError:
        return False
    path.unlink(missing_ok=True)
    return False


def take(directory: Path, edition: str, shard: Shard | None = None, spider: str = "articles") -> IO[str]:
    """Lock an edition, or a shard of it, for a kind of crawl, until the returned file is closed.

    Raises Busy, which names the holder, while another crawl of this kind may read some of the same pages.
    """
    name = f"{spider}-{edition}"
    # Only one process at a time tries locks: no other process mistakes such a try for a running crawl.
    with _open(directory / f"{name}.guard") as guard:
        hold(guard, blocking=True)
        for path in sorted(directory.glob(f"{name}*.lock")):
            other = _shard_of(path)
            if excludes(shard, other) and (holder := _holder(path)):
                raise busy(named(edition, spider=spider), other, f"{holder} ({path})")
        file = _open(directory / f"{name}{f'-{shard.slug}' if shard else ''}.lock")
        hold(file)
        file.truncate(0)
        file.write(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
        file.flush()
    return file


def named(edition: str, shard: Shard | None = None, spider: str = "articles") -> str:
    """Return what a lock is for, in words."""
    whole = f"the {edition} edition" if spider == "articles" else f"the {spider} {edition} edition"
    return f"shard {shard} of {whole}" if shard else whole


def busy(what: str, held: Shard | None, holder: str) -> Busy:
    """Return the error for a crawl that must not run beside another one, which holds a shard or the edition (None)."""
    part = f"shard {held}, " if held else ""
    return Busy(f"{what} is already being crawled by {part}{holder}; wait until it ends")


def _open(path: Path) -> IO[str]:
    try:
        return path.open("a+", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _holder(path: Path) -> str | None:
    """Return the holder of a lock file; None if it is not locked."""
    with _open(path) as file:
        if hold(file):
            return None
        file.seek(0)
        return file.read().strip() or "another process"


def _shard_of(path: Path) -> Shard | None:
    """Return the shard of a lock file; None for the file of the whole edition."""
    found = re.search(r"-([0-9]+)-of-([0-9]+)\.lock$", path.name)
    return Shard(int(found[1]), int(found[2])) if found else None
