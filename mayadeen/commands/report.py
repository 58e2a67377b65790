"""`scrapy report -O report.html`: writes charts of the archive to one HTML page."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from tqdm import tqdm

from mayadeen.archive import Archive, open_held
from mayadeen.archive.reading import count_articles
from mayadeen.commands._failing import FAILED, Failing
from mayadeen.crawl.places import archive_place, data_directory
from mayadeen.crawl.scope import Scope, read_scope
from mayadeen.errors import UsageError
from mayadeen.feeds.storages import PartFile
from mayadeen.report.cache import FactsByDay, cache_path
from mayadeen.site.edition import EDITIONS

if TYPE_CHECKING:  # Scrapy imports all commands to run any; only this one needs the chart modules
    from mayadeen.report.page import Part


class Command(Failing, ScrapyCommand):
    """Writes a page that is replaced when complete."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "-O FILE [options]"

    def short_desc(self) -> str:
        return "Write a page of charts of the archive"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-O", dest="output", metavar="FILE", help="the page; an existing one is replaced")
        parser.add_argument("--edition", help="en, ar or es (default all in the archive)")
        for name, which in (("since", "first"), ("until", "last")):
            text = f"{which} day of publication, in Beirut (2024-04-20, today, yesterday, or 7d for seven days ago)"
            parser.add_argument(f"--{name}", metavar="DAY", help=text)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or not opts.output:
            self.misused()
            return
        with self.writing(opts.output):
            self._report(opts)

    def _report(self, opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if "://" in opts.output or opts.output == "-":
            raise UsageError(f"{opts.output}: report writes to a file")
        from mayadeen.report.figures import plural
        from mayadeen.report.page import check_libraries, render

        check_libraries()
        archive = open_held(archive_place(self.settings), self.settings.getfloat("ARCHIVE_TIMEOUT"))
        scopes = _scopes(archive, opts)
        storage = PartFile(opts.output, feed_options={"overwrite": True})
        file = storage.open(None)
        try:
            facts = FactsByDay(archive, cache_path(data_directory(self.settings)))
            parts = _parts(archive, facts, scopes)
            page = render(parts, datetime.now(UTC)).encode("utf-8", "replace")
            file.write(page)
            storage.store(file)
        except BaseException:
            storage.discard(file)
            raise
        facts.store()
        count = sum(part.sums.articles for part in parts)
        sys.stderr.write(f"{count} articles of {archive.name} in {opts.output}, {len(page) / 1e6:.1f} MB\n")
        if facts.damaged:
            self.fail(FAILED, f"{plural(facts.damaged, 'version')} left out as damaged; the lines above name them")


def _scopes(archive: Archive, opts: argparse.Namespace) -> list[Scope]:
    """Return the scope for each edition. Raises UsageError."""
    origins = archive.origins()
    held = [edition for edition in EDITIONS if edition in origins]
    if opts.edition and opts.edition not in held:
        raise UsageError(f"{archive.name} contains no edition {opts.edition!r}, only: {', '.join(held) or 'none'}")
    chosen = [opts.edition] if opts.edition else held
    return [
        read_scope(edition=edition, origin=origins[edition], since=opts.since, until=opts.until) for edition in chosen
    ]


def _parts(archive: Archive, facts: FactsByDay, scopes: list[Scope]) -> list[Part]:
    """Return the parts for editions with an article in scope. Raises UsageError if there is none."""
    from mayadeen.report.page import part_of

    total = sum(count_articles(archive, scope.site.edition.code) for scope in scopes)
    with tqdm(total=total, unit=" articles", disable=None, leave=False, file=sys.stderr) as line:
        parts = [part_of(archive, facts, scope.site, scope.since, scope.until, line.update) for scope in scopes]
    parts = [part for part in parts if part.sums.articles]
    if not parts:
        within = " published in these days" if any(scope.since or scope.until for scope in scopes) else ""
        raise UsageError(f"{archive.name} contains no article{within}: there is nothing to report")
    return parts
