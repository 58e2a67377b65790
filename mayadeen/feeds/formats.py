"""Formats of feeds and exports: their file name extensions and their requirements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from mayadeen.errors import UsageError
from mayadeen.items import Article, Bulletin, RelatedLine

ENDS = {
    ".jsonl": "jsonlines",
    ".jl": "jsonlines",
    ".jsonl.gz": "gz",
    ".json": "json",
    ".csv": "csv",
    ".xml": "xml",
    ".parquet": "parquet",
    ".jsonld": "jsonld",
    ".ninjs.jsonl": "ninjs",
    ".zyte.jsonl": "zyte",
    ".atom": "atom",
}
"""File name extension -> name of the format in FEED_EXPORTERS. The longest match counts."""
WHOLE = ("json", "xml", "parquet", "jsonld", "atom")
"""Formats in which a file is one document, so that nothing can be appended."""
MAPPED = ("jsonld", "ninjs", "zyte", "atom")
"""Formats for articles only, with their own fields."""
NEEDED = {"parquet": ("pyarrow", "parquet")}
"""Format -> (library that it needs, extra that installs it)."""


def format_names(settings: BaseSettings) -> set[str]:
    """Return the names of all formats, including those added by the user."""
    return {name for name, exporter in settings.getwithbase("FEED_EXPORTERS").items() if exporter}


def format_of(target: str, names: Collection[str], given: str | None = None) -> str:
    """Return the format of a file, by its name unless `given`. Raises UsageError.

    `names` are the existing formats.
    """
    if given is not None:
        if given not in names:
            raise UsageError(f"no format {given!r}; there are: {', '.join(sorted(names))}")
        return given
    ends = [end for end in ENDS if target.lower().endswith(end)]
    name = ENDS[max(ends, key=len)] if ends else target.rpartition(".")[2]
    if name in names and (ends or name not in ENDS.values()):
        return name
    raise UsageError(f"{target}: unknown file name extension; use {', '.join(ENDS)}, or --format")


def with_format(target: str, names: Collection[str], given: str | None = None) -> str:
    """Return an argument of -o or -O in Scrapy's syntax, `FILE:FORMAT`. Raises UsageError."""
    _, colon, stated = target.rpartition(":")
    if colon and stated in names:
        return target
    if target == "-" and given is None:
        raise UsageError("-: give a format, such as -O -:jsonl")
    return f"{target}:{format_of(target, names, given)}"


def check(settings: BaseSettings, spider: str = "") -> None:
    """Raise UsageError if a feed's library is missing, or if its format does not support its fields or items."""
    for target, feed in settings.getdict("FEEDS").items():
        name = feed.get("format", "")
        if spider == "breaking" and name in (*MAPPED, "related") and not feed.get("item_classes"):
            raise UsageError(
                f"{target}: {name} is a format for articles; bulletins support jsonl, json, csv, xml or parquet"
            )
        check_library(str(target), name)
        if not feed.get("overwrite") and urlsplit(str(target)).scheme in ("", "file"):
            # The storage checks it too, but only after the archive was opened: bad input must change nothing.
            check_append(str(target), name)
        if not feed.get("item_classes"):  # otherwise the feed may be for a user's own items
            check_fields(settings, name, feed.get("fields"))


def check_fields(settings: BaseSettings, name: str, wanted: Any = None) -> None:
    """Raise UsageError if a requested field does not exist in a format: `wanted`, else FEED_EXPORT_FIELDS."""
    if name in MAPPED:
        return
    items = (RelatedLine,) if name == "related" else (Article, Bulletin)
    known = {each.name for item in items for each in fields(item)}
    for each in wanted or settings.getdictorlist("FEED_EXPORT_FIELDS") or ():
        if each not in known:
            raise UsageError(f"there is no field {each!r} in {name}; see docs/fields.md")


def check_append(target: str, name: str) -> None:
    """Raise UsageError if a format cannot be appended to."""
    if name in WHOLE:
        raise UsageError(f"{target}: {name} cannot be appended to; use -O to replace the file, or append to .jsonl")


def check_library(target: str, name: str) -> None:
    """Raise UsageError if the library that a format needs is missing."""
    if name in NEEDED and find_spec(NEEDED[name][0]) is None:
        library, extra = NEEDED[name]
        raise UsageError(f"{target}: {name} needs {library}, the extra {extra!r}: pip install {library}")
