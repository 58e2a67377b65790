"""`scrapy crawl articles`: front page, listings and sitemaps, then the articles that they lead to, newest first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import IO, Any, ClassVar, Self
from urllib.parse import unquote

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from mayadeen.archive import Known
from mayadeen.crawl import arguments, lock
from mayadeen.crawl.article_pages import ArticlePages
from mayadeen.crawl.depths import Depths
from mayadeen.crawl.fetching import Fetcher
from mayadeen.crawl.listings import Listings
from mayadeen.crawl.places import data_directory
from mayadeen.crawl.recrawl import KNOWN
from mayadeen.crawl.scope import menu_changes, menu_sections, read_scope, section_listings, with_all_names
from mayadeen.crawl.session import ArchiveSpider, Session
from mayadeen.crawl.sitemaps import Sitemaps
from mayadeen.errors import ArchiveError, UsageError
from mayadeen.extract.listing import parse_listing
from mayadeen.items import Article, NamedLink, Visit
from mayadeen.site.address import page_type

SCOUTS = 10
"""Articles read only to learn how this site writes tag addresses."""
SIGNED_AT_ONCE = 5000
"""Articles without a signature that a crawl signs as it begins: some seconds."""


class Articles(ArchiveSpider):
    """The articles of one edition, as `items.Article`."""

    name = "articles"
    arguments: ClassVar[dict[str, str]] = {
        "edition": "en (default), ar or es",
        "sections": "slugs, separated by commas; default: the whole edition; `scrapy sections` lists them",
        "tags": "slugs, separated by commas",
        "match": "any (default): in one of the sections or with one of the tags; all: both",
        "since": "first day of publication in Beirut: 2024-04-20, today, yesterday or 7d",
        "until": "last day",
        "known": "articles in the archive: skip, emit (from the archive) or refetch (request them again)",
    }
    lock: IO[str]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Checks the arguments, takes the lock of the edition and opens the archive; raises UsageError."""
        given = arguments.check(cls.name, cls.arguments, kwargs)
        spider = super().from_crawler(crawler)
        settings = crawler.settings
        known = given.pop("known", None)
        scope = read_scope(origin=settings.get("SITE_ORIGIN"), **given)
        if known is None:
            # A feed that is overwritten holds everything in scope, one that grows what is new.
            overwrites = any(feed.get("overwrite") for feed in settings.getdict("FEEDS").values())
            known = "emit" if overwrites else "skip"
        if known not in KNOWN:
            raise UsageError(f"known must be one of {', '.join(KNOWN)}, got {known!r}")
        edition, data = scope.site.edition.code, data_directory(settings)
        data.mkdir(parents=True, exist_ok=True)
        spider.lock = lock.take(data / f"articles-{edition}.lock", f"the {edition} edition")
        spider.compose(Session(crawler, scope, known))
        signed, left = spider.session.archive.sign_earlier(edition, SIGNED_AT_ONCE)
        if signed:
            spider.logger.info("signed %d earlier articles for nearDuplicates, %d left for later crawls", signed, left)
        crawler.signals.connect(spider.idle, signals.spider_idle)
        return spider

    def compose(self, session: Session) -> None:
        """Puts the parts of the crawl together."""
        self.session, self.site = session, session.site
        self.fetcher = Fetcher(session)
        self.pages = ArticlePages(session, self.fetcher, self.learn)
        # By a function, as the listings are made last: they need the depths, and the depths need the sitemaps.
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
        """The front page: its menu says which sections there are."""
        page = self.fetcher.readable(response)
        listing = parse_listing(page) if page else None
        menu = menu_sections([(link.name, link.url or "") for link in listing.menu], self.site) if listing else {}
        if listing:
            self.listings.learn_tags(listing.tags)
            self.listings.learn_coverages(listing.coverages)
            self.front_cards = [card.url for card in listing.cards]
            self.report_menu(menu)
        yield from self.first_requests(menu)
        if listing and (self.session.scope.whole or self.session.scope.sections):
            yield from self.depths.article_requests(listing, response.url)

    def front_failed(self, failure: Failure) -> Iterator[Request | Article]:
        """No front page: the sections that are known without it."""
        self.fetcher.failed(failure)
        yield from self.first_requests({})

    def report_menu(self, menu: dict[str, str]) -> None:
        """Counts and names the sections that came or went since the edition's row was written."""
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
        """What the outbox holds, then sitemaps and the first page of each listing in scope."""
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
        """The listings to read: address, and what each stands for."""
        scope = self.session.scope
        names = set(scope.sections or (() if scope.tags else listings))
        regions = self.regions(listings)
        if not scope.sections and self.session.archive.has_sitemaps(self.edition):
            # Regions show the articles of the sections again: not needed where sitemaps tell of all that is new.
            names -= regions
        for name, url in listings.items():
            # A listing is no article, whether it is asked for or not.
            if self.session.is_new(url) and name in names:
                yield url, frozenset({f"region:{name}"}) if name in regions else frozenset()

    def outbox(self) -> Iterator[Article]:
        """What earlier crawls recorded and no feed holds; first of all, once it is known how sections are named."""
        for article, listed in self.session.archive.outbox(self.edition, self.session.views):
            if not self.session.scope.refuses(article, listed=listed):
                self.session.count("archive/again")
                yield article

    def regions(self, paths: dict[str, str]) -> set[str]:
        """Those of some listings that stand for a region, or a special file: their articles live under sections."""
        regions = self.site.edition.regions
        return {
            name for name in paths if name in regions or page_type(paths[name], self.site) in ("region", "coverage")
        }

    def learn(self, article: Article, outside: str | None) -> Iterator[Request]:
        """What an article leads to: listings of its tags, special files."""
        self.listings.learn_tags(article.tags)
        boxed = [link for link in article.relatedLinks if link.block == "coverage"]
        self.listings.learn_coverages(NamedLink(name=link.headline, url=link.url) for link in boxed)
        if not outside:
            self.listings.answered(tag.name for tag in article.tags)
        yield from self.listings.seen_tags()

    def parse(self, response: Response) -> Iterator[Article | Request]:
        """An article page, for `scrapy parse --spider articles URL`."""
        yield from self.pages.parse(response, "parse", Visit(address=self.session.address(response.url)))

    # --- Steps when idle -----------------------------------------------------------------------------------------

    def idle(self) -> None:
        """When all is read: the next month; unanswered tags; the depth of a listing; then the end."""
        try:
            requests = list(self.next_requests())
        except ArchiveError as error:
            self.session.fail("archive", str(error))
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider
        unanswered = self.listings.tags.unanswered()
        if unanswered and not self.session.failed:
            name, tried = unanswered[0]
            places = ", ".join(tried) if tried else "no address"
            why = f"nothing found for the tag {name!r}: no article has it; tried {places}"
            self.session.fail("unknown_tag", why)

    def next_requests(self) -> list[Request]:
        """The first step that has something to ask for."""
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
        """Tag listings seen, else articles that may show how this site writes them, else guesses."""
        yield from self.listings.seen_tags()
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
        """Known articles that nothing has named: those that come of age, or all."""
        scope = self.session.scope
        self.again = self.again or self.session.recrawl.again(self.ages)
        for known in self.again:
            moment = datetime.fromtimestamp(known.published, UTC) if known.published else None
            marked = not set(known.listed.split()).isdisjoint(scope.marks)
            if scope.may_have_day(moment) and (marked or scope.may_have_address(known.url)):
                yield from self.pages.request(known.url, "archive", known, self.pages.visit_again(known))

    def next_held(self) -> Iterator[Request]:
        """What the archive holds, once, at the very end: by then it is known what has changed."""
        if not self.gave_held:
            self.gave_held = True
            # Items come from callbacks alone; Scrapy answers a data: address itself.
            yield Request("data:,", self.give_held, errback=self.fetcher.failed, meta={"kind": "archive"})

    def give_held(self, response: Response) -> Iterator[Article]:
        """The articles in scope that this crawl has not given in another version."""
        for article, listed in self.session.archive.held(self.edition):
            if not self.session.scope.refuses(article, listed=listed):
                self.session.count("archive/held")
                yield article
