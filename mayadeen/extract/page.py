"""One fetched page: its parsed tree and the facts that it states about itself, by origin.

Real pages are 1.2 MB, two thirds of them inline CSS and scripts, which are removed before Lexbor builds the tree.
"""

from __future__ import annotations

import json
import re
from collections import deque
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mayadeen.extract import bounds
from mayadeen.extract.encoding import to_utf8
from mayadeen.extract.inline_code import without_code
from mayadeen.site.address import Site, site_of
from mayadeen.site.text import clean, collapse_whitespace

MAX_OBJECTS = 500
"""Maximum number of JSON-LD objects read per page. Real pages have five."""
_OPENED = ("@graph", "mainEntity", "mainEntityOfPage")
"""Keys that may contain the page's own article. The items of an ItemList are other articles."""
_MAX_ADDRESS = 2000
"""Maximum number of characters of a base address or a site name."""
_BEFORE_NAME = ("|", *(f" {dash}" for dash in "–—-·•»«:/"))
"""Separators between a title and the name of the site."""
_ESCAPE = re.compile(r'\\(["\\/bfnrtu]?)')
_OPENING = re.compile(r"[{\[]")
_VOCABULARY = re.compile(r"[/#:]")
_DECODER = json.JSONDecoder(strict=False)  # strings may contain line breaks
once = lru_cache(maxsize=1)
"""Decorates a function of a page: caches the result for the last page."""


class UnreadablePage(ValueError):
    """Raised by `Page` for input that is not an HTML page or is not safe to parse. The message says why."""


class Page:
    """An HTML page and the address that it was fetched from.

    `html` may be bytes in any declared encoding. `url` determines the edition unless `edition` is given.
    """

    def __init__(self, html: bytes | str, url: str, *, edition: str | None = None, encoding: str | None = None) -> None:
        html = to_utf8(html, encoding)
        if b"<" not in html:
            raise UnreadablePage("no HTML in it" if html.strip() else "empty page")
        if b"\x00" in html[:1024] and b"<html" not in html[:4096].lower():
            raise UnreadablePage("binary data")
        html = without_code(html)
        if too_much := bounds.excess(html):
            raise UnreadablePage(too_much)
        self.tree = LexborHTMLParser(html)
        self.url = url
        root = self.tree.root
        language = (root.attributes.get("lang") or "").strip() if root is not None else ""
        self.site: Site = site_of(url, edition or language[:2].lower() or None)

    @cached_property
    def stating(self) -> dict[str, list[LexborNode]]:
        """The elements that state facts, by tag and in page order. The key "itemprop" has those with that attribute.

        Found in one walk, because each selector takes a third of the time of building the tree.
        """
        found: dict[str, list[LexborNode]] = {name: [] for name in ("base", "meta", "link", "script", "h1", "itemprop")}
        last = None
        for node in self.tree.css("base, meta, link, script, h1, [itemprop]"):
            if node.mem_id != last:  # an element that two of them match is returned twice
                last = node.mem_id
                for name in (node.tag, "itemprop" if "itemprop" in node.attributes else None):
                    if name in found:
                        found[name].append(node)
        return found

    @cached_property
    def base(self) -> str:
        """Base address of relative links: the first `<base href>`, else the page's own address."""
        stated = (node.attributes["href"] or "" for node in self.stating["base"] if "href" in node.attributes)
        try:
            base = urljoin(self.url, next(stated, "").strip()[:_MAX_ADDRESS])
        except ValueError:
            return self.url
        return base if base.startswith(("http://", "https://")) else self.url

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """The CMS's metadata (`script#tawsiyat-metadata`), `{}` if missing or broken."""
        nodes = (node for node in self.stating["script"] if node.attributes.get("id") == "tawsiyat-metadata")
        found = next((_json(node.text()) for node in nodes), None)
        return found if isinstance(found, dict) else {}

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """All JSON-LD objects, outermost first. Graphs, lists and main entities are expanded, broken ones skipped."""
        nodes = [each for each in self.stating["script"] if "ld+json" in (each.attributes.get("type") or "").lower()]
        queue = deque(_json(node.text()) for node in nodes[:MAX_OBJECTS])
        found: list[dict[str, Any]] = []
        while queue and len(found) < MAX_OBJECTS:
            each = queue.popleft()
            if isinstance(each, list):
                queue.extendleft(reversed(each[:MAX_OBJECTS]))
            elif isinstance(each, dict):
                found.append(each)
                queue.extend(each.get(name) for name in _OPENED)
        return found

    def json_ld_of(self, *types: str) -> dict[str, Any]:
        """Return the first JSON-LD object of one of the types, `{}` if there is none."""
        wanted = {name.lower() for name in types}
        return next((each for each in self.json_ld if not wanted.isdisjoint(types_of(each))), {})

    @cached_property
    def _metas(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for attributes in (node.attributes for node in self.stating["meta"]):
            if content := (attributes.get("content") or "").strip():
                for name in {(attributes.get(kind) or "").strip().lower() for kind in ("property", "name", "itemprop")}:
                    found.setdefault(name, []).append(content)
        found.pop("", None)
        return found

    @cached_property
    def meta(self) -> dict[str, str]:
        """Name, property or itemprop of each `<meta>`, in lower case -> the first content that is not empty."""
        return {name: contents[0] for name, contents in self._metas.items()}

    def all_meta(self, name: str) -> list[str]:
        """Return all contents of a `<meta>` that may occur several times."""
        return self._metas.get(name, [])

    @cached_property
    def site_name(self) -> str:
        """The page's name for its site (`og:site_name`)."""
        return clean(self.meta.get("og:site_name", ""))[:_MAX_ADDRESS]

    @cached_property
    def title(self) -> str:
        """The `<title>` without the name of the site."""
        node = self.tree.css_first("title:not(svg *)")
        return self.without_suffix(collapse_whitespace(node.text())) if node is not None else ""

    def without_suffix(self, title: str, *names: str) -> str:
        """Return a title without ` | Al Mayadeen English` or other names of the site; "" if nothing else is left."""
        for name in filter(None, (*self.site.edition.title_suffixes, self.site_name, *names)):
            before, end = title[: -len(name)].rstrip(), title[-len(name) :]
            if end.casefold() == name.casefold() and (not before or before.endswith(_BEFORE_NAME)):
                return before[:-1].rstrip("| ")
        start, colon, rest = title.partition(":")
        return rest.strip() if colon and start.casefold() == self.site_name.casefold() else title


def types_of(document: dict[str, Any]) -> frozenset[str]:
    """Return the types of a JSON-LD object in lower case, without their vocabulary: `schema:Article` -> `article`."""
    stated = document.get("@type")
    names = stated[:10] if isinstance(stated, list) else [stated]
    return frozenset(_VOCABULARY.split(each.strip())[-1].lower() for each in names if isinstance(each, str))


def _json(text: str) -> Any:
    """Return the value of a JSON text, ignoring anything around it (comments, CDATA, a semicolon); None if it is
    broken.

    Removes the backslash of an escape that JSON does not have: `\\'` is common.
    """
    text = text.replace("<![CDATA[", "")
    start = _OPENING.search(text)
    try:
        return _DECODER.raw_decode(text, start.start())[0] if start else None
    except RecursionError:
        return None
    except ValueError:
        mended = _ESCAPE.sub(lambda escape: escape[0] if escape[1] else "", text)
        return _json(mended) if mended != text else None
