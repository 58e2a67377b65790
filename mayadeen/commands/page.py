"""`scrapy page FILE_OR_URL`: the item of one page, or the origins of its fields."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.commands import ScrapyCommand
from scrapy.http import Response
from scrapy.settings import BaseSettings
from w3lib.encoding import http_content_type_encoding

from mayadeen.commands._failing import WRONG_USE, Failing, print_text
from mayadeen.commands.crawl import quieten
from mayadeen.crawl import ending
from mayadeen.crawl.places import data_directory
from mayadeen.crawl.session import SiteSpider
from mayadeen.crawl.templates import TemplateReader, find_template
from mayadeen.errors import UsageError
from mayadeen.extract.article import NotAnArticle, Reading
from mayadeen.extract.cleaning import clean_article
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.extract.templates.template import Template
from mayadeen.site import dates
from mayadeen.site.address import site_of
from mayadeen.site.edition import EDITIONS


class _OnePage(SiteSpider):
    """Fetches one address with the project's settings for politeness. Redirects within its site are followed."""

    name = "one page"

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict({"FEEDS": {}, "STATS_DUMP": False}, priority="spider")

    def __init__(self, url: str, edition: str | None, kept: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url, self.kept = url, kept
        self.site = site_of(url, edition)

    async def start(self) -> Any:
        meta = {"handle_httpstatus_list": range(400, 600)}  # the status is reported; redirects are followed
        yield Request(self.url, callback=self.keep, errback=self.failed, meta=meta)

    def keep(self, response: Response) -> None:
        self.kept["response"] = response

    def failed(self, failure: Any) -> None:
        self.kept["error"] = str(failure.value) or failure.type.__name__


class Command(Failing, ScrapyCommand):
    """Prints the item of one page as JSON, as in its feed line but without the archive's fields."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] <file or URL, or - for stdin>"

    def short_desc(self) -> str:
        return "Print the item of one article page, from a file or a URL"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="URL of the page, if the argument is a file and the page does not state it")
        parser.add_argument("--edition", help="en, ar or es; needed if the host of the URL is not the site")
        parser.add_argument("--template", metavar="FILE", help="a template, or off for none (default as in a crawl)")
        parser.add_argument("--explain", action="store_true", help="instead, print where each field was found")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        quieten(self.settings)
        if opts.template:
            self.settings.set("TEMPLATE", opts.template, priority="cmdline")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            self.misused()
            return
        assert self.settings is not None
        if opts.edition and opts.edition not in EDITIONS:
            self.fail(WRONG_USE, f"edition must be one of {', '.join(EDITIONS)}, got {opts.edition!r}")
            return
        fetched = datetime.now(UTC)
        try:
            address = args[0].startswith(("http://", "https://"))
            page = self._fetch(args[0], opts) if address else open_page(args[0], opts.url, opts.edition)
            template, _ = find_template(self.settings, page.site.edition.code)
            reader = TemplateReader(template)
            reading = reader.read(page, fetched)
        except (NotAnArticle, UnreadablePage) as error:
            self.fail(1, f"{args[0]} is not an article: {error}")
            return
        except OSError as error:
            self.fail(WRONG_USE, f"{args[0]}: {error.strerror or error}")
            return
        except UsageError as error:
            self.fail(WRONG_USE, str(error))
            return
        article = reading.article
        article.metadata.dateDownloaded = article.metadata.firstSeen = dates.iso(fetched)
        article.metadata.parserVersion = reader.version
        clean_article(article)
        said = explain(reading, template) if opts.explain else json.dumps(asdict(article), ensure_ascii=False) + "\n"
        print_text(said)

    def _fetch(self, url: str, opts: argparse.Namespace) -> Page:
        assert self.crawler_process is not None
        assert self.settings is not None
        data_directory(self.settings)  # raises UsageError; otherwise the add-on would fail below with a traceback
        kept: dict[str, Any] = {}
        crawler = self.crawler_process.create_crawler(_OnePage)
        self.crawler_process.crawl(crawler, url=url, edition=opts.edition, kept=kept)
        self.crawler_process.start()
        response = kept.get("response")
        failure = ending.failure(crawler)
        if failure is not None and failure.reason != "nothing_read":  # the kept error says more
            raise OSError(str(failure))
        if response is None:
            raise OSError(kept.get("error", "refused by robots.txt"))
        if response.status != 200:
            raise OSError(f"HTTP {response.status}")
        encoding = http_content_type_encoding((response.headers.get("Content-Type") or b"").decode("latin-1"))
        return Page(response.body, opts.url or response.url, edition=opts.edition, encoding=encoding)


def open_page(name: str, url: str | None, edition: str | None) -> Page:
    """Return the page of a file (`-`: stdin) at `url`, or at its stated address.

    Raises UsageError, OSError, UnreadablePage.
    """
    if url and not url.startswith(("http://", "https://")):
        raise UsageError(f"--url must be a URL such as https://host/path, got {url!r}")
    html = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    # Without `url`, parse the page with a dummy address first to read the one that it states.
    page = Page(html, url or EDITIONS[edition or "en"].origin + "/", edition=edition)
    if not url:
        stated = page.metadata.get("url") or page.meta.get("og:url")
        if not isinstance(stated, str) or not stated.startswith("http"):
            raise UnreadablePage("the page does not state its URL; give it with --url")
        page = Page(html, stated, edition=edition)
    return page


_KEYS = {
    "headline": "headline",
    "description": "standfirst",
    "articleBody": "container",
    "articleBodyHtml": "container",
    "links": "container",
    "authors": "byline",
    "sources": "byline",
    "datePublished": "byline",
    "dateModified": "byline",
    "shareCount": "byline",
    "readingTime": "byline",
    "regions": "byline",
    "tags": "tags",
    "breadcrumbs": "breadcrumb",
    "mainImage": "media",
    "images": "media",
    "relatedLinks": "links",
}
"""Field -> key of a template that selects its element."""


def explain(reading: Reading, template: Template | None = None) -> str:
    """Return a table of field, origin and shortened value, with the selectors of the template if there is one."""
    rows = []
    layout = template.layout(reading.article.articleType) if template else None
    if reading.miss is not None:
        unknown = f": {reading.miss.block}" if reading.miss.block else ""
        text = f", {reading.miss.text[:60]!r}" if reading.miss.text else ""
        rows.append(f"the template does not fit: {reading.miss.reason}{unknown}{text}\n")
        layout = None
    for name, value in asdict(reading.article).items():
        if name in ("metadata", "version", "changedFields", "nearDuplicates"):
            continue
        shown = json.dumps(value, ensure_ascii=False)
        empty = value is None or value == []
        origin = reading.origins.get(name, "-" if empty else "derived")
        rows.append(f"{name:<18} {'' if empty else origin:<10} {shown if len(shown) <= 90 else shown[:89] + '…'}")
        if layout and name in _KEYS and not empty and (origin in ("visible", "derived") or name == "headline"):
            selectors = getattr(layout, _KEYS[name])
            rows.append(f"{'':<18} {_KEYS[name]} = {', '.join(selectors) if selectors else '[]'}")
    return "\n".join(rows) + "\n"
