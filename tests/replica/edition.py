"""What an edition of the replica is: its menu, the words it prints, the vocabulary of its prose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """One line of the menu: `group` is the menu heading over it, `kind` the article type it holds.

    `address` is how its articles are addressed, by `path`, `slug`, `id` and `day` (`2026/6/1`).
    """

    name: str
    path: str
    group: str
    kind: str
    address: str = "{path}/{slug}"

    @property
    def slug(self) -> str:
        """Last part of the address."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """All that differs between editions. `vocabulary` has the choices for each slot and kind of text."""

    code: str
    site_name: str
    home: str
    sections: Sequence[Section]
    groups: Mapping[str, str]
    special: Mapping[int, str]
    """Section slug by index modulo 40; all other articles are news."""
    regions: Sequence[str]
    region_folder: str
    tags: Sequence[str]
    coverages: Sequence[str]
    people: Sequence[str]
    numbered_authors: bool
    """Whether a writer's address has a number in it."""
    sources: Sequence[str]
    months: Sequence[str]
    direction: str
    words: Mapping[str, str]
    vocabulary: Mapping[str, Sequence[str]]

    def section(self, slug: str) -> Section:
        """The section with this slug."""
        return next(section for section in self.sections if section.slug == slug)
