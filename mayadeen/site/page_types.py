"""Guesses the type of a page (article, section, tag, ...) and its section from the path of its address."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from mayadeen.site.edition import KINDS, Edition

_FILE = re.compile(r"(?i:\.(?:jpe?g|png|gif|webp|avif|svg|ico|mp[34]|m4[av]|webm|m3u8|pdf|docx?|zip|css|js|json))$")
_TAGGED = re.compile("(?:^|&)(?:tags?|topics?|etiquetas?)=[^&]")
_SEARCH = re.compile("(?:^|&)(?:q|s|search)=")
PAGE_NUMBER = re.compile(r"(?:/page)?/\d{1,4}$")
"""The page number at the end of a listing's path."""
_NAME = re.compile("[a-z][a-z0-9_-]{0,24}")  # names of sections in addresses, in all editions


def is_file(path: str) -> bool:
    """Return whether a path ends like that of a picture, a video or a document."""
    return _FILE.search(path) is not None


def type_and_section(path: str, query: str, edition: Edition) -> tuple[str, str | None]:
    """Return (page type, section) of an address of the site. `path` and `query`: of its normal form, in lower case."""
    if query and _TAGGED.search(query):
        return "tag", None
    if path == "/":
        return "search" if _SEARCH.search(query) else "home", None
    listings = _listings(edition)
    segments = path.split("/")[1:]
    above, _, last = path.rpartition("/")
    if above in listings and ("%" in last or "-" in last) and "." not in last and segments[0] not in KINDS:
        return ("article", segments[-2]) if path not in listings else listings[path]  # nearly all addresses
    listed = listings.get(path) or listings.get(PAGE_NUMBER.sub("", path))
    if listed:
        return listed
    named = _kind_of(segments)
    if named:
        return named, segments[-1] if named in ("region", "section") else None
    return _article(segments, listings)


@lru_cache
def _listings(edition: Edition) -> dict[str, tuple[str, str]]:
    """Return the path of each listing in the edition's data -> (page type, slug)."""
    return (
        {path: ("section", path.rpartition("/")[2]) for path in edition.listings}
        | {path: ("region", name) for name, path in edition.regions.items()}
        | {path: ("section", name) for name, path in edition.sections.items()}
    )


@lru_cache
def path_names(edition: Edition) -> frozenset[str]:
    """Return the path segments that are names of the site, not of an article. They are case-insensitive."""
    return frozenset(KINDS) | {name for path in _listings(edition) for name in path.split("/")[1:]}


def _kind_of(segments: list[str]) -> str | None:
    """Return the page type by words that mean the same in all editions, None if unknown."""
    first, last = segments[0], segments[-1]
    if last.endswith((".xml", ".xml.gz", ".rss")) or KINDS.get(last) == "feed":
        return "sitemap" if "sitemap" in first + last else "feed"
    if _FILE.search(last):
        return "media"
    named = KINDS.get(first)
    if named and len(segments) == 1:  # the list of all tags, authors, regions or bulletins
        return {"tag": "static", "author": "static", "region": "static", "bulletin": "section"}.get(named, named)
    return None if named in ("live", "static", "search") and _is_slug(last) else named


def _article(segments: list[str], listings: dict[str, tuple[str, str]]) -> tuple[str, str | None]:
    """Return (page type, section) of an address that is not a known listing. It is an article if its end looks like a
    slug.
    """
    ends = (end for end in range(len(segments) - 1, 0, -1) if "/" + "/".join(segments[:end]) in listings)
    known = next(ends, 0)
    words = [at for at, segment in enumerate(segments) if not segment.isdigit()]
    own = [at for at in words if at >= known]
    end = own[-1] if own else len(segments)
    parents = [segments[at] for at in words if at < end and (at < known or _NAME.fullmatch(segments[at]))]
    parent = parents[-1] if parents else None
    numbered = any(len(segment) > 4 and segment.isdigit() for segment in segments)
    if not own:
        return ("article" if numbered else "section"), parent
    if known:
        above = "/" + "/".join(segments[:known]) + "/"
        if len(segments) == known + 1 and segments[end].isalpha() and any(path.startswith(above) for path in listings):
            return "section", segments[end]  # an unknown subsection: article slugs there always have several words
        return "article", parent
    if len(segments) == 1:
        return ("article" if _is_slug(segments[0], words=4, length=25) else "unknown"), None
    return ("article", parent) if numbered or _is_slug(segments[end]) else ("unknown", None)


def _is_slug(segment: str, *, words: int = 3, length: int = 20) -> bool:
    """Return whether a path segment is long enough to be made from a headline."""
    text = unquote(segment)
    return len(text) >= length or len([word for word in text.split("-") if word]) >= words
