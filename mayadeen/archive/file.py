"""The file: its schema, its transactions, its errors, and which crawls have used it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mayadeen.errors import ArchiveError

DAY = 24 * 3600
"""In seconds."""
SCHEMA = 3
"""Rises with each step in `_STEPS`; stored in the file as `user_version`."""

_STEPS = (
    (  # each step upgrades from the version of its position, in one transaction
        "CREATE TABLE origins (edition TEXT PRIMARY KEY, origin TEXT NOT NULL)",
        "CREATE TABLE crawls (n INTEGER PRIMARY KEY, spider TEXT NOT NULL, edition TEXT NOT NULL, pid INTEGER NOT NULL,"
        " started INTEGER NOT NULL, ended INTEGER, reason TEXT, tally TEXT)",
        # published: of the page, else null; lastmod: of the sitemap; source: the sitemap that names it;
        # listed: what the listings that showed it stand for (`tag:syria`).
        "CREATE TABLE articles (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, edition TEXT NOT NULL,"
        " url TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT, parser TEXT, published INTEGER, modified INTEGER,"
        " lastmod INTEGER, etag TEXT, last_modified TEXT, source TEXT, listed TEXT NOT NULL DEFAULT '',"
        " first_seen INTEGER NOT NULL, checked INTEGER NOT NULL, gone INTEGER)",
        "CREATE INDEX articles_without_lastmod ON articles (edition, published) WHERE lastmod IS NULL",
        "CREATE INDEX articles_of_a_sitemap ON articles (source)",
        # An address leads to an article, or (article NULL) to none that this parser can read.
        "CREATE TABLE addresses (edition TEXT NOT NULL, key TEXT NOT NULL, article INTEGER, parser TEXT,"
        " checked INTEGER, PRIMARY KEY (edition, key)) WITHOUT ROWID",
        "CREATE INDEX addresses_of_an_article ON addresses (article)",
        "CREATE TABLE lines (n INTEGER PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, edition TEXT NOT NULL,"
        " kind TEXT NOT NULL, recorded INTEGER NOT NULL, crawl INTEGER NOT NULL, changed TEXT NOT NULL,"
        " json BLOB NOT NULL, delivered INTEGER, UNIQUE (id, version))",
        "CREATE INDEX outbox ON lines (edition, kind, n) WHERE delivered IS NULL",
        "CREATE TABLE tags (edition TEXT NOT NULL, slug TEXT NOT NULL, url TEXT NOT NULL, PRIMARY KEY (edition, slug))",
        "CREATE TABLE months (edition TEXT NOT NULL, url TEXT NOT NULL, bounds TEXT NOT NULL,"
        " complete INTEGER NOT NULL, PRIMARY KEY (edition, url, bounds))",
        # SHA-256 of ids and addresses: enough to know them again, too little to read.
        "CREATE TABLE forgotten (mark BLOB PRIMARY KEY) WITHOUT ROWID",
    ),
    (  # until then, listings stood among the months; one taken for a month is only read to its end once more
        "CREATE TABLE listings (edition TEXT NOT NULL, url TEXT NOT NULL, bounds TEXT NOT NULL,"
        " complete INTEGER NOT NULL, PRIMARY KEY (edition, url, bounds))",
        "INSERT INTO listings SELECT * FROM months WHERE url NOT LIKE '%.xml%'",
        "DELETE FROM months WHERE url NOT LIKE '%.xml%'",
        # linked: the crawl whose feed of related links held the line; 0 for a line without any.
        "ALTER TABLE lines ADD COLUMN linked INTEGER",
        "UPDATE lines SET linked = delivered",
        "CREATE INDEX outbox_of_related ON lines (edition, n) WHERE linked IS NULL AND kind = 'article'",
        # text: 8 bytes of a hash of the newest version's articleBody; NULL without a text, and for old records.
        "ALTER TABLE articles ADD COLUMN text INTEGER",
        "CREATE INDEX articles_of_a_text ON articles (text) WHERE text IS NOT NULL",
        # Addresses whose text is that of another article, and since when.
        "CREATE TABLE doubts (edition TEXT NOT NULL, key TEXT NOT NULL, since INTEGER NOT NULL,"
        " PRIMARY KEY (edition, key)) WITHOUT ROWID",
        # Articles that went (gone: when) or came back (gone NULL): each is given once more, as it was.
        "CREATE TABLE removals (n INTEGER PRIMARY KEY, id TEXT NOT NULL, edition TEXT NOT NULL, gone INTEGER,"
        " recorded INTEGER NOT NULL, crawl INTEGER NOT NULL, delivered INTEGER)",
        "CREATE INDEX outbox_of_removals ON removals (edition, n) WHERE delivered IS NULL",
    ),
    (  # mark: what is doubted at an address: its text (as articles.text), the id that it states (hashed alike), or,
        # NULL, that it has no article. Doubts of before have no mark: they begin anew.
        "DROP TABLE doubts",
        "CREATE TABLE doubts (edition TEXT NOT NULL, key TEXT NOT NULL, mark INTEGER, since INTEGER NOT NULL,"
        " PRIMARY KEY (edition, key)) WITHOUT ROWID",
        # Texts that are nearly the same (near_duplicates.py).
        # signed: the scheme of the newest text's signature; NULL for a text that was not looked at.
        "ALTER TABLE articles ADD COLUMN signed TEXT",
        "CREATE INDEX articles_signed ON articles (edition, signed)",
        # n: that of the article; there is none for a short text.
        "CREATE TABLE signatures (n INTEGER PRIMARY KEY, signature BLOB NOT NULL)",
        "CREATE TABLE bands (hash INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (hash, n)) WITHOUT ROWID",
    ),
)


def now() -> int:
    """This moment, UTC seconds."""
    return int(datetime.now(UTC).timestamp())


def seconds(stamp: str | datetime | None) -> int | None:
    """An ISO 8601 string or aware time as UTC seconds."""
    if not stamp:
        return None
    return int((datetime.fromisoformat(stamp) if isinstance(stamp, str) else stamp).timestamp())


@contextmanager
def clear(path: Path) -> Iterator[None]:
    """Says an SQLite error in one line."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        if "locked" in text:
            text = "it is locked by another program"
        elif "not a database" in text or "malformed" in text:
            text = f"the file is damaged ({text}); restore a copy, or move it away to begin a new archive"
        raise ArchiveError(f"the archive {path} cannot be used: {text}") from None


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file lies at a path; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def held_schema(db: sqlite3.Connection, path: Path) -> int:
    """The schema of a file, 0 of an empty one. Raises ArchiveError for one of another program or a newer version."""
    held = int(db.execute("PRAGMA user_version").fetchone()[0])
    if held > SCHEMA:
        raise ArchiveError(
            f"the archive {path} was written by a newer version of this program (schema {held}, this one knows "
            f"{SCHEMA}); update mayadeen"
        )
    if held == 0 and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise ArchiveError(f"{path} is a database of some other program")
    return held


