"""Whether a page states what a reader sees: the fields of an article, by origin."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from mayadeen.extract.article import NotAnArticle, Reading, read_article
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.site.text import comparison_key

FIELDS = (
    "headline",
    "description",
    "articleBody",
    "datePublished",
    "dateModified",
    "authors",
    "sources",
    "section",
    "tags",
    "mainImage",
    "relatedLinks",
    "readingTime",
)
"""Fields that a page is expected to give, in the order of the table."""
_FACTS = 'script#tawsiyat-metadata, script[type="application/ld+json"], meta[content]'
_STATED = ("metadata", "json-ld", "meta")


def visible(page: Page, now: datetime) -> dict[str, Any]:
    """The fields as a reader sees them: of the page without what it states about itself."""
    tree = LexborHTMLParser(page.tree.html or "")
    for node in tree.css(_FACTS):
        node.decompose()
    try:
        return asdict(read_article(Page(tree.html or "", page.url, edition=page.site.edition.code), now).article)
    except (NotAnArticle, UnreadablePage):
        return {}


def fields_of(reading: Reading, seen: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By field: its origin ("" when missing), and of a stated one whether the visible page agrees (None: not seen)."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in asdict(reading.article).items():
        if name not in FIELDS:
            continue
        origin = "" if value in (None, []) else reading.origins.get(name, "visible")
        found[name] = {"origin": origin}
        if origin in _STATED:
            agrees = None if seen.get(name) in (None, []) else _gist(seen[name]) == _gist(value)
            found[name]["visible"] = agrees
            if agrees is False:
                found[name].update(stated=value, seen=seen[name])
    return found


def _gist(value: Any) -> Any:
    """What two readings of one field share when they mean the same."""
    if isinstance(value, list):
        return {comparison_key(str(each.get("name"))) if isinstance(each, dict) else each for each in value}
    if isinstance(value, dict):
        return str(value.get("url")).partition("?")[0]
    try:
        return datetime.fromisoformat(value).astimezone(UTC).replace(second=0, microsecond=0)
    except (TypeError, ValueError):
        return comparison_key(value) if isinstance(value, str) else value
