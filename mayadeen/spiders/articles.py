"""`scrapy crawl articles`: reads front page, listings and sitemaps, then the articles in them, newest first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar, Self
from urllib.parse import unquote

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from mayadeen.archive import Known
from mayadeen.crawl import arguments
from mayadeen.crawl.article_pages import ArticlePages
from mayadeen.crawl.depths import Depths
from mayadeen.crawl.fetching import Fetcher
from mayadeen.crawl.listings import Listings
from mayadeen.crawl.places import data_directory
from mayadeen.crawl.recrawl import KNOWN
from mayadeen.crawl.scope import menu_changes, menu_sections, read_scope, section_listings, with_all_names
from mayadeen.crawl.session import ArchiveSpider, Session
from mayadeen.crawl.sitemaps import Sitemaps
from mayadeen.errors import UsageError
from mayadeen.extract.listing import parse_listing
from mayadeen.items import Article, NamedLink, Visit
from mayadeen.site.address import page_type

SCOUTS = 10
"""Maximum number of articles read only to learn the form of the site's tag addresses."""
AT_ONCE = 500
"""Maximum number of known articles that are scheduled in one step, which blocks the crawl for 40 ms."""
SIGNED_AT_ONCE = 5000
"""Number of articles without a signature that a crawl signs when it starts. This takes some seconds."""


