"""Recrawl policy: decides from the archive which known addresses are requested again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mayadeen import PARSER_VERSION
from mayadeen.archive import DAY, Archive, Held, Known, now, seconds
from mayadeen.errors import UsageError
from mayadeen.items import Visit
from mayadeen.site.address import Site

KNOWN = ("skip", "emit", "refetch")
"""What happens to articles in the archive: skipped, delivered from the archive, or requested again."""

_WEEK = 7 * DAY


@dataclass(slots=True)
class Month:
    """A month's sitemap while its articles are fetched."""

    url: str
    past: bool
    """Whether the month is over, so that no new articles will be added."""
    keys: dict[str, int | None] = field(default_factory=dict)
    """Its articles within the crawl's sections, tags and shard -> their lastmod."""
    read: int = 0
    """When it was read, UTC seconds."""
    whole: bool = False
    """Whether it was read to its end, contains articles, and all of them are within the crawl's days."""


class Recrawl:
    """Decides for one edition which addresses are requested."""

    def __init__(
        self, archive: Archive, site: Site, known: str = "skip", *, reader_version: str = PARSER_VERSION
    ) -> None:
        if known not in KNOWN:
            raise UsageError(f"known must be one of {', '.join(KNOWN)}, got {known!r}")
        self.archive, self.site, self.known = archive, site, known
        self.reader_version = reader_version
        self.edition = site.edition.code
        self.skipped: set[int] = set()
        """Numbers of the articles found but not requested."""

    @property
    def refetches(self) -> bool:
        """Whether everything is requested again."""
        return self.known == "refetch"

    def worth(self, held: Held, visit: Visit) -> bool:
        """Return whether an address that the site names is requested: if it is new, changed according to the sitemap,
        or has been gone for a day, or if all are refetched.
        """
        if held.forgotten:
            return False
        known = held.known
        if known is None:
            return self.refetches or not held.is_no_article(self.reader_version, visit.lastmod)
        if self.refetches or (visit.lastmod and _is_later(visit.lastmod, known)):
            return True
        if known.gone and known.checked < now() - DAY:
            return True  # the site names it: it may be back
        if visit.lastmod and visit.source and (known.lastmod is None or known.source != visit.source):
            self.archive.record_lastmod(known, visit.lastmod, visit.source)
        self.skipped.add(known.n)
        return False

    def again(self, ages: list[int]) -> Iterator[Known]:
        """Yield articles to recrawl that no source contained: all, or those due for a recrawl without a sitemap."""
        if not self.refetches:
            yield from self.archive.due(self.edition, ages, now())
            return
        last = 0
        while rows := self.archive.articles(self.edition, after=last):
            yield from rows
            last = rows[-1].n

    # --- Months --------------------------------------------------------------------------------------------------

    def needs_month(self, url: str, bounds: str, lastmod: datetime | None) -> bool:
        """Return whether to request a month. Not if it is over and complete, unless its lastmod is newer."""
        complete = self.archive.month_complete(self.edition, url, bounds)
        return self.refetches or complete is None or (seconds(lastmod) or 0) > complete

    def months_again(self, months: Iterable[tuple[str, int]], bounds: str, ages: list[int], most: int) -> set[str]:
        """Return complete months (address, end in UTC seconds; newest first) that are due for a recrawl.

        They have passed one of `ages` (seconds) since their last check. Of the months older than all ages, it is the
        one whose last check is the oldest.
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
        """Store the lastmods of a month's sitemap after its articles are read. If the month is over, mark it as
        complete.
        """
        for key, held in self.archive.look_up(self.edition, month.keys).items():
            known, lastmod = held.known, month.keys[key]
            # It was found by a listing earlier in this crawl: the sitemap describes the version that was read.
            if known and known.source is None and lastmod and lastmod <= max(known.modified or 0, known.checked):
                self.archive.record_lastmod(known, lastmod, month.url)
        if month.past and month.whole and self.holds(month.keys):
            self.archive.record_month(self.edition, month.url, bounds, month.read)

    def holds(self, keys: Mapping[str, int | None]) -> bool:
        """Return whether all addresses (-> lastmod) lead to articles checked since, or are known to lead to none."""
        return all(
            held.forgotten
            or (held.known and held.known.checked > (keys[key] or 0))
            or held.is_no_article(self.reader_version, keys[key])
            for key, held in self.archive.look_up(self.edition, keys).items()
        )

    def missing(self, month: Month, named: set[int]) -> list[Known]:
        """Return the articles that a month's sitemap no longer contains. `named`: numbers of those that it contains."""
        return [row for row in self.archive.of_sitemap(month.url) if row.n not in named] if month.whole else []


def _is_later(lastmod: int, known: Known) -> bool:
    """Return whether a sitemap's lastmod indicates a change that was not seen yet."""
    before = known.lastmod or known.modified
    # A lastmod later than the last check (a day without a time, or an error) says nothing about what was seen. A
    # change in the same second as the last check may have come after it.
    return lastmod >= known.checked if before is None else lastmod > min(before, known.checked)


def is_past(year: int, month: int, moment: datetime) -> bool:
    """Return whether a month has been over for a week: late corrections come within days."""
    return moment.timestamp() > end_of(year, month) + _WEEK


def end_of(year: int, month: int) -> int:
    """Return the end of a month, UTC seconds."""
    return int(datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())


def conditional(known: Known | None, reader_version: str) -> dict[str, str]:
    """Return the headers of a conditional request for an article; none if another version of the reader has read it."""
    headers: dict[str, str] = {}
    if known is None or known.parser != reader_version:
        return headers
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers
