"""Kept pages: an index of their positions, and how they are read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from mayadeen.browse.file import open_file
from mayadeen.site.address import dedupe_key, site_of
from mayadeen.warc import KeptPage, Place, find_places, kept_files, read_page_at

_LIMIT = 16 * 1024 * 1024
"""Maximum number of bytes of a page that is shown."""


def address_of(url: str) -> str:
    """Return host and key of an address, the same for all its spellings."""
    return f"{urlsplit(url).netloc} {dedupe_key(url, site_of(url))}"


def index_kept(path: Path, folder: Path) -> bool:
    """Index the pages in a folder's WARC files. Returns True if there are more files to read.

    Reads all data appended to known files, but only one new file per call. Raises sqlite3.Error.
    """
    with closing(open_file(path)) as db:
        known = {file: rest for file, *rest in db.execute("SELECT * FROM kept_files")}
        files = {each.name: each for each in kept_files(folder)}
        for name in known.keys() - files.keys():
            _write(db, name, None)
        for name, file in files.items():
            about = file.stat()
            inode, size, last = known.get(name, (0, 0, 0))
            if (inode, size) == (about.st_ino, about.st_size):
                continue
            start = last if inode == about.st_ino and size < about.st_size else 0
            places = list(find_places(file, start))  # takes some seconds for a file of 100 MB
            # `forget` rewrites files within a transaction of this database, so an index of the old file is never
            # written after it.
            _write(db, name, file, start, about.st_ino, about.st_size, places)
            if not start:
                return True
    return False


def _write(
    db: sqlite3.Connection,
    name: str,
    file: Path | None,
    start: int = 0,
    inode: int = 0,
    size: int = 0,
    places: list[Place] | None = None,
) -> None:
    """Write the index of a WARC file from `start` on; None: the file is gone."""
    db.execute("BEGIN IMMEDIATE")
    db.execute("DELETE FROM kept WHERE file = ? AND at >= ?", (name, start))
    db.execute("DELETE FROM kept_files WHERE file = ?", (name,))
    if file and places is not None and file.exists() and file.stat().st_ino == inode:
        rows = [(address_of(each.url), each.url, name, each.at, each.fetched) for each in places]
        db.executemany("INSERT INTO kept (address, url, file, at, fetched) VALUES (?, ?, ?, ?, ?)", rows)
        # The last record may be incomplete: it is read again when the file has grown.
        db.execute("INSERT INTO kept_files VALUES (?, ?, ?, ?)", (name, inode, size, places[-1].at if places else 0))
    db.execute("COMMIT")


def read_kept(folder: Path, file: str, at: int, url: str) -> KeptPage | None:
    """Return a kept page of a folder, or None if it is no longer there."""
    return read_page_at(folder / Path(file).name, at, url, _LIMIT)
