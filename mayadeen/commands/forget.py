"""`scrapy forget ID|URL`: erases an article permanently. Only remembers not to fetch it again."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from scrapy.commands import ScrapyCommand

from mayadeen.archive import addresses_of, locate, open_held
from mayadeen.browse import file as browse
from mayadeen.commands._failing import BUSY, WRONG_USE, Failing, print_text
from mayadeen.crawl.places import archive_place, data_directory
from mayadeen.errors import Busy, UsageError
from mayadeen.report import cache as report
from mayadeen.warc import erasing, kept_files

_ALREADY_FORGOTTEN = "already forgotten; nothing was left to erase"
_NEVER_SEEN = "never seen; nothing was erased, and it will not be fetched"


class Command(Failing, ScrapyCommand):
    """For takedown requests."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "<id or URL>"

    def short_desc(self) -> str:
        return "Erase an article from the archive permanently"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            self.misused()
            return
        assert self.settings is not None
        try:
            data = data_directory(self.settings)
            patience = self.settings.getfloat("ARCHIVE_TIMEOUT")
            archive = open_held(archive_place(self.settings), patience)
            known = locate(archive, args[0])
            names = addresses_of(archive, args[0])
            before = archive.is_forgotten(*names)
            if known is None and not before and not any(" " in name for name in names):
                raise UsageError(f"{args[0]} is neither an article in {archive.name} nor a URL of the site")
            everywhere = {*names, *(archive.addresses(known) if known else ())}
            files = [path for name in ("pages", "probe", "probe/archived/pages") for path in kept_files(data / name)]
            with ExitStack() as archives:
                archives.enter_context(archive.erasing())
                probed = None
                if (path := data / "probe" / "archived" / "archive.sqlite3").is_file():  # of `scrapy probe --source`
                    probed = open_held(path, patience)
                    archives.enter_context(probed.erasing())
                with (
                    browse.erasing(data / browse.NAME, known.id if known else None, everywhere, patience),
                    erasing(everywhere, files) as pages,
                ):
                    versions, unlinked = archive.forget(known.id if known else None, names)
                    if probed:
                        found = locate(probed, args[0])
                        probed.forget(found.id if found else None, sorted(everywhere))
                report.erase(data)
                erase_lines(
                    everywhere,
                    [
                        *(data / "failed").glob("*.txt"),
                        *(data / "probe").glob("summary.json"),
                        *(data / "monitors").glob("*.json"),
                    ],
                )
        except UsageError as error:
            self.fail(BUSY if isinstance(error, Busy) else WRONG_USE, str(error))
            return
        shown = known.id if known else args[0]
        if not (known or pages or unlinked):
            print_text(f"{shown} was {_ALREADY_FORGOTTEN if before else _NEVER_SEEN}\n")
            return
        print_text(
            f"{_plural(versions, 'version')} of {shown} and {_plural(pages, 'kept page')} erased, and related "
            f"links to it removed from {_plural(unlinked, 'line')}. It will not be fetched again.\n"
            "Not changed: links to it in the text of other articles, kept pages of others that show its headline, "
            "and feeds and reports written before. These commands list the files:\n"
        )
        patterns = [f'"id":"{shown}"'] if known or "://" not in shown else []
        patterns += [name.partition(" ")[2] for name in sorted(everywhere) if " " in name]
        wanted = " ".join(f"-e {shlex.quote(pattern)}" for pattern in patterns)
        print_text(f"  find {shlex.quote(str(data))} -name '*.gz' -exec zgrep -lisF {wanted} {{}} +\n")
        print_text(f"  grep -rlisF {wanted} {shlex.quote(str(data / 'feeds'))}\n")


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def erase_lines(names: set[str], files: Iterable[Path]) -> None:
    """Remove the lines with some addresses (`edition key`) from text files, and delete JSON files that contain one."""
    keys = [name.partition(" ")[2] for name in names if " " in name]
    for path in files:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not any(key in line.lower() for key in keys)]
        if len(kept) == len(lines):
            continue
        if path.suffix == ".json":
            path.unlink()
        else:
            path.write_text("".join(kept), encoding="utf-8")
