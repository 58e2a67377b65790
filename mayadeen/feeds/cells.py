"""Formats of cells, CSV and XML: what is nested in an article stands in its cell as JSON."""

from __future__ import annotations

import re
from typing import Any

from scrapy import exporters

from mayadeen.feeds.exporters import Noting
from mayadeen.items import to_json

_FORMULA = re.compile(r"[=+\-@\t\r]")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def cell(value: Any) -> str:
    """A field as one cell: null is empty, lists and parts are JSON. Raises TypeError for what JSON does not have."""
    if value is None:
        return ""
    return value if isinstance(value, str) else to_json(value).decode()


class Csv(Noting, exporters.CsvItemExporter):
    """Columns; what a spreadsheet would take for a formula begins with an apostrophe."""

    def serialize_field(self, field: Any, name: str, value: Any) -> Any:
        text = cell(value)
        return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


class _Xml(exporters.XmlItemExporter):
    """Elements."""

    def serialize_field(self, field: Any, name: str, value: Any) -> Any:
        return NOT_XML.sub("", cell(value))

    def export_item(self, item: Any) -> None:
        list(self.get_serialized_fields(item))  # raises before an element has begun
        super().export_item(item)


class Xml(Noting, _Xml):
    __doc__ = _Xml.__doc__
