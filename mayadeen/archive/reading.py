"""Reads the whole archive article by article, also while a crawl is writing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mayadeen.archive.articles import Articles, Known
from mayadeen.archive.lines import removed, unpack_article, unpack_bulletin
from mayadeen.archive.store import seconds
from mayadeen.items import Article, Bulletin


@dataclass(frozen=True, slots=True)
class Recorded:
    """A version of an article, and when it was recorded."""

    recorded: int
    """UTC seconds; for a capture, the time of capture."""
    article: Article


@dataclass(frozen=True, slots=True)
class Held:
    """An article in the archive."""

    versions: list[Recorded]
    """By the time they were seen, or only the newest."""
    listed: frozenset[str]
    """Labels of the listings that contained it: `tag:syria`."""
    damaged: int
    """Number of versions whose rows cannot be read. The log lists them."""


@dataclass(frozen=True, slots=True)
class PastCrawl:
    """A crawl recorded in the archive."""

    n: int
    spider: str
    edition: str
    shard: str
    """Shard of the edition, `1/3`; "" for the whole edition."""
    started: int
    ended: int | None
    """UTC seconds; None if it is running or was killed."""
    reason: str | None
    tally: dict[str, Any]
    """The argument `tally` of `Store.end`."""

    @property
    def name(self) -> str:
        """Spider, with the shard if there is one: `articles 1/3`."""
        return f"{self.spider} {self.shard}".rstrip()


def count_articles(archive: Articles, edition: str) -> int:
    """Return the number of articles of an edition, including those that are gone."""
    return int(archive._rows("SELECT count(*) FROM articles WHERE edition = ?", edition)[0][0])


def read_archive(archive: Articles, edition: str, *, all_versions: bool = False) -> Iterator[Held]:
    """Yield the articles of an edition in the order of their first record.

    `metadata.gone` is set on the newest version of an article that is gone from the site.
    """
    last = 0
    while rows := archive.articles(edition, after=last):
        last = rows[-1].n
        for known in rows:
            yield read_held(archive, known, all_versions=all_versions)


def read_held(archive: Articles, known: Known, *, all_versions: bool = False) -> Held:
    """Return one article with its newest version, or with all; see `read_archive`."""
    rows = archive._rows(
        "SELECT version, recorded, json FROM lines WHERE id = ? AND (? OR version = ?) ORDER BY version",
        known.id,
        all_versions,
        known.version,
    )
    found = []
    for version, recorded, packed in rows:
        if article := unpack_article(packed, f"{known.id}, version {version},"):
            gone = known.gone and version == known.version
            captured = seconds(article.metadata.dateDownloaded) if article.metadata.captureUrl else None
            found.append(Recorded(captured or recorded, removed(article, None, known.gone) if gone else article))
    # Captures may have been read after newer pages. The current version comes last, because a capture may be from
    # between two checks that saw it.
    found.sort(
        key=lambda each: (each.article.version == known.version, seconds(each.article.metadata.dateDownloaded) or 0)
    )
    return Held(found, frozenset(known.listed.split()), len(rows) - len(found))


def article_numbered(archive: Articles, edition: str, number: int) -> Known | None:
    """Return the article with a number, or None if it was forgotten."""
    found = archive.articles(edition, after=number - 1, limit=1)
    return found[0] if found and found[0].n == number else None


def past_crawls(
    archive: Articles, limit: int, *, edition: str | None = None, spider: str | None = None
) -> list[PastCrawl]:
    """Return the latest crawls, oldest first; of one edition and spider if given."""
    rows = archive._rows(
        "SELECT n, spider, edition, shard, started, ended, reason, tally FROM crawls"
        " WHERE coalesce(:edition, edition) = edition AND coalesce(:spider, spider) = spider"
        " ORDER BY n DESC LIMIT :limit",
        {"edition": edition, "spider": spider, "limit": limit},
    )
    return [
        PastCrawl(n, spider, code, shard, started, ended, reason, json.loads(tally or "{}"))
        for n, spider, code, shard, started, ended, reason, tally in reversed(rows)
    ]


def count_forgotten(archive: Articles) -> int:
    """Return how many ids and addresses have been forgotten."""
    return int(archive._rows("SELECT count(*) FROM forgotten")[0][0])


@contextmanager
def nothing_forgotten_since(archive: Articles, count: int) -> Iterator[bool]:
    """Context whose value is whether `count_forgotten` is still `count`. It cannot change inside, because writers are
    locked out.
    """
    with archive._change():
        yield count_forgotten(archive) == count


def read_bulletins(archive: Articles, after: int = 0) -> list[tuple[int, Bulletin]]:
    """Return the bulletins after line number `after`, each with its line number."""
    rows = archive._rows("SELECT n, json FROM lines WHERE kind = 'bulletin' AND n > ? ORDER BY n", after)
    read = ((n, unpack_bulletin(packed, n)) for n, packed in rows)
    return [(n, bulletin) for n, bulletin in read if bulletin]


def read_states(archive: Articles) -> dict[str, str]:
    """Return id -> a value that changes whenever the archived article changes."""
    rows = archive._rows("SELECT id, version, hash, parser, gone FROM articles")
    older = older_captures(archive)
    return {row[0]: _state(row[1], row[2], row[3], row[4], older.get(row[0], 0)) for row in rows}


def state_of(archive: Articles, known: Known) -> str:
    """Return the value of one article in `read_states`, which changes whenever the archived article changes."""
    return _state(
        known.version, known.hash, known.parser, known.gone, older_captures(archive, known.id).get(known.id, 0)
    )


def older_captures(archive: Articles, article_id: str | None = None) -> dict[str, int]:
    """Return id -> number of versions read in captures older than the newest version, for all articles or for one."""
    query = "SELECT id, count(*) FROM captures WHERE outcome = 'older' AND id IS NOT NULL"
    if article_id is None:
        return dict(archive._rows(f"{query} GROUP BY id"))
    return dict(archive._rows(f"{query} AND id = ? GROUP BY id", article_id))


def _state(version: int, content: str | None, parser: str | None, gone: int | None, older: int) -> str:
    return f"{version} {content and content[:16]} {parser} {gone}" + (f" {older}" if older else "")


def fingerprint(archive: Articles) -> str:
    """Return a value that changes whenever `read_states` or `read_bulletins` may change. Much faster than these."""
    rows = archive._rows("SELECT count(*), max(n), sum(checked), (SELECT max(n) FROM lines) FROM articles")
    return " ".join(map(str, rows[0]))
