"""How far to follow listings, page by page or in a browser, when sitemaps have said what they know; one by one."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from logging import getLogger
from typing import Any

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from mayadeen import browser
from mayadeen.archive import Known
from mayadeen.crawl.article_pages import ArticlePages
from mayadeen.crawl.fetching import PRIORITY, Fetcher, request_of, status_of
from mayadeen.crawl.session import Session
from mayadeen.crawl.sitemaps import Sitemaps
from mayadeen.crawl.walks import ENDS, Walk
from mayadeen.extract.listing import Card, Listing, parse_listing
from mayadeen.items import Visit
from mayadeen.site import dates

logger = getLogger(__name__)

DEPTH = PRIORITY["article"] - 10
"""Priority of a listing's next page: after the articles of the one before, so that nothing found is lost with it."""
KNOWN_RUN = 10
"""Articles in a row that were held when the listing was last read to its end: all below them is held, too."""
FEW = 5
"""Fewer cards, and no button: there is nothing that would come by scrolling."""
BARREN = 3
"""Pages in a row without a single article after which a listing leads nowhere."""


class Depths:
    """Takes the articles of listings, and follows those that show more than sitemaps tell."""

    def __init__(self, session: Session, fetcher: Fetcher, pages: ArticlePages, sitemaps: Sitemaps) -> None:
        self.session, self.fetcher, self.pages, self.sitemaps = session, fetcher, pages, sitemaps
        self.walks: deque[Walk] = deque()
        self.walk: Walk | None = None
        """The one that is being followed."""
        self.depth = session.settings.getint("LISTING_MAX_PAGES")

    def first_page(self, listing: Listing, url: str, listed: frozenset[str]) -> Iterator[Request]:
        """Requests for the articles of a listing's first page; its depth comes later."""
        walk = Walk(url=url, listed=listed, following=listing.next, button=listing.load_more, complete=self.walked(url))
        self.walks.append(walk)
        walk.first = [card.url for card in listing.cards if card.block == ""]
        if 0 < len(walk.first) < FEW and not (listing.load_more or listing.next):
            walk.end = "ended"
        yield from self._take(listing, url, walk)
        self.pages.shown.update(walk.keys)

    def article_requests(
        self, listing: Listing, found_on: str, *, listed: frozenset[str] = frozenset()
    ) -> Iterator[Request]:
        """Requests for the cards of a listing that may be in scope."""
        for number, card in enumerate(listing.cards, 1):
            if not self.fetcher.within("LISTING_LINKS_MAX", number):
                break
            visit = self.visit_to(card, listed if card.block == "" else frozenset(), all_of_it=bool(listed))
            if visit:
                yield from self.pages.request_if_worth(found_on, visit)

    def visit_to(self, card: Card, listed: frozenset[str], *, all_of_it: bool) -> Visit | None:
        """The visit to the article of a card; None when it is not in scope."""
        scope = self.session.scope
        if not scope.may_have_day(self.day_of(card)) or not (all_of_it or scope.may_have_address(card.url)):
            return None
        return Visit(address=self.session.address(card.url), listed=listed)

    def day_of(self, card: Card) -> datetime | None:
        """The day that a card prints."""
        return dates.parse_printed(card.day, self.session.site.edition, datetime.now(UTC)) if card.day else None

    # --- Following -----------------------------------------------------------------------------------------------

    def next_walk(self) -> Iterator[Request]:
        """The next listing to follow; the articles of the one before are read by now."""
        if self.walk:
            self._settle(self.walk)
            self.walk = None
        while self.walks:
            walk = self.walks.popleft()
            if self.is_covered(walk):
                continue
            if walk.end or self.depth < 1:
                self._settle(walk)
                continue
            self.walk = walk
            yield self._further(walk.following) if walk.following else self._opening(walk)
            return

    def _further(self, url: str, **meta: Any) -> Request:
        """The request for a further page."""
        request = self.fetcher.request(url, self.parse, "listing", errback=self.failed)
        # Not tried again when all else is done: by then the listing is settled.
        return request.replace(priority=DEPTH, meta=request.meta | {"last_try": True} | meta)

    def _opening(self, walk: Walk) -> Request:
        """The request to open a listing in a browser."""
        return browser.opening(self._further(walk.url), walk.first, self.session.site.edition)

    def is_covered(self, walk: Walk) -> bool:
        """Whether sitemaps tell of what a listing shows: of most articles of its first page, they did."""
        if not self.sitemaps.found:
            return False
        found = {key: self.session.archive.find(self.session.edition, key) for key in walk.keys}
        telling = [
            key for key, known in found.items() if known is None or self.session.scope.may_have_day(_published(known))
        ]
        named = [key for key in telling if key in self.pages.named or ((known := found[key]) and known.source)]
        return 2 * len(named) >= len(telling)

    async def parse(self, response: Response) -> AsyncIterator[Request]:
        """A further page of the listing that is being followed, or what a browser made of it."""
        walk, browsed = self.walk, bool(response.meta.get("playwright"))
        if walk is not None:
            for request in self._read(response, walk, browsed):
                yield request
        if browsed and (walk is None or walk.end):
            assert response.request is not None
            await browser.leave(response.request)

    def _read(self, response: Response, walk: Walk, browsed: bool) -> Iterator[Request]:
        """The articles of a further page, and the request for the page after it."""
        opened = browsed and not response.meta.get("pressed")
        end = browser.end_of(response) if browsed else None
        page = self.fetcher.readable(response) if response.body else None
        if page is not None:
            listing = parse_listing(page)
            walk.pages += not opened
            if listing.cards:
                self.session.count("listing/pages")
            yield from self._take(listing, walk.url if browsed else response.url, walk, opened=opened)
            walk.following = None if browsed else listing.next
            if walk.end == "repeats" and walk.button and not browsed and walk.pages == 1:
                # The button's address is the first page again: it means to be pressed.
                walk.end, walk.pages = None, 0
                yield self._opening(walk)
                return
        if walk.end or self.session.failed:
            return
        if end or page is None or not (browsed or (walk.following and self.session.is_new(walk.following))):
            walk.end = "ended"
            if end and end != "ended":
                self._shallow(walk, end)
        elif walk.pages >= self.depth:
            walk.end = "cap"
            self._warn(walk, "listing/capped")
        else:
            meta = browser.pressing(response) | {"pressed": True, "kind": "press"} if browsed else {}
            yield self._further(walk.following or walk.url, **meta)

    def _take(self, listing: Listing, found_on: str, walk: Walk, *, opened: bool = False) -> Iterator[Request]:
        """Requests for the articles of a page of a listing. Sees whether there is a reason to follow it no further."""
        if walk.asked:
            found = any(self.session.archive.find(self.session.edition, key) for key in walk.asked)
            walk.barren = 0 if found else walk.barren + (not opened)
        cards = [card for card in listing.cards if card.block == ""]
        page = [(self.session.address(card.url).key, self.day_of(card)) for card in cards]
        visits = [self.visit_to(card, walk.listed, all_of_it=bool(walk.listed)) for card in cards]
        asked = [visit.address.key for visit in visits if visit and visit.address.may_be_article]
        held = [self._is_held(key, walk) for key in asked]
        walk.run = walk.run + len(held) if all(held) else held[::-1].index(False)
        if walk.pages and walk.seen.issuperset(key for key, _ in page):
            walk.end = "repeats"
        elif held and (walk.run >= KNOWN_RUN or (walk.pages == 0 and all(held))):
            walk.end = "known"
        elif self._is_old(page) or self._is_old(walk.before):
            walk.end = "older"
        elif walk.barren >= BARREN:
            walk.end = "barren"
            self._warn(walk, "listing/barren")
        walk.before, walk.asked = page, asked
        walk.seen.update(key for key, _ in page)
        walk.keys.update(dict.fromkeys(asked))
        yield from self.article_requests(listing, found_on, listed=walk.listed)

    def _is_held(self, key: str, walk: Walk) -> bool:
        """Whether an article was held when the listing was last read to its end."""
        if walk.complete is None:
            return False
        known = self.session.archive.find(self.session.edition, key)
        return known is not None and known.first_seen <= walk.complete

    def _is_old(self, page: list[tuple[str, datetime | None]]) -> bool:
        """Whether all articles of a page are older than the crawl's days, as the cards or the articles say."""
        since = self.session.scope.since
        return since is not None and bool(page) and all(self._is_before(key, day, since) for key, day in page)

    def _is_before(self, key: str, day: datetime | None, since: date) -> bool:
        known = None if day else self.session.archive.find(self.session.edition, key)
        day = day or (_published(known) if known else None)
        return day is not None and day.astimezone(dates.BEIRUT).date() < since - timedelta(days=1)

    # --- Ends ----------------------------------------------------------------------------------------------------

    def walked(self, url: str) -> int | None:
        """When a listing was last read to its end within these bounds, UTC seconds."""
        ends = (self.session.archive.listing_complete(self.session.edition, url, bounds) for bounds in self._bounds())
        return max((end for end in ends if end), default=None)

    def _bounds(self) -> tuple[str, str]:
        """The bounds within which a listing is read to its end, or to the cap."""
        since = self.session.scope.since
        bounds = self.sitemaps.bounds + (f"; since {since}" if since else "")
        return bounds, f"{bounds}; {self.depth} pages"

    def _settle(self, walk: Walk) -> None:
        """Remembers that a listing was read to its end, when all its articles are held."""
        if walk.end is None or not walk.whole:
            return
        if walk.pages:
            self.session.count("listing/deep")
            logger.info(
                "listing %s: %d articles on %d further pages; %s", walk.url, len(walk.keys), walk.pages, ENDS[walk.end]
            )
        if self.session.recrawl.holds(walk.keys):
            bounds = self._bounds()[walk.end == "cap"]
            self.session.archive.record_listing(self.session.edition, walk.url, bounds)

    def _warn(self, walk: Walk, stat: str) -> None:
        """Names a listing that is given up, for its own sake."""
        self.session.count(stat)
        logger.warning("listing %s: given up after %d further pages: %s", walk.url, walk.pages, ENDS[walk.end or ""])

    def _shallow(self, walk: Walk, why: str) -> None:
        """Names a listing that could not be followed to its end; what was found is kept."""
        walk.whole = False
        self.session.count("listing/shallow")
        logger.warning("listing %s stays shallow after %d further pages: %s", walk.url, walk.pages, why)

    async def failed(self, failure: Failure) -> None:
        """A further page that could not be had. Without a browser, no other listing can be followed in one either."""
        walk, self.walk = self.walk, None
        request, error, status = request_of(failure), failure.value, status_of(failure)
        await browser.leave(request)
        if isinstance(error, browser.BrowserError):
            self.session.ledger.end(request.meta["account"], "failed", str(error))
        if isinstance(error, browser.NoBrowser):
            self._without_browser(walk, error)
            return
        if walk and walk.pages and status in (404, 410):
            walk.end, self.walk = "ended", walk
            return
        if isinstance(error, browser.BrowserError):
            self.session.count("failed/browser")
        else:
            self.fetcher.failed(failure)
        if walk and not self.session.failed:
            why = f"http {status}" if isinstance(error, HttpError) else str(error) or type(error).__name__
            self._shallow(walk, why)

    def _without_browser(self, walk: Walk | None, error: Exception) -> None:
        """Names the listings of which only the first page was read."""
        rest = [each for each in self.walks if not (each.following or each.end or self.is_covered(each))]
        urls = [each.url for each in ([walk] if walk else []) + rest]
        self.walks = deque(each for each in self.walks if each not in rest)
        self.session.count("listing/shallow", len(urls))
        logger.warning(
            "%s: of these listings only the first page was read: %s. To read on, install one: `apt-get install "
            "chromium`, or `playwright install chromium`",
            error,
            ", ".join(urls),
        )


def _published(known: Known) -> datetime | None:
    return datetime.fromtimestamp(known.published, UTC) if known.published else None
