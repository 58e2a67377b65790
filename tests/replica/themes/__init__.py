"""The same site in several markups that share no class name: one module a theme."""

from types import ModuleType

from tests.replica.themes import delta, north, south

THEMES: dict[str, ModuleType] = {"north": north, "south": south, "delta": delta}
"""Each has CSS_SHARE, BREADCRUMBS and the functions top, ticker, card, article, listing, bottom."""


def theme_of(name: str, index: int) -> str:
    """The theme of article or page number `index`: "mixed" takes each in turn."""
    return list(THEMES)[index % len(THEMES)] if name == "mixed" else name
