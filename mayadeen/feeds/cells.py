"""Tabular formats (CSV, XML). Nested values are JSON in their cell."""

from __future__ import annotations

import re
from typing import Any

from scrapy import exporters

from mayadeen.feeds.exporters import Noting
from mayadeen.items import to_json

_FORMULA = re.compile(r"[=+\-@\t\r]")
"""The beginning of text that a spreadsheet treats as a formula (OWASP, CSV injection)."""
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that are invalid in XML 1.0."""


def cell(value: Any) -> str:
    """Return a field as one cell: null is empty, lists and objects are JSON. Raises TypeError for other types."""
    if value is None:
        return ""
    return value if isinstance(value, str) else to_json(value).decode()


class Csv(Noting, exporters.CsvItemExporter):
    """Writes CSV. A value that a spreadsheet would treat as a formula gets a leading apostrophe."""

    def serialize_field(self, field: Any, name: str, value: Any) -> Any:
        text = cell(value)
        return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


class _Xml(exporters.XmlItemExporter):
    """Writes XML."""

    def serialize_field(self, field: Any, name: str, value: Any) -> Any:
        return NOT_XML.sub("", cell(value))

    def export_item(self, item: Any) -> None:
        list(self.get_serialized_fields(item))  # raises before an element is opened
        super().export_item(item)


class Xml(Noting, _Xml):
    __doc__ = _Xml.__doc__
