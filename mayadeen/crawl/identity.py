"""Which article a page is: the id that it states, against what the archive holds."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mayadeen.archive import Archive, Known
from mayadeen.items import Article
from mayadeen.site.address import Site, dedupe_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The id of a page, and what is wrong with the one that it states."""

    id: str
    certain: bool = False
    """Whether the archive has decided, and not what the page states of itself."""
    claimed: Known | None = None
    """The other article whose id the page states."""
    unproven: Known | None = None
    """The same, when the page may be that article under a new address; the site has not said that it moved."""


def identify(archive: Archive, article: Article, asked: str, site: Site) -> Identity:
    """The id of an article that was read; `asked`: the key of the address that was asked for, before redirects.

    An article keeps its id at its address. At another address an id counts when the text is the same, or when it is an
    edited one and the site says that the article moved: its old address leads here, or is gone. Otherwise the page gets
    an id of its own.
    """
    key = dedupe_key(article.url, site)
    here, there = archive.find(article.edition, key), archive.get(article.id)
    claimed = unproven = None
    if there and dedupe_key(there.url, site) != key and there.hash != article.contentHash:
        alike = _is_alike(archive.line(there.id, there.version), article)
        came_from = archive.find(article.edition, asked)
        moved = there.gone or any(known and known.n == there.n for known in (here, came_from))
        if not (alike and moved):
            claimed, unproven = there, there if alike else None
    held = here if here and dedupe_key(here.url, site) == key else None
    # With a post id, another article may have taken the address over; without one, nothing tells them apart.
    if held and (":u-" in article.id or _is_alike(archive.line(held.id, held.version), article)):
        return Identity(id=held.id, certain=True, claimed=claimed)
    if claimed is None:
        return Identity(id=article.id)
    own = f"{article.edition}:u-{sha256((article.url + '#').encode()).hexdigest()[:16]}"
    return Identity(id=own, certain=True, claimed=claimed, unproven=unproven)


def _is_alike(line: dict[str, Any], article: Article) -> bool:
    """Whether an article has half of its lines, or its headline, in common with a recorded one."""
    one, other = (set(text.split("\n")) if text else set() for text in (line.get("articleBody"), article.articleBody))
    return line.get("headline") == article.headline or 0 < min(len(one), len(other)) <= 2 * len(one & other)
