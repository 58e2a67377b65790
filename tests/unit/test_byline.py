"""Printed authors: after a label in any language, as a mail link, or beside the date."""

from __future__ import annotations

import pytest

from mayadeen import parse_article

PAGE = """<html lang="en"><head><title>Ferry line between two islands reopens</title></head><body><main>
<h1>Ferry line between two islands reopens</h1>{byline}
<p>The first boat left the harbor at seven in the morning, with the mayor and forty bakers on board.</p>
<p>Eleven weeks of repairs are over, and nobody on the quay asked any more who had paid for them.</p>
</main></body></html>"""
DATE = "<p>20 April 2024 20:50</p>"


def read(byline: str) -> tuple[list[str], int]:
    """Return the authors, and the number of paragraphs."""
    article = parse_article(
        PAGE.format(byline=byline), "https://english.almayadeen.net/news/politics/ferry-line-between-two-islands"
    )
    return [each.name for each in article.authors], len((article.articleBody or "").split("\n"))


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("<p>Von Anna Berg</p>", ["Anna Berg"]),
        ("<p><span>von</span> <b>Anna Berg</b></p>", ["Anna Berg"]),
        ("<p>Von: Anna Berg und Max Weber</p>", ["Anna Berg", "Max Weber"]),
        ("<p>Av Kari Dahl</p>", ["Kari Dahl"]),
        ("<p>Autorin/Autor Anna Berg</p>", ["Anna Berg"]),
        ("<p>Von Anna Berg, Frankfurt</p>", ["Anna Berg"]),
        ("<p>By Anna Berg, AFP</p>", ["Anna Berg", "AFP"]),
        ("<p>Von nun an fahren alle Boote wieder nach dem alten Plan</p>", []),
        ("<p><a href='mailto:anna.berg@paper.test'>Anna Berg</a></p>", ["Anna Berg"]),
        (
            "<div><p><a href='mailto:aberg@paper.test'>Anna Berg</a></p></div>"
            "<div><p><a href='mailto:kari.dahl@paper.test'>Kari Marie Dahl</a></p></div>",
            ["Anna Berg", "Kari Marie Dahl"],
        ),
        ("<p><a href='mailto:tips@paper.test'>Write To Us</a></p>", []),
    ],
)
def test_authors_by_label_and_by_mail(byline: str, authors: list[str]) -> None:
    assert read(DATE + byline)[0] == authors


@pytest.mark.parametrize("byline", [f"{DATE}<p>Anna Berg</p>", f"<p>Anna Berg</p>{DATE}"])
def test_a_name_beside_the_date(byline: str) -> None:
    assert read(byline) == (["Anna Berg"], 2)


@pytest.mark.parametrize("line", ["<h2>Peace Talks</h2>", "<p>A calm morning</p>", "<p>Anna</p>", "<p>Berg 2024</p>"])
def test_a_line_beside_the_date_that_is_no_name(line: str) -> None:
    assert read(DATE + line)[0] == []


@pytest.mark.parametrize(
    ("byline", "shares", "minutes"),
    [
        ("<p>1,205 Shares</p><p>3 Min Read</p>", 1205, 3),
        ("<p>1.5k Shares</p>", 1500, None),
        ("<p>1.205 Shares</p>", 1205, None),
        ("<p>5.5 Shares</p>", 6, None),
        ("<p>1,5k Shares</p>", None, None),
        (f"<p>{'9' * 400}k Shares</p><p>{'1' * 5000} Shares</p><p>{'1' * 5000} Min Read</p>", None, None),
    ],
)
def test_counts_of_any_size(byline: str, shares: int | None, minutes: int | None) -> None:
    article = parse_article(
        PAGE.format(byline=DATE + byline), "https://english.almayadeen.net/news/politics/ferry-line"
    )
    assert (article.shareCount, article.readingTime) == (shares, minutes)
