"""What earlier crawls found: articles, every version of each, bulletins, tag addresses, months, crawls (SQLite).

The archive is memory and outbox. What goes into feeds is a *line*: a version of an article, or a bulletin. A line is
recorded in one transaction with the article's row, as not yet delivered, and marked delivered when a feed that holds it
was stored. All times are UTC seconds since 1970.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mayadeen.editions import EDITIONS
from mayadeen.errors import ArchiveError, UsageError
from mayadeen.items import Article, Bulletin, article_from, changed_fields
from mayadeen.urls import Site, is_internal, key

SCHEMA = 1
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
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How an article page was had: what its record needs beside the item."""

    key: str
    """The address asked for, as `urls.key`."""
    lastmod: int | None = None
    """What the sitemap says; None when no sitemap led here."""
    source: str | None = None
    """That sitemap; "" when it no longer names the article."""
    etag: str | None = None
    last_modified: str | None = None
    listed: frozenset[str] = frozenset()
    """What the listings that showed it stand for: `tag:syria`, `region:mena`."""
    outside: str | None = None
    """Why it is out of the crawl's scope; None when it is in."""


@dataclass(frozen=True, slots=True)
class Known:
    """An article as the archive's row has it."""

    n: int
    id: str
    url: str
    version: int
    hash: str | None
    parser: str | None
    published: int | None
    modified: int | None
    lastmod: int | None
    etag: str | None
    last_modified: str | None
    source: str | None
    listed: str
    first_seen: int
    checked: int
    gone: int | None


_DAY = 24 * 3600

_KNOWN = ", ".join(f"articles.{name}" for name in Known.__slots__)


def now() -> int:
    """This moment, UTC seconds."""
    return int(datetime.now(UTC).timestamp())


def seconds(stamp: str | datetime | None) -> int | None:
    """An ISO 8601 string or aware time as UTC seconds."""
    if not stamp:
        return None
    return int((datetime.fromisoformat(stamp) if isinstance(stamp, str) else stamp).timestamp())


@contextmanager
def _clear(path: Path) -> Iterator[None]:
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


