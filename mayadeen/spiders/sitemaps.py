"""Sitemaps: which months to ask for, and which of their articles."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from protego import Protego
from scrapy import Request
from scrapy.http import Response

from mayadeen.archive import DAY, Known, Visit, now, seconds
from mayadeen.extract.sitemap import parse_sitemap
from mayadeen.memory import Month, is_past
from mayadeen.scope import Scope
from mayadeen.site.address import canonical, dedupe_key, is_internal, page_type
from mayadeen.spiders.base import SITEMAP, Reader


def sitemaps_of(robots: bytes) -> list[str]:
    """The sitemaps that a robots.txt names, whatever its type is said to be."""
    return list(Protego.parse(robots.decode("utf-8-sig", "replace")).sitemaps)


def _past(lastmod: int | None) -> int | None:
    """A lastmod of today or before; a later one is a mistake and tells of no change."""
    return lastmod if lastmod and lastmod < now() + DAY else None


class SitemapReader(Reader):
    """A spider that reads sitemaps, one month after another, the newest first."""

    def remember(self, scope: Scope, known: str = "skip") -> None:
        super().remember(scope, known)
        self.month: Month | None = None
        self.sitemaps = 0
        self.months: deque[Month] = deque()
        self.bounds = "; ".join(",".join(sorted(names)) for names in (scope.sections, scope.tags) if names)

    def parse_robots(self, response: Response) -> Iterator[Request]:
        """The sitemaps that robots.txt names, else where they usually are."""
        named = sitemaps_of(response.body)
        own = [url for url in (canonical(url, self.site) for url in named) if is_internal(url, self.site)]
        yield from self.sitemap_requests(own or [self.site.origin + "/sitemaps/all.xml"])

    def sitemaps_by_habit(self, failure: Any) -> Iterator[Request]:
        """robots.txt could not be had."""
        self.failed(failure)
        yield from self.sitemap_requests([self.site.origin + "/sitemaps/all.xml"])

    def sitemap_requests(self, urls: list[str]) -> Iterator[Request]:
        for url in urls:
            if self.is_new(url) and self.one_more():
                yield self.ask(url, self.parse_sitemap, priority=SITEMAP, errback=self.sitemap_failed)

    def one_more(self) -> bool:
        """Whether another sitemap may be asked for: indexes may name each other without end."""
        self.sitemaps += 1
        return self.within("SITEMAPS_MAX", self.sitemaps)

    def sitemap_failed(self, failure: Any) -> Iterator[Request]:
        """A sitemap that does not answer: the news one may."""
        self.failed(failure)
        if failure.request.url.endswith("/all.xml"):
            yield from self.sitemap_requests([self.site.origin + "/sitemaps/news.xml"])

    def request_if_worth(self, url: str, found_on: str, visit: Visit) -> Iterator[Request]:
        """A request for what may be an article and may be new or changed."""
        if page_type(url, self.site) not in ("article", "unknown"):
            return
        known = self.memory.find(url)
        if known and visit.listed:
            self.archive.record_listed(known, visit.listed)
        if visit.key not in self.asked and self.memory.worth(known, visit):
            yield from self.article_request(url, found_on, known, visit)

    def parse_sitemap(self, response: Response, month: Month | None = None) -> Iterator[Request]:
        """An index of months, or a month of articles."""
        month = month or Month(response.url, past=False)
        self.month = month
        try:
            sitemap = parse_sitemap(response.body)
        except ValueError as error:
            if self.try_later(response):
                return
            self.count("sitemap/unreadable")
            self.logger.warning("%s is no sitemap: %s", response.url, error)
            month.whole = False
            return
        if not sitemap.complete:
            self.count("sitemap/cut")
            self.logger.warning("%s is too large or breaks off: what was read of it counts", response.url)
        self.add_months(sitemap)
        if not sitemap.entries:
            return
        self.count("sitemap/months")
        month.whole = sitemap.complete
        named: set[int] = set()
        for entry in sitemap.entries:
            url = canonical(entry.url, self.site)
            known = self.memory.find(url)
            if known:
                named.add(known.n)
            if not self.scope.may_have_day(entry.published or None):
                month.whole = False
                continue
            tagged = self.scope.has_tag(entry.keywords)
            if tagged:
                self.answered(entry.keywords)
            if (tagged or self.scope.may_have_address(url)) and page_type(url, self.site) in ("article", "unknown"):
                visit = Visit(key=dedupe_key(url, self.site), lastmod=_past(seconds(entry.lastmod)), source=month.url)
                month.keys[visit.key] = visit.lastmod
                yield from self.request_if_worth(url, response.url, visit)
        for known in self.memory.missing(month, named):
            if self.scope.may_have_address(known.url):
                yield from self.article_request(known.url, response.url, known, self.visit_of(known, source=""))

    def add_months(self, sitemap: Any) -> None:
        """The months that an index names and that are worth a request, newest first."""
        moment = datetime.now(UTC)
        children = [child for child in sitemap.children if is_internal(canonical(child.url, self.site), self.site)]
        dated = [child for child in children if child.year and child.month]
        dated.sort(key=lambda child: (child.year, child.month), reverse=True)
        for child in children:
            if not (child.year and child.month):
                self.months.append(Month(canonical(child.url, self.site), past=False))
        for child in dated:
            # The newest is never taken for complete, whatever the clock says.
            month = Month(
                canonical(child.url, self.site), child is not dated[0] and is_past(child.year, child.month, moment)
            )
            if not self.scope.has_month(child.year, child.month):
                continue
            if month.past and not self.memory.needs_month(month.url, self.bounds, child.lastmod):
                self.count("sitemap/complete")
                continue
            self.months.append(month)

    def visit_of(self, known: Known, source: str | None = None) -> Visit:
        """A visit to a known article that nothing has named."""
        return Visit(key=dedupe_key(known.url, self.site), source=source)

    def answered(self, names: list[str]) -> None:
        """Something of these tags was found."""

    def next_month(self) -> Iterator[Request]:
        """One month; the one before is read by now, and complete if nothing of it is missing."""
        if self.month:
            self.memory.settle(self.month, self.bounds)
            self.month = None
        while self.months:
            month = self.months.popleft()
            if self.is_new(month.url):
                if not self.one_more():
                    self.months.clear()
                    return
                yield self.ask(month.url, self.parse_sitemap, priority=SITEMAP, month=month)
                return
