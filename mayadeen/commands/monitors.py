"""`scrapy monitors`: the latest crawls and their alarms. `--test` sends a message to NOTIFY."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand

from mayadeen.archive import Archive, open_held
from mayadeen.archive.reading import past_crawls
from mayadeen.commands._failing import FAILED, WRONG_USE, Failing, print_text
from mayadeen.crawl.places import archive_place, data_directory
from mayadeen.errors import UsageError
from mayadeen.monitors import notify
from mayadeen.site.edition import EDITIONS

_ROW = "{:>5}  {:<12} {:<2}  {:<16}  {:<19} {:>6} {:>6} {:>7} {:>5}  {}"


class Command(Failing, ScrapyCommand):
    """Prints one row per crawl, the newest last."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[--edition en] [--last 20] | --test"

    def short_desc(self) -> str:
        return "Show the latest crawls and their alarms"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--edition", help="en, ar or es (default all)")
        parser.add_argument("--last", type=int, default=20, metavar="N", help="number of crawls (default 20)")
        parser.add_argument("--test", action="store_true", help="only send a test message to NOTIFY")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self.misused()
            return
        assert self.settings is not None
        try:
            if opts.test:
                self._test()
                return
            if opts.edition and opts.edition not in EDITIONS:
                raise UsageError(f"--edition must be one of {', '.join(EDITIONS)}, got {opts.edition!r}")
            if opts.last < 1:
                raise UsageError(f"--last must be at least 1, got {opts.last}")
            data = data_directory(self.settings)
            archive = open_held(archive_place(self.settings), self.settings.getfloat("ARCHIVE_TIMEOUT"))
            for line in table(archive, data / "monitors", opts.edition, opts.last):
                print_text(line + "\n")
        except UsageError as error:
            self.fail(WRONG_USE, str(error))

    def _test(self) -> None:
        assert self.settings is not None
        wanted = len(notify.services(self.settings))
        if not wanted:
            raise UsageError("NOTIFY is empty; give -s NOTIFY=mailto://... or another address of apprise")
        text = "This is a test: you will receive the alarms of crawls here."
        unreached = asyncio.run(notify.send(self.settings, "mayadeen: test", text))
        print_text(f"sent to {wanted - len(unreached)} of {wanted} addresses\n")
        for service in unreached:
            self.fail(FAILED, f"the message did not reach {service}")


def table(archive: Archive, folder: Path, edition: str | None, last: int) -> Iterator[str]:
    """Yield one row per crawl, followed by one line per alarm."""
    yield _ROW.format("crawl", "spider", "", "began (UTC)", "ended", "read", "new", "changed", "gone", "alarms")
    for crawl in past_crawls(archive, last, edition=edition):
        measures, found = crawl.tally.get("measures", {}), crawl.tally.get("found", {})
        read = sum(count for name, count in measures.items() if name.startswith("read/"))
        began = datetime.fromtimestamp(crawl.started, UTC).strftime("%Y-%m-%d %H:%M")
        alarms = _alarms(folder / f"{crawl.n}.json")
        counts = (read, *(found.get(name, 0) for name in ("new", "changed", "gone")), len(alarms) or "")
        ended = crawl.reason or "not ended"
        yield _ROW.format(crawl.n, crawl.name, crawl.edition, began, ended, *counts).rstrip()
        for alarm in alarms:
            yield f"       {alarm.get('name')}: {alarm.get('text')}"
            if alarm.get("next"):
                yield f"         {alarm['next']}"


def _alarms(path: Path) -> list[dict[str, Any]]:
    """Return the alarms of a crawl, or none if the file is missing or damaged."""
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["alarms"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