class Archive:
    """One SQLite file. Every method is one transaction; an error is an ArchiveError with one clear line."""

    def __init__(self, path: Path, *, patience: float = 10) -> None:
        """Opens or makes the archive; `patience`: seconds to wait while another program writes."""
        self.path = path
        self.crawl = 0
        with _clear(path):
            self._db = sqlite3.connect(path, timeout=patience, isolation_level=None)
            # The cache of 2 MB is SQLite's default: memory does not grow with the file.
            self._db.execute("PRAGMA busy_timeout")
            self._upgrade()

    def _upgrade(self) -> None:
        held = self._db.execute("PRAGMA user_version").fetchone()[0]
        if held > SCHEMA:
            raise ArchiveError(
                f"the archive {self.path} was written by a newer version of this program (schema {held}, this one "
                f"knows {SCHEMA}); update mayadeen"
            )
        if held == 0 and self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise ArchiveError(f"{self.path} is a database of some other program")
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
        with _clear(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with _clear(self.path):
            return self._db.execute(query, values).fetchall()

    def close(self) -> None:
        """Nothing more to do here; may be called twice."""
        self._db.close()

    # --- Crawls --------------------------------------------------------------------------------------------------

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

    # --- What is known -------------------------------------------------------------------------------------------

    def find(self, edition: str, key: str) -> Known | None:
        """The article at an address."""
        rows = self._rows(
            f"SELECT {_KNOWN} FROM addresses JOIN articles ON articles.n = article"
            " WHERE addresses.edition = ? AND key = ?",
            edition,
            key,
        )
        return Known(*rows[0]) if rows else None

    def get(self, article_id: str) -> Known | None:
        """The article of an id."""
        rows = self._rows(f"SELECT {_KNOWN} FROM articles WHERE id = ?", article_id)
        return Known(*rows[0]) if rows else None

    def articles(self, edition: str, *, after: int = 0, limit: int = 200) -> list[Known]:
        """Articles in the order of their first record, from the one after number `after`."""
        return [
            Known(*row)
            for row in self._rows(
                f"SELECT {_KNOWN} FROM articles WHERE edition = ? AND n > ? ORDER BY n LIMIT ?", edition, after, limit
            )
        ]

    def of_sitemap(self, source: str) -> list[Known]:
        """The articles, gone ones left out, that a sitemap has named."""
        return [
            Known(*row)
            for row in self._rows(f"SELECT {_KNOWN} FROM articles WHERE source = ? AND gone IS NULL", source)
        ]

    def due(self, edition: str, ages: Iterable[int], moment: int) -> list[Known]:
        """Articles that no sitemap tells of and that have passed one of some ages (seconds) since their last check."""
        steps = sorted(ages)
        young = self._rows(
            f"SELECT {_KNOWN} FROM articles WHERE edition = ? AND lastmod IS NULL AND gone IS NULL"
            " AND published > checked - ? ORDER BY published DESC",
            edition,
            steps[-1] if steps else 0,
        )
        return [
            row
            for row in (Known(*each) for each in young)
            if any(row.checked < (row.published or 0) + age <= moment for age in steps)
        ]

    def is_no_article(self, edition: str, key: str, parser: str, *, lastmod: int | None = None) -> bool:
        """Whether this parser has found that no article is there, and not before `lastmod`."""
        return bool(
            self._rows(
                "SELECT 1 FROM addresses WHERE edition = ? AND key = ? AND article IS NULL AND parser = ?"
                " AND checked >= ?",
                edition,
                key,
                parser,
                lastmod or 0,
            )
        )

    def has_sitemaps(self, edition: str) -> bool:
        """Whether a sitemap has ever named an article."""
        return bool(self._rows("SELECT 1 FROM articles WHERE source > '' AND edition = ? LIMIT 1", edition))

    def is_forgotten(self, *names: str) -> bool:
        """Whether one of some ids or addresses (`edition key`) is not to be fetched or recorded again."""
        return any(self._rows("SELECT 1 FROM forgotten WHERE mark = ?", _mark(name)) for name in names)

    # --- What was found ------------------------------------------------------------------------------------------

    def record(self, article: Article, visit: Visit, keys: Iterable[str]) -> str:
        """Records an article that was read: "new", "changed", "unchanged" or, by the parser alone, "reread".

        `version`, `changedFields` and `metadata.firstSeen` of the item are filled in. `keys`: its addresses.
        """
        moment = now()
        with self._change() as db:
            rows = db.execute(f"SELECT {_KNOWN} FROM articles WHERE id = ?", (article.id,)).fetchall()
            known = Known(*rows[0]) if rows else None
            verdict = "new"
            if known is not None:
                former = article_from(self._line(article.id, known.version))
                verdict, changed = _verdict(known, former, article, visit)
                article.version = known.version + (verdict == "changed")
                article.changedFields = changed if verdict == "changed" else former.changedFields
            first_seen = known.first_seen if known else seconds(article.metadata.dateDownloaded) or moment
            article.metadata.firstSeen = datetime.fromtimestamp(first_seen, UTC).isoformat()
            listed = " ".join(sorted({*(known.listed.split() if known else ()), *visit.listed}))
            values = {
                "id": article.id,
                "edition": article.edition,
                "url": article.canonicalUrl,
                "version": article.version,
                "hash": article.contentHash,
                "parser": article.metadata.parserVersion,
                "published": seconds(article.datePublished),
                "modified": seconds(article.dateModified),
                "lastmod": visit.lastmod or (known.lastmod if known else None),
                "etag": visit.etag,
                "last_modified": visit.last_modified,
                "source": known.source if known and visit.source is None else visit.source,
                "listed": listed,
                "first_seen": first_seen,
                "checked": moment,
                "gone": None,
            }
            names = ", ".join(values)
            updates = ", ".join(f"{name} = excluded.{name}" for name in values if name not in ("id", "first_seen"))
            number = db.execute(
                f"INSERT INTO articles ({names}) VALUES ({', '.join(f':{name}' for name in values)})"
                f" ON CONFLICT (id) DO UPDATE SET {updates} RETURNING n",
                values,
            ).fetchone()[0]
            db.executemany(
                "INSERT OR REPLACE INTO addresses VALUES (?, ?, ?, NULL, NULL)",
                [(article.edition, key, number) for key in {visit.key, *keys}],
            )
            if verdict in ("new", "changed"):
                self._add(article.id, article.version, "article", article.edition, article.changedFields, article)
            elif verdict == "reread":
                db.execute(
                    "UPDATE lines SET json = ? WHERE id = ? AND version = ?",
                    (_pack(asdict(article)), article.id, article.version),
                )
        return verdict

    def _add(self, line_id: str, version: int, kind: str, edition: str, changed: list[str], item: Any) -> None:
        self._db.execute(
            "INSERT INTO lines (id, version, edition, kind, recorded, crawl, changed, json)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (line_id, version, edition, kind, now(), self.crawl, " ".join(changed), _pack(asdict(item))),
        )

    def record_bulletin(self, bulletin: Bulletin) -> bool:
        """Records a bulletin; False when it was seen before."""
        with self._change() as db:
            if db.execute("SELECT 1 FROM lines WHERE id = ?", (bulletin.id,)).fetchone():
                return False
            self._add(bulletin.id, 1, "bulletin", bulletin.edition, [], bulletin)
        return True

    def record_no_article(self, edition: str, key: str, parser: str) -> None:
        """An address that this parser reads no article at."""
        with self._change() as db:
            db.execute(
                "INSERT INTO addresses VALUES (?, ?, NULL, ?, ?) ON CONFLICT DO UPDATE SET parser = excluded.parser,"
                " checked = excluded.checked WHERE article IS NULL",
                (edition, key, parser, now()),
            )

    def record_alias(self, edition: str, key: str, article_id: str) -> None:
        """Another address of a known article."""
        with self._change() as db:
            db.execute(
                "INSERT OR REPLACE INTO addresses SELECT ?, ?, n, NULL, NULL FROM articles WHERE id = ?",
                (edition, key, article_id),
            )

    def record_same(self, known: Known, *, lastmod: int | None = None, source: str | None = None) -> None:
        """The site says that an article has not changed."""
        with self._change() as db:
            db.execute(
                "UPDATE articles SET checked = ?, gone = NULL, lastmod = coalesce(?, lastmod),"
                " source = coalesce(?, source) WHERE n = ?",
                (now(), lastmod, source, known.n),
            )

    def record_lastmod(self, known: Known, lastmod: int, source: str) -> None:
        """A sitemap tells of an article that was found without it."""
        with self._change() as db:
            db.execute("UPDATE articles SET lastmod = ?, source = ? WHERE n = ?", (lastmod, source, known.n))

    def record_listed(self, known: Known, listed: frozenset[str]) -> None:
        """More listings that show a known article."""
        marks = {*known.listed.split(), *listed}
        if len(marks) > len(known.listed.split()):
            with self._change() as db:
                db.execute("UPDATE articles SET listed = ? WHERE n = ?", (" ".join(sorted(marks)), known.n))

    def record_gone(self, known: Known, lastmod: int | None = None) -> None:
        """An article that the site no longer has; the first day of that is kept."""
        with self._change() as db:
            db.execute(
                "UPDATE articles SET gone = coalesce(gone, ?), checked = ?, lastmod = coalesce(?, lastmod) WHERE n = ?",
                (now(), now(), lastmod, known.n),
            )

    # --- The outbox ----------------------------------------------------------------------------------------------

    def number(self, line_id: str, version: int) -> int | None:
        """The number under which `deliver` knows a line."""
        rows = self._rows("SELECT n FROM lines WHERE id = ? AND version = ?", line_id, version)
        return int(rows[0][0]) if rows else None

    def deliver(self, numbers: Iterable[int]) -> None:
        """A feed that holds these lines was stored."""
        with self._change() as db:
            db.executemany("UPDATE lines SET delivered = ? WHERE n = ?", [(self.crawl, number) for number in numbers])

    def take_back(self, numbers: Iterable[int]) -> None:
        """A feed that should hold these lines was not stored: what this crawl delivered of them is not."""
        with self._change() as db:
            db.executemany(
                "UPDATE lines SET delivered = NULL WHERE n = ? AND delivered = ?",
                [(number, self.crawl) for number in numbers],
            )

    def outbox(self, edition: str, kind: str) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
        """Lines that no feed holds, left by crawls that are over, oldest first; with what listed the article."""
        running = self._running()
        last = 0
        while True:
            rows = self._rows(
                "SELECT lines.n, crawl, json, coalesce(listed, '') FROM lines LEFT JOIN articles USING (id)"
                " WHERE lines.edition = ? AND kind = ? AND delivered IS NULL AND crawl < ? AND lines.n > ?"
                " ORDER BY lines.n LIMIT 100",
                edition,
                kind,
                self.crawl,
                last,
            )
            for number, crawl, packed, listed in rows:
                last = number
                if crawl not in running:
                    yield _unpack(packed), frozenset(listed.split())
            if not rows:
                return

    def _running(self) -> set[int]:
        """Other crawls that are not over. `articles` is not among them: one at a time, and that is this one."""
        rows = self._rows(
            "SELECT n, pid FROM crawls WHERE ended IS NULL AND spider <> 'articles' AND started > ?", now() - _DAY
        )
        return {n for n, pid in rows if n != self.crawl and _runs(pid)}

    def held(self, edition: str) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
        """The newest version of each article, as far as an earlier crawl delivered it; with what listed it."""
        last = 0
        while True:
            rows = self._rows(
                "SELECT articles.n, json, listed FROM articles JOIN lines USING (id, version)"
                " WHERE articles.edition = ? AND delivered <> ? AND articles.n > ? ORDER BY articles.n LIMIT 100",
                edition,
                self.crawl,
                last,
            )
            for number, packed, listed in rows:
                last = number
                yield _unpack(packed), frozenset(listed.split())
            if not rows:
                return

    # --- Tags and months -----------------------------------------------------------------------------------------

    def tags(self, edition: str, slugs: Iterable[str]) -> dict[str, str]:
        """Those of some tags that an earlier crawl found, with the address of their listing; "" when it has none."""
        found: dict[str, str] = {}
        for slug in slugs:
            found.update(self._rows("SELECT slug, url FROM tags WHERE edition = ? AND slug = ?", edition, slug))
        return found

    def record_tag(self, edition: str, slug: str, url: str) -> None:
        """A tag that was found, with the address of its listing; "" when it has none."""
        with self._change() as db:
            db.execute(
                "INSERT INTO tags VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET url = excluded.url"
                " WHERE excluded.url > ''",
                (edition, slug, url),
            )

    def month_complete(self, edition: str, url: str, bounds: str) -> int | None:
        """When all articles of a past month, within some bounds or all, were found held; None when they were not."""
        rows = self._rows(
            "SELECT max(complete) FROM months WHERE edition = ? AND url = ? AND bounds IN ('', ?)", edition, url, bounds
        )
        return rows[0][0] if rows else None

    def record_month(self, edition: str, url: str, bounds: str) -> None:
        """All articles of a past month are held."""
        with self._change() as db:
            db.execute("INSERT OR REPLACE INTO months VALUES (?, ?, ?, ?)", (edition, url, bounds, now()))

    # --- History -------------------------------------------------------------------------------------------------

    def versions(self, article_id: str) -> list[dict[str, Any]]:
        """Every version of an article, oldest first, each with `recorded` (UTC seconds)."""
        return [
            {**_unpack(packed), "recorded": recorded}
            for packed, recorded in self._rows(
                "SELECT json, recorded FROM lines WHERE id = ? ORDER BY version", article_id
            )
        ]

    def edits(self, since: int) -> Iterator[dict[str, Any]]:
        """Versions after the first, recorded since then, oldest first, each with `recorded` (UTC seconds)."""
        for n, recorded in self._rows(
            "SELECT n, recorded FROM lines WHERE kind = 'article' AND version > 1 AND recorded >= ?"
            " ORDER BY recorded, n",
            since,
        ):
            yield {**_unpack(self._rows("SELECT json FROM lines WHERE n = ?", n)[0][0]), "recorded": recorded}

    def forget(self, article_id: str | None, names: Iterable[str]) -> int:
        """Erases an article and remembers only not to fetch it. Gives the number of versions erased.

        `names`: ids and addresses (`edition key`) to refuse from now on.
        """
        with _clear(self.path):
            self._db.execute("PRAGMA secure_delete=ON")
        with self._change() as db:
            marks = list(names)
            versions = 0
            if article_id:
                marks.append(article_id)
                own = "SELECT n FROM articles WHERE id = ?"
                rows = db.execute(f"SELECT edition, key FROM addresses WHERE article = ({own})", (article_id,))
                marks += [f"{edition} {key}" for edition, key in rows.fetchall()]
                db.execute(f"DELETE FROM addresses WHERE article = ({own})", (article_id,))
                db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
                versions = db.execute("DELETE FROM lines WHERE id = ?", (article_id,)).rowcount
            db.executemany("INSERT OR IGNORE INTO forgotten VALUES (?)", [(_mark(name),) for name in marks])
        with _clear(self.path):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log must not keep it either
        return versions

    def _line(self, line_id: str, version: int) -> dict[str, Any]:
        rows = self._db.execute("SELECT json FROM lines WHERE id = ? AND version = ?", (line_id, version)).fetchall()
        return _unpack(rows[0][0])


def open_held(directory: Path, patience: float) -> Archive:
    """The archive of a data directory, for a command; raises UsageError without one."""
    path = directory / "archive.sqlite3"
    if not path.is_file():
        raise UsageError(f"there is no archive in {directory}: nothing was crawled into it")
    return Archive(path, patience=patience)


def locate(archive: Archive, name: str) -> Known | None:
    """The article of an id or an address."""
    found = (archive.find(*each.split(" ", 1)) for each in addresses_of(archive, name) if " " in each)
    return archive.get(name) or next(filter(None, found), None)


def addresses_of(archive: Archive, name: str) -> list[str]:
    """What `is_forgotten` may be asked of an id (itself) or an address of the site (`edition key`)."""
    if "://" not in name:
        return [name] if re.fullmatch(r"[a-z]{2}:(u-[0-9a-f]{16}|\d+)", name) else []
    sites = [Site(EDITIONS[edition], origin) for edition, origin in archive.origins().items() if edition in EDITIONS]
    return [f"{site.edition.code} {key(name, site)}" for site in sites if is_internal(name, site)]


def _verdict(known: Known, former: Article, article: Article, visit: Visit) -> tuple[str, list[str]]:
    """What became of a known article, and the content fields that differ.

    Another parser may read the same page otherwise. That is a change of the article only when the site, too, says that
    it was touched since: by another time of modification, or a later one in the sitemap.
    """
    reread = known.parser != article.metadata.parserVersion
    changed = [] if known.hash == article.contentHash else changed_fields(former, article)
    touched = seconds(article.dateModified) != known.modified or (visit.lastmod or 0) > (known.lastmod or known.checked)
    if changed and (touched or not reread):
        return "changed", changed
    return "reread" if reread else "unchanged", changed


def _pack(line: dict[str, Any]) -> bytes:
    """JSON, packed: a third of its size."""
    return zlib.compress(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _unpack(packed: bytes) -> dict[str, Any]:
    return dict(json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass")))


def _mark(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def _runs(pid: int) -> bool:
    """Whether another process of this machine is alive; elsewhere than on POSIX that is not asked."""
    if pid == os.getpid() or os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
