"""The pipelines in the order of the settings: which articles they drop, what they clean and count."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

import pytest
from scrapy.exceptions import DropItem
from scrapy.pipelines import ItemPipelineManager
from scrapy.utils.test import get_crawler

from mayadeen import settings
from mayadeen.extract.article import parse_article
from mayadeen.extract.cleaning import clean_article
from mayadeen.items import Article, Author, Image, NamedLink, RelatedLink
from tests.replica import ORIGIN, Site, render
from tests.unit.test_items import LINE, URL, an_article, as_line


class Crawl:
    """The pipelines of one crawl and its stats."""

    def __init__(self) -> None:
        crawler = get_crawler(settings_dict={"ITEM_PIPELINES": settings.ITEM_PIPELINES})
        assert crawler.stats
        self.stats = crawler.stats
        self.pipelines = ItemPipelineManager.from_crawler(crawler)

    def take(self, article: Article) -> Article:
        """Run the pipelines on an article. Raises DropItem."""
        found: Article = asyncio.run(self.pipelines.process_item_async(article))
        return found

    def counted(self) -> dict[str, int]:
        """Return the stats of the pipelines."""
        return {name: value for name, value in self.stats.get_stats().items() if "/" in name}


@pytest.fixture
def crawl() -> Crawl:
    return Crawl()


def test_a_clean_article_passes_unchanged(crawl: Crawl) -> None:
    article = an_article()
    before = asdict(article)
    after = asdict(crawl.take(article))
    assert {name for name in after if after[name] != before[name]} == {"wordCount", "contentHash"}
    assert after["wordCount"] == 5
    assert crawl.counted() == {}


def test_what_the_parser_makes_needs_no_cleaning(crawl: Crawl) -> None:
    site = Site(20, 1, "north", 60, {})
    for index in range(site.size):
        article = site.article(index)
        found = parse_article(render(article, "north", site).encode(), ORIGIN + article.card.path, fetched=site.now)
        before = asdict(found)
        assert asdict(crawl.take(found)) == before
    assert {name for name in crawl.counted() if name.startswith("clean/")} == set()


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"id": ""}, "id"),
        ({"url": " "}, "url"),
        ({"canonicalUrl": ""}, "canonicalUrl"),
        ({"edition": ""}, "edition"),
        ({"headline": ""}, "headline"),
        ({"headline": None}, "headline"),
        ({"headline": "\u200b\u202e"}, "headline"),
        ({"articleType": "story"}, "articleType"),
        ({"articleBody": None, "description": None}, "articleBody"),
        ({"articleBody": "\u200b", "description": None}, "articleBody"),
    ],
)
def test_an_article_without_what_a_line_promises_is_dropped(crawl: Crawl, values: dict[str, Any], missing: str) -> None:
    with pytest.raises(DropItem, match=missing):
        crawl.take(an_article(**values))
    assert crawl.counted() == {f"validate/{missing}": 1}


@pytest.mark.parametrize("sort", ["video", "infographic", "gallery"])
def test_pictures_need_no_text(crawl: Crawl, sort: str) -> None:
    assert (
        crawl.take(an_article(articleType=sort, articleBody=None, articleBodyHtml=None, description=None)).wordCount
        is None
    )


def test_texts_are_cleaned_and_counted_by_field(crawl: Crawl) -> None:
    article = crawl.take(
        an_article(
            headline=" Rain\u200b in  Beiru\u202et ",
            description="Tom &amp; Jerry\n",
            articleBody="cafe\u0301 \n\n\u200b\n two",
            section=None,
            coverage=" \u200b ",
            tags=[NamedLink(name="Ra\u00adin"), NamedLink(name="Beirut\ud83d")],
            authors=[Author(name="Jane\u00a0Roe", nameRaw="By  Jane Roe", url=None)],
            mainImage=Image(url="https://media.example/1.jpg", caption="It&#8217;s rain"),
            regions=["Leb\u200eanon"],
        )
    )
    assert article.headline == "Rain in Beirut"
    assert article.description == "Tom & Jerry"
    assert article.articleBody == "café\ntwo"
    assert article.wordCount == 2
    assert article.coverage is None
    assert [tag.name for tag in article.tags] == ["Rain", "Beirut"]
    assert asdict(article.authors[0]) == {"name": "Jane Roe", "nameRaw": "By Jane Roe", "url": None}
    assert article.mainImage
    assert article.mainImage.caption == "It’s rain"
    assert article.regions == ["Lebanon"]
    LINE.validate(as_line(article))
    names = ("headline", "description", "articleBody", "coverage", "authors", "mainImage", "regions")
    assert crawl.counted() == {**{f"clean/{name}": 1 for name in names}, "clean/tags": 2}


def test_cleaning_twice_is_the_same_as_once() -> None:
    article = an_article(
        headline="&amp;amp; e\u200b\u0301 ",
        description="&amp;lt;b&amp;gt;",
        articleBody="a &amp;amp; b",
        articleBodyHtml="<p>&amp;lt;script&amp;gt; and &lt;b&gt;</p>",
    )
    clean_article(article)
    once = asdict(article)
    assert clean_article(article) == {}
    assert asdict(article) == once


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p onclick='x()'>a</p><script>alert(1)</script>", "<p>a</p>"),
        ("<p style='x' class=y id=z>a</p><style>p{}</style>", "<p>a</p>"),
        ("<p><a href='javascript:alert(1)'>a</a></p>", "<p><a>a</a></p>"),
        ("<p><a href=' java\nscript:alert(1)'>a</a></p>", "<p><a>a</a></p>"),
        ("<p><a href='data:text/html,x'>a</a></p>", "<p><a>a</a></p>"),
        ("<p><a href='vbscript:x'>a</a></p>", "<p><a>a</a></p>"),
        ("<p>a<img src=x onerror=y><iframe src=x></iframe></p>", "<p>a</p>"),
        ("<svg><script>1</script></svg><math><mtext></math><p>a</p>", "<p>a</p>"),
        ("<p><a href='https://x.example/' target=_blank>a</a></p>", '<p><a href="https://x.example/">a</a></p>'),
        ("<p>a\u202eb &amp; c<br>d</p>", "<p>ab &amp; c<br>d</p>"),
        ("<h2>a</h2><ul><li>b</li></ul><blockquote>c</blockquote>",) * 2,
        ("<script>alert(1)</script>", None),
    ],
)
def test_html_is_minimal_and_safe(crawl: Crawl, html: str, safe: str | None) -> None:
    assert crawl.take(an_article(articleBodyHtml=html)).articleBodyHtml == safe


@pytest.mark.parametrize(
    "html",
    [
        "<p>The tag &lt;b&gt; makes text bold</p>",
        "<p>if a &lt; b &amp;&amp; c</p>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        '<p><a href="https://x.example/?a=1&amp;copy;=2">a</a></p>',
    ],
)
def test_what_the_html_quotes_is_text_and_stays(crawl: Crawl, html: str) -> None:
    assert crawl.take(an_article(articleBodyHtml=html)).articleBodyHtml == html


def test_the_text_of_a_hostile_page_is_safe(crawl: Crawl) -> None:
    text = "It rained again on the coast, and the harbor was closed to all ships until the evening of the next day. "
    page = f"""<html lang="en"><head><meta property="og:type" content="article"><title>Rain in Beirut for a week</title>
        <script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Rain in Beirut for a week",
        "datePublished": "2024-04-20T17:50:00.0000000"}}</script></head><body>
        <article><h1>Rain in Beirut for a week</h1>
        <p onmouseover="x()">{text}<a href="/news/politics/sun-in-tyre-for-a-day">Sun in Tyre</a>, it said.</p>
        <p>{text}<a href="javascript:alert(1)">press here</a><script>alert(2)</script></p>
        <p>{text}Write &lt;script&gt;alert(3)&lt;/script&gt; and <a href="data:text/html,x">there</a></p>
        <p>{text}<a href="weather">Weather</a> <a href="//media.example/x">picture</a></p></article></body></html>"""
    article = crawl.take(parse_article(page, URL))
    html = article.articleBodyHtml or ""
    assert html.count("<p>") == 4
    assert f'<a href="{ORIGIN}/news/politics/sun-in-tyre-for-a-day">' in html
    assert f'<a href="{ORIGIN}/news/politics/weather">' in html
    assert '<a href="https://media.example/x">' in html
    assert [word for word in ("<script", "onmouseover", "javascript:", "data:", "alert(2)") if word in html] == []
    assert "<script>alert(3)</script>" in (article.articleBody or "")
    assert "&lt;script&gt;alert(3)&lt;/script&gt;" in html
    assert [link.url[:8] for link in article.links] == ["https://"] * 3


@pytest.mark.parametrize("formula", ['=HYPERLINK("http://x")', "+1 and rising", "-5 degrees", "@here", "\t=1"])
def test_spreadsheet_formulas_stay_text(crawl: Crawl, formula: str) -> None:
    article = crawl.take(an_article(headline=formula, articleBody=formula))
    assert as_line(article)["headline"] == as_line(article)["articleBody"] == formula.strip()


def test_related_links_lead_to_other_pages_once_each(crawl: Crawl) -> None:
    hrefs = [
        "/news/politics/sun-in-tyre-for-a-day",
        f"{ORIGIN}/news/politics/sun-in-tyre-for-a-day/#comments",
        URL + "?utm_source=x",
        "javascript:alert(1)",
        "mailto:x@example.net",
        "#top",
        "",
    ]
    links = [RelatedLink(url=href, headline="h", block="readMore", position=at) for at, href in enumerate(hrefs, 1)]
    article = crawl.take(an_article(relatedLinks=links))
    assert [link.url for link in article.relatedLinks] == [f"{ORIGIN}/news/politics/sun-in-tyre-for-a-day"]
    assert crawl.counted() == {"clean/relatedLinks": 1}


OTHER = f"{ORIGIN}/news/politics/rain-in-beirut-without-end"


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        ({}, "duplicate/id"),
        ({"url": OTHER, "canonicalUrl": OTHER}, "duplicate/id"),
        ({"id": "en:u-0123456789abcdef", "headline": "Sun"}, "duplicate/address"),
        ({"id": "en:u-0123456789abcdef", "url": OTHER, "canonicalUrl": OTHER}, "duplicate/content"),
    ],
)
def test_an_article_comes_once(crawl: Crawl, values: dict[str, Any], counted: str) -> None:
    crawl.take(an_article())
    with pytest.raises(DropItem):
        crawl.take(an_article(**values))
    assert crawl.counted() == {counted: 1}


def test_an_article_fetched_at_an_alias_is_met_there_again(crawl: Crawl) -> None:
    crawl.take(an_article(url=OTHER))
    with pytest.raises(DropItem):
        crawl.take(an_article(id="en:u-0123456789abcdef", headline="Sun", url=OTHER, canonicalUrl=OTHER))
    assert crawl.counted() == {"duplicate/address": 1}


def test_a_false_canonical_address_costs_no_article(crawl: Crawl) -> None:
    crawl.take(an_article(id="en:2", headline="Sun", url=OTHER, canonicalUrl=URL))
    assert crawl.take(an_article()).canonicalUrl == URL
    assert crawl.counted() == {}


def test_equal_texts_under_several_ids_are_kept_and_counted(crawl: Crawl) -> None:
    crawl.take(an_article())
    assert crawl.take(an_article(id="en:2", url=OTHER, canonicalUrl=OTHER)).id == "en:2"
    assert crawl.counted() == {"duplicate/content_kept": 1}


def test_a_dropped_article_is_not_remembered(crawl: Crawl) -> None:
    with pytest.raises(DropItem):
        crawl.take(an_article(headline=""))
    crawl.take(an_article())
    assert crawl.counted() == {"validate/headline": 1}


def test_each_crawl_has_a_memory_of_its_own(crawl: Crawl) -> None:
    crawl.take(an_article())
    Crawl().take(an_article())
