"""Seeded sentences from an edition's vocabulary, and slugs as the site makes them. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from string import Formatter

Vocabulary = Mapping[str, Sequence[str]]

_SIGNS = re.compile("[\u0640\u064b-\u065f]")  # of Arabic: no address has them
_VOWEL = re.compile(r"\b([Aa]) (?=[aeio]|u(?!ni))")


@cache
def _compiled(template: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((literal, slot) for literal, slot, _, _ in Formatter().parse(template))


def pick(rng: Random, choices: Sequence[str]) -> str:
    """One of `choices`; faster than Random.choice."""
    return choices[int(rng.random() * len(choices))]


def phrase(rng: Random, vocabulary: Vocabulary, template_list: str) -> str:
    """One template of that list, each {slot} filled with a word of that slot, the first letter upper-case."""
    parts = _compiled(pick(rng, vocabulary[template_list]))
    text = "".join(literal + (pick(rng, vocabulary[slot]) if slot else "") for literal, slot in parts)
    if "an" in vocabulary:
        text = _VOWEL.sub(r"\1n ", text)
    return text[0].upper() + text[1:]


def town(vocabulary: Vocabulary, number: int) -> str:
    """A name that no other number below 300,000 has; headlines bear it, so that no two are alike."""
    syllables, name = vocabulary["syllable"], ""
    number = number * 7919 + 100_003
    for _ in range(4):
        number, digit = divmod(number, len(syllables))
        name += syllables[digit]
    return name.title()


def slugify(title: str, *, old_rule: bool = False) -> str:
    """The address part made of a title, at most 60 characters.

    New rule: each character that is not a letter or digit gives one `-`. Old rule: punctuation is dropped but
    for `:` and `-`, and only spaces give `-`. Letters beyond ASCII stay as they are.
    """
    title = _SIGNS.sub("", unicodedata.normalize("NFC", title)).lower()
    if old_rule:
        return re.sub(r"\s", "-", re.sub(r"[^\w\s:-]", "", title))[:60].rstrip("-")
    return re.sub(r"[^\w]|_", "-", title)[:60].rstrip("-")


def name_slug(name: str) -> str:
    """The address part of a tag, region or author name."""
    return re.sub(r"[\W_]+", "-", _SIGNS.sub("", name).lower()).strip("-")
