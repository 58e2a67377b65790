"""Parse one article page into one item. This is a pure function of the page's bytes and address.

`fields` builds the item from what the page states and from what is printed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from mayadeen.extract import cleaning, structured
from mayadeen.extract.blocks import read_blocks
from mayadeen.extract.fields import Facts, build, facts_of
from mayadeen.extract.heuristics.reader import Visible, read_visible
from mayadeen.extract.heuristics.view import View
from mayadeen.extract.linked_data import article_ld
from mayadeen.extract.notices import is_notice
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.extract.region import Region
from mayadeen.extract.templates.reader import Miss, read_by_template
from mayadeen.extract.templates.template import Template
from mayadeen.items import WITHOUT_TEXT, Article
from mayadeen.site.address import page_type
from mayadeen.site.text import comparison_key, is_sentence

_NO_ARTICLE_KINDS = ("home", "section", "tag", "author", "coverage", "region", "live", "search", "static", "bulletin")
MIN_PARAGRAPHS, MIN_UNSIGNED = 3, 150
"""A page without a date and a byline is an article if its text has at least this many paragraphs and words."""
MIN_STATED = 400
"""The stated articleBody is compared with the printed text when it has at least this many characters."""
MIN_HELD = 0.5
"""Minimum share of the stated articleBody that the printed text must contain."""
BEGINNING = 40
"""The first characters of a paragraph, used to search for it in the stated articleBody."""


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
    facts = facts_of(page)
    if facts.is_article is False:
        raise NotAnArticle("the page calls itself a section page")
    kind = page_type(page.url, page.site)
    if kind in _NO_ARTICLE_KINDS and not facts.is_article:
        raise NotAnArticle(f"the address is that of a {kind} page")
    miss = None
    if template is not None:
        reading = _by_template(page, facts, template, fetched)
        if isinstance(reading, Reading):
            return reading
        miss = reading
    return replace(_reading(page, facts, _by_rules(page, facts), fetched), miss=miss)


def _by_rules(page: Page, facts: Facts) -> Visible:
    """Return what is on the visible page, as the rules read it."""
    view, body = _view(page, facts, read_blocks(page.tree.body, menus=False)), structured.article_body(page)
    visible = read_visible(view)
    if _holds(visible, body):
        return visible
    again = read_visible(replace(view, show_hidden=True))  # a script may show hidden elements later
    return again if _holds(again, body) else visible


def _by_template(page: Page, facts: Facts, template: Template, fetched: datetime | None) -> Reading | Miss:
    """Return the article as the template reads it, or the reason why the template does not fit."""
    kind = facts.type.value
    if template.edition != page.site.edition.code:
        return Miss("of another edition")
    if kind not in template.types:
        return Miss("of another type")
    visible = read_by_template(page.tree.body, template.layout(kind), lambda region: _view(page, facts, region))
    if isinstance(visible, Miss):
        return visible
    try:
        reading = _reading(page, facts, visible, fetched)
    except NotAnArticle as error:
        return Miss(str(error))
    if reading.article.datePublishedRaw is None:
        return Miss("no date")
    reading.article.metadata.template = template.hash
    return reading


def _view(page: Page, facts: Facts, region: Region) -> View:
    return View(
        region=region,
        site=page.site,
        base=page.base,
        titles=tuple(comparison_key(title.value) for title in facts.titles),
        description=facts.description.value if facts.description else "",
        keywords=frozenset(map(comparison_key, facts.keywords.value)) if facts.keywords else frozenset(),
        guess_standfirst="description" not in {*page.metadata, *article_ld(page)},
        little_text=facts.type.value in WITHOUT_TEXT,
    )


def _reading(page: Page, facts: Facts, visible: Visible, fetched: datetime | None) -> Reading:
    """Return the item built from what was read. Raises NotAnArticle."""
    if visible.headline is None and not facts.titles:
        raise NotAnArticle("no headline")
    article, origins = build(page, facts, visible, fetched)
    _check(article, facts.is_article, visible)
    if article.articleType not in WITHOUT_TEXT and not _holds(visible, structured.article_body(page)):
        raise NotAnArticle("most of its stated articleBody is not on the page")
    return Reading(article, origins, visible=visible)


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
