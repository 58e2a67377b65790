"""The related-links view: a feed format `related` that writes one line for each link from an article to another."""

from __future__ import annotations

from typing import Any

from itemadapter import ItemAdapter
from scrapy.exporters import JsonLinesItemExporter
from scrapy.extensions.feedexport import ItemFilter


class RelatedLinks(JsonLinesItemExporter):
    """One line a (source, target): sourceId, sourceUrl, targetUrl, headline, block, position, dateDownloaded."""

    def export_item(self, item: Any) -> None:
        article = ItemAdapter(item)
        for link in map(ItemAdapter, article["relatedLinks"]):
            super().export_item(
                {
                    "sourceId": article["id"],
                    "sourceUrl": article["canonicalUrl"],
                    "targetUrl": link["url"],
                    "headline": link["headline"],
                    "block": link["block"],
                    "position": link["position"],
                    "dateDownloaded": ItemAdapter(article["metadata"])["dateDownloaded"],
                }
            )


class HasRelatedLinks(ItemFilter):
    """Only articles with related links, so that a view without lines leaves no empty file."""

    def accepts(self, item: Any) -> bool:
        return super().accepts(item) and bool(ItemAdapter(item).get("relatedLinks"))
