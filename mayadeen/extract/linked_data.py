"""The linked data of a page (JSON-LD, microdata): what states facts of its own article, and whom it names."""

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
"""Values of one kind that are read of a page; real ones state twenty. The rest is left."""
_ARTICLE = re.compile(r".*article|(?:blog|liveblog|socialmedia|discussionforum)posting|report|imagegallery")
"""schema.org's Article and what is one, and galleries."""
_PAGE = re.compile(r"webpage|itempage|claimreview|criticreview")
"""What states facts of an article that no Article object states."""
# Of formatting alone: "<head>" in a headline is a word of it. Where a line ends, a space is left.
_TAG = re.compile(
    r"</?(?:(p|br|div|li|[uo]l|h[1-6])|a|b|cite|code|em|font|i|img|mark|q|s|small|span|strong|su[bp]|u)(?=[\s/>])[^<>]*>",
    re.I,
)


class Stated(NamedTuple):
    """A value and where it was read; `weak`: a printed value is preferred."""

    value: Any
    origin: str
    weak: bool = False


class Named(NamedTuple):
    """Somebody whom a page names; a `group` is an organisation of any kind."""

    name: str
    url: str | None
    group: bool


def plain(value: Any) -> str:
    """A string of a page's facts as clean text without tags; "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = clean(str(value))
    if "<" in text:
        text = clean(_TAG.sub(lambda tag: " " if tag[1] else "", text))
    return collapse_whitespace(text)


@once
def documents(page: Page) -> tuple[dict[str, Any], ...]:
    """The JSON-LD objects of the page's own article: those that state its address, else its headline, else the first.

    A VideoObject is of a clip unless the page is stated to be a video and no article is there.
    """
    found = [each for each in page.json_ld if _is(_ARTICLE, each)]
    if not found and is_stated_video(page):
        found = [each for each in page.json_ld if "videoobject" in types_of(each)]
    about = [each for each in found if _own_keys(page) & _keys(each, page)]
    known = {comparison_key(each) for each in (page.title, *(node.text() for node in page.stating["h1"][:MAX_STATED]))}
    same = [each for each in found if comparison_key(title_of(each)) in known]
    return tuple(about or same or found[:1])


def article_ld(page: Page) -> dict[str, Any]:
    """The JSON-LD object of the article."""
    return next(iter(documents(page)), {})


@once
def documents_of_page(page: Page) -> tuple[dict[str, Any], ...]:
    """The JSON-LD objects of the article, and of the page that it stands on: without an address, or with its own."""
    own, pages = _own_keys(page), [each for each in page.json_ld if _is(_PAGE, each)]
    return (*documents(page), *(each for each in pages if own & (_keys(each, page) or own)))


def _is(kind: re.Pattern[str], document: dict[str, Any]) -> bool:
    return any(map(kind.fullmatch, types_of(document)))


def _keys(document: dict[str, Any], page: Page) -> set[str]:
    """What a JSON-LD object states as its own address, as keys."""
    main = document.get("mainEntityOfPage")
    stated = [document.get("url"), document.get("@id"), main]
    if isinstance(main, dict):
        stated += [main.get("@id"), main.get("url")]
    return {dedupe_key(url, page.site) for each in stated if (url := address_of(each, page))}


@once
def _own_keys(page: Page) -> set[str]:
    """The addresses of the page, as keys."""
    return {dedupe_key(each, page.site) for each in (page.url, *(own.value for own in own_addresses(page)))}


@once
def own_addresses(page: Page) -> tuple[Stated, ...]:
    """The addresses that the page states as its own outside JSON-LD, best first."""
    # In the body those alone that a stray element moved there: a comment of a reader may hold one too.
    links = [each for each in page.stating["link"] if "canonical" in (each.attributes.get("rel") or "").lower().split()]
    stated = [("metadata", page.metadata.get("url"))]
    stated += [("link", link.attributes.get("href")) for link in links[:MAX_STATED] if _is_of_page(link)]
    stated += [("meta", page.meta.get("og:url"))]
    return tuple(Stated(url, origin) for origin, each in stated if (url := address_of(each, page)))


def _is_of_page(link: LexborNode) -> bool:
    """Whether a `<link>` stands in the head, or right in the body."""
    parent = link.parent
    return parent is not None and parent.tag in ("head", "body")


def address_of(value: Any, page: Page) -> str | None:
    """A stated address, absolute and in normal form; None where there is none."""
    return resolve(value, page.base, page.site) if isinstance(value, str) and value.strip() else None


def is_stated_video(page: Page) -> bool:
    """Whether the CMS or `og:type` calls the page a video."""
    return str(page.metadata.get("type") or page.meta.get("og:type", "")).lower().startswith("video")


@once
def site_names(page: Page) -> tuple[str, ...]:
    """What the page calls its publisher and its site."""
    publisher = next((each.name for each in named(article_ld(page).get("publisher"), page)), "")
    return tuple(filter(None, (publisher, page.site_name)))


def title_of(document: dict[str, Any]) -> str:
    """The title of a JSON-LD object, "" without one."""
    return plain(document.get("headline")) or plain(document.get("name"))


def named(value: Any, page: Page) -> Iterator[Named]:
    """The people and organisations that a JSON-LD value names or refers to."""
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
    """What elements of the page's article state by their `itemprop`."""
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
