"""Boxes of links around an article: which are found, how far each goes, what its links are called."""

from __future__ import annotations

from tests.test_article import CARD, related_of

OTHER, THIRD = CARD.replace("bakers", "millers"), CARD.replace("bakers", "porters")
BAKERS, MILLERS, PORTERS = (f"The {who} of Norvale" for who in ("bakers", "millers", "porters"))
TEASER = "<p>They work at night and sell their bread before the sun is up.</p>"


def full(card: str) -> str:
    """A card with its category, title and teaser."""
    return f"<div><img src='/a.jpg'><div><a href='/news/politics'>Politics</a></div><h4>{card}</h4>{TEASER}</div>"


def test_two_headings_and_their_lists_may_stand_side_by_side_in_one_element() -> None:
    read = "".join(map(full, (CARD, OTHER)))
    column = f"<aside><h3>Most Read</h3>{read}<h3>Read Next</h3><div>{full(THIRD)}</div></aside>"
    assert related_of("", column) == [("readNext", PORTERS), ("mostRead", BAKERS), ("mostRead", MILLERS)]
