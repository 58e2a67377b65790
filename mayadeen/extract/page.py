"""One fetched page: its parsed tree and the facts that it states about itself, each where it stands.

Real pages are 1.2 MB, two thirds of them inline CSS and script, so the tree is Lexbor's and each fact is read once,
from the one element that holds it.
"""

from __future__ import annotations

import json
import re
from collections import deque
from functools import cached_property
from typing import Any

from selectolax.lexbor import LexborHTMLParser
from w3lib.encoding import html_body_declared_encoding, html_to_unicode, resolve_encoding

from mayadeen.extract import bounds
from mayadeen.site.address import Site, site_of

MAX_OBJECTS = 500
"""JSON-LD objects of a page; real pages have five."""
_BYTEWISE = ("ascii", "cp125", "iso8859", "latin", "koi8", "mac")
"""Character sets that servers name by mistake, for pages in UTF-8."""
_CONTROL = re.compile(r"[\x00-\x1f]")


class UnreadablePage(ValueError):
    """Raised by `Page` for what is no HTML page or would not be safe to parse; its text says why."""


class Page:
    """An HTML page and the address it came from.

    `html` may be bytes in any declared encoding. `url` decides the edition unless `edition` names it.
    """

    def __init__(self, html: bytes | str, url: str, *, edition: str | None = None, encoding: str | None = None) -> None:
        self.url = url
        html = _utf8(html, encoding)
        if not html or b"<" not in html:
            raise UnreadablePage("empty page" if not html.strip() else "no HTML in it")
        if b"\x00" in html[:1024] and b"<html" not in html[:4096].lower():
            raise UnreadablePage("binary data")
        if too_much := bounds.excess(html):
            raise UnreadablePage(too_much)
        self.tree = LexborHTMLParser(html)
        self.site: Site = site_of(url, edition or self._stated_edition(url))

    def _stated_edition(self, url: str) -> str | None:
        root = self.tree.root
        language = (root.attributes.get("lang") or "") if root is not None else ""
        return language[:2].lower() or None

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """The CMS's own record (`script#tawsiyat-metadata`), `{}` when missing or broken."""
        node = self.tree.css_first("script#tawsiyat-metadata")
        found = _json(node.text()) if node is not None else None
        return found if isinstance(found, dict) else {}

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """All JSON-LD objects of the page, `@graph` and lists opened; broken ones left out."""
        found: list[dict[str, Any]] = []
        for node in self.tree.css('script[type="application/ld+json"]'):
            queue = deque([_json(node.text())])
            while queue and len(found) < MAX_OBJECTS:
                each = queue.popleft()
                if isinstance(each, list):
                    queue.extend(each[:MAX_OBJECTS])
                elif isinstance(each, dict):
                    found.append(each)
                    if isinstance(each.get("@graph"), list):
                        queue.extend(each["@graph"][:MAX_OBJECTS])
        return found

    def json_ld_of(self, *types: str) -> dict[str, Any]:
        """The first JSON-LD object of one of the types, `{}` when there is none."""
        for each in self.json_ld:
            kind = each.get("@type")
            if kind in types or (isinstance(kind, list) and not set(types).isdisjoint(map(str, kind))):
                return each
        return {}

    @cached_property
    def meta(self) -> dict[str, str]:
        """Name, property or itemprop of each `<meta>`, in lower case, to its content; the first that says something."""
        found: dict[str, str] = {}
        for node in self.tree.css("meta[content]"):
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            content = (attributes.get("content") or "").strip()
            if name and content:
                found.setdefault(name.lower(), content)
        return found

    def all_meta(self, name: str) -> list[str]:
        """Every content of a `<meta property=...>` that may stand several times."""
        nodes = self.tree.css(f'meta[property="{name}"]')
        return [content for node in nodes if (content := (node.attributes.get("content") or "").strip())]

    @cached_property
    def title(self) -> str:
        """`<title>` without what the edition adds to it."""
        node = self.tree.css_first("title")
        return self.without_suffix(" ".join(node.text().split())) if node is not None else ""

    def without_suffix(self, title: str) -> str:
        """A title without ` | Al Mayadeen English`; "" when there is nothing else."""
        suffixes = "|".join(map(re.escape, self.site.edition.title_suffixes))
        return re.sub(rf"(?:^|\s*[|–—-]\s*)(?:{suffixes})$", "", title)


def _utf8(html: bytes | str, encoding: str | None) -> bytes:
    if isinstance(html, str):
        return html.removeprefix("\ufeff").encode("utf-8", "replace")
    declared = encoding or html_body_declared_encoding(html)
    # What is declared is believed, as browsers do; looking at each byte would cost a quarter of the tree.
    # But for the character sets of one byte each: text in one is hardly ever sound UTF-8 by chance.
    named = resolve_encoding(declared) or "" if declared else ""
    if named == "utf-8" or ((not declared or named.startswith(_BYTEWISE)) and _is_utf8(html)):
        return html.removeprefix(b"\xef\xbb\xbf")
    header = f"text/html; charset={encoding}" if encoding else None
    return html_to_unicode(header, html, default_encoding="utf-8")[1].encode("utf-8", "replace")


def _is_utf8(html: bytes) -> bool:
    try:
        html.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _json(text: str) -> Any:
    """The value of a JSON text as pages write it: raw line breaks in strings are forgiven; None when it is broken."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(_CONTROL.sub(" ", text).strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None
