"""The scope of a crawl: edition, sections, tags, days, shard. Validated once, then applied to each address."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from mayadeen.archive.shards import Shard, read_shard
from mayadeen.errors import UsageError
from mayadeen.items import Article
from mayadeen.site import dates
from mayadeen.site.address import Site, page_type, resolve, slug
from mayadeen.site.edition import EDITIONS

MATCHES = ("any", "all")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The limits of a crawl. Without sections and tags, the whole edition."""

    site: Site
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    match: str = "any"
    """Whether an article must be in one of the sections or have one of the tags (`any`), or both (`all`)."""
    shard: Shard | None = None
    """Shard of the articles; None: all of them."""

    @property
    def whole(self) -> bool:
        """Whether articles of all sections are in scope."""
        return not self.sections and not self.tags

    @property
    def marks(self) -> frozenset[str]:
        """Labels of listings whose articles are in scope: `tag:syria`, `region:mena`."""
        return frozenset({f"tag:{tag}" for tag in self.tags} | {f"region:{name}" for name in self.sections})

    @property
    def name(self) -> str:
        """Sections, tags, match and shard as text, "" for the whole edition: crawls with another name read other
        articles. Months and listings are complete within it.
        """
        both = self.match == "all" and self.sections and self.tags
        limits = (*self.sections, *(f"tag:{tag}" for tag in self.tags), *(["match:all"] if both else ()))
        return " ".join(sorted((*limits, *([f"shard:{self.shard}"] if self.shard else ()))))

    def has_key(self, key: str) -> bool:
        """Return whether the article with an address key (`dedupe_key`) belongs to the shard of the crawl."""
        return self.shard is None or self.shard.has(key)

    def has_month(self, year: int, month: int) -> bool:
        """Return whether any day of a month is in scope."""
        first = date(year, month, 1)
        last = (first + 31 * _DAY).replace(day=1) - _DAY
        return (self.until is None or first <= self.until) and (self.since is None or last >= self.since)

    def may_have_day(self, moment: datetime | None) -> bool:
        """Return whether something of that time may be in scope: with a day of tolerance, because sources differ by
        hours.
        """
        if moment is None:
            return True
        day = moment.astimezone(dates.BEIRUT).date()
        return (self.since is None or day >= self.since - _DAY) and (self.until is None or day <= self.until + _DAY)

    def may_have_address(self, url: str) -> bool:
        """Return whether an address is in a requested section."""
        return self.whole or not set(self.sections).isdisjoint(path_slugs(url, self.site))

    def has_tag(self, names: list[str]) -> bool:
        """Return whether one of some tag names is requested."""
        return bool(self.tags) and not set(self.tags).isdisjoint(map(slug, names))

    def refuses(self, article: Article, *, listed: frozenset[str] = frozenset()) -> str | None:
        """Return why an article is out of scope, or None if it is in scope. `listed`: labels of the listing that
        contained it.
        """
        if self.since or self.until:
            if article.datePublished is None:
                return "no date"
            # Use the day as written, with its offset: the zone database differs around clock changes.
            day = datetime.fromisoformat(article.datePublished).date()
            if (self.since and day < self.since) or (self.until and day > self.until):
                return "day"
        tagged = self.has_tag([tag.name for tag in article.tags]) or self._is_listed("tag", self.tags, listed)
        within = self._is_listed("region", self.sections, listed) or self._is_within(article)
        if self.match == "all" and self.tags and self.sections:
            return None if tagged and within else "section" if tagged else "tag"
        if self.whole or tagged or within:
            return None
        return "section" if self.sections else "tag"

    @staticmethod
    def _is_listed(kind: str, names: tuple[str, ...], listed: frozenset[str]) -> bool:
        """Return whether the listing that contained an article has one of some names."""
        return any(f"{kind}:{name}" in listed for name in names)

    def _is_within(self, article: Article) -> bool:
        """Return whether an article is in one of the sections."""
        own = {article.section or "", *path_slugs(article.canonicalUrl, self.site), *map(slug, article.regions)}
        own.update(slug(name) for name in (article.coverage or "", *(crumb.name for crumb in article.breadcrumbs)))
        return not own.isdisjoint(self.sections)


