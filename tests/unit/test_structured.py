"""Fields from metadata: authors, dates, headlines, types and canonical URLs."""

from __future__ import annotations

import json
from html import escape
from typing import Any

import pytest

from mayadeen.extract import structured as facts
from mayadeen.extract.linked_data import Stated, article_ld, site_names
from mayadeen.extract.page import Page
from mayadeen.site.dates import iso

URL = "https://english.almayadeen.net/news/politics/ferry-line-between-two-islands-reopens"
OTHER = "https://english.almayadeen.net/news/economy/bakers-of-the-old-quarter-win-a-prize"
TITLE = "Ferry line between two islands reopens"
WRITER = {"@type": "Person", "name": "Omar Said"}
ARTICLE = {
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2026-03-09T08:15:00+02:00",
    "author": WRITER,
    "description": "Eleven weeks of repairs are over.",
}
RELATED = {
    "@type": "NewsArticle",
    "headline": "Bakers of the old quarter win a prize",
    "url": OTHER,
    "datePublished": "2025-01-02T03:04:05+02:00",
    "author": "Nadia Haddad",
}
CLIP = {"@type": "VideoObject", "name": "Evening bulletin", "uploadDate": "2026-01-01T00:00:00+02:00"}


def page(head: str = "", *documents: object, body: str = f"<h1>{TITLE}</h1>", url: str = URL) -> Page:
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in documents)
    return Page(f"<html><head>{head}{scripts}</head><body>{body}</body></html>", url)


def metas(**contents: str | list[str]) -> str:
    """Return meta tags; `article__tag` stands for `article:tag`."""
    return "".join(
        f'<meta name="{name.replace("__", ":")}" content="{escape(each)}">'
        for name, stated in contents.items()
        for each in ([stated] if isinstance(stated, str) else stated)
    )


def record(**fields: object) -> str:
    return f'<script id="tawsiyat-metadata">{json.dumps({"type": "article", **fields})}</script>'


def names(found: Page) -> list[str] | None:
    stated = facts.authors(found)
    return [name for name, _ in stated.value] if stated else None


def headline(found: Page) -> Stated | None:
    return next(iter(facts.headline_candidates(found)), None)


def published(found: Page) -> Stated | None:
    return facts.when(found, facts.PUBLISHED)


def when(found: Page) -> str | None:
    stated = published(found)
    return iso(stated.value[0]) if stated and stated.value[0] else None


@pytest.mark.parametrize(
    "kind",
    [
        "NewsArticle",
        "http://schema.org/NewsArticle",
        "schema:Article",
        ["Thing", "OpinionNewsArticle"],
        "BackgroundNewsArticle",
        "Report",
        "blogPosting",
        " LiveBlogPosting ",
    ],
)
def test_an_article_under_any_type_name(kind: object) -> None:
    found = page("", ARTICLE | {"@type": kind})
    assert facts.is_stated_article(found)
    assert names(found) == ["Omar Said"]


@pytest.mark.parametrize("kind", ["WebPage", "ListItem", "NewsMediaOrganization", "Product", None, 3])
def test_what_is_no_article(kind: object) -> None:
    assert article_ld(page("", ARTICLE | {"@type": kind})) == {}


@pytest.mark.parametrize(
    "documents",
    [
        [RELATED, ARTICLE | {"url": URL}],
        [[RELATED, ARTICLE | {"@id": URL + "#article"}]],
        [{"@graph": [RELATED, ARTICLE | {"mainEntityOfPage": {"@id": URL}}]}],
        [RELATED, ARTICLE | {"mainEntityOfPage": URL + "/?utm_source=x"}],
        [RELATED, ARTICLE],
        [{"@type": "WebPage", "mainEntity": ARTICLE}],
        [{"@type": "ItemList", "itemListElement": [RELATED, {"item": RELATED}]}, ARTICLE],
        [CLIP, ARTICLE],
        [ARTICLE | {"url": OTHER}, CLIP],
    ],
)
def test_of_several_objects_that_of_this_page_counts(documents: list[Any]) -> None:
    found = page("", *documents)
    assert names(found) == ["Omar Said"]
    assert headline(found) == (TITLE, "json-ld", False)
    assert facts.article_type(found, URL).value == "news"


def test_the_updates_of_a_live_page_are_not_its_article() -> None:
    update = {"@type": "BlogPosting", "headline": "Harbor closed", "datePublished": "2026-03-09T14:10:00+02:00"}
    found = page("", ARTICLE | {"@type": "LiveBlogPosting", "liveBlogUpdate": [update]})
    assert when(found) == "2026-03-09T08:15:00+02:00"


