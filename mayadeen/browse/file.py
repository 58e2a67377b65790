"""The derived file: its tables and how they are written. It may be deleted at any time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mayadeen.archive.reading import Recorded
from mayadeen.browse.differences import summary
from mayadeen.browse.folding import fold
from mayadeen.errors import UsageError
from mayadeen.items import Author, Bulletin, NamedLink
from mayadeen.site.dates import beirut, iso

NAME = "browse.sqlite3"
PATIENCE = 5.0
"""Seconds that a page waits while another process writes to the archive."""
_PROGRAM = 0x4D594442
"""`application_id`: identifies files of this program."""
_VERSION = 1
"""`user_version`: increase it when tables, folding or contents change. A file of another version is rebuilt."""
_OPENING = 320
_DIFFERENCE = 600
"""Maximum number of characters of the first lines, and of a difference, shown in lists."""
NAMES = ("tags", "authors", "sources")
"""Tables of names."""
_TABLES = (
    "CREATE TABLE articles (id TEXT PRIMARY KEY, n INTEGER NOT NULL UNIQUE, edition TEXT NOT NULL, day TEXT,"
    " published TEXT, modified TEXT, section TEXT, type TEXT, headline TEXT, opening TEXT, authors TEXT, sources TEXT,"
    " tags TEXT, words INTEGER, versions INTEGER NOT NULL, edited TEXT, gone TEXT, url TEXT)",
    *(f"CREATE INDEX articles_{name} ON articles ({name})" for name in ("published", "day", "section", "edition")),
    "CREATE INDEX articles_url ON articles (url)",
    "CREATE INDEX articles_gone ON articles (gone) WHERE gone IS NOT NULL",
    "CREATE TABLE versions (article TEXT NOT NULL REFERENCES articles (id), version INTEGER NOT NULL, recorded TEXT,"
    " changed TEXT, headline TEXT, difference TEXT, PRIMARY KEY (article, version))",
    "CREATE INDEX versions_edits ON versions (recorded) WHERE version > 1",
    # key: the folded name.
    *(
        f"CREATE TABLE {name} (article TEXT NOT NULL REFERENCES articles (id), name TEXT NOT NULL, key TEXT NOT NULL)"
        for name in NAMES
    ),
    *(f"CREATE INDEX {name}_article ON {name} (article)" for name in NAMES),
    *(f"CREATE INDEX {name}_name ON {name} (name, article)" for name in NAMES),
    *(f"CREATE INDEX {name}_key ON {name} (key, article)" for name in NAMES),
    "CREATE TABLE bulletins (id TEXT PRIMARY KEY, line INTEGER NOT NULL, edition TEXT NOT NULL, seen TEXT, text TEXT,"
    " url TEXT)",
    # Folded text; its rowid is articles.n.
    "CREATE VIRTUAL TABLE search USING fts5 (headline, opening, body, names, tokenize = 'unicode61')",
    # Kept pages. address: host and key. inode, size and last: how far the file was read.
    "CREATE TABLE kept (n INTEGER PRIMARY KEY, address TEXT NOT NULL, url TEXT NOT NULL, file TEXT NOT NULL,"
    " at INTEGER NOT NULL, fetched TEXT, UNIQUE (file, at))",
    "CREATE INDEX kept_address ON kept (address)",
    "CREATE TABLE kept_files (file TEXT PRIMARY KEY, inode INTEGER NOT NULL, size INTEGER NOT NULL,"
    " last INTEGER NOT NULL) WITHOUT ROWID",
    # The state that each article was derived from, and the fingerprint of the archive at that time.
    "CREATE TABLE held (id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE derived (fingerprint TEXT NOT NULL)",
)


def open_file(path: Path, patience: float = 10) -> sqlite3.Connection:
    """Open the file. Create it again if it is missing or has another version.

    Raises UsageError for a file of another program, and sqlite3.Error. `patience`: seconds to wait for a writer.
    """
    if path.exists() and not is_current(path):
        delete(path)
    db = sqlite3.connect(path, timeout=patience, isolation_level=None)
    try:
        if not db.execute("PRAGMA user_version").fetchone()[0]:
            db.execute("BEGIN IMMEDIATE")
            if not db.execute("PRAGMA user_version").fetchone()[0]:
                for statement in (f"PRAGMA application_id={_PROGRAM}", f"PRAGMA user_version={_VERSION}", *_TABLES):
                    db.execute(statement)
            db.execute("COMMIT")
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("PRAGMA secure_delete=ON")
        db.execute("PRAGMA cache_size=-65536")  # KiB; the first build writes all over the index
    except BaseException:
        db.close()
        raise
    return db


def is_current(path: Path) -> bool:
    """Return whether a file has this program's version or is empty. Raises UsageError for another program's file."""
    with path.open("rb") as file:
        head = file.read(100)
    if not head:
        return True
    if head[:16] != b"SQLite format 3\0" or int.from_bytes(head[68:72]) != _PROGRAM:
        raise UsageError(f"{path} is not a file of this program; move it away")
    return int.from_bytes(head[60:64]) == _VERSION


def delete(path: Path) -> None:
    """Delete the file and SQLite's additional files."""
    for end in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _start(text: str) -> str:
    """Return the start of a text, up to a whole word."""
    return text if len(text) <= _OPENING else (text[: _OPENING + 1].rsplit(maxsplit=1) or [""])[0] + " …"


