"""Parse one article page into one item. This is a pure function of the page's bytes and address.

Each field is taken from the first source that states it: the CMS's metadata tag, JSON-LD, meta tags, the visible page.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from mayadeen.extract import cleaning, embeds, pictures, render, structured
from mayadeen.extract.blocks import read_blocks
from mayadeen.extract.heuristics.gallery import MIN_CAPTION_ABOVE
from mayadeen.extract.heuristics.reader import Visible, read_visible
from mayadeen.extract.heuristics.view import Label, View
from mayadeen.extract.link_boxes import cards_of
from mayadeen.extract.linked_data import Stated, article_ld, plain, site_names
from mayadeen.extract.names import names_in
from mayadeen.extract.notices import is_notice
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.extract.region import Region
from mayadeen.extract.templates.reader import Miss, read_by_template
from mayadeen.extract.templates.template import Template
from mayadeen.items import BLOCKS, WITHOUT_TEXT, Article, Author, Image, NamedLink, RelatedLink, Video
from mayadeen.site import dates
from mayadeen.site.address import dedupe_key, page_type, resolve
from mayadeen.site.text import clean, collapse_whitespace, comparison_key, count_words, is_sentence

_NO_ARTICLE_KINDS = ("home", "section", "tag", "author", "coverage", "region", "live", "search", "static", "bulletin")
MIN_PARAGRAPHS, MIN_UNSIGNED = 3, 150
"""A page without a date and a byline is an article if its text has at least this many paragraphs and words."""
MIN_STATED = 400
"""The stated articleBody is compared with the printed text when it has at least this many characters."""
MIN_HELD = 0.5
"""Minimum share of the stated articleBody that the printed text must contain."""
BEGINNING = 40
"""The first characters of a paragraph, used to search for it in the stated articleBody."""
MIN_BORROWED = 40
"""A description is compared with the first lines of the text when it has at least this many characters."""


class NotAnArticle(ValueError):
    """Raised for a page that is not an article or cannot be parsed as one. The message says why."""


class Notice(NotAnArticle):
    """Raised for a notice shown in place of an article. The article may be available again later."""


@dataclass(slots=True)
class Reading:
    """An article as read from its page, and the origin of each field."""

    article: Article
    origins: dict[str, str] = field(default_factory=dict)
    miss: Miss | None = None
    """Why the template did not fit. None if it fitted or if there was no template."""
    visible: Visible | None = None
    """What the reader found on the visible page."""


def parse_article(
    html: bytes | str,
    url: str,
    *,
    edition: str | None = None,
    fetched: datetime | None = None,
    template: Template | None = None,
) -> Article:
    """Return the article of a page, cleaned, with all fields of a feed line except those that the archive adds.

    `url` is the address that the page was fetched from. `edition` is only needed when the host is not one of the
    site's. `fetched` (timezone-aware) resolves "today" and dates printed without a year; without it such a date is null
    and only its raw string is returned. `template` says where the parts of the page are; a page that it does not fit is
    read without it. Raises NotAnArticle.
    """
    try:
        page = Page(html, url, edition=edition)
    except UnreadablePage as error:
        raise NotAnArticle(str(error)) from None
    article = read_article(page, fetched, template).article
    cleaning.clean_article(article)
    return article


def read_article(page: Page, fetched: datetime | None = None, template: Template | None = None) -> Reading:
    """Return the article of a page before cleaning, with the origin of each field. Raises NotAnArticle."""
    try:
        return _read_article(page, fetched, template)
    except RecursionError:
        raise NotAnArticle("elements nested too deep") from None


def _read_article(page: Page, fetched: datetime | None, template: Template | None) -> Reading:
    stated = structured.is_stated_article(page)
    if stated is False:
        raise NotAnArticle("the page calls itself a section page")
    kind = page_type(page.url, page.site)
    if kind in _NO_ARTICLE_KINDS and not stated:
        raise NotAnArticle(f"the address is that of a {kind} page")
    composer = _Composer(page, fetched)
    miss = None
    if template is not None:
        reading = _by_template(composer, template, stated)
        if isinstance(reading, Reading):
            return reading
        miss = reading
    composer.read_by_rules()
    return Reading(_article(composer, stated), composer.origins, miss, composer.visible)


def _by_template(composer: _Composer, template: Template, stated: bool | None) -> Reading | Miss:
    """Return the article as the template reads it, or the reason why the template does not fit."""
    miss = composer.read_by_template(template)
    if miss is not None:
        return miss
    try:
        article = _article(composer, stated)
    except NotAnArticle as error:
        return Miss(str(error))
    if article.datePublishedRaw is None:
        return Miss("no date")
    article.metadata.template = template.hash
    return Reading(article, composer.origins, None, composer.visible)


def _article(composer: _Composer, stated: bool | None) -> Article:
    """Return the item built from what was read. Raises NotAnArticle."""
    if composer.visible.headline is None and not composer.titles:
        raise NotAnArticle("no headline")
    article = composer.article()
    _check(article, stated, composer.visible)
    if article.articleType not in WITHOUT_TEXT and not composer.holds_body:
        raise NotAnArticle("most of its stated articleBody is not on the page")
    return article


class _Composer:
    """Builds the item: for each field the stated value, else the printed value."""

    visible: Visible
    holds_body: bool
    """Whether the printed text matches the stated articleBody."""

    def __init__(self, page: Page, fetched: datetime | None) -> None:
        self.page, self.site, self.fetched = page, page.site, fetched
        self.titles = structured.headline_candidates(page)
        self.description = structured.description(page)
        self.keywords = structured.keywords(page)
        self.url = structured.canonical_url(page)
        self.type = structured.article_type(page, self.url.value)
        self.origins: dict[str, str] = {}

    def _view(self, region: Region) -> View:
        page = self.page
        return View(
            region=region,
            site=page.site,
            base=page.base,
            titles=tuple(comparison_key(title.value) for title in self.titles),
            description=self.description.value if self.description else "",
            keywords=frozenset(comparison_key(tag) for tag in self.keywords.value) if self.keywords else frozenset(),
            guess_standfirst="description" not in {*page.metadata, *article_ld(page)},
            little_text=self.type.value in WITHOUT_TEXT,
        )

    def read_by_rules(self) -> None:
        """Read the visible page without a template."""
        self.origins = {}
        view, body = self._view(read_blocks(self.page.tree.body, menus=False)), structured.article_body(self.page)
        self.visible, self.holds_body = read_visible(view), True
        if not _holds(self.visible, body):
            again = read_visible(replace(view, show_hidden=True))  # a script may show hidden elements later
            self.holds_body = _holds(again, body)
            self.visible = again if self.holds_body else self.visible

    def read_by_template(self, template: Template) -> Miss | None:
        """Read the visible page with a template. Returns the reason if the template does not fit, else None."""
        kind = self.type.value
        if template.edition != self.site.edition.code:
            return Miss("of another edition")
        if kind not in template.types:
            return Miss("of another type")
        found = read_by_template(self.page.tree.body, template.layout(kind), self._view)
        if isinstance(found, Miss):
            return found
        self.visible, self.holds_body = found, _holds(found, structured.article_body(self.page))
        return None

    def _of(self, name: str, found: Stated | None) -> Any:
        """Return the value of a field and record its origin."""
        if found is None:
            return None
        self.origins[name] = found.origin
        return found.value

    def article(self) -> Article:
        """Return the item before cleaning."""
        page, site, visible = self.page, self.site, self.visible
        url, code = self.url.value, self.site.edition.code
        self.origins["canonicalUrl"] = self.url.origin
        post_id = self._of("id", structured.post_id(page))
        if post_id is None:
            self.origins["id"] = "address"
        classes = structured.classes(page)
        published, published_raw = self._date("datePublished", structured.PUBLISHED, visible.byline.date)
        modified, modified_raw = self._date("dateModified", structured.MODIFIED, visible.byline.modified)
        images, main = self._images()
        body = render.plain(visible.text)
        if body:
            self.origins["articleBody"] = "visible"
        return Article(
            id=f"{code}:{post_id}" if post_id else f"{code}:u-{sha256(url.encode()).hexdigest()[:16]}",
            url=page.url,
            canonicalUrl=url,
            edition=code,
            inLanguage=self._language(),
            publisher=next(iter(site_names(page)), site.edition.publisher),
            articleType=self._of("articleType", self.type),
            headline=self._of("headline", self._headline()),
            description=self._of("description", self._description()),
            articleBody=body or None,
            articleBodyHtml=render.html(visible.text, visible.region, page.base, site) or None,
            datePublished=published,
            datePublishedRaw=published_raw,
            dateModified=modified,
            dateModifiedRaw=modified_raw,
            authors=self._of("authors", self._authors()) or [],
            sources=self._of("sources", self._printed(visible.byline.sources)) or [],
            section=self._of("section", structured.section_slug(page, url)),
            breadcrumbs=self._of("breadcrumbs", self._breadcrumbs()) or [],
            regions=self._of("regions", self._regions(classes)) or [],
            # The page's "Coverage" box is the same on all pages: it does not say what this article belongs to.
            coverage=self._of("coverage", Stated(classes["coverage"], "metadata") if "coverage" in classes else None),
            tags=self._of("tags", self._tags()) or [],
            mainImage=main,
            images=images,
            videos=self._videos(),
            links=render.links(visible.text, page.base, site),
            relatedLinks=self._related(),
            wordCount=count_words(body) if body else None,
            readingTime=visible.byline.minutes,
            shareCount=visible.byline.shares,
        )

    def _language(self) -> str:
        root = self.page.tree.root
        stated = self.page.metadata.get("lang") or article_ld(self.page).get("inLanguage")
        tag = plain(stated) or (root.attributes.get("lang") if root is not None else "") or ""
        return clean(tag).replace("_", "-") or self.site.edition.language

    def _headline(self) -> Stated:
        """Return the printed headline if it contains a stated title or is an `<h1>`, else the stated one."""
        printed = self.visible.headline
        if printed is None:
            return self.titles[0]
        text = clean(printed.text)
        key = comparison_key(text)
        keys = {comparison_key(title.value): title for title in self.titles}
        if key in keys:
            return Stated(text, keys[key].origin)
        # A kicker in its own `<span>` may be joined to the title without a space.
        glued = next((title for each, title in keys.items() if each.replace(" ", "") == key.replace(" ", "")), None)
        if glued is not None:
            return glued
        top = self.visible.region.tag(printed) == "h1"
        if not top and keys and not any(each in key for each in keys):
            return self.titles[0]
        return Stated(text, "visible")

    def _description(self) -> Stated | None:
        stated, printed = self.description, self.visible.standfirst
        if stated is None or (printed and comparison_key(printed) != comparison_key(stated.value) and not self._cms()):
            return Stated(clean(collapse_whitespace(printed)), "visible") if printed else None
        if printed is None and self._is_borrowed(stated.value):
            return None
        return stated

    def _cms(self) -> bool:
        """Return whether the description comes from the CMS's metadata, where it is the site's standfirst."""
        return self.description is not None and self.description.origin == "metadata"

    def _is_borrowed(self, description: str) -> bool:
        """Return whether the description is a copy of the first lines of the text."""
        text = self.visible.text
        lead = comparison_key(description.rstrip(".…[] "))
        begun = [block.text for block in text[:2]]
        if lead and not description.endswith("."):  # it may be cut anywhere, and key points may come before
            begun += [block.text for block in text[2:8]] + [" ".join([block.text for block in text[:4]])]
        return len(lead) > MIN_BORROWED and any(comparison_key(each).startswith(lead) for each in begun)

    def _date(self, name: str, field: structured.Field, printed: str | None) -> tuple[str | None, str | None]:
        """Return (ISO 8601, raw string) of a date field: the stated date, else the printed one."""
        stated = structured.when(self.page, field)
        moment, raw = stated.value if stated else (None, None)
        if moment is None and printed:
            moment = dates.parse_printed(printed, self.site.edition, self.fetched)
            if moment is not None or stated is None:
                self.origins[name] = "visible"
                return dates.iso(moment) if moment else None, printed
        self._of(name, stated)
        return dates.iso(moment) if moment else None, raw

    @staticmethod
    def _printed(names: list[Any]) -> Stated | None:
        found = [Author(name=clean(each.name), nameRaw=clean(each.raw), url=each.url) for each in names]
        return Stated(found, "visible") if found else None

    def _authors(self) -> Stated | None:
        """Return the stated authors. Use the printed ones if none or only an organisation is stated, or if more are
        printed.
        """
        printed = self.visible.byline.authors
        stated = structured.authors(self.page)
        if stated is None or (printed and stated.weak):
            return self._printed(printed)
        urls = {comparison_key(author.name): author.url for author in printed}
        found: dict[str, Author] = {}
        for raw, url in stated.value:
            names = names_in(raw, self.site.edition)
            link = resolve(url, self.page.base, self.site) if url and len(names) == 1 else None
            for name in names:
                key = comparison_key(name)
                found.setdefault(key, Author(name=name, nameRaw=raw, url=link or urls.get(key)))
        if len(printed) > len(found) and set(found) <= set(urls):
            return self._printed(printed)  # the metadata names only the first author
        return Stated(list(found.values()), stated.origin)

    def _breadcrumbs(self) -> Stated | None:
        stated, origin = structured.breadcrumbs(self.page), "json-ld"
        if not stated:
            stated, origin = list(self.visible.breadcrumb), "visible"
        here = dedupe_key(self.url.value, self.site)
        headline = comparison_key(self.visible.headline.text) if self.visible.headline else ""

        def is_article(name: str, url: str | None) -> bool:
            """Return whether a breadcrumb step is the article itself: its full or truncated title."""
            cut = name.rstrip(".… ")
            whole = comparison_key(name) == headline
            return (
                whole
                or (cut != name and headline.startswith(comparison_key(cut)))
                or (url is not None and dedupe_key(url, self.site) == here)
            )

        trail = [NamedLink(name=name, url=url) for name, url in stated if not is_article(name, url)]
        return Stated(trail, origin) if trail else None

    def _regions(self, classes: dict[str, str]) -> Stated | None:
        if "country" in classes:
            return Stated([classes["country"]], "metadata")
        return Stated(list(self.visible.regions), "visible") if self.visible.regions else None

    def _tags(self) -> Stated | None:
        printed: dict[str, NamedLink] = {}
        for block in self.visible.tags:
            for href, text in block.link_texts().items():
                name = clean(text).strip("#, ")
                if name:
                    url = resolve(href, self.page.base, self.site)
                    printed.setdefault(comparison_key(name), NamedLink(name=name, url=url))
        if self.keywords is None:
            return Stated(list(printed.values()), "visible") if printed else None
        known = [(name, printed.get(comparison_key(name))) for name in self.keywords.value]
        tags = [NamedLink(name=name, url=link.url if link else None) for name, link in known]
        return Stated(tags, self.keywords.origin)

    def _images(self) -> tuple[list[Image], Image | None]:
        """Return all pictures of the article, and its main picture."""
        stated = structured.image(self.page)
        known = pictures.identity(stated.value) if stated else ""
        found: dict[str, Image] = {}
        for shown in self.visible.pictures:
            url = pictures.picture_url(shown.node, self.page.base, self.site)
            if url is None or pictures.is_decoration(shown.node, url):
                continue
            name = pictures.identity(url)
            # A picture above the headline belongs to the article only if it has a caption or is the stated picture.
            if shown.above and name != known and len((shown.caption or "").split()) < MIN_CAPTION_ABOVE:
                continue
            before = found.get(name)
            if before is None or (shown.caption and not before.caption):
                alt = shown.node.attributes.get("alt") if before is None else before.alt
                caption = clean(shown.caption) if shown.caption else None
                image = pictures.image_item(before.url if before else url, caption, alt, self.site.edition)
                found[name] = image
        if stated is None:
            images = list(found.values())
            if images:
                self.origins["mainImage"] = "visible"
            return images, images[0] if images else None
        self.origins["mainImage"] = stated.origin
        printed = found.get(known)
        main = Image(url=stated.value)
        if printed:
            main = Image(url=stated.value, caption=printed.caption, creditText=printed.creditText, alt=printed.alt)
            found[known] = main
        return list(found.values()) or [main], main

    def _videos(self) -> list[Video]:
        """Return the page's own video and the players in the article, each once."""
        found: dict[str, Video] = {}
        for node in self.visible.players:
            player = embeds.player(node, self.page.base, self.site)
            if player is not None:
                url, embed = player
                found.setdefault(url or embed or "", Video(url=url, embedUrl=embed))
        videos = list(found.values())
        stated = structured.video(self.page)
        if stated is None:
            return videos
        url, embed, duration = stated.value
        self.origins["videos"] = stated.origin
        own = next((each for each in videos if embed is None or each.embedUrl == embed or each.url == url), None)
        if own is None:
            return [Video(url=url, embedUrl=embed, duration=duration), *videos]
        own.url, own.embedUrl, own.duration = own.url or url, own.embedUrl or embed, duration
        return videos

    def _related(self) -> list[RelatedLink]:
        """Return the links to other articles, one per target, each with its most specific block."""
        visible, links = self.visible, self.visible.view.links
        blocks = visible.region.blocks
        groups = [(box.block, blocks[box.first : box.end]) for box in visible.link_boxes]
        groups += [("readMore", (block,)) for block in visible.labelled(Label.SEE_ALSO)]
        own = {dedupe_key(self.url.value, self.site), dedupe_key(self.page.url, self.site)}
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


