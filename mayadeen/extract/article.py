"""One article page to one item: a pure function of bytes and address.

Each field is taken from the first place that states it: the CMS's metadata tag, JSON-LD, meta tags, the visible page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from selectolax.lexbor import LexborNode

from mayadeen.extract import cleaning, media
from mayadeen.extract import render as markup
from mayadeen.extract import structured as facts
from mayadeen.extract.blocks import Block, Region, read_after, read_inside
from mayadeen.extract.heuristics.anchor import find_headline
from mayadeen.extract.heuristics.body import Body, find_body
from mayadeen.extract.heuristics.byline import Byline, author_split, source_labels, split_names, states_source
from mayadeen.extract.heuristics.captions import mark_captions
from mayadeen.extract.heuristics.layout import boxes_around
from mayadeen.extract.heuristics.surroundings import (
    breadcrumb_trail,
    may_concern,
    may_hold_tags,
    region_names,
    siblings_before,
    tags_of,
)
from mayadeen.extract.link_boxes import find_link_boxes, heading_words, links_of
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.items import BLOCKS, Article, Author, Image, NamedLink, RelatedLink, Video
from mayadeen.site import dates
from mayadeen.site.address import Site, dedupe_key, page_type, resolve
from mayadeen.site.edition import Edition
from mayadeen.site.text import clean, collapse_whitespace, comparison_key, count_words

_WITHOUT_TEXT = ("video", "infographic", "gallery")
_NO_ARTICLE_KINDS = ("home", "section", "tag", "author", "coverage", "region", "live", "search", "static", "bulletin")


class NotAnArticle(ValueError):
    """Raised for a page that is no article or cannot be understood as one; its text says why."""


@dataclass(slots=True)
class Reading:
    """An article as its page gives it, and where each field came from."""

    article: Article
    origins: dict[str, str] = field(default_factory=dict)


def parse_article(
    html: bytes | str, url: str, *, edition: str | None = None, fetched: datetime | None = None
) -> Article:
    """The article of a page, clean, as its feed line has it but for the archive's fields.

    `url` is where the page was fetched; `edition` is needed only when its host is none of the site's. `fetched` (aware)
    resolves dates printed without a year and "today"; without it such a date is null and its raw string kept.
    Raises NotAnArticle.
    """
    try:
        page = Page(html, url, edition=edition)
    except UnreadablePage as error:
        raise NotAnArticle(str(error)) from None
    article = read_article(page, fetched).article
    cleaning.clean_article(article)
    return article


def read_article(page: Page, fetched: datetime | None = None) -> Reading:
    """The article of a page before cleaning, with the origin of each field. Raises NotAnArticle."""
    try:
        return _read_article(page, fetched)
    except RecursionError:
        raise NotAnArticle("elements nested too deep") from None


def _read_article(page: Page, fetched: datetime | None) -> Reading:
    site = page.site
    stated = facts.is_stated_article(page)
    if stated is False:
        raise NotAnArticle("the page calls itself a section page")
    address = facts.canonical_url(page)
    sort = page_type(page.url, site)
    if sort in _NO_ARTICLE_KINDS and not stated:
        raise NotAnArticle(f"the address is that of a {sort} page")
    title = facts.headline(page)
    anchor = find_headline(page, title.value if title else None)
    if anchor is None and title is None:
        raise NotAnArticle("no headline")
    visible = _Visible(page, anchor, title.value if title else "", facts.article_type(page, address.value).value)
    reading = _compose(page, address, title, visible, fetched)
    _check(reading.article, stated, visible)
    return reading


class _Visible:
    """What the visible page says, read once."""

    def __init__(self, page: Page, anchor: LexborNode | None, title: str, article_type: str) -> None:
        site = page.site
        self.page, self.anchor = page, anchor
        self.headline = clean(collapse_whitespace(anchor.text())) if anchor is not None else ""
        if anchor is not None:
            self.region = read_after(anchor)
        elif page.tree.body is not None:
            self.region = read_inside(page.tree.body)
        else:
            self.region = Region()
        stated = facts.description(page)
        self.stated_description = stated
        self.keywords = facts.keywords(page)
        before = siblings_before(anchor) if anchor is not None else []
        words = (*heading_words(site.edition), *source_labels(site.edition))
        self.near: list[Block] = []
        self.tags_above: list[Block] = []
        self.images_before: list[Image] = []
        boxes: list[tuple[str, list[Block]]] = []
        for node, text in before:
            labelled = any(word in text for word in words)
            tagged = may_hold_tags(node, text, anchor, site)
            if not labelled and not tagged and (len(text) > 700 or not may_concern(node, text, site)):
                continue
            region = read_inside(node)
            if tagged:
                self.tags_above += tags_of(region, site)
            for box in find_link_boxes(region, site, frozenset()):
                boxes.append((box.block, region.blocks[box.first : box.end]))
            if len(text) <= 700:
                mark_captions(region, boxes_around(region), site.edition)
                region.boxes[0].inside = True
                self.images_before += media.read_images(region, page.url, site, end=len(region.blocks))
                self.near.extend(block for block in region.blocks if not block.role)
            else:  # a column before the article: of its lines the source alone is surely this article's
                self.near.extend(
                    block for block in region.blocks if not block.role and states_source(block, site.edition)
                )
        self.body: Body = find_body(
            self.region,
            site,
            description=stated.value if stated else "" if facts.states_description(page) else None,
            headline=self.headline or title,
            keywords=frozenset(comparison_key(tag) for tag in self.keywords.value) if self.keywords else frozenset(),
            before=self.near,
            article_type=article_type,
        )
        self.boxes = boxes + [(box.block, self.region.blocks[box.first : box.end]) for box in self.body.link_boxes]

    @property
    def byline(self) -> Byline:
        return self.body.byline

    @property
    def printed_standfirst(self) -> str | None:
        return next((block.text for block in self.body.lines("standfirst")), None)


def _compose(
    page: Page, address: facts.Stated, title: facts.Stated | None, visible: _Visible, fetched: datetime | None
) -> Reading:
    site, body = page.site, visible.body
    url = address.value
    origins: dict[str, str] = {"canonicalUrl": address.origin}

    def of(name: str, found: facts.Stated | None) -> Any:
        if found is not None:
            origins[name] = found.origin
        return found.value if found is not None else None

    headline = of("headline", _headline(title, visible))
    post_id = of("id", facts.post_id(page))
    if post_id is None:
        origins["id"] = "address"
    byline, edition = visible.byline, site.edition
    published, published_raw = _date("datePublished", facts.published(page), byline.date, edition, fetched, origins)
    modified, modified_raw = _date("dateModified", facts.modified(page), byline.modified, edition, fetched, origins)
    images, main = _images(page, visible, origins)
    text = body.lines("text")
    classes = facts.classes(page)
    article = Article(
        id=f"{site.edition.code}:{post_id}" if post_id else f"{site.edition.code}:u-{_digest(url)}",
        url=page.url,
        canonicalUrl=url,
        edition=site.edition.code,
        inLanguage=_language(page),
        publisher=_publisher(page),
        articleType=of("articleType", facts.article_type(page, url)),
        headline=headline,
        description=of("description", _description(visible)),
        articleBody=markup.plain(text) or None,
        articleBodyHtml=markup.html(text, page.url, site) or None,
        datePublished=published,
        datePublishedRaw=published_raw,
        dateModified=modified,
        dateModifiedRaw=modified_raw,
        authors=of("authors", _authors(page, visible)) or [],
        sources=of("sources", _sources(visible)) or [],
        section=of("section", facts.section_slug(page, url)),
        breadcrumbs=of("breadcrumbs", _breadcrumbs(page, visible, url)) or [],
        regions=of("regions", _regions(classes, visible, site)) or [],
        coverage=of("coverage", _coverage(classes)),
        tags=of("tags", _tags(page, visible)) or [],
        mainImage=main,
        images=images,
        videos=_videos(page, visible, origins),
        links=markup.links(text, page.url, site),
        relatedLinks=_related(page, visible, url),
        readingTime=body.byline.minutes,
        shareCount=body.byline.shares,
    )
    if article.articleBody:
        article.wordCount = count_words(article.articleBody)
        origins["articleBody"] = "visible"
    return Reading(article, origins)


def _digest(url: str) -> str:
    return sha256(url.encode()).hexdigest()[:16]


def _headline(title: facts.Stated | None, visible: _Visible) -> facts.Stated:
    if title is None or (visible.headline and comparison_key(visible.headline) == comparison_key(title.value)):
        return facts.Stated(visible.headline, title.origin if title else "visible")
    return title


def _description(visible: _Visible) -> facts.Stated | None:
    stated, printed = visible.stated_description, visible.printed_standfirst
    if stated is None:
        return facts.Stated(clean(printed), "visible") if printed else None
    if printed is None and _is_borrowed(stated.value, visible.body.lines("text")):
        return None
    return stated


def _is_borrowed(description: str, text: list[Block]) -> bool:
    """A description cut from the first lines of the text."""
    lead = comparison_key(description.rstrip(".…[] "))
    begun = [block.text for block in text[:2]]
    if lead and not description.endswith("."):  # cut anywhere; key points may stand before
        begun += [block.text for block in text[2:8]] + [" ".join([block.text for block in text[:4]])]
    return len(lead) > 40 and any(comparison_key(each).startswith(lead) for each in begun)


def _date(
    name: str,
    stated: facts.When | None,
    printed: str | None,
    edition: Edition,
    fetched: datetime | None,
    origins: dict[str, str],
) -> tuple[str | None, str | None]:
    """ISO 8601 and raw string of a date field: as stated, else as printed."""
    if stated is not None:
        origins[name] = stated.origin
        return dates.iso(stated.moment), stated.raw
    if printed is None:
        return None, None
    origins[name] = "visible"
    moment = dates.parse_printed(printed, edition, fetched)
    return dates.iso(moment) if moment else None, printed


def _language(page: Page) -> str | None:
    root = page.tree.root
    tag = str(page.metadata.get("lang") or facts.article_ld(page).get("inLanguage") or "")
    tag = tag or (root.attributes.get("lang") if root is not None else "") or ""
    return clean(tag).replace("_", "-") or page.site.edition.language


def _publisher(page: Page) -> str:
    publisher = facts.article_ld(page).get("publisher")
    name = publisher.get("name") if isinstance(publisher, dict) else None
    return (
        clean(collapse_whitespace(name))
        if isinstance(name, str) and name.strip()
        else (clean(page.meta.get("og:site_name", "")) or page.site.edition.publisher)
    )


def _authors(page: Page, visible: _Visible) -> facts.Stated | None:
    site = page.site
    printed = visible.byline.authors
    stated = facts.authors(page)
    if stated is None:
        return (
            facts.Stated([Author(name=clean(a.name), nameRaw=clean(a.raw), url=a.url) for a in printed], "visible")
            if printed
            else None
        )
    urls = {comparison_key(a.name): a.url for a in printed}
    found: dict[str, Author] = {}
    for raw, url in stated.value:
        for name in split_names(raw, author_split(site.edition)):
            link = resolve(url, page.url, site) if url else None
            found.setdefault(
                comparison_key(name), Author(name=name, nameRaw=raw, url=link or urls.get(comparison_key(name)))
            )
    if len(printed) > len(found) and set(found) <= set(urls):
        # The page names all of them, the record only the first.
        return facts.Stated([Author(name=clean(a.name), nameRaw=clean(a.raw), url=a.url) for a in printed], "visible")
    return facts.Stated(list(found.values()), stated.origin)


def _sources(visible: _Visible) -> facts.Stated | None:
    found = [Author(name=clean(s.name), nameRaw=clean(s.raw), url=s.url) for s in visible.byline.sources]
    return facts.Stated(found, "visible") if found else None


def _breadcrumbs(page: Page, visible: _Visible, url: str) -> facts.Stated | None:
    stated = facts.breadcrumbs(page)
    origin = "json-ld"
    if not stated and visible.anchor is not None:
        stated, origin = breadcrumb_trail(visible.anchor, page), "visible"
    here = dedupe_key(url, page.site)
    trail = [
        NamedLink(name=name, url=target)
        for name, target in stated
        if not _is_headline(name, visible.headline) and not (target and dedupe_key(target, page.site) == here)
    ]
    return facts.Stated(trail, origin) if trail else None


def _is_headline(name: str, headline: str) -> bool:
    """Whether a step of the breadcrumb is the article itself, whole or cut."""
    cut = name.rstrip(".… ")
    return comparison_key(name) == comparison_key(headline) or (
        cut != name and comparison_key(headline).startswith(comparison_key(cut))
    )


def _regions(classes: dict[str, str], visible: _Visible, site: Site) -> facts.Stated | None:
    if "country" in classes:
        return facts.Stated([classes["country"]], "metadata")
    blocks = [*visible.near, *visible.region.blocks[: visible.body.end]]
    found = region_names(blocks, site)
    return facts.Stated(found, "visible") if found else None


def _coverage(classes: dict[str, str]) -> facts.Stated | None:
    # The page's "Coverage" box is the same on all pages: it does not say what this article belongs to.
    return facts.Stated(classes["coverage"], "metadata") if "coverage" in classes else None


def _tags(page: Page, visible: _Visible) -> facts.Stated | None:
    printed: dict[str, NamedLink] = {}
    for block in visible.body.lines("tag") or visible.tags_above:
        for href in block.hrefs:
            name = clean(block.text_of(href)).strip("#, ")
            if name:
                printed.setdefault(comparison_key(name), NamedLink(name=name, url=resolve(href, page.url, page.site)))
    stated = visible.keywords
    if stated is None:
        return facts.Stated(list(printed.values()), "visible") if printed else None
    tags = []
    for name in stated.value:
        known = printed.get(comparison_key(name))
        tags.append(NamedLink(name=name, url=known.url if known else None))
    return facts.Stated(tags, stated.origin)


def _images(page: Page, visible: _Visible, origins: dict[str, str]) -> tuple[list[Image], Image | None]:
    body = visible.body
    images = media.read_images(visible.region, page.url, page.site, end=body.end)
    stated = facts.image(page)
    # Above the headline only what has a caption, or is the stated picture, is the article's and not the page's.
    known = media.identity(stated.value) if stated else ""
    above = [
        each
        for each in visible.images_before
        if len((each.caption or "").split()) > 3 or media.identity(each.url) == known
    ]
    images = list({media.identity(each.url): each for each in (*above, *images)}.values())
    if stated is None:
        if images:
            origins["mainImage"] = "visible"
        return images, images[0] if images else None
    origins["mainImage"] = stated.origin
    main = Image(url=stated.value)
    for position, each in enumerate(images):
        if media.identity(each.url) == media.identity(main.url):
            main = Image(url=main.url, caption=each.caption, creditText=each.creditText, alt=each.alt)
            images[position] = main
            break
    else:
        images = images or [main]
    return images, main


def _videos(page: Page, visible: _Visible, origins: dict[str, str]) -> list[Video]:
    blocks = visible.region.blocks
    tags = next((index for index, block in enumerate(blocks) if block.role == "tag"), 0)
    found = media.read_videos(visible.region, page.url, page.site, end=max(tags, visible.body.end))
    stated = facts.video(page)
    if stated is None:
        return found
    url, embed, duration = stated.value
    origins["videos"] = stated.origin
    own = next((video for video in found if embed is None or video.embedUrl == embed or video.url == url), None)
    if own is None:
        return [Video(url=url, embedUrl=embed, duration=duration), *found]
    own.url, own.embedUrl, own.duration = own.url or url, own.embedUrl or embed, duration
    return found


def _related(page: Page, visible: _Visible, url: str) -> list[RelatedLink]:
    site, body = page.site, visible.body
    found: dict[str, tuple[str, str, str]] = {}
    own = {dedupe_key(url, site), dedupe_key(page.url, site)}
    groups = [*visible.boxes, *(("readMore", [block]) for block in body.lines("see also"))]
    strength = {block: rank for rank, block in enumerate(BLOCKS)}
    for block, blocks in groups:
        if block not in strength:
            continue
        for target, text in links_of(blocks, site, page.url, block=block):
            same_page = dedupe_key(target, site)
            if same_page in own:
                continue
            known = found.get(same_page)
            if known is None or strength[block] < strength[known[0]]:
                found[same_page] = (block, target, clean(text))
    links: list[RelatedLink] = []
    for block in BLOCKS:
        chosen = [each for each in found.values() if each[0] == block]
        links.extend(
            RelatedLink(url=target, headline=text, block=block, position=position)
            for position, (_, target, text) in enumerate(chosen, 1)
        )
    return links


def _check(article: Article, stated: bool | None, visible: _Visible) -> None:
    """Refuses what has too little of an article to be one."""
    if not article.headline:
        raise NotAnArticle("no headline")
    if stated:
        return
    byline = visible.byline
    signed = bool(article.sources or byline.authors or byline.minutes or byline.shares)
    if article.datePublishedRaw is None and not signed:
        raise NotAnArticle("no publication date and no byline")
    if article.articleBody is None and not (article.articleType in _WITHOUT_TEXT and (signed or article.videos)):
        raise NotAnArticle("no text")
    if visible.anchor is None:
        raise NotAnArticle("its headline is not on the page")
