"""The account of a crawl: every address that it asks for ends in exactly one way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scrapy.exceptions import DropItem

OUTCOMES = (
    "emitted",  # its item went to the feeds
    "unchanged",  # as the archive holds it: 304, or read and the same
    "duplicate",  # an article that this crawl had met before, under another address or id
    "doubted",  # has the text or the id of another article: asked for again in the next crawl
    "not an article",  # a page that is none, cannot be understood as one, or lacks what every line promises
    "gone",  # 404 or 410
    "refused",  # by the site, or by its robots.txt
    "failed",  # no good answer after all tries, or an error of this program
    "out of scope",  # outside the sections, tags or days asked for, of another origin, forgotten, or filtered out
)
"""What becomes of the address of an article."""

PAGE_OUTCOMES = ("read", "gone", "refused", "failed", "out of scope")
"""What becomes of the address of a listing, a sitemap, robots.txt or the front page."""


class Dropped(DropItem):
    """An article that does not go to the feeds, and what that makes of its address."""

    def __init__(self, outcome: str, message: str, log_level: str) -> None:
        super().__init__(message, log_level=log_level)
        self.outcome = outcome


class Ledger:
    """Addresses asked for, by an account: a key of their own that stays through redirects and retries."""

    def __init__(self) -> None:
        self.open: dict[str, tuple[str, bool]] = {}
        """Account -> address, and whether it may be an article's, of what has not ended yet."""
        self.asked: Counter[bool] = Counter()
        """Addresses asked for: True, of articles; False, of other pages."""
        self.ended: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        self.failed: list[tuple[str, str, bool]] = []
        """Address, reason, and whether it may be an article's."""
        self.mistakes: list[str] = []
        """Addresses that ended twice."""

    def ask(self, account: str, url: str, *, article: bool) -> None:
        """An address is asked for."""
        if account not in self.open:
            self.open[account] = (url, article)
            self.asked[article] += 1

    def end(self, account: str | None, outcome: str, why: str = "") -> None:
        """An address has ended; None: none of this ledger's."""
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
        """Whether an address was asked for and has not ended."""
        return account in self.open

    def left(self, *, article: bool) -> int:
        """How many addresses have not ended: a crawl that was cut short leaves them to the next one."""
        return sum(each is article for _, each in self.open.values())

    def problems(self, *, whole: bool) -> Iterator[str]:
        """What does not add up; of a `whole` crawl nothing may be left."""
        yield from self.mistakes
        for article, ended in self.ended.items():
            known = OUTCOMES if article else PAGE_OUTCOMES
            left = self.left(article=article)
            if self.asked[article] != sum(ended[name] for name in known) + left:
                yield f"asked for {self.asked[article]}, ended {dict(ended)}, left {left}"
        if whole:
            yield from (f"{url} has not ended" for url, _ in self.open.values())
