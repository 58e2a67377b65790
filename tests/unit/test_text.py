"""Cleaned text: composed, visible characters, single spaces."""

from __future__ import annotations

from unicodedata import category, is_normalized, normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mayadeen.site.text import clean, collapse_whitespace, comparison_key, count_words


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("", ""),
        ("plain", "plain"),
        ("  two  spaces \t and a tab ", "two spaces and a tab"),
        ("no\u00a0break\u2009thin\u3000wide", "no break thin wide"),
        ("caf\u0065\u0301", "café"),
        ("\u0627\u0653ذار", "آذار"),
        ("\ufeffstart", "start"),
        ("\u202eright to left\u202c, \u2067isolate\u2069, \u200emark\u200f, \u061c", "right to left, isolate, mark,"),
        ("zero\u200bwidth\u2060 soft\u00adhyphen", "zerowidth softhyphen"),
        ("nul\x00 bell\x07 escape\x1b delete\x7f", "nul bell escape delete"),
        ("half a pair \ud83d and \udc00", "half a pair and"),
        ("whole pair 😀", "whole pair 😀"),
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("it&#8217;s &quot;so&quot; &#x2013; &hellip;", 'it’s "so" – …'),
        ("a&nbsp;b", "a b"),
        ("hidden&#8203; mark&#x202E;", "hidden mark"),
        ("AT&T, a & b, x&y", "AT&T, a & b, x&y"),
        ("&copy 2024", "&copy 2024"),
        ("rock &roll; &unknown;", "rock &roll; &unknown;"),
        ("x &notable; y", "x &notable; y"),
        ("=1+1", "=1+1"),
        ("<b>", "<b>"),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize("number", ["&#0;", "&#xD800;", "&#1114112;", "&#9999999;", "&#xFFFFFF;", "&#55357;&#56832;"])
def test_numbers_that_are_no_characters_become_no_surrogates(number: str) -> None:
    clean(f"a{number}b").encode()


def test_clean_keeps_lines() -> None:
    assert clean(" one \r\n\r\n two\u200b\rthree \n") == "one\n\ntwo\nthree"
    assert collapse_whitespace(" one \n two\u2028three\u0085four ") == "one two three four"


def test_joiners_stay_where_they_mean_something() -> None:
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean("👩\u200d👧") == "👩\u200d👧"
    assert clean("a\u200db \u200c") == "ab"


PIECES = st.sampled_from(
    [
        *"& &amp; amp; #38; &lt; &#x202e; &#8203; e \u0301 \u200d \u200b ا \u0653 👩 \x00 \ud800 \ufeff \u034f".split(),
        " ",
        "\u00a0",
        "\n",
        "\r",
    ]
)
TEXT = st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join))


@given(TEXT)
@example("e\u200b\u0301")  # a mark between a letter and its accent
@example("&amp;amp;lt;")  # written as an entity more than twice
@example("&am\u200bp;")
@example("\u0653\u200b\u0627")
def test_twice_is_the_same_as_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(TEXT)
@example("e\u200b\u0301")
def test_what_is_clean_can_be_written_and_read(text: str) -> None:
    found = clean(text)
    found.encode()
    assert is_normalized("NFC", found)
    assert found == found.strip()
    assert "  " not in found
    assert [each for each in found if category(each) in ("Cc", "Cs") and each != "\n"] == []
    assert "\u200b" not in found
    assert "\u202e" not in found


@given(st.text(st.characters(categories=["L", "N", "P"], exclude_characters="&\u115f\u1160\u3164\uffa0"), max_size=40))
def test_letters_digits_and_punctuation_stay(text: str) -> None:
    assert clean(text) == normalize("NFC", text)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Hamas coins 'Israel's' end", "Hamas coins ‘Israel’s’ END"),
        ("Türkiye", "Tu\u0308rkiye"),
        ("الميادين\u200f", "الميادين"),
        ("Nº 5 ½", "nº 5 ½"),
        ("a_b", "a b"),
    ],
)
def test_same_sees_through_printing(left: str, right: str) -> None:
    assert comparison_key(left) == comparison_key(right)


def test_same_tells_sentences_apart() -> None:
    assert comparison_key("Israel strikes Gaza") != comparison_key("Israel strikes Gaza again")
    assert comparison_key(" — ") == comparison_key("") == ""


def test_words_are_what_spaces_part() -> None:
    assert count_words("It rained,\nand   it's over.") == 5
    assert count_words("") == count_words(" \n") == 0
    assert count_words("أمطار في بيروت") == 3