def test_a_clip_states_nothing_of_a_news_page() -> None:
    found = page("", CLIP)
    assert published(found) is None
    assert headline(found) is None
    assert facts.article_type(found, URL).value == "news"


@pytest.mark.parametrize("head", ['<meta property="og:type" content="video.other">', record(type="videoobject")])
def test_a_page_stated_to_be_a_video(head: str) -> None:
    found = page(head, CLIP)
    assert when(found) == "2026-01-01T00:00:00+02:00"
    assert facts.article_type(found, URL).value == "video"


def test_the_record_of_the_cms_comes_first() -> None:
    found = page(
        record(title="The record's title", author="Al Mayadeen", published_time="2026-03-09T07:00:00+02:00"), ARTICLE
    )
    assert headline(found) == ("The record's title", "metadata", False)
    assert facts.authors(found) == ([("Al Mayadeen", None)], "metadata", False)
    assert when(found) == "2026-03-09T07:00:00+02:00"


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ([{"@id": "#a"}, {"@id": "#b"}], ["Omar Said", "Rula Aziz"]),
        ({"@id": "#a"}, ["Omar Said"]),
        ([[WRITER], [{"name": ["Rula Aziz", None, 7]}]], ["Omar Said", "Rula Aziz"]),
        ({"@id": "#nobody"}, None),
        ([WRITER, {"@type": "Organization", "name": "The Island Paper"}], ["Omar Said"]),
        ([WRITER, {"@type": "Organization", "name": "Reuters"}], ["Omar Said", "Reuters"]),
        ("https://paper.test/omar", None),
        ("omar@paper.test", None),
    ],
)
def test_authors_by_reference_in_lists_and_with_their_employers(author: object, expected: list[str] | None) -> None:
    graph = [
        {"@type": "Person", "@id": "#a", "name": "Omar Said"},
        {"@type": "Person", "@id": "#b", "name": "Rula Aziz"},
        {"@type": "NewsMediaOrganization", "@id": "#o", "name": "The Island Paper"},
        ARTICLE | {"author": author, "publisher": {"@id": "#o"}},
    ]
    found = page("", {"@graph": graph})
    assert site_names(found) == ("The Island Paper",)
    assert names(found) == expected


@pytest.mark.parametrize(
    "author",
    [
        {"@type": "Organization", "name": "Reuters"},
        {"@type": "Person", "name": "The Island Paper"},
        {"@type": "Person", "name": "almayadeen.net"},
        "Staff Writer",
        {"@type": "Person", "name": "Island D", "url": "/author/admin/"},
    ],
)
def test_an_author_that_is_no_person_is_weak(author: object) -> None:
    document = ARTICLE | {"author": author}
    head = '<meta property="og:site_name" content="The Island Paper">'
    stated = facts.authors(page(head, document))
    assert stated is not None
    assert stated.weak
    stated = facts.authors(page(head + metas(author="Omar Said"), document))
    assert stated == ([("Omar Said", None)], "meta", False)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (metas(author=["Omar Said", "Rula Aziz"]), ["Omar Said", "Rula Aziz"]),
        (metas(article__author="https://www.facebook.com/paper", byl="By Omar Said"), ["By Omar Said"]),
        (metas(cXenseParse__author=["Omar Said", "Rula Aziz"]), ["Omar Said", "Rula Aziz"]),
        (metas(author="omar@paper.test", sailthru__author="x"), None),
    ],
)
def test_authors_in_meta_tags(head: str, expected: list[str] | None) -> None:
    assert names(page(head)) == expected


def test_microdata_of_the_article_and_not_of_a_comment() -> None:
    found = page(
        body='<div itemscope itemtype="https://schema.org/Comment"><time itemprop="datePublished" '
        'datetime="2020-01-01T00:00:00Z"></time><span itemprop="author">A Reader</span></div>'
        '<article itemscope itemtype="https://schema.org/NewsArticle"><h1>X</h1><span itemprop="author">Omar Said'
        '</span><time itemprop="datePublished" datetime="2026-03-09T06:15:00Z">today</time></article>'
    )
    assert names(found) == ["Omar Said"]
    assert when(found) == "2026-03-09T08:15:00+02:00"


