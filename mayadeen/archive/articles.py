"""Articles: what is known of each by its id and its addresses, and its outcome in a crawl."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from mayadeen.archive.database import retried
from mayadeen.archive.lines import pack, removed
from mayadeen.archive.near_duplicates import NearDuplicates
from mayadeen.archive.store import DAY, now, seconds
from mayadeen.items import Article, Visit, article_from, changed_fields
from mayadeen.site.address import Site, dedupe_key
from mayadeen.site.edition import EDITIONS


@dataclass(frozen=True, slots=True)
class Known:
    """The archive's row of an article."""

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


@dataclass(frozen=True, slots=True)
class Held:
    """What the archive holds of an address."""

    known: Known | None = None
    """The article at it."""
    parser: str | None = None
    """The parser that found no article at it."""
    checked: int | None = None
    """When this was, UTC seconds."""
    forgotten: bool = False
    """Whether it must not be fetched again."""

    def is_no_article(self, parser: str, lastmod: int | None = None) -> bool:
        """Return whether this parser has found no article at it, not before `lastmod`."""
        return self.known is None and self.parser == parser and (self.checked or 0) >= (lastmod or 0)


_KNOWN = ", ".join(f"articles.{name}" for name in Known.__slots__)
_REPLACE = "ON CONFLICT (edition, key) DO UPDATE SET article = excluded.article, parser = NULL, checked = NULL"
"""An address leads to an article, whatever it led to before."""


