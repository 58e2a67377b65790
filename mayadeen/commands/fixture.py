"""`scrapy fixture SOURCE NAME`: turns a kept or saved page into a test case: a trimmed page and an item to check."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy.commands import ScrapyCommand
from scrapy.utils.conf import closest_scrapy_cfg
from selectolax.lexbor import LexborHTMLParser, LexborNode

from mayadeen.commands._failing import WRONG_USE, Failing
from mayadeen.commands.page import open_page
from mayadeen.crawl.places import data_directory
from mayadeen.errors import UsageError
from mayadeen.extract.article import NotAnArticle, parse_article
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.site import dates
from mayadeen.site.address import Site, page_type, resolve
from mayadeen.site.edition import EDITIONS
from mayadeen.warc import File, find_files, find_page, kept_files

NOT_OF_THE_PAGE = ("wordCount", "contentHash", "version", "changedFields", "metadata", "nearDuplicates")
"""Fields left out of test cases: they come from the archive, or are derived from other fields."""
_WASTE = (
    'script:not(#tawsiyat-metadata):not([type="application/ld+json"])',
    "style",
    "link:not([rel=canonical])",
    "svg",
    "noscript",
    "template",
    "nav",
    "header",
    "footer",
    "form",
    "select",
)
"""Elements removed from test pages if the item does not change."""
_MENU = 6
"""Minimum number of links in a menu: an element whose links all lead to listings."""


class Command(Failing, ScrapyCommand):
    """Writes tests/pages/<kind>/<edition>/<name>.html and .json. The kind is `Article.articleType`."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[options] <HTML file, WARC file, or URL of a kept page> <name>"

    def short_desc(self) -> str:
        return "Make a test case of a kept or saved page"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="URL of the page, if the first argument is a file")
        parser.add_argument("--edition", help="en, ar or es; needed if the host of the URL is not the site")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 2:
            self.misused()
            return
        try:
            self._make(args[0], args[1], opts.url, opts.edition)
        except (NotAnArticle, UnreadablePage) as error:
            self.fail(1, f"{args[0]} is not an article: {error}")
        except UsageError as error:
            self.fail(WRONG_USE, str(error))
        except OSError as error:
            self.fail(WRONG_USE, f"{args[0]}: {error.strerror or error}")

    def _make(self, source: str, name: str, url: str | None, edition: str | None) -> None:
        if edition and edition not in EDITIONS:
            raise UsageError(f"edition must be one of {', '.join(EDITIONS)}, got {edition!r}")
        config = closest_scrapy_cfg()
        if not config:
            raise UsageError("a test case is written to tests/pages of a checkout, and there is no scrapy.cfg here")
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
            raise UsageError(f"a name consists of a-z, 0-9 and hyphens, got {name!r}")
        page, fetched = self._page(source, url, edition)
        code = page.site.edition.code
        whole = page.tree.html or ""
        text = trimmed(whole, page.url, code, fetched)
        stated: dict[str, Any] = {
            "url": page.url,
            "fetched": dates.iso(fetched),
            "item": item_of(text, page.url, code, fetched),
        }
        folder = Path(config).parent / "tests" / "pages" / stated["item"]["articleType"] / code
        html, case = folder / f"{name}.html", folder / f"{name}.json"
        if html.exists() or case.exists():
            raise UsageError(f"there is a case {html} already")
        folder.mkdir(parents=True, exist_ok=True)
        html.write_text(text, encoding="utf-8")
        case.write_text(json.dumps(stated, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(f"{html}: {len(text) // 1024} KB of {len(whole) // 1024}\n")
        sys.stdout.write(f"{case}: the current result; check it and correct errors by hand\n")

    def _page(self, source: str, url: str | None, edition: str | None) -> tuple[Page, datetime]:
        """Return the page, and when it was fetched or saved."""
        assert self.settings is not None
        address = source.startswith(("http://", "https://"))
        if not address and ".warc" not in Path(source).name:
            saved = datetime.fromtimestamp(Path(source).stat().st_mtime, UTC)
            return open_page(source, url, edition), saved
        if not address and not url:
            raise UsageError("a WARC file has several pages: give the URL of one with --url")
        if address:
            places = [data_directory(self.settings) / name for name in ("probe", "pages")]
            files: list[File] = [path for place in places for path in kept_files(place)]
        else:
            files = find_files([source])
        wanted = source if address else url or ""
        kept = find_page(wanted, files, self.settings.getint("DOWNLOAD_MAXSIZE"))
        if kept is None:
            raise UsageError(f"{wanted} is not in the {len(files)} files of kept pages")
        page = Page(kept.html, kept.url, edition=edition or kept.edition, encoding=kept.encoding)
        return page, kept.fetched or datetime.now(UTC)


def item_of(html: str, url: str, edition: str, fetched: datetime | None) -> dict[str, Any]:
    """Return the item of a page as test cases state it, with its text split into lines. Raises NotAnArticle."""
    item = asdict(parse_article(html, url, edition=edition, fetched=fetched))
    item["articleBody"] = (item["articleBody"] or "").split("\n")
    item["articleBodyHtml"] = re.split(r"(?<=>)(?=<(?:p|h\d|ul|ol|blockquote)>)", item["articleBodyHtml"] or "")
    return {name: value for name, value in item.items() if name not in NOT_OF_THE_PAGE}


def trimmed(html: str, url: str, edition: str, fetched: datetime | None) -> str:
    """Return a page without scripts, styles and menus, as long as its item stays the same. Raises NotAnArticle."""
    item = item_of(html, url, edition, fetched)
    site = Page(html, url, edition=edition).site

    def without(html: str, waste: str, only: int | None = None) -> str:
        tree = LexborHTMLParser(html)
        nodes = _menus(tree, url, site) if waste == "menus" else tree.css(waste)
        for node in nodes if only is None else nodes[only : only + 1]:
            node.decompose()
        return tree.html or ""

    def same(html: str) -> bool:
        try:
            return item_of(html, url, edition, fetched) == item
        except NotAnArticle:
            return False

    shorter = re.sub(r"<!--.*?-->", "", html, flags=re.S)
    html = shorter if same(shorter) else html
    for waste in (*_WASTE, "menus"):
        shorter = without(html, waste)
        if same(shorter):
            html = shorter
            continue
        # Removing all changes the item, so remove one at a time, the last first, so that the indexes stay valid.
        tree = LexborHTMLParser(html)
        count = len(_menus(tree, url, site) if waste == "menus" else tree.css(waste))
        for number in reversed(range(count)):
            shorter = without(html, waste, number)
            html = shorter if same(shorter) else html
    return html


def _menus(tree: LexborHTMLParser, url: str, site: Site) -> list[LexborNode]:
    """Return the largest elements whose links all lead to listings."""
    found: list[LexborNode] = []

    def look(node: LexborNode) -> None:
        links = [resolve(each.attributes.get("href") or "", url, site) or "" for each in node.css("a[href]")]
        if len(links) < _MENU:
            return
        if all(page_type(link, site) in ("home", "section", "region", "static", "live") for link in links):
            found.append(node)
            return
        for child in node.iter():
            look(child)

    if tree.body is not None:
        look(tree.body)
    return found
