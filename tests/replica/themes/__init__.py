"""The same site in several markups that share no class name: one module a theme."""

from types import ModuleType

from tests.replica.themes import delta, mdn, north, south, sur

THEMES: dict[str, ModuleType] = {"north": north, "south": south, "delta": delta, "mdn": mdn, "sur": sur}
"""Each has CSS_SHARE and the functions way, top, ticker, card, article, listing, bottom."""


def theme_of(name: str, index: int) -> str:
    """The theme of article or page number `index`: "mixed" takes each in turn."""
    return list(THEMES)[index % len(THEMES)] if name == "mixed" else name
