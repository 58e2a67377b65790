"""A site: which articles there are, under which addresses, and in which listings and months they stand."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from random import Random

from tests.replica import body, data
from tests.replica.clock import central_europe
from tests.replica.data import Article, Card, Source
from tests.replica.edition import Edition
from tests.replica.prose import phrase

LISTED = 12
"""Cards on the first page of a listing."""
FRONT = 48
"""Cards on the front page: enough for each oddity to occur."""


def normal(path: str) -> str:
    """An address path as the server looks it up: whatever its case and its Unicode form."""
    return unicodedata.normalize("NFC", path).lower().rstrip("/") or "/"


@lru_cache(maxsize=4096)
def bulletin(source: Source, number: int) -> str:
    """Sentence number `number` of the ticker."""
    return phrase(Random(f"{source.seed}:{number}:bulletin"), source.edition.vocabulary, "bulletin")


@dataclass(slots=True)
class Site:
    """A replica of one edition. `theme`: a theme's name or "mixed"; bylines leave out the year of `now`."""

    articles: int = 60
    seed: int = 1
    theme: str = "north"
    page_kb: int = 120
    faults: dict[str, str] = field(default_factory=dict)
    now: datetime = data.NEWEST
    language: str = "en"
    source: Source = field(init=False)
    wrapped: bool = field(init=False, default=False)
    size: int = field(init=False, default=0)
    edits: dict[int, int] = field(init=False, default_factory=dict)
    redated: set[int] = field(init=False, default_factory=set)
    by_path: dict[str, int] = field(init=False, default_factory=dict)
    by_month: dict[str, list[int]] = field(init=False, default_factory=lambda: defaultdict(list))
    listings: dict[str, list[int]] = field(init=False, default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.source = Source(data.EDITIONS[self.language], self.articles, self.seed)
        self.add(self.articles)

    @property
    def edition(self) -> Edition:
        """The edition's row: its menu and its words."""
        return self.source.edition

    def add(self, count: int) -> None:
        """Publish `count` more articles, each later than all before it."""
        for index in range(self.size, self.size + count):
            card = data.card(self.source, index)
            for path in (card.path, card.alias):
                self.by_path[normal(path)] = index
            self.by_month[central_europe(card.published)[:7]].append(index)
            for address in self._listed_at(card):
                newest = self.listings[address]
                newest.append(index)
                if len(newest) > 2 * FRONT and "more" not in self.faults:
                    del newest[:-FRONT]
        self.size += count

    def _listed_at(self, card: Card) -> list[str]:
        section = card.section
        group = [self.edition.groups[section.group]] if section.group else []
        people = [path for name in card.authors if (path := data.author_path(self.edition, name))]
        region = [data.region_path(self.edition, card.region)] if card.region else []
        coverage = [data.coverage_path(card.coverage)] if card.coverage else []
        return ["/", section.path, *group, *map(data.tag_path, card.tags), *people, *region, *coverage]

    def edit(self, index: int) -> None:
        """Change an article: one sentence more, a later time of modification."""
        self.edits[index] = self.edits.get(index, 0) + 1

    def redate(self, index: int) -> None:
        """Move the publication of an article by a day, and the time of modification with it."""
        self.redated.add(index)

    def remove(self, index: int) -> None:
        """Take an article away: its addresses answer 404, no listing and no sitemap names it."""
        for path in [path for path, each in self.by_path.items() if each == index]:
            del self.by_path[path]
        for indexes in (*self.by_month.values(), *self.listings.values()):
            indexes[:] = [each for each in indexes if each != index]

    def card(self, index: int) -> Card:
        """The card of an article as it stands now."""
        card = data.revised(data.card(self.source, index), self.edits.get(index, 0))
        return data.later(card) if index in self.redated else card

    def article(self, index: int) -> Article:
        """The whole article as it stands now."""
        return body.article(self.source, self.card(index), self.edits.get(index, 0))

    @property
    def listed(self) -> int:
        """Cards on a page of a listing: few where more can be had, so that small sites have depth."""
        return 5 if "more" in self.faults else LISTED

    def newest(self, address: str, count: int = LISTED, start: int = 0) -> list[Card]:
        """The newest articles of a listing, newest first, from the one at place `start` on."""
        cards = [self.card(index) for index in self.listings.get(address, ())]
        return sorted(cards, key=lambda card: card.published, reverse=True)[start : start + count]

    def month(self, month: str) -> list[Card]:
        """The articles of a month such as `2024-04`, last modified first."""
        return sorted(map(self.card, self.by_month.get(month, ())), key=lambda card: card.modified, reverse=True)

    def ticker(self, start: int) -> list[str]:
        """Ten bulletins, the newest first; the next `start` has one new sentence."""
        return [bulletin(self.source, number) for number in range(start + 9, start - 1, -1)]