class ArchiveFile:
    """One SQLite file. An error is an ArchiveError with one clear line."""

    def __init__(self, path: Path, *, patience: float = 10) -> None:
        """Opens or makes the archive; `patience`: seconds to wait while another program writes."""
        self.path = path
        self.crawl = 0
        self._file: tuple[int, int] | None = None
        with clear(path):
            self._db = sqlite3.connect(path, timeout=patience, isolation_level=None)
            # The cache of 2 MB is SQLite's default: memory does not grow with the file.
            self._db.execute("PRAGMA busy_timeout")
            self._upgrade()
        self._file = _identity(path)

    def _upgrade(self) -> None:
        held = held_schema(self._db, self.path)
        if self._db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")  # WAL: a kill loses nothing, a power cut the last moments
        if held < SCHEMA:
            with self._change() as db:
                # Another program may have been faster.
                for step in _STEPS[db.execute("PRAGMA user_version").fetchone()[0] :]:
                    for statement in step:
                        db.execute(statement)
                db.execute(f"PRAGMA user_version={SCHEMA}")

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """One transaction: whole or not at all."""
        # What is written to a file that has lost its name is gone with the process.
        if self._file is not None and _identity(self.path) != self._file:
            raise ArchiveError(f"the archive {self.path} was moved or replaced while it was in use")
        with clear(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _rows(self, query: str, *values: Any) -> list[Any]:
        """The rows of a query; `values`: one by one, or a dict of them."""
        given = values[0] if values and isinstance(values[0], dict) else values
        with clear(self.path):
            return self._db.execute(query, given).fetchall()

    def close(self) -> None:
        """Nothing more to do here; may be called twice."""
        self._db.close()

    def begin(self, spider: str, edition: str, origin: str) -> None:
        """A crawl begins. Raises ArchiveError when this archive holds the edition from another origin."""
        with self._change() as db:
            db.execute("INSERT OR IGNORE INTO origins VALUES (?, ?)", (edition, origin))
            held = db.execute("SELECT origin FROM origins WHERE edition = ?", (edition,)).fetchone()[0]
            if held != origin:
                raise ArchiveError(
                    f"the archive {self.path} holds the {edition} edition of {held}, not of {origin}; give another "
                    "DATA_DIR"
                )
            self.crawl = (
                db.execute(
                    "INSERT INTO crawls (spider, edition, pid, started) VALUES (?, ?, ?, ?)",
                    (spider, edition, os.getpid(), now()),
                ).lastrowid
                or 0
            )

    def origins(self) -> dict[str, str]:
        """Edition -> the origin that it is held of."""
        return dict(self._rows("SELECT edition, origin FROM origins"))

    def end(self, reason: str, tally: dict[str, Any]) -> None:
        """The crawl is over."""
        with self._change() as db:
            db.execute(
                "UPDATE crawls SET ended = ?, reason = ?, tally = ? WHERE n = ?",
                (now(), reason, json.dumps(tally), self.crawl),
            )

    def origins_before(self, edition: str) -> dict[str, dict[str, int]]:
        """Where the last crawl that could tell read the required fields: field -> origin -> articles."""
        rows = self._rows(
            "SELECT tally FROM crawls WHERE edition = ? AND n <> ? AND tally LIKE '%\"origins\"%'"
            " ORDER BY n DESC LIMIT 1",
            edition,
            self.crawl,
        )
        return dict(json.loads(rows[0][0])["origins"]) if rows else {}
