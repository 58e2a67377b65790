"""What stands around and before the headline: the breadcrumb, regions, boxes placed first."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from mayadeen.extract.blocks import Block, Region
from mayadeen.extract.heuristics.byline import tells
from mayadeen.extract.heuristics.lines import mark_tags, tag_labels
from mayadeen.extract.page import Page
from mayadeen.site.address import Site, is_internal, page_type, resolve, slug
from mayadeen.site.text import clean, collapse_whitespace, comparison_key, normalize_label

_NUMBER = re.compile(r"^\d{1,2}[.)]\s+")
"""In front of a step of a numbered breadcrumb."""
_MOST_REGIONS = 2
"""More are a menu."""
_TAGS = 300
"""Letters at most in an element that names the tags above the headline."""
_LEVELS = 7
"""How many elements up from the headline its surroundings are looked for."""


def siblings_before(anchor: LexborNode) -> list[tuple[LexborNode, str]]:
    """Elements before the headline, page order, each with its text as `text.fold` has it."""
    found: list[tuple[LexborNode, str]] = []
    node: LexborNode | None = anchor
    while node is not None and node.tag not in ("body", "html", "-document"):
        level: list[tuple[LexborNode, str]] = []
        before = node.prev
        while before is not None:
            if before.tag not in ("-text", "-comment", "script", "style", "link", "meta", "head"):
                level.append((before, normalize_label(before.text())))
            before = before.prev
        found[:0] = reversed(level)
        node = node.parent
    return found


def may_concern(node: LexborNode, text: str, site: Site) -> bool:
    """Whether an element before the headline, of that text, can say anything of the article. Most are menus."""
    if tells(text, site.edition):
        return True
    kinds: list[str] = []
    for each in node.css("a[href], img, amp-img, time"):
        if each.tag == "a":
            kinds.append(_leads_to(each, site))
        elif each.tag == "time" or _leads_to(each.parent, site) != "home":  # the logo leads home
            return True
    return "author" in kinds or 0 < kinds.count("region") <= _MOST_REGIONS


def _leads_to(link: LexborNode | None, site: Site) -> str:
    """The kind of address a link leads to; "" when it is none."""
    href = link.attributes.get("href") if link is not None and link.tag == "a" else None
    target = resolve(href, site.origin + "/", site) if href else None
    return page_type(target, site) if target else ""


def may_hold_tags(node: LexborNode, text: str, anchor: LexborNode | None, site: Site) -> bool:
    """Whether an element right above the headline, of that text, may name the article's tags. Far ones are menus."""
    if len(text) > _TAGS or anchor is None or not any(label in text for label in tag_labels(site.edition)):
        return False
    holders = [anchor.parent, anchor.parent.parent if anchor.parent is not None else None]
    return any(each == node.parent for each in holders if each is not None)


def tags_of(region: Region, site: Site) -> list[Block]:
    """The lines of tags, marked as such, where a label stands in front of them."""
    labels = tag_labels(site.edition)
    if not any(normalize_label(block.pieces[0].text.strip(" :")) in labels for block in region.blocks if block.pieces):
        return []
    mark_tags(region, site, frozenset())
    return [block for block in region.blocks if block.role == "tag"]


def breadcrumb_trail(anchor: LexborNode, page: Page) -> list[tuple[str, str | None]]:
    """(name, address) of a short line of links that begins at the home page and stands before the headline."""
    node: LexborNode | None = anchor
    for _ in range(_LEVELS):
        if node is None or node.tag in ("body", "html"):
            break
        before = node.prev
        while before is not None:
            if before.tag not in ("-text", "-comment", "script", "style"):
                for holder in [before, *before.css("ol, ul, nav")]:
                    trail = _trail(holder, page)
                    if trail:
                        return trail
            before = before.prev
        node = node.parent
    return []


def _trail(holder: LexborNode, page: Page) -> list[tuple[str, str | None]]:
    links = holder.css("a[href]")
    if not 2 <= len(links) <= 8:
        return []
    site = page.site
    targets = [resolve(link.attributes.get("href") or "", page.url, site) for link in links]
    names = [_NUMBER.sub("", clean(collapse_whitespace(link.text()))) for link in links]
    first = targets[0]
    if first is None or page_type(first, site) != "home" or not is_internal(first, site):
        return []
    if any(target and (not is_internal(target, site) or page_type(target, site) == "home") for target in targets[1:]):
        return []  # the site's emblem, and its other languages
    if (
        names[0]
        and normalize_label(names[0]) not in set(map(normalize_label, site.edition.words.home))
        and comparison_key(names[0]) != comparison_key(site.edition.publisher)
    ):
        return []
    return [(name, target) for name, target in zip(names, targets, strict=True) if name]


def region_names(blocks: list[Block], site: Site) -> list[str]:
    """Names of the regions and countries that lines next to the headline link to; none when it is a menu."""
    names: dict[str, str] = {}
    for block in blocks:
        if block.role not in ("", "byline") or not block.linked or len(block.hrefs) != 1:
            continue
        if block.box.excluded:
            continue
        target = resolve(block.hrefs[0], site.origin + "/", site)
        if target and is_internal(target, site) and page_type(target, site) == "region":
            names.setdefault(slug(block.text), clean(block.text))
    return list(names.values()) if len(names) <= _MOST_REGIONS else []
