"""Al Mayadeen as clean, dated, deduplicated, versioned JSON Lines: a Scrapy project. Map: docs/architecture.md."""

__version__ = "0.1.0"

PARSER_VERSION = "2"
"""Rises when a page would be read otherwise than before."""
