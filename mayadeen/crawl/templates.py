"""Finds the template of an edition, and measures how well it fits."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from zlib import crc32

from scrapy.settings import BaseSettings

from mayadeen import PARSER_VERSION
from mayadeen.crawl.places import data_directory
from mayadeen.errors import UsageError
from mayadeen.extract.article import NotAnArticle, Reading, read_article
from mayadeen.extract.page import Page
from mayadeen.extract.templates.template import Template, toml_string
from mayadeen.items import Article
from mayadeen.site.edition import EDITIONS

COMPARED_EVERY = 50
"""One of this many pages is also read without the template, to compare."""
MAX_MISSES = 0.05
"""Maximum share of pages that a template may not fit without a warning."""
FEW = 20
"""Minimum number of pages for a warning."""
SHOWN = 5
"""Maximum number of unknown blocks in a warning."""
MAX_BLOCKS, MAX_BLOCK = 200, 200
"""Maximum number of different unknown blocks, and of characters of their selectors."""
FIELDS = tuple(each.name for each in fields(Article) if each.name not in ("metadata", "version", "changedFields"))
"""Fields in which two readings of a page can differ."""


def own_template(data: Path, edition: str) -> Path:
    """Return the path of an edition's template that `template learn --write` writes."""
    return data / "templates" / f"{edition}.toml"


def template_file(settings: BaseSettings, edition: str) -> Path | None:
    """Return the file of `-s TEMPLATE`, else that of the data directory; None for `off` or if there is none.

    Raises UsageError.
    """
    given = str(settings.get("TEMPLATE") or "")
    if given.lower() in ("off", "false"):
        return None
    try:
        path = Path(given).expanduser() if given else own_template(data_directory(settings), edition)
    except RuntimeError as error:
        raise UsageError(f"TEMPLATE {given}: {error}") from None
    return path if given or os.path.lexists(path) else None


def find_template(settings: BaseSettings, edition: str) -> tuple[Template | None, Path | None]:
    """Return the template of an edition and its file, None for a built-in template. Raises UsageError."""
    path = template_file(settings, edition)
    if path is not None:
        template = Template.load(path)
        if template.edition != edition:
            raise UsageError(f"{path} is a template of the edition {template.edition}, not of {edition}")
        return template, path
    packaged = files("mayadeen.extract.templates") / f"{edition}.toml"
    if settings.get("TEMPLATE") or not packaged.is_file():
        return None, None
    return Template.parse(packaged.read_bytes(), packaged.name), None


def find_templates(settings: BaseSettings) -> dict[str, tuple[Template | None, Path | None]]:
    """Return edition -> its template and the file of the template, as `find_template` does. (None, None) without one.

    The file of `-s TEMPLATE` only applies to its own edition. Raises UsageError.
    """
    given = template_file(settings, "") if settings.get("TEMPLATE") else None
    wanted = [Template.load(given).edition] if given else list(EDITIONS)
    return {each: find_template(settings, each) if each in wanted else (None, None) for each in EDITIONS}


def reader_version(template: Template | None) -> str:
    """Return an identifier of the reader. Readers with other identifiers may read the same page differently."""
    return f"{PARSER_VERSION}+{template.hash}" if template else PARSER_VERSION


def differences(one: Article, other: Article) -> list[str]:
    """Return the fields in which two readings of a page differ."""
    return [name for name in FIELDS if getattr(one, name) != getattr(other, name)]


@dataclass
class Fit:
    """How well a template fits the pages read."""

    counts: Counter[str] = field(default_factory=Counter)
    """`read`, `compared`, `miss/<reason>`, `differs/<field>`."""
    blocks: Counter[str] = field(default_factory=Counter)
    """Selectors of the blocks that the template does not know."""
    begins: dict[str, str] = field(default_factory=dict)
    """The beginning of the first block of each selector."""

    def add(self, other: Fit) -> None:
        """Add the counts of another fit."""
        self.counts.update(other.counts)
        self.blocks.update(other.blocks)
        self.begins = other.begins | self.begins

    def note(self, reading: Reading) -> None:
        """Count one page."""
        if reading.miss is None:
            self.counts["read"] += 1
            return
        self.counts[f"miss/{reading.miss.reason}"] += 1
        block = reading.miss.block
        if block in self.blocks or (0 < len(block) <= MAX_BLOCK and len(self.blocks) < MAX_BLOCKS):
            self.blocks[block] += 1
            self.begins.setdefault(block, reading.miss.text[:60])

    @property
    def misses(self) -> int:
        """Number of pages that it did not fit."""
        return sum(count for name, count in self.counts.items() if name.startswith("miss/"))

    def warning(self, path: Path | None) -> str | None:
        """Return how to repair a template that does not fit, None if it fits or is built-in."""
        pages = self.counts["read"] + self.misses
        if path is None or pages < FEW or self.misses <= MAX_MISSES * pages:
            return None
        reasons = Counter({key.removeprefix("miss/"): n for key, n in self.counts.items() if key.startswith("miss/")})
        why = ", ".join(f"{reason} on {count}" for reason, count in reasons.most_common())
        lines = [f"{path} does not fit {self.misses} of {pages} pages ({why}): these were read without it"]
        if self.blocks:
            lines.append("unknown elements, to be added to `keep` or to `drop`:")
            lines += [
                f"  {toml_string(selector)},  # {count} pages, begins {self.begins[selector]!r}"
                for selector, count in self.blocks.most_common(SHOWN)
            ]
        return "\n".join(lines)


class TemplateReader:
    """Reads pages with a template, or without one if there is none, and counts how well it fits."""

    def __init__(self, template: Template | None, path: Path | None = None) -> None:
        self.template, self.path = template, path
        self.version = reader_version(template)
        self.fit = Fit()

    def read(self, page: Page, fetched: datetime | None, count: Callable[[str], object] = lambda name: None) -> Reading:
        """Return the article of a page. `count` is called with each name in `Fit.counts` that increases. Raises
        NotAnArticle.
        """
        if self.template is None:
            return read_article(page, fetched)
        before = Counter(self.fit.counts)
        reading = read_article(page, fetched, self.template)
        self.fit.note(reading)
        # Chosen by address, so that the selection does not depend on the order of pages.
        if reading.miss is None and crc32(page.url.encode()) % COMPARED_EVERY == 0:
            self.fit.counts["compared"] += 1
            self.fit.counts.update(f"differs/{name}" for name in _differing(reading, page, fetched))
        for name in (self.fit.counts - before).elements():
            count(f"template/{name}")
        return reading


def _differing(reading: Reading, page: Page, fetched: datetime | None) -> Iterator[str]:
    try:
        yield from differences(read_article(page, fetched).article, reading.article)
    except NotAnArticle:
        yield "article"
