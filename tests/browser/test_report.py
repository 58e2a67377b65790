"""`scrapy report`: the page in a browser, figures compared with exported lines, and the cache."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from mayadeen.archive import Archive
from mayadeen.items import Article, Author, NamedLink, RelatedLink, Visit
from mayadeen.report.cache import FactsByDay, cache_path
from mayadeen.report.differences import differences
from mayadeen.report.layout import layout, spread
from mayadeen.report.periods import Periods
from mayadeen.report.stories import near_figure
from mayadeen.report.summary import Sums
from mayadeen.site.address import Address, Site
from mayadeen.site.edition import EDITIONS as EDITION_ROWS
from tests.conftest import QUICK, Run, Shell, as_options, post, run_scrapy, run_without, section, sqlite_file
from tests.replica import serve

Command = Callable[..., Run]
EDITIONS = {"en": 60, "ar": 40, "es": 40}
MOST_BYTES = 1_500_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data directory after two crawls of each edition: in between, one article was edited and one removed."""
    folder = tmp_path_factory.mktemp("report")
    for edition, articles in EDITIONS.items():
        with serve(articles=articles, page_kb=20, language=edition) as origin:
            crawl_twice(origin, folder, edition)
    return folder


def crawl_twice(origin: str, folder: Path, edition: str) -> None:
    settings = as_options(f"SITE_ORIGIN={origin}", f"DATA_DIR={folder}", *QUICK)
    command = ["crawl", "articles", "-a", f"edition={edition}", "-a", "known=refetch", *settings]
    for _ in range(2):
        assert run_scrapy(*command).status == 0
        post(origin, "/_edit?index=3")
        post(origin, "/_remove?index=5")


@pytest.fixture
def report(scrapy: Command, data: Path, tmp_path: Path) -> Command:
    """Return a function that runs `scrapy report` into report.html in the test's folder."""

    def run(*options: str, folder: Path = data, name: str = "report.html") -> Run:
        return scrapy("report", "-O", str(tmp_path / name), "-s", f"DATA_DIR={folder}", *options)

    return run


@pytest.fixture(scope="module")
def pages(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return edition -> its report; `""` is the report of all editions."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for edition in ("", *EDITIONS):
        found[edition] = folder / f"{edition or 'all'}.html"
        command = ["report", "-O", str(found[edition]), "-s", f"DATA_DIR={data}"]
        command += ["--edition", edition] if edition else []
        assert run_scrapy(*command).status == 0
    return found


@pytest.fixture(scope="module")
def lines(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Return edition -> the newest version of each article, from `scrapy export`."""
    found = {}
    for edition in EDITIONS:
        path = tmp_path_factory.mktemp("export") / "articles.jsonl"
        command = ["export", "-O", str(path), "--edition", edition, "-s", f"DATA_DIR={data}"]
        assert run_scrapy(*command).status == 0
        found[edition] = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return found


# --- In the browser --------------------------------------------------------------------------------------------------


@contextmanager
def opened(browser: Browser, path: Path, width: int = 1280, scheme: Any = "light") -> Iterator[Page]:
    """Open a report and wait until it is drawn. It must cause no further request and no message in the console."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', event => console.log(`refused: ${event.violatedDirective}`))"
    )
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn]", state="attached")
    yield page
    assert said == [path.as_uri()]
    context.close()


CUT = """() => [...document.querySelectorAll(".chart")].flatMap(chart => {
    const frame = chart.getBoundingClientRect();
    return [...chart.querySelectorAll("svg text")].filter(text => {
        const box = text.getBoundingClientRect(), shown = getComputedStyle(text).opacity !== "0" && box.width;
        return shown && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
            || box.bottom > frame.bottom + 1);
    }).map(text => `${chart.id}: ${text.textContent}`);
})"""
"""Returns labels that extend beyond their chart, where they are cut off."""


