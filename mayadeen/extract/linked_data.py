"""The linked data of a page (JSON-LD, microdata): the objects that describe its article, and the names in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from selectolax.lexbor import LexborNode

from mayadeen.extract.names import MAX_LINE
from mayadeen.extract.page import Page, once, types_of
from mayadeen.site.address import dedupe_key, resolve
from mayadeen.site.text import clean, collapse_whitespace, comparison_key

MAX_STATED = 100
"""Maximum number of values of one kind that are read from a page. Real pages state twenty. The rest is ignored."""
_ARTICLE = re.compile(r".*article|(?:blog|liveblog|socialmedia|discussionforum)posting|report|imagegallery")
"""schema.org's Article, its subtypes, and galleries."""
_PAGE = re.compile(r"webpage|itempage|claimreview|criticreview")
"""Types that state facts of an article on pages without an Article object."""
# Only formatting tags: "<head>" in a headline is one of its words. A tag that ends a line becomes a space.
_TAG = re.compile(
    r"</?(?:(p|br|div|li|[uo]l|h[1-6])|a|b|cite|code|em|font|i|img|mark|q|s|small|span|strong|su[bp]|u)(?=[\s/>])[^<>]*>",
    re.I,
)


class Stated(NamedTuple):
    """A value and its origin. `weak`: a printed value takes precedence."""

    value: Any
    origin: str
    weak: bool = False


class Named(NamedTuple):
    """A person or organisation named by the page. `group`: it is an organisation."""

    name: str
    url: str | None
    group: bool


def plain(value: Any) -> str:
    """Return a string or integer of the page's data as clean text without tags, and "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = clean(str(value))
    if "<" in text:
        text = clean(_TAG.sub(lambda tag: " " if tag[1] else "", text))
    return collapse_whitespace(text)


@once
def documents(page: Page) -> tuple[dict[str, Any], ...]:
    """Return the JSON-LD objects of the page's article: those with its address, else those with its headline, else the
    first.

    A VideoObject counts only if the page is stated to be a video and has no Article object. Otherwise it describes a
    clip.
    """
    found = [each for each in page.json_ld if _is(_ARTICLE, each)]
    if not found and is_stated_video(page):
        found = [each for each in page.json_ld if "videoobject" in types_of(each)]
    about = [each for each in found if _own_keys(page) & _keys(each, page)]
    known = {comparison_key(each) for each in (page.title, *(node.text() for node in page.stating["h1"][:MAX_STATED]))}
    same = [each for each in found if comparison_key(title_of(each)) in known]
    return tuple(about or same or found[:1])


def article_ld(page: Page) -> dict[str, Any]:
    """Return the JSON-LD object of the article, `{}` if there is none."""
    return next(iter(documents(page)), {})


@once
def documents_of_page(page: Page) -> tuple[dict[str, Any], ...]:
    """Return the JSON-LD objects of the article, and those of its page: without an address or with the page's own."""
    own, pages = _own_keys(page), [each for each in page.json_ld if _is(_PAGE, each)]
    return (*documents(page), *(each for each in pages if own & (_keys(each, page) or own)))


def _is(kind: re.Pattern[str], document: dict[str, Any]) -> bool:
    return any(map(kind.fullmatch, types_of(document)))


def _keys(document: dict[str, Any], page: Page) -> set[str]:
    """Return the keys of the addresses that a JSON-LD object states as its own."""
    main = document.get("mainEntityOfPage")
    stated = [document.get("url"), document.get("@id"), main]
    if isinstance(main, dict):
        stated += [main.get("@id"), main.get("url")]
    return {dedupe_key(url, page.site) for each in stated if (url := address_of(each, page))}


@once
def _own_keys(page: Page) -> set[str]:
    """Return the keys of the page's own addresses."""
    return {dedupe_key(each, page.site) for each in (page.url, *(own.value for own in own_addresses(page)))}


@once
def own_addresses(page: Page) -> tuple[Stated, ...]:
    """Return the addresses that the page states as its own outside JSON-LD, the most trusted first."""
    # In the body only those moved there by a stray element: a reader's comment may contain a link element too.
    links = [each for each in page.stating["link"] if "canonical" in (each.attributes.get("rel") or "").lower().split()]
    stated = [("metadata", page.metadata.get("url"))]
    stated += [("link", link.attributes.get("href")) for link in links[:MAX_STATED] if _is_of_page(link)]
    stated += [("meta", page.meta.get("og:url"))]
    return tuple(Stated(url, origin) for origin, each in stated if (url := address_of(each, page)))


def _is_of_page(link: LexborNode) -> bool:
    """Return whether a `<link>` is in the head, or a direct child of the body."""
    parent = link.parent
    return parent is not None and parent.tag in ("head", "body")


def address_of(value: Any, page: Page) -> str | None:
    """Return a stated address, absolute and normalized, or None."""
    return resolve(value, page.base, page.site) if isinstance(value, str) and value.strip() else None


def is_stated_video(page: Page) -> bool:
    """Return whether the CMS or `og:type` says that the page is a video."""
    return str(page.metadata.get("type") or page.meta.get("og:type", "")).lower().startswith("video")


@once
def site_names(page: Page) -> tuple[str, ...]:
    """Return the page's names for its publisher and its site."""
    publisher = next((each.name for each in named(article_ld(page).get("publisher"), page)), "")
    return tuple(filter(None, (publisher, page.site_name)))


def title_of(document: dict[str, Any]) -> str:
    """Return the title of a JSON-LD object, "" if it has none."""
    return plain(document.get("headline")) or plain(document.get("name"))


def named(value: Any, page: Page) -> Iterator[Named]:
    """Yield the people and organisations that a JSON-LD value names or references."""
    stack: list[tuple[Any, str | None, bool]] = [(value, None, False)]
    for _ in range(5 * MAX_STATED):
        if not stack:
            return
        each, url, group = stack.pop()
        if isinstance(each, list):
            stack += [(one, url, group) for one in reversed(each[:MAX_STATED])]
        elif isinstance(each, dict):
            if reference := each.get("@id"):
                each = next((one for one in page.json_ld if one.get("@id") == reference and "name" in one), {}) | each
            group = any(kind.endswith("organization") for kind in types_of(each))
            stack.append((each.get("name"), each["url"] if isinstance(each.get("url"), str) else None, group))
        elif name := plain(each)[:MAX_LINE]:
            yield Named(name, url, group)


def microdata(page: Page, name: str) -> list[str]:
    """Return the values of an `itemprop` in the page's article."""
    found = []
    nodes = [
        node for node in page.stating["itemprop"] if name.lower() in (node.attributes["itemprop"] or "").lower().split()
    ]
    for node in nodes[:MAX_STATED]:
        scope = node.parent
        while scope is not None and "itemscope" not in scope.attributes:
            scope = scope.parent
        thing = {"@type": scope.attributes.get("itemtype")} if scope is not None else {}
        if _is(_ARTICLE, thing) or _is(_PAGE, thing):
            found.append(node.attributes.get("content") or node.attributes.get("datetime") or node.text())
    return found