def path_slugs(url: str, site: Site) -> list[str]:
    """Return the section slugs in an address, without its own slug."""
    path = url.removeprefix(site.origin).partition("?")[0]
    return [part.lower() for part in path.strip("/").split("/")[:-1] if not part.isdigit()]


def read_scope(
    *,
    edition: str = "en",
    origin: str | None = None,
    sections: str | None = None,
    tags: str | None = None,
    since: str | None = None,
    until: str | None = None,
    match: str = "any",
    shard: str | None = None,
) -> Scope:
    """Return the scope described by a user's arguments. Raises UsageError for an invalid one."""
    if edition not in EDITIONS:
        raise UsageError(f"edition must be one of {', '.join(EDITIONS)}, got {edition!r}")
    row = EDITIONS[edition]
    try:
        site = Site(row, origin or row.origin)
    except ValueError:
        raise UsageError(f"SITE_ORIGIN must be an origin such as http://127.0.0.1:8000, got {origin!r}") from None
    if match not in MATCHES:
        raise UsageError(f"match must be one of {', '.join(MATCHES)}, got {match!r}")
    first, last = read_day("since", since), read_day("until", until)
    if first and last and first > last:
        raise UsageError(f"since ({first}) is after until ({last})")
    if first and first > datetime.now(UTC).astimezone(dates.BEIRUT).date():
        raise UsageError(f"since ({first}) is in the future")
    return Scope(
        site=site,
        sections=_slugs("sections", sections),
        tags=_slugs("tags", tags),
        since=first,
        until=last,
        match=match,
        shard=read_shard(shard) if shard is not None else None,
    )


def read_day(name: str, text: str | None) -> date | None:
    """Return the day in Beirut named by an argument: 2024-04-20, today, yesterday, 7d. Raises UsageError."""
    if text is None:
        return None
    today = datetime.now(UTC).astimezone(dates.BEIRUT).date()
    ago = {"today": 0, "yesterday": 1}.get(text)
    if ago is None and (days := re.fullmatch(r"(\d{1,5})d", text)):
        ago = int(days[1])
    if ago is not None:
        return today - ago * _DAY
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{name} must be a day such as 2024-04-20, today, yesterday or 7d, got {text!r}") from None


def _slugs(name: str, text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    found = tuple(dict.fromkeys(slug(part) for part in text.split(",") if slug(part)))
    if not found:
        raise UsageError(f"{name} must be names or slugs separated by commas, got {text!r}")
    return found


def menu_sections(links: list[tuple[str, str]], site: Site) -> dict[str, str]:
    """Return slug of the name -> address, for each section and region in the site's menu."""
    found: dict[str, str] = {}
    for name, href in links:
        url = resolve(href, site.origin + "/", site)
        if url and page_type(url, site) in ("section", "region", "coverage", "unknown", "article") and slug(name):
            found.setdefault(slug(name), url)
    return found


def menu_changes(menu: dict[str, str], site: Site) -> tuple[list[str], list[str]]:
    """Return the paths in the menu but not in the edition file, and those in the edition file but no longer in the
    menu.

    A section with another address in the menu is in neither list.
    """
    row = {**site.edition.sections, **site.edition.regions}
    known = {*row.values(), *site.edition.listings}
    paths = {url.removeprefix(site.origin): name for name, url in menu.items()}
    new = [path for path, name in paths.items() if path not in known and name not in row]
    gone = [path for name, path in row.items() if path not in paths and name not in menu]
    return new, gone


def section_listings(site: Site, menu: dict[str, str]) -> dict[str, str]:
    """Return slug -> address of each listing: from the edition file, overridden by the site's menu.

    The slugs of a section are its name and the last part of its address.
    """
    edition = site.edition
    found = {name: site.origin + path for name, path in {**edition.regions, **edition.sections}.items()} | menu
    for url in list(found.values()):
        found.setdefault(url.rpartition("/")[2].lower(), url)
    found.pop("", None)
    return found


def with_all_names(scope: Scope, listings: dict[str, str]) -> Scope:
    """Return the scope with all names of each requested section."""
    wanted = {listings[name] for name in scope.sections if name in listings}
    names = [name for name, url in listings.items() if url in wanted]
    return replace(scope, sections=tuple(dict.fromkeys((*scope.sections, *names))))
