"""What differs between the editions of the site: rows of data in `editions/*.toml`, read and checked once at import.

A new edition is a new file; `en.toml` is the template. Evidence for each value: docs/architecture.md, "What is known".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any, NewType, TypeVar

from mayadeen.site.text import normalize_label

Regex = NewType("Regex", str)
"""A regular expression for text after `text.normalize_label`, so in small letters, without accents."""

_FILES = files(__package__) / "editions"
_KINDS = "kinds"
_SHAPES = {
    "str": "a string",
    "Regex": "a string",
    "Words": "a table",
    "dict[str, str]": "a table of strings",
    "dict[str, tuple[str, ...]]": "a table of lists of strings",
}
"""What an annotation asks of a file, where it is no list of strings."""
_Row = TypeVar("_Row", "Words", "Edition")


class EditionError(ValueError):
    """A file of an edition that cannot be used; the message names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words a page of the edition prints around an article.

    One spelling is enough, written with its accents: case, missing accents, Arabic vowel signs, the seat of a hamza and
    the like do not matter (`text.normalize_label`, `text.spelling_pattern`).
    """

    by: tuple[str, ...]
    """In front of the author's name."""
    translated_by: tuple[str, ...]
    """In front of the translator's name."""
    by_elsewhere: tuple[str, ...]
    """The same in other languages; names begin with some: before two words or capitals only."""
    helped_by: tuple[str, ...]
    """In front of the name of an editor, a photographer: with a colon where names begin with the word."""
    name_suffixes: tuple[str, ...]
    """Behind a name and a comma, and part of it."""
    places: tuple[str, ...]
    """Between a name and a place."""
    waw_names: tuple[str, ...]
    """First names that begin as the Arabic conjunction does, which is glued to its word."""
    roles: tuple[str, ...]
    """Jobs of those who write: what may stand beside a name and is none."""
    source: tuple[str, ...]
    """In front of the sources, before a colon."""
    updated: tuple[str, ...]
    """In front of the date of the last change."""
    ago: tuple[str, ...]
    """Before or after a time counted back from now."""
    now: tuple[str, ...]
    """In place of such a time."""
    today: tuple[str, ...]
    yesterday: tuple[str, ...]
    at: tuple[str, ...]
    """Between a day and a time."""
    of: tuple[str, ...]
    """Between a day, a month and a year."""
    date_words: dict[str, str]
    """Words in dates that the `locale` does not know -> in English: a month, "2 hours", "3", "am", "GMT"."""
    credit: tuple[str, ...]
    """In front of the credit of a picture, before a colon; the English ones in all editions."""
    agencies: tuple[str, ...]
    """What a credit without a label ends with, as printed; the English edition's in all."""
    shares: tuple[str, ...]
    """After the number of shares, or before it and a colon."""
    views: tuple[str, ...]
    """Likewise of views, which are not put into the item."""
    min_read: tuple[str, ...]
    """After the number of minutes."""
    tags: tuple[str, ...]
    """In front of the tags."""
    conjunctions: tuple[str, ...]
    """Between two authors."""
    boxes: dict[str, tuple[str, ...]]
    """`RelatedLink.block` -> headings of such boxes of links; "" for boxes that are not put into the item."""
    see_also: tuple[str, ...]
    """In front of a link to another article, inside the text."""
    all: tuple[str, ...]
    """A link to the whole listing, in the corner of a box."""
    chrome: tuple[str, ...]
    """Lines that stand alone around an article and are never its text."""
    disclaimer: Regex
    """What the site's own disclaimers match from their first word."""
    promo: Regex
    """What lines that ask the reader for something match from their start."""
    notice: Regex
    """What a notice in place of an article matches, as its headline or as the beginning of a short text."""
    rights: str
    """What a footer says, anywhere in a line."""
    home: tuple[str, ...]
    """The first breadcrumb."""
    load_more: tuple[str, ...]
    """The button under a listing."""
    next: tuple[str, ...]
    """The link to the next page of a listing."""
    breaking: tuple[str, ...]
    """In front of the ticker."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edition:
    """One language edition of the site."""

    code: str
    """The name of its file; the first part of an article's id."""
    origin: str
    language: str
    """BCP 47."""
    locale: str
    """dateparser's name for the way dates are printed."""
    publisher: str
    """As the site names itself."""
    hosts: tuple[str, ...]
    """Hosts that serve the same pages as the origin, itself included."""
    title_suffixes: tuple[str, ...]
    """What `<title>` adds to a headline."""
    sections: dict[str, str]
    """Section slug -> path of its listing. The crawl adds what the site's own menu names."""
    regions: dict[str, str]
    """Region slug -> path of its listing. Articles live under sections; a region only lists them."""
    listings: frozenset[str]
    """Further listing paths: under a section whose articles stand beside them, or other names of a section."""
    article_types: dict[str, str]
    """Part of an address -> `Article.articleType`; what is not named is `news`."""
    post_types: dict[str, str]
    """`class1` of the metadata tag, in lower case -> `Article.articleType`."""
    page_types: tuple[str, ...]
    """`class1` values of pages that are no articles."""
    words: Words


