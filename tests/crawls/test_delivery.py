"""What feeds are given: each view on its own, and articles that go and come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run, feed_lines
from tests.replica import serve
from tests.small_site import ALL, ONE, PATHS, TEXTS, article, site
from tests.small_site import serve as serve_pages

Command = Callable[..., Run]
ARTICLES = 20


def ids(lines: list[dict[str, Any]], key: str = "id") -> set[str]:
    return {line[key] for line in lines}


@pytest.mark.parametrize("first", ["articles", "related"])
def test_a_feed_of_one_view_leaves_the_other_to_come(crawl: Command, tmp_path: Path, first: str) -> None:
    articles, related = tmp_path / "a.jsonl", tmp_path / "r.jsonl"
    feeds = {"articles": ("-o", str(articles)), "related": ("-o", f"{related}:related")}
    second = "related" if first == "articles" else "articles"
    with serve(articles=ARTICLES, page_kb=20) as origin:
        for view in (first, second, first):
            run = crawl(origin, *feeds[view], feeds=False)
            assert run.status == 0, run.err
        run = crawl(origin, *feeds["articles"], *feeds["related"], feeds=False)
        assert run.status == 0, run.err
    lines, links = run.lines("a.jsonl"), run.lines("r.jsonl")
    assert len(lines) == ARTICLES == len(ids(lines))
    pairs = [(link["sourceId"], link["targetUrl"]) for link in links]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {(line["id"], link["url"]) for line in lines for link in line["relatedLinks"]}


def test_all_in_scope_comes_once_whatever_was_delivered_before(crawl: Command, tmp_path: Path) -> None:
    related = tmp_path / "r.jsonl"
    with serve(articles=ARTICLES, page_kb=20) as origin:
        crawl(origin, "-o", f"{related}:related", feeds=False)
        both = crawl(origin)
        again = crawl(origin, "-a", "known=emit")
    for run in (both, again):
        assert len(run.lines()) == ARTICLES == len(ids(run.lines()))
        pairs = [(link["sourceId"], link["targetUrl"]) for link in run.lines("related.jsonl")]
        assert len(pairs) == len(set(pairs)) > 0


def test_the_log_says_how_many_lines_each_feed_got(crawl: Command, tmp_path: Path) -> None:
    articles, related = tmp_path / "articles.jsonl", tmp_path / "related.jsonl"
    with serve(articles=ARTICLES, page_kb=20) as origin:
        first = crawl(origin, "-o", str(articles), feeds=False)
        second = crawl(origin, "-o", str(articles), "-o", f"{related}:related", feeds=False)
    links = len(second.lines("related.jsonl"))
    assert links > ARTICLES
    assert f"Stored jsonlines feed ({ARTICLES} items) in: {articles}\n" in first.err
    assert f"Stored jsonlines feed (0 items) in: {articles}\n" in second.err, "the first crawl has delivered them"
    assert f"Stored related feed ({links} links) in: {related}\n" in second.err
    assert (first.err + second.err).count("Stored ") == 3


def test_default_feeds_leave_no_empty_files(crawl: Command, tmp_path: Path) -> None:
    with serve(articles=ARTICLES, page_kb=20) as origin:
        crawl(origin, "-o", str(tmp_path / "a.jsonl"), feeds=False)
        crawl(origin, feeds=False)
        crawl(origin, feeds=False)
    data = tmp_path / "data"
    assert feed_lines(data) == []
    assert not list((data / "feeds").glob("articles-*"))
    assert len(list((data / "feeds").glob("related-*"))) == 1


@pytest.mark.parametrize("conditional", [False, True])
def test_an_article_that_goes_and_comes_back(
    crawl: Command, scrapy: Command, tmp_path: Path, conditional: bool
) -> None:
    def page(handler: Any) -> Any:
        if conditional and handler.headers.get("If-None-Match"):
            return handler.answer(304, "")
        return handler.answer(200, article(0), ETag='"a"')

    data = ("-s", f"DATA_DIR={tmp_path / 'data'}")
    pages = site(a0=page)

    def line_of(found: list[dict[str, Any]]) -> dict[str, Any]:
        assert len(found) == 3
        (line,) = (each for each in found if each["headline"] == TEXTS[0][1])
        return line

    with serve_pages(pages) as origin:

        def lines(*options: str) -> list[dict[str, Any]]:
            (tmp_path / "new.jsonl").unlink(missing_ok=True)
            run = crawl(origin, *ONE, "-o", str(tmp_path / "new.jsonl"), *options, feeds=False)
            assert run.status == 0, run.err
            assert "are inconsistent" not in run.err
            return run.lines("new.jsonl")

        assert ids(lines(), "headline") == ALL
        pages[PATHS[0]] = lambda handler: handler.answer(410, "gone")
        gone = line_of(lines("-a", "known=refetch"))
        assert ids(lines("-a", "known=refetch"), "headline") == ALL
        listed = scrapy("history", "--gone", *data).out
        assert "gone since" in scrapy("history", gone["id"], *data).out
        everything = crawl(origin, *ONE, "-a", "known=emit").lines()
        pages[PATHS[0]] = page
        back = line_of(lines("-a", "known=refetch"))
        third = line_of(lines("-a", "known=refetch"))
        assert lines() == [], "it is told once"
    assert gone["headline"] == back["headline"] == TEXTS[0][1]
    assert (gone["version"], gone["changedFields"]) == (1, ["metadata.gone"])
    assert gone["metadata"]["gone"].endswith("+00:00")
    assert (back["version"], back["changedFields"], back["metadata"]["gone"]) == (1, ["metadata.gone"], None)
    assert (third["changedFields"], third["metadata"]["gone"]) == ([], None)
    assert listed.split("\t")[1:] == [gone["id"], gone["url"] + "\n"]
    assert ids(everything, "headline") == ALL
    assert {line["id"]: line["metadata"]["gone"] for line in everything}[gone["id"]] == gone["metadata"]["gone"]
    assert scrapy("history", "--gone", *data).out == ""
