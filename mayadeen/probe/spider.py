"""A first look at the live site: a few dozen polite requests, and a summary of them. `scrapy probe` prints it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings

from mayadeen.crawl import ending
from mayadeen.crawl.answers import refusal
from mayadeen.crawl.fetching import page_of
from mayadeen.crawl.places import data_directory
from mayadeen.crawl.scope import menu_sections, read_scope
from mayadeen.crawl.session import SiteSpider
from mayadeen.crawl.sitemaps import sitemaps_of
from mayadeen.extract.article import NotAnArticle, read_article
from mayadeen.extract.listing import Listing, parse_listing
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.extract.sitemap import parse_sitemap
from mayadeen.probe.fields import fields_of, visible
from mayadeen.site import dates
from mayadeen.site.address import dedupe_key, is_internal, resolve, section
from mayadeen.warc import PageWriter

MAX_REQUESTS = 40
ROOM = {"robots": 1, "home": 1, "sitemap": 3, "feed": 2, "listing": 9, "tag": 1, "author": 1, "article": 21}
"""Maximum number of requests per kind. Scrapy itself sends one more for robots.txt."""


class Probe(SiteSpider):
    """Requests one or more pages of each kind and records the results in `findings`."""

    name = "probe"

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        # Stop after three refusals.
        settings.setdict(
            {"FEEDS": {}, "RETRY_ENABLED": False, "BLOCK_LIMIT": 3, "KEEP_PAGES": False}, priority="spider"
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Create the spider. Validates the edition and the origin; raises UsageError."""
        spider = super().from_crawler(crawler, *args)
        spider.begin(**kwargs)
        crawler.signals.connect(spider.reached, signals.request_reached_downloader)
        crawler.signals.connect(spider.received, signals.response_received)
        crawler.signals.connect(spider.finish, signals.spider_closed)
        return spider

    def begin(self, edition: str = "en") -> None:
        self.site = read_scope(edition=edition, origin=self.settings.get("SITE_ORIGIN")).site
        self.room = dict(ROOM)
        self.asked: set[str] = set()
        self.requests = 0
        self.closing: asyncio.Task[None] | None = None
        self.shapes: dict[str, Counter[str]] = {"tag": Counter(), "author": Counter()}
        folder = data_directory(self.settings) / "probe"
        self.writer = PageWriter(folder, self.site, self.settings.getint("KEEP_PAGES_SIZE"))
        self.findings: dict[str, Any] = {
            "origin": self.site.origin,
            "edition": self.edition,
            "began": dates.iso(datetime.now(UTC)),
            "answers": [],
            "listings": [],
            "articles": [],
            "menu": {},
        }

    # --- Requests ------------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        for request in (*self.ask("robots", ["/robots.txt"], self.robots), *self.ask("home", ["/"], self.home)):
            yield request

    def ask(self, what: str, urls: Iterable[str], callback: Callable[..., Any], most: int = 99) -> Iterator[Request]:
        """Yield requests for some addresses, up to the maximum of their kind."""
        for url in urls:
            url = resolve(url, self.site.origin + "/", self.site) or ""
            if not (most and self.room[what]):
                return
            if is_internal(url, self.site) and dedupe_key(url, self.site) not in self.asked:
                self.asked.add(dedupe_key(url, self.site))
                most, self.room[what] = most - 1, self.room[what] - 1
                about = {"what": what, "then": callback}
                # Error responses are results too. Redirects are followed, as in a crawl.
                meta = {"handle_httpstatus_list": range(400, 600)}
                yield Request(url, self.answered, errback=self.failed, cb_kwargs=about, meta=meta)

    def answered(self, response: Response, what: str, then: Callable[..., Any]) -> Any:
        """Record a response, and pass a successful one to `then`."""
        note = self.note(what, response.url, status=response.status, bytes=len(response.body))
        note["type"] = (response.headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0]
        by = refusal(response)
        if by or response.status != 200:
            note["found"] = f"refused: {by}" if by else "nothing"
            return None if by else self.by_habit(what)
        return then(response, note)

    def by_habit(self, what: str) -> Iterator[Request]:
        """Yield requests for the usual addresses, for use without robots.txt or a home page."""
        if what == "robots":
            yield from self.ask("sitemap", ["/sitemaps/all.xml", "/sitemaps/news.xml"], self.sitemap)
        elif what == "home":
            yield from self.ask("listing", self.sections_of_each_type({}), self.listing)

    def failed(self, failure: Any) -> None:
        """Record a request without a response."""
        request = failure.request
        robots = failure.check(IgnoreRequest) and "robots" in str(failure.value).lower()
        found = "robots.txt forbids it" if robots else f"no answer: {failure.value or failure.type.__name__}"
        self.note(request.cb_kwargs["what"], request.url, status=None, found=found)

    def note(self, what: str, url: str, **about: Any) -> dict[str, Any]:
        """Add an entry to `findings["answers"]`."""
        line = {"what": what, "url": url, "found": "", **about}
        self.findings["answers"].append(line)
        return line

    # --- Callbacks -----------------------------------------------------------------------------------------------

    def robots(self, response: Response, note: dict[str, Any]) -> Iterator[Request]:
        lines = [line.strip() for line in response.body.decode("utf-8-sig", "replace").splitlines()]
        named = sitemaps_of(response.body)
        delay = next((line for line in lines if line.lower().startswith("crawl-delay:")), "no Crawl-delay")
        rules = sum(line.lower().startswith(("disallow:", "allow:")) for line in lines)
        html = response.body.lstrip()[:1] == b"<"
        note["found"] = "an HTML page, no rules" if html else f"{rules} rules, {delay}, {len(named)} sitemaps"
        yield from self.ask("sitemap", [*named, "/sitemaps/all.xml"], self.sitemap, 1)
        yield from self.ask("sitemap", ["/sitemaps/news.xml"], self.sitemap, 1)

    def sitemap(self, response: Response, note: dict[str, Any]) -> Iterator[Request]:
        try:
            found = parse_sitemap(response.body)
        except ValueError as error:
            note["found"] = str(error)
            return
        if found.children:
            months = sorted(
                (child for child in found.children), key=lambda child: (child.year or 0, child.month or 0), reverse=True
            )
            note["found"] = f"an index of {len(months)} sitemaps"
            yield from self.ask("sitemap", [months[0].url], self.sitemap, 1)
        else:
            tagged = sum(bool(entry.keywords) for entry in found.entries)
            dated = sum(bool(entry.published) for entry in found.entries)
            note["found"] = f"{len(found.entries)} pages, {dated} with a date, {tagged} with keywords"
            urls = [entry.url for entry in found.entries if entry.published] or [entry.url for entry in found.entries]
            yield from self.ask("article", urls, self.article, 2)

    def home(self, response: Response, note: dict[str, Any]) -> Iterator[Request]:
        page, listing = self.read_listing(response, note)
        if page is None or listing is None:
            return
        row = self.site.edition
        menu = menu_sections([(link.name, link.url or "") for link in listing.menu], self.site)
        known = {self.site.origin + path for path in (*row.sections.values(), *row.regions.values(), *row.listings)}
        unknown = {name: url for name, url in menu.items() if url not in known}
        named = {link.url for link in listing.menu}
        rows = {**row.sections, **row.regions}
        self.findings["menu"] = {
            "links": len(listing.menu),
            "not in the edition file": {name: url.removeprefix(self.site.origin) for name, url in unknown.items()},
            "not in the menu": {name: path for name, path in rows.items() if self.site.origin + path not in named},
        }
        note["found"] += f", {len(listing.menu)} links in the menu, {len(listing.ticker)} bulletins"
        feeds = [node.attributes.get("href") or "" for node in page.tree.css('link[rel="alternate"][type*="xml"]')]
        yield from self.ask("feed", [*feeds, "/rss", "/feed"], self.feed)
        yield from self.ask("listing", list(unknown.values()), self.listing, 1)
        yield from self.ask("listing", self.sections_of_each_type(menu), self.listing)
        own = {section(card.url, self.site): card.url for card in reversed(listing.cards)}
        yield from self.ask("article", reversed(own.values()), self.article, 1)

    def sections_of_each_type(self, menu: dict[str, str]) -> list[str]:
        """Return listings of known sections: one per article type, then a region, then the others."""
        row = self.site.edition
        first = {row.article_types.get(name, "news"): name for name in reversed(row.sections)}
        names = [*reversed(first.values()), *list(row.regions)[:1], *row.sections]
        rows = {**row.regions, **row.sections}
        return [menu.get(name) or rows[name] for name in names]

    def feed(self, response: Response, note: dict[str, Any]) -> None:
        items = response.body.count(b"<item") + response.body.count(b"<entry")
        note["found"] = f"a feed of {items} items" if items else "no feed"

    def listing(self, response: Response, note: dict[str, Any]) -> Iterator[Request]:
        _, listing = self.read_listing(response, note)
        if listing:
            cards = [card.url for card in listing.cards if card.block == ""]
            yield from self.ask("article", cards, self.article, 2)

    def article(self, response: Response, note: dict[str, Any]) -> Iterator[Request]:
        page = self.page_of(response, note)
        if page is None:
            return
        now = datetime.now(UTC)
        try:
            reading = read_article(page, now)
        except NotAnArticle as error:
            self.count("page/not_article")
            note["found"] = f"not an article: {error}"
            return
        self.count("page/article")
        found = reading.article
        words = f"{found.wordCount} words" if found.wordCount else "no text"
        note["found"] = f"{found.articleType} {found.id}, {words}"
        self.findings["articles"].append({"url": response.url, "fields": fields_of(reading, visible(page, now))})
        for what, urls in (("tag", [tag.url for tag in found.tags]), ("author", [each.url for each in found.authors])):
            links = [url for url in urls if url and is_internal(url, self.site)]
            self.shapes[what].update(url.removeprefix(self.site.origin).rpartition("/")[0] + "/..." for url in links)
            yield from self.ask(what, links, self.listing, 1)

    def read_listing(self, response: Response, note: dict[str, Any]) -> tuple[Page | None, Listing | None]:
        """Return a listing after recording its counts."""
        page = self.page_of(response, note)
        if page is None:
            return None, None
        listing = parse_listing(page)
        own = [card for card in listing.cards if card.block == ""]
        self.count("listing/read")
        if not listing.cards:
            self.count("listing/without_cards")
        more = "a load-more button" if listing.load_more else "a next page" if listing.next else "no pagination"
        note["found"] = f"{len(own)} cards, {sum(bool(card.day) for card in own)} with a day, {more}"
        about = {"url": response.url, "cards": len(own), "load_more": listing.load_more, "next": listing.next}
        boxes = dict(Counter(card.block for card in listing.cards if card.block))
        self.findings["listings"].append({**about, "boxes": boxes})
        return page, listing

    def page_of(self, response: Response, note: dict[str, Any]) -> Page | None:
        """Return the page of a response, or None after recording why it is not a page."""
        try:
            return page_of(response, self.edition)
        except UnreadablePage as error:
            self.count("page/unreadable")
            note["found"] = f"unreadable: {error}"
            return None

    # --- Signals -------------------------------------------------------------------------------------------------

    def count(self, name: str) -> None:
        self.crawler.stats.inc_value(name)

    def reached(self, request: Request) -> None:
        """Count redirects too, so that the total number of requests is limited."""
        self.requests += 1
        if self.requests >= MAX_REQUESTS and self.closing is None:
            self.closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="finished"))

    def received(self, response: Response, request: Request) -> None:
        """Save every response."""
        try:
            self.writer.write(response, request)
        except OSError as error:
            ending.fail(self.crawler, "pages_not_kept", f"pages could not be saved: {error}")

    def finish(self) -> None:
        """Summarise the results."""
        self.writer.close()
        if not self.findings["articles"]:
            ending.fail(self.crawler, "nothing_read", f"no article could be read from {self.site.origin}")
        self.findings["requests"] = self.requests
        self.findings["shapes"] = {what: dict(shapes) for what, shapes in self.shapes.items()}
        self.findings["pages"] = [str(path) for path in self.writer.paths]
