"""Parquet files. Columns are typed by the item dataclasses and nested like them. Needs pyarrow (extra `parquet`)."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from io import BytesIO
from types import NoneType, UnionType
from typing import IO, TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

import msgspec
from scrapy.exporters import BaseItemExporter

from mayadeen.feeds.exporters import Noting
from mayadeen.items import Article, to_json

if TYPE_CHECKING:  # Scrapy imports every format of FEED_EXPORTERS in every crawl; pyarrow needs 50 MB
    import pyarrow as pa

GROUP = 500
"""Rows per row group, kept in memory until it is written."""


def columns(item: type) -> list[pa.Field]:
    """Return the columns of an item, in its order. Times are strings that keep their offset, as in all formats."""
    import pyarrow as pa

    hints = get_type_hints(item)
    return [pa.field(each.name, _type(hints[each.name])) for each in fields(item)]


def _type(kind: Any) -> pa.DataType:
    import pyarrow as pa

    if get_origin(kind) is UnionType:
        (kind,) = (each for each in get_args(kind) if each is not NoneType)
    if get_origin(kind) is list:
        return pa.list_(_type(*get_args(kind)))
    plain = {str: pa.string(), int: pa.int64(), bool: pa.bool_()}
    return plain[kind] if kind in plain else pa.struct(columns(kind))


class _Table:
    """A Parquet file for one kind of item."""

    def __init__(self, file: IO[bytes], kind: type, wanted: Any) -> None:
        """Open the table. `wanted` are the names of its columns; None: all."""
        import pyarrow.parquet

        self.kind, self.rows = kind, list[bytes]()
        self.decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(kind)
        names = wanted if wanted else [each.name for each in columns(kind)]
        known = {each.name: each for each in columns(kind)}
        self.schema = pyarrow.schema([known[name] for name in names if name in known])
        self.writer = pyarrow.parquet.ParquetWriter(file, self.schema, compression="zstd")

    def add(self, item: Any) -> None:
        """Add a row. Raises TypeError or ValidationError if it is not such an item."""
        if not isinstance(item, self.kind):
            raise TypeError(f"a file of {self.kind.__name__} cannot contain a {type(item).__name__}")
        line = to_json(item)
        self.decoder.decode(line)  # a value of another type would lose all rows of its group
        self.rows.append(line)
        if len(self.rows) >= GROUP:
            self.write()

    def write(self) -> None:
        """Write a row group. Arrow's JSON reader builds the columns ten times faster than from Python objects."""
        if not self.rows:
            return
        from pyarrow import json

        lines = b"\n".join(self.rows)
        table = json.read_json(
            BytesIO(lines),
            read_options=json.ReadOptions(use_threads=False, block_size=len(lines) + 1),
            parse_options=json.ParseOptions(explicit_schema=self.schema, unexpected_field_behavior="ignore"),
        )
        self.writer.write_table(table)
        self.rows.clear()

    def close(self) -> None:
        """Write the remaining rows and the footer."""
        self.write()
        self.writer.close()


class _Parquet(BaseItemExporter):
    """Writes row groups of 500 items, compressed with zstd."""

    def __init__(self, file: IO[bytes], **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self.file = file
        self.table: _Table | None = None

    def export_item(self, item: Any) -> None:
        self._open(type(item)).add(item)

    def finish_exporting(self) -> None:
        self._open(Article).close()

    def _open(self, kind: type) -> _Table:
        """Return the file's table. The first item determines its kind."""
        if self.table is None:
            if not is_dataclass(kind):
                raise TypeError(f"no columns for {kind.__name__}")
            self.table = _Table(self.file, kind, self.fields_to_export)
        return self.table


class Parquet(Noting, _Parquet):
    __doc__ = _Parquet.__doc__
