"""Crawls whose archive is damaged, locked, full, in use or of another site."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mayadeen.archive import Archive, lock
from tests.conftest import ROOT, Run, run_scrapy
from tests.replica import serve

Crawl = Callable[..., Run]


@pytest.fixture(scope="module")
def site() -> Any:
    with serve(articles=12, page_kb=40) as origin:
        yield origin


def test_a_damaged_archive_is_left_alone(crawl: Crawl, site: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "archive.sqlite3"
    path.write_bytes(b"not a database at all " * 500)
    (tmp_path / "articles.jsonl").write_text("the feed of before\n")
    run = crawl(site)
    assert run.status == 2
    assert "the file is damaged" in run.error()
    assert path.read_bytes() == b"not a database at all " * 500
    assert (tmp_path / "articles.jsonl").read_text() == "the feed of before\n"


def test_an_archive_damaged_within_ends_the_crawl(crawl: Crawl, site: str, tmp_path: Path) -> None:
    assert crawl(site).status == 0
    path = tmp_path / "data" / "archive.sqlite3"
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    run = crawl(site)
    assert run.status != 0
    assert "the file is damaged" in run.error()


def test_an_archive_locked_by_another_program(crawl: Crawl, site: str, tmp_path: Path) -> None:
    assert crawl(site).status == 0
    db = sqlite3.connect(tmp_path / "data" / "archive.sqlite3")
    db.execute("BEGIN IMMEDIATE")
    run = crawl(site, "-s", "ARCHIVE_TIMEOUT=0.5")
    db.rollback()
    db.close()
    assert run.status == 2
    assert "it is locked by another program" in run.error()
    assert crawl(site).status == 0


def test_an_archive_holds_one_site(crawl: Crawl, site: str) -> None:
    assert crawl(site).status == 0
    with serve(articles=3, page_kb=40) as other:
        run = crawl(other)
    assert run.status == 2
    assert f"holds the en edition of {site}, not of {other}" in run.error()


def test_a_second_crawl_names_the_first(crawl: Crawl, site: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    held = lock.take(tmp_path / "data", "en")
    run = crawl(site)
    held.close()
    assert run.status == 5
    assert "the en edition is already being crawled by process " in run.error()
    assert " since 2" in run.error()
    assert crawl(site).status == 0


def test_a_full_disk(site: str, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: writing beyond it fails as there (EFBIG for ENOSPC)."""
    data = tmp_path / "data"
    command = f"ulimit -f 220; trap '' XFSZ; exec {sys.executable} -m scrapy crawl articles -s SITE_ORIGIN={site}"
    options = f"-s DATA_DIR={data} -s DOWNLOAD_DELAY=0 -s AUTOTHROTTLE_ENABLED=False -s MEMUSAGE_ENABLED=False"
    done = subprocess.run(["bash", "-c", f"{command} {options}"], cwd=ROOT, capture_output=True, text=True, check=False)
    run = Run(done.returncode, done.stdout, done.stderr, tmp_path)
    assert run.status != 0
    assert "archive" in run.error()
    archive = Archive(data / "archive.sqlite3")
    held = archive.articles("en")
    assert all(archive.versions(row.id) for row in held), "half a record"
    archive.close()
    free = run_scrapy("crawl", "articles", "-s", f"SITE_ORIGIN={site}", *options.split())
    assert free.status == 0, free.err
    lines = [line for feed in (data / "feeds").glob("articles-*.jsonl") for line in feed.read_text().splitlines()]
    # A feed stored on the last bytes could not be marked so: its lines come twice, and none is missing.
    assert len({json.loads(line)["id"] for line in lines}) == 12
