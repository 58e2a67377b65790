"""Formats of feeds, with complete and with minimal articles."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import fields
from io import BytesIO
from typing import Any

import feedparser
import pyarrow.parquet
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.utils.misc import build_from_crawler, load_object
from scrapy.utils.test import get_crawler
from zyte_common_items import Article as ZyteArticle

from mayadeen import settings
from mayadeen.feeds.formats import ENDS, format_of
from mayadeen.items import Article, Author, Metadata, NamedLink, Video
from tests.conftest import ROOT, Run
from tests.unit.test_items import an_article, as_line

Command = Callable[..., Run]
NAMES = sorted(set(ENDS.values()))
NINJS = ROOT.parent / "shared" / "samples" / "export" / "ninjs-3.1.json"
"""The official schema, which only the developers have."""


def written(name: str, *articles: Any, **options: Any) -> bytes:
    """Return items in a format, with the exporter from the settings."""
    crawler = get_crawler(Spider, {"FEED_EXPORTERS": settings.FEED_EXPORTERS})
    return write(crawler, name, articles, **options)


def write(crawler: Crawler, name: str, articles: tuple[Any, ...], **options: Any) -> bytes:
    file = BytesIO()
    kind = load_object(crawler.settings.getwithbase("FEED_EXPORTERS")[name])
    exporter = build_from_crawler(kind, crawler, file, encoding="utf-8", **options)
    exporter.start_exporting()
    for article in articles:
        exporter.export_item(article)
    exporter.finish_exporting()
    return file.getvalue()


def full() -> Article:
    """Return an article with a value in each field."""
    article = an_article(
        dateModified="2024-04-21T07:00:00+03:00",
        dateModifiedRaw="2024-04-21T04:00:00Z",
        breadcrumbs=[NamedLink(name="News", url="https://english.almayadeen.net/news"), NamedLink(name="Politics")],
        regions=["Lebanon"],
        coverage="Winter storms",
        inLanguage="en",
        publisher="Al Mayadeen English",
        wordCount=5,
        readingTime=2,
        shareCount=7,
        contentHash="0" * 64,
        videos=[Video(url="https://media.example/rain.mp4", embedUrl="https://player.example/1", duration="PT47M20S")],
        metadata=Metadata(dateDownloaded="2026-06-15T09:00:00+00:00", firstSeen="2026-06-15T09:00:00+00:00"),
    )
    article.metadata.parserVersion = "3"
    return article


def bare() -> Article:
    """Return an article with only the required fields."""
    return Article(
        id="ar:u-0123456789abcdef", url="https://www.almayadeen.net/x", canonicalUrl="https://www.almayadeen.net/x",
        edition="ar", headline="مطر في بيروت", articleBody="مطر.", articleBodyHtml="<p>مطر.</p>",
    )  # fmt: skip


# --- Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("a.jsonl", "jsonlines"),
        ("A.JSONL", "jsonlines"),
        ("/tmp/a.b/c.jsonl.gz", "gz"),
        ("a.ninjs.jsonl", "ninjs"),
        ("a.zyte.jsonl", "zyte"),
        ("a.jsonld", "jsonld"),
        ("a.parquet", "parquet"),
        ("a.atom", "atom"),
        ("a.related", "related"),
    ],
)
def test_the_end_of_a_name_tells_the_format(name: str, known: str) -> None:
    assert format_of(name, settings.FEED_EXPORTERS) == known


@pytest.mark.parametrize("name", ["a", "a.csv.gz", "a.gz", "a.txt", "a.jsonlines.", "/tmp/x.json/a"])
def test_other_names_tell_none(name: str) -> None:
    with pytest.raises(ValueError, match="unknown file name extension"):
        format_of(name, settings.FEED_EXPORTERS)


# --- Each format -----------------------------------------------------------------------------------------------------


def test_csv_has_json_in_its_cells_and_no_formula() -> None:
    article = an_article(headline='=HYPERLINK("http://evil.test")', description="- a dash", mainImage=None)
    text = written("csv", article, bare()).decode()
    first, second = csv.DictReader(io.StringIO(text))
    assert list(first) == [each.name for each in fields(Article)]
    assert first["headline"] == "'" + article.headline
    assert first["description"] == "'- a dash"
    assert json.loads(first["authors"]) == as_line(article)["authors"]
    assert json.loads(first["metadata"]) == as_line(article)["metadata"]
    assert (first["mainImage"], first["shareCount"], second["tags"]) == ("", "", "[]")
    assert first["articleBody"] == article.articleBody


def test_xml_has_json_in_its_cells_and_nothing_for_null() -> None:
    article = an_article(headline="Rain \x0b & <sun>", mainImage=None)
    first, second = ElementTree.fromstring(written("xml", article, bare()))
    cells = {each.tag: each.text or "" for each in first}
    assert cells["headline"] == "Rain  & <sun>"
    assert json.loads(cells["tags"]) == as_line(article)["tags"]
    assert (cells["mainImage"], cells["version"]) == ("", "1")
    assert second.findtext("headline") == "مطر في بيروت"


def test_parquet_has_the_items_own_columns_nested() -> None:
    table = pyarrow.parquet.read_table(BytesIO(written("parquet", full(), bare())))
    assert table.to_pylist() == [as_line(full()), as_line(bare())]
    assert table.column_names == [each.name for each in fields(Article)]
    assert (
        str(table.schema.field("authors").type) == "list<element: struct<name: string, nameRaw: string, url: string>>"
    )


def test_parquet_of_chosen_columns_and_of_none() -> None:
    chosen = written("parquet", full(), fields_to_export=["id", "tags"])
    assert pyarrow.parquet.read_table(BytesIO(chosen)).column_names == ["id", "tags"]
    assert pyarrow.parquet.read_table(BytesIO(written("parquet"))).num_rows == 0


def test_json_ld_is_one_document() -> None:
    found = json.loads(written("jsonld", full(), an_article(articleType="opinion", version=2), bare()))
    first, opinion, last = found["@graph"]
    assert found["@context"] == "https://schema.org"
    assert (first["@type"], opinion["@type"], last["@type"]) == ("NewsArticle", "OpinionNewsArticle", "NewsArticle")
    assert first["author"] == [
        {"@type": "Person", "name": "Jane Roe", "url": "https://english.almayadeen.net/authors/jane-roe"}
    ]
    assert first["datePublished"] == "2024-04-20T20:50:00+03:00"
    assert first["image"][0]["creditText"] == "AFP"
    assert first["@id"] != opinion["@id"], "a version is a node of its own"
    assert "description" not in last
    assert json.loads(written("jsonld")) == {"@context": "https://schema.org", "@graph": []}


def test_ninjs_is_valid_by_the_official_schema() -> None:
    gone = an_article(metadata=Metadata(gone="2026-06-15T09:00:00+00:00"))
    first, second, third = (json.loads(line) for line in written("ninjs", full(), bare(), gone).splitlines())
    if NINJS.is_file():
        schema = Draft202012Validator(json.loads(NINJS.read_text()), format_checker=FormatChecker())
        for each in (first, second, third):
            assert [error.message for error in schema.iter_errors(each)] == []
    assert first["uri"] == "tag:almayadeen.net,2026:en:1850881"
    assert first["headlines"][0]["value"] == full().headline
    assert [each["type"] for each in first["associations"]] == ["picture", "video"]
    assert (second["pubStatus"], third["pubStatus"]) == ("usable", "canceled")


def test_zytes_own_library_takes_each_line() -> None:
    both = an_article(videos=[Video(duration="PT1M"), Video(embedUrl="https://player.example/2")])
    for line in written("zyte", full(), bare(), both).splitlines():
        given = json.loads(line)
        item = ZyteArticle.from_dict(given)
        assert item._unknown_fields_dict == {}
        assert item.headline == given["headline"]
        assert None not in given.values()
    assert given["videos"] == [{"url": "https://player.example/2"}]


def test_atom_as_a_reader_of_feeds_sees_it() -> None:
    author = Author(name="Jane \x00 Roe", nameRaw="By Jane Roe")
    article = an_article(headline="Rain \x0b & <sun>", authors=[author], inLanguage="en")
    feed = feedparser.parse(BytesIO(written("atom", article, bare())))
    assert not feed.bozo
    first, second = feed.entries
    assert first.id == "tag:almayadeen.net,2026:en:1850881"
    assert first.title == "Rain  & <sun>"
    assert first.content[0].value == article.articleBodyHtml
    assert (first.published, first.link) == (article.datePublished, article.canonicalUrl)
    assert [tag.term for tag in first.tags] == ["Rain", "Beirut"]
    assert second.updated
    assert second.author == "Al Mayadeen"
    assert not feedparser.parse(BytesIO(written("atom"))).bozo


@pytest.mark.parametrize("name", NAMES)
def test_an_item_that_cannot_be_written_costs_itself_alone(name: str) -> None:
    broken = an_article(id="en:2", authors=object()) if name != "parquet" else an_article(id="en:2", section=5)
    halved = an_article(id="en:3", headline="half \ud800")
    alone = written(name, an_article())
    found = written(name, an_article(), broken, *([halved] if name not in ("xml", "atom") else []))
    assert len(found) == len(alone), name
