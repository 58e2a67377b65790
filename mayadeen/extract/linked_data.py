"""The linked data of a page (JSON-LD, microdata): what states facts of its own article, and whom it names."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from mayadeen.extract.page import Page, once, types_of
from mayadeen.site.address import dedupe_key, resolve
from mayadeen.site.text import clean, collapse_whitespace, comparison_key

_ARTICLES = frozenset(
    (
        "article advertisercontentarticle newsarticle analysisnewsarticle askpublicnewsarticle backgroundnewsarticle "
        "opinionnewsarticle reportagenewsarticle reviewnewsarticle report satiricalarticle scholarlyarticle "
        "medicalscholarlyarticle socialmediaposting blogposting liveblogposting discussionforumposting techarticle "
        "apireference imagegallery"
    ).split()
)
"""schema.org's Article and what is one, and galleries."""
_PAGES = frozenset("webpage itempage claimreview criticreview".split())
"""What states facts of an article that no Article object states."""
_VIDEO = "videoobject"

MAX_NAMES = 500
"""People that a page may state; real ones state five. The rest is left."""
MAX_PLACES = 20
"""Elements of one kind that are looked at."""
_MAX_NAME = 2000
"""Characters of a line of authors."""

# Of formatting alone: "<head>" in a headline is a word of it.
_TAG = re.compile(
    r"</?(?:(p|br|div|li|ul|ol|h[1-6]|blockquote|figure|figcaption)|a|abbr|b|cite|code|em|font|i|iframe|img|mark|q|s"
    r"|small|span|strike|strong|sub|sup|time|u|wbr)(?:\s[^<>]*)?/?>",
    re.I,
)


class Stated(NamedTuple):
    """A value and where it was read; `weak` when a printed one is to be believed rather."""

    value: Any
    origin: str
    weak: bool = False


class Named(NamedTuple):
    """Somebody whom a page names."""

    name: str
    url: str | None
    group: bool
    """An organisation of any kind."""


def plain(value: Any) -> str:
    """A string of a page's facts as clean text without tags; "" for anything else."""
    return collapse_whitespace(lines(value))


def lines(value: Any) -> str:
    """The same, a paragraph a line."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = clean(str(value))
    return clean(_TAG.sub(lambda tag: "\n" if tag[1] else "", text)) if "<" in text else text


@once
def documents(page: Page) -> tuple[dict[str, Any], ...]:
    """The JSON-LD objects of the page's own article: those that state its address, else its headline, else the first.

    A VideoObject is of a clip unless the page is stated to be a video, or it has both, and no article is there.
    """
    found = [each for each in page.json_ld if not _ARTICLES.isdisjoint(types_of(each))]
    if len(found) == 1:
        return (found[0],)
    clips = [] if found else [each for each in page.json_ld if _VIDEO in types_of(each)]
    if clips and is_stated_video(page):
        return tuple(clips[:1])
    own = {dedupe_key(each, page.site) for each in (page.url, *(link.value for link in own_addresses(page)))}
    about = [each for each in found or clips if not own.isdisjoint(_addresses(each, page))]
    if found and about:
        return tuple(about)
    headings = [node.text() for node in page.tree.css("h1")[:MAX_PLACES]]
    known = {comparison_key(each) for each in (*(title.value for title in titles(page)), *headings)}
    same = [each for each in about or found if comparison_key(title_of(each)) in known]
    return tuple(same or found[:1])


def article_ld(page: Page) -> dict[str, Any]:
    """The JSON-LD object of the article."""
    return next(iter(documents(page)), {})


def first_of(page: Page, *names: str) -> Any:
    """The first of some properties that the article's JSON-LD states."""
    return next((each[name] for each in documents(page) for name in names if each.get(name)), None)


