"""`scrapy browse`: shows the archive in the user's browser."""

from __future__ import annotations

import argparse
from importlib.util import find_spec

from scrapy.commands import ScrapyCommand

from mayadeen.archive import open_held
from mayadeen.commands._failing import FAILED, WRONG_USE, Failing
from mayadeen.crawl.places import archive_place, data_directory
from mayadeen.errors import UsageError


class Command(Failing, ScrapyCommand):
    """Shows articles, versions and saved queries until Ctrl-C, also during a crawl."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Show the archive in the browser"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--port", type=int, default=8001, help="port on 127.0.0.1 (default 8001; 0 = any free port)"
        )
        parser.add_argument("--no-open", action="store_true", help="print the URL and open no browser")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self.misused()
            return
        assert self.settings is not None
        try:
            if find_spec("datasette") is None:
                raise UsageError("browse needs datasette, the extra 'browse': pip install 'datasette>=0.65.5,<1'")
            from mayadeen.browse.server import listen, serve

            place, patience = archive_place(self.settings), self.settings.getfloat("ARCHIVE_TIMEOUT")
            open_held(place, patience).close()
            with listen(opts.port) as listening:
                serve(data_directory(self.settings), place, patience, listening, show=not opts.no_open)
        except UsageError as error:
            self.fail(WRONG_USE, str(error))
        except KeyboardInterrupt:
            self.fail(FAILED, "stopped before the index was complete; the next start continues")
