"""Feed formats: Scrapy's exporters, extended to track the lines written, and the view `related`."""

from __future__ import annotations

from array import array
from dataclasses import is_dataclass
from io import BytesIO
from logging import getLogger
from typing import Any, ClassVar, Self, cast
from zlib import compressobj

from itemadapter import ItemAdapter
from msgspec import ValidationError
from scrapy import exporters
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import ItemFilter
from scrapy.utils.serialize import ScrapyJSONEncoder

from mayadeen.items import ARTICLES, RELATED, Article, Bulletin, RelatedLine, members, to_json

logger = getLogger(__name__)
GZIP = 31
"""The `wbits` of zlib for the gzip format with the largest window."""


class Noting:
    """Mixin that records the archive number of each line written, to be marked as delivered when the feed is stored."""

    view: ClassVar[str] = ARTICLES
    unit: ClassVar[str] = "items"
    written = 0
    """Number of units written."""
    numbers: array[int]
    aside: array[int]
    """Archive numbers of lines that could not be written."""
    broken = False
    """Whether a line could not be written."""
    refused = 0
    """Number of items that could not be written."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        exporter = cls(*args, **kwargs)
        exporter.numbers, exporter.aside = array("q"), array("q")
        return exporter

    def export_item(self, item: Any) -> None:
        """Write an item, unless feeds of this view already contain it."""
        if not is_due(item, self.view):
            return
        number = item.context.number if isinstance(item, Article | Bulletin) else None
        try:
            super().export_item(item)  # type: ignore[misc]  # the exporter defines it
        except (TypeError, ValueError, ValidationError) as error:  # errors of the item, not of the file
            self.broken = True
            self.refused += 1
            logger.error("%s cannot be written (%r) and is skipped", item.id, error)
            if number is not None:
                self.aside.append(number)
            return
        except Exception:
            self.broken = True
            raise
        self.written += self.count(item)
        if number is not None:
            self.numbers.append(number)

    @staticmethod
    def count(item: Any) -> int:
        """Return the number of units that an item is."""
        return 1


def is_due(item: Any, view: str) -> bool:
    """Return whether an item belongs into feeds of a view."""
    views = item.context.views if isinstance(item, Article) else None
    return views is None or view in views


class _Encoder(ScrapyJSONEncoder):
    """Scrapy's encoder tries six type checks for each nested value. This one is faster."""

    def default(self, o: Any) -> Any:
        return members(o) if is_dataclass(o) else super().default(o)


class Json(Noting, exporters.JsonItemExporter):
    """Writes a JSON list."""

    def __init__(self, file: BytesIO, **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self.encoder = _Encoder(**self._kwargs)


class _Lines(exporters.JsonLinesItemExporter):
    """Scrapy's exporter, but it writes the item directly unless a setting requires the slower way."""

    def __init__(self, file: BytesIO, **kwargs: Any) -> None:
        super().__init__(file, **kwargs)
        self.plain = self.encoding == "utf-8" and self.fields_to_export is None and not self._kwargs.get("indent")
        self.encoder = _Encoder(**self._kwargs)

    def export_item(self, item: Any) -> None:
        if self.plain and isinstance(item, Article | Bulletin):
            self.write(item)
        else:
            super().export_item(item)

    def write(self, value: Any) -> None:
        """Write a line."""
        self.file.write(to_json(value) + b"\n")


class JsonLines(Noting, _Lines):
    """Writes one object per line."""


class _Gzip:
    """Compresses what is written to a file. Unlike GzipFile, it writes nothing when it is deleted after an error."""

    def __init__(self, file: BytesIO) -> None:
        self.file, self.compressor = file, compressobj(wbits=GZIP)

    def write(self, data: bytes) -> None:
        """Write some of it."""
        self.file.write(self.compressor.compress(data))

    def end(self) -> None:
        """Write the rest."""
        self.file.write(self.compressor.flush())


class JsonLinesGzip(JsonLines):
    """Writes one object per line, compressed. Appending adds a new gzip member."""

    def __init__(self, file: BytesIO, **kwargs: Any) -> None:
        self.packed = _Gzip(file)
        super().__init__(cast("BytesIO", self.packed), **kwargs)

    def finish_exporting(self) -> None:
        self.packed.end()


class _RelatedView(_Lines):
    """Writes one line per (source, target)."""

    def export_item(self, item: Any) -> None:
        article: Article = item
        export = self.write if self.plain else super().export_item
        for link in article.relatedLinks:
            export(
                RelatedLine(
                    sourceId=article.id,
                    sourceUrl=article.canonicalUrl,
                    targetUrl=link.url,
                    headline=link.headline,
                    block=link.block,
                    position=link.position,
                    dateDownloaded=article.metadata.dateDownloaded,
                )
            )


class RelatedLinks(Noting, _RelatedView):
    __doc__ = _RelatedView.__doc__
    view = RELATED
    unit = "links"

    @staticmethod
    def count(item: Article) -> int:
        return len(item.relatedLinks)


class IsDue(ItemFilter):
    """Accepts only articles that feeds do not contain yet, so that a feed without new articles creates no file."""

    def accepts(self, item: Any) -> bool:
        return super().accepts(item) and is_due(item, ARTICLES)


class HasRelatedLinks(ItemFilter):
    """Accepts only articles with related links that feeds do not contain yet."""

    def accepts(self, item: Any) -> bool:
        return super().accepts(item) and is_due(item, RELATED) and bool(ItemAdapter(item).get("relatedLinks"))
