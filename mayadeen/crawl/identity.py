"""Identifies the article of a page: its id, from what the page states and what the archive contains."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mayadeen.archive import Known
from mayadeen.crawl.session import Session
from mayadeen.extract.cleaning import clean_article
from mayadeen.items import Article, Visit
from mayadeen.site.address import dedupe_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The id of a page, and what is wrong with the id that the page states."""

    id: str
    certain: bool = False
    """Whether the archive determined the id, not the page."""
    made: bool = False
    """Whether a new id was created because the page states the id of another article."""
    claimed: Known | None = None
    """The article at another address whose id the page states wrongly."""
    unproven: Known | None = None
    """The article at another address that the page may be after an edit and a move, if the site has not confirmed the
    move.
    """

    @property
    def to_ask(self) -> Known | None:
        """The article whose own address must be requested to decide, or None if nothing is open."""
        return self.claimed if self.made else None


def identify(session: Session, article: Article, visit: Visit) -> Identity:
    """Return the id of an article that was read.

    An article keeps its id at its own address, which is the one where it was last read. A page at another address is
    the same article if its content is the same; or if the own address redirects to it and it states the post id; or if
    half of its lines or its headline are the same and the own address redirects to it or no longer has the article. A
    page that states the id of another article gets its own new id.
    """
    archive, edition = session.archive, article.edition
    key = dedupe_key(article.url, session.site)
    without_post_id = ":u-" in article.id
    there = archive.get(article.id)
    # The article whose own address was requested and redirected here.
    moved_from = _at_home(session, edition, visit.address.key) if visit.address.key != key else None
    if there and moved_from == there and not without_post_id:
        return Identity(id=there.id)
    claimed = unproven = None
    if there and dedupe_key(there.url, session.site) != key and there.hash != _content_hash(article):
        alike = _is_alike(archive.line(there.id, there.version), article)
        if not (alike and (moved_from == there or there.gone or there.id in session.vacant)):
            claimed, unproven = there, there if alike else None
    here = _at_home(session, edition, key)
    # With a post id, another article may have replaced it at this address; without one, they cannot be distinguished.
    if here and (without_post_id or _is_alike(archive.line(here.id, here.version), article)):
        return Identity(id=here.id, certain=True, claimed=claimed)
    if claimed:
        own = f"{edition}:u-{sha256((article.url + '#').encode()).hexdigest()[:16]}"
        return Identity(id=own, certain=True, made=True, claimed=claimed, unproven=unproven)
    unknown = there is None and without_post_id and not visit.temporary
    if (
        unknown
        and moved_from
        and ":u-" in moved_from.id
        and _is_alike(archive.line(moved_from.id, moved_from.version), article)
    ):
        return Identity(id=moved_from.id, certain=True)
    return Identity(id=article.id)


def _at_home(session: Session, edition: str, key: str) -> Known | None:
    """Return the article at its own address."""
    known = session.archive.find(edition, key)
    return known if known and dedupe_key(known.url, session.site) == key else None


def _content_hash(article: Article) -> str | None:
    """Return the content hash of the article after cleaning: pages are also compared before they are cleaned."""
    if article.contentHash is None:
        article = deepcopy(article)
        clean_article(article)
    return article.contentHash


def _is_alike(line: dict[str, Any], article: Article) -> bool:
    """Return whether an article shares half of its lines, or its headline, with a recorded one."""
    one, other = (set(text.split("\n")) if text else set() for text in (line.get("articleBody"), article.articleBody))
    return line.get("headline") == article.headline or 0 < min(len(one), len(other)) <= 2 * len(one & other)
