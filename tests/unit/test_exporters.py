"""The format `related`: one line for each related link."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from scrapy.utils.misc import load_object

from mayadeen.addons import default_feeds
from mayadeen.feeds.exporters import RelatedLinks
from mayadeen.items import Article, Metadata, RelatedLink
from tests.conftest import ROOT
from tests.unit.test_items import ORIGIN, RELATED, URL, an_article

LINKS = [
    RelatedLink(url=f"{ORIGIN}/news/politics/sun-in-tyre", headline="شمس في صور", block="relatedNews", position=1),
    RelatedLink(url=f"{ORIGIN}/news/economy/bread", headline='=HYPERLINK("x")', block="mostRead", position=4),
]


def view(*articles: Article) -> tuple[str, list[dict[str, Any]]]:
    """Return the output of the exporter for articles, and its lines."""
    file = BytesIO()
    exporter = RelatedLinks(file, encoding="utf-8")
    exporter.start_exporting()
    for article in articles:
        exporter.export_item(article)
    exporter.finish_exporting()
    text = file.getvalue().decode()
    return text, [json.loads(line) for line in text.splitlines()]


def test_a_line_for_each_link() -> None:
    metadata = Metadata(dateDownloaded="2026-06-15T09:00:00+00:00")
    text, lines = view(an_article(relatedLinks=LINKS, metadata=metadata, url=f"{ORIGIN}/alias"), an_article(id="en:2"))
    assert lines[0] == {
        "sourceId": "en:1850881",
        "sourceUrl": URL,
        "targetUrl": f"{ORIGIN}/news/politics/sun-in-tyre",
        "headline": "شمس في صور",
        "block": "relatedNews",
        "position": 1,
        "dateDownloaded": "2026-06-15T09:00:00+00:00",
    }
    for line in lines:
        RELATED.validate(line)
    assert [line["sourceId"] for line in lines] == ["en:1850881", "en:1850881", "en:2"]
    assert lines[1]["headline"] == '=HYPERLINK("x")'
    assert lines[2]["dateDownloaded"] is None
    assert len({tuple(line) for line in lines}) == 1
    assert text.endswith("\n")
    assert "شمس" in text


def test_an_article_without_related_links_writes_nothing() -> None:
    assert view(an_article(relatedLinks=[])) == ("", [])


def test_the_article_itself_is_left_as_it_is() -> None:
    article = an_article(relatedLinks=LINKS)
    view(article)
    assert article == an_article(relatedLinks=LINKS)


def test_the_default_view_takes_only_articles_with_related_links() -> None:
    (options,) = (feed for feed in default_feeds(ROOT / "data").values() if feed["format"] == "related")
    wanted = load_object(options["item_filter"])(options)
    assert wanted.accepts(an_article(relatedLinks=LINKS))
    assert not wanted.accepts(an_article(relatedLinks=[]))
    assert not wanted.accepts({"relatedLinks": LINKS})
