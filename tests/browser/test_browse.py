"""`scrapy browse`: pages in a browser, updates during crawls, and protection from other hosts."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from mayadeen.archive import Archive
from mayadeen.archive.copying import copy
from mayadeen.browse.differences import changes, summary
from mayadeen.browse.file import NAME
from mayadeen.browse.folding import fold
from mayadeen.items import Article, Author, Image, Metadata, NamedLink, RelatedLink, Visit, content_hash
from mayadeen.site.address import Address
from mayadeen.site.edition import EDITIONS
from tests.conftest import QUICK, ROOT, Run, as_options, post, run_scrapy, run_without, section, sqlite_file
from tests.replica import serve

Command = Callable[..., Run]

CAPTURE = (
    "https://web.archive.org/web/20260503060000id_/https://english.almayadeen.net/news/politics/an-invented-slug-1"
)
ARABIC = "أعلنت الوِزارةُ عن مشاريعَ جديدةٍ في المُدُن الساحليّة، وقال مسؤولون إنّ الأسئلة كثيرة."
SPANISH = "El señor Núñez explicó que la inversión en educación llegará también a los niños."


class Server:
    """A running `scrapy browse`."""

    def __init__(self, data: Path, *options: str, **environment: str) -> None:
        command = [sys.executable, "-m", "scrapy", "browse", "--port", "0", "-s", f"DATA_DIR={data}", *options]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        said = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
        assert found, said + self.end()
        self.url, self.port = found[0].rstrip("/"), int(found[1])

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
        """Return status, text and headers of a response."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, urllib.parse.quote(path, safe="/?&=%~:"), headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace"), answer.headers

    def found(self, words: str) -> list[str]:
        """Return the ids of the articles that a search finds."""
        status, text, _ = self.get(f"/browse/articles.csv?_search={words}&_size=max")
        assert status == 200, text
        return [line.partition(",")[0] for line in text.splitlines()[1:] if re.match(r"(en|ar|es):\d+,", line)]

    def end(self, how: int = signal.SIGINT) -> str:
        """Stop it with a signal. Return its stderr."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.communicate(timeout=30)[1]


@contextmanager
def browsing(data: Path, *options: str) -> Iterator[Server]:
    """Run a server, which must print nothing on stderr and end with status 0."""
    server = Server(data, "--no-open", *options)
    try:
        yield server
    finally:
        said = server.end()
    assert (server.process.returncode, said) == (0, "")


@pytest.fixture
def tab(chrome: Browser) -> Iterator[Page]:
    """Open a tab. No error may occur in it, and no request to another host."""
    wrong: list[str] = []
    page = chrome.new_page(viewport={"width": 1280, "height": 900})
    # The browser logs the refused scripts of kept pages,
    # and requests that are refused because the server has stopped.
    page.on(
        "console",
        lambda message: (
            None if "/kept/" in page.url or "CONNECTION_REFUSED" in message.text else wrong.append(message.text)
        ),
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on("request", lambda each: wrong.append(each.url) if "//127.0.0.1:" not in each.url else None)
    yield page
    page.close()
    assert not wrong


def follow(link: Locator) -> None:
    """Click a link or a button, and wait for the next page."""
    with link.page.expect_navigation():
        link.click()


def article(number: int = 1, edition: str = "en", **values: Any) -> Article:
    """Return an article as the parser returns it."""
    address = f"{EDITIONS[edition].origin}/news/politics/an-invented-slug-{number}"
    given = {
        "id": f"{edition}:{number}",
        "url": address,
        "canonicalUrl": address,
        "edition": edition,
        "headline": f"Headline {number}",
        "articleBody": "The harbour was quiet.\nNobody came.",
        "articleBodyHtml": "<p>The harbour was quiet.</p><p>Nobody came.</p>",
        "datePublished": f"2026-05-{number % 28 + 1:02}T21:05:00+03:00",
        "section": "politics",
    }
    return Article(**{**given, **values})


def record(data: Path, *articles: Article) -> None:
    """Record articles as a crawl does. A known id makes a new version."""
    data.mkdir(exist_ok=True)
    archive = Archive(data / "archive.sqlite3")
    for each in articles:
        archive.begin("articles", each.edition, EDITIONS[each.edition].origin)
        each.contentHash = content_hash(each)
        key = urllib.parse.urlsplit(each.url).path
        archive.record(each, Visit(address=Address(each.url, key, "article", each.section)), [key])
        archive.end("finished", {})
    archive.close()


def page_of(article_id: str) -> str:
    return "/browse/articles/" + article_id.replace(":", "~3A")


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until a condition is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data directory with articles of three editions: one edited, one removed, one with an accented tag."""
    folder = tmp_path_factory.mktemp("browse") / "data"
    jane = Author(name="Jane Roe", nameRaw="By Jane Roe")
    tags = [NamedLink(name="Syria"), NamedLink(name="Climate")]
    record(
        folder,
        article(
            1,
            authors=[jane],
            sources=[Author(name="Agencies", nameRaw="Source: Agencies")],
            tags=tags,
            description="A standfirst.",
            metadata=Metadata(captureUrl=CAPTURE, dateDownloaded="2026-05-03T06:00:00+00:00"),
            mainImage=Image(url="https://english.almayadeen.net/a.jpg", caption="Boats (Agency)"),
            relatedLinks=[
                RelatedLink(url=article(2).canonicalUrl, headline="Here", block="relatedNews", position=1),
                RelatedLink(url=article(99).canonicalUrl, headline="Elsewhere", block="relatedNews", position=2),
            ],
        ),
        article(2, section="economy", tags=tags[:1]),
        article(3, "ar", headline="مشاريع المدن", articleBody=ARABIC, articleBodyHtml=f"<p>{ARABIC}</p>"),
        article(4, "es", headline="Inversión", articleBody=SPANISH, tags=[NamedLink(name="Educación")]),
        article(
            1,
            authors=[jane],
            tags=tags,
            headline="Headline 1, corrected",
            articleBody="The harbour was busy.\nNobody came.\nA ship left.",
            articleBodyHtml="<p>The harbour was busy.</p><p>Nobody came.</p><p>A ship left.</p>",
        ),
    )
    archive = Archive(folder / "archive.sqlite3")
    known = archive.get("en:2")
    assert known
    archive.record_gone(known)
    archive.close()
    return folder


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    with browsing(data) as running:
        yield running


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("harbour busy", ["en:1"]),
        ("HARBOUR", ["en:2", "en:1"]),
        ('"was quiet"', ["en:2"]),
        ("Jane", ["en:1"]),
        ("الوزارة", ["ar:3"]),
        ("الوِزَارَة", ["ar:3"]),
        ("اعلنت", ["ar:3"]),
        ("الاسئله كثيره", ["ar:3"]),
        ("المدن", ["ar:3"]),
        ("nunez", ["es:4"]),
        ("NÚÑEZ inversion", ["es:4"]),
        ("ninos", ["es:4"]),
        ("educacion", ["es:4"]),
        ("nowhere", []),
        ("ًٌٍ", []),
        ('"', []),
        ('""', []),
        ("NEAR( AND * ^", []),
        ("'; drop table articles --", []),
    ],
)
def test_search_in_three_languages(server: Server, words: str, found: list[str]) -> None:
    assert server.found(words) == found


