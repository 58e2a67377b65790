"""`scrapy export -O FILE`: writes the archive to a file in any feed format, without requests."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from scrapy import Spider
from scrapy.commands import ScrapyCommand
from scrapy.crawler import Crawler
from scrapy.utils.misc import build_from_crawler, load_object
from tqdm import tqdm

from mayadeen.archive import Archive, open_held
from mayadeen.archive.reading import count_articles, read_archive
from mayadeen.commands._failing import FAILED, Failing
from mayadeen.crawl.places import archive_place
from mayadeen.crawl.scope import Scope, read_scope, section_listings, with_all_names
from mayadeen.errors import UsageError
from mayadeen.feeds import formats
from mayadeen.feeds.storages import PartFile
from mayadeen.items import Article
from mayadeen.site.address import slug
from mayadeen.site.edition import EDITIONS

VERSIONS, GONE = ("latest", "all"), ("include", "only", "leave")


@dataclass(slots=True)
class Counts:
    """The numbers of exported items."""

    articles: int = 0
    lines: int = 0
    damaged: int = 0
    missing: dict[tuple[str, str], list[Scope]] = field(default_factory=dict)
    """Option and slug of each requested section and tag that no article has so far -> a scope of it per edition."""


class Command(Failing, ScrapyCommand):
    """Writes the archive to a file that is replaced when complete."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "-O FILE [options]"

    def short_desc(self) -> str:
        return "Export the archive to a file, without requests to the site"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-O", dest="output", metavar="FILE", help="the file; an existing one is replaced; - is stdout"
        )
        parser.add_argument("--format", metavar="NAME", help=f"default from the end of FILE, {', '.join(formats.ENDS)}")
        parser.add_argument("--edition", help="en, ar or es (default all in the archive)")
        for name in ("sections", "tags"):
            parser.add_argument(f"--{name}", metavar="NAMES", help=f"slugs or names of {name}, separated by commas")
        parser.add_argument(
            "--match", default="any", help="any (default) = in one of the sections or with one of the tags, all = both"
        )
        for name, which in (("since", "first"), ("until", "last")):
            text = f"{which} day of publication, in Beirut (2024-04-20, today, yesterday, or 7d for seven days ago)"
            parser.add_argument(f"--{name}", metavar="DAY", help=text)
        parser.add_argument(
            "--versions", default="latest", help="latest (default) of each article, or all, oldest first"
        )
        parser.add_argument(
            "--gone",
            default="include",
            help="include (default) articles that the site removed, only these, or leave them out",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or not opts.output:
            self.misused()
            return
        with self.writing(opts.output):
            self._export(opts)

    def _export(self, opts: argparse.Namespace) -> None:
        assert self.settings is not None
        target = "-:" + opts.format if opts.output == "-" and opts.format else opts.output
        target, _, name = formats.with_format(target, formats.format_names(self.settings), opts.format).rpartition(":")
        if "://" in target:
            raise UsageError(f"{target}: export writes to a file or to - (stdout)")
        formats.check_library(target, name)
        formats.check_fields(self.settings, name)
        for option, known in (("versions", VERSIONS), ("gone", GONE)):
            if getattr(opts, option) not in known:
                raise UsageError(f"--{option} must be one of {', '.join(known)}, got {getattr(opts, option)!r}")
        archive = open_held(archive_place(self.settings), self.settings.getfloat("ARCHIVE_TIMEOUT"))
        scopes = [_scope(archive, edition, opts) for edition in _editions(archive, opts.edition)]
        counts = Counts(missing=_asked(archive, opts))
        storage = PartFile(target, feed_options={"overwrite": True, "format": name}) if target != "-" else None
        file = storage.open(None) if storage else sys.stdout.buffer
        try:
            exporter = self._exporter(name, file)
            exporter.start_exporting()
            for article in _articles(archive, scopes, opts, counts):
                exporter.export_item(article)
            exporter.finish_exporting()
            _refuse_missing(counts.missing, scopes)
            if storage:
                storage.store(file)
        except BaseException:
            if storage:
                storage.discard(file)
            raise
        written = counts.lines - exporter.refused
        what = "articles" if opts.versions == "latest" else f"versions of {counts.articles} articles"
        sys.stderr.write(f"exported {written} {what} of {archive.name} to {opts.output}\n")
        if lost := counts.damaged + exporter.refused:
            self.fail(FAILED, f"{lost} lines are damaged or cannot be written in this format; they are not in the file")

    def _exporter(self, name: str, file: Any) -> Any:
        """Return the exporter of a format, created as in a crawl."""
        assert self.settings is not None
        settings = self.settings
        return build_from_crawler(
            load_object(settings.getwithbase("FEED_EXPORTERS")[name]),
            Crawler(Spider, settings),
            file,
            fields_to_export=settings.getdictorlist("FEED_EXPORT_FIELDS") or None,
            encoding=settings["FEED_EXPORT_ENCODING"],
            indent=settings.getint("FEED_EXPORT_INDENT") if settings["FEED_EXPORT_INDENT"] is not None else None,
        )


def _editions(archive: Archive, given: str | None) -> list[str]:
    """Return the editions to export. Raises UsageError if the archive does not contain the requested one."""
    held = [edition for edition in EDITIONS if edition in archive.origins()]
    if given and given not in held:
        raise UsageError(f"{archive.name} contains no edition {given!r}, only: {', '.join(held) or 'none'}")
    return [given] if given else held


def _scope(archive: Archive, edition: str, opts: argparse.Namespace) -> Scope:
    """Return the scope for an edition, with all names of the requested sections."""
    given = {name: getattr(opts, name) for name in ("sections", "tags", "since", "until", "match")}
    scope = read_scope(edition=edition, origin=archive.origins()[edition], **given)
    return with_all_names(scope, section_listings(scope.site, archive.coverages(edition)))


def _asked(archive: Archive, opts: argparse.Namespace) -> dict[tuple[str, str], list[Scope]]:
    """Return option and slug of each requested section and tag -> a scope of it alone, for each edition."""
    asked: dict[tuple[str, str], list[Scope]] = {}
    for edition in _editions(archive, opts.edition):
        for option in ("sections", "tags"):
            for name in (getattr(opts, option) or "").split(","):
                if slug(name):
                    alone = argparse.Namespace(sections=None, tags=None, since=None, until=None, match="any")
                    setattr(alone, option, name)
                    asked.setdefault((option, slug(name)), []).append(_scope(archive, edition, alone))
    return asked


def _articles(archive: Archive, scopes: list[Scope], opts: argparse.Namespace, counts: Counts) -> Iterator[Article]:
    """Yield the versions in scope, with a live line on a terminal."""
    total = sum(count_articles(archive, scope.site.edition.code) for scope in scopes)
    with tqdm(total=total, unit=" articles", disable=None, leave=False, file=sys.stderr) as line:
        for scope in scopes:
            edition = scope.site.edition.code
            for held in read_archive(archive, edition, all_versions=opts.versions == "all"):
                line.update()
                counts.damaged += held.damaged
                versions = [each.article for each in held.versions]
                for key, alone in list(counts.missing.items()):
                    if any(one.refuses(each, listed=held.listed) is None for each in versions for one in alone):
                        del counts.missing[key]
                wanted = [each for each in versions if scope.refuses(each, listed=held.listed) is None]
                gone = any(each.metadata.gone for each in versions)
                if wanted and opts.gone in ("include", "only" if gone else "leave"):
                    counts.articles += 1
                    counts.lines += len(wanted)
                    yield from wanted


def _refuse_missing(missing: Iterable[tuple[str, str]], scopes: list[Scope]) -> None:
    """Raise UsageError if a requested section is unknown, or no article of the archive has a requested tag."""
    known = {name for scope in scopes for name in section_listings(scope.site, {})}
    sections = sorted(name for option, name in missing if option == "sections" and name not in known)
    tags = sorted(name for option, name in missing if option == "tags")
    if sections:
        raise UsageError(f"no article is in {', '.join(sections)}; `scrapy sections` lists the known ones")
    if tags:
        raise UsageError(f"no article in the archive has the tag {', '.join(tags)}")
