"""Facts about one picture: its address, whether it is decoration, what its copies share. Pure.

`srcset` is parsed as the HTML standard does. A lazy attribute counts only when its value looks like an address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborNode

from mayadeen.extract.credits import split_credit
from mayadeen.items import Image
from mayadeen.site.address import Site, resolve
from mayadeen.site.edition import Edition
from mayadeen.site.text import clean, collapse_whitespace

MIN_SIDE_PX = 50
"""With a side shorter than this a picture is an icon, an avatar or a tracking pixel."""
_NEAR_NODES = 8
"""Siblings looked at beside a picture, for its `<source>` or `<noscript>`."""

_LAZY_NAMES = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-image")
_LAZY = re.compile(
    "data-(?!.*(?:fallback|error|placeholder|low|blur|hover|mini|small|medium|thumb|poster|author|logo|title))"
    ".*(?:src|orig|lazy|image|img|url|full|large|file)"
)
_ROOTED = re.compile(r"(?:https?:)?//?[^/\s]|\.{1,2}/", re.I)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|jfif|heic)(?![a-z0-9])", re.I)
_UNFIT = re.compile('[{}<>"]')
_NO_ADDRESS = frozenset(["", "#", "undefined", "null", "true", "false"])
_NO_SCHEME = ("data:", "blob:", "about:", "javascript:")
_CANDIDATE = re.compile(r"([^\s,](?:\S*[^\s,])?)(?:,+(?=\s|$)|\s*([^,]*))")
_DESCRIPTOR = re.compile(r"(?:^|\s)([0-9]{1,6}(?:\.[0-9]{1,6})?)[wx](?=[\s,]|$)")
_PLACEHOLDER_CHARS = 30
"""The file name of a placeholder is short, but for one that says so."""
_NAME_WORD = re.compile(r"(?<!\d)1x1(?!\d)|[a-z]+")
_BLANKS = frozenset("1x1 blank spacer pixel transparent empty default loading loader spinner lazy lazyload".split())
_FILLERS = _BLANKS | frozenset(["image", "img", "gif", "px", "bg"])
_BETWEEN = frozenset(["script", "style", "link", "meta", "source", "-comment"])
_WRAPPERS = frozenset(["a", "div", "span", "picture", "figure"])
_IMAGES = ("img", "amp-img")

_STYLED_SIZE = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*([0-9]{1,4})px", re.I)
_RATIOS = frozenset([("16", "9"), ("9", "16"), ("4", "3"), ("3", "4"), ("3", "2"), ("2", "3")])
_EMOJI = frozenset(["emoji", "twemoji", "wp-smiley"])
_DECORATION = re.compile(r"(?:logo|icon|favicon|avatar|sprite)[\d_.-]*\.\w+")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CMS_SIZE = re.compile(r"-(?:[0-9]{2,4}x[0-9]{2,4}|scaled)(?=\.[a-z]{3,4}$)", re.I)
_NAMING_QUERY = re.compile(r"(?:^|&)((?:url|u|src|id|image|img|file|path|name)=[^&]*)", re.I)


def picture_url(node: LexborNode, base: str, site: Site) -> str | None:
    """Absolute address of an `<img>` or `<amp-img>`: the one it shows when loaded, never a placeholder's."""
    address = _stated(node.attributes) or _of_sources(node) or _of_noscript(node)
    return resolve(address, base, site) if address else None


def noscript_picture(node: LexborNode) -> LexborNode | None:
    """The `<img>` of a `<noscript>` that is no copy of a picture beside it; Lexbor keeps both as elements."""
    image = node.css_first("img")
    if image is None or any(_is_picture(_beside(node, forward)) for forward in (True, False)):
        return None
    return image


def _is_picture(node: LexborNode | None) -> bool:
    """Whether an element is a picture, or begins with one in elements around it alone."""
    for _ in range(_NEAR_NODES):
        if node is None or node.tag in _IMAGES:
            return node is not None
        wraps = node.tag in _WRAPPERS or node.tag in _BETWEEN or node.is_empty_text_node
        node = (node.first_child if node.tag in _WRAPPERS else node.next) if wraps else None
    return False


def _stated(attributes: Mapping[str, str | None]) -> str | None:
    """The address that an image's own attributes give; None when they name a placeholder alone."""
    lazy = [name for name in attributes if name[:5] == "data-" and (name == "data-src" or _LAZY.match(name))]
    if len(lazy) > 1:
        lazy.sort(key=lambda name: (*_LAZY_NAMES, name).index(name))
    srcsets: list[str] = []
    for name in lazy:
        value = (attributes[name] or "").strip()
        if "srcset" in name or (" " in value and _DESCRIPTOR.search(value)):
            srcsets.append(value)
            continue
        rooted, file = _ROOTED.match(value), _FILE.search(value)
        if "src" in name or name in _LAZY_NAMES:
            if (rooted or file) and not _is_placeholder(value):
                return value
        elif rooted and file:  # a copy for another use: where there is no other
            srcsets.append(value)
    source = (attributes.get("src") or "").strip()
    return source if not _is_placeholder(source) else _largest([*srcsets, attributes.get("srcset") or ""])


