"""Stores what crawls found: articles, all their versions, bulletins, tag addresses, months, crawls.

The archive is also the outbox of the feeds. A *line* is what feeds contain: a version of an article, or a bulletin. A
line is recorded in one transaction with the article's row, as not yet delivered, and marked as delivered when a feed
that contains it was stored. All times are UTC seconds since 1970.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager

from mayadeen.archive.articles import Held, Known, mark_of
from mayadeen.archive.captures import Captures
from mayadeen.archive.database import Place, retried
from mayadeen.archive.store import DAY, PORTION, now, seconds
from mayadeen.site.address import Site, dedupe_key, is_internal
from mayadeen.site.edition import EDITIONS

__all__ = ["DAY", "PORTION", "Archive", "Held", "Known", "addresses_of", "locate", "now", "open_held", "seconds"]


class Archive(Captures):
    """Articles, lines, tags, months, captures, and forgotten addresses. Each method is one transaction."""

    def tags(self, edition: str, slugs: Iterable[str]) -> dict[str, str]:
        """Return tag -> address of its listing ("" without one), for those of some tags that an earlier crawl found."""
        found: dict[str, str] = {}
        for slug in slugs:
            found.update(self._rows("SELECT slug, url FROM tags WHERE edition = ? AND slug = ?", edition, slug))
        return found

    def coverages(self, edition: str) -> dict[str, str]:
        """Return slug -> address of the coverages seen by earlier crawls."""
        rows = self._rows("SELECT slug, url FROM tags WHERE edition = ? AND slug LIKE 'coverage:%'", edition)
        return {slug.removeprefix("coverage:"): url for slug, url in rows}

    def record_coverage(self, edition: str, slug: str, url: str) -> None:
        """Record a coverage."""
        self.record_tag(edition, f"coverage:{slug}", url)

    @retried
    def record_tag(self, edition: str, slug: str, url: str) -> None:
        """Record a tag with the address of its listing, "" if it has none."""
        with self._change() as db:
            db.execute(
                "INSERT INTO tags VALUES (?, ?, ?) ON CONFLICT (edition, slug) DO UPDATE SET url = excluded.url"
                " WHERE excluded.url > ''",
                (edition, slug, url),
            )

    def month_complete(self, edition: str, url: str, bounds: str) -> int | None:
        """Return when the sitemap of a past month was read of which all articles, within some bounds or all, are
        archived; None without one.
        """
        return self._complete("months", edition, url, bounds)

    def record_month(self, edition: str, url: str, bounds: str, read: int) -> None:
        """Record that all articles of a past month are archived. `read`: when its sitemap was read, UTC seconds."""
        self._record_complete("months", edition, url, bounds, read)

    def listing_complete(self, edition: str, url: str, bounds: str) -> int | None:
        """Return when a listing was read to its end with all its articles archived, within some bounds or all."""
        return self._complete("listings", edition, url, bounds)

    def record_listing(self, edition: str, url: str, bounds: str) -> None:
        """Record that a listing was read to its end and all its articles are archived."""
        self._record_complete("listings", edition, url, bounds, now())

    def _complete(self, table: str, edition: str, url: str, bounds: str) -> int | None:
        query = f"SELECT max(complete) FROM {table} WHERE edition = ? AND url = ? AND bounds IN ('', ?)"
        rows = self._rows(query, edition, url, bounds)
        return rows[0][0] if rows else None

    @retried
    def _record_complete(self, table: str, edition: str, url: str, bounds: str, moment: int) -> None:
        with self._change() as db:
            db.execute(
                f"INSERT INTO {table} VALUES (?, ?, ?, ?) ON CONFLICT (edition, url, bounds)"
                " DO UPDATE SET complete = excluded.complete",
                (edition, url, bounds, moment),
            )

    def is_forgotten(self, *names: str) -> bool:
        """Return whether one of some ids or addresses (`edition key`) must not be fetched or recorded again."""
        return bool(self.forgotten(names))

    def erasing(self) -> AbstractContextManager[None]:
        """Context for `forget`. At its end no file contains the deleted rows.

        Raises ArchiveError if another program reads an earlier state of an SQLite file for longer than `patience`:
        before the block, or, if it began to read meanwhile, after it.
        """
        return self._database.erasing()

    @retried
    def forget(self, article_id: str | None, names: Sequence[str]) -> tuple[int, int]:
        """Erase an article permanently, and only remember not to fetch it. Call it in a block of `erasing`.

        Returns (number of erased versions, number of lines of other articles from which a related link to it was
        removed). `names`: ids and addresses (`edition key`) to reject from now on.
        """
        with self._change() as db:
            marks = list(names)
            versions = 0
            if article_id:
                marks.append(article_id)
                own = "SELECT n FROM articles WHERE id = ?"
                rows = db.execute(f"SELECT edition, key FROM addresses WHERE article = ({own})", (article_id,))
                marks += [f"{edition} {key}" for edition, key in rows.fetchall()]
                db.execute(f"DELETE FROM addresses WHERE article = ({own})", (article_id,))
                for (number,) in db.execute(own, (article_id,)).fetchall():
                    self._unsign(number)
                db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
                versions = db.execute("DELETE FROM lines WHERE id = ?", (article_id,)).rowcount
                db.execute("DELETE FROM removals WHERE id = ?", (article_id,))
                db.execute("DELETE FROM captures WHERE id = ?", (article_id,))
            unlinked = self._unlink(marks, article_id)
            for edition, _, key in (mark.partition(" ") for mark in marks if " " in mark):
                db.execute("DELETE FROM doubts WHERE edition = ? AND key = ?", (edition, key))
                db.execute("DELETE FROM addresses WHERE edition = ? AND key = ?", (edition, key))
                db.execute("DELETE FROM captures WHERE edition = ? AND key = ?", (edition, key))
            db.executemany(
                "INSERT INTO forgotten VALUES (?) ON CONFLICT DO NOTHING", [(mark_of(name),) for name in marks]
            )
        return versions, unlinked

    def _unlink(self, names: Iterable[str], article_id: str | None) -> int:
        """Remove related links to some addresses (`edition key`), and the id, from all lines. Returns how many had such
        a link.
        """
        keys = {edition: set[str]() for edition in EDITIONS}
        for edition, _, key in (name.partition(" ") for name in names if " " in name):
            keys[edition].add(key)
        origins, unlinked = self.origins(), 0
        for edition, wanted in keys.items():
            site = Site(EDITIONS[edition], origins.get(edition, EDITIONS[edition].origin))
            own_edition = (article_id or "").startswith(f"{edition}:")
            needles = [key.encode() for key in wanted] + [f'"{article_id}"'.encode()] * own_edition
            for number, line in self.lines_with(edition, needles) if needles else ():
                kept = [link for link in line["relatedLinks"] if dedupe_key(link["url"], site) not in wanted]
                similar = line.get("nearDuplicates", [])
                others = [each for each in similar if each != article_id]
                unlinked += len(kept) < len(line["relatedLinks"])
                if (kept, others) != (line["relatedLinks"], similar):
                    self.rewrite(number, line | {"relatedLinks": kept, "nearDuplicates": others})
        return unlinked


def open_held(place: Place, patience: float) -> Archive:
    """Open an existing archive for a command. Raises NoArchive if there is none."""
    return Archive(place, patience=patience, create=False)


def locate(archive: Archive, name: str) -> Known | None:
    """Return the article with an id or an address."""
    found = (archive.find(*each.split(" ", 1)) for each in addresses_of(archive, name) if " " in each)
    return archive.get(name) or next(filter(None, found), None)


def addresses_of(archive: Archive, name: str) -> list[str]:
    """Return the names for `is_forgotten` of an id (itself) or an address of the site (`edition key`)."""
    if "://" not in name:
        return [name] if re.fullmatch(r"[a-z]{2}:(u-[0-9a-f]{16}|[0-9]+)", name) else []
    sites = [Site(EDITIONS[edition], origin) for edition, origin in archive.origins().items() if edition in EDITIONS]
    return [f"{site.edition.code} {dedupe_key(name, site)}" for site in sites if is_internal(name, site)]
