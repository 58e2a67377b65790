"""Reads what a page states outside its visible text, field by field, each from the first origin that states it.

Origins in order: the CMS's metadata tag, JSON-LD, meta tags, microdata. A broken or missing origin is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mayadeen.extract import linked_data as data
from mayadeen.extract.linked_data import MAX_STATED, Stated, address_of, plain
from mayadeen.extract.names import is_bare_role, names_in
from mayadeen.extract.page import Page
from mayadeen.site import dates
from mayadeen.site.address import canonical, is_internal, page_type, section
from mayadeen.site.text import comparison_key, normalize_label

_MAX_DATE = 100
"""Maximum number of characters of a date."""
_ZONE = re.compile(r"(?:\d[zZ]|[+-]\d\d:?\d\d|GMT|UTC)\W*$")
_ID = re.compile(r"[0-9]{1,18}")
_SECONDS = re.compile(r"0*[1-9][0-9]{0,6}")
_DURATION = re.compile(r"P(?:\d+D)?(?:T[0-9HMS.]+)?")


class Field(NamedTuple):
    """The names of a field in each origin, separated by spaces."""

    record: str
    json_ld: str = ""
    meta: str = ""
    microdata: str = ""


_TITLES = ("og:title", "twitter:title", "title")
_POST_ID = Field("postid postId", meta="postid")
_PARTS = re.compile(r"\s+[|–—-]\s+")
_DESCRIPTION = Field("description", "description", "og:description description")
_IMAGE = Field("thumbnail", "image thumbnailUrl", "og:image twitter:image")
_KEYWORDS = Field("keywords", "keywords", "article:tag")
_AUTHOR = Field("author", "author creator", "author article:author sailthru.author cxenseparse:author byl", "author")
PUBLISHED = Field(
    "published_time",
    "datePublished uploadDate",
    "article:published_time article:published:time date dc.date dc.date.issued parsely-pub-date pubdate publish-date",
    "datePublished",
)
MODIFIED = Field(
    "last_updated",
    "dateModified",
    "article:modified_time article:modified:time og:updated_time last-modified dc.date.modified",
    "dateModified",
)


def _stated(page: Page, field: Field) -> Iterator[tuple[str, Any]]:
    """Yield (origin, value) of a field, best first. A value may be a list and of any type."""
    for name in field.record.split():
        yield "metadata", page.metadata.get(name)
    for each in data.documents_of_page(page):
        for name in field.json_ld.split():
            yield "json-ld", each.get(name)
    for name in field.meta.split():
        yield "meta", page.all_meta(name)
    for name in field.microdata.split():
        yield "meta", data.microdata(page, name)


def _each(page: Page, field: Field) -> Iterator[tuple[str, Any]]:
    """Yield (origin, value) of a field, best first, with the values of a list one by one."""
    for origin, value in _stated(page, field):
        for one in value[:MAX_STATED] if isinstance(value, list) else [value]:
            yield origin, one


def _first(stated: Iterable[tuple[str, Any]], read: Callable[[Any], Any]) -> Stated | None:
    """Return the first value that can be read."""
    return next((Stated(value, origin) for origin, raw in stated if (value := read(raw))), None)


def is_stated_article(page: Page) -> bool | None:
    """Return whether the page states that it is an article, None if it does not say."""
    sort = str(page.metadata.get("type") or "").lower()
    if sort:
        of_pages = map(normalize_label, page.site.edition.page_types)
        return sort != "page" and normalize_label(classes(page).get("posttype", "")) not in of_pages
    og = page.meta.get("og:type", "").lower()
    stated = data.documents(page) or og.startswith(("article", "video")) or "article:published_time" in page.meta
    return True if stated else None


def headline_candidates(page: Page) -> list[Stated]:
    """Return all stated titles without the site's name, best first and each once."""
    stated = [("json-ld", data.title_of(each)) for each in data.documents(page)]
    stated += [("meta", plain(each)) for name in _TITLES for each in page.all_meta(name)[:MAX_STATED]]
    stated += [("title", page.title)]
    names = data.site_names(page)
    cut = [(origin, page.without_suffix(title, *names)) for origin, title in stated]
    cut += [("title", max(_PARTS.split(page.title), key=len))]  # the page states no name of the site
    found: dict[str, Stated] = {}
    for origin, title in (("metadata", plain(page.metadata.get("title"))), *cut):
        if title:
            found.setdefault(comparison_key(title) or title, Stated(title, origin))
    return list(found.values())


def description(page: Page) -> Stated | None:
    """Return the stated standfirst."""
    return _first(_each(page, _DESCRIPTION), plain)


def article_body(page: Page) -> str:
    """Return the articleBody of JSON-LD, which is used to check the printed text; "" if it has none."""
    return plain(data.article_ld(page).get("articleBody"))


def when(page: Page, field: Field) -> Stated | None:
    """Return (instant, string) of a date: the first string, and the first instant that can be parsed or None."""
    stated = [(origin, raw.strip()) for origin, raw in _each(page, field) if isinstance(raw, str)]
    strings = [(origin, raw) for origin, raw in stated if 0 < len(raw) <= _MAX_DATE]
    for origin, raw in strings:
        moment = dates.parse_stated(raw, naive=dates.BEIRUT if origin == "metadata" else None)
        if moment is not None:
            # Another origin may state the same time with a time zone.
            same = [] if _ZONE.search(raw) else [each for _, each in strings if _digits(each).startswith(_digits(raw))]
            zoned = map(dates.parse_stated, filter(_ZONE.search, same))
            return Stated((next(filter(None, zoned), moment), strings[0][1]), origin)
    return Stated((None, strings[0][1]), strings[0][0]) if strings else None


def _digits(date: str) -> str:
    return re.sub(r"\D", "", date)[:14]


