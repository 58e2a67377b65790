"""A template: where the parts of an article stand on the pages of one edition, as CSS selectors in a TOML file."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from mayadeen.errors import UsageError
from mayadeen.items import ARTICLE_TYPES, BLOCKS
from mayadeen.site.edition import EDITIONS
from mayadeen.site.text import comparison_key

MAX_BYTES = 100_000
"""Size of a file at most; a template of a whole theme has 3 KB."""
MAX_SELECTORS = 500
"""Selectors of a section at most, so that a page is never asked for thousands."""
MAX_LENGTH = 300
"""Characters of a selector or a line at most."""
COMMON = "article"
"""The section that holds for every type of article."""
_CLOSED = re.compile(r"""\\.|"[^"]*"|'[^']*'|\([^()\[\]"']*\)|\[[^()\[\]"']*\]""", re.S)
_COMBINATOR = re.compile(r"\S[\s>+~]+\S")
PARTS = ("headline", "standfirst", "container", "byline", "tags", "breadcrumb", "media", "links")
"""Keys of what stands somewhere on a page."""


class TemplateError(UsageError):
    """A template that cannot be used; the message names the file and the key."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the parts of an article stand. Each key lists CSS selectors; () for a part that pages do not have."""

    headline: tuple[str, ...]
    """The line of the headline. Exactly one element of a page matches."""
    container: tuple[str, ...]
    """The element with the paragraphs. Exactly one element of a page matches."""
    keep: tuple[str, ...] = ()
    """What is text in the container: elements directly in it, and in those kept.

    Paragraphs, headings, lists, quotes and tables without a class are text without being named, and so are lines that
    stand in the container without an element of their own.
    """
    drop: tuple[str, ...] = ()
    """What is left out of the container, with all that stands in it, pictures too. Wins over `keep`."""
    standfirst: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    """Elements with author, source, date, region, shares. Which line is which, their words say."""
    tags: tuple[str, ...] = ()
    """Elements with the links to tags."""
    breadcrumb: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    """Elements outside the container with pictures or players of the article; lines that are nothing else are captions.
    """
    captions: tuple[str, ...] = ()
    """Captions in the container and in `media` that do not stand in a `<figure>`."""
    boilerplate: frozenset[str] = frozenset()
    """Lines that are never text, compared without case and punctuation (`comparison_key`)."""
    links: tuple[str, ...] = ()
    """Elements outside the container with boxes of links to other articles; the words over a box say which it is."""
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`RelatedLink.block` -> such boxes whose words are not known to the edition."""

    @cached_property
    def places(self) -> dict[str, str]:
        """Part of an article -> one selector for all its places on the page."""
        found = {key: getattr(self, key) for key in PARTS}
        found |= {f"related.{key}": each for key, each in self.related.items()}
        return {key: ", ".join(selectors) for key, selectors in found.items() if selectors}

    @cached_property
    def inside(self) -> dict[str, str]:
        """The same of what is looked for in the container; under `keep.nested` what names the elements around it."""
        nested = tuple(each for each in self.keep if _COMBINATOR.search(_masked(each)))
        plain = tuple(each for each in self.keep if each not in nested)
        found = {"keep": plain, "keep.nested": nested, "drop": self.drop, "captions": self.captions}
        return {key: ", ".join(selectors) for key, selectors in found.items() if selectors}


@dataclass(frozen=True, kw_only=True)
class Template:
    """The layouts of one edition."""

    edition: str
    types: tuple[str, ...]
    """The types of article that it is for."""
    layouts: Mapping[str, Layout]
    """Type of article -> its layout; `article` for all others."""
    hash: str
    """Identifies what the file says, whatever its comments and order: 16 hex digits."""

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The template of a file. Raises TemplateError."""
        path = Path(path)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise TemplateError(f"{path}: {error.strerror or error}") from None
        return cls.parse(data, str(path))

    @classmethod
    def parse(cls, data: bytes, name: str = "template") -> Self:
        """The template of a file's content; `name` stands in errors. Raises TemplateError."""
        if len(data) > MAX_BYTES:
            raise TemplateError(f"{name}: larger than {MAX_BYTES // 1000} KB")
        try:
            table = tomllib.loads(data.decode("utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise TemplateError(f"{name}: {error}") from None
        except RecursionError:
            raise TemplateError(f"{name}: nested too deep") from None
        edition = table.pop("edition", None)
        if not isinstance(edition, str) or edition not in EDITIONS:
            raise TemplateError(f"{name}: edition: must be one of {', '.join(EDITIONS)}")
        types = _strings(table.pop("types", ARTICLE_TYPES), f"{name}: types")
        if not types:
            raise TemplateError(f"{name}: types: names none")
        if unknown := [each for each in types if each not in ARTICLE_TYPES]:
            raise TemplateError(f"{name}: types: {unknown[0]!r} is none of {', '.join(ARTICLE_TYPES)}")
        common = table.get(COMMON)
        if not isinstance(common, dict):
            raise TemplateError(f"{name}: no section [{COMMON}]")
        layouts = {}
        for kind, section in table.items():
            if kind not in (COMMON, *ARTICLE_TYPES):
                raise TemplateError(f"{name}: {kind}: unknown; sections are {COMMON}, {', '.join(ARTICLE_TYPES)}")
            if kind not in (COMMON, *types):
                raise TemplateError(f"{name}: {kind}: is not among its types")
            if not isinstance(section, dict):
                raise TemplateError(f"{name}: {kind}: must be a section")
            layouts[kind] = _layout({**common, **section}, f"{name}: {kind}")
        if not layouts[COMMON].container:
            raise TemplateError(f"{name}: {COMMON}.container: missing")
        digest = hashlib.sha256(json.dumps([edition, types, table], sort_keys=True).encode()).hexdigest()
        return cls(edition=edition, types=types, layouts=layouts, hash=digest[:16])

    def layout(self, kind: str) -> Layout:
        """The layout of a type of article."""
        return self.layouts.get(kind) or self.layouts[COMMON]


def _layout(section: dict[str, Any], where: str) -> Layout:
    """The layout of a section, checked."""
    known = {each.name for each in fields(Layout)}
    if unknown := sorted(section.keys() - known):
        raise TemplateError(f"{where}.{unknown[0]}: unknown key; keys are {', '.join(sorted(known))}")
    values: dict[str, Any] = {"headline": (), "container": ()}
    for key, value in section.items():
        if key == "related":
            values[key] = _related(value, f"{where}.related")
        elif key == "boilerplate":
            lines = _strings(value, f"{where}.{key}")
            if nothing := [line for line in lines if not comparison_key(line)]:
                raise TemplateError(f"{where}.{key}: no letter or digit in {nothing[0]!r}")
            values[key] = frozenset(map(comparison_key, lines))
        else:
            values[key] = _selectors(value, f"{where}.{key}")
    if not values["headline"]:
        raise TemplateError(f"{where}.headline: missing")
    layout = Layout(**values)
    if sum(len(getattr(layout, each)) for each in known - {"related"}) > MAX_SELECTORS:
        raise TemplateError(f"{where}: more than {MAX_SELECTORS} selectors")
    return layout


def _related(value: object, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise TemplateError(f"{where}: must be a table")
    for block in value:
        if block not in BLOCKS:
            raise TemplateError(f"{where}.{block}: unknown; boxes are {', '.join(BLOCKS)}")
    return {block: _selectors(each, f"{where}.{block}") for block, each in value.items()}


def _strings(value: object, where: str) -> tuple[str, ...]:
    found = (value,) if isinstance(value, str) else value
    if not isinstance(found, (list, tuple)) or not all(isinstance(each, str) for each in found):
        raise TemplateError(f"{where}: must be a string or a list of strings")
    if long := next((each for each in found if len(each) > MAX_LENGTH), None):
        raise TemplateError(f"{where}: longer than {MAX_LENGTH} characters: {long[:40]!r}...")
    return tuple(each for each in found if each.strip())


def _selectors(value: object, where: str) -> tuple[str, ...]:
    """CSS selectors, each understood by the tree that pages are read with, lists with commas taken apart."""
    found: list[str] = []
    for text in _strings(value, where):
        masked = _masked(text)
        try:
            # Joined with others, an open bracket or comment would swallow them.
            if re.search(r"""[\[\](){}"'\\]|/\*""", masked):
                raise SelectolaxError
            _NOTHING.css(text)
        except SelectolaxError:
            raise TemplateError(f"{where}: no CSS selector: {text!r}") from None
        ends = [*(each.start() for each in re.finditer(",", masked)), len(text)]
        starts = [0, *(end + 1 for end in ends)]
        found += [text[start:end].strip() for start, end in zip(starts, ends, strict=False)]
    return tuple(found)


def _masked(selector: str) -> str:
    """A selector with `x` in place of escapes, strings and what stands in brackets."""
    before = ""
    while before != selector:
        before = selector
        selector = _CLOSED.sub(lambda part: "x" * len(part[0]), selector)
    return selector


def toml_string(text: str) -> str:
    """A string as TOML has it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_NOTHING = LexborHTMLParser("<p></p>")
