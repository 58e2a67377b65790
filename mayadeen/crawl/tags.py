"""Addresses of tag listings: seen on pages, else made after the shape of those seen, else guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit

from mayadeen.site.address import slug

GUESSES = ("/tags/{slug}", "/tag/{slug}", "/topics/{slug}", "/topic/{slug}", "/news?tags={name}")


class TagAddresses:
    """What is known of the wanted tags: where their listings are, and which have answered."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self.wanted = wanted
        self.shapes: dict[str, None] = {}
        self._seen: dict[str, str] = {}
        self._asked: dict[str, list[str]] = {name: [] for name in wanted}
        self._answered: set[str] = set()

    def learn(self, links: Iterable[tuple[str, str | None]]) -> None:
        """Takes in the tag links of a page: (name, address)."""
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
        """(tag, address) seen and not asked for yet."""
        for name, url in self._seen.items():
            if url not in self._asked[name]:
                self._asked[name].append(url)
                yield name, url

    def unasked(self) -> bool:
        """Whether a wanted tag has neither a listing nor an answer."""
        return any(name not in self._seen and name not in self._answered for name in self.wanted)

    def guesses(self, origin: str) -> Iterator[tuple[str, str]]:
        """(tag, address) for the tags without a listing: one at a time each, after the shapes seen, then by habit."""
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
        """Something of these tags was found. Gives the wanted ones that had no answer before."""
        marks = {mark for mark in map(slug, names) if mark in self._asked} - self._answered
        self._answered |= marks
        return sorted(marks)

    def address(self, name: str) -> str:
        """Where the listing of a tag was seen; "" where it was not."""
        return self._seen.get(name, "")

    def missed(self, name: str, url: str) -> None:
        """An address that was no listing of the tag."""
        if self._seen.get(name) == url and name not in self._answered:
            del self._seen[name]

    def unanswered(self) -> list[tuple[str, list[str]]]:
        """Wanted tags that nothing was found for, with the addresses tried."""
        return [(name, self._asked[name]) for name in self.wanted if name not in self._answered]


def _shape(mark: str, url: str) -> str | None:
    """`https://site/topic/syrian-army` of "Syrian army" -> `https://site/topic/{slug}`."""
    parts = urlsplit(url)
    path = unquote(parts.path).lower()
    # An address with a number in it is of that tag alone.
    if not mark or not path.endswith("/" + mark) or "{" in url or "}" in url or re.search(r"/\d+/", path):
        return None
    return f"{parts.scheme}://{parts.netloc}{quote(path[: -len(mark)])}{{slug}}"
