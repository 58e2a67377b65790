"""`scrapy template learn|check`: learns a template from kept pages, or tests one."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand

from mayadeen.commands._failing import WRONG_USE, Failing, print_text
from mayadeen.commands.page import open_page
from mayadeen.crawl.places import data_directory
from mayadeen.crawl.templates import differences, find_template, own_template, template_file
from mayadeen.errors import UsageError
from mayadeen.extract.article import NotAnArticle, read_article
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.extract.templates.learn import learn
from mayadeen.extract.templates.samples import Sample, read_sample
from mayadeen.extract.templates.selectors import SUPPORT
from mayadeen.extract.templates.template import Template
from mayadeen.site.edition import EDITIONS
from mayadeen.warc import File, UnreadableFile, as_file, find_files, read_pages

MAX_LEARNED = 150
"""Maximum number of articles that a template is learned from. Each needs 2 MB of memory."""
_PAGES = ("*.html", "*.htm")


class Command(Failing, ScrapyCommand):
    """Learns the template of an edition from kept pages, or compares it with the general reader."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "learn|check [options] [WARC, page or folder ...]"

    def short_desc(self) -> str:
        return "Learn the template of an edition from kept pages, or check one"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--edition", default="en", help="en (default), ar or es")
        parser.add_argument(
            "--write", action="store_true", help="with learn, write DATA_DIR/templates/EDITION.toml, which crawls use"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if not args or args[0] not in ("learn", "check"):
            self.misused()
            return
        assert self.settings is not None
        try:
            if opts.edition not in EDITIONS:
                raise UsageError(f"edition must be one of {', '.join(EDITIONS)}, got {opts.edition!r}")
            data = data_directory(self.settings)
            pages = pages_of(args[1:] or _kept(data), opts.edition, self.settings.getint("DOWNLOAD_MAXSIZE"))
            if args[0] == "learn":
                self._learn(pages, opts, own_template(data, opts.edition))
            else:
                self._check(pages, opts)
        except (UsageError, OSError) as error:
            self.fail(WRONG_USE, str(error))

    def _learn(self, pages: Iterator[Page], opts: argparse.Namespace, path: Path) -> None:
        assert self.settings is not None
        text, compared = learned(pages, opts.edition)
        used = None if opts.write else template_file(self.settings, opts.edition)
        if used:
            old = used.read_text("utf-8", errors="replace")
            lines = unified_diff(old.splitlines(), text.splitlines(), str(used), "learned", lineterm="")
            print_text("".join(f"{line}\n" for line in lines) or f"the same as {used}\n")
        else:
            print_text(text)
        sys.stderr.writelines(f"{line}\n" for line in compared.lines())
        if opts.write:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".toml.part")
            part.write_text(text, encoding="utf-8")
            if path.exists() and path.read_bytes() != part.read_bytes():  # else the backup is of the last change
                shutil.copyfile(path, path.with_suffix(".toml.bak"))
            part.replace(path)
            sys.stderr.write(f"written to {path}\n")
        else:
            sys.stderr.write(f"not written; `--write` saves it as {path}\n")

    def _check(self, pages: Iterator[Page], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        template, path = find_template(self.settings, opts.edition)
        if template is None:
            raise UsageError(f"no template of the edition {opts.edition}; `scrapy template learn --write` creates one")
        compared = Comparison()
        for page in pages:
            compared.add(page, template)
        if not compared.pages:
            raise UsageError(f"no article of the edition {opts.edition} in these pages")
        print_text(f"{path or 'the template of this package'}, {template.hash}\n")
        print_text("".join(f"{line}\n" for line in compared.lines()))
        self.exitcode = 0 if compared.equal >= SUPPORT * compared.pages else 1


def learned(pages: Iterable[Page], edition: str) -> tuple[str, Comparison]:
    """Return the text of a template learned from pages, and how well it reads them. Raises UsageError."""
    samples: dict[str, Sample] = {}
    for page in pages:
        if page.url not in samples and (sample := read_sample(page)):
            samples[page.url] = sample
        if len(samples) == MAX_LEARNED:
            break
    text = learn(list(samples.values()), edition)
    template = Template.parse(text.encode(), "the template learned")
    compared = Comparison()
    for each in samples.values():
        compared.add(each.page, template)
    return text, compared


@dataclass
class Comparison:
    """Compares readings with and without a template."""

    pages: int = 0
    equal: int = 0
    different: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    """Field or reason -> the first page with it, and what was read there."""
    others: int = 0
    """Number of pages that are not articles without the template."""

    def add(self, page: Page, template: Template) -> None:
        """Read one page both ways."""
        try:
            usual = read_article(page).article
            reading = read_article(page, None, template)
        except NotAnArticle:
            self.others += 1
            return
        self.pages += 1
        if reading.miss is not None:
            self.missed[reading.miss.reason] += 1
            block = f"{reading.miss.block} {reading.miss.text[:60]!r}" if reading.miss.text else ""
            self.examples.setdefault(reading.miss.reason, [page.url, *filter(None, [block])])
            return
        names = differences(usual, reading.article)
        self.equal += not names
        self.different += bool(names)
        for name in names:
            self.fields[name] += 1
            said = [_short(getattr(article, name)) for article in (usual, reading.article)]
            self.examples.setdefault(name, [page.url, f"without: {said[0]}", f"with:    {said[1]}"])

    def lines(self) -> Iterator[str]:
        """Yield the results."""
        yield f"{self.pages} articles: {self.equal} equal, {self.different} different, {self.missed.total()} missed"
        for title, found in (("different", self.fields), ("missed", self.missed)):
            for name, count in found.most_common():
                first, *rest = self.examples[name]
                yield f"  {title}: {name} on {count}, first {first}"
                yield from (f"    {line}" for line in rest)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 160 else f"{text[:120]}… ({len(text)} characters)"


def _kept(data: Path) -> list[str]:
    """Return the folders of kept pages."""
    found = [str(folder) for folder in (data / "pages", data / "probe") if folder.is_dir()]
    if not found:
        raise UsageError(f"no kept pages in {data}: run `scrapy probe`, crawl with -s KEEP_PAGES=True, or give files")
    return found


def pages_of(names: list[str], edition: str, limit: int) -> Iterator[Page]:
    """Yield the pages of WARC files, saved pages and folders of both. Raises UsageError."""
    files: list[File] = []
    for name in names:
        path = as_file(name)
        files += find_files([name])
        if isinstance(path, Path) and path.is_dir():
            files += [each for pattern in _PAGES for each in sorted(path.glob(pattern))]
    if not files:
        raise UsageError(f"no WARC files and no pages in {', '.join(names)}")
    for path in files:
        try:
            if isinstance(path, Path) and any(path.match(pattern) for pattern in _PAGES):
                page = open_page(str(path), None, edition)
                if page.site.edition.code == edition:
                    yield page
                continue
            for kept in read_pages(path, limit, Counter()):
                if kept.edition == edition:
                    try:
                        yield Page(kept.html, kept.url, edition=edition, encoding=kept.encoding)
                    except UnreadablePage:
                        continue
        except (UnreadableFile, UnreadablePage, OSError) as error:
            sys.stderr.write(f"{path}: {error}\n" if str(path) not in str(error) else f"{error}\n")
