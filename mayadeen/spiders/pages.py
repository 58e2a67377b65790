"""`scrapy crawl pages`: reads the articles at the given addresses and nothing else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, ClassVar, Self

from scrapy import Request
from scrapy.crawler import Crawler

from mayadeen.crawl import arguments
from mayadeen.crawl.article_pages import ArticlePages
from mayadeen.crawl.fetching import Fetcher
from mayadeen.crawl.scope import read_scope
from mayadeen.crawl.session import ArchiveSpider, Session
from mayadeen.errors import UsageError
from mayadeen.items import Visit
from mayadeen.site.address import canonical, is_internal, site_of


class Pages(ArchiveSpider):
    """Articles by address, as `items.Article`. Each one is delivered, changed or not."""

    name = "pages"
    arguments: ClassVar[dict[str, str]] = {
        "edition": "en, ar or es (default: that of the first URL)",
        "urls": "URLs of articles, separated by commas",
        "file": "a file with URLs, one per line",
    }
    wanted: list[str]
    fetcher: Fetcher
    pages: ArticlePages

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Validate the arguments and open the archive. Raises UsageError."""
        given = arguments.check(cls.name, cls.arguments, kwargs)
        spider = super().from_crawler(crawler)
        # Addresses may contain commas.
        wanted = [url.strip() for url in re.split(r",(?=\s*https?://)", given.get("urls", "")) if url.strip()]
        if "file" in given:
            wanted += read_list(Path(given["file"]))
        if not wanted:
            raise UsageError("give URLs: -a urls=U1,U2 or -a file=urls.txt (one URL per line)")
        edition = given.get("edition") or site_of(wanted[0]).edition.code
        scope = read_scope(edition=edition, origin=crawler.settings.get("SITE_ORIGIN"))
        for url in wanted:
            if not url.startswith(("http://", "https://")) or not is_internal(url, scope.site):
                raise UsageError(f"{url!r} is not a URL of {scope.site.origin}; a crawl reads one edition")
        spider.wanted = [canonical(url, scope.site) for url in wanted]
        spider.session = Session(crawler, scope, gives_unchanged=True)
        spider.site = scope.site
        spider.fetcher = Fetcher(spider.session)
        spider.pages = ArticlePages(spider.session, spider.fetcher)
        return spider

    def next_requests(self) -> Iterator[Request]:
        """Return the failed requests, once more."""
        return self.fetcher.next_tries()

    async def start(self) -> AsyncIterator[Any]:
        for url in self.wanted:
            visit = Visit(address=self.session.address(url))
            if self.session.archive.is_forgotten(f"{self.edition} {visit.address.key}"):
                self.logger.warning("%s was erased by `scrapy forget` and is not fetched", url)
                self.session.count("archive/forgotten")
                continue
            # Not a conditional request, because the whole page is needed.
            for request in self.pages.request(url, "pages", None, visit):
                yield request


def read_list(path: Path) -> list[str]:
    """Return the addresses in a file, one per line. Text after a tab is ignored, and so are empty lines and lines with
    #.

    The lists in `DATA_DIR/failed` have this format. Raises UsageError.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    urls = (line.partition("\t")[0].strip() for line in map(str.strip, lines))
    return [url for url in urls if url and not url.startswith("#")]
