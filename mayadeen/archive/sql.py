"""The archive for readers: a read-only connection with views that show the fields of feed lines as columns."""

from __future__ import annotations

import os
import sqlite3
import zlib
from dataclasses import fields
from functools import lru_cache
from pathlib import Path

from mayadeen.archive.sqlite import clear, held_schema
from mayadeen.errors import ArchiveError
from mayadeen.items import Article, Bulletin


def _columns(item: type[Article | Bulletin], own: tuple[str, ...]) -> str:
    """Return the fields of a line as columns. `own`: those that are columns of the table."""
    names = [each.name for each in fields(item)]
    return ", ".join(
        f"lines.{name}" if name in own else f"json_extract(line(json), '$.{name}') AS {name}" for name in names
    )


def _iso(column: str) -> str:
    """Return the SQL that formats UTC seconds as in feed lines."""
    return f"strftime('%Y-%m-%dT%H:%M:%S+00:00', {column}, 'unixepoch')"


# Temporary views, so that the file is not changed: no schema version of it contains a view.
_VIEWS = {
    "versions": f"SELECT {_columns(Article, ('id', 'version', 'edition'))}, {_iso('recorded')} AS recorded FROM lines"
    " WHERE kind = 'article'",
    "newest": f"SELECT versions.*, {_iso('first_seen')} AS firstSeen, {_iso('checked')} AS checked,"
    f" {_iso('gone')} AS gone FROM articles JOIN versions USING (id, version)",
    "bulletins": f"SELECT {_columns(Bulletin, ('id', 'edition'))} FROM lines WHERE kind = 'bulletin'",
}


def open_archive(path: str | os.PathLike[str]) -> sqlite3.Connection:
    """Return a read-only connection to an archive, which a crawl may be writing to.

    `path`: of `archive.sqlite3`, or of its DATA_DIR. In addition to the tables of the file, the connection has the
    views `versions`, `newest` and `bulletins`, and the function `line(json)`, which returns the feed line of a row of
    `lines` as JSON text: docs/archive.md. Raises ArchiveError if there is no archive, or if this program cannot read
    it.
    """
    if "://" in os.fspath(path):  # not quoted: it may contain a password
        raise ArchiveError("open_archive reads a file; make one of this archive with `scrapy archive copy FROM FILE`")
    path = Path(path)
    if path.is_dir():
        path /= "archive.sqlite3"
    if not path.is_file():
        raise ArchiveError(f"there is no archive {path}")
    with clear(path):
        db = sqlite3.connect(f"{path.absolute().as_uri()}?{_mode(path)}", uri=True)
        try:
            if not held_schema(db, path):
                raise ArchiveError(f"{path} is empty: run a crawl first")
            db.create_function("line", 1, _line, deterministic=True)
            for name, query in _VIEWS.items():
                db.execute(f"CREATE TEMP VIEW {name} AS {query}")
        except BaseException:
            db.close()
            raise
    return db


def _mode(path: Path) -> str:
    """Return how SQLite must open a file. If a crawl may write to it, SQLite must create a file beside it."""
    still = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    return "mode=ro&immutable=1" if still else "mode=ro"


@lru_cache(maxsize=4)  # called for the same row once per column
def _line(packed: bytes | None) -> str | None:
    """Return the JSON of a line, or None if it is damaged."""
    try:
        return zlib.decompress(packed or b"").decode("utf-8", "replace")
    except zlib.error:
        return None
