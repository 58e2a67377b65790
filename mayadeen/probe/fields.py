"""Compares the fields that a page states with those on the visible page."""

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
"""Fields that a page should have, in the order of the table."""
_FACTS = 'script#tawsiyat-metadata, script[type="application/ld+json"], meta[content]'
_STATED = ("metadata", "json-ld", "meta")


def visible(page: Page, now: datetime) -> dict[str, Any]:
    """Return the fields read from the visible page only."""
    tree = LexborHTMLParser(page.tree.html or "")
    for node in tree.css(_FACTS):
        node.decompose()
    try:
        return asdict(read_article(Page(tree.html or "", page.url, edition=page.site.edition.code), now).article)
    except (NotAnArticle, UnreadablePage):
        return {}


def fields_of(reading: Reading, seen: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return per field: its origin ("" if missing), and whether the visible page agrees with a stated one (None: not
    visible).
    """
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
    """Return a comparison key for a field."""
    if isinstance(value, list):
        return {comparison_key(str(each.get("name"))) if isinstance(each, dict) else each for each in value}
    if isinstance(value, dict):
        return str(value.get("url")).partition("?")[0]
    try:
        return datetime.fromisoformat(value).astimezone(UTC).replace(second=0, microsecond=0)
    except (TypeError, ValueError):
        return comparison_key(value) if isinstance(value, str) else value
