"""Al Mayadeen as clean, dated, deduplicated, versioned JSON Lines: a Scrapy project. Map: docs/architecture.md.

Public: `from mayadeen import parse_article, NotAnArticle, Template`, imported when used: `import mayadeen` is light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mayadeen.extract.article import NotAnArticle as NotAnArticle
    from mayadeen.extract.article import parse_article as parse_article
    from mayadeen.extract.templates.template import Template as Template

__version__ = "0.1.0"
__all__ = ["NotAnArticle", "Template", "parse_article"]

PARSER_VERSION = "3"
"""Rises when a page would be read otherwise than before."""


def __getattr__(name: str) -> Any:
    if name in __all__:
        from mayadeen.extract import article
        from mayadeen.extract.templates import template

        return getattr(template if name == "Template" else article, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
