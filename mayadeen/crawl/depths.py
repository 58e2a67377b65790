"""Follows listings, one after another, page by page or in a browser, to find articles missing in the sitemaps."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
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
from mayadeen.crawl.walks import COMPLETE, ENDS, Walk
from mayadeen.extract.listing import Card, Listing, parse_listing
from mayadeen.extract.pagination import pages_of
from mayadeen.items import Visit
from mayadeen.site import dates
from mayadeen.site.address import canonical

logger = getLogger(__name__)

DEPTH = PRIORITY["article"] - 10
"""Priority of a listing's next page: after the articles of the previous page, so that they are not lost with it."""
KNOWN_RUN = 10
"""After this many consecutive articles known when the listing was last read to its end, all others are known too."""
FEW = 5
"""A listing with fewer cards and no button loads nothing when it is scrolled."""
BARREN = 3
"""A listing with this many consecutive pages without an article is given up."""


class Depths:
    """Requests the articles of listings, and follows those that show more than sitemaps."""

    def __init__(self, session: Session, fetcher: Fetcher, pages: ArticlePages, sitemaps: Sitemaps) -> None:
        self.session, self.fetcher, self.pages, self.sitemaps = session, fetcher, pages, sitemaps
        self.walks: deque[Walk] = deque()
        self.walk: Walk | None = None
        """The listing being followed."""
        self.depth = session.settings.getint("LISTING_MAX_PAGES")

    def first_page(self, listing: Listing, url: str, listed: frozenset[str]) -> Iterator[Request]:
        """Yield requests for the articles of a listing's first page. Its further pages come later."""
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
        """Yield requests for the cards of a listing that may be in scope."""
        keys = (self.session.address(card.url).key for card in listing.cards)
        held = self.session.archive.look_up(self.session.edition, keys)
        for number, card in enumerate(listing.cards, 1):
            if not self.fetcher.within("LISTING_LINKS_MAX", number):
                break
            visit = self.visit_to(card, listed if card.block == "" else frozenset(), all_of_it=bool(listed))
            if visit:
                yield from self.pages.request_if_worth(found_on, visit, held[visit.address.key])

    def visit_to(self, card: Card, listed: frozenset[str], *, all_of_it: bool) -> Visit | None:
        """Return the visit to the article of a card, or None if it is out of scope."""
        scope = self.session.scope
        if not scope.may_have_day(self.day_of(card)) or not (all_of_it or scope.may_have_address(card.url)):
            return None
        return Visit(address=self.session.address(card.url), listed=listed)

    def day_of(self, card: Card) -> datetime | None:
        """Return the date printed on a card."""
        return dates.parse_printed(card.day, self.session.site.edition, datetime.now(UTC)) if card.day else None

    # --- Following -----------------------------------------------------------------------------------------------

    def next_walk(self) -> Iterator[Request]:
        """Yield the first request of the next listing to follow. The articles of the previous one are read by now."""
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
        """Return the request for a further page."""
        request = self.fetcher.request(url, self.parse, "listing", errback=self.failed)
        # No retry at the end of the crawl: the listing is finished by then.
        return request.replace(priority=DEPTH, meta=request.meta | {"last_try": True} | meta)

    def _opening(self, walk: Walk) -> Request:
        """Return the request to open a listing in a browser."""
        return browser.opening(self._further(walk.url), walk.first, self.session.site.edition)

    def is_covered(self, walk: Walk) -> bool:
        """Return whether sitemaps cover a listing: they contain most articles of its first page."""
        if not self.sitemaps.found:
            return False
        found = self._known(walk.keys)
        telling = [
            key for key, known in found.items() if known is None or self.session.scope.may_have_day(_published(known))
        ]
        named = [key for key in telling if key in self.pages.named or ((known := found[key]) and known.source)]
        return 2 * len(named) >= len(telling)

    async def parse(self, response: Response) -> AsyncIterator[Request]:
        """Parse a further page of the current listing, or the HTML from a browser."""
        walk, browsed = self.walk, bool(response.meta.get("playwright"))
        if walk is not None:
            for request in self._read(response, walk, browsed):
                yield request
        if browsed and (walk is None or walk.end):
            assert response.request is not None
            await browser.leave(response.request)

    def _read(self, response: Response, walk: Walk, browsed: bool) -> Iterator[Request]:
        """Yield the articles of a further page, and the request for the next page."""
        opened = browsed and not response.meta.get("pressed")
        why = browser.end_of(response) if browsed else None
        if why == "ended":
            walk.end = why
            return
        page = None if why else self.fetcher.readable(response)
        listing = parse_listing(page) if page else Listing()
        why = why or self._mismatch(listing, response, walk, opened=opened)
        if why and not browsed and self._is_settled(response):
            why, listing = None, Listing()
        walk.pages += page is not None and not opened
        if why is None:
            if listing.cards:
                self.session.count("listing/pages")
            yield from self._take(listing, walk.url if browsed else response.url, walk, opened=opened)
            walk.following = None if browsed else listing.next
        if (why or walk.end == "repeats") and walk.button and not browsed and walk.pages == 1:
            # The address of the button is no further page: a script loads more, so use a browser.
            walk.end, walk.pages = None, 0
            yield self._opening(walk)
            return
        if why:
            self._shallow(walk, why)
        if walk.end or self.session.failed:
            return
        if not (browsed or (walk.following and self.session.is_new(walk.following))):
            walk.end = "ended"
        elif walk.pages >= self.depth:
            walk.end = "cap"
            self._warn(walk, "listing/capped")
        else:
            meta = browser.pressing(response) | {"pressed": True, "kind": "press"} if browsed else {}
            yield self._further(walk.following or walk.url, **meta)

    def _mismatch(self, listing: Listing, response: Response, walk: Walk, *, opened: bool) -> str | None:
        """Return why a response is not a page of the listing, or None if it is one.

        A page without articles may be an error, so it is not the end of the listing. Only a listing that a script
        builds opens without articles.
        """
        urls = (walk.url, *response.meta.get("redirect_urls", ()))
        here = canonical(response.url, self.session.site)
        if len(urls) > 1 and not any(pages_of(canonical(url, self.session.site))(here) for url in urls):
            return f"{urls[1]} leads to {response.url}"
        if any(card.block == "" for card in listing.cards) or (opened and not walk.first):
            return None
        return f"no articles on {response.url}"

    def _is_settled(self, response: Response) -> bool:
        """Return whether a page was no page of its listing a day ago either: then it is the end of the listing."""
        archive, edition, version = self.session.archive, self.session.edition, self.session.reader.version
        key = self.session.address(response.meta.get("redirect_urls", [response.url])[0]).key
        archive.record_no_article(edition, key, version, doubted=True)
        return archive.look_up(edition, [key])[key].is_no_article(version)

    def _take(self, listing: Listing, found_on: str, walk: Walk, *, opened: bool = False) -> Iterator[Request]:
        """Yield requests for the articles of a page of a listing. Checks whether to stop following it."""
        cards = [card for card in listing.cards if card.block == ""]
        page = [(self.session.address(card.url).key, self.day_of(card)) for card in cards]
        known = self._known([*walk.asked, *(key for key, _ in page + walk.before)])
        if walk.asked:
            walk.barren = 0 if any(known[key] for key in walk.asked) else walk.barren + (not opened)
        visits = [self.visit_to(card, walk.listed, all_of_it=bool(walk.listed)) for card in cards]
        shown = [visit.address.key for visit in visits if visit and visit.address.may_be_article]
        asked = [key for key in shown if self.session.scope.has_key(key)]
        held = [_is_held(known[key], walk) for key in asked]
        walk.run = walk.run + len(held) if all(held) else held[::-1].index(False)
        if walk.pages and walk.seen.issuperset(key for key, _ in page):
            walk.end = "repeats"
        elif held and (walk.run >= KNOWN_RUN or (walk.pages == 0 and all(held))):
            walk.end = "known"
        elif self._is_old(page, known) or self._is_old(walk.before, known):
            walk.end = "older"
        elif walk.barren >= BARREN:
            walk.end = "barren"
            self._warn(walk, "listing/barren")
        walk.before, walk.asked = page, asked
        walk.seen.update(key for key, _ in page)
        walk.keys.update(dict.fromkeys(shown))
        yield from self.article_requests(listing, found_on, listed=walk.listed)

    def _known(self, keys: Iterable[str]) -> dict[str, Known | None]:
        """Return the archived articles at some addresses."""
        return {key: held.known for key, held in self.session.archive.look_up(self.session.edition, keys).items()}

    def _is_old(self, page: list[tuple[str, datetime | None]], known: dict[str, Known | None]) -> bool:
        """Return whether all articles of a page are older than the crawl's first day, by their cards or by the
        articles.
        """
        since = self.session.scope.since
        return since is not None and bool(page) and all(_is_before(day, known[key], since) for key, day in page)

    # --- Ends ----------------------------------------------------------------------------------------------------

    def walked(self, url: str) -> int | None:
        """Return when a listing was last read to its end with these limits, UTC seconds."""
        ends = (self.session.archive.listing_complete(self.session.edition, url, bounds) for bounds in self._bounds())
        return max((end for end in ends if end), default=None)

    def _bounds(self) -> tuple[str, str]:
        """Return the limits stored for a listing read to its end, and for one read to the maximum number of pages."""
        since = self.session.scope.since
        bounds = self.sitemaps.bounds + (f"; since {since}" if since else "")
        return bounds, f"{bounds}; {self.depth} pages"

    def _settle(self, walk: Walk) -> None:
        """Remember that a listing was read to its end, if all its articles are in the archive."""
        if walk.end not in COMPLETE or not walk.seen:
            return
        if walk.pages:
            self.session.count("listing/deep")
            logger.info(
                "listing %s: %d articles on %d further pages; %s", walk.url, len(walk.keys), walk.pages, ENDS[walk.end]
            )
        if self.session.recrawl.holds(dict.fromkeys(filter(self.session.scope.has_key, walk.keys))):
            bounds = self._bounds()[walk.end == "cap"]
            self.session.archive.record_listing(self.session.edition, walk.url, bounds)

    def _warn(self, walk: Walk, stat: str) -> None:
        """Log a listing that is given up because of its content."""
        self.session.count(stat)
        logger.warning("listing %s: given up after %d further pages: %s", walk.url, walk.pages, ENDS[walk.end or ""])

    def _shallow(self, walk: Walk, why: str) -> None:
        """Log a listing that could not be followed to its end. Its articles so far are kept."""
        walk.end = "shallow"
        self.session.count("listing/shallow")
        logger.warning("listing %s is incomplete after %d further pages: %s", walk.url, walk.pages, why)

    async def failed(self, failure: Failure) -> None:
        """Handle a failed request for a further page. Without a browser, no listing can be followed in one."""
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
        """Log the listings of which only the first page was read."""
        rest = [each for each in self.walks if not (each.following or each.end or self.is_covered(each))]
        urls = [each.url for each in ([walk] if walk else []) + rest]
        self.walks = deque(each for each in self.walks if each not in rest)
        self.session.count("listing/shallow", len(urls))
        logger.warning(
            "%s: only the first page of these listings was read: %s. To read more, install a browser: `apt-get install "
            "chromium`, or `playwright install chromium`",
            error,
            ", ".join(urls),
        )


def _is_held(known: Known | None, walk: Walk) -> bool:
    """Return whether an article was known when the listing was last read to its end."""
    return known is not None and walk.complete is not None and known.first_seen <= walk.complete


def _is_before(day: datetime | None, known: Known | None, since: date) -> bool:
    day = day or (_published(known) if known else None)
    return day is not None and day.astimezone(dates.BEIRUT).date() < since - timedelta(days=1)


def _published(known: Known) -> datetime | None:
    return datetime.fromtimestamp(known.published, UTC) if known.published else None