def test_a_search_shows_where_the_words_are(server: Server, tab: Page) -> None:
    for words, marked in (
        ("busy harbour", ["harbour", "busy."]),
        ("اعلنت الأسئله", ["أعلنت", "الأسئلة"]),
        ("NUNEZ", ["Núñez"]),
    ):
        tab.goto(f"{server.url}/browse/articles?_search={words}")
        assert tab.locator(".cards mark").all_inner_texts() == marked
    tab.goto(f"{server.url}/browse/articles?_search=climate")
    assert tab.locator(".cards li").count() == 1
    assert tab.locator(".cards mark").count() == 0, "a tag is no text"


def test_folding_joins_spellings_and_no_words() -> None:
    assert fold("أَحْمَد") == fold("احمد") == fold("احمـد")
    assert fold("مُؤسَّسة") == fold("موسسه")
    assert fold("٢٠٢٦") == fold("۲۰۲۶") == "2026"
    assert fold("Año\u202e\u200f") == "ano"
    assert fold("دار") != fold("دور")


def test_a_reader_searches_narrows_down_and_reads(server: Server, tab: Page) -> None:
    tab.goto(server.url)
    tab.get_by_label("Search all articles").fill("harbour")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert tab.locator("h1").inner_text() == "2 articles"
    assert tab.get_by_label("Search these articles").input_value() == "harbour"
    follow(tab.locator(".facets").get_by_role("link", name="Climate 1"))
    assert tab.locator("h1").inner_text() == "1 article"
    follow(tab.get_by_role("link", name="Headline 1, corrected"))
    assert tab.locator("h1").inner_text() == "Headline 1, corrected"
    assert tab.locator(".body p").all_inner_texts() == ["The harbour was busy.", "Nobody came.", "A ship left."]
    assert tab.locator(".byline").inner_text().split("\n\n") == ["Jane Roe", "2 May 2026, 21:05 Beirut"]
    assert tab.get_by_role("link", name="The original").get_attribute("href") == article(1).url
    follow(tab.locator(".tags").get_by_role("link", name="Syria"))
    assert tab.locator("h1").inner_text() == "2 articles"