class Articles(NearDuplicates):
    """Articles and their addresses."""

    def find(self, edition: str, key: str) -> Known | None:
        """Return the article at an address."""
        rows = self._rows(
            f"SELECT {_KNOWN} FROM addresses JOIN articles ON articles.n = article"
            " WHERE addresses.edition = ? AND key = ?",
            edition,
            key,
        )
        return Known(*rows[0]) if rows else None

    def look_up(self, edition: str, keys: Iterable[str]) -> dict[str, Held]:
        """Return what is held of some addresses, in few queries."""
        keys = dict.fromkeys(keys)
        names = {f"{edition} {key}": key for key in keys}
        forgotten = {names[name] for name in self.forgotten(names)}
        query = (
            f"SELECT key, addresses.parser, addresses.checked, {_KNOWN} FROM addresses"
            " LEFT JOIN articles ON articles.n = article WHERE addresses.edition = ? AND key IN"
        )
        found = {
            key: Held(Known(*row) if row[0] else None, parser, checked, key in forgotten)
            for key, parser, checked, *row in self._rows_in(query, [edition], keys)
        }
        return {key: found.get(key) or Held(forgotten=key in forgotten) for key in keys}

    def forgotten(self, names: Iterable[str]) -> set[str]:
        """Return those of some ids and addresses (`edition key`) that must not be fetched or recorded again."""
        marks = {mark_of(name): name for name in names}
        return {marks[mark] for (mark,) in self._rows_in("SELECT mark FROM forgotten WHERE mark IN", [], marks)}

    def get(self, article_id: str) -> Known | None:
        """Return the article with an id."""
        rows = self._rows(f"SELECT {_KNOWN} FROM articles WHERE id = ?", article_id)
        return Known(*rows[0]) if rows else None

    def same_text(self, article: Article) -> Known | None:
        """Return another article with the same text."""
        rows = self._rows(
            f"SELECT {_KNOWN} FROM articles WHERE text = ? AND edition = ? AND id <> ? LIMIT 1",
            text_hash(article),
            article.edition,
            article.id,
        )
        return Known(*rows[0]) if rows else None

    @retried
    def doubt(self, key: str, article: Article, claimed: Known | None = None) -> bool:
        """Record that the page at an address is doubtful. Returns whether it has been unchanged for a day and is
        accepted.

        `claimed`: the article whose id the page states. Then the id is compared, not the text, and it takes a week if
        that article's own address could not be read since.
        """
        with self._change():
            if claimed is None:
                return self._doubt(article.edition, key, text_hash(article))
            mark = int.from_bytes(sha256(claimed.id.encode()).digest()[:8], signed=True)
            return self._doubt(article.edition, key, mark, claimed.checked)

    def _doubt(self, edition: str, key: str, mark: int | None, checked: int | None = None) -> bool:
        """Record in the caller's transaction that an address is doubtful, as `doubt` does.

        `mark`: what must stay the same, a hash of the text or of the stated id; None for an address that seems to have
        no article. `checked`: when the own address of the article with that id was last read, UTC seconds.
        """
        query = "SELECT mark, since FROM doubts WHERE edition = ? AND key = ?"
        for held, since in self._db.execute(query, (edition, key)).fetchall():
            if held == mark:
                patience = DAY if checked is None or checked > since else 7 * DAY
                return bool(since <= now() - patience)
        self._db.execute(
            "INSERT INTO doubts (edition, key, mark, since) VALUES (?, ?, ?, ?) ON CONFLICT (edition, key)"
            " DO UPDATE SET mark = excluded.mark, since = excluded.since",
            (edition, key, mark, now()),
        )
        return False

    @retried
    def clear_doubt(self, edition: str, key: str) -> None:
        """Record that an address has its known article again."""
        if self._rows("SELECT 1 FROM doubts WHERE edition = ? AND key = ?", edition, key):
            with self._change() as db:
                db.execute("DELETE FROM doubts WHERE edition = ? AND key = ?", (edition, key))

    def has_text(self, known: Known, article: Article) -> bool:
        """Return whether an article is recorded with the text that was read."""
        if known.hash == article.contentHash:
            return True
        return bool(self._rows("SELECT 1 FROM articles WHERE n = ? AND text = ?", known.n, text_hash(article)))

    def addresses(self, known: Known) -> list[str]:
        """Return all addresses of an article (`edition key`)."""
        rows = self._rows("SELECT edition, key FROM addresses WHERE article = ?", known.n)
        return [f"{edition} {key}" for edition, key in rows]

    def articles(self, edition: str, *, after: int = 0, limit: int = 200) -> list[Known]:
        """Return articles in the order of their first record, starting after number `after`."""
        return [
            Known(*row)
            for row in self._rows(
                f"SELECT {_KNOWN} FROM articles WHERE edition = ? AND n > ? ORDER BY n LIMIT ?", edition, after, limit
            )
        ]

    def of_sitemap(self, source: str) -> list[Known]:
        """Return the articles that were in a sitemap, without those that are gone."""
        return [
            Known(*row)
            for row in self._rows(f"SELECT {_KNOWN} FROM articles WHERE source = ? AND gone IS NULL", source)
        ]

    def due(self, edition: str, ages: Iterable[int], moment: int) -> list[Known]:
        """Return articles without a sitemap that have passed one of some ages (seconds) since their last check."""
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

    def has_sitemaps(self, edition: str) -> bool:
        """Return whether any article was ever in a sitemap."""
        return bool(self._rows("SELECT 1 FROM articles WHERE source > '' AND edition = ? LIMIT 1", edition))

    @retried
    def record(self, article: Article, visit: Visit, keys: Iterable[str]) -> str:
        """Record an article that was read. Returns its verdict.

        It is "new", "changed", "back" (it was gone), "unchanged", or "reread": unchanged, but read by another parser.
        Sets `version`, `changedFields`, `nearDuplicates` and `metadata.firstSeen` of the item. `keys`: its addresses.
        """
        # A capture says nothing about the current live page.
        captured = seconds(article.metadata.dateDownloaded) if article.metadata.captureUrl else None
        moment = captured or now()
        with self._change() as db:
            rows = db.execute(f"SELECT {_KNOWN} FROM articles WHERE id = ?", (article.id,)).fetchall()
            known = Known(*rows[0]) if rows else None
            verdict, former = "new", None
            if known is not None:
                line = self.line(article.id, known.version)
                former = article_from(line) if line else None
                verdict, changed = _verdict(known, former, article, visit)
                article.version = (
                    max(known.version, self.last_version(article.id)) + 1 if verdict == "changed" else known.version
                )
                article.changedFields = changed if verdict == "changed" or not former else former.changedFields
            fetched = None if captured else seconds(article.metadata.dateDownloaded)
            first_seen = known.first_seen if known else fetched or now()
            article.metadata.firstSeen = datetime.fromtimestamp(first_seen, UTC).isoformat()
            listed = " ".join(sorted({*(known.listed.split() if known else ()), *visit.listed}))
            values = {
                "id": article.id,
                "edition": article.edition,
                "url": article.url,
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
                "text": text_hash(article),
            }
            names = ", ".join(values)
            updates = ", ".join(f"{name} = excluded.{name}" for name in values if name not in ("id", "first_seen"))
            number = db.execute(
                f"INSERT INTO articles ({names}) VALUES ({', '.join(f':{name}' for name in values)})"
                f" ON CONFLICT (id) DO UPDATE SET {updates} RETURNING n",
                values,
            ).fetchone()[0]
            if captured:
                db.executemany(
                    "INSERT INTO addresses VALUES (?, ?, ?, NULL, NULL) ON CONFLICT DO NOTHING",
                    [(article.edition, key, number) for key in {visit.address.key, *keys}],
                )
            else:
                self._settle(number, known, article, visit, {*keys})
            similar = [] if verdict == "unchanged" else self._sign(number, article.edition, article.articleBody)
            # A line keeps the values of the time when it was recorded, even if it is overwritten.
            article.nearDuplicates = former.nearDuplicates if former and verdict != "changed" else similar
            if verdict in ("new", "changed"):
                self._add(article, article.changedFields)
                # This version also reports what was waiting to be reported: that the article is gone, or back.
                db.execute(
                    "UPDATE removals SET delivered = ? WHERE id = ? AND delivered IS NULL", (self.crawl, article.id)
                )
            elif verdict == "reread":
                db.execute(
                    "UPDATE lines SET json = ? WHERE id = ? AND version = ?",
                    (pack(article), article.id, article.version),
                )
            if known is not None and known.gone and verdict != "changed":
                removed(article, self._add_removal(known.n, None), None)
                verdict = "back"
        return verdict

    def _settle(self, number: int, known: Known | None, article: Article, visit: Visit, keys: set[str]) -> None:
        """Record the addresses of an article in the caller's transaction.

        If one of them is the own address of another article, that article is gone from there. It keeps an address that
        redirects, so that it will be requested there again.
        """
        asked = set() if visit.temporary else {visit.address.key}
        site = self._site(article.edition)
        for key in asked | keys:
            other = self.find(article.edition, key)
            if other and other.n != number and dedupe_key(other.url, site) == key:
                self._mark_gone(other)
                if key not in keys:
                    continue
            self._db.execute(
                f"INSERT INTO addresses (edition, key, article) VALUES (?, ?, ?) {_REPLACE}",
                (article.edition, key, number),
            )
            self._db.execute("DELETE FROM doubts WHERE edition = ? AND key = ?", (article.edition, key))
        if known and known.gone and (former := dedupe_key(known.url, site)) not in asked | keys:
            # It has moved, and nothing was at its address: any later content there is new.
            self._db.execute("DELETE FROM addresses WHERE edition = ? AND key = ?", (article.edition, former))

    def _site(self, edition: str) -> Site:
        """Return the site of an edition in the archive."""
        row = EDITIONS[edition]
        return Site(row, self.origins().get(edition, row.origin))

    def last_version(self, article_id: str) -> int:
        """The highest version number of an article; captures older than the newest version have numbers too."""
        return int(self._rows("SELECT coalesce(max(version), 0) FROM lines WHERE id = ?", article_id)[0][0])

    @retried
    def record_no_article(self, edition: str, key: str, parser: str, *, doubted: bool = False) -> None:
        """Record that this parser reads no article at an address. If `doubted`, this counts only after a day."""
        with self._change() as db:
            if doubted and not self._doubt(edition, key, None):
                return
            db.execute(
                "INSERT INTO addresses (edition, key, parser, checked) VALUES (?, ?, ?, ?) ON CONFLICT (edition, key)"
                " DO UPDATE SET parser = excluded.parser, checked = excluded.checked WHERE addresses.article IS NULL",
                (edition, key, parser, now()),
            )

    @retried
    def record_alias(self, edition: str, key: str, article_id: str) -> None:
        """Record another address of a known article."""
        with self._change() as db:
            db.execute(
                f"INSERT INTO addresses (edition, key, article) SELECT ?, ?, n FROM articles WHERE id = ? {_REPLACE}",
                (edition, key, article_id),
            )

    @retried
    def record_same(self, known: Known, *, lastmod: int | None = None, source: str | None = None) -> Article | None:
        """Record that an article is unchanged according to the site. Returns it if it was gone: it is back."""
        with self._change() as db:
            db.execute(
                "UPDATE articles SET checked = ?, gone = NULL, lastmod = coalesce(?, lastmod),"
                " source = coalesce(?, source) WHERE n = ?",
                (now(), lastmod, source, known.n),
            )
            if not known.gone:
                return None
            return self._removed(known, None)

    @retried
    def record_lastmod(self, known: Known, lastmod: int, source: str) -> None:
        """Record the sitemap of an article that was found without one."""
        with self._change() as db:
            db.execute("UPDATE articles SET lastmod = ?, source = ? WHERE n = ?", (lastmod, source, known.n))

    @retried
    def record_listed(self, known: Known, listed: frozenset[str]) -> None:
        """Record further listings that contain a known article."""
        marks = {*known.listed.split(), *listed}
        if len(marks) > len(known.listed.split()):
            with self._change() as db:
                db.execute("UPDATE articles SET listed = ? WHERE n = ?", (" ".join(sorted(marks)), known.n))

    @retried
    def record_gone(self, known: Known, lastmod: int | None = None) -> Article | None:
        """Record that an article is gone. Returns it the first time; the time is kept."""
        with self._change():
            return self._mark_gone(known, lastmod)

    def _mark_gone(self, known: Known, lastmod: int | None = None) -> Article | None:
        """Record in the caller's transaction that an article is gone, as `record_gone` does."""
        moment = now()
        self._db.execute(
            "UPDATE articles SET gone = coalesce(gone, ?), checked = ?, lastmod = coalesce(?, lastmod) WHERE n = ?",
            (moment, moment, lastmod, known.n),
        )
        return None if known.gone else self._removed(known, moment)

    def _removed(self, known: Known, gone: int | None) -> Article | None:
        """Return a line that reports an article as gone or back, or None if its own line is damaged."""
        line = self.line(known.id, known.version)
        return removed(article_from(line), self._add_removal(known.n, gone), gone) if line else None

    def gone(self, since: int) -> list[tuple[int, str, str]]:
        """Return (time, id, address) of the articles gone since a time and not back, oldest first."""
        return self._rows("SELECT gone, id, url FROM articles WHERE gone >= ? ORDER BY gone, n", since)


def text_hash(article: Article) -> int | None:
    """Return a hash shared by articles with the same text, None for an article without text."""
    if not article.articleBody:
        return None
    return int.from_bytes(sha256(article.articleBody.encode("utf-8", "surrogatepass")).digest()[:8], signed=True)


def _verdict(known: Known, former: Article | None, article: Article, visit: Visit) -> tuple[str, list[str]]:
    """Return the verdict on a known article, and the content fields that differ.

    Another parser may read the same page differently. This counts as a change of the article only if the site also
    reports a change since: another modification time, or a later one in the sitemap.
    """
    if former is None:  # its line is damaged: overwrite it; this is a new version only if the article has changed
        return ("reread" if known.hash == article.contentHash else "changed"), []
    reread = known.parser != article.metadata.parserVersion
    changed = [] if known.hash == article.contentHash else changed_fields(former, article)
    touched = seconds(article.dateModified) != known.modified or (visit.lastmod or 0) > min(
        known.lastmod or known.checked, known.checked
    )
    if changed and (touched or not reread):
        return "changed", changed
    return "reread" if reread else "unchanged", changed


def mark_of(name: str) -> bytes:
    """Return the hash that is kept of a forgotten id or address (`edition key`)."""
    return sha256(name.encode()).digest()
