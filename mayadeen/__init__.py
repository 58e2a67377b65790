"""Converts the Al Mayadeen site into clean, dated, deduplicated, versioned JSON Lines with Scrapy.

Overview: docs/architecture.md. The public names are in `__all__`. They are imported on first use, so `import mayadeen`
is fast. How to use them: docs/library.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mayadeen.archive.sql import open_archive as open_archive
    from mayadeen.errors import ArchiveError as ArchiveError
    from mayadeen.extract.article import NotAnArticle as NotAnArticle
    from mayadeen.extract.article import parse_article as parse_article
    from mayadeen.extract.templates.template import Template as Template

__version__ = "0.2.0"
_PUBLIC = {
    "ArchiveError": "mayadeen.errors",
    "NotAnArticle": "mayadeen.extract.article",
    "Template": "mayadeen.extract.templates.template",
    "open_archive": "mayadeen.archive.sql",
    "parse_article": "mayadeen.extract.article",
}
__all__ = [*_PUBLIC]

PARSER_VERSION = "3"
"""Increased when the parser reads any page differently than before."""


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
