"""Writes the JSON Schemas of the feeds and docs/fields.md from the items: `python -m docs.generate`, in a checkout."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from inspect import getdoc
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter

from mayadeen import items
from mayadeen.items import ARTICLE_TYPES
from mayadeen.site.edition import EDITIONS

FOLDER = Path(__file__).parent
PARTS = (
    items.NamedLink,
    items.Author,
    items.Image,
    items.Video,
    items.Link,
    items.RelatedLink,
    items.Metadata,
)
_NAMES = {tuple(each.name for each in fields(part)): part.__name__ for part in PARTS}
_TYPES = {"str": "string", "int": "integer", "None": "null"}
_FORMATS = {
    "date-time": ("datePublished", "dateModified", "dateDownloaded", "dateSeen", "firstSeen", "gone"),
    "iri": ("url", "canonicalUrl", "embedUrl", "sourceUrl", "targetUrl", "discoveredFrom"),
    "duration": ("duration",),
}
"""Format of JSON Schema -> the fields that have it."""
INTRODUCTION = """# Fields

A feed has one JSON object in each line. Every key is always present; its value is `null` or `[]` when the page does not
have it. For programs there are JSON Schemas: [article](article.schema.json), [related](related.schema.json),
[breaking](breaking.schema.json).

## Times and time zones

| field | form |
| --- | --- |
| `datePublished`, `dateModified` | ISO 8601 with the UTC offset of Beirut: `2026-06-15T04:39:07+03:00` |
| `datePublishedRaw`, `dateModifiedRaw` | the string that the time was read from |
| `dateDownloaded`, `firstSeen`, `gone`, `dateSeen` | ISO 8601 in UTC: `2026-06-15T02:00:00+00:00` |

- An offset of +02:00 or +03:00 that the page states is kept as it is. The site changes its clocks on other days than
  the time zone database says, so the offset is never computed again.
- Any other offset is converted to Beirut time.
- A time in metadata without an offset is UTC. A printed time without a zone is Beirut time.
- A printed date without a year ("20 Apr") or a relative one ("2 hours ago") is resolved from the time of the download.
  If that time is unknown, the field is null and the raw string is kept.
- A date in metadata that can mean two days, such as `03/04/2026`, is not read. Nor are dates before 1990 or after 2099.
- `since`, `until` and all other days in options are days in Beirut.

To compare times, read them as instants, not as strings: the offset differs between summer and winter.
"""
_FORMAT_OF = {name: form for form, names in _FORMATS.items() for name in names}


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a line of the articles' feed."""
    article = _object(items.Article)
    parts = {part.__name__: _object(part) for part in PARTS}
    article["properties"]["edition"]["enum"] = list(EDITIONS)
    article["properties"]["articleType"]["enum"] = list(ARTICLE_TYPES)
    parts["RelatedLink"]["properties"]["block"]["enum"] = list(items.BLOCKS)
    return {**_titled("Article"), **article, "$defs": parts}


def other_schema(item: type) -> dict[str, Any]:
    """That of a line of another feed."""
    found = _object(item)
    if "block" in found["properties"]:
        found["properties"]["block"]["enum"] = list(items.BLOCKS)
    if "edition" in found["properties"]:
        found["properties"]["edition"]["enum"] = list(EDITIONS)
    return {**_titled(item.__name__), **found}


def _titled(name: str) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name}


def _object(item: type) -> dict[str, Any]:
    """The schema of an item: every key is always there, so all are required and no default says anything."""
    known = ItemAdapter.get_json_schema(item)
    return {
        "description": getdoc(item),
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: _value(each) | ({"format": _FORMAT_OF[name]} if name in _FORMAT_OF else {})
            for name, each in known["properties"].items()
        },
        "required": list(known["properties"]),
    }


def _value(known: dict[str, Any]) -> dict[str, Any]:
    """The schema of a field; parts of an article by reference."""
    if "properties" in known:
        found = {"$ref": f"#/$defs/{_NAMES[tuple(known['properties'])]}"}
        return {**found, "description": known["description"]} if "description" in known else found
    found = {key: value for key, value in known.items() if key != "default"}
    if "items" in found:
        found["items"] = _value(found["items"])
    if "anyOf" in found:
        found["anyOf"] = [_value(each) for each in found["anyOf"]]
    return found


def reference() -> str:
    """The fields of all items as Markdown tables."""
    lines = INTRODUCTION.splitlines()
    for item in (items.Article, *PARTS, items.RelatedLine, items.Bulletin):
        known = ItemAdapter.get_json_schema(item)["properties"]
        lines += [
            "",
            f"## {item.__name__}",
            "",
            getdoc(item) or "",
            "",
            "| field | type | meaning |",
            "| --- | --- | --- |",
        ]
        lines += [
            f"| `{each.name}` | {_type(str(each.type))} | {' '.join(known[each.name]['description'].split())} |"
            for each in fields(item)
        ]
        if item is items.Article:
            content = ", ".join(f"`{name}`" for name in items.CONTENT_FIELDS)
            lines += [
                "",
                f"Content fields: {content}. A change in one of them makes a new [version](glossary.md#version), and "
                "`contentHash` is computed from them. Image URLs count without their query.",
            ]
    return "\n".join(lines) + "\n"


def _type(annotation: str) -> str:
    """`list[Author]` -> `list of [Author](#author)`; `str | None` -> `string or null`."""
    text = re.sub(r"list\[(\w+)\]", r"list of \1", annotation).replace(" | ", " or ")
    text = re.sub(r"\w+", lambda found: _TYPES.get(found[0], found[0]), text)
    return re.sub(r"[A-Z]\w+", lambda found: f"[{found[0]}](#{found[0].lower()})", text)


def documents() -> dict[str, str]:
    """File name -> text, of all that is generated."""
    schemas = {
        "article": schema(),
        "related": other_schema(items.RelatedLine),
        "breaking": other_schema(items.Bulletin),
    }
    return {
        **{
            f"{name}.schema.json": json.dumps(each, indent=2, ensure_ascii=False) + "\n"
            for name, each in schemas.items()
        },
        "fields.md": reference(),
    }


if __name__ == "__main__":
    for name, text in documents().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