def undrawn(page: Page) -> list[str]:
    """Return the charts without a mark."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".chart")]
            .filter(chart => !chart.querySelector("svg [aria-roledescription]")).map(chart => chart.id)"""
    )
    return found


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize(
    ("edition", "scheme", "width"),
    [
        *(("", scheme, width) for scheme in ("light", "dark") for width in (390, 1280)),
        *((edition, scheme, width) for edition in EDITIONS for scheme, width in (("dark", 390), ("light", 1280))),
    ],
)
def test_the_page_is_whole(chrome: Browser, pages: dict[str, Path], edition: str, scheme: str, width: int) -> None:
    assert pages[edition].stat().st_size < MOST_BYTES
    with opened(chrome, pages[edition], width, scheme) as page:
        assert overflow(page) <= 0
        assert undrawn(page) == []
        assert page.evaluate(CUT) == []
        assert page.locator(".chart").count() >= 10


def test_colours_follow_the_system(chrome: Browser, pages: dict[str, Path]) -> None:
    bar = ".chart#en-authors svg .mark-rect path"
    with opened(chrome, pages["en"]) as page:
        light = page.locator(bar).first.get_attribute("fill")
        page.emulate_media(color_scheme="dark")
        page.wait_for_function(
            "([bar, light]) => ![null, undefined, light].includes(document.querySelector(bar)?.getAttribute('fill'))",
            arg=[bar, light],
        )
        page.wait_for_selector("html[data-drawn]", state="attached")


def test_a_bar_tells_what_it_stands_for(
    chrome: Browser, pages: dict[str, Path], lines: dict[str, list[dict[str, Any]]]
) -> None:
    name, count = Counter(each["name"] for line in lines["en"] for each in line["authors"]).most_common(1)[0]
    with opened(chrome, pages["en"]) as page:
        page.locator("#en-authors svg .mark-rect path").first.hover()
        tip = page.locator("#tip")
        assert tip.locator("caption").inner_text().strip("\u2068\u2069") == name
        assert tip.locator("td").all_inner_texts() == ["Articles", str(count)]


def test_a_part_of_the_time_can_be_chosen(report: Command, tmp_path: Path, chrome: Browser) -> None:
    days = (date(2026, 1, 1) + timedelta(days=at) for at in range(60))
    made = ([article(at, datePublished=f"{day}T10:00:00+02:00")] for at, day in enumerate(days, start=1))
    report(folder=archive_of(tmp_path / "data", *made))
    axis = "#en-published svg .concat_0_group"
    with opened(chrome, tmp_path / "report.html") as page:
        before = page.locator(axis).text_content()
        strip = page.locator("#en-published svg .concat_1_marks path")
        first, last = strip.nth(20).bounding_box(), strip.nth(30).bounding_box()
        assert first
        assert last
        page.mouse.move(first["x"], first["y"] + 5)
        page.mouse.down()
        page.mouse.move(last["x"], last["y"] + 5, steps=4)
        page.mouse.up()
        page.wait_for_function(
            "([axis, before]) => document.querySelector(axis).textContent !== before", arg=[axis, before]
        )


def test_series_and_tables_by_keyboard(chrome: Browser, pages: dict[str, Path]) -> None:
    faint = "#en-published svg .mark-rect path[opacity='0.12']"
    with opened(chrome, pages["en"]) as page:
        page.locator("[data-for=en-published] button").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(faint, state="attached")
        page.keyboard.press("Enter")
        page.wait_for_selector(faint, state="detached")
        page.locator("#en-published ~ details summary").focus()
        page.keyboard.press("Enter")
        assert page.locator("#en-published ~ details table").is_visible()


def test_a_chart_is_drawn_anew_when_the_window_narrows(chrome: Browser, pages: dict[str, Path]) -> None:
    with opened(chrome, pages["en"]) as page:
        page.set_viewport_size({"width": 390, "height": 844})
        page.wait_for_function(
            """() => [...document.querySelectorAll(".chart svg")].every(svg => svg.clientWidth < 390)"""
        )
        assert overflow(page) <= 0


