"""Lines: versions of articles, and bulletins, as feeds contain them. Also the outbox of undelivered lines."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from logging import getLogger
from typing import Any, TypeVar

from mayadeen.archive.database import retried
from mayadeen.archive.store import Store, now
from mayadeen.items import ARTICLES, GONE, RELATED, Article, Bulletin, read_article, to_json

logger = getLogger(__name__)

_T = TypeVar("_T")
Wanted = Callable[[Article, frozenset[str]], bool]
"""Gets an article and the labels of its listings. Returns whether a crawl takes it."""
_COLUMNS = {ARTICLES: "delivered", RELATED: "linked"}
"""View -> the column with the crawl that delivered it."""


class Lines(Store):
    """The lines of feeds."""

    def _add(self, item: Article | Bulletin, changed: list[str]) -> None:
        """Add a line, and set its number in the item's context."""
        article = item if isinstance(item, Article) else None
        about = {
            "id": item.id,
            "version": article.version if article else 1,
            "edition": item.edition,
            "kind": "article" if article else "bulletin",
            "recorded": now(),
            "crawl": self.crawl,
            "changed": " ".join(changed),
            "json": pack(item),
            "linked": None if article and article.relatedLinks else 0,
        }
        names = ", ".join(about)
        query = f"INSERT INTO lines ({names}) VALUES ({', '.join(f':{name}' for name in about)}) RETURNING n"
        item.context.number = int(self._db.execute(query, about).fetchone()[0])

    def line(self, line_id: str, version: int) -> dict[str, Any]:
        """Return a version of an article; empty, with a log line, if its row is damaged."""
        rows = self._rows("SELECT json FROM lines WHERE id = ? AND version = ?", line_id, version)
        return (_unpack(rows[0][0], line_id) or {}) if rows else {}

    @retried
    def record_bulletin(self, bulletin: Bulletin) -> bool:
        """Record a bulletin. Returns False if it is known."""
        with self._change() as db:
            if db.execute("SELECT 1 FROM lines WHERE id = ?", (bulletin.id,)).fetchone():
                return False
            self._add(bulletin, [])
        return True

    def _add_removal(self, article: int, gone: int | None) -> int:
        """Add a line that reports an article (by number) as gone or back. Returns the number of the line."""
        added = self._db.execute(
            "INSERT INTO removals (id, edition, gone, recorded, crawl) SELECT id, edition, ?, ?, ? FROM articles"
            " WHERE n = ? RETURNING n",
            (gone, now(), self.crawl, article),
        )
        return -int(added.fetchone()[0])

    # --- Delivery ------------------------------------------------------------------------------------------------

    @retried
    def deliver(self, numbers: Sequence[int], view: str = ARTICLES) -> None:
        """Mark lines as delivered in a view, after their feed was stored."""
        with self._change() as db:
            for table, column, chosen in _places(numbers, view):
                query = f"UPDATE {table} SET {column} = ? WHERE n = ?"
                db.executemany(query, [(self.crawl, number) for number in chosen])

    @retried
    def take_back(self, numbers: Sequence[int], view: str = ARTICLES) -> None:
        """Undo what this crawl has marked as delivered, because a feed with these lines was not stored."""
        with self._change() as db:
            for table, column, chosen in _places(numbers, view):
                query = f"UPDATE {table} SET {column} = NULL WHERE n = ? AND {column} = ?"
                db.executemany(query, [(number, self.crawl) for number in chosen])

    @retried
    def set_aside(self, numbers: Sequence[int], view: str = ARTICLES) -> None:
        """Mark lines that feeds of a view cannot write, so that they are never delivered in it (0 is no crawl)."""
        with self._change() as db:
            for table, column, chosen in _places(numbers, view):
                db.executemany(f"UPDATE {table} SET {column} = 0 WHERE n = ?", [(number,) for number in chosen])

    def bulletins(self, edition: str) -> Iterator[Bulletin]:
        """Yield undelivered bulletins of finished crawls, oldest first, and take them over."""

        def read(row: dict[str, Any]) -> Bulletin | None:
            bulletin = unpack_bulletin(row["json"], row["n"])
            if bulletin:
                bulletin.context.number = row["n"]
            return bulletin

        return self._waiting(edition, "bulletin", ["delivered IS NULL"], read)

    def outbox(self, edition: str, views: Iterable[str], wanted: Wanted = lambda *_: True) -> Iterator[Article]:
        """Yield articles of finished crawls not delivered in some views, oldest first, and take them over, so that no
        crawl that runs at the same time yields them. Removed and restored articles come last.
        """

        def read(row: dict[str, Any]) -> Article | None:
            article = unpack_article(row["json"], row["n"])
            if article is None or not wanted(article, frozenset(row["listed"].split())):
                return None
            article.context.number = row["n"]
            article.context.views = frozenset(view for view, column in _COLUMNS.items() if row[column] is None)
            return article

        yield from self._waiting(edition, "article", [f"{_COLUMNS[view]} IS NULL" for view in views], read)
        if ARTICLES in views:
            yield from self._removals(edition, wanted)

    def _removals(self, edition: str, wanted: Wanted) -> Iterator[Article]:
        """Yield removed and restored articles, as `outbox` does."""
        running = self._database.running()
        for number, crawl, gone, packed, listed in self._rows(
            "SELECT removals.n, removals.crawl, removals.gone, json, listed FROM removals JOIN articles USING (id)"
            " JOIN lines USING (id, version) WHERE removals.edition = ? AND removals.delivered IS NULL"
            " AND removals.crawl < ? ORDER BY removals.n",
            edition,
            self.crawl,
        ):
            article = None if crawl in running else unpack_article(packed, number)
            if article and wanted(article, frozenset(listed.split())) and self._take("removals", [(number, crawl)]):
                yield removed(article, -number, gone)

    def _waiting(
        self, edition: str, kind: str, conditions: Iterable[str], read: Callable[[dict[str, Any]], _T | None]
    ) -> Iterator[_T]:
        """Yield what `read` makes of the lines of finished crawls that meet one of some conditions, oldest first, and
        take these lines over.
        """
        running = self._database.running()
        last = 0
        # One query per condition, because each needs its own index.
        each = " UNION ".join(
            f"SELECT n FROM (SELECT n FROM lines WHERE edition = :edition AND kind = '{kind}' AND {condition}"
            " AND n > :last AND crawl < :crawl ORDER BY n LIMIT 100) AS part"
            for condition in conditions
        )
        names = ("n", "crawl", "json", "delivered", "linked", "listed")
        while rows := self._rows(
            "SELECT lines.n, lines.crawl, json, delivered, linked, coalesce(listed, '') FROM lines"
            f" LEFT JOIN articles USING (id) WHERE lines.n IN ({each}) ORDER BY lines.n LIMIT 100",
            {"edition": edition, "last": last, "crawl": self.crawl},
        ):
            last = rows[-1][0]
            ended = [dict(zip(names, row, strict=True)) for row in rows if row[1] not in running]
            found = [(row, item) for row in ended if (item := read(row))]
            taken = self._take("lines", [(row["n"], row["crawl"]) for row, _ in found])
            yield from (item for row, item in found if row["n"] in taken)

    @retried
    def _take(self, table: str, found: Sequence[tuple[int, int]]) -> set[int]:
        """Take over lines, given as (number, crawl), for this crawl. Return the numbers of those that no other crawl
        has taken over meanwhile.
        """
        query = f"UPDATE {table} SET crawl = ? WHERE n = ? AND crawl = ?"
        with self._change() as db:
            return {number for number, crawl in found if db.execute(query, (self.crawl, number, crawl)).rowcount}

    def held(self, edition: str) -> Iterator[tuple[Article, frozenset[str]]]:
        """Yield the newest version of each article in the views that earlier crawls delivered, with the labels of its
        listings. Articles that are gone are marked.
        """
        last = 0
        while True:
            rows = self._rows(
                "SELECT articles.n, json, listed, articles.gone, linked > 0 AND linked <> ?,"
                " delivered > 0 AND delivered <> ?"
                # If a line that reports it as gone, or back, is pending, that line is delivered instead.
                " AND id NOT IN (SELECT id FROM removals WHERE delivered IS NULL) FROM articles"
                " JOIN lines USING (id, version) WHERE articles.edition = ? AND articles.n > ?"
                " ORDER BY articles.n LIMIT 100",
                self.crawl,
                self.crawl,
                edition,
                last,
            )
            for number, packed, listed, gone, linked, delivered in rows:
                last = number
                article = unpack_article(packed, number)
                if article is None:
                    continue
                article.context.views = frozenset([ARTICLES] * bool(delivered) + [RELATED] * bool(linked))
                if article.context.views:
                    yield removed(article, None, gone) if gone else article, frozenset(listed.split())
            if not rows:
                return

    def lines_with(self, edition: str, needles: list[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (number, content) of the lines of articles that contain one of some strings, ignoring case."""
        last = 0
        query = "SELECT n, json FROM lines WHERE edition = ? AND kind = 'article' AND n > ? ORDER BY n LIMIT 500"
        while rows := self._rows(query, edition, last):
            for number, packed in rows:
                last = number
                try:
                    text = zlib.decompress(packed).lower()
                except zlib.error:
                    text = b""  # damaged: nobody can read it
                if any(needle in text for needle in needles) and (line := _unpack(packed, number)):
                    yield number, line

    def rewrite(self, number: int, line: dict[str, Any]) -> None:
        """Overwrite a line in the caller's transaction."""
        self._db.execute("UPDATE lines SET json = ? WHERE n = ?", (pack(line), number))

    def versions(self, article_id: str) -> list[dict[str, Any]]:
        """Return all versions of an article, oldest first, each with `recorded` (UTC seconds)."""
        return [
            {**line, "recorded": recorded}
            for packed, recorded in self._rows(
                "SELECT json, recorded FROM lines WHERE id = ? ORDER BY version", article_id
            )
            if (line := _unpack(packed, article_id))
        ]

    def edits(self, since: int) -> Iterator[dict[str, Any]]:
        """Yield versions after the first, recorded since a time, oldest first, each with `recorded` (UTC seconds)."""
        for n, recorded in self._rows(
            "SELECT n, recorded FROM lines WHERE kind = 'article' AND version > 1 AND recorded >= ?"
            " ORDER BY recorded, n",
            since,
        ):
            if line := _unpack(self._rows("SELECT json FROM lines WHERE n = ?", n)[0][0], n):
                yield {**line, "recorded": recorded}


def removed(article: Article, number: int | None, gone: int | None) -> Article:
    """Return an article as a line that reports it as gone or back. `number`: of this line, None if it was delivered
    before.
    """
    article.metadata.gone = datetime.fromtimestamp(gone, UTC).isoformat() if gone else None
    if number is not None:
        article.changedFields = [GONE]
        article.context.number, article.context.views = number, frozenset([ARTICLES])
    return article


def _places(numbers: Sequence[int], view: str) -> list[tuple[str, str, list[int]]]:
    """Return (table, column, numbers) of some lines. Numbers of removals are negative."""
    return [
        ("lines", _COLUMNS[view], [number for number in numbers if number > 0]),
        ("removals", "delivered", [-number for number in numbers if number < 0]),
    ]


def pack(item: Any) -> bytes:
    """Return an item as compressed JSON, a third of its size."""
    return zlib.compress(to_json(item, halves=True))


def _unpack(packed: bytes, name: object) -> dict[str, Any] | None:
    """Return the content of a line, or None, with a log line, if its row is damaged."""
    try:
        return dict(json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass")))
    except (zlib.error, ValueError, TypeError) as error:
        logger.error("the archive's line %s is damaged (%s) and is skipped", name, error)
        return None


def unpack_article(packed: bytes, name: object) -> Article | None:
    """Return the article of a line, or None, with a log line, if its row is damaged."""
    try:
        return read_article(zlib.decompress(packed))
    except (zlib.error, ValueError, TypeError) as error:
        logger.error("the archive's line %s is damaged (%s) and is skipped", name, error)
        return None


def unpack_bulletin(packed: bytes, name: object) -> Bulletin | None:
    """Return the bulletin of a line, or None, with a log line, if its row is damaged."""
    line = _unpack(packed, name)
    return Bulletin(**line) if line else None
