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
    """Fills in FEEDS, DATA_DIR and USER_AGENT where the user has not. An add-on, as `-s` comes after settings.py."""

    def update_settings(self, settings: BaseSettings) -> None:
        directory = data_directory(settings)
        # The one place for all who read it: over the None of settings.py, and in place of `-s DATA_DIR=~/dir`.
        settings.set("DATA_DIR", str(directory), priority="cmdline")
        contact = settings.get("CONTACT")
        about = f" (+{contact})" if contact else ""
        settings.set("USER_AGENT", f"mayadeen/{__version__}{about}", priority="addon")
        settings.set(
            "FEEDS", default_feeds(directory, settings.getint("FEED_EXPORT_BATCH_ITEM_COUNT")), priority="addon"
        )


def default_feeds(directory: Path, batch: int = 0) -> dict[str, dict[str, object]]:
    """The feeds of a crawl that names none: its articles, the view of their related links, its bulletins.

    `batch`: items a file, numbered then; 0: all in one.
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
    """What stands in the names of feeds; in place of the edition the name of a spider without one (`scrapy fetch`)."""
    time = parameters["time"].removesuffix("+00-00")  # a name without a plus sign: it is UTC
    if isinstance(spider, ArchiveSpider):  # two crawls may begin in the same second
        time += f"-{spider.session.archive.crawl}"
    return {"edition": spider.name, **parameters, "time": time}


def _quoted(path: Path) -> str:
    """A path as a feed URI: its own % signs are no placeholders."""
    return str(path).replace("%", "%%")
