"""Damaged pages through every parser: the result is an item, a listing, or a documented error.

A few hundred inputs; `make fuzz` takes 10,000 with new seeds. Developers who have real pages also test these.
"""

from __future__ import annotations

import gzip
import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from protego import Protego
from selectolax.lexbor import LexborHTMLParser

from mayadeen.commands.page import explain, open_page
from mayadeen.extract.article import NotAnArticle, parse_article, read_article
from mayadeen.extract.listing import parse_listing
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.extract.sitemap import parse_sitemap
from tests.replica import THEMES, make_site, render
from tests.replica.pages import listing_page, robots, sitemap, sitemap_index

INPUTS = int(os.environ.get("FUZZ", "300"))
URL = "https://english.almayadeen.net/news/politics/a-story-of-the-harbor-and-the-rain"
FETCHED = datetime(2026, 5, 1, tzinfo=UTC)
many = settings(
    max_examples=INPUTS,
    deadline=None,
    database=None,
    derandomize=INPUTS <= 300,
    suppress_health_check=list(HealthCheck),
)
few = settings(many, max_examples=INPUTS // 3)

ODD = [
    *(b"<", b">", b'"', b"'", b"&", b"</", b"<!--", b"]]>", b"\x00", b"\xff", b"\xe2\x80\xae", b"\xed\xa0\x80"),
    *(b"</p></div></article>", b"<table><td>", b"<template>", b"<svg><title>", b"<select>", b"<plaintext>", b"<h1>"),
    *(b"&#xd800;", b"&#0;", b"&amp;lt;", b"%(x)s{0}", b"9" * 400, b"<script>", b"<base href=//x/>", b"</html>"),
    *(b'"postid":[1]', b'"title":{}', b'"classes":7', b'{"@graph":[', b"null", b"-1", b"1e999", b'"url":"http://["'),
]


@cache
def pages() -> list[bytes]:
    """Return articles in all themes, and a listing."""
    site = make_site(12, theme="mixed", page_kb=40)
    listing = "".join(listing_page(site, "http://x.test", "/news/politics", "Politics"))
    return [*(render(site.article(at), theme, site).encode() for at, theme in enumerate(THEMES)), listing.encode()]


@cache
def real_pages(folder: Path) -> list[bytes]:
    """Return real front pages of 1.2 MB."""
    return [gzip.decompress(path.read_bytes()) for path in sorted(folder.glob("home-*.html.gz"))]


@cache
def maps() -> list[bytes]:
    """Return sitemaps and a robots.txt."""
    site = make_site(12, page_kb=40)
    month = min(site.by_month)
    texts = [sitemap_index(site, "http://x.test", "all"), sitemap(site, "http://x.test", "all", month)]
    return [
        *(text.encode() for text in texts),
        robots(site, "http://x.test").encode(),
        gzip.compress(texts[1].encode()),
    ]


CUTS = st.tuples(
    st.sampled_from(["cut", "flip", "insert", "double", "splice", "drop"]),
    st.floats(0, 1, exclude_max=True),
    st.integers(1, 5000),
    st.integers(0, 1000),
)


def broken(source: Callable[[], list[bytes]]) -> st.SearchStrategy[bytes]:
    """Return a strategy that applies up to eight mutations to one of the texts."""

    def mutate(which: int, steps: list[tuple[str, float, int, int]]) -> bytes:
        texts = source()
        data = texts[which % len(texts)]
        for deed, place, length, choice in steps:
            at = int(place * len(data))
            if deed == "cut":
                data = data[:at]
            elif deed == "flip":
                data = data[:at] + bytes([choice % 256]) + data[at + 1 :]
            elif deed == "insert":
                data = data[:at] + ODD[choice % len(ODD)] + data[at:]
            elif deed == "double":
                data = data[: at + length] + data[at:]
            elif deed == "splice":
                other = texts[choice % len(texts)]
                data = data[:at] + other[int(place * len(other)) :]
            else:
                data = data[:at] + data[at + length :]
        return data

    return st.builds(mutate, st.integers(0, 100), st.lists(CUTS, min_size=1, max_size=8))


def in_time(html: bytes, deed: Callable[[], Any]) -> Any:
    """Return the result of `deed`, which may take 50 times as long as building the tree, and at least 2 s."""
    began = time.process_time()
    LexborHTMLParser(html or b" ")
    between = time.process_time()
    try:
        return deed()
    finally:
        assert time.process_time() - between < max(2.0, 50 * (between - began))


def check_article(html: bytes) -> None:
    with suppress(NotAnArticle):
        article = in_time(html, lambda: parse_article(html, URL, fetched=FETCHED))
        line = json.dumps(asdict(article), ensure_ascii=False).encode("utf-8")
        assert b"\n" not in line
        assert b"<script" not in (article.articleBodyHtml or "").lower().encode()


def check_listing(html: bytes) -> None:
    with suppress(UnreadablePage):
        listing = in_time(html, lambda: parse_listing(Page(html, URL)))
        json.dumps(asdict(listing), ensure_ascii=False).encode("utf-8")


@many
@given(broken(pages))
def test_broken_pages_through_the_article_parser(html: bytes) -> None:
    check_article(html)


@few
@given(broken(pages))
def test_broken_pages_through_the_listing_parser(html: bytes) -> None:
    check_listing(html)


@settings(many, max_examples=INPUTS // 10)
@given(data=st.data())
def test_broken_real_pages(shared_site: Path, data: st.DataObject) -> None:
    html = data.draw(broken(lambda: real_pages(shared_site) + pages()))
    check_listing(html)
    check_article(html)


@few
@given(broken(maps))
def test_broken_sitemaps_and_robots(data: bytes) -> None:
    with suppress(ValueError):
        parse_sitemap(data)
    rules = Protego.parse(data.decode("utf-8", "ignore"))
    rules.can_fetch(URL, "mayadeen")
    rules.crawl_delay("mayadeen")


@few
@given(broken(pages))
def test_broken_files_through_scrapy_page(tmp_path_factory: pytest.TempPathFactory, html: bytes) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "broken.html"
    path.write_bytes(html)
    with suppress(NotAnArticle, UnreadablePage):
        explain(read_article(open_page(str(path), None, "en"), FETCHED)).encode("utf-8")


@few
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400), st.lists(st.sampled_from(ODD)).map(b"".join)))
def test_anything_through_every_parser(data: bytes | str) -> None:
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    for html in (raw, b"<html><body><h1>A story of rain</h1><p>" + raw):
        check_article(html)
        check_listing(html)
    with suppress(NotAnArticle):
        parse_article(data, URL)
    with suppress(ValueError):
        parse_sitemap(raw)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from([URL, "1", "page"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = "type postid postId title description url published_time last_updated author keywords classes thumbnail lang"
LD_KEYS = "headline name description datePublished author publisher image url keywords duration itemListElement"


@few
@given(
    st.dictionaries(st.sampled_from(KEYS.split()), JSON),
    st.dictionaries(st.sampled_from(LD_KEYS.split()), JSON),
    st.sampled_from(["NewsArticle", "VideoObject", "BreadcrumbList"]),
)
def test_facts_of_any_type(record: dict[str, Any], stated: dict[str, Any], kind: str) -> None:
    tag = f'<script id="tawsiyat-metadata">{json.dumps(record)}</script>'
    ld = f'<script type="application/ld+json">{json.dumps({"@type": kind, **stated})}</script>'
    page = f"<html><head>{tag}{ld}</head><body><h1>A story of rain</h1><p>By Ann Lee</p><p>It rained all day here.</p>"
    check_article(page.encode("utf-8", "surrogatepass"))
