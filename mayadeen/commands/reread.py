"""`scrapy reread [WARC ...]`: runs kept pages through the current parser, pipelines and feeds, without requests."""

from __future__ import annotations

import argparse
import json
import sys
from array import array
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self
from zlib import crc32

from itemadapter import ItemAdapter
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.settings import BaseSettings

from mayadeen.commands import crawl
from mayadeen.commands._failing import FAILED, WRONG_USE, print_text
from mayadeen.crawl import ending
from mayadeen.crawl.places import data_directory
from mayadeen.crawl.rereading import Job, Way, on_cores
from mayadeen.crawl.scope import read_scope
from mayadeen.crawl.templates import Fit, find_templates
from mayadeen.crawl.workers import on_workers
from mayadeen.errors import CrawlFailure, UsageError
from mayadeen.extract.templates.template import Template
from mayadeen.items import Article
from mayadeen.site.address import Site
from mayadeen.site.edition import EDITIONS
from mayadeen.warc import File, find_files, kept_files, size_of

COMPARED = tuple(
    each.name
    for each in fields(Article)
    if each.name not in ("contentHash", "version", "changedFields", "nearDuplicates", "metadata")
)
"""Fields that can differ from an earlier feed: those that are read from the page."""


@dataclass(slots=True)
class Earlier:
    """The items of an earlier feed, and how the new items differ from them."""

    name: str
    marks: dict[str, array[int]]
    """Article id -> a checksum of each of `COMPARED`: 200 bytes an article, so that the longest feed fits."""
    same: int = 0
    new: int = 0
    differing: int = 0
    fields: Counter[str] = field(default_factory=Counter)

    def compare(self, item: dict[str, Any]) -> None:
        """Compare a new item."""
        before = self.marks.pop(item["id"], None)
        if before is None:
            self.new += 1
            return
        names = [name for name, old, new in zip(COMPARED, before, _marks(item), strict=True) if old != new]
        self.fields.update(names)
        self.differing += bool(names)
        self.same += not names

    def summary(self) -> str:
        """Return the summary in one line. The fields that differ most come first."""
        which = ": " + ", ".join(f"{name} {count}" for name, count in self.fields.most_common()) if self.fields else ""
        return (
            f"against {self.name}: {self.differing} of {self.differing + self.same} items differ{which}; "
            f"{self.new} only in the new feed, {len(self.marks)} only in the earlier one\n"
        )


def read_feed(path: Path) -> Earlier:
    """Return the items of an earlier feed. Raises UsageError."""
    found = Earlier(path.name, {})
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    item = json.loads(line)
                    found.marks[item["id"]] = _marks(item)
                except (ValueError, TypeError, KeyError):
                    raise UsageError(f"{path}, line {number}: not a feed item in JSON Lines") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not a feed in JSON Lines") from None
    return found


def _marks(item: dict[str, Any]) -> array[int]:
    return array("L", (crc32(json.dumps(item.get(name), sort_keys=True).encode()) for name in COMPARED))


