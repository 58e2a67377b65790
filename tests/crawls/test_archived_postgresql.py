"""`scrapy crawl archived` into an archive on PostgreSQL, and a copy of this archive."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import sqlite_file
from tests.web_archives import ARTICLES, asked, lines_of, run_scrapy, settings, site_in_two_states


def test_captures_are_recorded_on_the_server_and_copied(database: str, tmp_path: Path) -> None:
    with site_in_two_states(tmp_path / "kept") as kept:
        feed, options = tmp_path / "articles.jsonl", [*settings(kept.origin, tmp_path), "-s", f"ARCHIVE={database}"]
        crawl = ("crawl", "archived", "-a", f"source={kept.address}", "-O", str(feed), *options)
        run = run_scrapy(*crawl)
        assert run.status == 0, run.err
        held = {(line["id"], line["contentHash"]) for lines in kept.live for line in lines}
        assert {(line["id"], line["contentHash"]) for line in lines_of(feed)} == held
        assert len(held) == len(lines_of(feed)) == ARTICLES + 1
        again = run_scrapy(*crawl)
        assert again.status == 0, again.err
        assert (asked(again, "capture/article"), lines_of(feed)) == (0, [])
    copied = tmp_path / "copy.sqlite3"
    copying = run_scrapy("archive", "copy", database, str(copied), *options)
    assert copying.status == 0, copying.err
    with sqlite_file(copied) as db:
        rows = dict(db.execute("SELECT outcome, count(*) FROM captures GROUP BY outcome"))
    assert sum(rows.values()) == asked(run, "capture/article")
    assert rows["older"] == 1
