"""Validate -> Clean -> HoldDoubtful -> DropDuplicates -> Record. Each counts what it changes or drops."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from logging import getLogger
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from mayadeen.crawl import ending
from mayadeen.crawl.identity import identify
from mayadeen.crawl.ledger import Dropped
from mayadeen.crawl.marks import Marks
from mayadeen.crawl.session import Session, session_of
from mayadeen.errors import ArchiveError
from mayadeen.extract.cleaning import clean_article
from mayadeen.items import ARTICLE_TYPES, WITHOUT_TEXT, Article, Visit
from mayadeen.site.address import canonical, dedupe_key, site_of
from mayadeen.site.text import clean

logger = getLogger(__name__)


class _Counting:
    """A pipeline that writes to the crawl's stats."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @staticmethod
    def is_fresh(item: Any) -> bool:
        """Return whether an item comes from a page. Items from the archive have passed these pipelines before."""
        return isinstance(item, Article) and item.metadata.firstSeen is None

    def count(self, name: str, by: int = 1) -> None:
        self.crawler.stats.inc_value(name, by)


Process = Callable[[Any, Article], Article]


def _with_archive(process_item: Process) -> Process:
    """End the crawl when a pipeline cannot use the archive. The article is requested again in the next crawl."""

    @wraps(process_item)
    def process(self: _Counting, item: Article) -> Article:
        try:
            return process_item(self, item)
        except ArchiveError as error:
            item.context.visit = None  # nothing is known about its address
            ending.end(self.crawler, "archive", str(error))
            raise Dropped("failed", f"{item.url} could not be recorded", "ERROR") from None

    return process


class Validate(_Counting):
    """Drops an article without a required field."""

    def process_item(self, item: Article) -> Article:
        if not self.is_fresh(item):
            return item
        missing = lacking(item)
        if missing:
            self.count(f"validate/{missing}")
            raise Dropped("not an article", f"{item.url} has no {missing}", "WARNING")
        return item


def lacking(article: Article) -> str | None:
    """Return the first required field that an article lacks."""
    for name in ("id", "url", "canonicalUrl", "edition", "headline"):
        if not clean(getattr(article, name) or ""):
            return name
    if article.articleType not in ARTICLE_TYPES:
        return "articleType"
    text = clean(article.articleBody or "") or clean(article.description or "")
    if not text and article.articleType not in WITHOUT_TEXT:
        return "articleBody"
    return None


class Clean(_Counting):
    """Cleans strings, HTML and links."""

    def process_item(self, item: Article) -> Article:
        if self.is_fresh(item):
            for name, times in clean_article(item).items():
                self.count(f"clean/{name}", times)
        return item


MIN_DOUBTED = 12
"""Two articles with the same text of at least this many words are suspicious. "Details to follow" is not."""


class Doubted(Dropped):
    """Raised for an article that is held back. Its address is not remembered."""

    def __init__(self, message: str) -> None:
        super().__init__("doubted", message, "WARNING")


class HoldDoubtful(_Counting):
    """Holds back a text that may be a paywall, a not-found page, or another article's text.

    It is requested again in the next crawl, and accepted if it is unchanged a day later.
    """

    @_with_archive
    def process_item(self, item: Article) -> Article:
        session = session_of(self.crawler)
        # Videos of a series may have the same description.
        if session is None or not self.is_fresh(item) or item.articleType in WITHOUT_TEXT:
            return item
        visit = item.context.visit or Visit(address=session.address(item.url))
        archive, key = session.archive, visit.address.key
        if item.metadata.captureUrl:
            return self._captured(session, item)
        known = archive.find(item.edition, key)
        if known and archive.has_text(known, item):
            archive.clear_doubt(item.edition, key)
            return item
        claimed = identify(session, item, visit).unproven
        own = dedupe_key(item.url, session.site)
        twin = archive.same_text(item) if (item.wordCount or 0) >= MIN_DOUBTED else None
        if twin and twin != known and dedupe_key(twin.url, session.site) != own:
            why = f"has the text of {twin.id}, {twin.url}"
        elif known and _is_lost(archive.line(known.id, known.version), item):
            why = f"has lost the text of {known.id}"
        elif claimed:
            why = f"states the id of {claimed.id}, which {claimed.url} still has"
        else:
            return item
        if archive.doubt(key, item, claimed):
            return item
        self.count("duplicate/doubted")
        raise Doubted(f"{item.url} {why}: will be requested again")

    def _captured(self, session: Session, item: Article) -> Article:
        """Drop a capture with the text of another article. Unlike a live page it never changes, so a doubt is final.

        A much shorter text is accepted: early reports are short.
        """
        if (item.wordCount or 0) >= MIN_DOUBTED:
            known = session.archive.same_text(item)
            if twin := known.id if known else session.archive.captured_text(item):
                self.count("capture/doubted")
                raise Doubted(f"{item.metadata.captureUrl} has the text of {twin}: skipped")
        return item


