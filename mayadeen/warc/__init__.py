"""Kept pages: writes the site's responses to WARC files, which any web archive tool can read, and reads them again.

A page is one response record and its request record, each gzipped separately, so that a file stays readable if the
crawl is killed. Bodies are stored decoded; headers about their encoding are renamed to `X-Crawl-...`, as Common Crawl
does. Each file begins with a warcinfo record with the edition and its origin.
"""

from mayadeen.warc.erasing import erasing
from mayadeen.warc.files import CAPTURES, File, as_file, find_files, kept_files, size_of
from mayadeen.warc.places import Place, find_places, read_page_at
from mayadeen.warc.reading import KeptPage, UnreadableFile, find_page, looks_like_html, read_pages, read_record
from mayadeen.warc.writing import PageWriter

__all__ = [
    "CAPTURES",
    "File",
    "KeptPage",
    "PageWriter",
    "Place",
    "UnreadableFile",
    "as_file",
    "erasing",
    "find_files",
    "find_page",
    "find_places",
    "kept_files",
    "looks_like_html",
    "read_page_at",
    "read_pages",
    "read_record",
    "size_of",
]
