"""Work of the parsers on growing pages: executed lines are counted, so the result is the same on each machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from types import FrameType
from typing import Any

import pytest

from mayadeen.extract.article import NotAnArticle, parse_article
from mayadeen.extract.listing import parse_listing
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.site.text import bounded_marks, clean, comparison_key

URL = "https://english.almayadeen.net/news/politics/ferry-sails-again-to-island"
TEXT = "<p>The ferry between the two islands sailed again on Monday after a pause of eleven weeks, he said.</p>"
NOW = datetime(2026, 3, 9, tzinfo=UTC)

SHAPES: dict[str, Callable[[int], str]] = {
    "links in a line": lambda n: "<p>" + "".join(f"<a href='/news/politics/slug-{i}'>link {i}</a> " for i in range(n)),
    "cards": lambda n: "<h3>Related News</h3><div><a href='/news/politics/a-b-c-d'>A link of words</a></div>" * n,
    "tweets": lambda n: "<blockquote class='twitter-tweet'><p>Words</p><a href='//x.com/a/1'>x</a></blockquote>" * n,
    "lines": lambda n: "<p>Same line of the text, he said on Monday.</p>" * n,
    "headings": lambda n: "<h3>Heading of it</h3>" * n,
    "breaks": lambda n: "<p>" + "word one<br>" * n,
    "lists": lambda n: "<ul><li>An item</li></ul>" * n,
    "pictures": lambda n: "".join(f"<figure><img src='/{i}.jpg'><b>C {i}</b></figure>" for i in range(n)),
    "bylines": lambda n: "<ul>" + "<li>By Lina Farouk</li><li>Source: Agencies</li>" * n + "</ul>",
    "tags": lambda n: "<ul>" + "".join(f"<li><a href='/tags/tag{i}'>Tag{i}</a></li>" for i in range(n)) + "</ul>",
    "quotes": lambda n: "<blockquote><p>A quote of words.</p></blockquote>" * n,
    "hidden": lambda n: "<div hidden><p>Nobody sees this line of text.</p></div>" * n,
}  # fmt: skip


def counted(work: Callable[[], Any]) -> int:
    """Return the number of executed lines of this project."""
    lines = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal lines
        if "mayadeen" not in frame.f_code.co_filename:
            return None
        lines += event == "line"
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(None)
    return lines


def compared(work: Callable[[int], Any], few: int, many: int) -> float:
    """Return how many times the work of `few` the work of `many` is."""
    return counted(partial(work, many)) / counted(partial(work, few))


def article(body: str) -> None:
    page = f"<html><head><title>Ferry sails again</title></head><body><h1>Ferry sails again</h1>{TEXT * 3}{body}</body>"
    with suppress(NotAnArticle):
        parse_article(page.encode(), URL, fetched=NOW)


def listing(body: str) -> None:
    with suppress(UnreadablePage):
        parse_listing(Page(f"<html><body><h1>News</h1>{body}</body></html>".encode(), URL))


@pytest.mark.parametrize("parse", [article, listing])
@pytest.mark.parametrize("shape", SHAPES)
def test_work_is_linear(shape: str, parse: Callable[[str], None]) -> None:
    parse(SHAPES[shape](10))  # fills caches
    assert compared(lambda size: parse(SHAPES[shape](size)), 150, 600) < 8  # linear: 4, quadratic: 16


def test_work_is_quadratic_in_the_depth_at_most() -> None:
    def nested(depth: int) -> str:
        return "".join(f"<figure><img src='/{at}.jpg'><p>C {at}</p>" for at in range(depth))  # bounds.MAX_DEPTH: 500

    assert compared(lambda size: article(nested(size)), 60, 240) < 20  # quadratic: 16, cubic: 64


@pytest.mark.parametrize("function", [clean, comparison_key])
def test_very_many_accents_are_dropped(function: Callable[[str], str]) -> None:
    text = "e" + "\u0301\u200b\u0323" * 20_000
    assert len(function(text)) < 40
    assert bounded_marks("\u0915\u094d\u0937\u093f" * 1000) == "\u0915\u094d\u0937\u093f" * 1000


def test_nested_entities_are_decoded_in_one_pass() -> None:
    assert compared(lambda size: clean("x &" + "amp;" * size + "lt; y"), 100, 10_000) < 2
