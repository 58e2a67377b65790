"""Addresses of tag listings: seen on pages, else built like those seen, else guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote, urlsplit

from mayadeen.site.address import slug

GUESSES = ("/tags/{slug}", "/tag/{slug}", "/topics/{slug}", "/topic/{slug}", "/news?tags={name}")


class TagAddresses:
    """The requested tags: their listings, and which were found."""

    def __init__(self, wanted: tuple[str, ...], known: Mapping[str, str]) -> None:
        """`known`: tags that an earlier crawl found -> address of the listing, "" without one."""
        self.wanted = wanted
        self.shapes: dict[str, None] = {}
        self._seen: dict[str, str] = {}
        self._asked: dict[str, list[str]] = {name: [] for name in wanted}
        self.known, self._found = frozenset(known), set(known)
        self._answered: set[str] = set()
        self.learn(known.items())

    def learn(self, links: Iterable[tuple[str, str | None]]) -> None:
        """Learn the tag links of a page: (name, address)."""
        for name, url in links:
            if not url:
                continue
            mark = slug(name)
            if mark in self._asked:
                self._seen.setdefault(mark, url)
            shape = _shape(mark, url)
            if shape and len(self.shapes) < 4:
                self.shapes[shape] = None

    def to_ask(self) -> Iterator[tuple[str, str]]:
        """Yield (tag, address) seen but not requested yet."""
        for name, url in self._seen.items():
            if url not in self._asked[name]:
                self._asked[name].append(url)
                yield name, url

    def unasked(self) -> bool:
        """Return whether a requested tag has no known listing, and no sitemap names its articles."""
        return any(name not in self._seen and name not in self._answered for name in self.wanted)

    def guesses(self, origin: str) -> Iterator[tuple[str, str]]:
        """Yield (tag, address) for tags without a listing, one guess per tag: first with the patterns seen, then the
        usual ones.
        """
        for name in self.wanted:
            if name in self._seen or name in self._answered:
                continue
            spoken = quote(name.replace("-", " ").title())
            made = [shape.format(slug=quote(name), name=spoken) for shape in (*self.shapes, *GUESSES)]
            for path in made:
                url = path if "://" in path else origin + path
                if url not in self._asked[name]:
                    self._asked[name].append(url)
                    yield name, url
                    break

    def found(self, names: Iterable[str]) -> list[str]:
        """Record that articles have these tags. Returns the requested ones that were not found before."""
        marks = {mark for mark in map(slug, names) if mark in self._asked} - self._found
        self._found |= marks
        return sorted(marks)

    def answered(self, names: Iterable[str]) -> None:
        """Record that a listing or a sitemap names the articles of these tags: their listings need not be guessed."""
        self._answered |= {mark for mark in map(slug, names) if mark in self._asked}

    def address(self, name: str) -> str:
        """Return the address of a tag's listing, "" if unknown."""
        return self._seen.get(name, "")

    def missed(self, name: str, url: str) -> None:
        """Record an address that was not a listing of the tag."""
        if self._seen.get(name) == url and name not in self._answered:
            del self._seen[name]

    def unknown(self) -> list[tuple[str, list[str]]]:
        """Return the requested tags that no article has, with the addresses tried."""
        return [(name, self._asked[name]) for name in self.wanted if name not in self._found]


def _shape(mark: str, url: str) -> str | None:
    """Return the pattern of a tag's address: `https://site/topic/syrian-army` of "Syrian army" ->
    `https://site/topic/{slug}`.
    """
    parts = urlsplit(url)
    path = unquote(parts.path).lower()
    # An address with a number in it is only valid for that tag.
    if not mark or not path.endswith("/" + mark) or "{" in url or "}" in url or re.search(r"/\d+/", path):
        return None
    return f"{parts.scheme}://{parts.netloc}{quote(path[: -len(mark)])}{{slug}}"