@pytest.mark.parametrize(
    ("facet", "value", "count"),
    [("Section", "economy 1", 1), ("Tag", "Syria 2", 2), ("Author", "Jane Roe 1", 1), ("Edition", "ar 1", 1)],
)
def test_facets(server: Server, tab: Page, facet: str, value: str, count: int) -> None:
    tab.goto(server.url + "/browse/articles")
    section = tab.locator(".facets section").filter(has=tab.get_by_role("heading", name=facet, exact=True))
    follow(section.get_by_role("link", name=value, exact=True))
    assert tab.locator("h1").inner_text() == f"{count} article{'s' * (count > 1)}"
    assert tab.locator(".facets .selected bdi").inner_text() == value.rpartition(" ")[0]
    follow(tab.locator(".facets .selected"))
    assert tab.locator("h1").inner_text() == "4 articles"


def test_days_and_sources(server: Server, tab: Page) -> None:
    tab.goto(server.url + "/browse/articles?_sources=Agencies")
    assert tab.locator("h1").inner_text() == "0 articles", "the newest version names none"
    tab.goto(server.url + "/browse/articles")
    tab.get_by_label("From").fill("2026-05-03")
    tab.get_by_label("until").fill("2026-05-04")
    follow(tab.get_by_role("button", name="Show"))
    assert tab.locator(".cards h3").all_inner_texts() == ["مشاريع المدن", "Headline 2"]


def test_the_page_of_an_arabic_article_reads_from_right_to_left(server: Server, tab: Page) -> None:
    tab.goto(server.url + page_of("ar:3"))
    assert tab.locator("article").get_attribute("lang") == "ar"
    for part in ("h1", ".body p"):
        assert tab.locator(part).evaluate("each => getComputedStyle(each).direction") == "rtl"
        box = tab.locator(part).evaluate(
            "each => { const r = document.createRange(); r.selectNodeContents(each);"
            " return [each.getBoundingClientRect().right - r.getBoundingClientRect().right] }"
        )
        assert abs(box[0]) < 2, "it begins at the right"
    assert tab.locator(".about").evaluate("each => getComputedStyle(each).direction") == "ltr"


def test_versions_and_what_differs(server: Server, tab: Page) -> None:
    tab.goto(server.url + page_of("en:1"))
    assert tab.locator(".notice").inner_text() == "Edited after publication: 2 versions."
    newest = tab.locator(".versions li").first
    captured = tab.get_by_role("link", name="Read from a web archive")
    assert captured.count() == 0
    assert newest.locator("h3").all_inner_texts()[:3] == ["Headline", "Standfirst", "Text"]
    assert newest.locator("del").all_inner_texts()[:3] == ["1", "A standfirst.", "quiet."]
    assert newest.locator("ins").all_inner_texts()[:3] == ["1, corrected", "busy.", "A ship left."]
    follow(tab.get_by_role("link", name="read it"))
    assert tab.locator("h1").inner_text() == "Headline 1"
    assert captured.get_attribute("href") == CAPTURE
    assert tab.locator(".body p").first.inner_text() == "The harbour was quiet."
    assert tab.get_by_role("link", name="Picture").get_attribute("href") == "https://english.almayadeen.net/a.jpg"
    assert tab.get_by_role("link", name="Here", exact=True).get_attribute("href") == page_of("en:2")
    assert tab.get_by_role("link", name="Elsewhere").get_attribute("href") == article(99).url
    follow(tab.get_by_role("link", name="The newest"))
    assert tab.locator("h1").inner_text() == "Headline 1, corrected"


