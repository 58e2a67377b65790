"""Facts about one picture: its address, whether it is decoration, how its copies are recognised. Pure functions.

`srcset` is parsed as in the HTML standard. A lazy-loading attribute counts only if its value looks like an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborNode

from mayadeen.extract.credits import split_credit
from mayadeen.items import Image
from mayadeen.site.address import Site, resolve
from mayadeen.site.edition import Edition
from mayadeen.site.text import clean, collapse_whitespace

MIN_SIDE_PX = 50
"""A picture with a shorter side is an icon, an avatar or a tracking pixel."""
_NEAR_NODES = 8
"""Maximum number of siblings of a picture that are searched for its `<noscript>`."""

_LAZY = (
    *("data-src", "data-original", "data-lazy-src", "data-retina-src", "data-src-large", "data-full-src"),
    "data-fullscreensrc",
)
"""Attributes with the address of a lazy-loaded picture, best first."""
_SRCSETS = ("data-srcset", "data-lazy-srcset", "srcset")
_ROOTED = re.compile(r"(?:https?:)?//?[^/\s]|\.{1,2}/", re.I)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|jfif|heic)(?![a-z0-9])", re.I)
_PLACEHOLDER = re.compile(
    r"(?:(?:.*[_-])?placeholder(?:[_-].*)?|(?:blank|spacer|pixel|transparent|default|loading|loader|1x1)[\d._-]*)\.\w+"
)
_CANDIDATE = re.compile(r"([^\s,](?:\S*[^\s,])?)(?:,+(?=\s|$)|\s*([^,]*))")
_DESCRIPTOR = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)[wx]\b")
_BETWEEN = ("script", "-comment")

_STYLED_SIZE = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*([0-9]{1,4})px", re.I)
_RATIOS = frozenset([("16", "9"), ("9", "16"), ("4", "3"), ("3", "4"), ("3", "2"), ("2", "3")])
_DECORATION = re.compile(
    r".*(?:\.svg|\.ico|/(?:logo|icon|favicon|avatar|sprite)[\d_.-]*\.\w+)|.*(?:gravatar\.com|/emoji)/.*"
)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CMS_SIZE = re.compile(r"-(?:[0-9]{2,4}x[0-9]{2,4}|scaled)(?=\.[a-z]{3,4}$)", re.I)
_NAMING_QUERY = re.compile(r"(?:^|&)((?:url|u|src|id|image|img|file|path|name)=[^&]*)", re.I)


def picture_url(node: LexborNode, base: str, site: Site) -> str | None:
    """Return the absolute address that an `<img>` or `<amp-img>` shows once loaded, never a placeholder."""
    address = _stated(node.attributes) or _nearby(node)
    return resolve(address, base, site) if address else None


def noscript_picture(node: LexborNode) -> LexborNode | None:
    """Return the `<img>` of a `<noscript>` unless a picture beside it is the same. Lexbor parses both as elements."""
    copied = any(each.tag in ("img", "amp-img", "picture") for each in _beside(node))
    return None if copied else node.css_first("img")


def _stated(attributes: Mapping[str, str | None]) -> str | None:
    """Return the address in an image's own attributes, or None if they only name a placeholder."""
    for name in (*_LAZY, "src"):
        value = attributes.get(name)
        if value and _is_picture(value := value.strip()):
            return value
    return _largest(attributes)


def _is_picture(address: str) -> bool:
    """Return whether this looks like the address of a picture whose file name does not say "placeholder" or "blank"."""
    if not (_ROOTED.match(address) or (":" not in address and _FILE.search(address))):
        return False
    return not _PLACEHOLDER.fullmatch(address.partition("?")[0].rpartition("/")[2].lower())


def _largest(attributes: Mapping[str, str | None]) -> str | None:
    """Return the `srcset` candidate with the largest width or density, the first of equals."""
    best, largest = None, 0.0
    for address, descriptors in _CANDIDATE.findall(" , ".join([attributes.get(name) or "" for name in _SRCSETS])):
        size = _DESCRIPTOR.search(descriptors)
        value = float(size[1]) if size else 1.0
        if value > largest and _is_picture(address):
            best, largest = address, value
    return best


def _nearby(node: LexborNode) -> str | None:
    """Return the address in the first `<source>` of the `<picture>` around an `<img>`, or in its `<noscript>` copy."""
    parent = node.parent
    picture = parent if parent is not None and parent.tag == "picture" else node
    copies = [each.css_first("img") for each in _beside(picture) if each.tag == "noscript"]
    stated = (_stated(each.attributes) for each in (picture.css_first("source"), *copies) if each is not None)
    return next(filter(None, stated), None)


def _beside(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements directly after and before a node, without any text between."""
    for forward in (True, False):
        each = node.next if forward else node.prev
        for _ in range(_NEAR_NODES):
            if each is None or not (each.tag in _BETWEEN or each.is_empty_text_node):
                break
            each = each.next if forward else each.prev
        if each is not None and each.is_element_node:
            yield each


def is_small(node: LexborNode) -> bool:
    """Return whether the stated size is that of an icon, an avatar or a tracking pixel."""
    attributes = node.attributes
    stated = attributes.get("width") or "", attributes.get("height") or ""
    sizes = (*stated, *_STYLED_SIZE.findall(attributes.get("style") or ""))
    return stated not in _RATIOS and any(
        size.isdecimal() and len(size) < 3 and int(size) < MIN_SIDE_PX for size in sizes
    )


def is_decoration(node: LexborNode, url: str) -> bool:
    """Return whether a picture is decoration: SVG, icon, logo, avatar, tracking pixel, emoji."""
    return _DECORATION.fullmatch(url.partition("?")[0].lower()) is not None or is_small(node)


def identity(url: str) -> str:
    """Return what crops and revisions of one picture have in common: a UUID, else the address without the CMS's size.

    Query parameters count only if the path does not name a file, and then only those that do: `/image?id=7&w=640`.
    """
    path, _, query = url.partition("?")
    if found := _UUID.search(path.lower()):
        return found[0]
    path = _CMS_SIZE.sub("", path.partition("//")[2] or path)
    return path if not query or _FILE.search(path) else "?".join([path, *_NAMING_QUERY.findall(query)])


def image_item(url: str, caption: str | None, alt: str | None, edition: Edition) -> Image:
    """Return the item, with the credit at the end of its caption (see `split_credit`)."""
    text, credit = split_credit(caption, edition) if caption else (None, None)
    return Image(url=url, caption=text, creditText=credit, alt=clean(collapse_whitespace(alt)) or None if alt else None)
