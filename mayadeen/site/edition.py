"""The differences between the editions of the site: data in `editions/*.toml`, read and validated once at import.

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
"""A regular expression for text normalized by `text.normalize_label`: lower case, without accents."""

_FILES = files(__package__) / "editions"
_KINDS = "kinds"
_SHAPES = {
    "str": "a string",
    "Regex": "a string",
    "Words": "a table",
    "dict[str, str]": "a table of strings",
    "dict[str, tuple[str, ...]]": "a table of lists of strings",
}
"""Descriptions of annotations in error messages. All others are lists of strings."""
_Row = TypeVar("_Row", "Words", "Edition")


class EditionError(ValueError):
    """Raised for an invalid edition file. The message names the file and the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words that pages of the edition print around an article.

    Write one spelling, with accents. Case, missing accents, Arabic vowel signs, the seat of a hamza and similar
    differences are ignored (`text.normalize_label`, `text.spelling_pattern`).
    """

    by: tuple[str, ...]
    """Before the author's name."""
    translated_by: tuple[str, ...]
    """Before the translator's name."""
    by_elsewhere: tuple[str, ...]
    """ "by" in other languages. Some names begin with these words, so they count only before two words or capitals."""
    helped_by: tuple[str, ...]
    """Before the name of an editor or a photographer. Include the colon if names may begin with the word."""
    name_suffixes: tuple[str, ...]
    """Part of a name after a comma."""
    places: tuple[str, ...]
    """Between a name and a place."""
    waw_names: tuple[str, ...]
    """First names that begin with the letter of the Arabic conjunction, which is attached to the next word."""
    roles: tuple[str, ...]
    """Jobs that may be printed beside a name."""
    source: tuple[str, ...]
    """Before the sources and a colon."""
    updated: tuple[str, ...]
    """Before the modification date."""
    ago: tuple[str, ...]
    """Before or after a relative time."""
    now: tuple[str, ...]
    """In place of a relative time."""
    today: tuple[str, ...]
    yesterday: tuple[str, ...]
    at: tuple[str, ...]
    """Between a date and a time."""
    of: tuple[str, ...]
    """Between day, month and year."""
    date_words: dict[str, str]
    """Date words missing in the `locale` -> English: a month, "2 hours", "3", "am", "GMT"."""
    credit: tuple[str, ...]
    """Before the credit of a picture and a colon. The English words apply to all editions."""
    agencies: tuple[str, ...]
    """The end of a credit without a label, as printed. Those of the English edition apply to all."""
    shares: tuple[str, ...]
    """After the number of shares, or before a colon and that number."""
    views: tuple[str, ...]
    """After the number of views, or before a colon and that number. Views are not part of the item."""
    min_read: tuple[str, ...]
    """After the number of minutes."""
    tags: tuple[str, ...]
    """Before the tags."""
    conjunctions: tuple[str, ...]
    """Between two authors."""
    boxes: dict[str, tuple[str, ...]]
    """`RelatedLink.block` -> headings of these boxes of links; "" for boxes that are not part of the item."""
    see_also: tuple[str, ...]
    """Before a link to another article in the text."""
    all: tuple[str, ...]
    """A link to the whole listing, in the corner of a box."""
    chrome: tuple[str, ...]
    """Boilerplate: lines around an article that are never part of its text."""
    disclaimer: Regex
    """Matches the site's disclaimers from their first word."""
    promo: Regex
    """Matches calls to action from their start."""
    notice: Regex
    """Matches a notice in place of an article: its headline, or the beginning of its short text."""
    rights: str
    """Text of a footer, anywhere in a line."""
    home: tuple[str, ...]
    """The first breadcrumb."""
    load_more: tuple[str, ...]
    """The button below a listing."""
    next: tuple[str, ...]
    """The link to the next page of a listing."""
    breaking: tuple[str, ...]
    """Before the ticker."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edition:
    """One language edition of the site."""

    code: str
    """The name of its file, and the first part of article ids."""
    origin: str
    language: str
    """BCP 47."""
    locale: str
    """The dateparser locale of printed dates."""
    publisher: str
    """The site's name for itself."""
    hosts: tuple[str, ...]
    """Hosts that serve the same pages, including the host of the origin."""
    title_suffixes: tuple[str, ...]
    """Suffixes that `<title>` adds to a headline."""
    sections: dict[str, str]
    """Section slug -> path of its listing. The crawl adds the sections of the site's menu."""
    regions: dict[str, str]
    """Region slug -> path of its listing. Articles belong to sections; a region only lists them."""
    listings: frozenset[str]
    """Paths of other listings: inside a section beside its articles, or other names of a section."""
    article_types: dict[str, str]
    """Part of an address -> `Article.articleType`. The default is `news`."""
    post_types: dict[str, str]
    """`class1` of the metadata tag in lower case -> `Article.articleType`."""
    page_types: tuple[str, ...]
    """`class1` values of pages that are not articles."""
    words: Words


def parse_edition(code: str, text: str) -> Edition:
    """Parse the text of an edition file. Raises EditionError."""
    return _row(Edition, {**_table(f"{code}.toml", text), "code": code}, f"{code}.toml")


def _table(file: str, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EditionError(f"{file}: {error}") from None


def _row(row: type[_Row], table: Mapping[str, object], where: str) -> _Row:
    """Return a dataclass from a table with exactly its fields."""
    types = {field.name: str(field.type) for field in fields(row)}
    for wrong, names in (("missing", types.keys() - table.keys()), ("unknown", table.keys() - types.keys())):
        if names:
            raise EditionError(f"{where}: {wrong} key {', '.join(sorted(names))}")
    read: dict[str, Any] = {name: _value(value, types[name], f"{where}: {name}") for name, value in table.items()}
    return row(**read)


def _value(value: object, kind: str, where: str) -> object:
    """Return a value of a TOML file with the type of a field's annotation."""
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
    """Return the pattern written in several lines."""
    pattern = "".join(lines.splitlines())
    letters = re.sub(r"\\.", "", pattern)
    if letters != normalize_label(letters):
        raise EditionError(f"{where}: must be in lower case, without accents or hamza")
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
    codes = sorted(texts.keys() - {_KINDS}, key=lambda code: (code != "en", code))  # the default comes first
    return {code: parse_edition(code, texts[code]) for code in codes}


def parse_kinds(text: str) -> dict[str, str]:
    """Parse `kinds.toml`: first word of a path -> page type. Raises EditionError."""
    file = f"{_KINDS}.toml"
    read: Any = {
        kind: _value(words, "tuple[str, ...]", f"{file}: {kind}") for kind, words in _table(file, text).items()
    }
    return {word: kind for kind, words in read.items() for word in words}


EDITIONS: dict[str, Edition] = _editions()
EN = EDITIONS["en"]
KINDS: dict[str, str] = parse_kinds((_FILES / f"{_KINDS}.toml").read_text("utf-8"))
