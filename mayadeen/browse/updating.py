"""Updates the derived file from the archive."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tqdm import tqdm

from mayadeen.archive import Archive
from mayadeen.archive.reading import fingerprint, read_bulletins, read_held, read_states, state_of
from mayadeen.browse.file import delete, erase_article, open_file, write_article, write_bulletin
from mayadeen.errors import UsageError

_BATCH = 200
"""Number of articles per transaction. `scrapy forget` and readers wait at most that long."""


def update(path: Path, archive: Archive, *, show: bool = False) -> int:
    """Derive everything new, changed or gone since the last update. Returns the number of these articles.

    Each batch is complete: an interrupted update continues next time. A damaged file is created again. `show`: a live
    line on a terminal. Raises UsageError.
    """
    try:
        return _update(path, archive, show)
    except sqlite3.OperationalError as error:
        raise UsageError(f"{path} cannot be written: {error}") from None
    except sqlite3.DatabaseError:
        delete(path)
        return _update(path, archive, show)


def _update(path: Path, archive: Archive, show: bool) -> int:
    with closing(open_file(path)) as db:
        found = fingerprint(archive)
        if db.execute("SELECT fingerprint FROM derived").fetchall() == [(found,)]:
            return 0
        held, wanted = dict(db.execute("SELECT id, state FROM held")), read_states(archive)
        stale = [each for each in held if each not in wanted]
        stale += [each for each, state in wanted.items() if held.get(each) != state]
        with tqdm(total=len(stale), unit=" articles", disable=None if show else True, leave=False) as line:
            for start in range(0, len(stale), _BATCH):
                batch = stale[start : start + _BATCH]
                db.execute("BEGIN IMMEDIATE")
                for article_id in batch:
                    _derive(db, archive, article_id)
                db.execute("COMMIT")
                line.update(len(batch))
        db.execute("BEGIN IMMEDIATE")
        last = db.execute("SELECT coalesce(max(line), 0) FROM bulletins").fetchone()[0]
        for number, bulletin in read_bulletins(archive, last):
            write_bulletin(db, number, bulletin)
        db.execute("DELETE FROM derived")
        db.execute("INSERT INTO derived VALUES (?)", (found,))
        db.execute("COMMIT")
        return len(stale)


def _derive(db: sqlite3.Connection, archive: Archive, article_id: str) -> None:
    """Write an article as it is in the archive, or delete it if it is not there any more."""
    erase_article(db, article_id)
    known = archive.get(article_id)
    if known is None:
        return
    if history := read_held(archive, known, all_versions=True).versions:
        write_article(db, history, known.gone)
    db.execute("INSERT INTO held VALUES (?, ?)", (article_id, state_of(archive, known)))
