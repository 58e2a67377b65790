"""Crawls of the Arabic and the Spanish edition."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mayadeen.site.address import slug
from tests.conftest import QUICK, Run, as_options, asked, paragraphs, truths
from tests.replica import make_site, serve

Crawl = Callable[..., Run]


@pytest.mark.parametrize("edition", ["ar", "es"])
def test_a_crawl_gives_every_article_once(
    crawl: Crawl, scrapy: Callable[..., Run], tmp_path: Path, edition: str
) -> None:
    site = make_site(articles=60, theme="mixed", page_kb=40, language=edition)
    with serve(site) as origin:
        run = crawl(origin, "-a", f"edition={edition}")
        requests = asked(origin)
        said = {each["id"]: each for each in truths(origin)}
        url = next(each["url"] for each in said.values() if each["articleBody"])
        page = scrapy("page", url, "--edition", edition)
        settings = as_options(f"SITE_ORIGIN={origin}", f"DATA_DIR={tmp_path / 'data'}", *QUICK)
        feed = ("-O", str(tmp_path / "breaking.jsonl"))
        breaking = scrapy("crawl", "breaking", "-a", f"edition={edition}", *feed, *settings)
    assert run.status == 0, run.err
    lines = {line["id"]: line for line in run.lines()}
    assert sorted(line["id"] for line in run.lines()) == sorted(said)
    for article_id, line in lines.items():
        wanted = said[article_id]
        assert paragraphs(line, wanted) == wanted["blocks"], article_id
        for name in ("canonicalUrl", "headline", "articleType", "section", "regions", "coverage"):
            assert line[name] == wanted[name], (article_id, name)
        assert line["datePublished"] == wanted["datePublished"]
    related = [(each["sourceId"], each["targetUrl"]) for each in run.lines("related.jsonl")]
    assert len(related) == len(set(related)) == sum(len(line["relatedLinks"]) for line in lines.values())
    assert requests["kinds"]["article"] <= 66, "an article was asked for twice"
    assert (
        json.loads(page.out)["articleBody"]
        == next(each for each in lines.values() if each["url"] == url)["articleBody"]
    )
    assert breaking.status == 0, breaking.err
    # The front page was requested once before, and the ticker changes with each request.
    assert sorted(each["text"] for each in breaking.lines("breaking.jsonl")) == sorted(site.ticker(site.size + 1))


@pytest.mark.parametrize(
    ("edition", "section", "slugs", "tag"),
    [
        ("ar", "سياسة,newscast", {"politics", "newscast"}, "سوريا"),
        ("es", "Política,galería", {"politica", "galeria"}, "siria"),
    ],
)
def test_sections_by_the_menus_names_tags_and_days(
    crawl: Crawl, edition: str, section: str, slugs: set[str], tag: str
) -> None:
    site = make_site(articles=80, page_kb=40, language=edition)
    with serve(site) as origin:
        said = truths(origin)
        day = sorted(each["datePublished"][:10] for each in said)[30]
        run = crawl(
            origin, "-a", f"edition={edition}", "-a", f"sections={section}", "-a", f"tags={tag}", "-a", f"since={day}"
        )
    assert run.status == 0, run.err
    wanted = {
        each["id"]
        for each in said
        if each["datePublished"][:10] >= day
        and (each["section"] in slugs or tag in [slug(named["name"]) for named in each["tags"]])
    }
    assert {line["id"] for line in run.lines()} == wanted
    assert slugs < {line["section"] for line in run.lines()}


def test_the_menu_overrules_the_row_and_says_so(crawl: Crawl) -> None:
    with serve(articles=30, page_kb=40, language="ar") as origin:
        run = crawl(origin, "-a", "edition=ar")
    assert run.status == 0, run.err
    new = [line for line in run.err.splitlines() if "in the menu but not in the edition file" in line]
    gone = [line for line in run.err.splitlines() if "in the edition file but not in the menu" in line]
    assert len(new) == len(gone) == 1
    assert "/in-pictures" in new[0]
    assert "/podcasts" in gone[0]
    assert "'menu/new': " in run.err
