"""`scrapy crawl breaking`: each bulletin is written once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mayadeen.archive import lock
from tests.conftest import Run, feed_lines
from tests.replica import serve
from tests.unit.test_items import BREAKING


def test_each_bulletin_is_given_once(scrapy: Callable[..., Run], tmp_path: Path) -> None:
    command = ["crawl", "breaking", "-s", f"DATA_DIR={tmp_path}", "-s", "DOWNLOAD_DELAY=0"]
    counts = []
    with serve(articles=12, page_kb=40) as origin:
        for _ in range(3):
            run = scrapy(*command, "-s", f"SITE_ORIGIN={origin}")
            assert run.status == 0, run.err
            counts.append(len(feed_lines(tmp_path, "breaking")))
    # The replica's ticker has ten sentences, one of them new at each request.
    assert counts == [10, 11, 12]
    lines = feed_lines(tmp_path, "breaking")
    assert len({line["id"] for line in lines}) == 12
    for line in lines:
        BREAKING.validate(line)
    assert list(lines[0]) == ["id", "edition", "text", "url", "dateSeen"]
    assert all(line["id"].startswith("en:b-") and line["text"] for line in lines)


def test_it_runs_beside_a_crawl_and_takes_no_other_argument(scrapy: Callable[..., Run], tmp_path: Path) -> None:
    held = lock.take(tmp_path, "en")
    with serve(articles=12, page_kb=40) as origin:
        run = scrapy("crawl", "breaking", "-s", f"DATA_DIR={tmp_path}", "-s", f"SITE_ORIGIN={origin}")
    held.close()
    assert run.status == 0, run.err
    assert "unknown argument 'tags'" in scrapy("crawl", "breaking", "-a", "tags=syria").error()
