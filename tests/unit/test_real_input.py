"""All real metadata records become items. Users do not have these records: the test is skipped there."""

from __future__ import annotations

import ast
import gzip
import json
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from mayadeen.extract.article import NotAnArticle, parse_article
from mayadeen.site.text import clean, collapse_whitespace, comparison_key


def test_all_real_metadata_records_become_items(shared_site: Path) -> None:
    read = refused = 0
    with gzip.open(shared_site / "metadata-records-ar-2024-04.jsonl.gz", "rt", encoding="utf-8") as records:
        for text in records:
            record = json.loads(text)
            if isinstance(record["classes"], str):
                record["classes"] = ast.literal_eval(record["classes"])
            classes = {each["mapping"]: each["value"].strip() for each in record["classes"]}
            tag = json.dumps({**record, "type": "article"}, ensure_ascii=False)
            html = f'<html lang="ar"><head><script id="tawsiyat-metadata">{tag}</script></head><body></body></html>'
            try:
                article = parse_article(html, record["url"])
            except NotAnArticle:
                assert classes["posttype"] in ("الكتّاب", "تغطيات", "الصفحات"), record["url"]
                refused += 1
                continue
            read += 1
            assert article.id == f"ar:{record['postId']}"
            assert article.headline == collapse_whitespace(clean(record["title"]))
            assert article.datePublished == record["published_time"]
            assert article.dateModified is not None
            assert datetime.fromisoformat(article.dateModified) == datetime.fromisoformat(record["last_updated"])
            assert [each.name for each in article.authors] == [collapse_whitespace(clean(record["author"]))]
            keywords = [collapse_whitespace(clean(each)) for each in record["keywords"].split(",") if each.strip()]
            assert [comparison_key(each.name) for each in article.tags] == list(
                dict.fromkeys(map(comparison_key, keywords))
            )
            path = [part for part in urlsplit(record["url"]).path.split("/")[1:-1] if not part.isdigit()]
            assert article.section == path[-1]
            assert article.coverage == classes.get("coverage")
            assert article.regions == ([classes["country"]] if "country" in classes else [])
            assert (article.description or "") == collapse_whitespace(clean(record["description"]))
    assert (read, refused) == (598, 2)
