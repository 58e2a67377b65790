"""Boxes of links around an article: where they end, and the headlines of their links."""

from __future__ import annotations

import pytest

from mayadeen.extract.article import parse_article
from tests.unit.test_article import CARD, FIRST, LAST, PAGE, URL, related_of, text_of

OTHER, THIRD = CARD.replace("bakers", "millers"), CARD.replace("bakers", "porters")
BAKERS, MILLERS, PORTERS = (f"The {who} of Norvale" for who in ("bakers", "millers", "porters"))
TEASER = "<p>They work at night and sell their bread before the sun is up.</p>"


def full(card: str) -> str:
    """Return a card with category, title and teaser."""
    return f"<div><img src='/a.jpg'><div><a href='/news/politics'>Politics</a></div><h4>{card}</h4>{TEASER}</div>"


def test_two_headings_and_their_lists_may_stand_side_by_side_in_one_element() -> None:
    read = "".join(map(full, (CARD, OTHER)))
    column = f"<aside><h3>Most Read</h3>{read}<h3>Read Next</h3><div>{full(THIRD)}</div></aside>"
    assert related_of("", column) == [("readNext", PORTERS), ("mostRead", BAKERS), ("mostRead", MILLERS)]


def test_the_first_card_alone_may_have_a_teaser() -> None:
    name = f"<h4><a href='/coverage/bread-and-salt'>Bread and salt</a></h4>{TEASER}"
    box = f"<section><h3>Coverage</h3>{name}{full(CARD)}</section>"
    assert related_of("", box) == [("coverage", "Bread and salt"), ("coverage", BAKERS)]
    assert related_of(
        "", f"<section><h3>Read Next</h3><h4>{CARD}</h4>{TEASER}<ul><li>{OTHER}<li>{THIRD}</ul></section>"
    ) == [("readNext", who) for who in (BAKERS, MILLERS, PORTERS)]


def test_a_short_text_between_two_links_is_no_teaser() -> None:
    long = "<p>" + "The oven had been cold for a week, the baker said, and flour was dear. " * 3 + "</p>"
    page = PAGE.format(body=f"<h4>Read more</h4><p>{CARD}</p>{long}<p>{OTHER}</p>")
    assert (parse_article(page, URL).articleBody or "").startswith("The oven had been cold")


@pytest.mark.parametrize(
    "box",
    [
        # A card of inline elements.
        "<x-box><span>Related News</span><x-card><img src='/a.jpg'>{card}<span>{teaser}</span></x-card></x-box>",
        "<x-box><b>Related News</b><x-card>{card} <em>{teaser}</em></x-card></x-box>",
        "<div><div>Related News</div>{card}<br>{teaser}</div>",
    ],
)
def test_a_title_and_its_teaser_may_share_a_line(box: str) -> None:
    html = box.format(card=CARD, teaser="They sell their bread before the sun is up.")
    assert related_of(html) == related_of("", html) == [("relatedNews", BAKERS)]
    assert text_of(html) == []
    assert parse_article(PAGE.format(body=FIRST + html + LAST), URL).images == []


@pytest.mark.parametrize("links", [CARD, f"{CARD}{OTHER}", f"<ul><li>{CARD}</li><li>{OTHER}</li></ul>"])
def test_a_heading_that_nobody_knows_is_no_text_over_links_alone(links: str) -> None:
    assert text_of(f"<div><div>From the oven</div>{links}</div>") == []


def test_a_line_that_begins_with_a_link_is_text() -> None:
    said = f"<p>{CARD} were asked whether they would ever sell their bread after dawn.</p>"
    assert related_of(f"<h4>Coverage</h4>{said}") == []
    assert text_of(f"<h4>Coverage</h4>{said}")[1].startswith("The bakers of Norvale were asked")


@pytest.mark.parametrize(
    ("name", "address"),
    [("Bread", "bread"), ("Bread & salt", "bread-salt"), ("Pan y maíz", "pan-y-ma%C3%ADz"), ("Flour, a file", "26")],
)
@pytest.mark.parametrize("tag", ["h3", "div"])
def test_a_line_about_a_coverage_is_not_its_name(name: str, address: str, tag: str) -> None:
    said = f"<{tag}>{name}</{tag}><div>All that was written on the mills and the ovens.</div>"
    link = f"<a href='/coverage/{address}'>{said}</a>"
    assert related_of("", f"<section><h3><a href='/coverage'>Coverage</a></h3>{link}</section>") == [("coverage", name)]


@pytest.mark.parametrize(
    ("above", "tags"),
    [
        ("<div><span>Topics:</span>{tags}</div>", ["Bread", "Night work"]),
        ("<div><p><a href='/'>Home</a></p><div>Tags</div><ul>{tags}</ul></div>", ["Bread", "Night work"]),
        ("<div>{tags}</div>", []),  # what comes without a label may be the section
    ],
)
def test_tags_may_stand_above_the_headline(above: str, tags: list[str]) -> None:
    links = "<a href='/tags/bread'>Bread</a> <a href='/tags/night-work'>Night work</a>"
    page = PAGE.format(body=FIRST + LAST).replace('<ul><li><a href="/tags/norvale">Norvale</a></li></ul>', "")
    article = parse_article(page.replace("<h1>", above.format(tags=links) + "<h1>"), URL)
    assert [each.name for each in article.tags] == tags
