"""A template: CSS selectors of the parts of an article on the pages of one edition, in a TOML file."""

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
"""Maximum size of a file. A template of a whole theme has 3 KB."""
MAX_SELECTORS = 500
"""Maximum number of selectors per section, so that no page is searched thousands of times."""
MAX_LENGTH = 300
"""Maximum number of characters of a selector or a line."""
COMMON = "article"
"""The section for every type of article."""
_CLOSED = re.compile(r"""\\.|"[^"]*"|'[^']*'|\([^()\[\]"']*\)|\[[^()\[\]"']*\]""", re.S)
_COMBINATOR = re.compile(r"\S[\s>+~]+\S")
PARTS = ("headline", "standfirst", "container", "byline", "tags", "breadcrumb", "media", "links")
"""Keys of parts that may be anywhere on a page."""


class TemplateError(UsageError):
    """Raised for an invalid template. The message names the file and the key."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """CSS selectors of the parts of an article. Each key has a list; () for a part that the pages do not have."""

    headline: tuple[str, ...]
    """The line of the headline. Exactly one element of a page must match."""
    container: tuple[str, ...]
    """The element with the paragraphs. Exactly one element of a page must match."""
    keep: tuple[str, ...] = ()
    """Text in the container: direct children, and children of kept elements.

    Paragraphs, headings, lists, quotes and tables without a class are text without being named. So are lines directly
    in the container that have no element of their own.
    """
    drop: tuple[str, ...] = ()
    """Elements of the container to remove with all their content, including pictures. Takes precedence over `keep`."""
    standfirst: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    """Elements with author, source, date, region, shares. Their words say which line is which."""
    tags: tuple[str, ...] = ()
    """Elements with the links to tags."""
    breadcrumb: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    """Elements outside the container with pictures or players of the article. Their other lines are captions."""
    captions: tuple[str, ...] = ()
    """Captions in the container and in `media` that are not in a `<figure>`."""
    boilerplate: frozenset[str] = frozenset()
    """Lines that are never text, compared without case and punctuation (`comparison_key`)."""
    links: tuple[str, ...] = ()
    """Elements outside the container with boxes of links to other articles. Their headings say which box it is."""
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`RelatedLink.block` -> selectors of such boxes whose headings the edition does not know."""

    @cached_property
    def places(self) -> dict[str, str]:
        """Key -> one selector for all its elements on the page."""
        found = {key: getattr(self, key) for key in PARTS}
        found |= {f"related.{key}": each for key, each in self.related.items()}
        return {key: ", ".join(selectors) for key, selectors in found.items() if selectors}

    @cached_property
    def inside(self) -> dict[str, str]:
        """Key -> one selector for its elements in the container. `keep.nested`: the selectors of `keep` that name
        ancestors.
        """
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
    """Type of article -> its layout. `article` is for all others."""
    hash: str
    """Identifies the content of the file without comments and order: 16 hex digits."""

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Load the template in a file. Raises TemplateError."""
        path = Path(path)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise TemplateError(f"{path}: {error.strerror or error}") from None
        return cls.parse(data, str(path))

    @classmethod
    def parse(cls, data: bytes, name: str = "template") -> Self:
        """Parse the content of a file; `name` is used in error messages. Raises TemplateError."""
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
            raise TemplateError(f"{name}: types: must not be empty")
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
        """Return the layout of a type of article."""
        return self.layouts.get(kind) or self.layouts[COMMON]


def _layout(section: dict[str, Any], where: str) -> Layout:
    """Return the validated layout of a section."""
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
    """Return validated CSS selectors, with comma-separated lists split. The parser is the one used for pages."""
    found: list[str] = []
    for text in _strings(value, where):
        masked = _masked(text)
        try:
            # An open bracket or comment would swallow the selectors joined to it.
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
    """Return a selector with `x` in place of escapes, strings and bracketed parts."""
    before = ""
    while before != selector:
        before = selector
        selector = _CLOSED.sub(lambda part: "x" * len(part[0]), selector)
    return selector


def toml_string(text: str) -> str:
    """Return a string in TOML syntax."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_NOTHING = LexborHTMLParser("<p></p>")
