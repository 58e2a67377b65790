"""`scrapy probe`: tests what the live site or a web archive returns and how well this project reads it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from mayadeen.commands import crawl
from mayadeen.commands._failing import FAILED, WRONG_USE, print_text
from mayadeen.commands.template import learned, pages_of
from mayadeen.crawl import ending
from mayadeen.crawl.places import data_directory
from mayadeen.crawl.templates import own_template
from mayadeen.errors import UsageError
from mayadeen.extract.templates.template import PARTS, Template
from mayadeen.probe.archived import ArchivedProbe, look
from mayadeen.probe.fields import FIELDS
from mayadeen.probe.spider import Probe
from mayadeen.site import dates
from mayadeen.warc import kept_files

_LETTERS = {"metadata": "m", "json-ld": "j", "meta": "t", "visible": "v", "": "-"}
_MARKS = {True: "=", False: "!", None: " "}
_SHORT = ("head", "desc", "body", "publ", "modif", "auth", "src", "sect", "tags", "image", "relat", "min")
_LEGEND = (
    "m the CMS's metadata, j JSON-LD, t meta tag, v visible text, a address or other, - missing;\n"
    "= the visible page agrees, ! it differs"
)


class Command(crawl.Command):
    """Prints the results of a few dozen polite requests. Keeps all pages."""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Read at most 40 pages of the site or a web archive, and print which fields were found"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        ScrapyCommand.add_options(self, parser)
        self.fail_in_one_line(parser)
        parser.add_argument("--edition", default="en", help="en (default), ar or es")
        parser.add_argument(
            "--source",
            metavar="ARCHIVE",
            help="read a web archive instead (wayback, commoncrawl, or the URL of a pywb collection)",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        ScrapyCommand.process_options(self, args, opts)
        assert self.settings is not None
        crawl.quieten(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            self.misused()
            return
        assert self.settings is not None
        try:
            data = data_directory(self.settings)
        except UsageError as error:
            self.fail(WRONG_USE, str(error))
            return
        found = self._look_at_archive(opts, data) if opts.source else self._look(opts)
        if found is None:
            return
        crawler, findings = found
        failure = ending.failure(crawler)
        findings["failure"] = failure.reason if failure else None
        path = data / "probe" / "summary.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(findings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print_text("\n".join(table(findings)) + f"\n\nfull results: {path}\n")
        print_text("".join(f"pages: {name}\n" for name in findings["pages"]))
        if findings["articles"]:
            print_text("".join(f"{line}\n" for line in self._template(findings, crawler.settings, data)))

    def _look(self, opts: argparse.Namespace) -> tuple[Crawler, dict[str, Any]] | None:
        """Probe the live site."""
        crawler = self.crawl(Probe, edition=opts.edition)
        return (crawler, crawler.spider.findings) if crawler and isinstance(crawler.spider, Probe) else None

    def _look_at_archive(self, opts: argparse.Namespace, data: Path) -> tuple[Crawler, dict[str, Any]] | None:
        """Probe a web archive, in a data directory of its own."""
        assert self.settings is not None
        folder = data / "probe" / "archived"
        self.settings.set("DATA_DIR", str(folder), priority="cmdline")
        self.settings.set("ARCHIVE", str(folder / "archive.sqlite3"), priority="cmdline")
        before = set(kept_files(folder / "pages"))
        began = dates.iso(datetime.now(UTC))
        since = f"{datetime.now(UTC) - timedelta(days=365):%Y-%m-%d}"
        crawler = self.crawl(ArchivedProbe, edition=opts.edition, source=opts.source, since=since)
        if crawler is None or not isinstance(crawler.spider, ArchivedProbe):
            return None
        spider, counts = crawler.spider, crawler.stats.get_stats()
        pages = [str(path) for path in kept_files(folder / "pages") if path not in before]
        lines = f"{counts.get('capture/index_lines', 0)} captures of the last year"
        if not pages:  # the results of an earlier probe stay
            if ending.failure(crawler) is None:
                self.fail(FAILED, f"{spider.service.name} has {lines}, and no article among them")
            return None
        articles = list(look(pages_of(pages, spider.edition, crawler.settings.getint("DOWNLOAD_MAXSIZE"))))
        return crawler, {
            **{"origin": spider.site.origin, "edition": spider.edition, "began": began},
            "requests": counts.get("downloader/request_count", 0),
            "answers": [{"what": "archive", "url": spider.service.name, "status": 200, "found": lines}],
            **{"listings": [], "menu": {}, "shapes": {}, "articles": articles, "pages": pages},
        }

    def _template(self, findings: dict[str, Any], settings: BaseSettings, data: Path) -> Iterator[str]:
        """Yield what a template learned from the pages would contain, and the fields that it would not find."""
        edition = findings["edition"]
        yield ""
        try:
            pages = pages_of(findings["pages"], edition, settings.getint("DOWNLOAD_MAXSIZE"))
            text, compared = learned(pages, edition)
        except UsageError as error:
            yield f"no template: {error}"
            return
        layout = Template.parse(text.encode()).layout("news")
        yield f"a template can be learned: {next(compared.lines())}"
        without = [key for key in PARTS if not getattr(layout, key)]
        if without:
            yield f"not found on these pages: {', '.join(without)}"
        path = own_template(data, edition)
        edition_option = "" if edition == "en" else f" --edition {edition}"
        yield f"to see it: scrapy template learn{edition_option} {' '.join(findings['pages'])}"
        yield f"`--write` saves it as {path}"


def table(findings: dict[str, Any]) -> Iterator[str]:
    """Yield the results line by line."""
    yield f"{findings['origin']} ({findings['edition']}), {findings['requests']} requests, {findings['began']}"
    yield ""
    for answer in findings["answers"]:
        status = answer["status"] or "---"
        yield f"{answer['what']:<8}{status:<5}{_path(answer['url'], findings, 44):<45}{answer['found']}"
    if findings["menu"]:
        yield ""
        yield from _menu(findings["menu"])
    yield from _shapes(findings)
    if findings["articles"]:
        yield ""
        yield from _fields(findings)


def _menu(menu: dict[str, Any]) -> Iterator[str]:
    yield f"menu: {menu['links']} links"
    for what in ("not in the edition file", "not in the menu"):
        named = ", ".join(f"{name} ({address})" for name, address in menu[what].items())
        yield f"  {what}: {named or 'none'}"


def _shapes(findings: dict[str, Any]) -> Iterator[str]:
    for what, shapes in findings["shapes"].items():
        seen = ", ".join(f"{shape} ({count})" for shape, count in shapes.items())
        yield f"{what} addresses: {seen or 'none seen'}"


def _fields(findings: dict[str, Any]) -> Iterator[str]:
    yield f"{'article':<34}" + "".join(f"{name:<6}" for name in _SHORT)
    for article in findings["articles"]:
        fields = (article["fields"][name] for name in FIELDS)
        cells = (f"{_LETTERS.get(each['origin'], 'a')}{_MARKS[each.get('visible')]}" for each in fields)
        yield f"{_path(article['url'], findings, 33):<34}" + "".join(f"{cell:<6}" for cell in cells)
    yield _LEGEND
    total = len(findings["articles"])
    for name in FIELDS:
        without = [article["url"] for article in findings["articles"] if not article["fields"][name]["origin"]]
        if without:
            yield f"{name} is missing on {len(without)} of {total} pages, first {without[0]}"
    for name in FIELDS:
        differing = [article for article in findings["articles"] if article["fields"][name].get("visible") is False]
        if differing:
            first = differing[0]["fields"][name]
            yield f"{name} differs on {len(differing)} of {total} pages, first {differing[0]['url']}"
            yield f"  stated {json.dumps(first['stated'], ensure_ascii=False)[:100]}"
            yield f"  seen   {json.dumps(first['seen'], ensure_ascii=False)[:100]}"


def _path(url: str, findings: dict[str, Any], width: int) -> str:
    path = url.removeprefix(findings["origin"])
    return path if len(path) <= width else path[: width - 1] + "…"
