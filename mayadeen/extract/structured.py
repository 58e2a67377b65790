"""What a page states about itself outside its visible text, field by field, each from the first place that says it.

Places in order: the CMS's metadata tag, JSON-LD, meta tags, microdata. A broken or missing place is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mayadeen.extract import linked_data as data
from mayadeen.extract.linked_data import Stated as Stated
from mayadeen.extract.linked_data import article_ld as article_ld
from mayadeen.extract.linked_data import plain
from mayadeen.extract.linked_data import publisher as publisher
from mayadeen.extract.names import is_bare_role, names_in
from mayadeen.extract.page import Page
from mayadeen.site import dates
from mayadeen.site.address import canonical, is_internal, page_type, section
from mayadeen.site.text import comparison_key, normalize_label

_PUBLISHED_METAS = (
    *("article:published_time", "og:article:published_time", "article:published:time", "datepublished", "date"),
    *("dc.date", "dc.date.issued", "dcterms.created", "dcterms.issued", "sailthru.date", "parsely-pub-date", "pubdate"),
    *("publishdate", "publish-date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime"),
)
_MODIFIED_METAS = (
    *("article:modified_time", "og:article:modified_time", "article:modified:time", "og:updated_time", "datemodified"),
    *("last-modified", "dcterms.modified", "dc.date.modified", "lastmod"),
)
_AUTHOR_METAS = (
    *("author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "sailthru.author"),
    *("cxenseparse:author", "article:byline", "byl"),
)

MAX_NAMES = 500
"""Tags, authors or classes that a page may state; real ones state twenty. The rest is left."""
_MAX_DATE = 100
"""Characters of a date."""

_NO_DIGIT = re.compile(r"\D")
_ZONE = re.compile(r"(?:\d[zZ]|[+-]\d\d:?\d\d|GMT|UTC)\W*$")


def _first(*places: tuple[str, Callable[[], Any]]) -> Stated | None:
    for origin, read in places:
        value = read()
        if value:
            return Stated(value, origin)
    return None


def is_stated_article(page: Page) -> bool | None:
    """Whether the page calls itself an article; None when it does not say."""
    sort = str(page.metadata.get("type") or "").lower()
    if sort:
        return sort != "page" and normalize_label(classes(page).get("posttype", "")) not in set(
            map(normalize_label, page.site.edition.page_types)
        )
    og = page.meta.get("og:type", "").lower()
    if data.documents(page) or og.startswith(("article", "video")) or "article:published_time" in page.meta:
        return True
    return None


def is_accessible_for_free(page: Page) -> bool | None:
    """Whether the whole text is open to all, as JSON-LD says; None when it does not."""
    stated = next(
        (value for each in data.documents_of_page(page) if (value := each.get("isAccessibleForFree")) is not None), None
    )
    if isinstance(stated, str):
        return {"true": True, "false": False}.get(re.split(r"[/:]", stated.strip().lower())[-1])
    return stated if isinstance(stated, bool) else None


def article_body(page: Page) -> str | None:
    """The full text as JSON-LD states it, a paragraph a line where that is told, without tags."""
    return data.lines(data.first_of(page, "articleBody")) or None


def headline_candidates(page: Page) -> list[Stated]:
    """All stated titles, best first and each once, without what the site adds to them."""
    found: dict[str, Stated] = {}
    for title in (
        Stated(plain(page.metadata.get("title")), "metadata"),
        *(Stated(data.title_of(each), "json-ld") for each in data.documents(page)),
        *data.titles(page),
    ):
        text = title.value if title.origin == "metadata" else page.without_suffix(title.value, *data.site_names(page))
        if text:
            found.setdefault(comparison_key(text) or text, Stated(text, title.origin))
    return list(found.values())


def headline(page: Page) -> Stated | None:
    """The stated title, without what the site adds to it."""
    return next(iter(headline_candidates(page)), None)


def description(page: Page) -> Stated | None:
    """The stated standfirst."""
    return _first(
        ("metadata", lambda: plain(page.metadata.get("description"))),
        ("json-ld", lambda: plain(data.first_of(page, "description"))),
        ("meta", lambda: plain(page.meta.get("og:description") or page.meta.get("description"))),
    )


def states_description(page: Page) -> bool:
    """Whether the page says what its standfirst is, be it that it has none."""
    return "description" in page.metadata or "description" in article_ld(page)


class When(NamedTuple):
    """An instant, the string that states it, and where that stood.

    Of several strings `raw` is the first; `moment` is that of the first that can be read, None when none can.
    """

    moment: datetime | None
    raw: str
    origin: str


def _when(stated: Iterator[tuple[str, Any]]) -> When | None:
    strings = (
        (origin, raw.strip())
        for origin, raw in stated
        if isinstance(raw, str) and raw.strip()[:_MAX_DATE] == raw.strip() != ""
    )
    first: When | None = None
    for origin, raw in strings:
        first = first or When(None, raw, origin)
        moment = dates.parse_stated(raw, naive=dates.BEIRUT if origin == "metadata" else None)
        if moment is not None:
            return When(moment if _ZONE.search(raw) else _zoned(raw, strings) or moment, first.raw, origin)
    return first


def _zoned(raw: str, strings: Iterator[tuple[str, str]]) -> datetime | None:
    """The instant of another string that states the same time with its zone."""
    digits = _NO_DIGIT.sub("", raw)[:14]
    same = (each for _, each in strings if _ZONE.search(each) and _NO_DIGIT.sub("", each).startswith(digits))
    return next(filter(None, map(dates.parse_stated, same)), None)


def published(page: Page) -> When | None:
    """When it says it was published."""
    return _when(_dates(page, "published_time", ("datePublished", "uploadDate"), _PUBLISHED_METAS))


def modified(page: Page) -> When | None:
    """When it says it was last changed."""
    return _when(_dates(page, "last_updated", ("dateModified",), _MODIFIED_METAS))


def _dates(page: Page, record: str, properties: tuple[str, ...], metas: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    yield "metadata", page.metadata.get(record)
    yield from (("json-ld", each.get(properties[0])) for each in data.documents_of_page(page))
    yield from (("json-ld", each.get(name)) for each in data.documents(page) for name in properties[1:])
    yield from (("meta", each) for name in metas for each in page.all_meta(name)[: data.MAX_PLACES])
    yield from (("meta", each) for each in data.microdata(page, properties[0]))


def authors(page: Page) -> Stated | None:
    """[(line of names, address or None)]; weak where only an organisation, the site or a desk is named."""
    best: Stated | None = None
    for origin, named in _authors(page):
        # What names nobody (an address, a number) is no author.
        found = [each for each in named if names_in(each.name, page.site.edition)]
        others = [each for each in found if not _is_house(each, page)]
        sure = origin == "metadata" or any(not each.group for each in others)
        value = [(each.name, each.url) for each in (others if sure and others else found)]
        if value and (sure or best is None):
            best = Stated(value, origin, weak=not sure)
        if best and not best.weak:
            break
    return best


def _authors(page: Page) -> Iterator[tuple[str, list[data.Named]]]:
    yield "metadata", [*data.named(page.metadata.get("author") or classes(page).get("author"), page)]
    for each in data.documents_of_page(page):
        yield "json-ld", [*data.named(each.get("author") or each.get("creator"), page)]
    for name in _AUTHOR_METAS:
        yield "meta", [*data.named(page.all_meta(name), page)]
    yield "meta", [*data.named([*data.microdata(page, "author")], page)]


def _is_house(author: data.Named, page: Page) -> bool:
    """Whether an author is the site itself or a desk, by the name or the address."""
    labels = (urlsplit(page.url).hostname or "").split(".")
    domain, edition = ".".join(labels[-2:]), page.site.edition
    own = (*data.site_names(page), edition.publisher, *edition.title_suffixes, ".".join(labels), domain, *labels[-2:-1])
    key = comparison_key(author.name).replace(" ", "")
    slug = (author.url or "").rstrip("/").rpartition("/")[2]
    return (
        key in {comparison_key(each).replace(" ", "") for each in own}
        or ("." in domain and domain in author.name.lower())
        or is_bare_role(author.name)
        or is_bare_role(slug)
    )


def keywords(page: Page) -> Stated | None:
    """The stated tags, each once."""
    return _first(
        ("metadata", lambda: _split(page.metadata.get("keywords"))),
        ("json-ld", lambda: _split(data.first_of(page, "keywords"))),
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
        name = plain(part)
        if name:
            found.setdefault(comparison_key(name) or name, name)
    return list(found.values())


def classes(page: Page) -> dict[str, str]:
    """The CMS's classes by their mapping: posttype, category, country, coverage, author."""
    found: dict[str, str] = {}
    listed = page.metadata.get("classes")
    for each in listed[:MAX_NAMES] if isinstance(listed, list) else []:
        if isinstance(each, dict) and plain(each.get("value")):
            found.setdefault(str(each.get("mapping") or each.get("key")), plain(each["value"]))
    return found


