"""Feed lines: they match the schema, have all keys, and their hash depends on the content only."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import asdict, fields
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from scrapy.exporters import JsonLinesItemExporter

from docs.generate import FOLDER, documents, other_schema, schema
from mayadeen.extract.article import parse_article
from mayadeen.items import (
    BLOCKS,
    CONTENT_FIELDS,
    Article,
    Author,
    Bulletin,
    Image,
    Link,
    Metadata,
    NamedLink,
    RelatedLine,
    RelatedLink,
    Video,
    content_hash,
    read_article,
    to_json,
)
from tests.replica import ORIGIN, Site, render
from tests.replica.themes import THEMES

URL = "https://english.almayadeen.net/news/politics/rain-in-beirut-for-a-week"
FORMATS = FormatChecker(formats=())
LINE, RELATED, BREAKING = (
    Draft202012Validator(each, format_checker=FORMATS)
    for each in (schema(), other_schema(RelatedLine), other_schema(Bulletin))
)


@FORMATS.checks("date-time")
def _is_aware(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("iri")
def _is_absolute(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and urlsplit(value).hostname)


@FORMATS.checks("duration")
def _is_duration(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?", value))


def an_article(**values: Any) -> Article:
    """Return an article with a value in each content field, changed by `values`."""
    image = Image(
        url="https://media.example/rain.jpg?v=3&width=1000", caption="Rain (AFP)", creditText="AFP", alt="Street"
    )
    own: dict[str, Any] = {
        "id": "en:1850881",
        "url": URL,
        "canonicalUrl": URL,
        "edition": "en",
        "headline": "Rain in Beirut for a week",
        "description": "It is not over.",
        "articleBody": "It rained.\nIt rained more.",
        "articleBodyHtml": "<p>It rained.</p><p>It rained more.</p>",
        "datePublished": "2024-04-20T20:50:00+03:00",
        "authors": [Author(name="Jane Roe", nameRaw="By Jane Roe", url=f"{ORIGIN}/authors/jane-roe")],
        "sources": [Author(name="Agencies", nameRaw="Source: Agencies")],
        "section": "politics",
        "tags": [NamedLink(name="Rain", url=f"{ORIGIN}/tags/rain"), NamedLink(name="Beirut")],
        "mainImage": image,
        "images": [deepcopy(image)],
        "videos": [Video(embedUrl="https://player.example/1", duration="PT47M20S")],
        "links": [Link(url="https://weather.example/", text="forecast")],
        "relatedLinks": [
            RelatedLink(
                url=f"{ORIGIN}/news/politics/sun-in-tyre-for-a-day", headline="Sun", block="readMore", position=1
            )
        ],
    }
    return Article(**own | values)


def as_line(article: Article) -> dict[str, Any]:
    """Return an article as a feed line."""
    file = BytesIO()
    JsonLinesItemExporter(file, encoding="utf-8").export_item(article)
    written = file.getvalue().decode()
    assert written.endswith("\n")
    assert written.count("\n") == 1
    found: dict[str, Any] = json.loads(written)
    return found


DOCUMENTS = documents()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_generated_documents_are_current(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == DOCUMENTS[name], "run: python -m docs.generate"


def test_the_schema_says_what_each_field_means() -> None:
    Draft202012Validator.check_schema(schema())
    for part in (schema(), *schema()["$defs"].values()):
        assert part["required"] == list(part["properties"])
        assert [name for name, field in part["properties"].items() if not field.get("description")] == []


@pytest.mark.parametrize(
    "article",
    [an_article(), Article(id="en:1", url=URL, canonicalUrl=URL, edition="en", headline="H")],
    ids=["full", "bare"],
)
def test_every_key_is_always_present(article: Article) -> None:
    line = as_line(article)
    assert list(line) == [field.name for field in fields(Article)]
    assert list(line["metadata"]) == [field.name for field in fields(Metadata)]
    LINE.validate(line)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("headline", None),
        ("wordCount", "12"),
        ("tags", None),
        ("articleType", "story"),
        ("edition", "fr"),
        ("datePublished", "2024-04-20T20:50:00"),
        ("url", "/news/politics/rain"),
        ("mainImage", {"url": "https://media.example/rain.jpg"}),
        ("metadata", None),
        ("extra", "x"),
    ],
)
def test_the_schema_refuses_another_shape(name: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        LINE.validate(as_line(an_article()) | {name: value})


def test_the_schema_refuses_a_missing_key_and_an_unknown_block() -> None:
    line = as_line(an_article())
    with pytest.raises(ValidationError):
        LINE.validate({name: value for name, value in line.items() if name != "shareCount"})
    for block in (*BLOCKS, "ticker"):
        line["relatedLinks"][0]["block"] = block
        assert LINE.is_valid(line) == (block in BLOCKS)


@pytest.mark.parametrize("theme", THEMES)
def test_lines_of_the_replica_are_valid(theme: str) -> None:
    site = Site(40, 1, theme, 120, {})
    for index in range(site.size):
        article = site.article(index)
        page = render(article, theme, site).encode()
        found = parse_article(page, ORIGIN + article.card.path, fetched=datetime(2026, 6, 15, 9, tzinfo=UTC))
        line = as_line(found)
        LINE.validate(line)
        assert line == json.loads(json.dumps(asdict(found)))
        assert found.contentHash == content_hash(found)
        for name in ("datePublished", "dateModified"):
            assert line[name] is None or datetime.fromisoformat(line[name]).tzinfo


OTHER: dict[str, Any] = {
    "headline": "Rain in Beirut",
    "description": None,
    "articleBody": "It rained.",
    "datePublished": "2024-04-20T20:51:00+03:00",
    "authors": [],
    "sources": [Author(name="Reuters", nameRaw="Source: Reuters")],
    "section": "economy",
    "tags": [NamedLink(name="Beirut")],
    "mainImage": None,
    "images": [
        Image(url="https://media.example/sun.jpg?v=3&width=1000", caption="Rain (AFP)", creditText="AFP", alt="Street")
    ],
    "videos": [Video(embedUrl="https://player.example/2", duration="PT47M20S")],
    "links": [Link(url="https://weather.example/", text="the forecast")],
}
LIVE: dict[str, Any] = {
    "url": URL + "?utm_source=x",
    "dateModified": "2024-04-21T00:00:00+03:00",
    "articleBodyHtml": "<p>It rained.<br>It rained more.</p>",
    "relatedLinks": [],
    "shareCount": 7,
    "readingTime": 2,
    "wordCount": 99,
    "version": 2,
    "changedFields": ["headline"],
    "contentHash": "0" * 64,
    "metadata": Metadata(dateDownloaded="2024-04-21T00:00:00+00:00", parserVersion="2"),
}


def test_each_content_field_has_its_case() -> None:
    assert OTHER.keys() == set(CONTENT_FIELDS)
    assert not OTHER.keys() & LIVE.keys()


@pytest.mark.parametrize("name", OTHER)
def test_a_change_of_content_changes_the_hash(name: str) -> None:
    assert content_hash(an_article(**{name: OTHER[name]})) != content_hash(an_article())


@pytest.mark.parametrize("name", LIVE)
def test_what_is_live_does_not_change_the_hash(name: str) -> None:
    assert content_hash(an_article(**{name: LIVE[name]})) == content_hash(an_article())


def test_the_query_of_a_picture_does_not_change_the_hash() -> None:
    article = an_article()
    assert article.mainImage
    for image in (article.mainImage, *article.images):
        image.url = image.url.replace("v=3", "v=4")
    assert content_hash(article) == content_hash(an_article())
    article.mainImage.url = "https://media.example/rain.jpg"
    assert content_hash(article) == content_hash(an_article())


def test_the_hash_is_the_same_in_every_process() -> None:
    article = Article(id="en:1", url=URL, canonicalUrl=URL, edition="en", headline="بيروت")
    assert content_hash(article) == "6b8933cfaf8539c582cf7dbcdb9d01957bc2f99c3266889c68c521189e77a76a"


def test_the_hash_survives_what_no_encoding_can_write() -> None:
    assert len(content_hash(an_article(headline="half a pair: \ud83d"))) == 64


@pytest.mark.parametrize("headline", ["half \ud800", "\x00\x1b[31m", "\u2066 open", "😀" * 3, ""])
def test_a_line_is_read_as_it_was_written(headline: str) -> None:
    article = an_article(headline=headline)
    assert read_article(to_json(article, halves=True)) == article