def parse_edition(code: str, text: str) -> Edition:
    """The edition of a file's text. Raises EditionError."""
    return _row(Edition, {**_table(f"{code}.toml", text), "code": code}, f"{code}.toml")


def _table(file: str, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EditionError(f"{file}: {error}") from None


def _row(row: type[_Row], table: Mapping[str, object], where: str) -> _Row:
    """A dataclass from a table that has exactly its fields."""
    types = {field.name: str(field.type) for field in fields(row)}
    for wrong, names in (("missing", types.keys() - table.keys()), ("unknown", table.keys() - types.keys())):
        if names:
            raise EditionError(f"{where}: {wrong} key {', '.join(sorted(names))}")
    read: dict[str, Any] = {name: _value(value, types[name], f"{where}: {name}") for name, value in table.items()}
    return row(**read)


def _value(value: object, kind: str, where: str) -> object:
    """A value of a TOML file as the annotation of a field wants it."""
    match value:
        case str() if kind in ("str", "Regex"):
            return value if kind == "str" else _regex(value, where)
        case list() if kind.startswith(("tuple", "frozenset")) and all(isinstance(each, str) for each in value):
            return tuple(value) if kind.startswith("tuple") else frozenset(value)
        case dict() if kind == "Words":
            return _row(Words, value, where)
        case dict() if kind.startswith("dict"):
            inner = kind.removeprefix("dict[str, ").removesuffix("]")
            return {name: _value(each, inner, f"{where}.{name}") for name, each in value.items()}
    raise EditionError(f"{where}: must be {_SHAPES.get(kind, 'a list of strings')}")


def _regex(lines: str, where: str) -> Regex:
    """A pattern from the lines it is written in."""
    pattern = "".join(lines.splitlines())
    letters = re.sub(r"\\.", "", pattern)
    if letters != normalize_label(letters):
        raise EditionError(f"{where}: must be in small letters, without accents or hamza")
    try:
        re.compile(pattern)
    except re.error as error:
        raise EditionError(f"{where}: {error}") from None
    return Regex(pattern)


def _editions() -> dict[str, Edition]:
    texts = {
        each.name.removesuffix(".toml"): each.read_text("utf-8")
        for each in _FILES.iterdir()
        if each.name.endswith(".toml")
    }
    codes = sorted(texts.keys() - {_KINDS}, key=lambda code: (code != "en", code))  # the default first
    return {code: parse_edition(code, texts[code]) for code in codes}


def parse_kinds(text: str) -> dict[str, str]:
    """First word of a path -> kind of address, from the text of `kinds.toml`. Raises EditionError."""
    file = f"{_KINDS}.toml"
    read: Any = {
        kind: _value(words, "tuple[str, ...]", f"{file}: {kind}") for kind, words in _table(file, text).items()
    }
    return {word: kind for kind, words in read.items() for word in words}


EDITIONS: dict[str, Edition] = _editions()
EN = EDITIONS["en"]
KINDS: dict[str, str] = parse_kinds((_FILES / f"{_KINDS}.toml").read_text("utf-8"))
