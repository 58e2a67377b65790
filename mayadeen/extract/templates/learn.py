"""Writes a template from sample pages: the shortest selectors that find the same elements as the general reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mayadeen.errors import UsageError
from mayadeen.extract.article import read_article
from mayadeen.extract.templates.samples import PLACES, Sample, wanted_inside
from mayadeen.extract.templates.selectors import (
    MIN_SEEN,
    SUPPORT,
    Choice,
    cover,
    is_free_of_text,
    no_text,
    nothing,
    single,
    text_beside,
)
from mayadeen.extract.templates.template import COMMON, Template, toml_string
from mayadeen.items import ARTICLE_TYPES, WITHOUT_TEXT
from mayadeen.site.text import comparison_key

MIN_PAGES = 5
"""Minimum number of articles to learn from."""
MIN_REPEATS = 0.3
"""A line of the text found on this share of the pages, and on at least three, may be boilerplate."""
SAME_PLACE = 0.8
"""It is boilerplate if it has the same distance from the start or the end of the text on this share of them."""
MIN_LINE, MAX_LINE = 3, 300
"""Minimum number of words, and maximum number of characters, of such a line."""


_CARDS = "relatedNews"
"""The `RelatedLink.block` of boxes of links without a heading."""


class TooFewPages(UsageError):
    """Raised if there are too few articles to learn from."""


def learn(samples: Sequence[Sample], edition: str) -> str:
    """Return the text of a template. Raises TooFewPages, and UsageError if the pages have no common layout."""
    if len(samples) < MIN_PAGES:
        raise TooFewPages(f"{len(samples)} articles of the edition {edition}; a template needs at least {MIN_PAGES}")
    repeated = _repeated(samples)
    samples = [Sample(each.page, each.reading, frozenset(repeated)) for each in samples]
    text_paths = frozenset(path for each in samples for path in each.paths_of_text)
    kinds: dict[str, list[Sample]] = {}
    for each in samples:
        each.text_paths = text_paths
        kinds.setdefault(each.reading.article.articleType, []).append(each)
    try:
        common = _layout(samples)
    except UsageError:
        largest = max(kinds.values(), key=len)
        if len(largest) < MIN_PAGES or len(kinds) == 1:
            raise
        common = _layout(largest)
    if repeated:
        common["boilerplate"] = list(repeated.values())
    # Types with text share their layout. Of types without text, include only those that were seen.
    types = [each for each in ARTICLE_TYPES if each in kinds or each not in WITHOUT_TEXT]
    head = [
        f"# Selectors of the parts of an article, learned from {len(samples)} pages. Keys: docs/templates.md",
        f'edition = "{edition}"',
        f"types = [{', '.join(map(toml_string, types))}]",
    ]
    text = _toml(head, {COMMON: common})
    sections = {COMMON: common}
    for kind, pages in kinds.items():
        if len(pages) >= MIN_PAGES and _fitting(pages, Template.parse(text.encode())) < SUPPORT * len(pages):
            own = _layout(pages)
            empty: dict[str, list[Choice]] = {key: [] for key in common if key not in own and key != "boilerplate"}
            sections[kind] = {
                key: choices
                for key, choices in {**own, **empty}.items()
                if {selector for selector, _ in choices} != {selector for selector, _ in common.get(key, ())}
            }
    return _toml(head, {kind: layout for kind, layout in sections.items() if layout})


def _layout(samples: Sequence[Sample]) -> dict[str, list[Choice]]:
    """Return key -> its selectors. Raises UsageError if the pages have no common headline or container."""
    found = {key: single(samples, PLACES[key], key) for key in ("headline", "container")}
    for key, wanted in PLACES.items():
        if key not in found:
            # A place for a box of links or a player may be used on one page only.
            seen = 1 if key in ("media", "links") else MIN_SEEN
            found[key] = cover(samples, wanted, is_free_of_text, seen=seen)
    for key in ("captions", "related", "drop"):
        found[key] = cover(samples, wanted_inside(key), nothing if key == "drop" else no_text, inside=True)
    out = [found[key] for key in ("drop", "captions", "related")]
    found["keep"] = cover(samples, wanted_inside("keep"), text_beside(*out), inside=True)
    return {key: choices for key, choices in found.items() if choices}


def _fitting(samples: Sequence[Sample], template: Template) -> int:
    """Return how many pages the template reads."""
    return sum(read_article(each.page, None, template).miss is None for each in samples)


def _toml(head: list[str], sections: dict[str, dict[str, list[Choice]]]) -> str:
    lines = list(head)
    for kind, layout in sections.items():
        lines += ["", f"[{kind}]"]
        for key, choices in layout.items():
            said = [(toml_string(selector), f"{pages} pages") for selector, pages in choices]
            key = f"related.{_CARDS}" if key == "related" else key
            if len(said) > 1:
                lines += [f"{key} = [", *(f"  {value},  # {count}" for value, count in said), "]"]
            else:
                lines += [f"{key} = {value}  # {count}" for value, count in said] or [f"{key} = []"]
    return "\n".join(lines) + "\n"


def _repeated(samples: Sequence[Sample]) -> dict[str, Choice]:
    """Return lines that the general reader reads as text although they are in the same place on many pages.

    Comparison key -> (the line as printed, number of pages).
    """
    places: dict[str, Counter[tuple[int, int, bool]]] = {}  # line -> (box, distance from an end, which end) -> pages
    pages: Counter[str] = Counter()
    printed: dict[str, str] = {}
    for sample in samples:
        text = sample.visible.text
        long = [
            at for at, block in enumerate(text) if len(block.text.split()) >= MIN_LINE and len(block.text) <= MAX_LINE
        ]
        lines = {comparison_key(text[at].text): at for at in long}
        pages.update(lines)
        for key, at in lines.items():
            path = sample.box_of(text[at]).path
            places.setdefault(key, Counter()).update([(path, at, True), (path, len(text) - at, False)])
            printed.setdefault(key, text[at].text)
    least = max(3, MIN_REPEATS * len(samples))
    return {
        key: (printed[key], count)
        for key, count in pages.items()
        if key and count >= least and max(places[key].values()) >= SAME_PLACE * count
    }
