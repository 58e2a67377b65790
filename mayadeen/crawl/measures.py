"""Counts what a crawl has read, by article type and field. Monitors compare these counts with earlier crawls."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from mayadeen.items import Article

FIELDS = (
    "description",
    "articleBody",
    "datePublished",
    "dateModified",
    "authors",
    "sources",
    "breadcrumbs",
    "regions",
    "coverage",
    "tags",
    "mainImage",
    "images",
    "videos",
    "links",
    "relatedLinks",
    "readingTime",
)
"""Fields that an article may lack."""
EXAMPLES = 3
"""Maximum number of example addresses per problem."""
FROM_STATS = {
    "requests": ("downloader/request_count",),
    "requests/failed": ("failed/*",),
    "requests/refused": ("refused/*",),
    "requests/retried": ("retry/count",),
    "requests/cut short": ("retry/reason_count/page cut short", "retry/reason_count/empty answer"),
    "listings": ("listing/read",),
    "listings/without cards": ("listing/without_cards",),
    "listings/without ticker": ("listing/without_ticker",),
    "pages": ("page/article", "page/not_article", "page/unreadable"),
    "pages/no articles": ("page/not_article", "page/unreadable"),
    "template": ("template/read", "template/miss/*"),
    "template/missed": ("template/miss/*",),
    "compared": ("template/compared",),
    "compared/different": ("template/differs/*",),
}
"""Measure -> the stats that are summed up; `*`: all with that prefix."""


class Measures:
    """The counts of a crawl.

    `read/<kind>`: articles read; `field/<kind>/<field>`: those that have the field; `origin/<field>/<origin>`: articles
    whose field was read from the origin.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: defaultdict[str, list[str]] = defaultdict(list)
        """Addresses of articles that lack a field (`field/...`), or whose field has an origin (`origin/...`)."""

    def add(self, article: Article, origins: Mapping[str, str]) -> None:
        """Count an article that was read from its page."""
        kind = article.articleType
        self.counts[f"read/{kind}"] += 1
        for name in FIELDS:
            key = f"field/{kind}/{name}"
            if getattr(article, name):
                self.counts[key] += 1
            else:
                self._note(key, article.url)
        for name, origin in origins.items():
            key = f"origin/{name}/{origin}"
            self.counts[key] += 1
            self._note(key, article.url)

    def _note(self, key: str, url: str) -> None:
        found = self.examples[key]
        if len(found) < EXAMPLES:
            found.append(url)

    def with_stats(self, stats: Mapping[str, Any]) -> dict[str, int]:
        """Return all counts, including those from the crawl's stats."""
        found = dict(self.counts)
        for name, parts in FROM_STATS.items():
            total = sum(
                sum(value for key, value in stats.items() if key.startswith(part[:-1]))
                if part.endswith("*")
                else stats.get(part, 0)
                for part in parts
            )
            if total:
                found[name] = total
        return found
