"""Listings: their first pages, and how far to follow them into the depth, page by page or in a browser."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from mayadeen import browser
from mayadeen.archive import Known, Visit
from mayadeen.extract.listing import Card, parse_listing
from mayadeen.scope import Scope
from mayadeen.site import dates
from mayadeen.site.address import dedupe_key, page_type
from mayadeen.spiders.base import ARTICLE, LISTING
from mayadeen.spiders.sitemaps import SitemapReader
from mayadeen.spiders.walks import ENDS, Walk

DEPTH = ARTICLE - 10
"""Priority of a listing's next page: after the articles of the one before, so that nothing found is lost with it."""
KNOWN_RUN = 10
"""Articles in a row that were held when the listing was last read to its end: all below them is held, too."""
FEW = 5
"""Fewer cards, and no button: there is nothing that would come by scrolling."""
BARREN = 3
"""Pages in a row without a single article after which a listing leads nowhere."""


class ListingReader(SitemapReader):
    """A spider that reads listings: first pages at once, depths when sitemaps have said what they know, one by one."""

    def remember(self, scope: Scope, known: str = "skip") -> None:
        super().remember(scope, known)
        self.walks: deque[Walk] = deque()
        self.walk: Walk | None = None
        self.shown: set[str] = set()
        self.named: set[str] = set()
        """Those articles of first pages that sitemaps name."""
        self.has_sitemaps = False
        self.depth = self.settings.getint("LISTING_MAX_PAGES")

    # --- First pages ---------------------------------------------------------------------------------------------

    def parse_section(self, response: Response, listed: frozenset[str]) -> Iterator[Request]:
        """A listing: its cards lead to articles."""
        page = self.page_of(response)
        if page is None:
            return
        listing = parse_listing(page)
        if not (listing.cards or listing.menu) and self.try_later(response):
            return
        self.count("listing/read")
        if not listing.cards:
            self.count("listing/without_cards")
            self.logger.warning("no cards on the listing %s", response.url)
        self.learn_tags(listing)
        yield from self.first_page(listing, response.url, listed)

    def learn_tags(self, listing: Any) -> None:
        """What a listing says of tags."""

    def first_page(self, listing: Any, url: str, listed: frozenset[str]) -> Iterator[Request]:
        """Requests for the articles of a listing's first page; its depth comes later."""
        walk = Walk(url=url, listed=listed, following=listing.next, button=listing.load_more, complete=self.walked(url))
        self.walks.append(walk)
        walk.first = [card.url for card in listing.cards if card.block == ""]
        if 0 < len(walk.first) < FEW and not (listing.load_more or listing.next):
            walk.end = "ended"
        yield from self.take(listing, url, walk)
        self.shown.update(walk.month.keys)

    def article_requests(
        self, listing: Any, found_on: str, *, listed: frozenset[str] = frozenset()
    ) -> Iterator[Request]:
        """Requests for the cards of a listing that may be in scope."""
        for number, card in enumerate(listing.cards, 1):
            if not self.within("LISTING_LINKS_MAX", number):
                break
            visit = self.visit_to(card, listed if card.block == "" else frozenset(), all_of_it=bool(listed))
            if visit:
                yield from self.request_if_worth(card.url, found_on, visit)

    def visit_to(self, card: Card, listed: frozenset[str], *, all_of_it: bool) -> Visit | None:
        """The visit to the article of a card; None when it is not in scope."""
        if not self.scope.may_have_day(self.day_of(card)):
            return None
        if not (all_of_it or self.scope.may_have_address(card.url)):
            return None
        return Visit(key=dedupe_key(card.url, self.site), listed=listed)

    def day_of(self, card: Card) -> datetime | None:
        """The day that a card prints."""
        return dates.parse_printed(card.day, self.site.edition, datetime.now(UTC)) if card.day else None

    def add_months(self, sitemap: Any) -> None:
        """Takes note that there are sitemaps."""
        self.has_sitemaps = self.has_sitemaps or bool(sitemap.children or sitemap.entries)
        super().add_months(sitemap)

    def request_if_worth(self, url: str, found_on: str, visit: Visit) -> Iterator[Request]:
        """Takes note of what sitemaps name."""
        if visit.source and visit.key in self.shown:
            self.named.add(visit.key)
        yield from super().request_if_worth(url, found_on, visit)

    # --- Depths --------------------------------------------------------------------------------------------------

    def next_walk(self) -> Iterator[Request]:
        """The next listing to follow; the articles of the one before are read by now."""
        if self.walk:
            self.settle(self.walk)
            self.walk = None
        while self.walks:
            walk = self.walks.popleft()
            if self.is_covered(walk):
                continue
            if walk.end or self.depth < 1:
                self.settle(walk)
                continue
            self.walk = walk
            yield self.further(walk.following) if walk.following else self.opening(walk)
            return

    def further(self, url: str, **meta: Any) -> Request:
        """The request for a further page."""
        request = self.ask(url, self.parse_more, priority=LISTING, errback=self.walk_failed)
        # Not tried again when all else is done: by then the listing is settled.
        return request.replace(priority=DEPTH, meta=request.meta | {"last_try": True} | meta)

    def opening(self, walk: Walk) -> Request:
        """The request to open a listing in a browser."""
        return browser.opening(self.further(walk.url), walk.first, self.site.edition)

    def is_covered(self, walk: Walk) -> bool:
        """Whether sitemaps tell of what a listing shows: of most articles of its first page, they did."""
        if not self.has_sitemaps:
            return False
        found = {name: self.archive.find(self.edition, name) for name in walk.month.keys}
        telling = [name for name, known in found.items() if known is None or self.scope.may_have_day(_published(known))]
        named = [name for name in telling if name in self.named or ((known := found[name]) and known.source)]
        return 2 * len(named) >= len(telling)

    async def parse_more(self, response: Response) -> AsyncIterator[Request]:
        """A further page of the listing that is being followed, or what a browser made of it."""
        walk, browsed = self.walk, bool(response.meta.get("playwright"))
        if walk is not None:
            for request in self.read_more(response, walk, browsed):
                yield request
        if browsed and (walk is None or walk.end):
            assert response.request is not None
            await browser.leave(response.request)

    def read_more(self, response: Response, walk: Walk, browsed: bool) -> Iterator[Request]:
        """The articles of a further page, and the request for the page after it."""
        opened = browsed and not response.meta.get("pressed")
        end = browser.end_of(response) if browsed else None
        page = self.page_of(response) if response.body else None
        if page is not None:
            listing = parse_listing(page)
            walk.pages += not opened
            if listing.cards:
                self.count("listing/pages")
            yield from self.take(listing, walk.url if browsed else response.url, walk, opened=opened)
            walk.following = None if browsed else listing.next
            if walk.end == "repeats" and walk.button and not browsed and walk.pages == 1:
                # The button's address is the first page again: it means to be pressed.
                walk.end, walk.pages = None, 0
                yield self.opening(walk)
                return
        if walk.end or self.failure is not None:
            return
        if end or page is None or not (browsed or (walk.following and self.is_new(walk.following))):
            walk.end = "ended"
            if end and end != "ended":
                self.shallow(walk, end)
        elif walk.pages >= self.depth:
            walk.end = "cap"
            self.warn(walk, "listing/capped")
        else:
            meta = browser.pressing(response) | {"pressed": True, "kind": "press"} if browsed else {}
            yield self.further(walk.following or walk.url, **meta)

    def take(self, listing: Any, found_on: str, walk: Walk, *, opened: bool = False) -> Iterator[Request]:
        """Requests for the articles of a page of a listing. Sees whether there is a reason to follow it no further."""
        if walk.asked:
            found = any(self.archive.find(self.edition, name) for name in walk.asked)
            walk.barren = 0 if found else walk.barren + (not opened)
        cards = [card for card in listing.cards if card.block == ""]
        page = [(dedupe_key(card.url, self.site), self.day_of(card)) for card in cards]
        visits = [(card, self.visit_to(card, walk.listed, all_of_it=bool(walk.listed))) for card in cards]
        asked = [
            visit.key for card, visit in visits if visit and page_type(card.url, self.site) in ("article", "unknown")
        ]
        held = [self.is_held(name, walk) for name in asked]
        walk.run = walk.run + len(held) if all(held) else held[::-1].index(False)
        if walk.pages and walk.seen.issuperset(name for name, _ in page):
            walk.end = "repeats"
        elif held and (walk.run >= KNOWN_RUN or (walk.pages == 0 and all(held))):
            walk.end = "known"
        elif self.is_old(page) or self.is_old(walk.before):
            walk.end = "older"
        elif walk.barren >= BARREN:
            walk.end = "barren"
            self.warn(walk, "listing/barren")
        walk.before, walk.asked = page, asked
        walk.seen.update(name for name, _ in page)
        walk.month.keys.update(dict.fromkeys(asked))
        yield from self.article_requests(listing, found_on, listed=walk.listed)

    def is_held(self, name: str, walk: Walk) -> bool:
        """Whether an article was held when the listing was last read to its end."""
        if walk.complete is None:
            return False
        known = self.archive.find(self.edition, name)
        return known is not None and known.first_seen <= walk.complete

    def is_old(self, page: list[tuple[str, datetime | None]]) -> bool:
        """Whether all articles of a page are older than the crawl's days, as the cards or the articles say."""
        since = self.scope.since
        if since is None or not page:
            return False
        for name, day in page:
            known = None if day else self.archive.find(self.edition, name)
            day = day or (_published(known) if known else None)
            if day is None or day.astimezone(dates.BEIRUT).date() >= since - timedelta(days=1):
                return False
        return True

    # --- Ends ----------------------------------------------------------------------------------------------------

    def walked(self, url: str) -> int | None:
        """When a listing was last read to its end within these bounds."""
        ends = (self.archive.month_complete(self.edition, url, bounds) for bounds in self.walk_bounds())
        return max((end for end in ends if end), default=None)

    def walk_bounds(self) -> tuple[str, str]:
        """The bounds within which a listing is read to its end, or to the cap."""
        bounds = self.bounds + (f"; since {self.scope.since}" if self.scope.since else "")
        return bounds, f"{bounds}; {self.settings.getint('LISTING_MAX_PAGES')} pages"

    def settle(self, walk: Walk) -> None:
        """Remembers that a listing was read to its end, when all its articles are held."""
        if walk.end is None or not walk.month.whole:
            return
        if walk.pages:
            self.count("listing/deep")
            self.logger.info(
                "listing %s: %d articles on %d further pages; %s",
                walk.url,
                len(walk.month.keys),
                walk.pages,
                ENDS[walk.end],
            )
        self.memory.settle(walk.month, self.walk_bounds()[walk.end == "cap"])

    def warn(self, walk: Walk, stat: str) -> None:
        """Names a listing that is given up, for its own sake."""
        self.count(stat)
        self.logger.warning(
            "listing %s: given up after %d further pages: %s", walk.url, walk.pages, ENDS[walk.end or ""]
        )

    def shallow(self, walk: Walk, why: str) -> None:
        """Names a listing that could not be followed to its end; what was found is kept."""
        walk.month.whole = False
        self.count("listing/shallow")
        self.logger.warning("listing %s stays shallow after %d further pages: %s", walk.url, walk.pages, why)

    async def walk_failed(self, failure: Any) -> None:
        """A further page that could not be had. Without a browser, no other listing can be followed in one either."""
        walk, self.walk = self.walk, None
        await browser.leave(failure.request)
        if failure.check(browser.BrowserError):
            self.ledger.end(failure.request.meta["account"], "failed", str(failure.value))
        if failure.check(browser.NoBrowser):
            rest = [each for each in self.walks if not (each.following or each.end or self.is_covered(each))]
            urls = [each.url for each in ([walk] if walk else []) + rest]
            self.walks = deque(each for each in self.walks if each not in rest)
            self.crawler.stats.inc_value("listing/shallow", len(urls))
            self.logger.warning(
                "%s: of these listings only the first page was read: %s. To read on, install one: `apt-get install "
                "chromium`, or `playwright install chromium`",
                failure.value,
                ", ".join(urls),
            )
            return
        if walk and walk.pages and failure.check(HttpError) and failure.value.response.status in (404, 410):
            walk.end, self.walk = "ended", walk
            return
        why = str(failure.value) or failure.type.__name__
        if failure.check(browser.BrowserError):
            self.count("failed/browser")
        else:
            why = f"http {failure.value.response.status}" if failure.check(HttpError) else why
            self.failed(failure)
        if walk and self.failure is None:
            self.shallow(walk, why)


def _published(known: Known) -> datetime | None:
    return datetime.fromtimestamp(known.published, UTC) if known.published else None
