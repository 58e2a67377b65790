"""What one response shows of an article: the article, the boxes beside it and the numbers that move."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from tests.replica.body import echoed
from tests.replica.clock import printed
from tests.replica.data import Article, Card, coverage_path
from tests.replica.site import Site


@dataclass(frozen=True, slots=True)
class View:
    """An article page before it is drawn. `origin` starts absolute addresses; `request_no` is 0 at first."""

    site: Site
    article: Article
    origin: str
    request_no: int
    related: list[Card]
    most_read: list[Card]
    read_next: list[Card]
    coverage: tuple[str, str]
    ticker: list[str]
    shares: int
    minutes: int
    date: str

    @property
    def card(self) -> Card:
        """The article's card."""
        return self.article.card

    @property
    def words(self) -> Mapping[str, str]:
        """The words that the edition prints."""
        return self.site.edition.words

    @property
    def opinion(self) -> bool:
        """Whether the disclaimer stands under it."""
        return self.card.kind in ("opinion", "blog")


def lines(article: Article) -> list[str]:
    """The lines of articleBody."""
    texts = ("paragraph", "heading", "list", "quote")
    return [line for block in article.blocks if block.kind in texts for line in block.lines()]


def view(article: Article, site: Site, origin: str, request_no: int) -> View:
    """The page of an article; boxes, ticker and shares differ from one `request_no` to the next."""
    card = article.card
    rng = Random(f"{site.seed}:{card.index}:{request_no}:boxes")
    taken = {card.index, *(block.target for block in article.blocks if block.kind == "readMore")}
    recent = range(max(0, site.size - 400), site.size)
    free = [index for index in rng.sample(recent, min(len(recent), 16)) if index not in taken]
    related, most, following = free[:2], free[2:6], free[6:10]
    if card.index % 5 == 0:
        following[:1] = related[:1]
    if card.quirk == "headline-in-body":
        following[1:2] = [echoed(site.source, card.index)]
    coverages = site.edition.coverages
    coverage = coverages[(card.index + request_no) % len(coverages)]
    words = sum(len(line.split()) for line in lines(article))
    return View(
        site=site,
        article=article,
        origin=origin,
        request_no=request_no,
        related=[site.card(index) for index in related],
        most_read=[site.card(index) for index in most],
        read_next=[site.card(index) for index in following],
        coverage=(coverage, coverage_path(coverage)),
        ticker=site.ticker(card.index + request_no),
        shares=article.shares + 3 * request_no,
        minutes=max(1, round(words / 200)),
        date="" if "no-dates" in site.faults else printed(card.published, site.edition, site.now),
    )
