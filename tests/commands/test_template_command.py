"""`scrapy template`, and crawls with a template that fits, is invalid, or no longer fits."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from mayadeen import Template
from mayadeen.extract.templates.template import Layout
from tests.conftest import QUICK, ROOT, Run, as_options, post
from tests.replica import Site, render, serve
from tests.unit.test_templates import BY_HAND, saved

Command = Callable[..., Run]


@pytest.fixture
def template(scrapy: Command, tmp_path: Path) -> Command:
    """Return a function that runs `scrapy template` with the data directory in the test's folder."""

    def run(*words: str) -> Run:
        return scrapy("template", *words, "-s", f"DATA_DIR={tmp_path / 'data'}")

    return run


def test_learn_look_write_check(template: Command, scrapy: Command, tmp_path: Path) -> None:
    warc = saved(tmp_path / "data" / "pages", "north")
    path = tmp_path / "data" / "templates" / "en.toml"
    looked = template("learn")
    assert looked.status == 0, looked.err
    assert looked.out.count("[article]") == 1
    assert "24 articles: 24 equal, 0 different, 0 missed" in looked.err
    assert not path.exists()
    assert template("learn", "--write").status == 0
    assert path.read_text() == looked.out
    assert template("learn").out == f"the same as {path}\n"
    checked = template("check")
    assert checked.status == 0
    assert "24 articles: 24 equal, 0 different, 0 missed" in checked.out
    # A corrected file is only overwritten with --write, and then backed up.
    changed = path.read_text().replace('headline = "h1"', 'headline = "h2"')
    path.write_text(changed)
    wrong = template("check", str(warc))
    assert wrong.status == 1
    assert "24 missed" in wrong.out
    assert "missed: " in wrong.out
    shown = template("learn")
    assert '-headline = "h2"' in shown.out
    assert '+headline = "h1"' in shown.out
    assert path.read_text() == changed
    assert template("learn", "--write").status == 0
    assert path.with_suffix(".toml.bak").read_text() == changed
    # Writing the same template again does not replace this backup.
    assert template("learn", "--write").status == 0
    assert path.with_suffix(".toml.bak").read_text() == changed
    # It also checks saved pages.
    site = Site(6, theme="north", page_kb=20)
    for index in range(6):
        (tmp_path / f"{index}.html").write_text(render(site.article(index), site=site))
    assert "6 articles: 6 equal" in template("check", str(tmp_path)).out
    explained = scrapy("page", str(tmp_path / "1.html"), "--explain", "-s", f"DATA_DIR={tmp_path / 'data'}")
    assert "headline = h1" in explained.out
    assert "container = div." in explained.out
    other = tmp_path / "other.toml"
    other.write_text(changed)
    missed = scrapy("page", str(tmp_path / "1.html"), "--explain", "--template", str(other))
    assert missed.out.startswith("the template does not fit: ")
    wrong_address = scrapy("page", str(tmp_path / "1.html"), "--url", "foo")
    assert wrong_address.status == 2
    assert "--url must be a URL such as https://host/path, got 'foo'" in wrong_address.error()
    item = json.loads(scrapy("page", str(tmp_path / "1.html"), "--template", "off").out)
    assert item["metadata"]["template"] is None


def test_a_broken_file_is_replaced_on_demand_and_kept(template: Command, tmp_path: Path) -> None:
    saved(tmp_path / "data" / "pages", "north")
    path = tmp_path / "data" / "templates" / "en.toml"
    path.parent.mkdir()
    path.write_text("edition = ")
    refused = template("check")
    assert refused.status == 2
    assert f"{path}: " in refused.error()
    assert "-edition = \n" in template("learn").out
    assert path.read_text() == "edition = "
    assert template("learn", "-s", "TEMPLATE=OFF").status == 0
    assert template("learn", "--write").status == 0
    assert path.with_suffix(".toml.bak").read_text() == "edition = "
    assert template("check").status == 0


def test_one_page_five_times_is_one_page(template: Command, tmp_path: Path) -> None:
    site = Site(1, theme="north", page_kb=20)
    for index in range(5):
        (tmp_path / f"{index}.html").write_text(render(site.article(0), site=site))
    run = template("learn", str(tmp_path))
    assert run.status == 2
    assert "1 articles of the edition en; a template needs at least 5" in run.error()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["learn"], "no kept pages in"),
        (["check"], "no kept pages in"),
        (["learn", "no/such/file"], "no/such/file does not exist"),
        (["learn", "--edition", "de"], "edition must be one of en, ar, es, got 'de'"),
        (["learn", "docs"], "no WARC files and no pages in docs"),
        (["check", "tests/pages/news/en", "-s", "TEMPLATE=no/such.toml"], "no/such.toml: No such file or directory"),
        (
            ["check", "tests/pages/news/en"],
            "no template of the edition en; `scrapy template learn --write` creates one",
        ),
        (
            ["learn", "tests/pages/news/ar", "--edition", "es"],
            "articles of the edition es; a template needs at least 5",
        ),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    template: Command, tmp_path: Path, words: list[str], message: str
) -> None:
    run = template(*words)
    assert run.status == 2
    assert message in run.error()
    assert not (tmp_path / "data" / "templates").exists()


