"""Validate -> Clean -> DropDuplicates. Each counts what it changes or drops."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from mayadeen.cleaning import clean_article
from mayadeen.items import Article
from mayadeen.text import clean
from mayadeen.urls import key, site_of

TYPES = ("news", "opinion", "analysis", "blog", "feature", "video", "infographic", "gallery")
_WITHOUT_TEXT = ("video", "infographic", "gallery")


class _Counting:
    """A pipeline that writes to the crawl's stats."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def count(self, name: str, by: int = 1) -> None:
        self.crawler.stats.inc_value(name, by)


class Validate(_Counting):
    """Drops an article that lacks what every line promises."""

    def process_item(self, item: Article) -> Article:
        missing = lacking(item)
        if missing:
            self.count(f"validate/{missing}")
            raise DropItem(f"{item.url} has no {missing}", log_level="WARNING")
        return item


def lacking(article: Article) -> str | None:
    """The first required field that an article lacks."""
    for name in ("id", "url", "canonicalUrl", "edition", "headline"):
        if not clean(getattr(article, name) or ""):
            return name
    if article.articleType not in TYPES:
        return "articleType"
    text = clean(article.articleBody or "") or clean(article.description or "")
    if not text and article.articleType not in _WITHOUT_TEXT:
        return "articleBody"
    return None


class Clean(_Counting):
    """Cleans strings, HTML and links."""

    def process_item(self, item: Article) -> Article:
        for name, times in clean_article(item).items():
            self.count(f"clean/{name}", times)
        return item


class DropDuplicates(_Counting):
    """Drops an article that this crawl has met before, by id or address; names equal texts under several ids."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.ids: set[int] = set()
        self.addresses: set[int] = set()
        self.contents: set[int] = set()

    def process_item(self, item: Article) -> Article:
        site = site_of(item.canonicalUrl, item.edition)
        addresses = {hash(key(item.canonicalUrl, site)), hash(key(item.url, site))}
        if hash(item.id) in self.ids:
            self.count("duplicate/id")
            raise DropItem(f"{item.url} is {item.id} again", log_level="INFO")
        if hash(key(item.canonicalUrl, site)) in self.addresses:
            self.count("duplicate/address")
            raise DropItem(f"{item.url} is an address met before", log_level="INFO")
        content = hash(item.contentHash)
        if content in self.contents and ":u-" in item.id:
            # No post id tells the two apart: one article under two addresses.
            self.count("duplicate/content")
            raise DropItem(f"{item.url} is an article met before under another address", log_level="INFO")
        if content in self.contents:
            self.count("duplicate/content_kept")
        self.ids.add(hash(item.id))
        self.addresses |= addresses
        self.contents.add(content)
        return item