@pytest.mark.parametrize(
    "name",
    ["article:published_time", "article:published:time", "date", "DC.date.issued", "parsely-pub-date", "pubdate"],
)
def test_dates_in_meta_tags(name: str) -> None:
    assert when(page(f'<meta name="{name}" content="2026-03-09T06:15:00Z">')) == "2026-03-09T08:15:00+02:00"


def test_the_first_string_is_kept_and_the_first_instant_taken() -> None:
    found = published(page(metas(article__published_time=["the other day", "2026-03-09T08:15:00+02:00"])))
    assert found is not None
    assert found.value[0] is not None
    assert found.value[1] == "the other day"
    found = published(page(metas(article__published_time="the other day")))
    assert found == ((None, "the other day"), "meta", False)


def test_a_time_without_a_zone_is_utc_unless_another_place_tells_the_zone() -> None:
    naive = ARTICLE | {"datePublished": "2026-03-09 08:15:00.0"}
    assert when(page("", naive)) == "2026-03-09T10:15:00+02:00"
    assert when(page(metas(date="2026-03-09T08:15:00+02:00"), naive)) == "2026-03-09T08:15:00+02:00"
    assert when(page(metas(date="2026-03-09T08:16:00+02:00"), naive)) == "2026-03-09T10:15:00+02:00"
    day = ARTICLE | {"datePublished": "2026-03-09"}
    assert when(page(metas(date="2026-03-09T08:15:00+02:00"), day)) == "2026-03-09T08:15:00+02:00"


def test_a_web_page_states_the_date_where_no_article_does() -> None:
    stated = {"@type": "WebPage", "url": URL, "datePublished": "2026-03-09T08:15:00+02:00"}
    assert when(page("", stated)) == "2026-03-09T08:15:00+02:00"
    assert when(page("", stated | {"url": OTHER})) is None


@pytest.mark.parametrize(
    "text",
    [
        "<p>Rain &amp; sun</p>",
        "&lt;p&gt;Rain &amp;amp; sun&lt;/p&gt;",
        "Rain <b class='x'>&amp;</b> sun<br/>",
        "Rain & sun",
    ],
)
def test_stated_text_has_no_tags(text: str) -> None:
    found = page("", ARTICLE | {"headline": text, "description": f"{text}<p>Wind</p>"})
    assert headline(found) == ("Rain & sun", "json-ld", False)
    assert facts.description(found) == ("Rain & sun Wind", "json-ld", False)


def test_what_only_looks_like_a_tag_stays() -> None:
    found = page("", ARTICLE | {"headline": "Why a < b and <head> is no hat"})
    assert headline(found) == ("Why a < b and <head> is no hat", "json-ld", False)


def test_titles_without_what_the_site_adds() -> None:
    head = (
        '<meta property="og:site_name" content="ISLAND"><meta property="og:title" content="ISLAND: Ferry sails">'
        f"<title>{TITLE} - The Island Paper</title>" + metas(twitter__title="Ferry sails | Al Mayadeen English")
    )
    found = page(head, ARTICLE | {"headline": "The ferry is back", "publisher": {"name": "The Island Paper"}})
    assert [(each.value, each.origin) for each in facts.headline_candidates(found)] == [
        ("The ferry is back", "json-ld"),
        ("Ferry sails", "meta"),
        (TITLE, "title"),
    ]


@pytest.mark.parametrize(
    ("head", "body", "expected", "origin"),
    [
        (
            '<link rel="canonical nofollow" href="/news/politics/the-real-one">',
            "",
            "/news/politics/the-real-one",
            "link",
        ),
        (
            '<link rel="canonical" href="/"><link rel="Canonical" href="/news/politics/the-real-one">',
            "",
            "/news/politics/the-real-one",
            "link",
        ),
        ("", '<div><link rel="canonical" href="/news/politics/of-a-reader"></div>', URL, "address"),
        ('<link rel="canonical" href="https://paper.test/news/x">', "", URL, "address"),
        (
            '<base href="/news/"><link rel="canonical" href="politics/the-real-one">',
            "",
            "/news/politics/the-real-one",
            "link",
        ),
        ('<meta property="og:url" content="/news/politics/the-real-one">', "", "/news/politics/the-real-one", "meta"),
    ],
)
def test_the_canonical_address(head: str, body: str, expected: str, origin: str) -> None:
    found = facts.canonical_url(page(head, body=body))
    assert (found.value.removeprefix("https://english.almayadeen.net"), found.origin) == (
        expected.removeprefix("https://english.almayadeen.net"),
        origin,
    )
