"""A first look at what a web archive holds of the site: at most 40 captures, kept for `scrapy template learn`."""

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
"""So that the captures are of several sections."""
MAX_INDEX_PAGES = 5
"""Answers with lines of the index: each has thousands."""


class ArchivedProbe(Archived):
    """Reads the newest captures of some addresses, into an archive of its own."""

    name = "probe"
    index_pages = 0

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict({"FEEDS": {}, "KEEP_PAGES": True, "MONITORS": False, "BLOCK_LIMIT": 3}, priority="spider")

    def note(self, lines: list[Line]) -> None:
        """Ends the reading of the index when that is enough to choose from."""
        super().note(lines)
        self.index_pages += bool(lines)
        if self.index_pages >= MAX_INDEX_PAGES:
            self.questions.clear()

    def wanted(self) -> Iterator[Capture]:
        """One capture of an address, a few of a section."""
        addresses, sections = set[str](), Counter[str | None]()
        for capture in super().wanted():
            name = section(capture.page, self.site)
            if capture.key not in addresses and sections[name] < MAX_OF_A_SECTION:
                addresses.add(capture.key)
                sections[name] += 1
                yield capture
            if len(addresses) == MAX_CAPTURES:
                return


def look(pages: Iterable[Page]) -> Iterator[dict[str, Any]]:
    """The articles of some pages, and where their fields stand, as the probe of the live site notes them."""
    now = datetime.now(UTC)
    for page in pages:
        try:
            reading = read_article(page, now)
        except NotAnArticle:
            continue
        yield {"url": page.url, "fields": fields_of(reading, visible(page, now))}
