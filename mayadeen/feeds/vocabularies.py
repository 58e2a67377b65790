"""Maps articles to other vocabularies: schema.org (JSON-LD), IPTC ninjs, Zyte's Article. Adds and guesses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any, ClassVar

from scrapy.exporters import BaseItemExporter

from mayadeen.feeds.exporters import Noting
from mayadeen.items import Article, Author, Image, Video, to_json

_TYPES = {"opinion": "OpinionNewsArticle", "analysis": "AnalysisNewsArticle"}
"""Article type -> the schema.org subtype of NewsArticle."""


def tag_uri(article: Article) -> str:
    """Return an address that identifies an article without being a location (RFC 4151)."""
    return f"tag:almayadeen.net,2026:{article.id}"


def json_ld(article: Article) -> dict[str, Any]:
    """Return a schema.org NewsArticle. Each version is a separate node."""
    return _present(
        {
            "@type": _TYPES.get(article.articleType, "NewsArticle"),
            "@id": f"{article.canonicalUrl}#version-{article.version}",
            "identifier": article.id,
            "version": article.version,
            "url": article.canonicalUrl,
            "mainEntityOfPage": article.canonicalUrl,
            "headline": article.headline,
            "description": article.description,
            "articleBody": article.articleBody,
            "articleSection": article.section,
            "inLanguage": article.inLanguage,
            "datePublished": article.datePublished,
            "dateModified": article.dateModified,
            "author": [_agent("Person", each) for each in article.authors],
            "sourceOrganization": [_agent("Organization", each) for each in article.sources],
            "publisher": {"@type": "NewsMediaOrganization", "name": article.publisher} if article.publisher else None,
            "keywords": [each.name for each in article.tags],
            "spatialCoverage": article.regions,
            "image": [_image(each) for each in article.images],
            "video": [_video(each) for each in article.videos],
            "citation": [each.url for each in article.links],
            "wordCount": article.wordCount,
            "timeRequired": f"PT{article.readingTime}M" if article.readingTime else None,
        }
    )


def _agent(kind: str, agent: Author) -> dict[str, Any]:
    return _present({"@type": kind, "name": agent.name, "url": agent.url})


def _image(image: Image) -> dict[str, Any]:
    about = {
        "contentUrl": image.url,
        "caption": image.caption,
        "creditText": image.creditText,
        "description": image.alt,
    }
    return _present({"@type": "ImageObject", **about})


def _video(video: Video) -> dict[str, Any]:
    about = {"contentUrl": video.url, "embedUrl": video.embedUrl, "duration": video.duration}
    return _present({"@type": "VideoObject", **about})


NINJS = "https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"


def ninjs(article: Article) -> dict[str, Any]:
    """Return an IPTC ninjs 3.1 item. An article removed by the site is `canceled`."""
    text, html = article.articleBody, article.articleBodyHtml
    body: dict[str, Any] = {"role": "main", "contentType": "text/plain", "value": text, "wordCount": article.wordCount}
    body["charCount"] = len(text or "")
    return _present(
        {
            "uri": tag_uri(article),
            "standard": {"name": "ninjs", "version": "3.1", "schema": NINJS},
            "type": "text",
            "representationType": "full",
            "version": str(article.version),
            "pubStatus": "canceled" if article.metadata.gone else "usable",
            "firstCreated": article.datePublished,
            "versionCreated": article.dateModified or article.datePublished,
            "contentCreated": article.datePublished,
            "language": article.inLanguage,
            "copyrightHolder": article.publisher,
            "by": ", ".join(each.name for each in article.authors) or None,
            "headlines": [{"role": "main", "contentType": "text/plain", "value": article.headline}],
            "descriptions": [{"role": "summary", "contentType": "text/plain", "value": article.description}]
            if article.description
            else [],
            "bodies": [
                *([_present(body)] if text else []),
                *([{"role": "main", "contentType": "text/html", "value": html}] if html else []),
            ],
            "people": [{"name": each.name, "rel": "author"} for each in article.authors],
            "infoSources": [{"name": each.name} for each in article.sources],
            "subjects": [_present({"name": each.name, "rel": "tag", "uri": each.url}) for each in article.tags],
            "places": [{"name": each} for each in article.regions],
            "genres": [{"name": article.articleType}],
            "associations": [
                *(_picture(each, f"image{at}") for at, each in enumerate(article.images, 1)),
                *(_clip(each, f"video{at}") for at, each in enumerate(article.videos, 1)),
            ],
            "altIds": [{"role": "id", "value": article.id}, {"role": "url", "value": article.canonicalUrl}],
        }
    )


def _picture(image: Image, name: str) -> dict[str, Any]:
    caption = [{"role": "caption", "contentType": "text/plain", "value": image.caption}] if image.caption else []
    renditions = [{"name": "main", "href": image.url}]
    about = {"uri": image.url, "name": name, "type": "picture", "descriptions": caption, "renditions": renditions}
    return _present(about)


def _clip(video: Video, name: str) -> dict[str, Any]:
    place = video.url or video.embedUrl
    renditions = [{"name": "main", "href": place}] if place else []
    return _present({"uri": place, "name": name, "type": "video", "renditions": renditions})


def zyte(article: Article) -> dict[str, Any]:
    """Return an Article of zyte-common-items with only its fields, without absent ones."""
    videos = [each.url or each.embedUrl for each in article.videos]
    return _present(
        {
            "url": article.url,
            "canonicalUrl": article.canonicalUrl,
            "headline": article.headline,
            "description": article.description,
            "articleBody": article.articleBody,
            "articleBodyHtml": article.articleBodyHtml,
            "datePublished": article.datePublished,
            "datePublishedRaw": article.datePublishedRaw,
            "dateModified": article.dateModified,
            "dateModifiedRaw": article.dateModifiedRaw,
            "inLanguage": article.inLanguage,
            "authors": [{"name": each.name, "nameRaw": each.nameRaw} for each in article.authors],
            "breadcrumbs": [_present({"name": each.name, "url": each.url}) for each in article.breadcrumbs],
            "mainImage": {"url": article.mainImage.url} if article.mainImage else None,
            "images": [{"url": each.url} for each in article.images],
            "videos": [{"url": each} for each in videos if each],
            "metadata": _present({"dateDownloaded": article.metadata.dateDownloaded, "probability": 1.0}),
        }
    )


def _present(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values without null and empty lists."""
    return {name: value for name, value in values.items() if value is not None and value != []}


