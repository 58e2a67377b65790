"""Sitemaps: decides which months, and which of their articles, are requested."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from logging import getLogger

from protego import Protego
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from mayadeen.archive import DAY, PORTION, Held, now, seconds
from mayadeen.crawl.article_pages import ArticlePages
from mayadeen.crawl.fetching import Fetcher, is_temporary, request_of
from mayadeen.crawl.recrawl import Month, end_of, is_past
from mayadeen.crawl.session import Session
from mayadeen.extract.sitemap import Entry, Sitemap, parse_sitemap
from mayadeen.items import Visit
from mayadeen.site.address import Address, canonical, is_internal, locate

logger = getLogger(__name__)


def sitemaps_of(robots: bytes) -> list[str]:
    """Return the sitemaps listed in a robots.txt, whatever its content type."""
    return list(Protego.parse(robots.decode("utf-8-sig", "replace")).sitemaps)


class Sitemaps:
    """Reads sitemaps, one month after another, the newest first."""

    def __init__(
        self, session: Session, fetcher: Fetcher, pages: ArticlePages, answered: Callable[[list[str]], None]
    ) -> None:
        """Create the reader. `answered` is called with the keywords of articles that have requested tags."""
        self.session, self.fetcher, self.pages, self.answered = session, fetcher, pages, answered
        self.read: list[Month] = []
        """The months whose articles are being read."""
        self.months: deque[Month] = deque()
        self.asked = 0
        self.found = False
        """Whether any sitemap was found."""
        self.bounds = session.scope.name
        self.has_keywords = False
        """Whether the sitemaps name the tags of articles."""
        self.rechecks = session.settings.getint("MONTH_RECHECKS")
        """Number of complete months that may still be recrawled."""

    def start(self) -> Iterator[Request]:
        """Yield requests for the sitemaps in robots.txt, else for the usual addresses."""
        named = self.session.robots_sitemaps
        if named is not None:
            yield from self._named(named)
        else:  # Scrapy has not requested it, because ROBOTSTXT_OBEY is off
            yield self.fetcher.request("/robots.txt", self.parse_robots, "sitemap", errback=self.without_robots)

    def parse_robots(self, response: Response) -> Iterator[Request]:
        """Yield requests for the sitemaps of a robots.txt that Scrapy has not read."""
        yield from self._named(sitemaps_of(response.body))

    def without_robots(self, failure: Failure) -> Iterator[Request]:
        """Handle a failed request for robots.txt."""
        self.fetcher.failed(failure)
        yield from self._named([])

    def _named(self, named: Iterable[str]) -> Iterator[Request]:
        site = self.session.site
        own = [url for url in (canonical(url, site) for url in named) if is_internal(url, site)]
        yield from self._requests(own or [site.origin + "/sitemaps/all.xml"])

    def _requests(self, urls: list[str]) -> Iterator[Request]:
        for url in urls:
            if self.session.is_new(url) and self._one_more():
                yield self.fetcher.request(url, self.parse, "sitemap", errback=self.failed)

    def _one_more(self) -> bool:
        """Return whether another sitemap may be requested: indexes may reference each other endlessly."""
        self.asked += 1
        return self.fetcher.within("SITEMAPS_MAX", self.asked)

    def failed(self, failure: Failure) -> Iterator[Request]:
        """Handle a failed sitemap. The news sitemap may still work."""
        self.fetcher.failed(failure)
        if request_of(failure).url.endswith("/all.xml"):
            yield from self._requests([self.session.site.origin + "/sitemaps/news.xml"])

    def parse(self, response: Response, month: Month | None = None) -> Iterator[Request]:
        """Parse an index of months, or a month of articles."""
        session = self.session
        month = month or Month(response.url, past=False)
        try:
            sitemap = parse_sitemap(response.body)
        except ValueError as error:
            if self.fetcher.try_later(response):
                return
            session.count("sitemap/unreadable")
            logger.warning("%s is not a sitemap: %s", response.url, error)
            return
        if not sitemap.complete:
            session.count("sitemap/cut")
            logger.warning("%s is too large or truncated: the part that was read is used", response.url)
        self.found = self.found or bool(sitemap.children or sitemap.entries)
        self._add_months(sitemap)
        if sitemap.entries:
            session.count("sitemap/months")
            month.read = now()
            self.read.append(month)
            yield from self._articles(sitemap, month, response)

    def _articles(self, sitemap: Sitemap, month: Month, response: Response) -> Iterator[Request]:
        """Yield requests for the articles of a month that are in scope, and for those that it no longer contains."""
        session, found_on = self.session, response.url
        whole = sitemap.complete and not sitemap.children and not is_temporary(response)
        named: set[int] = set()
        for entry, address, held in self._looked_up(sitemap.entries):
            if held.known:
                named.add(held.known.n)
            if not session.scope.may_have_day(entry.published):
                whole = False
                continue
            self.has_keywords = self.has_keywords or bool(entry.keywords)
            tagged = session.scope.has_tag(entry.keywords)
            if tagged:
                self.answered(entry.keywords)
            if (tagged or session.scope.may_have_address(address.url)) and address.may_be_article:
                visit = Visit(address=address, lastmod=_past(seconds(entry.lastmod)), source=month.url)
                if session.scope.has_key(address.key):
                    month.keys[address.key] = visit.lastmod
                yield from self.pages.request_if_worth(found_on, visit, held)
        month.whole = whole
        for known in session.recrawl.missing(month, named):
            again = self.pages.visit_again(known, source="")
            if session.scope.may_have_address(known.url) and session.scope.has_key(again.address.key):
                yield from self.pages.request(known.url, found_on, known, again)

    def _looked_up(self, entries: list[Entry]) -> Iterator[tuple[Entry, Address, Held]]:
        """Yield the entries of the site with their addresses and what the archive holds of them, in portions."""
        site = self.session.site
        for start in range(0, len(entries), PORTION):
            portion = entries[start : start + PORTION]
            found = [(entry, address) for entry in portion if (address := locate(entry.url, site.origin + "/", site))]
            held = self.session.archive.look_up(self.session.edition, (address.key for _, address in found))
            yield from ((entry, address, held[address.key]) for entry, address in found)

    def _add_months(self, sitemap: Sitemap) -> None:
        """Add the months of an index that should be requested, newest first."""
        session, moment = self.session, datetime.now(UTC)
        site = session.site
        children = [child for child in sitemap.children if is_internal(canonical(child.url, site), site)]
        dated = [(child.year, child.month, child) for child in children if child.year and child.month]
        dated.sort(key=lambda each: each[:2], reverse=True)
        newest = dated[0][2] if dated else None
        dated = [each for each in dated if session.scope.has_month(*each[:2])]
        self.months += [
            Month(canonical(child.url, site), past=False) for child in children if not (child.year and child.month)
        ]
        ends = [(canonical(child.url, site), end_of(year, number)) for year, number, child in dated]
        ages = [int(age) for age in session.settings.getlist("MONTH_RECHECK_AGES")]
        again = session.recrawl.months_again(ends, self.bounds, ages, self.rechecks)
        self.rechecks -= len(again)
        for year, number, child in dated:
            # The newest month is never treated as complete, even if the clock is wrong.
            past = child is not newest and is_past(year, number, moment)
            month = Month(canonical(child.url, site), past)
            if past and month.url in again:
                session.count("sitemap/again")
            elif past and not session.recrawl.needs_month(month.url, self.bounds, child.lastmod):
                session.count("sitemap/complete")
                continue
            self.months.append(month)
        session.months_left = len(self.months)

    def next_month(self) -> Iterator[Request]:
        """Yield the request for one month. The articles of the previous ones are read by now."""
        read, self.read = self.read, []
        for month in read:
            self.session.recrawl.settle(month, self.bounds)
        while self.months:
            month = self.months.popleft()
            self.session.months_left = len(self.months)
            if self.session.is_new(month.url):
                if not self._one_more():
                    self.months.clear()
                    return
                yield self.fetcher.request(month.url, self.parse, "sitemap", month=month)
                return


def _past(lastmod: int | None) -> int | None:
    """Return a lastmod that is not in the future. A later one is an error and does not indicate a change."""
    return lastmod if lastmod and lastmod < now() + DAY else None
