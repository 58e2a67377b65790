"""`scrapy history ID`: what changed between the versions of an article; `--changed`: all edits; `--gone`: removals."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from difflib import unified_diff
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError as ScrapyUsageError

from mayadeen.archive import Archive, locate, open_held
from mayadeen.crawl.places import data_directory
from mayadeen.errors import UsageError
from mayadeen.items import CONTENT_FIELDS
from mayadeen.site import dates


class Command(ScrapyCommand):
    """Prints a text difference with dates, for whoever studies silent edits."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "<id or url> | --changed | --gone [--since DAY]"

    def short_desc(self) -> str:
        return "Show what changed between the versions of an article"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--changed", action="store_true", help="list all edits instead")
        parser.add_argument("--gone", action="store_true", help="list the articles that the site no longer has instead")
        parser.add_argument("--since", metavar="DAY", help="with these: what was seen from this day on, in Beirut")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != (0 if opts.changed or opts.gone else 1):
            raise ScrapyUsageError
        assert self.settings is not None
        try:
            archive = open_held(data_directory(self.settings), self.settings.getfloat("ARCHIVE_TIMEOUT"))
            since = _moment(opts.since)
            lines = edits(archive, since) if opts.changed else gone(archive, since) if opts.gone else None
            lines = lines or history(archive, args[0])
            for line in lines:
                sys.stdout.write(line + "\n")
        except UsageError as error:
            self.exitcode = 2
            sys.stderr.write(f"error: {error}\n")


def history(archive: Archive, name: str) -> Iterator[str]:
    """The versions of an article, each with its difference from the one before."""
    known = locate(archive, name)
    if known is None:
        raise UsageError(f"no article {name} in {archive.path}")
    yield f"{known.id}  {known.url}"
    former: dict[str, Any] = {}
    for version in archive.versions(known.id):
        changed = f": {', '.join(version['changedFields'])}" if version["changedFields"] else ""
        yield f"version {version['version']}, recorded {_day(version['recorded'])}{changed}"
        if former:
            before, after = (f"version {each['version']}" for each in (former, version))
            yield from unified_diff(_readable(former), _readable(version), before, after, n=1, lineterm="")
        former = version
    if known.gone:
        yield f"gone since {_day(known.gone)}"


def edits(archive: Archive, since: int) -> Iterator[str]:
    """One line an edit: when, which article, which version, what changed, its headline."""
    for version in archive.edits(since):
        changed = ",".join(version["changedFields"])
        yield "\t".join(
            (_day(version["recorded"]), version["id"], str(version["version"]), changed, version["headline"])
        )


def gone(archive: Archive, since: int) -> Iterator[str]:
    """One line an article that has gone and is not back: when, which, its address."""
    for moment, article_id, url in archive.gone(since):
        yield "\t".join((_day(moment), article_id, url))


def _moment(since: str | None) -> int:
    """The beginning of a day in Beirut, UTC seconds. Raises UsageError."""
    try:
        day = date.fromisoformat(since) if since else date(1970, 1, 2)
    except ValueError:
        raise UsageError(f"--since must be a day such as 2024-04-20, got {since!r}") from None
    return int(datetime.combine(day, time(), dates.BEIRUT).timestamp())


def _readable(version: dict[str, Any]) -> list[str]:
    """The content fields as lines of text."""
    lines = []
    for name in CONTENT_FIELDS:
        value = version.get(name)
        for each in value if isinstance(value, list) else str(value or "").split("\n"):
            shown = " ".join(str(part) for part in each.values() if part) if isinstance(each, dict) else each
            if shown:
                lines.append(f"{name}: {shown}")
    return lines


def _day(moment: int) -> str:
    return dates.iso(datetime.fromtimestamp(moment, UTC).astimezone(dates.BEIRUT))
