"""What to ask the site for again: the archive's knowledge, asked of each address before it is fetched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mayadeen import PARSER_VERSION
from mayadeen.archive import Archive, Known, now, seconds
from mayadeen.errors import UsageError
from mayadeen.items import Visit
from mayadeen.site.address import Site

KNOWN = ("skip", "emit", "refetch")
"""What becomes of articles that the archive holds: left out, given from the archive, asked for again."""

_WEEK = 7 * 24 * 3600


@dataclass(slots=True)
class Month:
    """A month's sitemap while its articles are fetched."""

    url: str
    past: bool
    """Whether the month is over, so that nothing new will come."""
    keys: dict[str, int | None] = field(default_factory=dict)
    """Its articles within the crawl's sections and tags, with their lastmod."""
    whole: bool = True
    """Whether all of it was read and lies within the crawl's days."""


class Recrawl:
    """Decides, for one edition, which addresses are worth a request."""

    def __init__(
        self, archive: Archive, site: Site, known: str = "skip", *, reader_version: str = PARSER_VERSION
    ) -> None:
        if known not in KNOWN:
            raise UsageError(f"known must be one of {', '.join(KNOWN)}, got {known!r}")
        self.archive, self.site, self.known = archive, site, known
        self.reader_version = reader_version
        self.edition = site.edition.code
        self.skipped: set[int] = set()
        """Numbers of the articles that were met and not asked for."""

    @property
    def refetches(self) -> bool:
        """Whether everything is asked for."""
        return self.known == "refetch"

    def worth(self, known: Known | None, visit: Visit) -> bool:
        """Whether an address is to be asked for: new, changed by what the sitemap says, or all are."""
        if self.archive.is_forgotten(f"{self.edition} {visit.address.key}"):
            return False
        if known is None:
            key, version = visit.address.key, self.reader_version
            return self.refetches or not self.archive.is_no_article(self.edition, key, version, lastmod=visit.lastmod)
        if self.refetches or (visit.lastmod and _is_later(visit.lastmod, known)):
            return True
        if visit.lastmod and visit.source and (known.lastmod is None or known.source != visit.source):
            self.archive.record_lastmod(known, visit.lastmod, visit.source)
        self.skipped.add(known.n)
        return False

    def again(self, ages: list[int]) -> Iterator[Known]:
        """Articles to ask for again that nothing has named: all, or those that come of age without a sitemap."""
        if not self.refetches:
            yield from self.archive.due(self.edition, ages, now())
            return
        last = 0
        while rows := self.archive.articles(self.edition, after=last):
            yield from rows
            last = rows[-1].n

    # --- Months --------------------------------------------------------------------------------------------------

    def needs_month(self, url: str, bounds: str, lastmod: datetime | None) -> bool:
        """Whether a past month is worth a request: not when all its articles were found held, unless it says so."""
        complete = self.archive.month_complete(self.edition, url, bounds)
        return self.refetches or complete is None or (seconds(lastmod) or 0) > complete

    def months_again(self, months: Iterable[tuple[str, int]], bounds: str, ages: list[int], most: int) -> set[str]:
        """Those of some complete months (address, end in UTC seconds; newest first) to be looked at again.

        They have passed one of some ages (seconds) since they were last looked at; of those older than all ages, the
        one that was not looked at for longest.
        """
        moment = now()
        due: list[str] = []
        old: list[tuple[int, str]] = []
        for url, end in months:
            complete = self.archive.month_complete(self.edition, url, bounds)
            if complete is None:
                continue
            if any(complete < end + age <= moment for age in ages):
                due.append(url)
            elif end + max(ages, default=0) <= moment and complete < moment - _WEEK:
                old.append((complete, url))
        return {*due[:most], *(url for _, url in sorted(old)[: 1 if len(due) < most else 0])}

    def settle(self, month: Month, bounds: str) -> None:
        """Takes note of what a month's sitemap said, once its articles are read; of a past one, that it is complete."""
        for key, lastmod in month.keys.items():
            known = self.archive.find(self.edition, key)
            # Found by a listing, earlier in this crawl: what the sitemap says of it is what was read.
            if known and known.source is None and lastmod and lastmod <= max(known.modified or 0, known.checked):
                self.archive.record_lastmod(known, lastmod, month.url)
        if month.past and month.whole and self.holds(month.keys):
            self.archive.record_month(self.edition, month.url, bounds)

    def holds(self, keys: Iterable[str]) -> bool:
        """Whether all of some addresses lead to articles that are held, or are known to lead to none."""
        return all(
            self.archive.find(self.edition, key) is not None
            or self.archive.is_no_article(self.edition, key, self.reader_version)
            or self.archive.is_forgotten(f"{self.edition} {key}")
            for key in keys
        )

    def missing(self, month: Month, named: set[int]) -> list[Known]:
        """Articles that a month's sitemap used to name, by their numbers, and no longer does."""
        return [row for row in self.archive.of_sitemap(month.url) if row.n not in named] if month.whole else []


def _is_later(lastmod: int, known: Known) -> bool:
    """Whether a sitemap's lastmod tells of a change that was not seen."""
    before = known.lastmod or known.modified
    # A lastmod after the last look, be it a day without a time or a mistake, says nothing of what was seen then; what
    # was touched in the second of that look may have been touched after it.
    return lastmod >= known.checked if before is None else lastmod > min(before, known.checked)


def is_past(year: int, month: int, moment: datetime) -> bool:
    """Whether a month has been over for a week: late corrections come within days."""
    return moment.timestamp() > end_of(year, month) + _WEEK


def end_of(year: int, month: int) -> int:
    """When a month is over, UTC seconds."""
    return int(datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())


def conditional(known: Known | None) -> dict[str, str]:
    """The headers that ask for an article only if it has changed."""
    headers = {}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers
