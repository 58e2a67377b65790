"""Addresses of tag listings: seen on pages, else built like those seen, else guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit

from mayadeen.site.address import slug

GUESSES = ("/tags/{slug}", "/tag/{slug}", "/topics/{slug}", "/topic/{slug}", "/news?tags={name}")


class TagAddresses:
    """The requested tags: their listings, and which were found."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self.wanted = wanted
        self.shapes: dict[str, None] = {}
        self._seen: dict[str, str] = {}
        self._asked: dict[str, list[str]] = {name: [] for name in wanted}
        self._answered: set[str] = set()

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
        """Return whether a requested tag has no listing and was not found elsewhere."""
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

    def answered(self, names: Iterable[str]) -> list[str]:
        """Record that these tags were found. Returns the requested ones that were not found before."""
        marks = {mark for mark in map(slug, names) if mark in self._asked} - self._answered
        self._answered |= marks
        return sorted(marks)

    def address(self, name: str) -> str:
        """Return the address of a tag's listing, "" if unknown."""
        return self._seen.get(name, "")

    def missed(self, name: str, url: str) -> None:
        """Record an address that was not a listing of the tag."""
        if self._seen.get(name) == url and name not in self._answered:
            del self._seen[name]

    def unanswered(self) -> list[tuple[str, list[str]]]:
        """Return the requested tags that were not found, with the addresses tried."""
        return [(name, self._asked[name]) for name in self.wanted if name not in self._answered]


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
