"""`scrapy forget` and the pages that were kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from mayadeen.warc import kept_files, read_pages
from tests.conftest import Run
from tests.replica import serve


def kept(data: Path) -> set[str]:
    """The addresses of the kept pages."""
    return {page.url for path in kept_files(data / "pages") for page in read_pages(path, 10**7, Counter())}


def test_forget_erases_the_kept_pages_and_no_other(
    crawl: Callable[..., Run], scrapy: Callable[..., Run], tmp_path: Path
) -> None:
    with serve(articles=8, page_kb=40) as origin:
        run = crawl(origin, "-s", "KEEP_PAGES=True")
        line = run.lines()[2]
        before = kept(tmp_path / "data")
        done = scrapy("forget", line["id"], "-s", f"DATA_DIR={tmp_path / 'data'}")
    assert done.status == 0, done.err
    assert "1 kept pages" in done.out
    assert kept(tmp_path / "data") == before - {line["url"]}
