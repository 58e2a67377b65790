"""Captures of web archives: which there are, which were read, and versions older than the newest one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mayadeen.archive.articles import Articles, text_hash
from mayadeen.archive.database import retried
from mayadeen.archive.store import seconds
from mayadeen.items import Article, Visit, article_from, changed_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A page as a web archive holds it."""

    key: str
    """Of its address, as in `addresses`."""
    page: str
    """Its address on the live site."""
    url: str
    """Where the archive has it."""
    time: int
    """When it was captured, UTC seconds."""
    digest: str
    """A hash of its content, by the archive."""
    n: int = 0
    """That of its row."""


class Captures(Articles):
    """Captures, and what was read in them."""

    @retried
    def add_captures(self, edition: str, service: str, found: Sequence[Capture]) -> None:
        """Notes captures to be read; of several of one address and content the earliest."""
        with self._change() as db:
            db.executemany(
                "INSERT INTO captures (edition, key, digest, time, service, page, url) VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (edition, key, digest) DO UPDATE SET time = excluded.time, service = excluded.service,"
                " page = excluded.page, url = excluded.url WHERE captures.outcome IS NULL"
                " AND (captures.service <> excluded.service OR excluded.time < captures.time)",
                ((edition, each.key, each.digest, each.time, service, each.page, each.url) for each in found),
            )

    def waiting_captures(self, edition: str, service: str, *, newest_first: bool) -> Iterator[Capture]:
        """Captures of a service that were not read, by time; read from the file in parts."""
        order, sign = ("DESC", "<") if newest_first else ("ASC", ">")
        last: tuple[int, int] = (1 << 62, 1 << 62) if newest_first else (0, 0)
        while rows := self._rows(
            "SELECT key, page, url, time, digest, n FROM captures WHERE edition = ? AND service = ? AND outcome IS NULL"
            f" AND (time, n) {sign} (?, ?) ORDER BY time {order}, n {order} LIMIT 500",
            edition,
            service,
            *last,
        ):
            for key, page, url, time, digest, n in rows:
                last = (time, n)
                yield Capture(key=key, page=page, url=url, time=time, digest=digest, n=n)

    @retried
    def end_capture(self, number: int, outcome: str, article: Article | None = None) -> None:
        """A capture was read: it is not fetched again."""
        with self._change() as db:
            db.execute(
                "UPDATE captures SET outcome = ?, id = ?, text = ? WHERE n = ?",
                (outcome, article.id if article else None, text_hash(article) if article else None, number),
            )

    def captured_text(self, article: Article) -> str | None:
        """The id of another article that a capture showed with the same text."""
        rows = self._rows(
            "SELECT id FROM captures WHERE text = ? AND edition = ? AND id <> ? LIMIT 1",
            text_hash(article),
            article.edition,
            article.id,
        )
        return str(rows[0][0]) if rows else None

    @retried
    def record_capture(self, article: Article, visit: Visit, key: str) -> str:
        """Records an article read in a capture, as `record` does.

        One from before the last look at the article becomes a further version, "older", unless it is as one of the two
        versions next to it in time: the newest version stays, and so does what is known of the live page.
        """
        known, seen = self.get(article.id), seconds(article.metadata.dateDownloaded) or 0
        if known is None or seen >= known.checked:
            return self.record(article, visit, [key])
        article.metadata.firstSeen = datetime.fromtimestamp(known.first_seen, UTC).isoformat()
        held = sorted(self.versions(known.id), key=seen_at)
        before = [article_from(each) for each in held if seen_at(each) <= seen][-1:]
        after = [article_from(each) for each in held if seen_at(each) > seen][:1]
        same = [each for each in (*before, *after) if _is_same(each, article)]
        with self._change() as db:
            db.execute(
                "INSERT INTO addresses VALUES (?, ?, ?, NULL, NULL) ON CONFLICT DO NOTHING",
                (article.edition, key, known.n),
            )
            if same:
                article.version = same[0].version
                return "unchanged"
            article.version = max(known.version, self.last_version(known.id)) + 1
            article.changedFields = changed_fields((before or after)[0], article) if before or after else []
            self._add(article, article.changedFields)
        return "older"


def seen_at(line: dict[str, Any]) -> int:
    """When the page of a version was fetched or captured, UTC seconds."""
    return seconds(line["metadata"].get("dateDownloaded")) or 0


def _is_same(line: Article, article: Article) -> bool:
    """Whether two readings are of the same content; another parser may read a page otherwise."""
    if line.contentHash == article.contentHash:
        return True
    reread = line.metadata.parserVersion != article.metadata.parserVersion
    return reread and line.dateModified is not None and line.dateModified == article.dateModified
