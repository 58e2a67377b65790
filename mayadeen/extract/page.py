"""One fetched page: its parsed tree and the facts that it states about itself, each where it stands.

Real pages are 1.2 MB, two thirds of them inline CSS and script: that is left out before the tree (Lexbor's) is built.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any, TypeVar
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser
from w3lib.html import replace_entities

from mayadeen.extract import bounds
from mayadeen.extract.encoding import to_utf8
from mayadeen.extract.inline_code import without_code
from mayadeen.site.address import Site, site_of
from mayadeen.site.text import clean, collapse_whitespace

MAX_OBJECTS = 500
"""JSON-LD objects of a page; real pages have five."""
_OPENED = ("@graph", "mainEntity", "mainEntityOfPage")
"""What may hold the page's own article; the items of an ItemList are others."""
_MAX_ADDRESS = 2000
"""Characters of a base address or a site's name."""
_DASHES = "–—-·•»«:/"
_OPENING = re.compile(r"[{\[]")
_ESCAPE = re.compile(r'\\(["\\/bfnrtu]?)')
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
Found = TypeVar("Found")
_DECODER = json.JSONDecoder(strict=False)


class UnreadablePage(ValueError):
    """Raised by `Page` for what is no HTML page or would not be safe to parse; its text says why."""


class Page:
    """An HTML page and the address it came from.

    `html` may be bytes in any declared encoding. `url` decides the edition unless `edition` names it.
    """

    def __init__(self, html: bytes | str, url: str, *, edition: str | None = None, encoding: str | None = None) -> None:
        self.url = url
        html = to_utf8(html, encoding)
        if not html or b"<" not in html:
            raise UnreadablePage("empty page" if not html.strip() else "no HTML in it")
        if b"\x00" in html[:1024] and b"<html" not in html[:4096].lower():
            raise UnreadablePage("binary data")
        html = without_code(html)
        if too_much := bounds.excess(html):
            raise UnreadablePage(too_much)
        self.tree = LexborHTMLParser(html)
        self.found: dict[str, Any] = {}
        """What was found in it, by the name of the function that looked (see `once`)."""
        self.site: Site = site_of(url, edition or self._stated_edition(url))

    def _stated_edition(self, url: str) -> str | None:
        root = self.tree.root
        language = (root.attributes.get("lang") or "") if root is not None else ""
        return language[:2].lower() or None

    @cached_property
    def base(self) -> str:
        """The address that relative links are resolved against: the first `<base href>`, else the page's own."""
        node = self.tree.css_first("base[href]")
        href = ((node.attributes.get("href") or "") if node is not None else "").strip()
        try:
            base = urljoin(self.url, href) if len(href) < _MAX_ADDRESS else self.url
        except ValueError:
            return self.url
        return base if base.startswith(("http://", "https://")) else self.url

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """The CMS's own record (`script#tawsiyat-metadata`), `{}` when missing or broken."""
        node = self.tree.css_first("script#tawsiyat-metadata")
        found = _json(node.text()) if node is not None else None
        return found if isinstance(found, dict) else {}

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """All JSON-LD objects, outermost first; graphs, lists and main entities opened, broken ones left out."""
        queue = deque(_json(node.text()) for node in self.tree.css('script[type*="ld+json" i]')[:MAX_OBJECTS])
        found: list[dict[str, Any]] = []
        while queue and len(found) < MAX_OBJECTS:
            each = queue.popleft()
            if isinstance(each, list):
                queue.extendleft(reversed(each[:MAX_OBJECTS]))
            elif isinstance(each, dict):
                found.append(each)
                queue.extend(each[name] for name in _OPENED if isinstance(each.get(name), list | dict))
        return found

    def json_ld_of(self, *types: str) -> dict[str, Any]:
        """The first JSON-LD object of one of the types, `{}` when there is none."""
        wanted = {name.lower() for name in types}
        return next((each for each in self.json_ld if not wanted.isdisjoint(types_of(each))), {})

    @cached_property
    def _metas(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for node in self.tree.css("meta[content]"):
            attributes = node.attributes
            if content := (attributes.get("content") or "").strip():
                names = {(attributes.get(kind) or "").strip().lower() for kind in ("property", "name", "itemprop")}
                for name in names - {""}:
                    found.setdefault(name, []).append(content)
        return found

    @cached_property
    def meta(self) -> dict[str, str]:
        """Name, property or itemprop of each `<meta>`, in lower case, to its content; the first that says something."""
        return {name: contents[0] for name, contents in self._metas.items()}

    def all_meta(self, name: str) -> list[str]:
        """Every content of a `<meta>` that may stand several times."""
        return self._metas.get(name, [])

    @cached_property
    def site_name(self) -> str:
        """What the page calls its site (`og:site_name`)."""
        return clean(self.meta.get("og:site_name", ""))[:_MAX_ADDRESS]

    @cached_property
    def title(self) -> str:
        """`<title>` without what the site adds to it."""
        node = self.tree.css_first("title:not(svg *)")
        return self.without_suffix(collapse_whitespace(node.text())) if node is not None else ""

    def without_suffix(self, title: str, *names: str) -> str:
        """A title without ` | Al Mayadeen English` or other names of the site; "" when there is nothing else."""
        for name in filter(None, (*self.site.edition.title_suffixes, self.site_name, *names)):
            before, end = title[: -len(name)].rstrip(), title[-len(name) :]
            stem = before.rstrip(_DASHES)
            parted = not before or before.endswith("|") or (stem != before and stem.endswith(" "))
            if parted and end.casefold() == name.casefold():
                return stem.rstrip("| ")
        start, colon, rest = title.partition(":")
        return rest.strip() if colon and self.site_name and start.casefold() == self.site_name.casefold() else title


def once(look: Callable[[Page], Found]) -> Callable[[Page], Found]:
    """A function of a page that looks at each page once; what it found is kept with the page."""

    @wraps(look)
    def kept(page: Page) -> Found:
        if look.__name__ not in page.found:
            page.found[look.__name__] = look(page)
        found: Found = page.found[look.__name__]
        return found

    return kept


def types_of(document: dict[str, Any]) -> frozenset[str]:
    """The types of a JSON-LD object in lower case, without their vocabulary: `schema:Article` -> `article`."""
    stated = document.get("@type")
    names = stated[:10] if isinstance(stated, list) else [stated]
    return frozenset(re.split(r"[/#:]", each.strip())[-1].lower() for each in names if isinstance(each, str))


def _json(text: str) -> Any:
    """The value of a JSON text as pages write it; None when it is broken.

    Forgiven are what stands around it (comments, CDATA, a semicolon), line breaks in strings and escapes of nothing.
    """
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        pass
    text = _CDATA.sub("", _ESCAPE.sub(lambda escape: escape[0] if escape[1] else "", text))
    if '"' not in text and "&" in text:
        text = replace_entities(text)
    start = _OPENING.search(text)
    try:
        return _DECODER.raw_decode(text, start.start())[0] if start else None
    except (ValueError, RecursionError):
        return None
