"""`scrapy history ID`: the changes between versions of an article; `--changed`: all edits; `--gone`: removals."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, time
from difflib import unified_diff
from typing import Any

from scrapy.commands import ScrapyCommand

from mayadeen.archive import Archive, Known, locate, open_held
from mayadeen.archive.captures import seen_at
from mayadeen.commands._failing import WRONG_USE, Failing, leave_stdout
from mayadeen.crawl.places import archive_place
from mayadeen.crawl.scope import read_day
from mayadeen.errors import UsageError
from mayadeen.items import CONTENT_FIELDS, Article, article_from, members, to_json
from mayadeen.site import dates

_NOT_SHOWN = {
    *("id", "url", "version", "changedFields"),  # in the first lines
    *("articleBody", "articleBodyHtml"),  # the text is printed last
    *("edition", "datePublishedRaw", "dateModifiedRaw", "contentHash", "metadata"),  # for programs: --json
}
_SHOWN = tuple(each.name for each in fields(Article) if each.name not in _NOT_SHOWN)


class Command(Failing, ScrapyCommand):
    """Prints versions with their differences and dates."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "<id or URL> [--version N] [--json] | --changed | --gone [--since DAY] [--json]"

    def short_desc(self) -> str:
        return "Show the versions of an article, or list all edits or removals"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--version", metavar="N", help="print this version in full")
        parser.add_argument("--changed", action="store_true", help="list all edits")
        parser.add_argument("--gone", action="store_true", help="list the articles that the site removed")
        parser.add_argument(
            "--since",
            metavar="DAY",
            help="with --changed or --gone, from this day on, in Beirut (2024-04-20, today, yesterday or 7d)",
        )
        parser.add_argument("--json", action="store_true", help="print feed lines (JSON Lines)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        try:
            _check(args, opts)
            since = read_day("--since", opts.since)
            moment = int(datetime.combine(since, time(), dates.BEIRUT).timestamp()) if since else 0
            archive = open_held(archive_place(self.settings), self.settings.getfloat("ARCHIVE_TIMEOUT"))
            if opts.changed:
                found = _print(edits(archive, moment, as_json=opts.json))
            elif opts.gone:
                found = _print(gone(archive, moment, as_json=opts.json))
            else:
                found = _print(_of_one(archive, args[0], opts.version, as_json=opts.json))
            if not found and (opts.changed or opts.gone):
                what = f"no article has {'changed' if opts.changed else 'gone'}{f' since {since}' if since else ''}"
                sys.stderr.write(f"{what} (in {archive.name})\n")
        except UsageError as error:
            self.fail(WRONG_USE, str(error))
        except BrokenPipeError:
            leave_stdout()


def _check(args: list[str], opts: argparse.Namespace) -> None:
    """Raise UsageError for arguments that cannot be combined."""
    listing = opts.changed or opts.gone
    if unknown := [each for each in args if each.startswith("-")]:
        raise UsageError(f"unknown option {unknown[0]}")
    if opts.changed and opts.gone:
        raise UsageError("give --changed or --gone, not both")
    if listing and opts.version is not None:
        raise UsageError("--version needs one article, without --changed and --gone")
    if listing and args:
        raise UsageError(f"--changed and --gone take no article, got {args[0]}")
    if opts.since and not listing:
        raise UsageError("--since needs --changed or --gone")
    if not listing and not args:
        other = " with --version" if opts.version is not None else ", or --changed, or --gone"
        raise UsageError(f"give the id or URL of an article{other}")
    if len(args) > 1:
        raise UsageError(f"give one article, got {' '.join(args)}")
    if opts.version is not None and not opts.version.isdecimal():
        raise UsageError(f"--version must be a number such as 2, got {opts.version!r}")


def _print(lines: Iterator[str]) -> bool:
    """Print lines in UTF-8, independent of the locale. Returns whether there were any."""
    found = False
    for line in lines:
        found = True
        sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()
    return found


def _of_one(archive: Archive, name: str, version: str | None, *, as_json: bool) -> Iterator[str]:
    """Return the versions of an article, or one of them. Raises UsageError if there is none."""
    known = locate(archive, name)
    if known is None:
        raise UsageError(f"no article {name} in {archive.name}")
    held = _versions(archive, known)
    chosen = [each for each in held if version is None or each["version"] == int(version)]
    if version is not None and not chosen:
        numbers = ", ".join(str(each["version"]) for each in held)
        raise UsageError(f"{known.id} has no version {version}, only {numbers}")
    if as_json:
        return (_as_json(each, recorded=version is None) for each in chosen)
    return history(known, chosen) if version is None else iter(whole(known, chosen[0]))


def _versions(archive: Archive, known: Known) -> list[dict[str, Any]]:
    """Return the versions of an article by the time they were seen. The newest has `gone` as in feeds."""
    held = sorted(archive.versions(known.id), key=seen_at)
    newest = next((each for each in held if each["version"] == known.version), None)
    if known.gone and newest:
        newest["metadata"]["gone"] = dates.iso(datetime.fromtimestamp(known.gone, UTC))
    return held


def history(known: Known, versions: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the versions of an article, each with its difference from the previous one."""
    yield f"{known.id}  {known.url}"
    former: dict[str, Any] = {}
    for version in versions:
        yield _headed(version)
        if former:
            before, after = (f"version {each['version']}" for each in (former, version))
            old, new = _readable(former, CONTENT_FIELDS), _readable(version, CONTENT_FIELDS)
            yield from unified_diff(old, new, before, after, n=1, lineterm="")
        former = version
    if former.get("version", known.version) != known.version:
        yield f"version {known.version} was on the site at the last check, {_moment(known.checked)}"
    if known.gone:
        yield f"gone since {_moment(known.gone)}"


def whole(known: Known, version: dict[str, Any]) -> list[str]:
    """Return a version for reading: its fields that are not empty, an empty line, its text."""
    lines = [f"{known.id}  {version['url']}", _headed(version)]
    if version["metadata"].get("gone") and known.gone:
        lines.append(f"gone since {_moment(known.gone)}")
    lines += _readable(version, _SHOWN, without="nameRaw")
    return [*lines, "", version["articleBody"]] if version["articleBody"] else lines


def edits(archive: Archive, since: int, *, as_json: bool) -> Iterator[str]:
    """Yield one line per edit (time, article, version, changed fields, headline), or its feed line."""
    for version in archive.edits(since):
        changed = ",".join(version["changedFields"])
        row = (_moment(version["recorded"]), version["id"], str(version["version"]), changed, version["headline"])
        yield _as_json(version) if as_json else "\t".join(row)


def gone(archive: Archive, since: int, *, as_json: bool) -> Iterator[str]:
    """Yield one line per article that is gone (time, article, address), or its feed line."""
    for moment, article_id, url in archive.gone(since):
        if as_json and (known := archive.get(article_id)):
            yield from (_as_json(each) for each in _versions(archive, known) if each["version"] == known.version)
        elif not as_json:
            yield "\t".join((_moment(moment), article_id, url))


def _as_json(version: dict[str, Any], *, recorded: bool = True) -> str:
    """Return the feed line of a version, even if an older program wrote it. `recorded`: add its time as last key."""
    line = members(article_from(version))
    if recorded:
        line["recorded"] = dates.iso(datetime.fromtimestamp(version["recorded"], UTC))
    return to_json(line, halves=True).decode("utf-8", "replace")


def _headed(version: dict[str, Any]) -> str:
    changed = f": {', '.join(version['changedFields'])}" if version["changedFields"] else ""
    where = version["metadata"].get("captureUrl")
    captured = f", captured {_moment(seen_at(version))} ({where})" if where else ""
    return f"version {version['version']}, recorded {_moment(version['recorded'])}{captured}{changed}"


def _readable(version: dict[str, Any], names: tuple[str, ...], *, without: str | None = None) -> list[str]:
    """Return some fields as lines of text. `without`: key to leave out of nested values."""
    lines = []
    for name in names:
        value = version.get(name)
        if not isinstance(value, list):
            value = [value] if isinstance(value, dict) else str(value or "").split("\n")
        for each in value:
            parts = each.items() if isinstance(each, dict) else [("", each)]
            if shown := " ".join(str(part) for key, part in parts if part and key != without):
                lines.append(f"{name}: {shown}")
    return lines


def _moment(moment: int) -> str:
    return dates.iso(dates.beirut(moment))
