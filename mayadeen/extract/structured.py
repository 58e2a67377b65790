"""What a page states about itself outside its visible text, field by field, each from the first place that says it.

Places in order: the CMS's metadata tag, JSON-LD, meta tags. A broken or missing place is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from mayadeen.extract.page import Page
from mayadeen.site import dates
from mayadeen.site.address import canonical, is_internal, page_type, resolve, section
from mayadeen.site.text import clean, collapse_whitespace, comparison_key, normalize_label

_ARTICLE_TYPES = (
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "OpinionNewsArticle",
    "BlogPosting",
    "VideoObject",
    "ImageGallery",
)


MAX_NAMES = 500
"""Tags, authors or classes that a page may state; real ones state twenty. The rest is left."""
_MAX_NAME = 5000
"""Characters of a line of authors."""


class Stated(NamedTuple):
    """A value and where it was read."""

    value: Any
    origin: str


def _first(*places: tuple[str, Callable[[], Any]]) -> Stated | None:
    for origin, read in places:
        value = read()
        if value:
            return Stated(value, origin)
    return None


def _text(value: Any) -> str:
    """A string of a page's JSON as clean text; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return clean(collapse_whitespace(str(value)))


def article_ld(page: Page) -> dict[str, Any]:
    """The JSON-LD object of the article."""
    return page.json_ld_of(*_ARTICLE_TYPES)


def is_stated_article(page: Page) -> bool | None:
    """Whether the page calls itself an article; None when it does not say."""
    sort = str(page.metadata.get("type") or "").lower()
    if sort:
        return sort != "page" and normalize_label(classes(page).get("posttype", "")) not in set(
            map(normalize_label, page.site.edition.page_types)
        )
    if article_ld(page):
        return True
    og = page.meta.get("og:type", "").lower()
    if og.startswith(("article", "video")) or "article:published_time" in page.meta:
        return True
    return None


def headline(page: Page) -> Stated | None:
    """The stated title, without what the site adds to it."""
    return _first(
        ("metadata", lambda: _text(page.metadata.get("title"))),
        ("json-ld", lambda: _text(article_ld(page).get("headline") or article_ld(page).get("name"))),
        ("meta", lambda: page.without_suffix(_text(page.meta.get("og:title") or page.meta.get("title")))),
        ("title", lambda: clean(page.title)),
    )


def description(page: Page) -> Stated | None:
    """The stated standfirst."""
    return _first(
        ("metadata", lambda: _text(page.metadata.get("description"))),
        ("json-ld", lambda: _text(article_ld(page).get("description"))),
        ("meta", lambda: _text(page.meta.get("og:description") or page.meta.get("description"))),
    )


def states_description(page: Page) -> bool:
    """Whether the page says what its standfirst is, be it that it has none."""
    return "description" in page.metadata or "description" in article_ld(page)


class When(NamedTuple):
    """An instant, the string it was read from, and where that stood."""

    moment: datetime
    raw: str
    origin: str


def _when(*places: tuple[str, Any]) -> When | None:
    for origin, raw in places:
        if isinstance(raw, str) and raw.strip():
            naive = dates.BEIRUT if origin == "metadata" else None
            moment = dates.parse_iso(raw, naive=naive)
            if moment is not None:
                return When(moment, raw.strip(), origin)
    return None


def published(page: Page) -> When | None:
    """When it says it was published."""
    return _when(
        ("metadata", page.metadata.get("published_time")),
        ("json-ld", article_ld(page).get("datePublished") or article_ld(page).get("uploadDate")),
        ("meta", page.meta.get("article:published_time") or page.meta.get("datepublished")),
    )


def modified(page: Page) -> When | None:
    """When it says it was last changed."""
    return _when(
        ("metadata", page.metadata.get("last_updated")),
        ("json-ld", article_ld(page).get("dateModified")),
        ("meta", page.meta.get("article:modified_time") or page.meta.get("og:updated_time")),
    )


def _named(value: Any) -> Iterator[tuple[str, str | None]]:
    """(name, address) of the persons or organisations of a JSON-LD value."""
    for each in value[:MAX_NAMES] if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            for name, _ in _named(each.get("name")):
                url = each.get("url")
                yield name, url if isinstance(url, str) else None
        elif _text(each):
            yield _text(each)[:_MAX_NAME], None


def authors(page: Page) -> Stated | None:
    """[(name, address or None)]."""
    return _first(
        (
            "metadata",
            lambda: [(name, None) for name, _ in _named(page.metadata.get("author") or classes(page).get("author"))],
        ),
        ("json-ld", lambda: list(_named(article_ld(page).get("author")))),
        (
            "meta",
            lambda: [
                (name, None)
                for name, _ in _named(page.meta.get("author") or page.meta.get("article:author"))
                if "://" not in name
            ],
        ),
    )


def keywords(page: Page) -> Stated | None:
    """The stated tags, each once."""
    return _first(
        ("metadata", lambda: _split(page.metadata.get("keywords"))),
        ("json-ld", lambda: _split(article_ld(page).get("keywords"))),
        (
            "meta",
            lambda: _split(
                [*page.all_meta("article:tag")] or page.meta.get("keywords") or page.meta.get("news_keywords")
            ),
        ),
    )


