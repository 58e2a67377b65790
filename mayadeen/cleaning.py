"""Cleaning of a whole article: its strings, its HTML, its links. Says what it changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any

import nh3

from mayadeen.items import Article, Metadata, RelatedLink, content_hash
from mayadeen.text import clean, count_words, line
from mayadeen.urls import absolute, key, site_of

ALLOWED_TAGS = {"p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "a", "strong", "em", "br"}
_HTML = nh3.Cleaner(
    tags=ALLOWED_TAGS,
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
    clean_content_tags={"script", "style"},
)
_MULTILINE = ("articleBody",)
_HTML_FIELDS = ("articleBodyHtml",)
_KEEP_RAW = ("datePublishedRaw", "dateModifiedRaw", "contentHash", "url", "id")


def clean_article(article: Article) -> Counter[str]:
    """Cleans an article in place; returns how many values changed, by field. Twice is the same as once."""
    changed: Counter[str] = Counter()
    for each in fields(article):
        name = each.name
        before = getattr(article, name)
        if name in _KEEP_RAW or isinstance(before, Metadata):
            continue
        after = _html(before) if name in _HTML_FIELDS else _value(before, multiline=name in _MULTILINE)
        if after != before:
            changed[name] += 1
            setattr(article, name, after)
    related = unique_related(article)
    if related != article.relatedLinks:
        changed["relatedLinks"] += 1
        article.relatedLinks = related
    article.wordCount = count_words(article.articleBody) if article.articleBody else None
    article.contentHash = content_hash(article)
    return changed


def _html(value: str | None) -> str | None:
    return _HTML.clean(clean(value)) or None if value else None


def _value(value: Any, *, multiline: bool = False) -> Any:
    if isinstance(value, str):
        if multiline:
            return "\n".join(filter(None, (line(each) for each in clean(value).split("\n")))) or None
        return line(clean(value))
    if isinstance(value, list):
        return [_value(each) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        return type(value)(**{each.name: _value(getattr(value, each.name)) for each in fields(value)})
    return value


def unique_related(article: Article) -> list[RelatedLink]:
    """The related links in normal form, one a target, none to the article itself."""
    site = site_of(article.canonicalUrl, article.edition)
    own = {key(article.canonicalUrl, site), key(article.url, site)}
    found: dict[str, RelatedLink] = {}
    for link in article.relatedLinks:
        target = absolute(link.url, article.url, site)
        if target is None or key(target, site) in own:
            continue
        found.setdefault(
            key(target, site),
            RelatedLink(url=target, headline=link.headline, block=link.block, position=link.position),
        )
    return list(found.values())
