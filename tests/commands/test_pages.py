"""The cases in tests/pages, each a page and its expected item, and `scrapy fixture`, which adds cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from difflib import unified_diff
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from mayadeen.commands.fixture import item_of, trimmed
from mayadeen.site.address import site_of
from mayadeen.warc import PageWriter
from tests.conftest import ROOT, Run
from tests.replica import ORIGIN, Site, render
from tests.replica.themes import THEMES

PAGES = ROOT / "tests" / "pages"
CASES = sorted(PAGES.rglob("*.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: str(path.relative_to(PAGES).with_suffix("")))
def test_a_page_gives_its_item(case: Path) -> None:
    stated = json.loads(case.read_text(encoding="utf-8"))
    html = case.with_suffix(".html").read_text(encoding="utf-8")
    item = item_of(html, stated["url"], case.parent.name, datetime.fromisoformat(stated["fetched"]))
    wrong = [name for name in {**item, **stated["item"]} if item.get(name) != stated["item"].get(name)]
    if wrong:
        found, wanted = (
            json.dumps({name: each.get(name) for name in wrong}, ensure_ascii=False, indent=1).splitlines()
            for each in (item, stated["item"])
        )
        told = "\n".join(unified_diff(wanted, found, "stated", "found", n=1, lineterm=""))
        pytest.fail(f"{', '.join(wrong)} differ in {case}\n{told}", pytrace=False)


def test_there_are_cases() -> None:
    assert CASES


@pytest.mark.parametrize("theme", THEMES)
def test_trimming_leaves_the_item_and_little_else(theme: str) -> None:
    site = Site(80, theme=theme, page_kb=120)
    for index in (3, 5, 33, 41):
        article = site.article(index)
        html, url = render(article, site=site), ORIGIN + article.card.path
        short = trimmed(html, url, "en", site.now)
        assert item_of(short, url, "en", site.now) == item_of(html, url, "en", site.now)
        assert len(short) < 30_000, len(short)
        assert "<style" not in short


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a scrapy.cfg, so that cases are written there."""
    (tmp_path / "scrapy.cfg").write_text((ROOT / "scrapy.cfg").read_text())
    monkeypatch.setattr("tests.conftest.ROOT", tmp_path)
    return tmp_path


def test_a_case_is_made_of_a_kept_and_of_a_saved_page(scrapy: Callable[..., Run], project: Path) -> None:
    site = Site(4, page_kb=70)
    url = ORIGIN + site.article(1).card.path
    html = render(site.article(1), site=site)
    writer = PageWriter(project / "data" / "probe", site_of(url), 10**9)
    writer.write(HtmlResponse(url, body=html.encode(), headers={"Content-Type": "text/html"}), Request(url))
    writer.close()
    (project / "saved.html").write_text(html)
    for source in ([url, "kept"], [str(writer.paths[0]), "warc", "--url", url], ["saved.html", "saved"]):
        run = scrapy("fixture", *source)
        assert run.status == 0, run.err
        assert "correct errors by hand" in run.out
    folder = project / "tests" / "pages" / "news" / "en"
    cases = [json.loads((folder / f"{name}.json").read_text()) for name in ("kept", "warc", "saved")]
    assert cases[0] == cases[1]
    assert cases[0]["item"] == cases[2]["item"]
    assert cases[0]["item"]["headline"] == site.article(1).card.headline
    assert len((folder / "kept.html").read_text()) < 40_000


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ([ORIGIN + "/news/politics/never-seen", "a"], 2, "is not in the 0 files of kept pages"),
        (["missing.html", "a"], 2, "missing.html: No such file"),
        (["some.warc.gz", "a"], 2, "give the URL of one with --url"),
        (["page.html", "A Name"], 2, "a name consists of a-z"),
        (["page.html", "a", "--edition", "xx"], 2, "edition must be one of"),
        (["page.html", "a", "--url", ORIGIN + "/news/politics"], 1, "page.html is not an article"),
    ],
)
def test_wrong_use_is_one_clear_line(
    scrapy: Callable[..., Run], project: Path, words: list[str], status: int, message: str
) -> None:
    (project / "page.html").write_text("<html><body><p>Hello.</p></body></html>")
    run = scrapy("fixture", *words)
    assert run.status == status
    assert message in run.error()
