"""Finds and opens files of kept pages: on the disk, or at an address (`s3://...`) on a storage that fsspec supports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mayadeen.errors import UsageError

File = Path | str
"""A path on the disk, or an address with `://`."""
CAPTURES = "captures"
"""Part of the names of files that contain captures of web archives."""
_WARC = "*.warc*"
_READ_AHEAD = 4 * 1024 * 1024
"""Number of bytes per request to a storage. The default of s3fs is 50 MB."""


def as_file(name: str) -> File:
    """Return a path, or the name itself if it is an address."""
    return name if "://" in name else Path(name)


def kept_files(folder: Path) -> list[Path]:
    """Return the WARC files of a folder, newest first: of several copies of one article, the first one counts.

    Files with captures of web archives come last.
    """
    return sorted(folder.glob(_WARC), key=lambda path: _began(path.name), reverse=True)


def find_files(names: Iterable[str]) -> list[File]:
    """Return the files of paths, folders and addresses. An address may be a pattern. Raises UsageError.

    The files of a folder or pattern are sorted newest first.
    """
    found: list[File] = []
    for name in names:
        file = as_file(name)
        if isinstance(file, str):
            found += _at(file)
        elif not file.exists():
            raise UsageError(f"{file} does not exist")
        else:
            found += kept_files(file) if file.is_dir() else [file]
    return found


def size_of(file: File) -> int:
    """Return the size of a file in bytes. Raises OSError, and UsageError if a library is missing."""
    if isinstance(file, Path):
        return file.stat().st_size
    with _storage(file) as (storage, path):
        return int(storage.info(path)["size"])


@contextmanager
def open_file(file: File) -> Iterator[Any]:
    """Open a file for reading. Raises OSError, and UsageError if a library is missing."""
    if isinstance(file, Path):
        with file.open("rb") as opened:
            yield opened
    else:
        with _storage(file) as (storage, path), storage.open(path, "rb", block_size=_READ_AHEAD) as opened:
            yield opened


def _began(name: str) -> tuple[bool, str]:
    """Return the sort key of a file name, `<edition>-<part>-<time>-<n>`, in which the part is optional."""
    rest = name.partition("-")[2]
    return not rest.startswith(CAPTURES), re.sub(r"^[a-z0-9]+-(?=\d{4}-)", "", rest)


def _at(address: str) -> list[File]:
    try:
        with _storage(address) as (storage, path):
            if any(sign in path for sign in "*?["):
                names = storage.glob(path)
            elif storage.isdir(path):
                names = storage.glob(f"{path.rstrip('/')}/{_WARC}")
            else:
                # Raises an error with the reason if there is no such file.
                storage.info(path)
                return [address]
            names = sorted(names, key=lambda name: _began(name.rpartition("/")[2]), reverse=True)
            return [storage.unstrip_protocol(name) for name in names]
    except FileNotFoundError:
        raise UsageError(f"{address} does not exist") from None
    except OSError as error:
        raise UsageError(f"{address}: {error.strerror or error}") from None


@contextmanager
def _storage(address: str) -> Iterator[tuple[Any, str]]:
    """Yield the storage of an address and the path there. Errors of the storage become OSError."""
    kind = address.partition("://")[0]
    try:
        from fsspec.core import url_to_fs

        storage = url_to_fs(address)
    except ImportError as error:
        raise UsageError(
            f"{address}: files at {kind}: addresses need a library ({error}); pip install '.[s3]' brings those for s3:"
        ) from None
    except ValueError as error:
        raise UsageError(f"{address}: {error}") from None
    try:
        yield storage
    except (OSError, ValueError):
        raise
    except Exception as error:  # botocore and aiohttp raise their own exceptions
        raise OSError(str(error) or repr(error)) from error