def write_article(db: sqlite3.Connection, history: list[Recorded], gone: int | None) -> None:
    """Write an article with its versions, oldest first, in the caller's transaction."""
    article = history[-1].article
    names: dict[str, list[Author] | list[NamedLink]] = {name: getattr(article, name) for name in NAMES}
    opening = article.description or _start(article.articleBody or "")
    row = {
        "id": article.id,
        "edition": article.edition,
        "day": (article.datePublished or "")[:10] or None,
        "published": article.datePublished,
        "modified": article.dateModified,
        "section": article.section,
        "type": article.articleType,
        "headline": article.headline,
        "opening": opening,
        **{name: json.dumps([each.name for each in found], ensure_ascii=False) for name, found in names.items()},
        "words": article.wordCount,
        "versions": article.version,
        "edited": _moment(history[-1].recorded) if article.version > 1 else None,
        "gone": _moment(gone) if gone else None,
        "url": article.canonicalUrl,
    }
    number = db.execute("SELECT coalesce(max(n), 0) + 1 FROM articles").fetchone()[0]
    columns = ", ".join(["n", *row])
    marks = ", ".join("?" * (len(row) + 1))
    db.execute(f"INSERT INTO articles ({columns}) VALUES ({marks})", (number, *map(_storable, row.values())))
    db.executemany("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)", _versions(history))
    for name, found in names.items():
        rows = [(article.id, _storable(each.name), fold(each.name)) for each in found]
        db.executemany(f"INSERT INTO {name} VALUES (?, ?, ?)", rows)
    spoken = " ".join(each.name for found in names.values() for each in found)
    texts = (article.headline, article.description or "", article.articleBody or "", spoken)
    db.execute("INSERT INTO search (rowid, headline, opening, body, names) VALUES (?, ?, ?, ?, ?)",
               (number, *map(fold, texts)))  # fmt: skip


def _versions(history: list[Recorded]) -> Iterator[tuple[object, ...]]:
    former = None
    for each in history:
        article = each.article
        difference = summary(former, article, _DIFFERENCE) if former else None
        changed = ", ".join(article.changedFields)
        recorded = _moment(each.recorded)
        yield article.id, article.version, recorded, changed, _storable(article.headline), _storable(difference)
        former = article


def write_bulletin(db: sqlite3.Connection, line: int, bulletin: Bulletin) -> None:
    """Write a bulletin. `line` is its number in the archive."""
    row = (bulletin.id, line, bulletin.edition, bulletin.dateSeen, bulletin.text, bulletin.url)
    db.execute("INSERT OR REPLACE INTO bulletins VALUES (?, ?, ?, ?, ?, ?)", tuple(map(_storable, row)))


def erase_article(db: sqlite3.Connection, article_id: str) -> None:
    """Delete an article in the caller's transaction."""
    db.execute("DELETE FROM search WHERE rowid = (SELECT n FROM articles WHERE id = ?)", (article_id,))
    for name in ("versions", *NAMES):
        db.execute(f"DELETE FROM {name} WHERE article = ?", (article_id,))
    for name in ("articles", "held"):
        db.execute(f"DELETE FROM {name} WHERE id = ?", (article_id,))


@contextmanager
def erasing(path: Path, article_id: str | None, names: Iterable[str], patience: float = 10) -> Iterator[None]:
    """Erase an article and the index of its kept pages when the block ends without an error; else the file stays
    unchanged.

    `names`: its addresses (`edition key`). `patience`: seconds to wait for a writer. A file that cannot be read is
    deleted, because it is derived data. Raises UsageError if the file cannot be changed.
    """
    if not path.exists():
        yield
        return
    try:
        db = _erased(path, article_id, {name.partition(" ")[2] for name in names}, patience)
    except sqlite3.OperationalError as error:
        raise UsageError(f"{path} cannot be changed: {error}; nothing was erased") from None
    except sqlite3.DatabaseError:
        yield
        delete(path)
        return
    with closing(db):
        yield
        try:
            db.execute("COMMIT")
            kept_back = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]  # 1: a reader has blocked it
        except sqlite3.Error:
            kept_back = True
    if kept_back:
        delete(path)


def _erased(path: Path, article_id: str | None, keys: set[str], patience: float) -> sqlite3.Connection:
    """Return the file with an open transaction that has erased an article and the index of its kept pages."""
    db = open_file(path, patience)
    try:
        # Articles are read from the archive within such a transaction too, so none is derived while it is being erased.
        db.execute("BEGIN IMMEDIATE")
        if article_id:
            erase_article(db, article_id)
        db.executemany("DELETE FROM kept WHERE substr(address, instr(address, ' ') + 1) = ?", [(key,) for key in keys])
        db.execute("INSERT INTO search (search) VALUES ('optimize')")  # deleted words stay until the index is merged
    except BaseException:
        db.close()
        raise
    return db


def _moment(seconds: int) -> str:
    return iso(beirut(seconds))


def _storable(value: object) -> object:
    """Return a value without lone surrogates, which SQLite rejects."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
