"""`scrapy forget ID|URL`: erases an article for good and remembers only not to fetch it."""

from __future__ import annotations

import argparse
import sys

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError as ScrapyUsageError

from mayadeen.archive import addresses_of, locate, open_held
from mayadeen.crawl.places import data_directory
from mayadeen.errors import UsageError
from mayadeen.warc import erase_pages, kept_files


class Command(ScrapyCommand):
    """For takedown requests."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "<id or url>"

    def short_desc(self) -> str:
        return "Erase an article from the archive for good"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise ScrapyUsageError
        assert self.settings is not None
        try:
            archive = open_held(data_directory(self.settings), self.settings.getfloat("ARCHIVE_TIMEOUT"))
            known = locate(archive, args[0])
            names = addresses_of(archive, args[0])
            if known is None and not names:
                raise UsageError(f"{args[0]} is neither the id of an article (en:1850881) nor an address of the site")
            everywhere = {*names, *(archive.addresses(known) if known else ())}
            versions = archive.forget(known.id if known else None, names)
            folders = [data_directory(self.settings) / name for name in ("pages", "probe")]
            pages = erase_pages(everywhere, [path for folder in folders for path in kept_files(folder)])
        except UsageError as error:
            self.exitcode = 2
            sys.stderr.write(f"error: {error}\n")
            return
        sys.stdout.write(
            f"{versions} versions of {known.id if known else args[0]} and {pages} kept pages erased; it will not be "
            "fetched again. Feeds written before are not touched.\n"
        )