def authors(page: Page) -> Stated | None:
    """Return [(line of names, address or None)]. It is weak if it only names an organisation, the site or a desk."""
    weak: Stated | None = None
    for origin, value in _stated(page, _AUTHOR):
        # A value that names nobody (an address, a number) is not an author.
        found = [each for each in data.named(value, page) if names_in(each.name, page.site.edition)]
        others = [each for each in found if not _is_house(each, page)]
        if any(not each.group for each in others) or (found and origin == "metadata"):
            return Stated([(each.name, each.url) for each in others or found], origin)
        if found and weak is None:
            weak = Stated([(each.name, each.url) for each in found], origin, weak=True)
    return weak


def _is_house(author: data.Named, page: Page) -> bool:
    """Return whether an author is the site itself or a desk, by name or address."""
    edition, host = page.site.edition, urlsplit(page.url).hostname or ""
    domain = ".".join(host.split(".")[-2:])
    own = (*data.site_names(page), edition.publisher, *edition.title_suffixes, host, domain, domain.partition(".")[0])
    name, *houses = (comparison_key(each).replace(" ", "") for each in (author.name, *own))
    desk = is_bare_role(author.name, edition) or is_bare_role(
        (author.url or "").rstrip("/").rpartition("/")[2], edition
    )
    return desk or name in houses or ("." in domain and domain in author.name.lower())


def keywords(page: Page) -> Stated | None:
    """Return the stated tags, each once."""
    metas = [("meta", page.meta.get(name)) for name in ("keywords", "news_keywords")]
    return _first(chain(_stated(page, _KEYWORDS), metas), _split)


def _split(value: Any) -> list[str]:
    """Return the tags of a list, or of a comma-separated string."""
    parts = value if isinstance(value, list) else re.split("[,،]", value) if isinstance(value, str) else []
    found: dict[str, str] = {}
    for name in filter(None, map(plain, parts[:MAX_STATED])):
        found.setdefault(comparison_key(name) or name, name)
    return list(found.values())


def classes(page: Page) -> dict[str, str]:
    """Return the CMS's classes by their mapping: posttype, category, country, coverage, author."""
    rows = reversed(_rows(page.metadata.get("classes")))
    found = {str(row.get("mapping") or row.get("key")): plain(row.get("value")) for row in rows}
    return {name: value for name, value in found.items() if value}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [each for each in value[:MAX_STATED] if isinstance(each, dict)] if isinstance(value, list) else []


def post_id(page: Page) -> Stated | None:
    """Return the CMS's id, only digits."""
    return _first(_each(page, _POST_ID), lambda value: plain(value) if _ID.fullmatch(plain(value)) else "")


def canonical_url(page: Page) -> Stated:
    """Return the canonical address: the first stated one that may be an article of this site, else the fetched one."""
    linked = Stated(address_of(data.article_ld(page).get("url"), page), "json-ld")
    for target in (*data.own_addresses(page), linked):
        url = target.value
        if url and is_internal(url, page.site) and page_type(url, page.site) in ("article", "unknown"):
            return target
    return Stated(canonical(page.url, page.site), "address")


def article_type(page: Page, url: str) -> Stated:
    """Return the article type (news, opinion, ...) from the address, else from the CMS's post type."""
    edition = page.site.edition
    for part in reversed(url.removeprefix(page.site.origin).strip("/").lower().split("/")[:-1]):
        if part in edition.article_types:
            return Stated(edition.article_types[part], "address")
    post_type = normalize_label(classes(page).get("posttype", ""))
    for name, sort in edition.post_types.items():
        if normalize_label(name) == post_type:
            return Stated(sort, "metadata")
    if data.is_stated_video(page):
        return Stated("video", "metadata" if page.metadata.get("type") else "meta")
    return Stated("news", "default")


def section_slug(page: Page, url: str) -> Stated | None:
    """Return the section slug in the address."""
    found = section(url, page.site) or section(page.url, page.site)
    return Stated(found, "address") if found else None


def image(page: Page) -> Stated | None:
    """Return the absolute address of the main picture."""

    def address(value: Any) -> str | None:
        return address_of(value.get("url") or value.get("contentUrl") if isinstance(value, dict) else value, page)

    return _first(_each(page, _IMAGE), address)


def video(page: Page) -> Stated | None:
    """Return (address, player, ISO 8601 duration) of the page's own video, each may be None."""
    ld = page.json_ld_of("VideoObject")
    url = address_of(ld.get("contentUrl"), page) or address_of(page.meta.get("og:video"), page)
    embed = address_of(ld.get("embedUrl"), page)
    seconds, duration = plain(page.metadata.get("video_duration")), plain(ld.get("duration"))
    if _SECONDS.fullmatch(seconds):
        duration = _iso_duration(int(seconds))
    found = (url, embed, duration if _DURATION.fullmatch(duration) else None)
    return Stated(found, "metadata" if seconds else "json-ld") if any(found) else None


def _iso_duration(seconds: int) -> str:
    """Return a duration in ISO 8601: 2840 -> `PT47M20S`."""
    units = ((seconds // 3600, "H"), (seconds // 60 % 60, "M"), (seconds % 60, "S"))
    return "PT" + "".join(f"{number}{unit}" for number, unit in units if number)


def breadcrumbs(page: Page) -> list[tuple[str, str | None]]:
    """Return (name, address) of each step of a JSON-LD BreadcrumbList."""
    found = []
    for each in _rows(page.json_ld_of("BreadcrumbList").get("itemListElement")):
        item = each.get("item")
        inner = item if isinstance(item, dict) else {}
        if name := plain(each.get("name")) or plain(inner.get("name")):
            found.append((name, address_of(inner.get("@id") or inner.get("url") or item, page)))
    return found