class _Reread(Spider):
    """Yields the articles of WARC files."""

    name = "reread"
    edition = "reread"  # used in the names of the default feeds: one run may have articles of several editions

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        # Both check the site, to which no request is sent.
        off = dict.fromkeys(("mayadeen.extensions.CrawlHealth", "mayadeen.extensions.KeepPages"))
        settings.set("EXTENSIONS", {**settings.getdict("EXTENSIONS"), **off}, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.templates = find_templates(crawler.settings)
        crawler.signals.connect(spider.scraped, signals.item_scraped)
        return spider

    def __init__(
        self, files: list[File], size: int, way: Way, earlier: Earlier | None, mirror: Site | None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.files, self.size, self.way, self.earlier, self.mirror = files, size, way, earlier, mirror
        self.apart: Counter[str] = Counter()
        self.broken: list[str] = []
        self.templates: dict[str, tuple[Template | None, Path | None]] = {}
        self.fits = {edition: Fit() for edition in EDITIONS}

    async def start(self) -> AsyncIterator[Article]:
        stats = self.crawler.stats
        stats.set_value("reread/size", self.size)
        templates = {edition: template for edition, (template, _) in self.templates.items()}
        job = Job(self.files, self.size, self.settings.getint("DOWNLOAD_MAXSIZE"), templates, self.mirror)
        try:
            async for batch in self.way(job):
                stats.inc_value("reread/bytes", batch.source.size)
                self.apart += batch.source.apart
                self.broken += filter(None, [batch.source.broken])
                for edition, fit in batch.fits.items():
                    self.fits[edition].add(fit)
                for line in batch.lines:
                    self.logger.info(line)
                for name, count in batch.counts.items():
                    stats.inc_value(name, count)
                for article in batch.articles:
                    yield article
            if not stats.get_value("page/article"):  # a failure, so that existing feeds are not replaced
                raise CrawlFailure("nothing_read", self.broken.pop(0) if self.broken else _without_articles(self.apart))
        except CrawlFailure as failure:
            ending.fail(self.crawler, failure.reason, failure.message)
            raise CloseSpider(failure.reason) from None

    def scraped(self, item: Any) -> None:
        """Called when an item has passed all pipelines."""
        if self.earlier:
            self.earlier.compare(ItemAdapter(item).asdict())


class Command(crawl.Command):
    """Parses kept pages again."""

    def syntax(self) -> str:
        return "[options] [WARC file, folder or address ...]"

    def short_desc(self) -> str:
        return "Parse kept pages again, without requests"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--against", metavar="FEED.jsonl", help="print how many items differ from this feed")
        parser.add_argument("--edition", default="en", help="of the pages of SITE_ORIGIN: en (default), ar or es")
        parser.add_argument(
            "--dask",
            metavar="tcp://HOST:PORT",
            help="parse on the workers of this Dask scheduler; local starts workers on this machine",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        crawl.quieten(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        try:
            if opts.spargs:
                raise UsageError("reread takes no -a arguments")
            site = read_scope(edition=opts.edition, origin=self.settings.get("SITE_ORIGIN")).site
            files = _files(args, data_directory(self.settings) / "pages")
            size = sum(map(size_of, files))
            earlier = read_feed(Path(opts.against)) if opts.against else None
            with on_workers(opts.dask) if opts.dask else nullcontext(on_cores) as way:
                crawler = self.crawl(_Reread, files=files, size=size, way=way, earlier=earlier, mirror=site)
        except (UsageError, OSError) as error:
            self.fail(WRONG_USE, str(error))
            return
        if crawler is None or not isinstance(crawler.spider, _Reread):
            return
        # Do not mix the summary with a feed on stdout.
        to_stdout = any(str(uri).startswith("stdout:") for uri in self.settings.getdict("FEEDS"))
        write = sys.stderr.write if to_stdout else print_text
        write(_summary(crawler.spider, crawler.stats.get_stats()))
        for edition, fit in crawler.spider.fits.items():
            if warning := fit.warning(crawler.spider.templates[edition][1]):
                write(warning + "\n")
        for line in crawler.spider.broken:
            self.fail(FAILED, line)


def _files(args: list[str], kept: Path) -> list[File]:
    """Return the files of the arguments, those of folders newest first. Raises UsageError."""
    found: list[File] = find_files(args) if args else [*kept_files(kept)]
    if not found:
        places = ", ".join(args) or f"{kept}; crawl with -s KEEP_PAGES=True, or name WARC files"
        raise UsageError(f"no WARC files in {places}")
    return found


def _without_articles(apart: Counter[str]) -> str:
    others = apart["other site"]
    hint = f"; -s SITE_ORIGIN= reads the pages of a mirror ({others} are of other sites)" if others else ""
    return f"no article in these files{hint}"


def _summary(spider: _Reread, stats: dict[str, Any]) -> str:
    kinds = {
        name: stats.get(f"page/{mark}", 0)
        for mark, name in (
            ("article", "articles"),
            ("not_article", "not articles"),
            ("unreadable", "unreadable"),
            ("failed", "where the parser failed"),
        )
    }
    pages = ", ".join(f"{count} {name}" for name, count in kinds.items() if count) or "none of the site"
    text = (
        f"reread {sum(kinds.values())} pages of {len(spider.files)} files ({pages}): "
        f"{stats.get('item_scraped_count', 0)} items, {stats.get('item_dropped_count', 0)} dropped\n"
    )
    if spider.apart:
        text += "not read: " + ", ".join(f"{count} {name}" for name, count in spider.apart.most_common()) + "\n"
    return text + (spider.earlier.summary() if spider.earlier else "")