def test_arabic_runs_from_right_to_left(chrome: Browser, pages: dict[str, Path]) -> None:
    with opened(chrome, pages["ar"]) as page:
        label, bar = (
            page.locator(f"#ar-authors svg {name}").first.bounding_box()
            for name in (".role-axis-label text", ".mark-rect path")
        )
        assert label
        assert bar
        assert label["x"] >= bar["x"] + bar["width"], "names stand on the right"
        table = page.locator("#ar-authors ~ details")
        table.locator("summary").click()
        assert table.locator("table").evaluate("table => getComputedStyle(table).direction") == "rtl"


# --- Its figures -----------------------------------------------------------------------------------------------------


def rows(page: Page, figure: str) -> list[list[str]]:
    """Return the rows of the table of a figure."""
    found: list[list[str]] = page.evaluate(
        """id => [...document.querySelectorAll(`[aria-labelledby="${id}-title"] tbody tr`)]
            .map(row => [...row.cells].map(cell => cell.textContent))""",
        figure,
    )
    return found


def counted(page: Page, figure: str) -> dict[str, int]:
    return {name: int(count.replace(",", "")) for name, count, *_ in rows(page, figure)}


@pytest.mark.parametrize("edition", EDITIONS)
def test_tables_are_what_the_lines_say(
    chrome: Browser, pages: dict[str, Path], lines: dict[str, list[dict[str, Any]]], edition: str
) -> None:
    said = lines[edition]
    published = [datetime.fromisoformat(line["datePublished"]) for line in said]
    with opened(chrome, pages[edition]) as page:
        for figure, name in (("tags", "tags"), ("authors", "authors"), ("sources", "sources")):
            expected = Counter(each["name"] for line in said for each in line[name])
            assert counted(page, f"{edition}-{figure}") == dict(expected.most_common(81))
        hours = Counter(f"{moment.hour:02}:00" for moment in published)
        assert +Counter(counted(page, f"{edition}-hours")) == hours
        assert sum(counted(page, f"{edition}-published").values()) == len(said)
        pairs = Counter(
            tuple(sorted((a["name"], b["name"])))
            for line in said
            for at, a in enumerate(line["tags"])
            for b in line["tags"][:at]
        )
        assert rows(page, f"{edition}-pairs")
        for a, b, count in rows(page, f"{edition}-pairs"):
            assert pairs[tuple(sorted((a, b)))] == int(count)
        filled = counted(page, f"{edition}-coverage")
        assert filled == {name: sum(bool(line[name]) for line in said) for name in filled}
        urls = {line["canonicalUrl"]: line["id"] for line in said}
        linked = Counter(
            target
            for line in said
            for target in {urls[link["url"]] for link in line["relatedLinks"] if link["url"] in urls} - {line["id"]}
        )
        tops = [int(count) for *_, count in rows(page, f"{edition}-related")]
        assert tops == sorted(linked.values(), reverse=True)[: len(tops)]
        (gone,) = [line["headline"] for line in said if line["metadata"]["gone"]]
        assert [row[0] for row in rows(page, f"{edition}-gone")] == [gone]
        (edited,) = [line for line in said if line["version"] > 1]
        assert page.locator(".edit > summary > span").all_inner_texts() == [edited["headline"]]
        assert counted(page, f"{edition}-changed") == Counter(edited["changedFields"])
        assert sum(counted(page, f"{edition}-late").values()) == 1
        words = " ".join(page.locator(".edit ins").all_text_contents()).split()
        assert words
        assert set(words) <= set(json.dumps(edited, ensure_ascii=False).replace("\\n", " ").replace('"', " ").split())
        kpis = page.locator(".kpis dd").all_inner_texts()
        assert [int(kpis[at]) for at in (0, 3, 4)] == [len(said), 1, 1]
        assert f"{len(said)} articles;" in page.locator(f"#{edition}-published-title").inner_text()
        crawls = rows(page, f"{edition}-health")
        assert [row[1] for row in crawls] == ["articles", "articles"]
        assert int(crawls[-1][5]) == EDITIONS[edition]
        # The number of the crawl varies: the last one may have read too few articles.
        assert re.match(r"Crawl \d+ read headline from ", page.locator(f"#{edition}-origins-title").inner_text())


