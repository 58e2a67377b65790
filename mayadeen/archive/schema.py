"""The schema as upgrade steps in SQLite's SQL. `postgresql.py` replaces the types.

Never change a released step: archives that have run it will not run it again.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from mayadeen.errors import ArchiveError

SCHEMA = 4
"""Number of steps. Stored as `user_version` (SQLite) or in the table `mayadeen` (PostgreSQL)."""

STEPS = (
    (  # each step upgrades from the version of its position, in one transaction
        "CREATE TABLE origins (edition TEXT PRIMARY KEY, origin TEXT NOT NULL)",
        "CREATE TABLE crawls (n INTEGER PRIMARY KEY, spider TEXT NOT NULL, edition TEXT NOT NULL, pid INTEGER NOT NULL,"
        " started INTEGER NOT NULL, ended INTEGER, reason TEXT, tally TEXT)",
        # published: from the page, else null; lastmod: from the sitemap; source: the sitemap that contains it; listed:
        # the labels of the listings that contained it (`tag:syria`).
        "CREATE TABLE articles (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, edition TEXT NOT NULL,"
        " url TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT, parser TEXT, published INTEGER, modified INTEGER,"
        " lastmod INTEGER, etag TEXT, last_modified TEXT, source TEXT, listed TEXT NOT NULL DEFAULT '',"
        " first_seen INTEGER NOT NULL, checked INTEGER NOT NULL, gone INTEGER)",
        "CREATE INDEX articles_without_lastmod ON articles (edition, published) WHERE lastmod IS NULL",
        "CREATE INDEX articles_of_a_sitemap ON articles (source)",
        # An address of an article, or (article NULL) one at which this parser reads no article.
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
        # SHA-256 of ids and addresses: enough to recognise them, too little to read them.
        "CREATE TABLE forgotten (mark BLOB PRIMARY KEY) WITHOUT ROWID",
    ),
    (  # earlier versions stored listings as months; a listing stored as a month is read to its end once more
        "CREATE TABLE listings (edition TEXT NOT NULL, url TEXT NOT NULL, bounds TEXT NOT NULL,"
        " complete INTEGER NOT NULL, PRIMARY KEY (edition, url, bounds))",
        "INSERT INTO listings SELECT * FROM months WHERE url NOT LIKE '%.xml%'",
        "DELETE FROM months WHERE url NOT LIKE '%.xml%'",
        # linked: the crawl whose feed of related links contained the line; 0 for a line without related links.
        "ALTER TABLE lines ADD COLUMN linked INTEGER",
        "UPDATE lines SET linked = delivered",
        "CREATE INDEX outbox_of_related ON lines (edition, n) WHERE linked IS NULL AND kind = 'article'",
        # text: 8 bytes of a hash of the newest version's articleBody; NULL without a text, and for old records.
        "ALTER TABLE articles ADD COLUMN text INTEGER",
        "CREATE INDEX articles_of_a_text ON articles (text) WHERE text IS NOT NULL",
        # Addresses with the text of another article, and the time when this was first seen.
        "CREATE TABLE doubts (edition TEXT NOT NULL, key TEXT NOT NULL, since INTEGER NOT NULL,"
        " PRIMARY KEY (edition, key)) WITHOUT ROWID",
        # Articles that are gone (gone: since when) or back (gone NULL): each is delivered once more, unchanged.
        "CREATE TABLE removals (n INTEGER PRIMARY KEY, id TEXT NOT NULL, edition TEXT NOT NULL, gone INTEGER,"
        " recorded INTEGER NOT NULL, crawl INTEGER NOT NULL, delivered INTEGER)",
        "CREATE INDEX outbox_of_removals ON removals (edition, n) WHERE delivered IS NULL",
    ),
    (  # mark: what is doubtful at an address: its text (as articles.text), its stated id (hashed alike), or
        # (NULL) that it has no article. Older doubts have no mark: they start again.
        "DROP TABLE doubts",
        "CREATE TABLE doubts (edition TEXT NOT NULL, key TEXT NOT NULL, mark INTEGER, since INTEGER NOT NULL,"
        " PRIMARY KEY (edition, key)) WITHOUT ROWID",
        # Texts that are nearly the same (near_duplicates.py). signed: the scheme of the newest text's signature; NULL
        # for a text that was not processed.
        "ALTER TABLE articles ADD COLUMN signed TEXT",
        "CREATE INDEX articles_signed ON articles (edition, signed)",
        # n: number of the article. Short texts have no signature.
        "CREATE TABLE signatures (n INTEGER PRIMARY KEY, signature BLOB NOT NULL)",
        "CREATE TABLE bands (hash INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (hash, n)) WITHOUT ROWID",
    ),
    (  # shard: the shard of an `articles` crawl, `1/3`; "" for the whole edition.
        "ALTER TABLE crawls ADD COLUMN shard TEXT NOT NULL DEFAULT ''",
        # Earliest time of the next request to a host, in microseconds since 1970 (pace.py). Used on PostgreSQL only.
        "CREATE TABLE pace (host TEXT PRIMARY KEY, next INTEGER NOT NULL)",
        # Captures of web archives (captures.py), one for each content of an address. outcome: NULL until it is read.
        "CREATE TABLE captures (n INTEGER PRIMARY KEY, edition TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL,"
        " time INTEGER NOT NULL, service TEXT NOT NULL, page TEXT NOT NULL, url TEXT NOT NULL, outcome TEXT, id TEXT,"
        " text INTEGER, UNIQUE (edition, key, digest))",
        "CREATE INDEX captures_waiting ON captures (edition, service, time) WHERE outcome IS NULL",
        "CREATE INDEX captures_of_a_text ON captures (text) WHERE text IS NOT NULL",
        "CREATE INDEX captures_of_an_article ON captures (id) WHERE id IS NOT NULL",
    ),
)


def tables() -> dict[str, list[str]]:
    """Return table -> columns."""
    with closing(sqlite3.connect(":memory:")) as db:
        for statement in (each for step in STEPS for each in step):
            db.execute(statement)
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: [row[1] for row in db.execute(f"PRAGMA table_info({name})")] for name in names}


def check(held: int, name: str) -> None:
    """Raise ArchiveError if the schema of an archive is newer than this program."""
    if held > SCHEMA:
        raise ArchiveError(
            f"the archive {name} was written by a newer version of this program (schema {held}, this one knows "
            f"{SCHEMA}); update mayadeen"
        )