def test_a_crawl_refuses_a_wrong_template_before_it_asks_for_anything(crawl: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(BY_HAND.replace('"en"', '"ar"'))
    with serve(articles=3, page_kb=20) as origin:
        for text, message in ((path.read_text(), "is a template of the edition ar, not of en"), ("x", "mine.toml: ")):
            path.write_text(text)
            run = crawl(origin, "-s", f"TEMPLATE={path}")
            assert run.status == 2
            assert message in run.error()
    assert not (tmp_path / "articles.jsonl").exists()


def test_the_page_of_the_docs(scrapy: Command, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```toml\n(.*?)^```", text, re.M | re.S)
    example = Template.parse(shown.encode())
    assert example.layout("news").related == {"relatedNews": ("div.you-may-like",)}
    table = set(re.findall(r"^\| `(\w+)` \|", text, re.M))
    assert table == {each.name for each in fields(Layout)}
    with serve(articles=120, page_kb=20) as origin:
        quick = as_options(*QUICK, f"DATA_DIR={tmp_path}", f"SITE_ORIGIN={origin}")
        lines = re.findall(r"^    \.venv/bin/(scrapy .*)$", text, re.M)
        runs = {line: scrapy(*shlex.split(line)[1:], *quick) for line in lines}
    assert len(runs) == 4
    for line, run in runs.items():
        assert run.status == 0, (line, run.err)
    assert "a template can be learned: " in runs["scrapy probe"].out
    assert ", 0 different, 0 missed" in runs["scrapy template check"].out


# --- Crawls ----------------------------------------------------------------------------------------------------------


def content(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return id -> text, hash and version, without fields that change with each response."""
    return {line["id"]: (line["articleBody"], line["contentHash"], line["version"]) for line in lines}


def test_a_crawl_and_a_reread_use_it_and_make_no_version_by_it(
    crawl: Command, template: Command, scrapy: Command, tmp_path: Path
) -> None:
    data = ["-s", f"DATA_DIR={tmp_path / 'data'}"]
    with serve(articles=40, page_kb=20) as origin:
        first = crawl(origin, *data, "-s", "KEEP_PAGES=True")
        assert first.status == 0, first.err
        before = content(first.lines())
        assert template("learn", "--write").status == 0
        again = crawl(origin, *data, "-a", "known=refetch")
    assert again.status == 0, again.err
    assert content(again.lines()) == before, "same text, same hash, same version"
    hashes = {line["metadata"]["template"] for line in again.lines()}
    assert hashes == {Template.load(tmp_path / "data" / "templates" / "en.toml").hash}
    reread = scrapy("reread", *data, "-O", str(tmp_path / "again.jsonl"))
    assert reread.status == 0, reread.err
    assert content(reread.lines("again.jsonl")).keys() == before.keys()
    assert {line["metadata"]["template"] for line in reread.lines("again.jsonl")} == hashes


def test_a_site_that_changes_its_layout_is_read_on_and_named(crawl: Command, template: Command, tmp_path: Path) -> None:
    data = ["-s", f"DATA_DIR={tmp_path / 'data'}"]
    path = tmp_path / "data" / "templates" / "en.toml"
    with serve(articles=40, page_kb=20, theme="north") as origin:
        first = crawl(origin, *data, "-s", "KEEP_PAGES=True")
        assert first.status == 0, first.err
        assert template("learn", "--write").status == 0
        post(origin, "/_redraw?wrapped")
        post(origin, "/_add?count=30")
        second = crawl(origin, *data, "-a", "known=refetch")
        post(origin, "/_redraw?theme=delta")
        third = crawl(origin, *data, "-a", "known=refetch")
    before, *later = ({line["id"]: line["articleBody"] or "" for line in run.lines()} for run in (first, second, third))
    assert all(before.items() <= texts.items() for texts in later), "nothing is lost"
    for run, reason in ((second, "an unknown block"), (third, "no headline")):
        assert run.status == 0, run.err
        assert len(run.lines()) == 70
        assert f"{path} does not fit " in run.err
        assert f"({reason} on " in run.err
    assert '"div.drifted",  #' in second.err
