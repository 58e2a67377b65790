"""Sitemaps and sitemap indexes, also damaged ones."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayadeen.extract import sitemap
from mayadeen.extract.sitemap import parse_sitemap
from tests.conftest import ROOT

REAL = ROOT.parent / "shared" / "site" / "news-sitemap-ar-2023-10.json"

SCHEMAS = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
INDEX = f"""<?xml version="1.0" encoding="utf-8"?>
<sitemapindex {SCHEMAS}>
<sitemap><loc>https://www.example.net/sitemaps/all/sitemap-2023-10.xml</loc></sitemap>
<sitemap><loc> https://www.example.net/sitemaps/all/sitemap-2023-9.xml
</loc><lastmod>2023-10-01</lastmod></sitemap>
<sitemap><loc>https://www.example.net/2024/sitemap-pages.xml.gz</loc></sitemap>
<sitemap><loc>https://www.example.net/sitemap-2021.xml</loc></sitemap>
<sitemap><loc>https://www.example.net/sitemap-2021-13.xml</loc></sitemap>
<sitemap><lastmod>2023-10-01</lastmod></sitemap>
</sitemapindex>"""


def entry(url: str, rest: str = "") -> str:
    return f"<url><loc>{url}</loc>{rest}</url>"


def urlset(*entries: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset {SCHEMAS}>\n{"".join(entries)}</urlset>'.encode()


FULL = entry(
    "https://www.example.net/news/politics/خبر-أول",
    """<image:image><image:loc>https://media.net/a.jpg</image:loc><image:title>صورة</image:title></image:image>
    <lastmod>2023-10-29T23:00:57+01:00</lastmod>
    <news:news><news:publication><news:name>شبكة</news:name><news:language>ar</news:language></news:publication>
    <news:publication_date>2023-10-28T22:58:00+02:00</news:publication_date>
    <news:title>خبر &quot;أول&quot; &amp;amp; <![CDATA[أخير]]></news:title>
    <news:keywords>غزة, لبنان,غزة،  اليمن,</news:keywords></news:news>""",
)


def test_index() -> None:
    found = parse_sitemap(INDEX.encode())
    assert [(child.url[23:], child.year, child.month) for child in found.children] == [
        ("/sitemaps/all/sitemap-2023-10.xml", 2023, 10),
        ("/sitemaps/all/sitemap-2023-9.xml", 2023, 9),
        ("/2024/sitemap-pages.xml.gz", None, None),
        ("/sitemap-2021.xml", 2021, None),
        ("/sitemap-2021-13.xml", 2021, None),
    ]
    assert found.children[0].lastmod is None
    # A day without a time counts as its end.
    assert found.children[1].lastmod == datetime.fromisoformat("2023-10-01T23:59:59+00:00")
    assert found.complete
    assert not found.entries


def test_entry() -> None:
    found = parse_sitemap(urlset(FULL, entry("https://www.example.net/live")))
    first, second = found.entries
    assert found.complete
    assert first.url == "https://www.example.net/news/politics/خبر-أول"
    assert first.lastmod is not None
    assert (first.lastmod.isoformat(), first.lastmod.utcoffset()) == ("2023-10-29T23:00:57+01:00", timedelta(hours=1))
    assert first.published == datetime.fromisoformat("2023-10-28T20:58:00+00:00")
    assert first.title == 'خبر "أول" & أخير'
    assert first.keywords == ["غزة", "لبنان", "اليمن"]
    assert (second.url, second.lastmod, second.title, second.keywords) == (
        "https://www.example.net/live",
        None,
        None,
        [],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-12-30T21:46:50.7970000", "2023-12-30T21:46:50.797000+00:00"),
        ("2023-12-30T21:46:50Z", "2023-12-30T21:46:50+00:00"),
        ("2023-12", "2023-12-01T00:00:00+00:00"),
        ("2023", "2023-01-01T00:00:00+00:00"),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times(text: str, expected: str | None) -> None:
    (found,) = parse_sitemap(urlset(entry("https://x.net/a", f"<lastmod>{text}</lastmod>"))).entries
    assert (found.lastmod.isoformat() if found.lastmod else None) == expected


def test_packed_without_namespace_with_blanks_before() -> None:
    plain = b"\xef\xbb\xbf\n  <urlset><!-- c --><url><loc>a</loc></url></urlset>"
    assert [each.url for each in parse_sitemap(plain).entries] == ["a"]
    assert parse_sitemap(gzip.compress(plain)) == parse_sitemap(plain)
    assert parse_sitemap(b"<urlset/>").entries == []


def test_malformed_gives_what_was_readable() -> None:
    pages = urlset(*(entry(f"https://x.net/news/{number}-a-page") for number in range(5000)))
    whole = parse_sitemap(pages)
    assert len(whole.entries) == 5000
    for broken in (pages[:-40], gzip.compress(pages)[:-200], pages.replace(b"4999-a-page</loc></url></urlset>", b"49")):
        found = parse_sitemap(broken)
        assert not found.complete
        assert 1000 < len(found.entries) < 5000
        assert found.entries == whole.entries[: len(found.entries)]
    for middle, count in ((b"\x00\x01", 5000), (b"\xff", 5000), (b"&x;", 5000), (b"</wrong>", 2500), (b"<a", 2500)):
        found = parse_sitemap(pages.replace(b"2500-a-page</loc>", middle + b"</loc>"))
        assert not found.complete
        assert len(found.entries) >= count
        assert found.entries[:2500] == whole.entries[:2500]
    found = parse_sitemap(pages.replace(b"2500-a-page</loc>", b"2500 & a?b=1&c=2&amp;d</loc>"))
    assert found.complete
    assert found.entries[2500].url == "https://x.net/news/2500 & a?b=1&c=2&d"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>", "HTML page"),
        (b"\n<HTML><body>404</body></HTML>", "HTML page"),
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"Forbidden", "not a sitemap but b'Forbidden'"),
        (b'{"error": 1}', "not a sitemap"),
        (b"<rss><channel/></rss>", "not a sitemap"),
        (b"\x1f\x8b\x08garbage", "empty"),
    ],
)
def test_what_is_no_sitemap(text: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_sitemap(text)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    dtd = f'<!DOCTYPE urlset [<!ENTITY own "lol"><!ENTITY file SYSTEM "{secret.as_uri()}">]>'
    text = f"{dtd}<urlset><url><loc>a&own;b</loc></url><url><loc>c&file;d</loc></url></urlset>"
    assert [each.url for each in parse_sitemap(text.encode()).entries] == ["a&own;b", "c&file;d"]
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    text = f'<!DOCTYPE urlset [<!ENTITY l0 "lol">{laughs}]><urlset><url><loc>a&l12;b</loc></url></urlset>'
    assert all(len(each.url) < 10 for each in parse_sitemap(text.encode()).entries)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    page = urlset(*(entry("", "<lastmod>2023-10-29T23:00:57+01:00</lastmod>" * 20) for _ in range(1_500)))
    packed = gzip.compress(page, 1)
    tracemalloc.start()
    assert parse_sitemap(packed).entries == []
    assert tracemalloc.get_traced_memory()[1] < 1_000_000 < len(page)
    tracemalloc.stop()
    monkeypatch.setattr(sitemap, "MAX_SIZE", 1_000_000)
    assert not parse_sitemap(packed).complete


@given(st.binary() | st.text().map(str.encode), st.integers(0, 400))
def test_never_raises_but_value_error(garbage: bytes, at: int) -> None:
    pages = urlset(FULL)
    for text in (garbage, pages[:at] + garbage + pages[at:]):
        with suppress(ValueError):
            parse_sitemap(text)


@pytest.mark.skipif(not REAL.exists(), reason="the material on the real site is not here")
def test_real_entries() -> None:
    """Entries of a real month, in XML like that of the site."""
    real = json.loads(REAL.read_text("utf-8"))
    index = "".join(f"<sitemap><loc>{each['url']}</loc></sitemap>" for each in real["index_first"] + real["index_last"])
    children = parse_sitemap(f"<sitemapindex {SCHEMAS}>{index}</sitemapindex>".encode()).children
    assert [(each.year, each.month) for each in children] == [
        (2023, 10), (2023, 9), (2023, 8), (2012, 8), (2012, 7), (2012, 6),
    ]  # fmt: skip
    found = parse_sitemap(
        urlset(
            *(
                entry(
                    escape(each["url"]),
                    f"<lastmod>{each['last_modified']}</lastmod><news:news>"
                    f"<news:publication_date>{each['publication_date']}</news:publication_date>"
                    f"<news:title>{escape(each['title'])}</news:title>"
                    f"<news:keywords>{escape(each['keywords'])}</news:keywords></news:news>",
                )
                for each in real["entries"]
            )
        )
    )
    assert found.complete
    assert len(found.entries) == len(real["entries"])
    for each, stated in zip(found.entries, real["entries"], strict=True):
        assert each.url == stated["url"]
        assert each.lastmod is not None
        assert each.published is not None
        assert each.lastmod.isoformat() == stated["last_modified"]
        assert each.published.isoformat() == stated["publication_date"]
        assert each.title == " ".join(stated["title"].split())
        assert set(each.keywords) == {word.strip() for word in stated["keywords"].split(",")} - {""}
    order = [each.lastmod for each in found.entries if each.lastmod]
    assert order == sorted(order, reverse=True)
