"""The invented articles: each is made from seed and index alone, so a site of any size needs no storage."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random

from tests.replica.arabic import AR
from tests.replica.clock import beirut
from tests.replica.edition import Edition, Section
from tests.replica.english import EN
from tests.replica.prose import name_slug, phrase, pick, slugify, town
from tests.replica.spanish import ES

EDITIONS = {"en": EN, "ar": AR, "es": ES}
NEWEST = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
"""Publication time of the newest article of a fresh site."""
FIRST_POST_ID = 1_600_000

QUIRKS = {
    1: "two-slugs",
    3: "retitled",
    5: "old-slug",
    7: "leading-dash",
    9: "non-ascii",
    11: "case",
    13: "no-slash",
    15: "duplicate-host",
    17: "re-dated",
    19: "no-metadata",
    21: "no-description",
    23: "no-keywords",
    25: "duplicate-keywords",
    27: "no-author",
    29: "two-authors",
    31: "many-sources",
    33: "headline-in-body",
    35: "says-related-news",
    37: "missing-classes",
    39: "leading-space-class",
}
"""The oddity an article has, by its index modulo 40."""
NO_SUBSECTION = 30
"""Index modulo 40 of the articles at /articles/<slug>."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`path` has no query; `version` is the `v` of the query, which rises when a picture is edited."""

    path: str
    version: int
    caption: str
    credit: str
    alt: str

    @property
    def printed(self) -> str:
        """The caption with its credit in brackets, as under the picture."""
        return f"{self.caption} ({self.credit})" if self.credit else self.caption


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text: plain, strong, or the text of a link to `href`."""

    text: str
    href: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the body: paragraph, heading, list, quote; or readMore, related, tweet, video, figure."""

    kind: str
    runs: Sequence[Run] = ()
    items: Sequence[str] = ()
    level: int = 2
    target: int = 0
    picture: Picture | None = None
    embed: str = ""

    def lines(self) -> list[str]:
        """The text of a text block, one entry a line of articleBody."""
        return list(self.items) or ["".join(run.text for run in self.runs)]


@dataclass(frozen=True, slots=True)
class Card:
    """What a listing shows of an article, and all that the indexes need."""

    index: int
    post_id: str
    quirk: str
    section: Section
    path: str
    alias: str
    headline: str
    published: datetime
    modified: datetime
    authors: Sequence[str]
    tags: Sequence[str]
    region: str
    coverage: str
    picture: Picture

    @property
    def kind(self) -> str:
        """The article type of the contract: news, opinion, video, …"""
        return self.section.kind

    @property
    def section_slug(self) -> str:
        """The section as the address states it."""
        own = self.path.startswith(self.section.path + "/")
        return self.section.slug if own else self.path.split("/")[-2]


@dataclass(frozen=True, slots=True)
class Article:
    """A whole article. `description` may end in a space, as in the site's metadata; `duration` in seconds."""

    card: Card
    description: str
    sources: Sequence[str]
    source_line: str
    blocks: Sequence[Block]
    shares: int
    duration: int
    embed: str


@dataclass(frozen=True, slots=True)
class Source:
    """What articles are made from, beside their index. `articles` is how many the site has at first."""

    edition: Edition
    articles: int
    seed: int


def published_at(source: Source, index: int) -> datetime:
    """Publication time before re-dating; articles added to the first ones follow NEWEST every ten minutes."""
    if index >= source.articles:
        return NEWEST + timedelta(minutes=10 * (index - source.articles + 1))
    span = timedelta(days=min(1780.0, 180 * (source.articles / 60) ** 0.33))
    rng = Random(f"{source.seed}:{index}:time")
    moment = NEWEST - span * (source.articles - 1 - index + 0.9 * rng.random()) / source.articles
    return moment.replace(second=0 if rng.random() < 0.6 else moment.second, microsecond=0)


