"""`Page`: encodings, inline code, metadata, and refused pages."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from random import Random

import pytest

from mayadeen.extract.article import parse_article
from mayadeen.extract.blocks import MAX_PICTURES
from mayadeen.extract.bounds import MAX_DEPTH
from mayadeen.extract.inline_code import without_code
from mayadeen.extract.page import Page, UnreadablePage
from tests.unit.test_items import URL

ARABIC = "الميادين: أمطار في بيروت"
SPANISH = "España – “lluvia”"


def text(html: bytes | str, encoding: str | None = None) -> str:
    """Return the text of the body of a page."""
    body = Page(html, URL, encoding=encoding).tree.body
    assert body is not None
    return body.text().strip()


def head(inside: str) -> Page:
    return Page(f"<html><head>{inside}</head><body><p>x</p></body></html>", URL)


@pytest.mark.parametrize(
    ("said", "charset"),
    [
        (ARABIC, "windows-1256"),
        (ARABIC, "utf-8"),
        (SPANISH, "windows-1252"),
        ("España", "iso-8859-1"),
        ("España", "latin-1"),
    ],
)
@pytest.mark.parametrize(
    "declared",
    [
        "",
        '<meta charset="{}">',
        "<META CHARSET={}>",
        '<meta http-equiv="Content-Type" content="text/html; charset={}">',
    ],
    ids=["header", "meta", "loud meta", "http-equiv"],
)
def test_the_declared_encoding_is_read(said: str, charset: str, declared: str) -> None:
    html = f"<html><head>{declared.format(charset)}</head><body>{said}</body></html>".encode(charset)
    assert text(html, None if declared else charset) == said


def test_the_header_beats_the_page() -> None:
    html = f'<html><meta charset="windows-1252"><body>{ARABIC}'.encode("windows-1256")
    assert text(html, "windows-1256") == ARABIC


def test_latin_1_is_what_browsers_take_it_for() -> None:
    assert text(f'<meta charset="iso-8859-1"><body>{SPANISH}'.encode("windows-1252")) == SPANISH


def test_without_a_declaration_it_is_utf_8() -> None:
    assert text(f"<html><body>{ARABIC} {SPANISH}".encode()) == f"{ARABIC} {SPANISH}"
    assert text(f"<html><body>{ARABIC}".encode(), "no-such-charset") == ARABIC


@pytest.mark.parametrize("encoding", [None, "utf-8", "UTF8", "iso-8859-1"])
def test_a_byte_order_mark_beats_all_and_is_no_text(encoding: str | None) -> None:
    page = Page(f"<html><head><title>Rain</title></head><body>{ARABIC}".encode("utf-8-sig"), URL, encoding=encoding)
    assert page.tree.body is not None
    assert page.tree.body.text() == ARABIC
    assert page.title == "Rain"


def test_a_byte_order_mark_of_a_decoded_page_is_no_text() -> None:
    assert text(f"\ufeff<html><head><title>Rain</title></head><body>{ARABIC}") == ARABIC


def test_utf_16_with_its_mark() -> None:
    assert text(f"<html><head><title>x</title></head><body>{ARABIC}</body></html>".encode("utf-16")) == ARABIC


def test_invalid_bytes_cost_only_themselves() -> None:
    for declared in ("", "<meta charset=utf-8>"):
        found = text(f"<html>{declared}<body>{ARABIC} ".encode() + b"\xff\xc3( \x80 end</body></html>")
        assert found.startswith(ARABIC)
        assert found.endswith("end")
        assert "\ufffd" in found


def test_a_lone_surrogate_of_a_decoded_page_costs_only_itself() -> None:
    assert text(f"<html><body>{ARABIC}\ud800 end").startswith(ARABIC)


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "windows-1256"])
@pytest.mark.parametrize("cut", [b"\xe2\x80", b"\xa0", b"\xd8"])
def test_one_bad_byte_does_not_garble_a_page(declared: str, cut: bytes) -> None:
    html = f"<html><meta charset={declared}><body>{ARABIC} {SPANISH} ".encode() + cut + b" end</body></html>"
    assert text(html).startswith(f"{ARABIC} {SPANISH}")
    assert text(html, declared).endswith("end")


@pytest.mark.parametrize("declared", ["utf-16", "utf-16le", "UTF-16BE"])
def test_a_page_whose_tags_are_ascii_is_not_utf_16(declared: str) -> None:
    html = f"<html><meta charset={declared}><body>{ARABIC}".encode()
    assert text(html) == text(html, declared) == ARABIC


CODE = "if(a<b){e='<p>code</p>'}" * 20
LOUD = f"<p>one</p><script>{CODE}</script><p>two</p>"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (LOUD, ["one", "two"]),
        (LOUD.replace("script", "SCRIPT"), ["one", "two"]),
        (LOUD.replace("</script>", "</SCRIPT\n>"), ["one", "two"]),
        (LOUD.replace("<script>", '<script type="text/template" data-x="a > b">'), ["one", "two"]),
        (LOUD.replace("script", "style"), ["one", "two"]),
        (f"<p>one</p><script>{CODE}", ["one"]),
        (f"<p>one</p><scripted>{'<p>code</p>' * 40}</scripted><p>two</p>", ["one", *["code"] * 40, "two"]),
    ],
)
def test_code_is_left_out_and_text_is_not(html: str, said: list[str]) -> None:
    page = Page(f"<html><body>{html}", URL)
    assert [node.text().strip() for node in page.tree.css("p")] == said
    code = [node.text() for node in page.tree.css("body > script, body > style")]
    assert not any("code" in each for each in code)


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (f"<p>one</p><script><!-- {CODE} --></script><p>two</p>", ["one", "two"]),
        (f"<p>one</p><script><!-- <script>{CODE}</script> --></script><p>two</p>", ["one", "two"]),
        (f"<p>one</p><script><!-- {CODE}</script><p>two</p>", ["one", "two"]),
        (f"<p>one</p><script><!--> {CODE}</script><p>two</p>", ["one", "two"]),
        (f"<p>one</p><!-- <p>x</p><script> --><p>two</p><script>{CODE}</script>", ["one", "two"]),
        (f"<p>one</p><!--><p>two</p><script>{CODE}</script>", ["one", "two"]),
        (f"<p>one</p><textarea><script></textarea><p>two</p><script>{CODE}</script>", ["one", "two"]),
        (f"<title><script></title><p>one</p><p>two</p><script>{CODE}</script>", ["one", "two"]),
        (f'<p>one</p><a title="<script>"></a><p>{"two " * 100}</p><script></script>', ["one", "two " * 99 + "two"]),
    ],
)
def test_what_only_looks_like_code_loses_no_text(html: str, said: list[str]) -> None:
    assert [node.text().strip() for node in Page(f"<html><body>{html}", URL).tree.css("p")] == said


def test_facts_are_no_code() -> None:
    long = "rain " * 200
    page = head(
        METADATA.format(json.dumps({"title": long}))
        + f'<script type=" Application/LD+JSON ">["{long}", {{"a": 1}}]</script>'
    )
    assert page.metadata == {"title": long}
    assert page.json_ld == [{"a": 1}]


@pytest.mark.parametrize(
    "piece",
    [
        b"<script>",
        b"<script ",
        b"<!--",
        b"<!-->",
        b"<script></script>",
        b'="<script>',
        b"<script a='",
        b"<script><!--",
        b"<s",
    ],
)
def test_looking_for_code_takes_no_time(piece: bytes) -> None:
    start = time.process_time()
    without_code(piece * (2_000_000 // len(piece)))
    without_code(piece * (2_000_000 // len(piece)) + b"x" * 300 + b"</script>")
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("", URL),
        ('<base target="_blank"><base href="/news/"><base href="/other/">', "https://english.almayadeen.net/news/"),
        ('<base href="https://paper.test/a/b">', "https://paper.test/a/b"),
        ('<base href="//paper.test/">', "https://paper.test/"),
        ('<base href="javascript:x">', URL),
        ('<base href="http://[">', URL),
    ],
)
def test_the_base_of_relative_links(base: str, expected: str) -> None:
    assert head(base).base == expected


METADATA = '<script id="tawsiyat-metadata" type="text/json">{}</script>'


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ('{"title": "Rain"}', "Rain"),
        (' \n{"title": "Rain"}\n;\n', "Rain"),
        ('{"title": "Rain\nin\tBeirut"}', "Rain\nin\tBeirut"),
        ('{"title": "Rain \\u0628"}', "Rain ب"),
        ('{"title": "a < b && c > d"}', "a < b && c > d"),
    ],
)
def test_the_metadata_tag(written: str, title: str) -> None:
    assert head(METADATA.format(written)).metadata["title"] == title


@pytest.mark.parametrize(
    "written",
    [
        "",
        "{",
        '{"title": "Rain',
        '{"title": "Rain",}',
        '["Rain"]',
        "null",
        "3",
        "<p>",
        "[" * 100_000,
        '{"a":' * 100_000,
    ],
    ids=lambda written: written[:16],
)
def test_a_broken_metadata_tag_says_nothing(written: str) -> None:
    assert head(METADATA.format(written)).metadata == {}


def test_without_a_metadata_tag() -> None:
    assert head("").metadata == {}


def ld(*written: str) -> Page:
    return head("".join(f'<script type="application/ld+json">{each}</script>' for each in written))


@pytest.mark.parametrize(
    "written",
    [
        ['{"@type": "WebSite"}', '{"@type": "NewsArticle", "headline": "Rain"}'],
        ['[{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": "Rain"}]'],
        ['{"@context": "x", "@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle", "headline": "Rain"}]}'],
        ['[[{"@graph": [[{"@type": ["Thing", "NewsArticle"], "headline": "Rain"}]]}]]'],
        ['{"@type": "NewsArticle", "headline": "Broken",}', '{"@type": "NewsArticle", "headline": "Rain"}'],
        ['{"@type": "NewsArticle", "headline": "Rain"}', '{"@type": "NewsArticle", "headline": "Another"}'],
        [
            '[null, 1, "x", {"@type": null}, {"@type": 3}, {"@type": [3]}]',
            '{"@type": "NewsArticle", "headline": "Rain"}',
        ],
        ['// <![CDATA[\n{"@type": "NewsArticle", "headline": "Rain"}\n// ]]>'],
        ['<![CDATA[{"@type": "NewsArticle", "headline": "Rain"}]]>'],
        ['/*<![CDATA[*/ [{"@type": "NewsArticle", "headline": "Rain"}] /*]]>*/'],
        ['<!-- {"@type": "NewsArticle", "headline": "Rain"} -->'],
        [r'{"@type": "NewsArticle", "headline": "Rain", "name": "It\'s \"\/\u0041"}'],
        ['{"@type": "WebPage", "mainEntity": {"@type": ["http://schema.org/NewsArticle"], "headline": "Rain"}}'],
        ['{"@graph": {"@type": "x"}}', '\n{"@type": "NewsArticle",\n"headline": "Rain"};\n'],
    ],
)
def test_json_ld_is_found_wherever_it_stands(written: list[str]) -> None:
    assert ld(*written).json_ld_of("NewsArticle")["headline"] == "Rain"


def test_without_json_ld() -> None:
    assert head("").json_ld == ld("", "{", "null").json_ld == []
    assert ld('{"@type": "WebSite"}').json_ld_of("NewsArticle") == {}


def test_meta_takes_the_first_that_says_something() -> None:
    page = head(
        '<meta property="og:video" content><meta property="OG:Title" content=" Rain &amp; sun ">'
        "<meta name=og:title content=x>"
        '<meta name="postid" content="1850881"><meta itemprop="inLanguage" content="en"><meta charset="utf-8">'
        '<meta property="article:tag" content="Rain"><meta property="article:tag" content="Beirut">'
    )
    assert page.meta == {"og:title": "Rain & sun", "postid": "1850881", "inlanguage": "en", "article:tag": "Rain"}
    assert page.all_meta("article:tag") == ["Rain", "Beirut"]


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Rain in Beirut | Al Mayadeen English", "Rain in Beirut"),
        ("Rain\n in Beirut - Al Mayadeen", "Rain in Beirut"),
        ("Al Mayadeen English", ""),
        ("What Al Mayadeen saw", "What Al Mayadeen saw"),
        ("Anti-Al Mayadeen", "Anti-Al Mayadeen"),
    ],
)
def test_the_title_without_what_the_site_adds(title: str, headline: str) -> None:
    assert head(f"<title>{title}</title>").title == headline


def test_the_title_is_none_of_a_picture() -> None:
    page = Page("<html><head></head><body><svg><g><title>Icon</title></g></svg><title>Rain</title></body></html>", URL)
    assert page.title == "Rain"
    assert head('<title>Rain - The Paper</title><meta property="og:site_name" content="the paper">').title == "Rain"


@pytest.mark.parametrize(
    ("url", "edition", "lang", "code"),
    [
        ("https://www.almayadeen.net/x", "en", "en", "ar"),
        ("http://127.0.0.1:8000/x", None, "es", "es"),
        ("http://127.0.0.1:8000/x", "ar", "es", "ar"),
        ("http://127.0.0.1:8000/x", None, "AR-lb", "ar"),
        ("http://127.0.0.1:8000/x", None, "fr", "en"),
    ],
)
def test_the_edition(url: str, edition: str | None, lang: str, code: str) -> None:
    assert Page(f'<html lang="{lang}"><body>x', url, edition=edition).site.edition.code == code


@pytest.mark.parametrize(
    ("html", "why"),
    [
        (b"", "empty"),
        (" \n\t", "empty"),
        (b"\xef\xbb\xbf", "no HTML|empty"),
        (b"just words", "no HTML"),
        (b'{"error": 404}', "no HTML"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR<" + Random(1).randbytes(8_000), "binary"),
        (Random(0).randbytes(60_000), "binary"),
        (b"%PDF-1.7\n<<\x00/Type /Catalog>>", "binary"),
    ],
    ids=["nothing", "blank", "mark", "words", "json", "png", "noise", "pdf"],
)
def test_what_is_no_page_is_refused_by_name(html: bytes | str, why: str) -> None:
    with pytest.raises(UnreadablePage, match=why):
        Page(html, URL)


WELLS = {
    "20,000 open": b"<div>" * 20_000,
    "200,000 open": b"<div>" * 200_000,
    "20,000 closed": b"<div>" * 20_000 + b"x" + b"</div>" * 20_000,
    "200,000 closed": b"<div>" * 200_000 + b"x" + b"</div>" * 200_000,
    "behind the first 100 kB": b"<p>text</p>" * 10_000 + b"<section>" * 20_000,
    "in names of its own": b"<x-y>" * 20_000,
    "in capitals": b"<DIV>" * 20_000,
    "with attributes": b'<div class="a > b">' * 20_000,
    "of lists": b"<ul><li>" * 20_000,
    "of tables": b"<table><tr><td>" * 20_000,
    "of formatting": b"<b>x" * 30_000,
    "behind a comment": b"<!-- <script> -->" + b"<div>" * 20_000,
    "with comments": b"<div><!-- x -->" * 20_000,
    "with end tags of nothing": b"<div></x>" * 20_000,
    "with end tags of void elements": b"<div></br>" * 20_000,
    "in what looks like a comment": b'<a title="<!--">' + b"<div>" * 20_000 + b"-->",
    "in what looks like a script": b'<a title="<script>">' + b"<div>" * 20_000 + b"</script>",
    "in plain noscript": b"<noscript>" + b"<div>" * 20_000 + b"</noscript>",
}


@pytest.mark.parametrize("well", WELLS.values(), ids=WELLS)
def test_a_page_without_a_floor_is_refused_at_once(well: bytes) -> None:
    start = time.process_time()
    with pytest.raises(UnreadablePage, match=r"deep|times <|elements|left open"):
        Page(b"<html><body>" + well, URL)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "opening", [b"<script ", b"<!-- ", b"<title>", b"<style>x"], ids=["script", "comment", "title", "style"]
)
def test_what_is_opened_and_never_closed_takes_no_time(opening: bytes) -> None:
    start = time.process_time()
    with suppress(UnreadablePage):
        Page(b"<html><body>" + opening * 12_000, URL)
    assert time.process_time() - start < 2


BUSY = {
    "void tags": b"<br>" * 3_000 + b'<img src="x">' * 9_000,
    "scripts": b"<script>" + b"for(i=0;i<n;i++){if(a<b&&c<d)e='<div><span>'}" * 9_000 + b"</script>",
    "void tags and scripts": (b"<br><hr><wbr>" + b"<script>if(a<b&&c<d)e='<div>'</script>" * 4) * 3_000,
    "styles and comments": b"<style>a<b{}</style><!-- <div><div> -->" * 6_000,
    "paragraphs left open": b"<p>text" * 20_000,
    "list items left open": b"<ul>" + b"<li>item" * 20_000 + b"</ul>",
    "rows left open": b"<table>" + b"<tr><td>cell<td>cell" * 9_000 + b"</table>",
    "elements side by side": b"<div><span>a</span></div>" * 20_000,
    "vector graphics": b'<svg><g><path d="M0 0"/><use href="#x"/><circle r="1"/></g></svg>' * 6_000,
    "less-than signs": b"a < b <3 <- c " * 20_000,
    "as deep as allowed": b"<div>" * (MAX_DEPTH - 10) + b"x" + b"</div>" * (MAX_DEPTH - 10) + b"<p>a</p>" * 12_000,
}


@pytest.mark.parametrize("body", BUSY.values(), ids=BUSY)
def test_a_busy_page_is_read(body: bytes) -> None:
    start = time.process_time()
    page = Page(b"<html><head><title>Rain</title></head><body>" + body + b"<p id=last>end</p></body></html>", URL)
    assert page.title == "Rain"
    last = page.tree.css_first("#last")
    assert last is not None
    assert last.text() == "end"
    assert time.process_time() - start < 2


LINE = "<p>The baker of street {} said that the oven would be warm again, and nobody asked when.</p>"
HEAVY = {
    "headings in a row": "<h2>The baker of it</h2>" * 20_000,
    "headlines": "<h1>A story of the baker</h1>" * 20_000,
    "boxes alike": "<div>The baker said that the oven would be warm again.</div>" * 30_000,
    "boxes unlike": "".join(
        f"<div class=x{chr(97 + n % 26)}{'y' * (n % 300)}>{n} ovens are warm.</div>" for n in range(20_000)
    ),
    "links in one line": "<div>" + "".join(f"<a href=/tags/a{n}>t{n}</a>, " for n in range(10_000)) + "</div>",
    "players beside links": "<iframe src=https://www.youtube.com/embed/a></iframe><p><a href=/x/y>z</a></p>" * 9_000,
    "lines that repeat others": "".join(LINE.format(n) + f"<div>street {n} said that the</div>" for n in range(6_000)),
    "paragraphs deep down": "<div>" * 400 + LINE.format(1) * 15_000 + "</div>" * 400,
    "menus in menus": "<nav>" * 400 + "<h1>x</h1>" + "<a href=/x>a</a>" * 20_000 + "</nav>" * 400,
    "joiners": "<p>" + "\u200d" * 200_000 + "</p>",
    "ampersands": "<p>&" + "amp;" * 200_000 + "</p>",
    "an address": "<p><a href='" + "/abc" * 200_000 + "'>x</a></p>",
}


@pytest.mark.parametrize("body", HEAVY.values(), ids=HEAVY)
def test_a_heavy_article_is_read(body: str) -> None:
    start = time.process_time()
    text = "".join(LINE.format(n) for n in range(8))
    page = f"<html><body><h1>A story of the rain</h1><p>By Ann Lee</p><article>{text}{body}</article></body></html>"
    assert "The baker of street 1 said" in (parse_article(page, URL).articleBody or "")
    assert time.process_time() - start < 5


def test_of_very_many_pictures_the_first_are_taken() -> None:
    pictures = "".join(f'<p>It rained all day there too.</p><img src="/media/{at}.jpg">' for at in range(900))
    page = f"<html><body><h1>A story of the rain</h1><p>By Ann Lee</p>{pictures}</body></html>"
    assert 0 < len(parse_article(page, URL).images) <= MAX_PICTURES