def test_saved_queries(server: Server, tab: Page) -> None:
    def headlines(name: str) -> list[str]:
        tab.goto(server.url)
        follow(tab.locator("main").get_by_role("link", name=name, exact=True))
        return tab.locator("td.headline").all_inner_texts()

    assert headlines("Edits of the week") == ["Headline 1, corrected"]
    assert "busy" in tab.locator("td.difference ins").nth(1).inner_text()
    follow(tab.locator("td.headline a"))
    assert tab.locator("h1").inner_text() == "Headline 1, corrected"
    assert headlines("Most edited") == ["Headline 1, corrected"]
    assert headlines("Gone") == ["Headline 2"]
    assert headlines("By tag") == []
    tab.get_by_label("Tag").fill("educacion")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert tab.locator("td.headline").all_inner_texts() == ["Inversión"]
    headlines("Tags")
    follow(tab.get_by_role("link", name="Syria"))
    assert tab.locator("td.headline").count() == 2
    follow(tab.get_by_role("link", name="Over time"))
    assert tab.locator("td.month").all_inner_texts() == ["2026-05"]


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_fit_a_phone_and_a_desk(server: Server, tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    paths = ["/", "/browse/articles", "/browse", "/browse/versions", "/browse/bulletins", "/browse/edits_of_the_week"]
    for path in [*paths, "/browse/tags_by_count", page_of("en:1"), page_of("ar:3"), page_of("en:2")]:
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme)
            answer = tab.goto(server.url + path)
            assert answer
            assert answer.status == 200
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
    tab.goto(server.url + "/browse/articles")
    if width < 1280:
        assert not tab.locator(".facets").is_visible()
        tab.get_by_text("Narrow down").click()
    assert tab.locator(".facets").is_visible()


# --- Closed to others ------------------------------------------------------------------------------------------------


def test_only_this_machine_by_its_name(server: Server) -> None:
    for host in (
        "evil.example",
        f"evil.example:{server.port}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"127.0.0.1.evil:{server.port}",
        "",
    ):
        assert server.get("/", Host=host)[0] == 421, host
    assert server.get("/", Host=f"localhost:{server.port}")[0] == 200
    listening = Path("/proc/net/tcp").read_text()
    assert re.search(rf"0100007F:{server.port:04X} 00000000:0000 0A", listening)
    assert not re.search(rf"00000000:{server.port:04X} ", listening)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/browse?sql=select+1", 403),
        ("/browse.json?sql=select+1", 403),
        ("/browse/articles?_where=1=1", 403),
        ("/browse/by_tag?sql=select+1&tag=x", 200),
        ("/browse.db", 403),
        ("/_internal", 403),
        ("/-/databases.json", 404),
        ("/-/metadata", 404),
        ("/-/allow-debug", 404),
        ("//evil.example/", 404),
        ("/kept/999999", 404),
        ("/kept/999999999999999999999", 404),
        ("/browse/articles/en~3A777", 404),
        ("/browse/nothing", 404),
        ("/assets/../server.py", 404),
        ("/assets/%2e%2e/server.py", 404),
        ("/browse/articles?_facet_names=held", 200),
        ("/browse/articles?_facet_size=max", 200),
        ("/browse/articles?_size=-4", 400),
    ],
)
def test_no_sql_no_download_nothing_else(server: Server, path: str, status: int) -> None:
    found, text, _ = server.get(path)
    assert found == status, text
    assert "Traceback" not in text
    assert "select 1" not in text


