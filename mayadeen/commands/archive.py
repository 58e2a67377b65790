"""`scrapy archive copy FROM TO`: moves an archive to another machine, or between SQLite and PostgreSQL."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from tqdm import tqdm

from mayadeen.archive.copying import copy
from mayadeen.archive.database import Place, read_place
from mayadeen.commands._failing import FAILED, WRONG_USE, Failing
from mayadeen.errors import UsageError


class Command(Failing, ScrapyCommand):
    """Copies all tables, checked by counts and hashes."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "copy <from> <to>"

    def short_desc(self) -> str:
        return "Copy an archive; <from> and <to>: a file, a DATA_DIR or postgresql://user@host/database"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 3 or args[0] != "copy":
            self.misused()
            return
        assert self.settings is not None
        try:
            source, target = map(_place, args[1:])
            with tqdm(unit=" rows", disable=None, leave=False, file=sys.stderr) as line:
                counts = copy(source, target, self.settings.getfloat("ARCHIVE_TIMEOUT"), line.update)
        except UsageError as error:
            self.fail(WRONG_USE, str(error))
        except KeyboardInterrupt:
            self.fail(FAILED, "stopped; nothing was copied")
        else:
            rows = ", ".join(f"{count} {table}" for table, count in counts.items() if count)
            where = f" to {target}" if isinstance(target, Path) else ""
            sys.stderr.write(f"copied{where}, and read back the same: {rows or 'nothing, it is empty'}\n")


def _place(given: str) -> Place:
    """Return an archive given as a file, an address, or its DATA_DIR: a folder, or a new name without an extension.

    Raises UsageError.
    """
    place = read_place(given)
    if isinstance(place, str):
        return place
    new_folder = not place.exists() and (not place.suffix or given.endswith("/"))
    return place / "archive.sqlite3" if place.is_dir() or new_folder else place
