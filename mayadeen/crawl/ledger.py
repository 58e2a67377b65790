"""Counts request outcomes: every requested address ends with exactly one outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scrapy.exceptions import DropItem

OUTCOMES = (
    "emitted",  # delivered to the feeds
    "unchanged",  # same as in the archive: 304, or read and equal
    "duplicate",  # an article already read in this crawl, under another address or id
    "doubted",  # has the text or the id of another article: requested again in the next crawl
    "not an article",  # not an article, cannot be parsed as one, or lacks a required field
    "gone",  # 404 or 410
    "refused",  # by the site, or by its robots.txt
    "failed",  # no successful response in any try, or an error of this program
    "out of scope",  # outside the requested sections, tags or days, of another origin, forgotten, or filtered out
)
"""Possible outcomes of an article's address."""

PAGE_OUTCOMES = ("read", "gone", "refused", "failed", "out of scope")
"""Possible outcomes of the address of a listing, a sitemap, robots.txt or the front page."""


class Dropped(DropItem):
    """Raised to drop an article from the feeds, with the outcome of its address."""

    def __init__(self, outcome: str, message: str, log_level: str) -> None:
        super().__init__(message, log_level=log_level)
        self.outcome = outcome


class Ledger:
    """Requested addresses by account: a key that stays the same through redirects and retries."""

    def __init__(self) -> None:
        self.open: dict[str, tuple[str, bool]] = {}
        """Account -> (address, whether it may be an article), for requests without an outcome yet."""
        self.asked: Counter[bool] = Counter()
        """Number of requested addresses: True, of articles; False, of other pages."""
        self.ended: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        self.failed: list[tuple[str, str, bool]] = []
        """(address, reason, whether it may be an article)."""
        self.mistakes: list[str] = []
        """Addresses with more than one outcome."""

    def ask(self, account: str, url: str, *, article: bool) -> None:
        """Record that an address is requested."""
        if account not in self.open:
            self.open[account] = (url, article)
            self.asked[article] += 1

    def end(self, account: str | None, outcome: str, why: str = "") -> None:
        """Record the outcome of an address. An account of None is ignored."""
        if account is None:
            return
        if account not in self.open:
            self.mistakes.append(f"{account} ended again, as {outcome}")
            return
        url, article = self.open.pop(account)
        self.ended[article][outcome] += 1
        if outcome == "failed":
            self.failed.append((url, why, article))

    def is_open(self, account: str) -> bool:
        """Return whether an address was requested and has no outcome yet."""
        return account in self.open

    def left(self, *, article: bool) -> int:
        """Return the number of addresses without an outcome. A stopped crawl leaves them to the next one."""
        return sum(each is article for _, each in self.open.values())

    def problems(self, *, whole: bool) -> Iterator[str]:
        """Yield inconsistencies. In a `whole` crawl, every address must have an outcome."""
        yield from self.mistakes
        for article, ended in self.ended.items():
            known = OUTCOMES if article else PAGE_OUTCOMES
            left = self.left(article=article)
            if self.asked[article] != sum(ended[name] for name in known) + left:
                yield f"requested {self.asked[article]}, ended {dict(ended)}, left {left}"
        if whole:
            yield from (f"{url} has no outcome" for url, _ in self.open.values())