def documents_of_page(page: Page) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects of the article, and of the page that it stands on."""
    yield from documents(page)
    here = {dedupe_key(each, page.site) for each in (page.url, *(link.value for link in own_addresses(page)))}
    for each in page.json_ld:
        stated = _addresses(each, page) if not _PAGES.isdisjoint(types_of(each)) else {""}
        if not stated or not here.isdisjoint(stated):
            yield each


def _addresses(document: dict[str, Any], page: Page) -> set[str]:
    """What a JSON-LD object states as its own address, as keys."""
    main = document.get("mainEntityOfPage")
    stated = [document.get("url"), document.get("@id"), main]
    if isinstance(main, dict):
        stated += [main.get("@id"), main.get("url")]
    found = (resolve(each, page.base, page.site) for each in stated if isinstance(each, str))
    return {dedupe_key(each, page.site) for each in found if each}


@once
def own_addresses(page: Page) -> tuple[Stated, ...]:
    """The addresses that the page states as its own outside JSON-LD, best first."""
    # In the body those alone that a stray element moved there: a comment of a reader may hold one too.
    links = page.tree.css('head link[rel~="canonical" i], body > link[rel~="canonical" i]')
    stated = [("metadata", page.metadata.get("url"))]
    stated += [("link", link.attributes.get("href")) for link in links[:MAX_PLACES]]
    stated += [("meta", each) for each in page.all_meta("og:url")[:1]]
    found = [(origin, address_of(each, page)) for origin, each in stated]
    return tuple(Stated(url, origin) for origin, url in found if url)


def address_of(value: Any, page: Page) -> str | None:
    """A stated address, absolute and in normal form; None where there is none."""
    return resolve(value, page.base, page.site) if isinstance(value, str) and value.strip() else None


def is_stated_video(page: Page) -> bool:
    """Whether the CMS or `og:type` calls the page a video."""
    return str(page.metadata.get("type") or page.meta.get("og:type", "")).lower().startswith("video")


def publisher(page: Page) -> str | None:
    """The name of the publisher in JSON-LD."""
    return next((each.name for each in named(first_of(page, "publisher"), page)), None)


@once
def site_names(page: Page) -> tuple[str, ...]:
    """What the page calls its site and its publisher."""
    names = (publisher(page), page.site_name, plain(page.json_ld_of("WebSite").get("name")))
    return tuple(dict.fromkeys(name for name in names if name))


def title_of(document: dict[str, Any]) -> str:
    """The title of a JSON-LD object, "" without one."""
    return plain(document.get("headline")) or plain(document.get("name"))


def titles(page: Page) -> Iterator[Stated]:
    """The titles that the page states outside JSON-LD."""
    for name in ("og:title", "twitter:title", "title"):
        for each in page.all_meta(name)[:MAX_PLACES]:
            yield Stated(page.without_suffix(plain(each), page.site_name), "meta")
    yield Stated(clean(page.title), "title")


def named(value: Any, page: Page) -> Iterator[Named]:
    """The people and organisations that a JSON-LD value names or refers to."""
    queue: deque[tuple[Any, str | None, bool]] = deque([(value, None, False)])
    for _ in range(MAX_NAMES):
        if not queue:
            return
        each, url, group = queue.popleft()
        if isinstance(each, list):
            queue.extendleft((one, url, group) for one in reversed(each[:MAX_NAMES]))
        elif isinstance(each, dict):
            reference = each.get("@id")
            each = (_by_id(page).get(reference, {}) if isinstance(reference, str) else {}) | each
            group = any(kind.endswith("organization") for kind in types_of(each))
            queue.appendleft((each.get("name"), each["url"] if isinstance(each.get("url"), str) else None, group))
        elif name := plain(each)[:_MAX_NAME]:
            yield Named(name, url, group)


@once
def _by_id(page: Page) -> dict[str, dict[str, Any]]:
    return {each["@id"]: each for each in reversed(page.json_ld) if isinstance(each.get("@id"), str) and "name" in each}


def microdata(page: Page, name: str) -> Iterator[str]:
    """What elements of the page's article state by their `itemprop`."""
    for node in page.tree.css(f'[itemprop~="{name}" i]')[:MAX_PLACES]:
        scope = node.parent
        while scope is not None and "itemscope" not in scope.attributes:
            scope = scope.parent
        kind = (scope.attributes.get("itemtype") or "") if scope is not None else ""
        if kind.rpartition("/")[2].strip().lower() in _ARTICLES | _PAGES:
            yield node.attributes.get("content") or node.attributes.get("datetime") or node.text()
