"""The archive as a whole: its articles one after the other, while a crawl may be writing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mayadeen.archive.articles import Articles, Known
from mayadeen.archive.lines import removed, unpack_article, unpack_bulletin
from mayadeen.items import Article, Bulletin


@dataclass(frozen=True, slots=True)
class Recorded:
    """A version of an article, and when it was recorded."""

    recorded: int
    """UTC seconds."""
    article: Article


@dataclass(frozen=True, slots=True)
class Held:
    """An article as the archive holds it."""

    versions: list[Recorded]
    """Oldest first, or the newest alone."""
    listed: frozenset[str]
    """What listed it: `tag:syria`."""
    damaged: int
    """Versions whose rows cannot be read; the log names them."""


@dataclass(frozen=True, slots=True)
class PastCrawl:
    """A crawl as the archive remembers it."""

    n: int
    spider: str
    edition: str
    started: int
    ended: int | None
    """UTC seconds; None of one that is running or was killed."""
    reason: str | None
    tally: dict[str, Any]
    """What `ArchiveFile.end` was given."""


def count_articles(archive: Articles, edition: str) -> int:
    """How many articles of an edition there are, gone ones among them."""
    return int(archive._rows("SELECT count(*) FROM articles WHERE edition = ?", edition)[0][0])


def read_archive(archive: Articles, edition: str, *, all_versions: bool = False) -> Iterator[Held]:
    """The articles of an edition, in the order in which they were first recorded.

    `metadata.gone` is set on the newest version of an article that the site no longer has.
    """
    last = 0
    while rows := archive.articles(edition, after=last):
        last = rows[-1].n
        for known in rows:
            yield read_held(archive, known, all_versions=all_versions)


def read_held(archive: Articles, known: Known, *, all_versions: bool = False) -> Held:
    """One article, with its newest version or all of them; see `read_archive`."""
    rows = archive._rows(
        "SELECT version, recorded, json FROM lines WHERE id = ? AND version >= ? ORDER BY version",
        known.id,
        1 if all_versions else known.version,
    )
    found = []
    for version, recorded, packed in rows:
        if article := unpack_article(packed, f"{known.id}, version {version},"):
            gone = known.gone and version == known.version
            found.append(Recorded(recorded, removed(article, None, known.gone) if gone else article))
    return Held(found, frozenset(known.listed.split()), len(rows) - len(found))


def article_numbered(archive: Articles, edition: str, number: int) -> Known | None:
    """The article with a number; None when it was forgotten."""
    found = archive.articles(edition, after=number - 1, limit=1)
    return found[0] if found and found[0].n == number else None


def past_crawls(
    archive: Articles, limit: int, *, edition: str | None = None, spider: str | None = None
) -> list[PastCrawl]:
    """The last crawls, of an edition and of a spider if they are given, oldest first."""
    rows = archive._rows(
        "SELECT n, spider, edition, started, ended, reason, tally FROM crawls"
        " WHERE coalesce(:edition, edition) = edition AND coalesce(:spider, spider) = spider"
        " ORDER BY n DESC LIMIT :limit",
        {"edition": edition, "spider": spider, "limit": limit},
    )
    return [
        PastCrawl(n, spider, code, started, ended, reason, json.loads(tally or "{}"))
        for n, spider, code, started, ended, reason, tally in reversed(rows)
    ]


def count_forgotten(archive: Articles) -> int:
    """How many ids and addresses were forgotten so far."""
    return int(archive._rows("SELECT count(*) FROM forgotten")[0][0])


@contextmanager
def nothing_forgotten_since(archive: Articles, count: int) -> Iterator[bool]:
    """Whether `count_forgotten` is still `count`; it stays so within the block, as nothing else can write."""
    with archive._change():
        yield count_forgotten(archive) == count


def read_bulletins(archive: Articles, after: int = 0) -> list[tuple[int, Bulletin]]:
    """The bulletins, each with the number of its line, from the one after number `after`."""
    rows = archive._rows("SELECT n, json FROM lines WHERE kind = 'bulletin' AND n > ? ORDER BY n", after)
    read = ((n, unpack_bulletin(packed, n)) for n, packed in rows)
    return [(n, bulletin) for n, bulletin in read if bulletin]


def read_states(archive: Articles) -> dict[str, str]:
    """Id -> what differs whenever what is held of the article does."""
    rows = archive._rows("SELECT id, version, hash, parser, gone FROM articles")
    return {article_id: _state(*rest) for article_id, *rest in rows}


def state_of(known: Known) -> str:
    """The same of one article."""
    return _state(known.version, known.hash, known.parser, known.gone)


def _state(version: int, content: str | None, parser: str | None, gone: int | None) -> str:
    return f"{version} {content and content[:16]} {parser} {gone}"


def fingerprint(archive: Articles) -> str:
    """What differs whenever `read_states` or `read_bulletins` may; read in a fraction of their time."""
    rows = archive._rows("SELECT count(*), max(n), sum(checked), (SELECT max(n) FROM lines) FROM articles")
    return " ".join(map(str, rows[0]))