def _largest(srcsets: list[str]) -> str | None:
    """The candidate with the largest width or density, the first of equals."""
    best, largest = None, 0.0
    for srcset in srcsets:
        for found in _CANDIDATE.finditer(srcset):
            address, size = found[1], _DESCRIPTOR.search(found[2] or "")
            value = float(size[1]) if size else 1.0
            if value > largest and (_ROOTED.match(address) or _FILE.search(address)) and not _is_placeholder(address):
                best, largest = address, value
    return best


def _is_placeholder(address: str) -> bool:
    """Whether it is no address, or its file name says nothing but "blank", "spacer", "loading"."""
    if address in _NO_ADDRESS or address[:12].lower().startswith(_NO_SCHEME) or _UNFIT.search(address):
        return True
    name = address.partition("?")[0].rpartition("/")[2].lower()
    if len(name) > _PLACEHOLDER_CHARS and "placeholder" not in name:
        return False
    words = _NAME_WORD.findall(name.rpartition(".")[0])
    return "placeholder" in words or (not _BLANKS.isdisjoint(words) and _FILLERS.issuperset(words))


def _of_sources(node: LexborNode) -> str | None:
    """The largest address in the `<source>` elements before an `<img>` in a `<picture>`."""
    parent, each = node.parent, node.prev
    if parent is None or parent.tag != "picture":
        return None
    srcsets: list[str] = []
    for _ in range(2 * _NEAR_NODES):  # blank text stands between them
        if each is None:
            break
        srcsets[:0] = [value for name, value in each.attributes.items() if "src" in name and value]
        each = each.prev
    return _largest(srcsets)


def _of_noscript(node: LexborNode) -> str | None:
    """The address of the copy for browsers without scripts, beside the picture or beside what wraps it alone."""
    holder: LexborNode | None = node
    while holder is not None:
        beside = [_beside(holder, forward) for forward in (True, False)]
        for each in beside:
            if each is not None and each.tag == "noscript" and (image := each.css_first("img")) is not None:
                return _stated(image.attributes)
        holder = holder.parent if not any(beside) else None
        if holder is not None and holder.tag not in _WRAPPERS:
            return None
    return None


def _beside(node: LexborNode, forward: bool) -> LexborNode | None:
    """The next element, or the one before; None when text or nothing stands there."""
    each = node.next if forward else node.prev
    for _ in range(_NEAR_NODES):
        if each is None or not (each.tag in _BETWEEN or each.is_empty_text_node):
            break
        each = each.next if forward else each.prev
    return each if each is not None and each.is_element_node else None


def is_small(node: LexborNode) -> bool:
    """An icon, an avatar or a tracking pixel, by its stated size."""
    attributes = node.attributes
    width, height, style = attributes.get("width"), attributes.get("height"), attributes.get("style")
    sizes = [size for size in (width, height) if size] + (_STYLED_SIZE.findall(style) if style else [])
    small = any(size.isdecimal() and len(size) < 3 and int(size) < MIN_SIDE_PX for size in sizes)
    return small and (width, height) not in _RATIOS


def is_decoration(node: LexborNode, url: str) -> bool:
    """Whether a picture is no picture of an article: SVG, icon, logo, small avatar, tracking pixel, emoji."""
    path, classes = url.partition("?")[0].lower(), node.attributes.get("class")
    return (
        path.endswith((".svg", ".ico"))
        or _DECORATION.fullmatch(path.rpartition("/")[2]) is not None
        or ("//s.w.org/" in path or "/emoji/" in path or "twemoji" in path or "gravatar.com/" in path)
        or (classes is not None and not _EMOJI.isdisjoint(classes.split()))
        or is_small(node)
    )


def identity(url: str) -> str:
    """What crops and revisions of one picture share: a UUID, else the path without a CMS's size.

    The query counts only where the path names no file, and then what names one: `/image?id=7&w=640`.
    """
    path, _, query = url.partition("?")
    found = _UUID.search(path.lower())
    if found:
        return found[0]
    path = _CMS_SIZE.sub("", path.partition("//")[2] or path)
    return path if not query or _FILE.search(path) else "?".join([path, *_NAMING_QUERY.findall(query)])


def image_item(url: str, caption: str | None, alt: str | None, edition: Edition) -> Image:
    """The item, with the credit that its caption ends with (see `split_credit`)."""
    text, credit = split_credit(caption, edition) if caption else (None, None)
    return Image(url=url, caption=text, creditText=credit, alt=clean(collapse_whitespace(alt)) or None if alt else None)
