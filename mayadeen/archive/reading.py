"""The archive as a whole: its articles one after the other, while a crawl may be writing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mayadeen.archive.articles import Articles
from mayadeen.archive.lines import removed, unpack_article
from mayadeen.items import Article


@dataclass(frozen=True, slots=True)
class Held:
    """An article as the archive holds it."""

    versions: list[Article]
    """Oldest first, or the newest alone."""
    listed: frozenset[str]
    """What listed it: `tag:syria`."""
    damaged: int
    """Versions whose rows cannot be read; the log names them."""


def count_articles(archive: Articles, edition: str) -> int:
    """How many articles of an edition there are, gone ones among them."""
    return int(archive._rows("SELECT count(*) FROM articles WHERE edition = ?", edition)[0][0])


def read_archive(archive: Articles, edition: str, *, all_versions: bool = False) -> Iterator[Held]:
    """The articles of an edition, in the order in which they were first recorded.

    `metadata.gone` is set on the newest version of an article that the site no longer has.
    """
    query = "SELECT version, json FROM lines WHERE id = ? AND version >= ? ORDER BY version"
    last = 0
    while rows := archive.articles(edition, after=last):
        last = rows[-1].n
        for known in rows:
            rows_of = archive._rows(query, known.id, 1 if all_versions else known.version)
            found = []
            for version, packed in rows_of:
                if article := unpack_article(packed, f"{known.id}, version {version},"):
                    gone = known.gone and version == known.version
                    found.append(removed(article, None, known.gone) if gone else article)
            yield Held(found, frozenset(known.listed.split()), len(rows_of) - len(found))