def test_it_only_shows(server: Server) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert server.get("/browse/articles", method=method)[0] == 405
    _, _, headers = server.get("/")
    assert headers["cache-control"] == "no-store"
    assert "script" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "access-control-allow-origin" not in headers


# --- Bad input -------------------------------------------------------------------------------------------------------

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(1)>"\' onmouseover="alert(1)',
    "\u202eright to left\u2066 never closed \u202d",
    "</title></textarea></style><h1>Broken out</h1>",
    "{{ 7 * 7 }} {% raw %} %s \\u003c",
    "x" * 10_000,
    "\x00\x1b[31m\ud800 half",
    "",
)


def test_hostile_headlines_break_out_of_nothing(tmp_path: Path, tab: Page) -> None:
    data = tmp_path / "data"
    hostile = [
        article(
            number,
            headline=text,
            description=text,
            section=text[:50] or None,
            articleBody=text,
            articleBodyHtml=f'<p onclick="alert(1)">{text}</p><script>alert(2)</script><iframe src="//evil"></iframe>',
            authors=[Author(name=text or "x", nameRaw=text, url="javascript:alert(1)")],
            tags=[NamedLink(name=text or "x", url="javascript:alert(1)")],
            mainImage=Image(url="javascript:alert(1)", caption=text),
            relatedLinks=[RelatedLink(url="javascript:alert(1)", headline=text, block="readMore", position=1)],
        )
        for number, text in enumerate(HOSTILE, 1)
    ]
    captured = Metadata(captureUrl="javascript:alert(1)")
    edited = [article(number, headline=text + " again") for number, text in enumerate(HOSTILE, 1)]
    record(data, *hostile, *edited, article(50, url="javascript:alert(1)", articleBodyHtml=None, metadata=captured))
    paths = ["/", "/browse/articles", "/browse/versions", "/browse/tags", "/browse/edits_of_the_week"]
    paths += ["/browse/most_edited", "/browse/tags_by_count", f"/browse/articles?_search={HOSTILE[0]}"]
    paths += [page_of(f"en:{n}") for n in (*range(1, len(HOSTILE) + 1), 50)]
    paths += [page_of(f"en:{n}") + "?version=1" for n in range(1, len(HOSTILE) + 1)]
    with browsing(data) as server:
        for width in (390, 1280):
            tab.set_viewport_size({"width": width, "height": 900})
            for path in paths:
                answer = tab.goto(server.url + path)
                assert answer
                assert answer.status == 200, path
                assert tab.locator("h1").count() <= 1, path
                assert tab.locator("script, iframe, img, [onclick], [onerror], [onmouseover]").count() == 0, path
                assert tab.locator("a[href^='javascript']").count() == 0, path
                assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
        assert server.found("xxxxx") == []


def test_an_archive_without_articles(crawl: Command, tmp_path: Path, scrapy: Command, tab: Page) -> None:
    run = scrapy("browse", "--no-open", "-s", f"DATA_DIR={tmp_path / 'data'}")
    assert run.status == 2
    assert "there is no archive " in run.error()
    assert not (tmp_path / "data").exists()
    (tmp_path / "data").mkdir()
    Archive(tmp_path / "data" / "archive.sqlite3").close()
    with browsing(tmp_path / "data") as server:
        for path in ("/", "/browse/articles", "/browse/gone", "/browse/edits_of_the_week", "/browse/bulletins"):
            answer = tab.goto(server.url + path)
            assert answer
            assert answer.status == 200
        assert tab.locator(".empty").count() == 1


def test_one_article_of_one_edition_that_says_next_to_nothing(tmp_path: Path, tab: Page) -> None:
    bare = article(7, "es", datePublished=None, section=None, articleBody=None, articleBodyHtml=None)
    record(tmp_path / "data", bare)
    with browsing(tmp_path / "data") as server:
        tab.goto(server.url)
        follow(tab.get_by_role("link", name="Español"))
        assert tab.locator("h1").inner_text() == "1 article"
        follow(tab.get_by_role("link", name="Headline 7"))
        assert tab.locator(".body").inner_text() == "This article has no text."
        assert "no date" in tab.locator(".byline").inner_text()