def _only_article(item: Any) -> Article:
    """Return the item. Raises TypeError if it is not an article."""
    if not isinstance(item, Article):
        raise TypeError(f"{type(item).__name__} is not an article")
    return item


class _Lines(BaseItemExporter):
    """Writes one object per line."""

    mapped: ClassVar[Callable[[Article], dict[str, Any]]]
    """Maps an article to the format."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file

    def export_item(self, item: Any) -> None:
        self.file.write(to_json(type(self).mapped(_only_article(item))) + b"\n")


class Ninjs(Noting, _Lines):
    """Writes IPTC ninjs 3.1, one item per line."""

    mapped = ninjs


class Zyte(Noting, _Lines):
    """Writes Zyte's Article, one per line."""

    mapped = zyte


_BEGIN = b'{"@context":"https://schema.org","@graph":[\n'


class _Graph(BaseItemExporter):
    """Writes one JSON-LD document."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file
        self.before = _BEGIN
        """The text before the next item."""

    def export_item(self, item: Any) -> None:
        self.file.write(self.before + to_json(json_ld(_only_article(item))))
        self.before = b",\n"

    def finish_exporting(self) -> None:
        self.file.write((_BEGIN if self.before == _BEGIN else b"\n") + b"]}\n")


class JsonLd(Noting, _Graph):
    """Writes schema.org objects as one JSON-LD document."""