def _holds(visible: Visible, stated: str) -> bool:
    """Return whether the printed text contains most of the stated one. It may be longer. An excerpt proves nothing."""
    held = sum(len(block.text) for block in visible.text if block.text[:BEGINNING] in stated)
    return len(stated) < MIN_STATED or held >= MIN_HELD * len(stated)


def _check(article: Article, stated: bool | None, visible: Visible) -> None:
    """Raise NotAnArticle or Notice if too little of an article was found."""
    if not article.headline:
        raise NotAnArticle("no headline")
    said = [article.headline, article.description or "", *(block.text for block in visible.text)]
    if is_notice(said, visible.view.site.edition):
        raise Notice("a notice in place of an article")
    if stated:
        return
    byline = visible.byline
    signed = bool(article.sources or article.authors or byline.minutes or byline.shares)
    paragraphs = [block.words for block in visible.text if is_sentence(block.text)]
    long = len(paragraphs) >= MIN_PARAGRAPHS and sum(paragraphs) >= MIN_UNSIGNED
    if article.datePublishedRaw is None and not signed and not long:
        raise NotAnArticle("no publication date and no byline")
    if article.articleBody is None and not (article.articleType in WITHOUT_TEXT and (signed or article.videos)):
        raise NotAnArticle("no text")
    if visible.headline is None and not (long and signed):
        raise NotAnArticle("its headline is not on the page")