def test_a_million_characters_twice(tmp_path: Path, tab: Page) -> None:
    words = [f"word{n}" for n in range(110_000)]
    one, other = " ".join(words), " ".join([*words[:50_000], "inserted", *words[50_000:]])
    assert len(one) > 1_000_000
    record(
        tmp_path / "data",
        article(1, articleBody=one, articleBodyHtml=f"<p>{one}</p>"),
        article(1, articleBody=other, articleBodyHtml=f"<p>{other}</p>"),
        article(2, articleBody="\n".join(words), articleBodyHtml=f"<p>{'</p><p>'.join(words)}</p>"),
        article(2, articleBody="\n".join(words[::-1]), articleBodyHtml=f"<p>{'</p><p>'.join(words[::-1])}</p>"),
    )
    with browsing(tmp_path / "data") as server:
        assert server.found("inserted") == ["en:1"]
        assert server.found("word109999") == ["en:2", "en:1"]
        tab.goto(server.url + page_of("en:1"))
        assert tab.locator(".versions ins").all_inner_texts() == ["inserted "]
        tab.goto(server.url + page_of("en:2"))
        assert 0 < tab.locator(".versions del").count() < 1000
        assert "more lines differ" in tab.locator(".versions").inner_text()
        tab.goto(server.url + "/browse/edits_of_the_week")
        assert tab.locator("td.difference").count() == 2


def test_an_opening_taken_from_the_text_ends_after_a_word(tmp_path: Path) -> None:
    long = "harbour " * 60
    record(tmp_path / "data", article(1, articleBody=long), article(2))
    with browsing(tmp_path / "data") as server:
        rows = json.loads(server.get("/browse/articles.json?_shape=objects&_sort=id")[1])["rows"]
    assert [row["opening"] for row in rows] == ["harbour " * 40 + "…", "The harbour was quiet.\nNobody came."]


def test_what_differs_is_told_word_by_word_where_lines_are_alike() -> None:
    before = article(articleBody="One line.\nThe mayor said that nothing was known.\nA last line.", tags=[])
    after = article(articleBody="One line.\nThe mayor said that much was known.\nA last line.", tags=[])
    (change,) = changes(before, after)
    assert change.label == "Text"
    assert change.lines == [
        [("gap", "")],
        [("same", "The mayor said that "), ("old", "nothing"), ("new", "much"), ("same", " was known.")],
        [("gap", "")],
    ]
    assert (
        summary(before, after, 500) == "- The mayor said that nothing was known.\n+ The mayor said that much was known."
    )
    assert len(summary(before, after, 20)) == 21
    assert changes(before, before) == []


# --- Kept up to date -------------------------------------------------------------------------------------------------


def test_beside_a_crawl(tmp_path: Path, tab: Page) -> None:
    data = tmp_path / "data"
    with serve(articles=30, page_kb=40) as origin:
        settings = (f"SITE_ORIGIN={origin}", f"DATA_DIR={data}", *QUICK, "DOWNLOAD_DELAY=0.05", "KEEP_PAGES=True")
        command = [sys.executable, "-m", "scrapy", "crawl", "articles", "-a", "known=refetch", *as_options(*settings)]
        first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for((data / "archive.sqlite3").exists)
        with browsing(data) as server:
            seen = set()

            def shown() -> int:
                tab.goto(server.url + "/browse/articles")
                seen.add(int(tab.locator("h1").inner_text().split()[0]))
                return max(seen)

            wait_for(lambda: shown() == 30, 60)
            assert len(seen) > 1, "the page showed only the end of the crawl"
            assert first.wait(60) == 0
            post(origin, "/_edit?index=3")
            post(origin, "/_remove?index=5")
            assert run_scrapy(*command[3:]).status == 0
            wait_for(lambda: "versions" in server.get("/browse/articles?versions__gt=1")[1])
            wait_for(lambda: server.get("/browse/gone.json")[1].count('"rows": [[') == 1)
            tab.goto(server.url + "/browse/articles?versions__gt=1")
            follow(tab.locator(".cards a").first)
            assert tab.locator(".versions ins, .versions del").count()
            wait_for(lambda: "/kept/" in server.get(urllib.parse.urlsplit(tab.url).path)[1])
            tab.reload()
            headline = tab.locator("h1").inner_text()
            follow(tab.get_by_role("link", name="The kept page").first)
            assert headline in tab.locator("body").inner_text()


