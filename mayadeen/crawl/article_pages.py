"""Article pages: decides which addresses to request, and reads the responses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from logging import getLogger

from scrapy import Request, signals
from scrapy.http import Response
from twisted.python.failure import Failure

from mayadeen.archive import Held, Known
from mayadeen.crawl import ending
from mayadeen.crawl.fetching import Fetcher, is_temporary, request_of, status_of
from mayadeen.crawl.identity import identify
from mayadeen.crawl.recrawl import conditional
from mayadeen.crawl.session import Session
from mayadeen.extract.article import NotAnArticle, Notice
from mayadeen.extract.listing import parse_listing
from mayadeen.extract.page import UnreadablePage
from mayadeen.items import Article, Visit
from mayadeen.site import dates

logger = getLogger(__name__)

Learn = Callable[[Article, str | None], Iterator[Request]]
"""Called with an article and the reason why it is out of scope, or None. Returns the requests that it leads to."""


class ArticlePages:
    """Requests each article once, under whatever address, and reads it."""

    def __init__(self, session: Session, fetcher: Fetcher, learn: Learn | None = None) -> None:
        self.session, self.fetcher, self.learn = session, fetcher, learn
        self.shown: set[str] = set()
        """Keys of the articles on the first pages of listings."""
        self.named: set[str] = set()
        """Those of them that are in sitemaps."""
        self.none: list[tuple[str, bool]] = []
        """(key of an address without an article, whether this may be an error: a 404, a page that is not the site's).

        Remembered in the archive once it is clear that the site works normally.
        """
        session.crawler.signals.connect(self.close, signals.spider_closed)

    def request(self, url: str, found_on: str, known: Known | None, visit: Visit) -> Iterator[Request]:
        """Yield a request for an article not requested yet in this crawl. It is conditional for a known article."""
        if known is not None and not self.session.is_first(known.id):
            return
        key = visit.address.key
        if self.session.is_first(key):
            request = self.fetcher.request(
                url, self.parse, "article", errback=self.failed, account=key, found_on=found_on, visit=visit
            )
            for name, value in conditional(known, self.session.reader.version).items():
                request.headers[name] = value
                request.meta["handle_httpstatus_list"] = [304]
            yield request

    def request_if_worth(self, found_on: str, visit: Visit, held: Held) -> Iterator[Request]:
        """Yield a request for an address that may be a new or changed article of the crawl's shard.

        `held`: what the archive holds of it.
        """
        address = visit.address
        if visit.source and address.key in self.shown:
            self.named.add(address.key)
        if not address.may_be_article or not self.session.scope.has_key(address.key):
            return
        if held.known and visit.listed:
            self.session.archive.record_listed(held.known, visit.listed)
        if address.key not in self.session.asked and self.session.recrawl.worth(held, visit):
            yield from self.request(address.url, found_on, held.known, visit)

    def visit_again(self, known: Known, source: str | None = None) -> Visit:
        """Return a visit to a known article that no listing or sitemap contains."""
        return Visit(address=self.session.address(known.url), source=source)

    # --- Callbacks -----------------------------------------------------------------------------------------------

    def parse(self, response: Response, found_on: str, visit: Visit) -> Iterator[Article | Request]:
        """Parse the response of an article's address."""
        session, fetched = self.session, datetime.now(UTC)
        if response.status == 304:
            yield from self.unchanged(visit)
            return
        try:
            page = self.fetcher.page(response)
            reading = session.reader.read(page, fetched, session.count)
        except UnreadablePage as error:
            if not self.fetcher.try_later(response):
                self.fetcher.unreadable(response, error)
                self.no_article(visit, bare=True)
            return
        except NotAnArticle as error:
            bare = isinstance(error, Notice) or not parse_listing(page).cards
            if not (bare and self.fetcher.try_later(response)):
                known = session.archive.find(session.edition, visit.address.key)
                if known and session.address(response.url).key != visit.address.key:
                    session.vacant.add(known.id)
                session.count("page/not_article")
                logger.info("not an article: %s (%s)", response.url, error)
                self.no_article(visit, bare=bare)
            return
        if known := identify(session, reading.article, visit).to_ask:
            again = self.visit_again(known)
            asked = [*self.request(known.url, found_on, known, again)]
            yield from asked
            waits = asked or session.ledger.is_open(again.address.key)
            if waits and self.fetcher.try_later(response, f"states the id of {known.id}, whose address comes first"):
                return
        session.count("page/article")
        self.remember_none()
        for name, origin in reading.origins.items():
            session.count(f"parse/{name}/{origin}")
        article = reading.article
        session.measures.add(article, reading.origins)
        if article.datePublished is None:
            session.count("parse/datePublished/missing")
        outside = session.scope.refuses(article, listed=visit.listed)
        if outside:
            session.count(f"scope/out/{outside}")
        # The pipelines treat it as new without firstSeen; `archive.record` knows that date.
        article.metadata.dateDownloaded = dates.iso(fetched)
        article.metadata.discoveredFrom = found_on
        article.metadata.parserVersion = session.reader.version
        etag, last_modified = (_header(response, name) for name in ("ETag", "Last-Modified"))
        article.context.visit = replace(
            visit,
            outside=outside,
            etag=etag,
            last_modified=last_modified,
            temporary=is_temporary(response),
        )
        yield article
        if self.learn:
            yield from self.learn(article, outside)

    def unchanged(self, visit: Visit) -> Iterator[Article]:
        """Handle a 304 response. An article that was gone is available again."""
        session = self.session
        known = session.archive.find(session.edition, visit.address.key)
        session.count("page/same")
        back = session.archive.record_same(known, lastmod=visit.lastmod, source=visit.source) if known else None
        if known and back is None:
            session.recrawl.skipped.add(known.n)
        if back and not session.scope.refuses(back, listed=visit.listed):
            session.count("archive/back")
            yield back
        else:
            session.ledger.end(visit.address.key, "unchanged")

    def failed(self, failure: Failure) -> Iterator[Article]:
        """Handle a failed request. An article that is gone is delivered once more."""
        session = self.session
        if status_of(failure) in (404, 410):
            request = request_of(failure)
            visit: Visit = request.cb_kwargs["visit"]
            known = session.archive.find(session.edition, visit.address.key)
            session.count("page/gone")
            if known and session.address(known.url).key != visit.address.key:
                session.ledger.end(visit.address.key, "gone")  # an alias: the article is at another address
                return
            if known:
                logger.info("gone: %s (%s)", request.url, known.id)
                session.ledger.end(visit.address.key, "gone")
                gone = session.archive.record_gone(known, visit.lastmod)
                if gone and not session.scope.refuses(gone, listed=visit.listed | frozenset(known.listed.split())):
                    yield gone
                return
            self.none.append((visit.address.key, status_of(failure) == 404))
        self.fetcher.failed(failure)

    # --- Pages without an article --------------------------------------------------------------------------------

    def no_article(self, visit: Visit, *, bare: bool = False) -> None:
        """Handle an address without an article. `bare`: the page has no links, so it may be an error of the site."""
        self.session.ledger.end(visit.address.key, "not an article")
        self.none.append((visit.address.key, bare))

    def remember_none(self) -> None:
        """Remember in the archive which addresses have no article.

        This waits until an article was read after them: if the site returns the same notice for every address, no
        address is lost.
        """
        session = self.session
        for key, bare in self.none:
            session.archive.record_no_article(session.edition, key, session.reader.version, doubted=bare)
        self.none.clear()

    def close(self, reason: str) -> None:
        """Remember the last addresses without an article too, if the crawl ends well."""
        session = self.session
        few = len(self.none) < session.settings.getint("HEALTH_MIN_PAGES")
        if reason == "finished" and ending.failure(session.crawler) is None and few:
            self.remember_none()
        if warning := session.reader.fit.warning(session.reader.path):
            logger.warning(warning)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
