"""Settings that depend on other settings: the data directory, the default feeds, the user agent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.settings import BaseSettings

from mayadeen import __version__
from mayadeen.crawl.places import data_directory
from mayadeen.crawl.session import ArchiveSpider


class Mayadeen:
    """Sets FEEDS, DATA_DIR and USER_AGENT unless the user has set them. This is an add-on because `-s` options are
    applied after settings.py.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        directory = data_directory(settings)
        # Set it once for all readers. This overrides the None of settings.py and expands `-s DATA_DIR=~/dir`.
        settings.set("DATA_DIR", str(directory), priority="cmdline")
        contact = settings.get("CONTACT")
        about = f" (+{contact})" if contact else ""
        settings.set("USER_AGENT", f"mayadeen/{__version__}{about}", priority="addon")
        settings.set(
            "FEEDS", default_feeds(directory, settings.getint("FEED_EXPORT_BATCH_ITEM_COUNT")), priority="addon"
        )


def default_feeds(directory: Path, batch: int = 0) -> dict[str, dict[str, object]]:
    """Return the feeds of a crawl without -o or -O: its articles, their related links, its bulletins.

    `batch` is the number of items per file, and the files are numbered; 0 puts all items into one file.
    """
    feeds = directory / "feeds"
    end = "%(time)s-%(batch_id)04d.jsonl" if batch else "%(time)s.jsonl"
    common: dict[str, object] = {"encoding": "utf-8", "store_empty": False}
    return {
        f"{_quoted(feeds)}/articles-%(edition)s-{end}": {
            **common,
            "format": "jsonlines",
            "item_classes": ["mayadeen.items.Article"],
            "item_filter": "mayadeen.feeds.exporters.IsDue",
        },
        f"{_quoted(feeds)}/related-%(edition)s-{end}": {
            **common,
            "format": "related",
            "item_classes": ["mayadeen.items.Article"],
            "item_filter": "mayadeen.feeds.exporters.HasRelatedLinks",
        },
        f"{_quoted(feeds)}/breaking-%(edition)s-{end}": {
            **common,
            "format": "jsonlines",
            "item_classes": ["mayadeen.items.Bulletin"],
        },
    }


def feed_parameters(parameters: dict[str, Any], spider: Spider) -> dict[str, Any]:
    """Return the placeholders in feed names. A spider without an edition (`scrapy fetch`) uses its own name instead."""
    time = parameters["time"].removesuffix("+00-00")  # no plus sign in file names; the time is UTC
    if isinstance(spider, ArchiveSpider):  # two crawls may start in the same second
        time += f"-{spider.session.archive.crawl}"
    shard = spider.session.scope.shard if isinstance(spider, ArchiveSpider) else None
    return {"edition": spider.name, **parameters, "time": time, "shard": shard.slug if shard else "all"}


def _quoted(path: Path) -> str:
    """Return a path as a feed URI, with its % signs escaped so that they are not placeholders."""
    return str(path).replace("%", "%%")
