"""The facts of one article that the report counts. They are small and do not contain its text."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import msgspec

from mayadeen.archive.reading import Held, Recorded
from mayadeen.items import Author, NamedLink
from mayadeen.site.address import Site, dedupe_key
from mayadeen.site.text import without_invisible

FIELDS = (
    "headline", "datePublished", "articleBody", "description", "section", "tags", "authors", "sources",
    "mainImage", "videos", "links", "relatedLinks",
)  # fmt: skip
"""Fields whose coverage is shown."""
_LONGEST = 80
"""Maximum number of characters of a name."""


class Edit(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A version after the first."""

    version: int
    recorded: int
    """When it was recorded, UTC seconds."""
    late: int | None
    """Seconds from publication to the edit: its stated time, else when it was seen. None without a date."""
    fields: list[str]
    """The changed fields."""


class Facts(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One article, in its newest version unless stated otherwise."""

    n: int
    """Its number in the archive."""
    day: str
    """Publication day in Beirut as stated by the page: `2024-04-20`; "" without one."""
    hour: int
    section: str
    tags: list[str]
    authors: list[str]
    sources: list[str]
    filled: int
    """One bit for each of FIELDS."""
    own: int
    """64 bits of a hash of its address."""
    related: list[int]
    """64 bits of a hash of the address of each article that its related links lead to."""
    edits: list[Edit]
    gone: bool
    near: int
    """Number of earlier articles with nearly the same text."""


def facts_of(n: int, held: Held, site: Site) -> Facts:
    """Return the facts of an article with at least one version."""
    newest = held.versions[-1].article
    published = datetime.fromisoformat(newest.datePublished) if newest.datePublished else None
    own = _mark(newest.canonicalUrl, site)
    return Facts(
        n,
        published.date().isoformat() if published else "",
        published.hour if published else 0,
        _name(newest.section or ""),
        _names(newest.tags),
        _names(newest.authors),
        _names(newest.sources),
        sum(bool(getattr(newest, name)) << at for at, name in enumerate(FIELDS)),
        own,
        [mark for mark in dict.fromkeys(_mark(link.url, site) for link in newest.relatedLinks) if mark != own],
        [
            Edit(after.article.version, after.recorded, _late(before, after), after.article.changedFields)
            for before, after in pairwise(held.versions)
        ],
        newest.metadata.gone is not None,
        len(newest.nearDuplicates),
    )


def _names(parts: list[NamedLink] | list[Author]) -> list[str]:
    return list(dict.fromkeys(_name(part.name) for part in parts))


def _name(name: str) -> str:
    return without_invisible(name[: 10 * _LONGEST], lines=False)[:_LONGEST]


@lru_cache(maxsize=50_000)
def _mark(url: str, site: Site) -> int:
    """Return a number for an address. Cached, because the same related links are on many pages."""
    return int.from_bytes(blake2b(dedupe_key(url, site).encode(errors="replace"), digest_size=8).digest(), signed=True)


def _late(before: Recorded, after: Recorded) -> int | None:
    stated = after.article.dateModified
    if after.article.datePublished is None:
        return None
    published = datetime.fromisoformat(after.article.datePublished).timestamp()
    if stated and stated != before.article.dateModified:
        modified = datetime.fromisoformat(stated).timestamp()
        if published < modified <= after.recorded:
            return int(modified - published)
    return max(0, int(after.recorded - published))
