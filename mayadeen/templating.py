"""Which template the pages of an edition are read by, and how well it fits them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from zlib import crc32

from scrapy.settings import BaseSettings

from mayadeen import PARSER_VERSION
from mayadeen.errors import UsageError
from mayadeen.extract.article import NotAnArticle, Reading, read_article
from mayadeen.extract.page import Page
from mayadeen.extract.templates.template import Template, toml_string
from mayadeen.items import Article
from mayadeen.places import data_directory
from mayadeen.site.edition import EDITIONS

COMPARED_EVERY = 50
"""One page in so many is also read without the template."""
MAX_MISSES = 0.05
"""Share of the pages that a template may not fit before that is worth a warning."""
FEW = 20
"""Pages of which nothing is concluded."""
SHOWN = 5
"""Unknown blocks that a warning shows."""
MAX_BLOCKS = 200
"""Unknown blocks that are told apart."""
FIELDS = tuple(each.name for each in fields(Article) if each.name not in ("metadata", "version", "changedFields"))
"""Fields in which two readings of a page can differ."""


def own_template(data: Path, edition: str) -> Path:
    """Where the template of an edition lies that `template learn --write` writes."""
    return data / "templates" / f"{edition}.toml"


def find_template(settings: BaseSettings, edition: str) -> tuple[Template | None, Path | None]:
    """The template of an edition and its file: `-s TEMPLATE`, else that of the data directory, else the package's.

    (None, None) with `-s TEMPLATE=off`, and where there is none. Raises UsageError.
    """
    given = settings.get("TEMPLATE")
    if given in ("off", False):
        return None, None
    path = Path(given).expanduser() if given else own_template(data_directory(settings), edition)
    if given or path.exists():
        template = Template.load(path)
        if template.edition != edition:
            raise UsageError(f"{path} is a template of the edition {template.edition}, not of {edition}")
        return template, path
    packaged = files("mayadeen.extract.templates") / f"{edition}.toml"
    return (Template.parse(packaged.read_bytes(), packaged.name), None) if packaged.is_file() else (None, None)


def find_templates(settings: BaseSettings) -> dict[str, tuple[Template | None, Path | None]]:
    """The same for all editions; `-s TEMPLATE` is that of its own edition alone. Raises UsageError."""
    given = settings.get("TEMPLATE")
    if given in (None, "", "off", False):
        return {edition: find_template(settings, edition) for edition in EDITIONS}
    path = Path(given).expanduser()
    template = Template.load(path)
    return {edition: (template, path) if edition == template.edition else (None, None) for edition in EDITIONS}


def reader_version(template: Template | None) -> str:
    """What says how pages are read: another one may read the same page otherwise."""
    return f"{PARSER_VERSION}+{template.hash}" if template else PARSER_VERSION


def differences(one: Article, other: Article) -> list[str]:
    """Fields in which two readings of a page differ."""
    return [name for name in FIELDS if getattr(one, name) != getattr(other, name)]


@dataclass
class Fit:
    """How well a template fits the pages that were read."""

    counts: Counter[str] = field(default_factory=Counter)
    """`read`, `compared`, `miss/<reason>`, `differs/<field>`."""
    blocks: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(selector, beginning) of the blocks that the template does not know."""

    def add(self, other: Fit) -> None:
        """Takes over what was counted elsewhere."""
        self.counts.update(other.counts)
        self.blocks.update(other.blocks)

    def note(self, reading: Reading) -> None:
        """Takes one page."""
        if reading.miss is None:
            self.counts["read"] += 1
            return
        self.counts[f"miss/{reading.miss.reason}"] += 1
        known = any(selector == reading.miss.block for selector, _ in self.blocks)
        if reading.miss.block and (known or len(self.blocks) < MAX_BLOCKS):
            begins = next((text for selector, text in self.blocks if selector == reading.miss.block), None)
            self.blocks[(reading.miss.block[:200], (begins or reading.miss.text)[:60])] += 1

    @property
    def misses(self) -> int:
        """Pages that it did not fit."""
        return sum(count for name, count in self.counts.items() if name.startswith("miss/"))

    def warning(self, path: Path | None) -> str | None:
        """What to do about a template that does not fit; None while it does, and for that of the package."""
        pages = self.counts["read"] + self.misses
        if path is None or pages < FEW or self.misses <= MAX_MISSES * pages:
            return None
        reasons = Counter({key.removeprefix("miss/"): n for key, n in self.counts.items() if key.startswith("miss/")})
        why = ", ".join(f"{reason} on {count}" for reason, count in reasons.most_common())
        lines = [f"{path} does not fit {self.misses} of {pages} pages ({why}): these were read without it"]
        if self.blocks:
            lines.append("what it does not know, to be added to `keep` or to `drop`:")
            lines += [
                f"  {toml_string(selector)},  # {count} pages, begins {begins!r}"
                for (selector, begins), count in self.blocks.most_common(SHOWN)
            ]
        return "\n".join(lines)


class TemplateReader:
    """Reads pages by a template, or without one where there is none, and counts how well it fits."""

    def __init__(self, template: Template | None, path: Path | None = None) -> None:
        self.template, self.path = template, path
        self.version = reader_version(template)
        self.fit = Fit()

    def read(self, page: Page, fetched: datetime | None, count: Callable[[str], object] = lambda name: None) -> Reading:
        """The article of a page. `count` is called with each name of `Fit.counts` that rises. Raises NotAnArticle."""
        if self.template is None:
            return read_article(page, fetched)
        before = Counter(self.fit.counts)
        reading = read_article(page, fetched, self.template)
        self.fit.note(reading)
        # By address: which pages are compared must not depend on their order.
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
