"""Lines: versions of articles, and bulletins, as feeds get them; the outbox of those that no feed holds."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from mayadeen.archive.file import DAY, ArchiveFile, now
from mayadeen.items import Bulletin, to_json


class Lines(ArchiveFile):
    """What goes into feeds."""

    def _add(self, line_id: str, version: int, kind: str, edition: str, changed: list[str], item: Any) -> None:
        self._db.execute(
            "INSERT INTO lines (id, version, edition, kind, recorded, crawl, changed, json)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (line_id, version, edition, kind, now(), self.crawl, " ".join(changed), pack(item)),
        )

    def line(self, line_id: str, version: int) -> dict[str, Any]:
        """A version of an article."""
        rows = self._db.execute("SELECT json FROM lines WHERE id = ? AND version = ?", (line_id, version)).fetchall()
        return _unpack(rows[0][0])

    def record_bulletin(self, bulletin: Bulletin) -> bool:
        """Records a bulletin; False when it was seen before."""
        with self._change() as db:
            if db.execute("SELECT 1 FROM lines WHERE id = ?", (bulletin.id,)).fetchone():
                return False
            self._add(bulletin.id, 1, "bulletin", bulletin.edition, [], bulletin)
        return True

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
            "SELECT n, pid FROM crawls WHERE ended IS NULL AND spider <> 'articles' AND started > ?", now() - DAY
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


def pack(item: Any) -> bytes:
    """An item as JSON, packed: a third of its size."""
    return zlib.compress(to_json(item, halves=True))


def _unpack(packed: bytes) -> dict[str, Any]:
    return dict(json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass")))


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
