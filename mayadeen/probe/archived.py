"""The spider of `scrapy probe --source`: reads at most 40 captures and keeps them for `scrapy template learn`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from scrapy.settings import BaseSettings

from mayadeen.archive.captures import Capture
from mayadeen.crawl.captures import Line
from mayadeen.extract.article import NotAnArticle, read_article
from mayadeen.extract.page import Page
from mayadeen.probe.fields import fields_of, visible
from mayadeen.site.address import section
from mayadeen.spiders.archived import Archived

MAX_CAPTURES = 40
MAX_OF_A_SECTION = 8
"""Maximum number of captures of one section."""
MAX_INDEX_PAGES = 5
"""Maximum number of index pages with captures. Each has thousands."""


class ArchivedProbe(Archived):
    """Reads the newest captures of some addresses, into an archive of its own in DATA_DIR."""

    name = "probe"
    index_pages = 0

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict({"FEEDS": {}, "KEEP_PAGES": True, "MONITORS": False, "BLOCK_LIMIT": 3}, priority="spider")

    def record(self, lines: list[Line]) -> None:
        """Record captures, and stop reading the index after MAX_INDEX_PAGES."""
        super().record(lines)
        self.index_pages += bool(lines)
        if self.index_pages >= MAX_INDEX_PAGES:
            self.queries.clear()

    def waiting(self) -> Iterator[Capture]:
        """Yield one capture of each address and a few of each section."""
        addresses, sections = set[str](), Counter[str | None]()
        for capture in super().waiting():
            name = section(capture.page, self.site)
            if capture.key not in addresses and sections[name] < MAX_OF_A_SECTION:
                addresses.add(capture.key)
                sections[name] += 1
                yield capture
            if len(addresses) == MAX_CAPTURES:
                return


def look(pages: Iterable[Page]) -> Iterator[dict[str, Any]]:
    """Yield the URL of each article page and where its fields were found, as in the findings of `Probe`."""
    now = datetime.now(UTC)
    for page in pages:
        try:
            reading = read_article(page, now)
        except NotAnArticle:
            continue
        yield {"url": page.url, "fields": fields_of(reading, visible(page, now))}
