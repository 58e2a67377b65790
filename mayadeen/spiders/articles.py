"""`scrapy crawl articles`: front page, listings and sitemaps, then the articles that they lead to, newest first."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, DontCloseSpider
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from w3lib.encoding import http_content_type_encoding

from mayadeen import PARSER_VERSION, dates
from mayadeen.errors import CrawlFailure, UsageError
from mayadeen.items import Article
from mayadeen.page import Page, UnreadablePage
from mayadeen.parsers.article import NotAnArticle, read_article
from mayadeen.parsers.listing import parse_listing
from mayadeen.parsers.sitemap import parse_sitemap
from mayadeen.scope import menu_sections, read_scope, section_listings, with_all_names
from mayadeen.tags import TagAddresses
from mayadeen.urls import canonical, is_internal, key, kind, slug

ARGUMENTS = ("edition", "sections", "tags", "since", "until", "known")
FRONT, LISTING, SITEMAP, ARTICLE = 100, 50, 20, 0
"""Priorities: what leads on goes first."""
SCOUTS = 10
"""Articles read only to learn how this site writes tag addresses."""


class Articles(Spider):
    """The articles of one edition, as `items.Article`."""

    name = "articles"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        kwargs.pop("_job", None)
        unknown = sorted(set(kwargs) - set(ARGUMENTS))
        if unknown:
            raise UsageError(f"unknown argument {unknown[0]!r}; articles takes {', '.join(ARGUMENTS)}")
        if kwargs.pop("known", None) is not None:
            raise UsageError("known has no meaning yet: this version keeps no archive between crawls")
        spider = super().from_crawler(crawler, *args)
        spider.begin(**kwargs)
        crawler.signals.connect(spider.idle, signals.spider_idle)
        return spider

    def begin(self, **arguments: str) -> None:
        """Checks the arguments; raises UsageError."""
        self.scope = read_scope(origin=self.settings.get("SITE_ORIGIN"), **arguments)
        self.site = self.scope.site
        self.edition = self.site.edition.code
        self.allowed_domains = [self.site.origin.partition("://")[2].partition(":")[0]]
        self.failure: CrawlFailure | None = None
        self.asked: set[int] = set()
        self.months: deque[str] = deque()
        self.tag_addresses = TagAddresses(self.scope.tags)
        self.front_cards: list[str] = []

    # --- Where to look -------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        yield self.ask("/robots.txt", self.parse_robots, priority=FRONT, errback=self.sitemaps_by_habit)
        yield self.ask("/", self.parse_front, priority=FRONT, errback=self.front_failed)

    def ask(self, path: str, callback: Any, *, priority: int, errback: Any = None, **kwargs: Any) -> Request:
        """A request on this site; `path` or an absolute address."""
        url = path if "://" in path else self.site.origin + path
        return Request(
            url,
            callback=callback,
            errback=errback or self.failed,
            priority=priority,
            cb_kwargs=kwargs,
            dont_filter=True,
        )

    def parse_robots(self, response: Response) -> Iterator[Request]:
        """The sitemaps that robots.txt names, else where they usually are."""
        named = [
            line.partition(":")[2].strip()
            for line in response.text.splitlines()
            if line.strip().lower().startswith("sitemap:")
        ]
        own = [url for url in (canonical(url, self.site) for url in named) if is_internal(url, self.site)]
        yield from self.sitemap_requests(own or [self.site.origin + "/sitemaps/all.xml"])

    def sitemaps_by_habit(self, failure: Any) -> Iterator[Request]:
        """robots.txt could not be had."""
        self.failed(failure)
        yield from self.sitemap_requests([self.site.origin + "/sitemaps/all.xml"])

    def sitemap_requests(self, urls: list[str]) -> Iterator[Request]:
        for url in urls:
            if self.is_new(url):
                yield self.ask(url, self.parse_sitemap, priority=SITEMAP, errback=self.sitemap_failed)

    def sitemap_failed(self, failure: Any) -> Iterator[Request]:
        """A sitemap that does not answer: the news one may."""
        self.failed(failure)
        if failure.request.url.endswith("/all.xml"):
            yield from self.sitemap_requests([self.site.origin + "/sitemaps/news.xml"])

    def parse_front(self, response: Response) -> Iterator[Request]:
        """The front page: its menu says which sections there are."""
        page = self.page_of(response)
        listing = parse_listing(page) if page else None
        menu = menu_sections([(link.name, link.url or "") for link in listing.menu], self.site) if listing else {}
        if listing:
            self.tag_addresses.learn([(tag.name, tag.url) for tag in listing.tags])
            self.front_cards = [card.url for card in listing.cards]
        yield from self.listing_requests(menu)
        if listing and (self.scope.whole or self.scope.sections):
            yield from self.article_requests(listing, response.url)

    def front_failed(self, failure: Any) -> Iterator[Request]:
        """No front page: the sections that are known without it."""
        self.failed(failure)
        yield from self.listing_requests({})

    def listing_requests(self, menu: dict[str, str]) -> Iterator[Request]:
        """The first page of each listing in scope."""
        listings = section_listings(self.site, menu)
        unknown = [name for name in self.scope.sections if name not in listings]
        if unknown:
            names = ", ".join(sorted(listings))
            self.fail("unknown_section", f"no section {unknown[0]!r} in the {self.edition} edition; there are: {names}")
        self.scope = with_all_names(self.scope, listings)
        wanted = self.scope.sections or (() if self.scope.tags else tuple(listings))
        for name, url in listings.items():
            # A listing is no article, whether it is asked for or not.
            if self.is_new(url) and name in wanted:
                region = name in self.site.edition.regions or kind(url, self.site) == "region"
                marks = frozenset({f"region:{name}"}) if region else frozenset()
                yield self.ask(url, self.parse_section, priority=LISTING, listed=marks)

    def parse_section(self, response: Response, listed: frozenset[str]) -> Iterator[Request]:
        """A listing: its cards lead to articles."""
        page = self.page_of(response)
        if page is None:
            return
        listing = parse_listing(page)
        self.count("listing/read")
        if not listing.cards:
            self.count("listing/without_cards")
            self.logger.warning("no cards on the listing %s", response.url)
        self.tag_addresses.learn([(tag.name, tag.url) for tag in listing.tags])
        yield from self.article_requests(listing, response.url, listed=listed)

    def article_requests(
        self, listing: Any, found_on: str, *, listed: frozenset[str] = frozenset()
    ) -> Iterator[Request]:
        """Requests for the cards of a listing that may be in scope."""
        now = datetime.now(UTC)
        for card in listing.cards:
            day = dates.visible(card.day, self.site.edition, now) if card.day else None
            own = card.block == ""
            if not self.scope.may_have_day(day) or not (listed or self.scope.may_have_address(card.url)):
                continue
            yield from self.article_request(card.url, found_on, listed=listed if own else frozenset())

    def article_request(self, url: str, found_on: str, *, listed: frozenset[str] = frozenset()) -> Iterator[Request]:
        if kind(url, self.site) in ("article", "unknown") and self.is_new(url):
            yield self.ask(
                url, self.parse_article, priority=ARTICLE, errback=self.article_failed, found_on=found_on, listed=listed
            )

    def parse_sitemap(self, response: Response) -> Iterator[Request]:
        """An index of months, or a month of articles."""
        try:
            sitemap = parse_sitemap(response.body)
        except ValueError as error:
            self.count("sitemap/unreadable")
            self.logger.warning("%s is no sitemap: %s", response.url, error)
            return
        children = [child for child in sitemap.children if is_internal(canonical(child.url, self.site), self.site)]
        dated = [child for child in children if child.year and child.month]
        dated = [child for child in dated if self.scope.has_month(child.year or 0, child.month or 0)]
        dated.sort(key=lambda child: (child.year or 0, child.month or 0), reverse=True)
        undated = [child for child in children if not (child.year and child.month)]
        self.months.extend(canonical(child.url, self.site) for child in (*undated, *dated))
        if sitemap.entries:
            self.count("sitemap/months")
        for entry in sitemap.entries:
            if not self.scope.may_have_day(entry.published or None):
                continue
            tagged = self.scope.has_tag(entry.keywords)
            if tagged:
                self.tag_addresses.answered(entry.keywords)
            if tagged or self.scope.may_have_address(canonical(entry.url, self.site)):
                yield from self.article_request(canonical(entry.url, self.site), response.url)

    # --- What was found ------------------------------------------------------------------------------------------

    def parse_article(self, response: Response, found_on: str, listed: frozenset[str]) -> Iterator[Article | Request]:
        """An article page, or what turned out to be none."""
        fetched = datetime.now(UTC)
        page = self.page_of(response)
        if page is None:
            return
        try:
            reading = read_article(page, fetched)
        except NotAnArticle as error:
            self.count("page/not_article")
            self.logger.info("not an article: %s (%s)", response.url, error)
            return
        self.count("page/article")
        for name, origin in reading.origins.items():
            self.count(f"parse/{name}/{origin}")
        article = reading.article
        self.tag_addresses.learn([(tag.name, tag.url) for tag in article.tags])
        self.asked.add(hash(key(article.canonicalUrl, self.site)))
        out = self.scope.refuses(article, listed=listed)
        if out:
            self.count(f"scope/out/{out}")
        else:
            self.tag_addresses.answered([tag.name for tag in article.tags])
            now = dates.iso(fetched)
            article.metadata.dateDownloaded = article.metadata.firstSeen = now
            article.metadata.discoveredFrom = found_on
            article.metadata.parserVersion = PARSER_VERSION
            yield article
        yield from self.tag_requests()

    def tag_requests(self) -> Iterator[Request]:
        """Tag listings whose address a page has shown."""
        for name, url in self.tag_addresses.to_ask():
            if is_internal(url, self.site) and self.is_new(url):
                yield self.ask(url, self.parse_tag, priority=LISTING, errback=self.tag_failed, tag=name)

    def parse_tag(self, response: Response, tag: str) -> Iterator[Request]:
        """A tag's listing, or a page that only pretends to be one."""
        page = self.page_of(response)
        listing = parse_listing(page) if page else None
        cards = [card for card in listing.cards if card.block == ""] if listing else []
        heading = page.tree.css_first("h1, h2") if page else None
        said = [page.title if page else "", heading.text() if heading else ""]
        if listing is None or not cards or not any(tag in slug(text) for text in said):
            self.tag_addresses.missed(tag, response.url)
            return
        self.tag_addresses.answered([tag])
        self.count("listing/read")
        yield from self.article_requests(listing, response.url, listed=frozenset({f"tag:{tag}"}))

    def tag_failed(self, failure: Any) -> None:
        """A tag address that was only a guess."""
        self.tag_addresses.missed(failure.request.cb_kwargs["tag"], failure.request.url)

    # --- One thing after another ---------------------------------------------------------------------------------

    def idle(self, spider: Spider) -> None:
        """When all is read: the next month; then tags that nothing has answered for; then the end."""
        requests = list(self.next_requests())
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider
        unanswered = self.tag_addresses.unanswered()
        if unanswered and self.failure is None:
            name, tried = unanswered[0]
            places = ", ".join(tried) if tried else "no address"
            self.failure = CrawlFailure(
                "unknown_tag", f"nothing answers for the tag {name!r}: no article names it; tried {places}"
            )
            raise CloseSpider("unknown_tag")

    def next_requests(self) -> Iterator[Request]:
        while self.months:
            url = self.months.popleft()
            if self.is_new(url):
                yield self.ask(url, self.parse_sitemap, priority=SITEMAP)
                return
        yield from self.tag_requests()
        if self.tag_addresses.unasked():
            if not self.tag_addresses.shapes and self.front_cards:
                scouts, self.front_cards = self.front_cards[:SCOUTS], []
                for url in scouts:
                    yield from self.article_request(url, self.site.origin + "/")
                return
            for name, url in self.tag_addresses.guesses(self.site.origin):
                if self.is_new(url):
                    yield self.ask(url, self.parse_tag, priority=LISTING, errback=self.tag_failed, tag=name)

    # --- Small things --------------------------------------------------------------------------------------------

    def page_of(self, response: Response) -> Page | None:
        """The page of a response; None, counted and named, when it is none."""
        declared = http_content_type_encoding((response.headers.get("Content-Type") or b"").decode("latin-1"))
        try:
            return Page(response.body, response.url, edition=self.edition, encoding=declared)
        except UnreadablePage as error:
            self.count("page/unreadable")
            self.logger.warning("unreadable page: %s (%s)", response.url, error)
            return None

    def is_new(self, url: str) -> bool:
        """Whether an address was not asked for in this crawl; it is, from now on."""
        mark = hash(key(url, self.site))
        if mark in self.asked:
            return False
        self.asked.add(mark)
        return True

    def article_failed(self, failure: Any) -> None:
        """An article that could not be had."""
        if failure.check(HttpError) and failure.value.response.status in (404, 410):
            self.count("page/gone")
        self.failed(failure)

    def failed(self, failure: Any) -> None:
        """Counts and names a request that came to nothing."""
        if self.failure is not None:
            return
        what = f"http {failure.value.response.status}" if failure.check(HttpError) else failure.type.__name__
        self.count(f"failed/{what}")
        self.logger.warning("failed: %s (%s)", failure.request.url, what)

    def fail(self, reason: str, message: str) -> None:
        """Ends the crawl with an error."""
        self.failure = CrawlFailure(reason, message)
        raise CloseSpider(reason)

    def count(self, name: str) -> None:
        self.crawler.stats.inc_value(name)
