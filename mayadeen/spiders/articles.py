"""`scrapy crawl articles`: front page, listings and sitemaps, then the articles that they lead to, newest first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import unquote

from scrapy import Request, Spider
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response

from mayadeen import lock
from mayadeen.archive import Known, Visit
from mayadeen.errors import ArchiveError, UsageError
from mayadeen.extract.listing import parse_listing
from mayadeen.items import Article, article_from
from mayadeen.memory import KNOWN
from mayadeen.scope import menu_changes, menu_sections, read_scope, section_listings, with_all_names
from mayadeen.site.address import dedupe_key, is_internal, page_type, slug
from mayadeen.spiders.base import FRONT, LISTING
from mayadeen.spiders.listings import ListingReader
from mayadeen.tags import TagAddresses

SCOUTS = 10
"""Articles read only to learn how this site writes tag addresses."""


class Articles(ListingReader):
    """The articles of one edition, as `items.Article`."""

    name = "articles"
    arguments: ClassVar[tuple[str, ...]] = ("edition", "sections", "tags", "match", "since", "until", "known")

    def begin(self, known: str | None = None, **arguments: str) -> None:
        """Checks the arguments; raises UsageError."""
        scope = read_scope(origin=self.settings.get("SITE_ORIGIN"), **arguments)
        if known is None:
            # A feed that is overwritten holds everything in scope, one that grows what is new.
            overwrites = any(feed.get("overwrite") for feed in self.settings.getdict("FEEDS").values())
            known = "emit" if overwrites else "skip"
        if known not in KNOWN:
            raise UsageError(f"known must be one of {', '.join(KNOWN)}, got {known!r}")
        edition = scope.site.edition.code
        self.data.mkdir(parents=True, exist_ok=True)
        self.lock = lock.take(self.data / f"articles-{edition}.lock", f"the {edition} edition")
        self.remember(scope, known)
        self.ages = [int(age) for age in self.settings.getlist("RECHECK_AGES")]
        self.again: Iterator[Known] | None = None
        self.gave_held = known == "skip"
        self.tag_addresses = TagAddresses(scope.tags)
        tags = self.archive.tags(edition, scope.tags)
        self.tag_addresses.answered(list(tags))
        self.tag_addresses.learn(list(tags.items()))
        self.front_cards: list[str] = []
        self.phase = "newest"

    # --- Where to look -------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        yield self.ask("/robots.txt", self.parse_robots, priority=FRONT, errback=self.sitemaps_by_habit)
        yield self.ask("/", self.parse_front, priority=FRONT, errback=self.front_failed)

    def parse_front(self, response: Response) -> Iterator[Request | Article]:
        """The front page: its menu says which sections there are."""
        page = self.page_of(response)
        listing = parse_listing(page) if page else None
        menu = menu_sections([(link.name, link.url or "") for link in listing.menu], self.site) if listing else {}
        if listing:
            self.tag_addresses.learn([(tag.name, tag.url) for tag in listing.tags])
            self.front_cards = [card.url for card in listing.cards]
            self.report_menu(menu)
        yield from self.listing_requests(menu)
        if listing and (self.scope.whole or self.scope.sections):
            yield from self.article_requests(listing, response.url)

    def front_failed(self, failure: Any) -> Iterator[Request | Article]:
        """No front page: the sections that are known without it."""
        self.failed(failure)
        yield from self.listing_requests({})

    def report_menu(self, menu: dict[str, str]) -> None:
        """Counts and names the sections that came or went since the edition's row was written."""
        if not menu:
            return
        new, gone = menu_changes(menu, self.site)
        for name, paths, said in (
            ("new", new, "in the menu, though not in the edition file; crawled too"),
            ("gone", gone, "not in the menu, though in the edition file; asked for all the same"),
        ):
            self.crawler.stats.set_value(f"menu/{name}", len(paths))
            if paths:
                self.logger.info("%s: %s", said, " ".join(map(unquote, paths)))

    def listing_requests(self, menu: dict[str, str]) -> Iterator[Request | Article]:
        """The first page of each listing in scope, after what the outbox holds."""
        listings = section_listings(self.site, menu)
        unknown = [name for name in self.scope.sections if name not in listings]
        if unknown:
            names = ", ".join(sorted(listings))
            self.fail("unknown_section", f"no section {unknown[0]!r} in the {self.edition} edition; there are: {names}")
        self.scope = with_all_names(self.scope, listings)
        yield from self.outbox()
        wanted = set(self.scope.sections or (() if self.scope.tags else listings))
        regions = self.regions(listings)
        if not self.scope.sections and self.archive.has_sitemaps(self.edition):
            # Regions show the articles of the sections again: not needed where sitemaps tell of all that is new.
            wanted -= regions
        asked = 0
        for name, url in listings.items():
            # A listing is no article, whether it is asked for or not.
            if self.is_new(url) and name in wanted:
                asked += 1
                if not self.within("LISTINGS_MAX", asked):
                    break
                marks = frozenset({f"region:{name}"}) if name in regions else frozenset()
                yield self.ask(url, self.parse_section, priority=LISTING, listed=marks)

    def outbox(self) -> Iterator[Article]:
        """What earlier crawls recorded and no feed holds; first of all, once it is known how sections are named."""
        for line, listed in self.archive.outbox(self.edition, "article"):
            article = article_from(line)
            if not self.scope.refuses(article, listed=listed):
                self.count("archive/again")
                yield article

    def regions(self, paths: dict[str, str]) -> set[str]:
        """Those of some listings that stand for a region, or a special file: their articles live under sections."""
        regions = self.site.edition.regions
        return {
            name for name in paths if name in regions or page_type(paths[name], self.site) in ("region", "coverage")
        }

    def learn_tags(self, listing: Any) -> None:
        """The tags that a listing links to."""
        self.tag_addresses.learn([(tag.name, tag.url) for tag in listing.tags])

    # --- What was found ------------------------------------------------------------------------------------------

    def learn(self, article: Article, *, outside: str | None) -> Iterator[Request]:
        """What an article leads to: listings of its tags."""
        self.tag_addresses.learn([(tag.name, tag.url) for tag in article.tags])
        if not outside:
            self.answered([tag.name for tag in article.tags])
        yield from self.tag_requests()

    def answered(self, names: list[str]) -> None:
        """Something of these tags was found."""
        for mark in self.tag_addresses.answered(names):
            self.archive.record_tag(self.edition, mark, self.tag_addresses.address(mark))

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
        self.answered([tag])
        self.archive.record_tag(self.edition, tag, response.url)
        self.count("listing/read")
        yield from self.first_page(listing, response.url, frozenset({f"tag:{tag}"}))

    def tag_failed(self, failure: Any) -> None:
        """A tag address that was only a guess."""
        self.failed(failure)
        self.tag_addresses.missed(failure.request.cb_kwargs["tag"], failure.request.url)

    # --- One thing after another ---------------------------------------------------------------------------------

    def idle(self, spider: Spider) -> None:
        """When all is read: the next month; unanswered tags; the depth of a listing; then the end."""
        try:
            requests = list(self.next_requests())
        except ArchiveError as error:
            self.fail("archive", str(error))
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider
        unanswered = self.tag_addresses.unanswered()
        if unanswered and self.failure is None:
            name, tried = unanswered[0]
            places = ", ".join(tried) if tried else "no address"
            self.fail("unknown_tag", f"nothing answers for the tag {name!r}: no article names it; tried {places}")

    def next_requests(self) -> list[Request]:
        """The first step that has something to ask for."""
        for phase, step in (
            ("months", self.next_month),
            ("again what failed", self.next_tries),
            ("tags", self.next_tags),
            ("deep listings", self.next_walk),
            ("known again", self.next_again),
            ("from the archive", self.next_held),
        ):
            if requests := list(step()):
                self.phase = phase
                return requests
        return []

    def next_tags(self) -> Iterator[Request]:
        """Tag listings seen, else articles that may show how this site writes them, else guesses."""
        yield from self.tag_requests()
        if not self.tag_addresses.unasked():
            return
        if not self.tag_addresses.shapes and self.front_cards:
            scouts, self.front_cards = self.front_cards[:SCOUTS], []
            for url in scouts:
                visit = Visit(key=dedupe_key(url, self.site))
                yield from self.article_request(url, self.site.origin + "/", self.memory.find(url), visit)
            return
        for name, url in self.tag_addresses.guesses(self.site.origin):
            if self.is_new(url):
                yield self.ask(url, self.parse_tag, priority=LISTING, errback=self.tag_failed, tag=name)

    def next_again(self) -> Iterator[Request]:
        """Known articles that nothing has named: those that come of age, or all."""
        self.again = self.again or self.memory.again(self.ages)
        for known in self.again:
            moment = datetime.fromtimestamp(known.published, UTC) if known.published else None
            marked = not set(known.listed.split()).isdisjoint(self.scope.marks)
            if self.scope.may_have_day(moment) and (marked or self.scope.may_have_address(known.url)):
                yield from self.article_request(known.url, "archive", known, self.visit_of(known))

    def next_held(self) -> Iterator[Request]:
        """What the archive holds, once, at the very end: by then it is known what has changed."""
        if not self.gave_held:
            self.gave_held = True
            # Items come from callbacks alone; Scrapy answers a data: address itself.
            yield Request("data:,", self.give_held, errback=self.failed, meta={"kind": "archive"}, dont_filter=True)

    def give_held(self, response: Response) -> Iterator[Article]:
        """The articles in scope that this crawl has not given in another version."""
        for line, listed in self.archive.held(self.edition):
            article = article_from(line)
            if not self.scope.refuses(article, listed=listed):
                self.count("archive/held")
                yield article
