"""First pages of listings: of sections, regions, coverages and tags. Their cards lead to articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from logging import getLogger

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from mayadeen.crawl.depths import Depths
from mayadeen.crawl.fetching import Fetcher, request_of
from mayadeen.crawl.session import Session
from mayadeen.crawl.tags import TagAddresses
from mayadeen.extract.listing import Listing, parse_listing
from mayadeen.items import NamedLink
from mayadeen.site.address import is_internal, slug

logger = getLogger(__name__)


class Listings:
    """Reads the first pages of listings, and passes them to `depths`, which follows them at the end."""

    def __init__(self, session: Session, fetcher: Fetcher, depths: Depths) -> None:
        self.session, self.fetcher, self.depths = session, fetcher, depths
        self.coverages = session.archive.coverages(session.edition)
        """Slug -> address of the coverages seen in this crawl or before."""
        self.tags = TagAddresses(session.scope.tags, session.archive.tags(session.edition, session.scope.tags))

    # --- Sections ------------------------------------------------------------------------------------------------

    def requests(self, listings: Iterable[tuple[str, frozenset[str]]]) -> Iterator[Request]:
        """Yield requests for listings: (address, what the listing contains)."""
        for number, (url, listed) in enumerate(listings, 1):
            if not self.fetcher.within("LISTINGS_MAX", number):
                return
            yield self.fetcher.request(url, self.parse, "listing", listed=listed)

    def parse(self, response: Response, listed: frozenset[str]) -> Iterator[Request]:
        """Parse a listing: its cards lead to articles."""
        page = self.fetcher.readable(response)
        if page is None:
            return
        listing = parse_listing(page)
        if not (listing.cards or listing.menu) and self.fetcher.try_later(response):
            return
        self.session.count("listing/read")
        if not listing.cards:
            self.session.count("listing/without_cards")
            logger.warning("no articles on the listing %s", response.url)
        self.learn_tags(listing.tags)
        self.learn_coverages(listing.coverages)
        yield from self.depths.first_page(listing, response.url, listed)

    # --- Tags ----------------------------------------------------------------------------------------------------

    def learn_tags(self, links: Iterable[NamedLink]) -> None:
        """Learn the tag links of a page."""
        self.tags.learn((tag.name, tag.url) for tag in links)

    def learn_coverages(self, links: Iterable[NamedLink]) -> None:
        """Learn the coverage links of a page."""
        for link in links:
            name = slug(link.name)
            if name and link.url and name not in self.coverages and self.session.address(link.url).kind == "coverage":
                self.coverages[name] = link.url
                self.session.archive.record_coverage(self.session.edition, name, link.url)

    def answered(self, names: list[str]) -> None:
        """Record that a listing or a sitemap names the articles of these tags."""
        self.tags.answered(names)
        self.found(names)

    def found(self, names: Iterable[str]) -> None:
        """Record that articles have these tags."""
        for tag in self.tags.found(names):
            self.session.archive.record_tag(self.session.edition, tag, self.tags.address(tag))

    def seen_tags(self) -> Iterator[Request]:
        """Yield requests for tag listings whose address is known from a page."""
        for tag, url in self.tags.to_ask():
            if is_internal(url, self.session.site):
                yield from self._tag(tag, url)

    def guessed_tags(self) -> Iterator[Request]:
        """Yield requests for guessed addresses of tag listings."""
        for tag, url in self.tags.guesses(self.session.site.origin):
            yield from self._tag(tag, url)

    def _tag(self, tag: str, url: str) -> Iterator[Request]:
        if self.session.is_new(url):
            yield self.fetcher.request(url, self.parse_tag, "listing", errback=self.tag_failed, tag=tag)

    def parse_tag(self, response: Response, tag: str) -> Iterator[Request]:
        """Parse a tag's listing, or a page that only looks like one."""
        page = self.fetcher.readable(response)
        listing = parse_listing(page) if page else Listing()
        cards = [card for card in listing.cards if card.block == ""]
        heading = page.tree.css_first("h1, h2") if page else None
        said = [page.title if page else "", heading.text() if heading else ""]
        if not cards or not any(tag in slug(text) for text in said):
            self.tags.missed(tag, response.url)
            return
        self.answered([tag])
        self.session.archive.record_tag(self.session.edition, tag, response.url)
        self.session.count("listing/read")
        yield from self.depths.first_page(listing, response.url, frozenset({f"tag:{tag}"}))

    def tag_failed(self, failure: Failure) -> None:
        """Handle a failed request for a guessed tag address."""
        self.fetcher.failed(failure)
        request = request_of(failure)
        self.tags.missed(request.cb_kwargs["tag"], request.url)