def post_id(page: Page) -> Stated | None:
    """The CMS's id, digits."""

    def digits(value: Any) -> str:
        text = plain(value)
        return text if re.fullmatch(r"[0-9]{1,18}", text) else ""

    return _first(
        ("metadata", lambda: digits(page.metadata.get("postid") or page.metadata.get("postId"))),
        ("meta", lambda: digits(page.meta.get("postid"))),
    )


def canonical_url(page: Page) -> Stated:
    """The article's one address: the first stated one that may be an article of this site, else the one fetched."""
    for target in (*data.own_addresses(page), Stated(data.address_of(data.first_of(page, "url"), page), "json-ld")):
        url = target.value
        if url and is_internal(url, page.site) and page_type(url, page.site) in ("article", "unknown"):
            return target
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
    if data.is_stated_video(page):
        return Stated("video", "metadata" if page.metadata.get("type") else "meta")
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
            value = value.get("url") or value.get("contentUrl") or value.get("@id")
        return data.address_of(value, page)

    return _first(
        ("metadata", lambda: one(page.metadata.get("thumbnail"))),
        ("json-ld", lambda: one(data.first_of(page, "image", "thumbnailUrl"))),
        ("meta", lambda: one(page.meta.get("og:image") or page.meta.get("twitter:image"))),
    )


def video(page: Page) -> Stated | None:
    """(address, player, ISO 8601 duration) of the page's own video, each may be None."""
    ld = page.json_ld_of("VideoObject")
    seconds = plain(page.metadata.get("video_duration"))
    duration = iso_duration(int(seconds)) if re.fullmatch(r"[0-9]{1,7}", seconds) and int(seconds) else None
    stated_duration = plain(ld.get("duration"))
    if not duration and re.fullmatch(r"P(?:\d+D)?(?:T[0-9HMS.]+)?", stated_duration):
        duration = stated_duration

    url = data.address_of(ld.get("contentUrl"), page) or data.address_of(page.meta.get("og:video"), page)
    embed = data.address_of(ld.get("embedUrl"), page)
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
            inner = item if isinstance(item, dict) else {}
            if name := plain(each.get("name")) or plain(inner.get("name")):
                found.append((name, data.address_of(inner.get("@id") or inner.get("url") or item, page)))
    return found