def test_days_bound_the_report(report: Command, lines: dict[str, list[dict[str, Any]]]) -> None:
    days = sorted(line["datePublished"][:10] for line in lines["en"])
    since, until = days[len(days) // 3], days[len(days) // 2]
    run = report("--edition", "en", "--since", since, "--until", until)
    assert run.status == 0, run.err
    count = sum(since <= day <= until for day in days)
    assert run.err.splitlines()[-1].startswith(f"{count} articles of ")
    assert f">{count} articles; " in (run.folder / "report.html").read_text(encoding="utf-8")


def test_the_commands_of_the_docs(tmp_path: Path) -> None:
    with serve(articles=20, page_kb=20) as origin:
        shell = Shell(tmp_path, origin)
        shell.run(".venv/bin/scrapy crawl articles")
        for line in section("report.md"):
            shell.run(line)
    assert {path.name for path in shell.folder.glob("*.html")} == {"report.html", "spring.html"}


def test_alarms_of_monitors_are_shown(report: Command, data: Path, tmp_path: Path, chrome: Browser) -> None:
    folder = shutil.copytree(data, tmp_path / "data")
    (folder / "monitors").mkdir(exist_ok=True)
    alarm = {"name": "coverage", "text": "authors <b>fell</b> from 98 % to 12 %"}
    (folder / "monitors" / "2.json").write_text(json.dumps({"alarms": [alarm]}), encoding="utf-8")
    (folder / "monitors" / "1.json").write_text("[", encoding="utf-8")
    report("--edition", "en", folder=folder)
    with opened(chrome, tmp_path / "report.html") as page:
        assert page.locator(".card.alarm li").all_inner_texts() == [f"crawl 2, coverage: {alarm['text']}"]
        assert "1 alarm" in page.locator("#en-health-title").inner_text()


# --- Bad input -------------------------------------------------------------------------------------------------------

ORIGIN = "https://english.almayadeen.net"


def archive_of(folder: Path, *articles: list[Article]) -> Path:
    """Create a data directory with articles; each list has the versions of one article."""
    folder.mkdir()
    archive = Archive(folder / "archive.sqlite3")
    archive.begin("articles", "en", ORIGIN)
    for versions in articles:
        for article in versions:
            key = article.canonicalUrl.removeprefix(ORIGIN).lower()
            archive.record(article, Visit(address=Address(article.url, key, "article", None)), [key])
    archive.end("finished", {})
    archive.close()
    return folder


def article(number: int, **values: Any) -> Article:
    url = f"{ORIGIN}/news/politics/story-{number}"
    given: dict[str, Any] = {
        "id": f"en:{number}",
        "url": url,
        "canonicalUrl": url,
        "edition": "en",
        "headline": f"Story {number}",
        "datePublished": f"2026-03-{number % 28 + 1:02}T10:00:00+02:00",
        "contentHash": f"{number:064x}",
        "section": "politics",
    }
    return Article(**given | values)


HOSTILE = (
    "</script><script>document.title = 'broken'</script>",
    "<img src=x onerror=\"document.title = 'broken'\">",
    "<!--<script>",
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "\u202eevil\u202c \u2066 \u200f mixed عربي text",
    "$ink",
    "constructor __proto__ toString",
    "' \" ] } \\ \u2028 \u2029 \x00 \x1b[31m",
    "x" * 10_000,
    "words " * 2_000,
    "م" * 10_000,
    "\ud83d half a character",
)


@pytest.mark.parametrize("width", [390, 1280])
def test_hostile_words_break_nothing(report: Command, tmp_path: Path, chrome: Browser, width: int) -> None:
    articles = []
    for number, words in enumerate(HOSTILE, start=1):
        others = [f"{ORIGIN}/news/politics/story-{other}" for other in range(1, len(HOSTILE) + 1)]
        values = {
            "tags": [NamedLink(name=words), NamedLink(name=f"{words} again")],
            "authors": [Author(name=words, nameRaw=words)],
            "sources": [Author(name=words, nameRaw=words)],
            "section": words,
            "relatedLinks": [RelatedLink(url=url, headline=words, block="relatedNews", position=1) for url in others],
            "headline": words,
            "url": "javascript:document.title='broken'",
        }
        edited = {**values, "headline": f"{words} edited", "articleBody": f"{words * 3} end", "contentHash": "e" * 64}
        articles.append([article(number, **values, articleBody=words * 2), article(number, **edited)])
    long = "word " * 200_000
    articles.append([article(99, articleBody=long), article(99, articleBody=long + "end", contentHash="f" * 64)])
    run = report(folder=archive_of(tmp_path / "data", *articles))
    assert run.status == 0, run.err
    assert (tmp_path / "report.html").stat().st_size < MOST_BYTES
    with opened(chrome, tmp_path / "report.html", width) as page:
        assert page.title() == "Al Mayadeen, as archived"
        assert undrawn(page) == []
        assert overflow(page) <= 0
        assert page.evaluate(CUT) == []
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert overflow(page) <= 0
        assert page.locator("a[href^=javascript], img, iframe").count() == 0
        assert page.locator("script").count() == 3


def test_three_full_editions_stay_within_the_bound(report: Command, tmp_path: Path) -> None:
    """Nine years of articles with long Arabic names, headlines and URLs; all are edited, and half are removed."""
    (tmp_path / "data").mkdir()
    archive = Archive(tmp_path / "data" / "archive.sqlite3")
    for row in EDITION_ROWS.values():
        archive.begin("articles", row.code, row.origin)
        for at in range(1, 301):
            words = [f"{'كلمة ' * 12}{at * step % 90}" for step in (1, 2, 3)]
            url = f"{row.origin}/news/politics/{'%D9%83%D9%84%D9%85%D8%A9-' * 12}{at}"
            others = [f"{url.rpartition('-')[0]}-{other}" for other in range(at % 50, at % 50 + 20)]
            values: dict[str, Any] = {
                "id": f"{row.code}:{at}",
                "url": url,
                "canonicalUrl": url,
                "edition": row.code,
                "headline": f"{'عنوان طويل ' * 20}{at}",
                "section": words[0],
                "tags": [NamedLink(name=word) for word in words],
                "authors": [Author(name=words[1], nameRaw="")],
                "sources": [Author(name=words[2], nameRaw="")],
                "datePublished": f"{2017 + at % 9}-{at % 11 + 1:02}-11T10:00:00+02:00",
                "relatedLinks": [RelatedLink(url=each, headline="", block="readNext", position=1) for each in others],
            }
            visit = Visit(address=Address(url, url.removeprefix(row.origin).lower(), "article", None))
            for version in "قديم ", "جديد ":
                text = "\n".join(f"{version * 100}{line}" for line in range(20))
                values |= {"articleBody": text, "contentHash": version, "description": version * 100}
                archive.record(article(at, **values), visit, [visit.address.key])
            known = archive.get(f"{row.code}:{at}")
            if known and at % 2:
                archive.record_gone(known)
        archive.end("finished", {})
    archive.close()
    run = report(folder=tmp_path / "data")
    assert run.err.splitlines()[-1].startswith("900 articles of ")
    assert 1_000_000 < (tmp_path / "report.html").stat().st_size < MOST_BYTES


def test_one_article_makes_a_page(report: Command, tmp_path: Path, chrome: Browser) -> None:
    run = report(folder=archive_of(tmp_path / "data", [article(1)]))
    assert run.err.splitlines()[-1].startswith("1 articles of ")
    with opened(chrome, tmp_path / "report.html") as page:
        assert page.locator("#en-published-title").inner_text() == "1 article; 100 % in politics"
        assert undrawn(page) == []


def test_articles_without_a_date_are_counted(report: Command, tmp_path: Path, chrome: Browser) -> None:
    data = archive_of(tmp_path / "data", [article(1, datePublished=None)], [article(2, datePublished=None)])
    assert report(folder=data).status == 0
    with opened(chrome, tmp_path / "report.html") as page:
        assert page.locator(".kpis dd").first.inner_text() == "2"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--edition", "fr"), "contains no edition 'fr'"),
        (("--since", "soon"), "since must be a day"),
        (("--until", "2001-01-01"), "no article published in these days"),
    ],
)
def test_a_wrong_option_is_one_line_and_leaves_what_was_there(
    report: Command, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    (tmp_path / "report.html").write_text("before", encoding="utf-8")
    run = report(*options)
    assert run.status == 2
    assert words in run.error()
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_an_empty_archive_and_none(report: Command, tmp_path: Path) -> None:
    run = report(folder=archive_of(tmp_path / "data"))
    assert run.status == 2
    assert "contains no article" in run.error()
    assert "run a crawl first" in report(folder=tmp_path / "none").error()
    assert not (tmp_path / "report.html").exists()


def test_a_target_that_cannot_be_written(report: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("before", encoding="utf-8")
    run = report(name="file/report.html")
    assert run.status == 3
    assert "nothing was written" in run.error()
    assert (tmp_path / "file").read_text(encoding="utf-8") == "before"


def test_a_missing_library_is_named(data: Path, tmp_path: Path) -> None:
    run = run_without("jinja2", "report", "-O", str(tmp_path / "report.html"), "-s", f"DATA_DIR={data}")
    assert run.status == 2
    assert run.err == "error: the report needs jinja2, the extra 'report': pip install jinja2\n"


# --- The cache -------------------------------------------------------------------------------------------------------


def body(folder: Path) -> str:
    """Return the page without its time of creation."""
    return re.sub(r" on \d.*?, Beirut", "", (folder / "report.html").read_text(encoding="utf-8"), count=1)


def test_a_report_with_the_cache_is_that_without(report: Command, crawl: Command, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve(articles=20, page_kb=20) as origin:
        crawl(origin)
        report(folder=data)
        first = body(tmp_path)
        assert cache_path(data).exists()
        for change in ("/_edit?index=3", "/_edit?index=4", "/_remove?index=6", "/_add?count=3"):
            post(origin, change)
        crawl(origin, "-a", "known=refetch")
    assert report(folder=data).err.splitlines()[-1].startswith("23 articles of ")
    cached = body(tmp_path)
    cache_path(data).unlink()
    report(folder=data)
    assert body(tmp_path) == cached != first


def test_a_damaged_cache_is_made_anew(report: Command, data: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(data, tmp_path / "data")
    report(folder=folder)
    first = body(tmp_path)
    whole = cache_path(folder).read_bytes()
    cache_path(folder).write_bytes(whole[: len(whole) // 2])
    assert report(folder=folder).status == 0
    assert body(tmp_path) == first
    assert cache_path(folder).read_bytes() == whole


def test_what_is_forgotten_leaves_no_trace(report: Command, scrapy: Command, tmp_path: Path) -> None:
    secret, others = article(7, tags=[NamedLink(name="Secret tag")], headline="Secret story"), [article(1), article(2)]
    link = RelatedLink(url=secret.canonicalUrl, headline="Secret story", block="relatedNews", position=1)
    others[0].relatedLinks.append(link)
    data = archive_of(tmp_path / "data", [secret], *([each] for each in others))
    report(folder=data)
    assert b"Secret tag" in cache_path(data).read_bytes()
    assert "Secret" in body(tmp_path)
    done = scrapy("forget", secret.id, "-s", f"DATA_DIR={data}")
    assert done.status == 0, done.err
    assert not cache_path(data).exists()
    report(folder=data)
    assert "Secret" not in body(tmp_path)
    assert b"Secret" not in cache_path(data).read_bytes()


def test_a_cache_from_before_an_article_was_forgotten_is_not_used(
    report: Command, scrapy: Command, tmp_path: Path
) -> None:
    linking = article(1)
    secret = article(7)
    linking.relatedLinks.append(
        RelatedLink(url=secret.canonicalUrl, headline="Secret", block="relatedNews", position=1)
    )
    data = archive_of(tmp_path / "data", [linking], [secret])
    report(folder=data)
    old = cache_path(data).read_bytes()
    scrapy("forget", secret.id, "-s", f"DATA_DIR={data}")
    cache_path(data).write_bytes(old)
    report(folder=data)
    left = body(tmp_path)
    cache_path(data).unlink()
    report(folder=data)
    assert body(tmp_path) == left


def test_what_is_forgotten_while_a_report_is_made_is_not_kept(tmp_path: Path) -> None:
    data = archive_of(tmp_path / "data", [article(1)], [article(7, tags=[NamedLink(name="Secret tag")])])
    facts = FactsByDay(Archive(data / "archive.sqlite3"), cache_path(data))
    assert facts.read(Site(EDITION_ROWS["en"], ORIGIN))
    Archive(data / "archive.sqlite3").forget("en:7", [])
    facts.store()
    assert [path.name for path in data.glob("report*")] == []


def test_a_damaged_row_is_named_and_left_out(report: Command, tmp_path: Path) -> None:
    data = archive_of(tmp_path / "data", [article(1)], [article(2)])
    with sqlite_file(data / "archive.sqlite3") as db:
        db.execute("UPDATE lines SET json = x'00' WHERE id = 'en:1'")
    run = report(folder=data)
    assert run.status == 3
    assert "en:1, version 1" in run.err
    assert run.error().startswith("error: 1 version")
    assert ">1 article; " in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert report(folder=data).status == 3, "it is not cached as if it were whole"


# --- Its parts -------------------------------------------------------------------------------------------------------


def test_a_layout_stays_inside_and_is_the_same_again() -> None:
    pairs = [(f"n{a}", f"n{b}", a + b) for a in range(30) for b in range(a) if (a * b) % 7 == 1]
    places = layout(pairs)
    assert layout(pairs) == places
    assert all(0 <= value <= 1 for place in places.values() for value in place)
    pixels = spread(places, dict.fromkeys(places, (80.0, 30.0)), 1100, 500)
    names = list(pixels)
    apart = [
        abs(pixels[a][0] - pixels[b][0]) >= 78 or abs(pixels[a][1] - pixels[b][1]) >= 28
        for at, a in enumerate(names)
        for b in names[:at]
    ]
    assert all(apart)
    assert all(40 <= x <= 1060 and 15 <= y <= 485 for x, y in pixels.values())


def test_layouts_of_one_pair_and_none() -> None:
    assert set(layout([("a", "b", 1)])) == {"a", "b"}
    assert layout([]) == {}


@pytest.mark.parametrize(
    ("first", "last", "unit", "columns", "name"),
    [
        ("2024-02-27", "2024-03-02", "day", 5, "27 Feb 2024"),
        ("2024-01-03", "2024-03-02", "week", 9, "1 Jan 2024"),
        ("2024-01-31", "2025-03-01", "month", 15, "Jan 2024"),
        ("2020-12-31", "2025-03-01", "quarter", 18, "2020 Q4"),
        ("1990-12-31", "2025-03-01", "year", 36, "1990"),
    ],
)
def test_periods(first: str, last: str, unit: str, columns: int, name: str) -> None:
    periods = Periods(date.fromisoformat(first), date.fromisoformat(last), 24)
    assert (periods.unit, len(periods.all), periods.name(periods.all[0])) == (unit, columns, name)
    assert [periods.end(begin) for begin in periods.all[:-1]] == periods.all[1:]


def test_a_difference_shows_what_was_said_and_what_is() -> None:
    former = article(1, articleBody="First.\nTen people were hurt in the port.\nLast.")
    current = article(
        1, articleBody="First.\nTwelve people were hurt in the port.\nLast.\nMore.", changedFields=["articleBody"]
    )
    sides = [
        ("".join(f"[{text}]" if differs else text for differs, text in side.before),
         "".join(f"[{text}]" if differs else text for differs, text in side.after))
        for side in differences(former, current)
    ]  # fmt: skip
    assert sides == [
        ("[Ten] people were hurt in the port.", "[Twelve] people were hurt in the port."),
        ("", "[More.]"),
    ]


def test_near_duplicates_are_named(tmp_path: Path) -> None:
    data = archive_of(tmp_path / "data", [article(1)], [article(2)])
    figure = near_figure(Sums(articles=2, near=[(2, 1)]), Archive(data / "archive.sqlite3"), "en")
    assert figure
    assert [(row[0].headline, *row[1:]) for row in figure.table.rows] == [("Story 2", "2026-03-03", 1)]
