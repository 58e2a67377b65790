"""Al Mayadeen as clean, dated, deduplicated, versioned JSON Lines: a Scrapy project. Map: docs/architecture.md.

Public: `from mayadeen import parse_article, NotAnArticle`. Imported on first use: `import mayadeen` stays light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mayadeen.extract.article import NotAnArticle as NotAnArticle
    from mayadeen.extract.article import parse_article as parse_article

__version__ = "0.1.0"
__all__ = ["NotAnArticle", "parse_article"]

PARSER_VERSION = "3"
"""Rises when a page would be read otherwise than before."""


def __getattr__(name: str) -> Any:
    if name in __all__:
        from mayadeen.extract import article

        return getattr(article, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