def test_a_kept_page_runs_no_script_and_loads_nothing(crawl: Command, tmp_path: Path) -> None:
    with serve(articles=4, page_kb=30) as origin:
        run = crawl(origin, "-s", "KEEP_PAGES=True")
    line = run.lines()[0]
    with browsing(tmp_path / "data") as server:
        wait_for(lambda: "/kept/" in server.get(page_of(line["id"]))[1])
        link = re.search(r"/kept/\d+", server.get(page_of(line["id"]))[1])
        assert link
        status, text, headers = server.get(link[0])
    assert status == 200
    assert "<script" in text, "it is as the site answered it"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_the_derived_file_is_written_again_when_deleted_old_or_damaged(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "data" / NAME
    record(data, article(1))
    with browsing(data) as server:
        assert server.found("harbour") == ["en:1"]
        file.unlink()  # while the server runs
        record(data, article(2))
        wait_for(file.exists)
        wait_for(lambda: "2 articles</h1>" in server.get("/browse/articles?_search=harbour")[1])
    with sqlite_file(file) as db:
        db.execute("UPDATE articles SET headline = 'stale'")
        db.execute("PRAGMA user_version=0")
        db.execute("PRAGMA user_version=99")
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with browsing(data) as server:
        assert "stale" not in server.get("/browse/articles")[1]
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xff" * (size - 4096))
    record(data, article(3))
    with browsing(data) as server:
        assert server.found("harbour") == ["en:3", "en:2", "en:1"]
    file.write_bytes(b"")
    with browsing(data) as server:
        assert len(server.found("harbour")) == 3


def test_a_file_of_another_program_is_left_alone(tmp_path: Path, scrapy: Command) -> None:
    data = tmp_path / "data"
    record(data, article(1))
    with sqlite_file(data / NAME) as db:
        db.execute("CREATE TABLE precious (text)")
    for content in ((data / NAME).read_bytes(), b"a text\n"):
        (data / NAME).write_bytes(content)
        run = scrapy("browse", "--no-open", "--port", "0", "-s", f"DATA_DIR={data}")
        assert run.status == 2
        assert "is not a file of this program; move it away" in run.error()
        refused = scrapy("forget", "en:1", "-s", f"DATA_DIR={data}")
        assert refused.status == 2
        assert (data / NAME).read_bytes() == content


# --- Forget ----------------------------------------------------------------------------------------------------------


def traces(data: Path, word: str) -> list[str]:
    """Return the names of the derived files that contain a word."""
    return [path.name for path in data.glob(f"{NAME}*") if word.encode() in path.read_bytes()]


@pytest.mark.parametrize("running", [True, False])
def test_forget_reaches_it(tmp_path: Path, scrapy: Command, running: bool) -> None:
    data = tmp_path / "data"
    secret = article(1, headline="Unforgettably", articleBody="Quixotically told.", tags=[NamedLink(name="Zugzwang")])
    record(data, secret, *[article(number) for number in range(2, 40)])
    with browsing(data) as server:
        assert server.found("quixotically") == ["en:1"]
        assert traces(data, "quixotically")
        if running:
            run = scrapy("forget", "en:1", "-s", f"DATA_DIR={data}")
            assert server.get(page_of("en:1"))[0] == 404
            assert server.found("quixotically") == []
            assert "Unforgettably" not in server.get("/browse/articles?_size=max")[1]
            assert "Zugzwang" not in server.get("/browse/tags_by_count")[1]
    if not running:
        run = scrapy("forget", "en:1", "-s", f"DATA_DIR={data}")
    assert run.status == 0, run.err
    for word in ("Unforgettably", "unforgettably", "Quixotically", "quixotically", "Zugzwang", "zugzwang", "slug-1\0"):
        assert not traces(data, word), word
    with browsing(data) as server:
        assert len(server.found("harbour")) == 38


def test_forget_erases_all_or_nothing(tmp_path: Path, scrapy: Command) -> None:
    data = tmp_path / "data"
    record(data, article(1), article(2))
    with browsing(data):
        pass
    (data / "pages").mkdir()
    (data / "pages" / "en-x.warc.gz").write_bytes(b"\x1f\x8bjunk" * 100)
    assert scrapy("forget", "en:1", "-s", f"DATA_DIR={data}").status == 2
    with sqlite_file(data / NAME) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    shutil.rmtree(data / "pages")
    with closing(sqlite3.connect(data / NAME, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        run = scrapy("forget", "en:1", "-s", f"DATA_DIR={data}", "-s", "ARCHIVE_TIMEOUT=0.5")
        assert run.status == 2
        assert f"{NAME} cannot be changed: database is locked; nothing was erased" in run.error()
        db.execute("ROLLBACK")
    assert scrapy("history", "en:1", "-s", f"DATA_DIR={data}").status == 0
    (data / NAME).write_bytes((data / NAME).read_bytes()[:5000])  # cut off: deleted, as it cannot be changed
    assert scrapy("forget", "en:1", "-s", f"DATA_DIR={data}").status == 0
    assert not (data / NAME).exists()


def test_what_was_forgotten_elsewhere_is_gone_here_too(tmp_path: Path, scrapy: Command) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy.sqlite3"
    record(data, article(1), article(2))
    with browsing(data):
        pass
    shutil.copy(data / NAME, copy)
    assert scrapy("forget", "en:1", "-s", f"DATA_DIR={data}").status == 0
    shutil.copy(copy, data / NAME)
    with browsing(data) as server:
        assert server.found("harbour") == ["en:2"]


# --- The command -----------------------------------------------------------------------------------------------------


def test_it_opens_the_users_browser_and_ends_cleanly(data: Path, tmp_path: Path) -> None:
    assert ".venv/bin/scrapy browse" in section("browse.md"), "what the docs say is what runs here"
    script = tmp_path / "browser.sh"
    script.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    script.chmod(0o755)
    for how in (signal.SIGINT, signal.SIGTERM):
        server = Server(data, BROWSER=str(script))
        wait_for((tmp_path / "opened").exists)
        wait_for(lambda: (tmp_path / "opened").read_text())
        assert (tmp_path / "opened").read_text().strip() == server.url + "/"
        (tmp_path / "opened").unlink()
        assert server.get("/")[0] == 200
        assert server.end(how) == ""
        assert server.process.returncode == 0


def test_wrong_use_is_one_line(data: Path, scrapy: Command) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        run = scrapy("browse", "--no-open", "--port", port, "-s", f"DATA_DIR={data}")
    assert run.status == 2
    assert f"port {port} of 127.0.0.1 cannot be used: Address already in use; give another with --port" in run.error()
    run = scrapy("browse", "--no-open", "--port", "70000", "-s", f"DATA_DIR={data}")
    assert run.status == 2
    assert "--port must be from 0 to 65535, got 70000" in run.error()
    assert scrapy("browse", "--no-open", "--port", "many", "-s", f"DATA_DIR={data}").status == 2


def test_without_the_extra_it_says_what_to_install(data: Path) -> None:
    run = run_without("datasette", "browse", "--no-open", "-s", f"DATA_DIR={data}")
    assert run.status == 2
    assert run.err == "error: browse needs datasette, the extra 'browse': pip install 'datasette>=0.65.5,<1'\n"


def test_an_archive_on_a_server(data: Path, database: str, tmp_path: Path) -> None:
    copy(data / "archive.sqlite3", database, 5)
    secret = database.replace("postgres@", "postgres:secret-word@")
    with browsing(tmp_path, "-s", f"ARCHIVE={secret}") as server:
        for path in ("/", "/-/metadata.json", "/browse/articles?_search=harbour", page_of("en:1")):
            status, text, _ = server.get(path)
            assert "secret-word" not in text
            expected = (404, False) if "metadata" in path else (200, True)
            assert (status, "Headline 1, corrected" in text) == expected
        with closing(Archive(database)) as archive:
            archive.forget("en:1", [])
        assert server.get(page_of("en:1"))[0] == 404