class Articles(ArchiveSpider):
    """The articles of one edition, as `items.Article`."""

    name = "articles"
    arguments: ClassVar[dict[str, str]] = {
        "edition": "en (default), ar or es",
        "sections": "slugs or names, separated by commas (default: the whole edition); `scrapy sections` lists them",
        "tags": "slugs or names, separated by commas",
        "match": "any (default): articles in one of the sections or with one of the tags; all: both",
        "since": "first day of publication, in Beirut: 2024-04-20, today, yesterday or 7d (seven days ago)",
        "until": "last day of publication, in the same form",
        "shard": "I/N, such as 1/3: the first of three parts of the articles, for crawls that share an archive",
        "known": "articles in the archive: skip, emit (write them from the archive) or refetch (request them again); "
        "default: emit with -O, else skip",
    }

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Validate the arguments, lock the edition or shard and open the archive. Raises UsageError."""
        given = arguments.check(cls.name, cls.arguments, kwargs)
        spider = super().from_crawler(crawler)
        settings = crawler.settings
        known = given.pop("known", None)
        scope = read_scope(origin=settings.get("SITE_ORIGIN"), **given)
        if known is None:
            # A new feed contains everything in scope, a feed that is appended to gets only what is new.
            overwrites = any(feed.get("overwrite") for feed in settings.getdict("FEEDS").values())
            known = "emit" if overwrites else "skip"
        if known not in KNOWN:
            raise UsageError(f"known must be one of {', '.join(KNOWN)}, got {known!r}")
        edition, data = scope.site.edition.code, data_directory(settings)
        data.mkdir(parents=True, exist_ok=True)
        spider.compose(Session(crawler, scope, known, lock="articles"))
        signed, left = spider.session.archive.sign_earlier(edition, SIGNED_AT_ONCE)
        if signed:
            spider.logger.info("signed %d earlier articles for nearDuplicates, %d left for later crawls", signed, left)
        return spider

    def compose(self, session: Session) -> None:
        """Create the parts of the crawl."""
        self.session, self.site = session, session.site
        self.fetcher = Fetcher(session)
        self.pages = ArticlePages(session, self.fetcher, self.learn)
        # A lambda, because the listings are created last: they need the depths, which need the sitemaps.
        self.sitemaps = Sitemaps(session, self.fetcher, self.pages, lambda names: self.listings.answered(names))
        self.depths = Depths(session, self.fetcher, self.pages, self.sitemaps)
        self.listings = Listings(session, self.fetcher, self.depths)
        self.ages = [int(age) for age in session.settings.getlist("RECHECK_AGES")]
        self.again: Iterator[Known] | None = None
        self.gave_held = session.recrawl.known == "skip"
        self.front_cards: list[str] = []
        session.phase = "newest"

    # --- Sources -------------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        yield self.fetcher.request("/", self.parse_front, "front", errback=self.front_failed)

    def parse_front(self, response: Response) -> Iterator[Request | Article]:
        """Parse the front page: its menu contains the sections."""
        page = self.fetcher.readable(response)
        listing = parse_listing(page) if page else None
        menu = menu_sections([(link.name, link.url or "") for link in listing.menu], self.site) if listing else {}
        if listing and listing.menu:
            self.session.count("listing/front")
        if listing:
            self.listings.learn_tags(listing.tags)
            self.listings.learn_coverages(listing.coverages)
            self.front_cards = [card.url for card in listing.cards]
            self.report_menu(menu)
        yield from self.first_requests(menu)
        if listing and (self.session.scope.whole or self.session.scope.sections):
            yield from self.depths.article_requests(listing, response.url)

    def front_failed(self, failure: Failure) -> Iterator[Request | Article]:
        """Continue without a front page, with the known sections."""
        self.fetcher.failed(failure)
        yield from self.first_requests({})

    def report_menu(self, menu: dict[str, str]) -> None:
        """Count and log sections added or removed since the edition file was written."""
        if not menu:
            return
        new, gone = menu_changes(menu, self.site)
        for name, paths, said in (
            ("new", new, "in the menu but not in the edition file; crawled too"),
            ("gone", gone, "in the edition file but not in the menu; requested anyway"),
        ):
            self.crawler.stats.set_value(f"menu/{name}", len(paths))
            if paths:
                self.logger.info("%s: %s", said, " ".join(map(unquote, paths)))

    def first_requests(self, menu: dict[str, str]) -> Iterator[Request | Article]:
        """Yield the content of the outbox, then requests for sitemaps and the first page of each listing in scope."""
        session = self.session
        coverages = self.listings.coverages
        named = {name: url for name, url in coverages.items() if name in session.scope.sections}
        listings = section_listings(self.site, named | menu)
        unknown = [name for name in session.scope.sections if name not in listings]
        if unknown:
            names = ", ".join(sorted({*listings, *coverages}))
            session.fail(
                "unknown_section", f"no section {unknown[0]!r} in the {self.edition} edition; there are: {names}"
            )
        session.scope = with_all_names(session.scope, listings)
        yield from self.outbox()
        yield from self.sitemaps.start()
        yield from self.listings.requests(self.wanted(listings))

    def wanted(self, listings: dict[str, str]) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield the listings to read: (address, labels)."""
        scope = self.session.scope
        names = set(scope.sections or (() if scope.tags else listings))
        regions = self.regions(listings)
        if not scope.sections and self.session.archive.has_sitemaps(self.edition):
            # Regions contain the articles of the sections again: not needed if sitemaps contain everything new.
            names -= regions
        for name, url in listings.items():
            # Register all listings, even those that are not requested: a listing is not an article.
            if self.session.is_new(url) and name in names:
                yield url, frozenset({f"region:{name}"}) if name in regions else frozenset()

    def regions(self, paths: dict[str, str]) -> set[str]:
        """Return those listings that are a region or a coverage: their articles have addresses in sections."""
        regions = self.site.edition.regions
        return {
            name for name in paths if name in regions or page_type(paths[name], self.site) in ("region", "coverage")
        }

    def learn(self, article: Article, outside: str | None) -> Iterator[Request]:
        """Yield what an article leads to: listings of its tags, coverages."""
        self.listings.learn_tags(article.tags)
        boxed = [link for link in article.relatedLinks if link.block == "coverage"]
        self.listings.learn_coverages(NamedLink(name=link.headline, url=link.url) for link in boxed)
        if not outside:
            self.listings.found(tag.name for tag in article.tags)
        yield from self.listings.seen_tags()

    def parse(self, response: Response) -> Iterator[Article | Request]:
        """Parse an article page, for `scrapy parse --spider articles URL`."""
        yield from self.pages.parse(response, "parse", Visit(address=self.session.address(response.url)))

    # --- Steps when idle -----------------------------------------------------------------------------------------

    def idle(self) -> None:
        """Called when no request is left: next month; tags not found yet; further pages of a listing; then the end."""
        super().idle()
        unknown = self.listings.tags.unknown()
        if unknown and not self.session.failed:
            name, tried = unknown[0]
            places = ", ".join(tried) if tried else "no address"
            why = f"nothing found for the tag {name!r}: no article has it; tried {places}"
            self.session.fail("unknown_tag", why)

    def next_requests(self) -> list[Request]:
        """Return the requests of the first step that has any."""
        for phase, step in (
            ("months", self.sitemaps.next_month),
            ("again what failed", self.fetcher.next_tries),
            ("tags", self.next_tags),
            ("deep listings", self.depths.next_walk),
            ("known again", self.next_again),
            ("from the archive", self.next_held),
        ):
            if requests := list(step()):
                self.session.phase = phase
                return requests
        return []

    def next_tags(self) -> Iterator[Request]:
        """Yield known tag listings, else articles that may show the form of tag addresses, else guesses."""
        yield from self.listings.seen_tags()
        if self.sitemaps.has_keywords:  # do not search the listing of a tag again that an earlier crawl found
            self.listings.tags.answered(self.listings.tags.known)
        if not self.listings.tags.unasked():
            return
        if not self.listings.tags.shapes and self.front_cards:
            scouts, self.front_cards = self.front_cards[:SCOUTS], []
            for url in scouts:
                visit = Visit(address=self.session.address(url))
                known = self.session.archive.find(self.edition, visit.address.key)
                yield from self.pages.request(url, self.site.origin + "/", known, visit)
            return
        yield from self.listings.guessed_tags()

    def next_again(self) -> Iterator[Request]:
        """Yield some of the known articles that no source contained: those due for a recrawl, or all."""
        scope, asked = self.session.scope, 0
        self.again = self.again or self.session.recrawl.again(self.ages)
        for known in self.again:
            moment = datetime.fromtimestamp(known.published, UTC) if known.published else None
            marked = not set(known.listed.split()).isdisjoint(scope.marks)
            again = self.pages.visit_again(known)
            within = marked or scope.may_have_address(known.url)
            if within and scope.may_have_day(moment) and scope.has_key(again.address.key):
                for request in self.pages.request(known.url, "archive", known, again):
                    asked += 1
                    yield request
            if asked == AT_ONCE:
                return

    def next_held(self) -> Iterator[Request]:
        """Yield the archived articles, once, at the end, when it is known which of them have changed."""
        if not self.gave_held:
            self.gave_held = True
            # Items can only come from callbacks. Scrapy answers a data: address itself.
            yield Request("data:,", self.give_held, errback=self.fetcher.failed, meta={"kind": "archive"})

    def give_held(self, response: Response) -> Iterator[Article]:
        """Yield the articles in scope that this crawl has not delivered in another version."""
        for article, listed in self.session.archive.held(self.edition):
            if self.session.has(article.url) and not self.session.scope.refuses(article, listed=listed):
                self.session.count("archive/held")
                yield article
