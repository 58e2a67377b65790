"""Builds the item of an article page: for each field the stated value, else the printed one.

A stated value comes from the first source that has it: the CMS's metadata tag, JSON-LD, meta tags.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from mayadeen.extract import media, render, structured
from mayadeen.extract.heuristics.reader import Visible
from mayadeen.extract.heuristics.view import Label
from mayadeen.extract.link_boxes import cards_of
from mayadeen.extract.linked_data import Stated, article_ld, plain, site_names
from mayadeen.extract.names import names_in
from mayadeen.extract.page import Page
from mayadeen.items import BLOCKS, Article, Author, NamedLink, RelatedLink
from mayadeen.site import dates
from mayadeen.site.address import dedupe_key, resolve
from mayadeen.site.text import clean, collapse_whitespace, comparison_key, count_words

MIN_BORROWED = 40
"""A description is compared with the first lines of the text when it has at least this many characters."""


class Facts(NamedTuple):
    """What a page states and both readers need."""

    is_article: bool | None
    """Whether it states that it is an article; None if it does not say."""
    titles: list[Stated]
    description: Stated | None
    keywords: Stated | None
    url: Stated
    """The canonical address."""
    type: Stated


def facts_of(page: Page) -> Facts:
    """Return the facts of a page."""
    url = structured.canonical_url(page)
    return Facts(
        structured.is_stated_article(page),
        structured.headline_candidates(page),
        structured.description(page),
        structured.keywords(page),
        url,
        structured.article_type(page, url.value),
    )


def build(page: Page, facts: Facts, visible: Visible, fetched: datetime | None) -> tuple[Article, dict[str, str]]:
    """Return the item before cleaning, and the origin of each field that has a value."""
    site, url, code = page.site, facts.url.value, page.site.edition.code
    origins: dict[str, str] = {}

    def of(name: str, found: Stated | None) -> Any:
        """Return the value of a field and record its origin."""
        if found is None:
            return None
        origins[name] = found.origin
        return found.value

    of("canonicalUrl", facts.url)
    post_id = of("id", structured.post_id(page))
    if post_id is None:
        origins["id"] = "address"
    classes = structured.classes(page)
    published = of("datePublished", _date(page, structured.PUBLISHED, visible.byline.date, fetched)) or (None, None)
    modified = of("dateModified", _date(page, structured.MODIFIED, visible.byline.modified, fetched)) or (None, None)
    images, main = media.images(page, visible)
    videos, origin = media.videos(page, visible)
    if origin:
        origins["videos"] = origin
    body = render.plain(visible.text)
    if body:
        origins["articleBody"] = "visible"
    article = Article(
        id=f"{code}:{post_id}" if post_id else f"{code}:u-{sha256(url.encode()).hexdigest()[:16]}",
        url=page.url,
        canonicalUrl=url,
        edition=code,
        inLanguage=_language(page),
        publisher=next(iter(site_names(page)), site.edition.publisher),
        articleType=of("articleType", facts.type),
        headline=of("headline", _headline(facts, visible)),
        description=of("description", _description(facts, visible)),
        articleBody=body or None,
        articleBodyHtml=render.html(visible.text, visible.region, page.base, site) or None,
        datePublished=dates.iso(published[0]) if published[0] else None,
        datePublishedRaw=published[1],
        dateModified=dates.iso(modified[0]) if modified[0] else None,
        dateModifiedRaw=modified[1],
        authors=of("authors", _authors(page, visible)) or [],
        sources=of("sources", _printed(visible.byline.sources)) or [],
        section=of("section", structured.section_slug(page, url)),
        breadcrumbs=of("breadcrumbs", _breadcrumbs(page, facts, visible)) or [],
        regions=of("regions", _regions(classes, visible)) or [],
        # The page's "Coverage" box is the same on all pages: it does not say what this article belongs to.
        coverage=of("coverage", Stated(classes["coverage"], "metadata") if "coverage" in classes else None),
        tags=of("tags", _tags(page, facts, visible)) or [],
        mainImage=of("mainImage", main),
        images=images,
        videos=videos,
        links=render.links(visible.text, page.base, site),
        relatedLinks=_related(page, facts, visible),
        wordCount=count_words(body) if body else None,
        readingTime=visible.byline.minutes,
        shareCount=visible.byline.shares,
    )
    return article, origins


def _language(page: Page) -> str:
    root = page.tree.root
    stated = page.metadata.get("lang") or article_ld(page).get("inLanguage")
    tag = plain(stated) or (root.attributes.get("lang") if root is not None else "") or ""
    return clean(tag).replace("_", "-") or page.site.edition.language


def _headline(facts: Facts, visible: Visible) -> Stated:
    """Return the printed headline if it contains a stated title or is an `<h1>`, else the stated one."""
    printed = visible.headline
    if printed is None:
        return facts.titles[0]
    text = clean(printed.text)
    key = comparison_key(text)
    keys = {comparison_key(title.value): title for title in facts.titles}
    if key in keys:
        return Stated(text, keys[key].origin)
    # A kicker in its own `<span>` may be joined to the title without a space.
    glued = next((title for each, title in keys.items() if each.replace(" ", "") == key.replace(" ", "")), None)
    if glued is not None:
        return glued
    top = visible.region.tag(printed) == "h1"
    if not top and keys and not any(each in key for each in keys):
        return facts.titles[0]
    return Stated(text, "visible")


def _description(facts: Facts, visible: Visible) -> Stated | None:
    stated, printed = facts.description, visible.standfirst
    # In the CMS's metadata the description is the standfirst of the site.
    differs = printed and stated and comparison_key(printed) != comparison_key(stated.value)
    if stated is None or (differs and stated.origin != "metadata"):
        return Stated(clean(collapse_whitespace(printed)), "visible") if printed else None
    if printed is None and _is_borrowed(stated.value, visible):
        return None
    return stated


def _is_borrowed(description: str, visible: Visible) -> bool:
    """Return whether the description is a copy of the first lines of the text."""
    text = visible.text
    lead = comparison_key(description.rstrip(".…[] "))
    begun = [block.text for block in text[:2]]
    if lead and not description.endswith("."):  # it may be cut anywhere, and key points may come before
        begun += [block.text for block in text[2:8]] + [" ".join([block.text for block in text[:4]])]
    return len(lead) > MIN_BORROWED and any(comparison_key(each).startswith(lead) for each in begun)


def _date(page: Page, field: structured.Field, printed: str | None, fetched: datetime | None) -> Stated | None:
    """Return (instant, raw string) of a date: the stated one, else the printed one. The instant may be None."""
    stated = structured.when(page, field)
    if printed and (stated is None or stated.value[0] is None):
        moment = dates.parse_printed(printed, page.site.edition, fetched)
        if moment is not None or stated is None:
            return Stated((moment, printed), "visible")
    return stated


def _printed(names: list[Any]) -> Stated | None:
    found = [Author(name=clean(each.name), nameRaw=clean(each.raw), url=each.url) for each in names]
    return Stated(found, "visible") if found else None


def _authors(page: Page, visible: Visible) -> Stated | None:
    """Return the stated authors. Use the printed ones if none or only an organisation is stated, or if more are
    printed.
    """
    printed = visible.byline.authors
    stated = structured.authors(page)
    if stated is None or (printed and stated.weak):
        return _printed(printed)
    urls = {comparison_key(author.name): author.url for author in printed}
    found: dict[str, Author] = {}
    for raw, url in stated.value:
        names = names_in(raw, page.site.edition)
        link = resolve(url, page.base, page.site) if url and len(names) == 1 else None
        for name in names:
            key = comparison_key(name)
            found.setdefault(key, Author(name=name, nameRaw=raw, url=link or urls.get(key)))
    if len(printed) > len(found) and set(found) <= set(urls):
        return _printed(printed)  # the metadata names only the first author
    return Stated(list(found.values()), stated.origin)


def _breadcrumbs(page: Page, facts: Facts, visible: Visible) -> Stated | None:
    stated, origin = structured.breadcrumbs(page), "json-ld"
    if not stated:
        stated, origin = list(visible.breadcrumb), "visible"
    here = dedupe_key(facts.url.value, page.site)
    headline = comparison_key(visible.headline.text) if visible.headline else ""

    def is_article(name: str, url: str | None) -> bool:
        """Return whether a breadcrumb step is the article itself: its full or truncated title."""
        cut = name.rstrip(".… ")
        return (
            comparison_key(name) == headline
            or (cut != name and headline.startswith(comparison_key(cut)))
            or (url is not None and dedupe_key(url, page.site) == here)
        )

    trail = [NamedLink(name=name, url=url) for name, url in stated if not is_article(name, url)]
    return Stated(trail, origin) if trail else None


def _regions(classes: dict[str, str], visible: Visible) -> Stated | None:
    if "country" in classes:
        return Stated([classes["country"]], "metadata")
    return Stated(list(visible.regions), "visible") if visible.regions else None


def _tags(page: Page, facts: Facts, visible: Visible) -> Stated | None:
    printed: dict[str, NamedLink] = {}
    for block in visible.tags:
        for href, text in block.link_texts().items():
            name = clean(text).strip("#, ")
            if name:
                url = resolve(href, page.base, page.site)
                printed.setdefault(comparison_key(name), NamedLink(name=name, url=url))
    if facts.keywords is None:
        return Stated(list(printed.values()), "visible") if printed else None
    known = [(name, printed.get(comparison_key(name))) for name in facts.keywords.value]
    tags = [NamedLink(name=name, url=link.url if link else None) for name, link in known]
    return Stated(tags, facts.keywords.origin)


def _related(page: Page, facts: Facts, visible: Visible) -> list[RelatedLink]:
    """Return the links to other articles, one per target, each with its most specific block."""
    links, blocks = visible.view.links, visible.region.blocks
    groups = [(box.block, blocks[box.first : box.end]) for box in visible.link_boxes]
    groups += [("readMore", (block,)) for block in visible.labelled(Label.SEE_ALSO)]
    own = {dedupe_key(facts.url.value, page.site), dedupe_key(page.url, page.site)}
    found: dict[str, tuple[str, str, str]] = {}
    strength = {block: rank for rank, block in enumerate(BLOCKS)}
    for name, group in groups:
        if name not in strength:
            continue
        for target, text in cards_of(group, links, name):
            known = found.get(target.key)
            if target.key not in own and (known is None or strength[name] < strength[known[0]]):
                found[target.key] = (name, target.url, clean(text))
    return [
        RelatedLink(url=url, headline=text, block=name, position=position)
        for name in BLOCKS
        for position, (url, text) in enumerate([each[1:] for each in found.values() if each[0] == name], 1)
    ]
