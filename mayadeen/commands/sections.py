"""`scrapy sections`: lists the values of `-a sections=` and `-a tags=`."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand

from mayadeen.archive import open_held
from mayadeen.commands._failing import WRONG_USE, Failing, leave_stdout
from mayadeen.crawl.places import archive_place
from mayadeen.errors import NoArchive, UsageError
from mayadeen.site.edition import EDITIONS, Edition


class Command(Failing, ScrapyCommand):
    """Lists the sections and regions of an edition."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "List the sections and regions that a crawl can be limited to"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--edition", default="en", help="en (default), ar or es")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self.misused()
            return
        if opts.edition not in EDITIONS:
            self.fail(WRONG_USE, f"edition must be one of {', '.join(EDITIONS)}, got {opts.edition!r}")
            return
        row = EDITIONS[opts.edition]
        try:
            coverages = self._coverages(row)
        except UsageError as error:
            self.fail(WRONG_USE, str(error))
            return
        kinds = {"section": row.sections, "region": row.regions, "coverage": coverages}
        lines = [f"{kind:<8} {name:<28} {path}\n" for kind, found in kinds.items() for name, path in found.items()]
        try:
            sys.stdout.writelines(lines)
            sys.stdout.flush()
        except BrokenPipeError:
            leave_stdout()
        sys.stderr.write(
            "coverages (special files) are those that earlier crawls found; the site's menu may have more sections; "
            "`-a tags=` takes any tag, by name or slug\n"
        )

    def _coverages(self, row: Edition) -> dict[str, str]:
        """Return slug -> path of the coverages in the archive."""
        assert self.settings is not None
        try:
            archive = open_held(archive_place(self.settings), self.settings.getfloat("ARCHIVE_TIMEOUT"))
        except NoArchive:
            return {}
        origin = archive.origins().get(row.code, row.origin)
        return {name: url.removeprefix(origin) for name, url in sorted(archive.coverages(row.code).items())}
