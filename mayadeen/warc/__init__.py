"""Kept pages: what the site answered, as WARC files that any web archive tool reads, and reading them again.

A page is one response record and its request record, each gzipped on its own, so that what a killed crawl has written
stays readable. Bodies are stored decoded; headers that spoke of their coding are renamed `X-Crawl-...`, as Common Crawl
does. Each file begins with a warcinfo record that says which edition was crawled at which origin.
"""

from mayadeen.warc.erasing import erasing
from mayadeen.warc.places import Place, find_places, read_page_at
from mayadeen.warc.reading import KeptPage, UnreadableFile, find_page, kept_files, looks_like_html, read_pages
from mayadeen.warc.writing import PageWriter

__all__ = [
    "KeptPage",
    "PageWriter",
    "Place",
    "UnreadableFile",
    "erasing",
    "find_page",
    "find_places",
    "kept_files",
    "looks_like_html",
    "read_page_at",
    "read_pages",
]