def _is_lost(line: dict[str, Any], article: Article) -> bool:
    """Return whether a recorded article has lost its text, except for something much shorter."""
    before, after = line.get("articleBody") or "", article.articleBody or ""
    return 2 * len(after) < len(before) and set(before.split("\n")).isdisjoint(after.split("\n"))


class DropDuplicates(_Counting):
    """Drops an article that this crawl has already read, by id or address. Logs equal texts under several ids."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.ids, self.addresses, self.contents = Marks(), Marks(), Marks()

    @_with_archive
    def process_item(self, item: Article) -> Article:
        if not self.is_fresh(item):
            return item
        site = site_of(item.canonicalUrl, item.edition)
        certain = False
        if session := session_of(self.crawler):
            visit = item.context.visit or Visit(address=session.address(item.url))
            identity = identify(session, item, visit)
            if identity.claimed:
                self.count("duplicate/claimed")
                logger.warning("%s claims to be %s, which is another article", item.url, item.id)
                item.canonicalUrl = canonical(item.url, site)
            item.id, certain = identity.id, identity.certain
            if item.metadata.captureUrl:  # an article has several captures
                return item
        addresses = {dedupe_key(item.canonicalUrl, site), dedupe_key(item.url, site)}
        if item.id in self.ids:
            self.count("duplicate/id")
            raise Dropped("duplicate", f"{item.url} is {item.id} again", "INFO")
        # A post id distinguishes articles, whatever canonical address a page states.
        if ":u-" in item.id and not certain and dedupe_key(item.canonicalUrl, site) in self.addresses:
            self.count("duplicate/address")
            raise Dropped("duplicate", f"{item.url} has an address that was already read", "INFO")
        if item.contentHash in self.contents and ":u-" in item.id:
            # Without a post id they cannot be distinguished: it is one article with two addresses.
            self.count("duplicate/content")
            raise Dropped("duplicate", f"{item.url} is an article already read at another address", "INFO")
        if not self.contents.add(item.contentHash):
            self.count("duplicate/content_kept")
        self.ids.add(item.id)
        for address in addresses:
            self.addresses.add(address)
        return item


class Record(_Counting):
    """Records new and changed articles in the archive before any feed gets them. Drops unchanged ones."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        crawler.signals.connect(self.item_dropped, signals.item_dropped)

    @_with_archive
    def process_item(self, item: Article) -> Article:
        session = session_of(self.crawler)
        if not self.is_fresh(item):
            return item
        if session is None:  # rereading kept pages, or a spider of another project
            item.metadata.firstSeen = item.metadata.dateDownloaded
            return item
        address = session.address(item.url)
        visit = item.context.visit or Visit(address=address)
        item.context.visit = None
        # Do not remember its address: the page may state this id by mistake, and its own id later.
        if session.archive.is_forgotten(item.id):
            verdict = "forgotten"
        else:
            # Not the stated canonical address: another article may be there.
            verdict = _record(session, item, visit, address.key)
        if visit.capture is not None:
            session.archive.end_capture(visit.capture, verdict, item)
        self.count(f"archive/{verdict}")
        if item.nearDuplicates and verdict in ("new", "changed"):
            self.count("duplicate/near")
        if verdict == "forgotten" or (visit.outside and verdict in ("new", "changed", "back", "older")):
            # It is out of scope now. It stays in the outbox for a crawl with another scope.
            raise Dropped("out of scope", f"{item.url} is {visit.outside or 'forgotten'}", "DEBUG")
        if verdict in ("unchanged", "reread") and not session.gives_unchanged:
            raise Dropped("unchanged", f"{item.url} is {verdict}", "DEBUG")
        return item

    def item_dropped(self, item: Any, exception: BaseException) -> None:
        """Remember the address of a dropped article, so that it is not requested again."""
        session = session_of(self.crawler)
        visit = item.context.visit if self.is_fresh(item) else None
        # The target of a temporary redirect is not the content of the requested address.
        if visit is None or session is None or visit.temporary:
            return
        key = visit.address.key
        try:
            if visit.capture is not None:
                # A capture says nothing about the live page.
                outcome = exception.outcome if isinstance(exception, Dropped) else "left out"
                session.archive.end_capture(visit.capture, outcome)
                return
            if isinstance(exception, Doubted):
                return
            if session.archive.get(item.id):
                session.archive.record_alias(item.edition, key, item.id)
            else:
                session.archive.record_no_article(item.edition, key, session.reader.version)
        except ArchiveError as error:
            ending.end(self.crawler, "archive", str(error))


def _record(session: Session, item: Article, visit: Visit, key: str) -> str:
    """Record an article that was read on the site or in a capture. Return how it compares with the archive."""
    if item.metadata.captureUrl:
        return session.archive.record_capture(item, visit, key)
    return session.archive.record(item, visit, [key])
