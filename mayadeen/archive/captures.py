"""Captures of web archives: those to read, the outcomes of those that were read, and the versions found in them."""

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
    """A page as a web archive stored it at one moment."""

    key: str
    """Key of its address, as in the table `addresses`."""
    page: str
    """Its address on the site."""
    url: str
    """Its URL in the web archive. May end in `#bytes=first-last`."""
    time: int
    """Time of capture, UTC seconds."""
    digest: str
    """Hash of its content, as computed by the web archive."""
    n: int = 0
    """Row number."""


class Captures(Articles):
    """The captures of articles."""

    @retried
    def add_captures(self, edition: str, service: str, found: Sequence[Capture]) -> None:
        """Record captures to read. Of captures with the same address and digest, the earliest is kept."""
        with self._change() as db:
            db.executemany(
                "INSERT INTO captures (edition, key, digest, time, service, page, url) VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (edition, key, digest) DO UPDATE SET time = excluded.time, service = excluded.service,"
                " page = excluded.page, url = excluded.url WHERE captures.outcome IS NULL"
                " AND (captures.service <> excluded.service OR excluded.time < captures.time)",
                ((edition, each.key, each.digest, each.time, service, each.page, each.url) for each in found),
            )

    def waiting_captures(self, edition: str, service: str, *, newest_first: bool) -> Iterator[Capture]:
        """Yield the captures of a service that were not read, by time, with bounded memory."""
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
        """Record the outcome of a capture, so that it is not fetched again."""
        with self._change() as db:
            db.execute(
                "UPDATE captures SET outcome = ?, id = ?, text = ? WHERE n = ?",
                (outcome, article.id if article else None, text_hash(article) if article else None, number),
            )

    def captured_text(self, article: Article) -> str | None:
        """Return the id of another article that has the same text in a capture, or None."""
        rows = self._rows(
            "SELECT id FROM captures WHERE text = ? AND edition = ? AND id <> ? LIMIT 1",
            text_hash(article),
            article.edition,
            article.id,
        )
        return str(rows[0][0]) if rows else None

    @retried
    def record_capture(self, article: Article, visit: Visit, key: str) -> str:
        """Record an article that was read in a capture. Return its verdict, as `record` does.

        A capture from before the last check of the article becomes a version with the verdict "older", unless it equals
        one of the two versions next to it in time. The newest version and the state of the live page do not change.
        """
        known, seen = self.get(article.id), seconds(article.metadata.dateDownloaded) or 0
        if known is None or seen >= known.checked:
            return self.record(article, visit, [key])
        article.metadata.firstSeen = datetime.fromtimestamp(known.first_seen, UTC).isoformat()
        with self._change() as db:
            held = sorted(self.versions(known.id), key=seen_at)
            before = [article_from(each) for each in held if seen_at(each) <= seen][-1:]
            after = [article_from(each) for each in held if seen_at(each) > seen][:1]
            same = [each for each in (*before, *after) if _is_same(each, article)]
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
    """Return when the page of a version was fetched or captured, UTC seconds."""
    return seconds(line["metadata"].get("dateDownloaded")) or 0


def _is_same(line: Article, article: Article) -> bool:
    """Return whether two articles have the same content. Different parsers may read the same page differently."""
    if line.contentHash == article.contentHash:
        return True
    reread = line.metadata.parserVersion != article.metadata.parserVersion
    return reread and line.dateModified is not None and line.dateModified == article.dateModified
