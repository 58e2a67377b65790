"""Atom feeds (RFC 4287) with the full text. Feed libraries keep all entries in memory; this writes them one by one."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import IO, Any

from lxml import etree
from scrapy.exporters import BaseItemExporter

from mayadeen.feeds.cells import NOT_XML
from mayadeen.feeds.exporters import Noting
from mayadeen.feeds.vocabularies import tag_uri
from mayadeen.items import Article

_ATOM = "http://www.w3.org/2005/Atom"
_XML = "http://www.w3.org/XML/1998/namespace"


def entry(article: Article) -> etree._Element:
    """Return an article as an entry. Without a date of its own, it is dated when it was fetched."""
    found = _element("entry")
    if article.inLanguage:
        found.set(f"{{{_XML}}}lang", NOT_XML.sub("", article.inLanguage))
    about, now = article.metadata, datetime.now(UTC).isoformat(timespec="seconds")
    updated = article.dateModified or article.datePublished or about.dateDownloaded or about.firstSeen or now
    for name, text in (
        ("id", tag_uri(article)),
        ("title", article.headline),
        ("published", article.datePublished),
        ("updated", updated),
        ("summary", article.description),
    ):
        if text:
            found.append(_element(name, text))
    found.append(_element("link", rel="alternate", type="text/html", href=article.canonicalUrl))
    found.append(_element("content", article.articleBodyHtml or "", type="html"))
    authors = [(each.name, each.url) for each in article.authors] or [(article.publisher or "Al Mayadeen", None)]
    for name, url in authors:
        person = _element("author")
        person.extend([_element("name", name), *([_element("uri", url)] if url else [])])
        found.append(person)
    for tag in article.tags:
        found.append(_element("category", term=tag.name))
    return found


def _element(name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.Element(f"{{{_ATOM}}}{name}", nsmap={None: _ATOM})
    element.text = NOT_XML.sub("", text) if text else None
    for key, value in attributes.items():
        element.set(key, NOT_XML.sub("", value))
    return element


class _Atom(BaseItemExporter):
    """Writes one feed document."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file
        self.open = ExitStack()

    def start_exporting(self) -> None:
        self.out = self.open.enter_context(etree.xmlfile(self.file, encoding="utf-8"))
        self.out.write_declaration()
        self.open.enter_context(self.out.element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM}))
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for name, text in (("id", "tag:almayadeen.net,2026:articles"), ("title", "Al Mayadeen"), ("updated", now)):
            self.out.write("\n", _element(name, text))

    def export_item(self, item: Any) -> None:
        if not isinstance(item, Article):
            raise TypeError(f"{type(item).__name__} is not an article")
        self.out.write("\n", entry(item))

    def finish_exporting(self) -> None:
        self.out.write("\n")
        self.open.close()


class Atom(Noting, _Atom):
    __doc__ = _Atom.__doc__
