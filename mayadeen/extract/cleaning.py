"""Cleans a whole article: its strings, its HTML and its links. Reports what was changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import is_dataclass
from typing import Any

import nh3

from mayadeen.items import Article, RelatedLink, content_hash
from mayadeen.site.address import dedupe_key, resolve, site_of
from mayadeen.site.text import clean, collapse_whitespace, count_words, without_invisible

ALLOWED_TAGS = {"p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "a", "strong", "em", "br"}
_HTML = nh3.Cleaner(
    tags=ALLOWED_TAGS,
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
    clean_content_tags={"script", "style"},
)
_LINES = ("publisher", "headline", "description", "inLanguage", "section", "coverage")
_WITH_LINES = ("articleBody", "articleBodyHtml")
"""Fields that may contain line feeds."""
_PARTS = {
    "authors": ("name", "nameRaw"),
    "sources": ("name", "nameRaw"),
    "breadcrumbs": ("name",),
    "tags": ("name",),
    "mainImage": ("caption", "creditText", "alt"),
    "images": ("caption", "creditText", "alt"),
    "links": ("text",),
    "relatedLinks": ("headline",),
}


def clean_article(article: Article) -> Counter[str]:
    """Clean an article in place. Returns the number of changes per field. Idempotent."""
    changed: Counter[str] = Counter()

    def put(name: str, after: Any) -> None:
        if after != getattr(article, name):
            changed[name] += 1
            setattr(article, name, after)

    for name in _LINES:
        value = getattr(article, name)
        if value is not None:
            put(name, clean(collapse_whitespace(value)) or None)
    for name, texts in _PARTS.items():
        value = getattr(article, name)
        for part in value if isinstance(value, list) else [value] if value is not None else []:
            changed[name] += _clean_part(part, texts)
    put("regions", [clean(collapse_whitespace(region)) for region in article.regions])
    if article.articleBody is not None:
        put("articleBody", "\n".join(filter(None, clean(article.articleBody).split("\n"))) or None)
    if article.articleBodyHtml is not None:
        put("articleBodyHtml", _HTML.clean(clean(article.articleBodyHtml, entities=False)) or None)
    put("relatedLinks", unique_related(article))
    changed.update(_drop_invisible(article))
    article.wordCount = count_words(article.articleBody) if article.articleBody else None
    article.contentHash = content_hash(article)
    return +changed


def clean_html(html: str) -> str:
    """Return HTML with only ALLOWED_TAGS and safe links."""
    return _HTML.clean(html)


def _drop_invisible(part: Any) -> list[str]:
    """Remove control characters, direction marks and lone surrogates from all strings. Returns the field of each
    change.

    Addresses, ids and dates as printed are copied unchanged from the page, so other cleaning does not cover them.
    """
    changed: list[str] = []
    for name in part.__dataclass_fields__:
        value = getattr(part, name)
        if not isinstance(value, str):
            inner = value if isinstance(value, list) else [value]
            changed += [name for each in inner if is_dataclass(each) and _drop_invisible(each)]
        elif not value.isprintable():
            after = without_invisible(value, lines=name in _WITH_LINES)
            if after != value:
                setattr(part, name, after)
                changed.append(name)
    return changed


def _clean_part(part: Any, texts: tuple[str, ...]) -> int:
    """Clean the texts of an author, tag, picture or link. Returns 1 if one of them changed, else 0."""
    changed = 0
    for name in texts:
        value = getattr(part, name)
        if value:
            after = clean(collapse_whitespace(value))
            if after != value:
                setattr(part, name, after)
                changed = 1
    return changed


def unique_related(article: Article) -> list[RelatedLink]:
    """Return the related links with normalized addresses, one per target, without links to the article itself."""
    site = site_of(article.canonicalUrl, article.edition)
    own = {dedupe_key(article.canonicalUrl, site), dedupe_key(article.url, site)}
    found: dict[str, RelatedLink] = {}
    for link in article.relatedLinks:
        target = resolve(link.url, article.url, site)
        if target is None or (key := dedupe_key(target, site)) in own:
            continue
        found.setdefault(key, RelatedLink(url=target, headline=link.headline, block=link.block, position=link.position))
    return list(found.values())