def picture(rng: Random, edition: Edition, when: datetime, alt: str = "") -> Picture:
    """A picture of that day; without `alt` its caption is its alternative text."""
    name = f"{rng.getrandbits(128):032x}"
    uuid = "-".join((name[:8], name[8:12], name[12:16], name[16:20], name[20:]))
    caption = phrase(rng, edition.vocabulary, "caption")
    credit = pick(rng, edition.vocabulary["credit"])
    path = f"/media/image/{when.year}/{when.month}/{when.day}/{uuid}.jpg"
    return Picture(path, 1 + int(rng.random() * 4), caption, credit, alt or caption)


def _authors(rng: Random, edition: Edition, quirk: str, signed: bool) -> tuple[str, ...]:
    if quirk == "no-author":
        return ()
    if quirk == "two-authors":
        return tuple(rng.sample(edition.people, 2))
    return (pick(rng, edition.people if signed or rng.random() < 0.4 else (edition.site_name,)),)


@lru_cache(maxsize=16_384)
def card(source: Source, index: int) -> Card:
    """The card of article number `index`."""
    edition, rng = source.edition, Random(f"{source.seed}:{index}:card")
    turn = index % 40
    quirk, special = QUIRKS.get(turn, ""), edition.special.get(turn)
    first = edition.sections[0].group
    news = [section for section in edition.sections if section.kind == "news" and section.group in ("", first)]
    politics = not special and rng.random() < 0.5
    section = edition.section(special) if special else news[0] if politics else news[int(rng.random() * len(news))]
    templates = {"old-slug": "colon", "leading-dash": "quoted", "non-ascii": "accented"}
    vocabulary = dict(edition.vocabulary, town=(town(edition.vocabulary, index),))
    headline = first_title = phrase(rng, vocabulary, templates.get(quirk, "headline"))
    published = published_at(source, index)
    wall, post_id = beirut(published), str(FIRST_POST_ID + 7 * index)

    def address(slug: str) -> str:
        folder = section.path
        if turn == NO_SUBSECTION and folder.count("/") > 1:
            folder = folder.rpartition("/")[0]
        day = f"{wall.year}/{wall.month}/{wall.day}"
        return section.address.format(path=folder, slug=slug, id=post_id, day=day)

    path = alias = address(slugify(first_title, old_rule=quirk == "old-slug"))
    if quirk in ("two-slugs", "retitled"):
        headline = phrase(rng, vocabulary, "headline")
        alias = address(slugify(headline))
    if quirk == "re-dated" and published + timedelta(days=40) < NEWEST:
        published += timedelta(days=37)
    return Card(
        index=index,
        post_id=post_id,
        quirk=quirk,
        section=section,
        path=path,
        alias=alias,
        headline=headline,
        published=published,
        modified=published + timedelta(seconds=int(rng.random() * 90) * int(rng.random() * 600)),
        authors=_authors(rng, edition, quirk, section.kind != "news"),
        tags=tuple(rng.sample(edition.tags, 2 + int(rng.random() * 6))),
        region=pick(rng, edition.regions) if quirk != "missing-classes" and rng.random() < 0.62 else "",
        coverage=pick(rng, edition.coverages) if quirk != "missing-classes" and rng.random() < 0.45 else "",
        picture=picture(rng, edition, published, headline if rng.random() < 0.5 else ""),
    )


def revised(card: Card, revision: int) -> Card:
    """The card after `revision` edits: each moves the time of modification by an hour."""
    return replace(card, modified=card.modified + timedelta(hours=revision)) if revision else card


def later(card: Card) -> Card:
    """The card with publication and modification a day later."""
    day = timedelta(days=1)
    return replace(card, published=card.published + day, modified=card.modified + day)


def author_path(edition: Edition, name: str) -> str:
    """Address of a writer's page; empty for the house name, which has none."""
    number = f"{1_300_000 + edition.people.index(name)}/" if edition.numbered_authors and name in edition.people else ""
    return "" if name == edition.site_name else f"/authors/{number}{name_slug(name)}"


def region_path(edition: Edition, name: str) -> str:
    """Address of a region's listing."""
    return f"/{edition.region_folder}/{name_slug(name)}"


def coverage_path(name: str) -> str:
    """Address of the page of a special file."""
    return f"/coverage/{name_slug(name)}"


def tag_path(name: str) -> str:
    """Address of a tag's listing."""
    return f"/tags/{name_slug(name)}"
