"""Formats of feeds and exports: the ends of file names that mean them, and what each needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from importlib.util import find_spec
from typing import Any

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
"""End of a file name -> name of its format in FEED_EXPORTERS; the longest end counts."""
WHOLE = ("json", "xml", "parquet", "jsonld", "atom")
"""Formats of which a file is one document, which cannot be appended to."""
MAPPED = ("jsonld", "ninjs", "zyte", "atom")
"""Formats of articles alone, with fields of their own."""
NEEDED = {"parquet": ("pyarrow", "parquet")}
"""Format -> the library that it needs, and the extra that brings it."""


def format_names(settings: BaseSettings) -> set[str]:
    """Names of the formats that there are, a user's own among them."""
    return {name for name, exporter in settings.getwithbase("FEED_EXPORTERS").items() if exporter}


def format_of(target: str, names: Collection[str], given: str | None = None) -> str:
    """The format of a file, by its name unless one is given. Raises UsageError.

    `names`: those of the formats that there are.
    """
    if given is not None:
        if given not in names:
            raise UsageError(f"no format {given!r}; there are: {', '.join(sorted(names))}")
        return given
    ends = [end for end in ENDS if target.lower().endswith(end)]
    name = ENDS[max(ends, key=len)] if ends else target.rpartition(".")[2]
    if name in names and (ends or name not in ENDS.values()):
        return name
    raise UsageError(f"{target}: its name tells no format; end it in {', '.join(ENDS)}, or give --format")


def with_format(target: str, names: Collection[str], given: str | None = None) -> str:
    """What a user gives to -o or -O, as Scrapy takes it: `FILE:FORMAT`. Raises UsageError."""
    _, colon, stated = target.rpartition(":")
    if colon and stated in names:
        return target
    if target == "-" and given is None:
        raise UsageError("-: name a format as well, such as -:jsonl")
    return f"{target}:{format_of(target, names, given)}"


def check(settings: BaseSettings, spider: str = "") -> None:
    """Raises UsageError when a feed's library is missing, or it is to have a field or items that its format has not."""
    for target, feed in settings.getdict("FEEDS").items():
        name = feed.get("format", "")
        if spider == "breaking" and name in (*MAPPED, "related") and not feed.get("item_classes"):
            raise UsageError(
                f"{target}: {name} is a format of articles; bulletins take jsonl, json, csv, xml or parquet"
            )
        check_library(str(target), name)
        if not feed.get("item_classes"):  # else a user's own items may be meant
            check_fields(settings, name, feed.get("fields"))


def check_fields(settings: BaseSettings, name: str, wanted: Any = None) -> None:
    """Raises UsageError when a field is chosen that a format has not: `wanted`, else FEED_EXPORT_FIELDS."""
    if name in MAPPED:
        return
    items = (RelatedLine,) if name == "related" else (Article, Bulletin)
    known = {each.name for item in items for each in fields(item)}
    for each in wanted or settings.getdictorlist("FEED_EXPORT_FIELDS") or ():
        if each not in known:
            raise UsageError(f"there is no field {each!r} in {name}; see docs/fields.md")


def check_library(target: str, name: str) -> None:
    """Raises UsageError when the library that a format needs is missing."""
    if name in NEEDED and find_spec(NEEDED[name][0]) is None:
        library, extra = NEEDED[name]
        raise UsageError(f"{target}: {name} needs {library}, the extra {extra!r}: pip install {library}")