def _split(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else re.split(r"[,،]", value) if isinstance(value, str) else []
    found: dict[str, str] = {}
    for part in parts[:MAX_NAMES]:
        name = _text(part)
        if name:
            found.setdefault(comparison_key(name) or name, name)
    return list(found.values())


def classes(page: Page) -> dict[str, str]:
    """The CMS's classes by their mapping: posttype, category, country, coverage, author."""
    found: dict[str, str] = {}
    listed = page.metadata.get("classes")
    for each in listed[:MAX_NAMES] if isinstance(listed, list) else []:
        if isinstance(each, dict) and _text(each.get("value")):
            found.setdefault(str(each.get("mapping") or each.get("key")), _text(each["value"]))
    return found


def post_id(page: Page) -> Stated | None:
    """The CMS's id, digits."""

    def digits(value: Any) -> str:
        text = _text(value)
        return text if re.fullmatch(r"[0-9]{1,18}", text) else ""

    return _first(
        ("metadata", lambda: digits(page.metadata.get("postid") or page.metadata.get("postId"))),
        ("meta", lambda: digits(page.meta.get("postid"))),
    )


def canonical_url(page: Page) -> Stated:
    """The article's one address: the stated one when it is of this site, else the one fetched."""
    link = page.tree.css_first('link[rel="canonical"]')
    for origin, value in (
        ("metadata", page.metadata.get("url")),
        ("link", link.attributes.get("href") if link is not None else None),
        ("meta", page.meta.get("og:url")),
        ("json-ld", article_ld(page).get("url")),
    ):
        if isinstance(value, str) and value.strip():
            target = resolve(value, page.url, page.site)
            if target and is_internal(target, page.site) and page_type(target, page.site) in ("article", "unknown"):
                return Stated(target, origin)
    return Stated(canonical(page.url, page.site), "address")


def article_type(page: Page, url: str) -> Stated:
    """news, opinion, ... by the address, then by the CMS's post type."""
    edition = page.site.edition
    for part in reversed(url.removeprefix(page.site.origin).strip("/").lower().split("/")[:-1]):
        if part in edition.article_types:
            return Stated(edition.article_types[part], "address")
    post_types = {normalize_label(name): sort for name, sort in edition.post_types.items()}
    post_type = post_types.get(normalize_label(classes(page).get("posttype", "")))
    if post_type:
        return Stated(post_type, "metadata")
    if str(page.metadata.get("type") or "").lower() == "videoobject":
        return Stated("video", "metadata")
    if article_ld(page).get("@type") == "VideoObject":
        return Stated("video", "json-ld")
    return Stated("news", "default")


def section_slug(page: Page, url: str) -> Stated | None:
    """Section slug of the address."""
    return _first(("address", lambda: section(url, page.site) or section(page.url, page.site)))


def image(page: Page) -> Stated | None:
    """Absolute address of the picture that stands for the article."""

    def one(value: Any) -> str | None:
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            value = value.get("url") or value.get("contentUrl")
        return resolve(value, page.url, page.site) if isinstance(value, str) and value.strip() else None

    return _first(
        ("metadata", lambda: one(page.metadata.get("thumbnail"))),
        ("json-ld", lambda: one(article_ld(page).get("image") or article_ld(page).get("thumbnailUrl"))),
        ("meta", lambda: one(page.meta.get("og:image") or page.meta.get("twitter:image"))),
    )


def video(page: Page) -> Stated | None:
    """(address, player, ISO 8601 duration) of the page's own video, each may be None."""
    ld = page.json_ld_of("VideoObject")
    seconds = _text(page.metadata.get("video_duration"))
    duration = iso_duration(int(seconds)) if re.fullmatch(r"[0-9]{1,7}", seconds) and int(seconds) else None
    stated_duration = _text(ld.get("duration"))
    if not duration and re.fullmatch(r"P(?:\d+D)?(?:T[0-9HMS.]+)?", stated_duration):
        duration = stated_duration

    def address(value: Any) -> str | None:
        return resolve(value, page.url, page.site) if isinstance(value, str) and value.strip() else None

    url = address(ld.get("contentUrl")) or address(page.meta.get("og:video"))
    embed = address(ld.get("embedUrl"))
    if url or embed or duration:
        return Stated((url, embed, duration), "metadata" if seconds else "json-ld")
    return None


def iso_duration(seconds: int) -> str:
    """2840 -> `PT47M20S`."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return (
        "PT" + "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if n)
        if seconds
        else "PT0S"
    )


def breadcrumbs(page: Page) -> list[tuple[str, str | None]]:
    """(name, address) of a JSON-LD BreadcrumbList."""
    found = []
    elements = page.json_ld_of("BreadcrumbList").get("itemListElement")
    for each in elements[:MAX_NAMES] if isinstance(elements, list) else []:
        if isinstance(each, dict):
            item = each.get("item")
            name = _text(each.get("name")) or (_text(item.get("name")) if isinstance(item, dict) else "")
            href = (
                item
                if isinstance(item, str)
                else item.get("@id") or item.get("url")
                if isinstance(item, dict)
                else None
            )
            if name:
                found.append((name, resolve(href, page.url, page.site) if isinstance(href, str) else None))
    return found
