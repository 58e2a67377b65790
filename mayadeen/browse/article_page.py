"""The data of an article's page. Read from the archive itself, so that a forgotten article disappears at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from mayadeen.archive import open_held
from mayadeen.archive.database import Place
from mayadeen.archive.reading import read_held
from mayadeen.browse.differences import Change, changes
from mayadeen.browse.file import PATIENCE
from mayadeen.extract.cleaning import clean_html
from mayadeen.items import Article, Image, read_article, to_json


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an article and its changes."""

    number: int
    recorded: int
    """UTC seconds."""
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """An article in one of its versions."""

    article: Article
    body: Markup
    pictures: list[Image]
    versions: list[Version]
    """Newest first."""
    gone: int | None
    """UTC seconds; None while it is on the site."""


def read_article_page(place: Place, article_id: str, version: str | None) -> ArticlePage | None:
    """Return the page of an article in an archive. Shows the newest version unless `version` is a known one."""
    archive = open_held(place, PATIENCE)
    try:
        known = archive.get(article_id)
        held = read_held(archive, known, all_versions=True).versions if known else []
    finally:
        archive.close()
    history = [replace(each, article=_whole(each.article)) for each in held]
    if known is None or not history:
        return None
    shown = next((each.article for each in history if str(each.article.version) == version), history[-1].article)
    former = [None, *(each.article for each in history[:-1])]
    versions = [
        Version(each.article.version, each.recorded, changes(before, each.article) if before else [])
        for before, each in zip(former, history, strict=True)
    ]
    pictures = {each.url: each for each in (shown.mainImage, *shown.images) if each}
    return ArticlePage(
        article=shown,
        body=Markup(clean_html(shown.articleBodyHtml or "")),
        pictures=list(pictures.values()),
        versions=versions[::-1],
        gone=known.gone,
    )


def _whole(article: Article) -> Article:
    """Return the article without lone surrogates, which HTML cannot contain."""
    try:
        to_json(article)
    except UnicodeEncodeError:
        return read_article(to_json(article, halves=True).decode("utf-8", "replace").encode())
    return article


def is_address(url: str | None) -> bool:
    """Return whether an address is safe as a link: http or https, no script."""
    return bool(url) and str(url).lower().startswith(("http://", "https://"))
