"""`scrapy forget` erases kept pages, probes and related links."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from mayadeen.archive import Archive
from mayadeen.archive.lock import hold
from mayadeen.errors import ArchiveError, Busy
from mayadeen.site.address import site_of
from mayadeen.warc import PageWriter, erasing, kept_files, read_pages
from tests.conftest import Run, feed_lines, sqlite_file
from tests.replica import ORIGIN, serve


def kept(data: Path) -> set[str]:
    """Return the URLs of the kept pages."""
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
    gone = before - kept(tmp_path / "data")
    others = {each["url"] for each in run.lines()} - {line["url"]}
    assert line["url"] in gone, "and an alias, where one was fetched"
    assert not gone & others
    assert f"{len(gone)} kept page" in done.out


def test_forget_leaves_no_trace_but_what_it_names(
    crawl: Callable[..., Run], scrapy: Callable[..., Run], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with serve(articles=30, page_kb=20) as origin:
        run = crawl(origin, feeds=False)
        lines = feed_lines(data)
        known = {line["canonicalUrl"]: line for line in lines}
        targets = Counter(link["url"] for line in lines for link in line["relatedLinks"] if link["url"] in known)
        url, times = targets.most_common(1)[0]
        (data / "failed").mkdir(exist_ok=True)
        (data / "failed" / "articles-en-x.txt").write_text(f"# failed\n{url}\ttimeout\n{origin}/news/b\ttimeout\n")
        done = scrapy("forget", known[url]["id"], "-s", f"DATA_DIR={data}")
        again = crawl(origin, "-O", str(tmp_path / "all.jsonl"), "-a", "known=emit", feeds=False)
    assert run.status == done.status == again.status == 0, done.err
    assert f"related links to it removed from {times} lines" in done.out
    assert (data / "failed" / "articles-en-x.txt").read_text() == f"# failed\n{origin}/news/b\ttimeout\n"
    after = again.lines("all.jsonl")
    assert len(after) == len(lines) - 1
    assert not any(link["url"] == url for line in after for link in line["relatedLinks"])
    former = {line["id"]: line["contentHash"] for line in lines}
    assert all(line["contentHash"] == former[line["id"]] for line in after)
    # The printed commands find the earlier feed.
    commands = [line.strip() for line in done.out.splitlines() if line.startswith("  ")]
    found = [subprocess.run(each, shell=True, capture_output=True, text=True, check=False).stdout for each in commands]
    assert "articles-en-" in found[1]
    assert scrapy("forget", known[url]["id"], "-s", f"DATA_DIR={data}").status == 0, "again, it changes nothing"


def test_forget_leaves_all_as_it_was_when_it_cannot_erase_all(
    crawl: Callable[..., Run], scrapy: Callable[..., Run], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with serve(articles=8, page_kb=20) as origin:
        line = crawl(origin, "-s", "KEEP_PAGES=True").lines()[0]
    (file,) = kept_files(data / "pages")
    before = file.read_bytes()
    junk = data / "pages" / "en-other.warc.gz"
    junk.write_bytes(b"\x1f\x8bjunk" * 100)
    refused = scrapy("forget", line["id"], "-s", f"DATA_DIR={data}")
    assert refused.status == 2
    assert f"{junk} cannot be read" in refused.error()
    junk.unlink()
    with file.open("ab") as writing:  # as a crawl holds it
        assert hold(writing)
        busy = scrapy("forget", line["id"], "-s", f"DATA_DIR={data}")
    assert busy.status == 5
    assert f"a crawl is keeping pages in {file}" in busy.error()
    assert file.read_bytes() == before
    assert not list((data / "pages").glob("*.part"))
    assert scrapy("history", line["id"], "-s", f"DATA_DIR={data}").status == 0, "nothing was erased"
    assert scrapy("forget", line["id"], "-s", f"DATA_DIR={data}").status == 0
    assert line["url"] not in kept(data)


def test_a_crawl_that_keeps_pages_holds_its_file(tmp_path: Path) -> None:
    writer = PageWriter(tmp_path, site_of(ORIGIN), 10**6)
    writer.write(HtmlResponse(ORIGIN + "/news/politics/a-b-c", body=b"<html>"), Request(ORIGIN))
    with pytest.raises(Busy), erasing({"en /news/politics/a-b-c"}, writer.paths):
        pass
    writer.close()
    with erasing({"en /news/politics/a-b-c"}, writer.paths) as gone:
        assert gone == 1


def test_it_says_what_was_forgotten_before_and_what_was_never_seen(
    crawl: Callable[..., Run], scrapy: Callable[..., Run], tmp_path: Path
) -> None:
    with serve(articles=4, page_kb=20) as origin:
        line = crawl(origin, "-s", "KEEP_PAGES=True").lines()[0]

    def forget(name: str) -> tuple[int, str, str]:
        run = scrapy("forget", name, "-s", f"DATA_DIR={tmp_path / 'data'}")
        return run.status, run.out, run.err

    status, out, _ = forget(line["id"])
    assert (status, out.startswith(f"1 version of {line['id']} and 1 kept page erased")) == (0, True)
    for name in (line["id"], line["url"]):
        assert forget(name) == (0, f"{name} was already forgotten; nothing was left to erase\n", "")
    never = f"{origin}/news/politics/never-seen"
    assert forget(never) == (0, f"{never} was never seen; nothing was erased, and it will not be fetched\n", "")
    assert forget(never) == (0, f"{never} was already forgotten; nothing was left to erase\n", "")


def test_a_mistyped_id_is_an_error(crawl: Callable[..., Run], scrapy: Callable[..., Run], tmp_path: Path) -> None:
    with serve(articles=3, page_kb=20) as origin:
        crawl(origin)
    for name in ("en:99", "99", "en:u-0123456789abcdef", "https://example.org/news"):
        run = scrapy("forget", name, "-s", f"DATA_DIR={tmp_path / 'data'}")
        assert run.status == 2
        assert f"{name} is neither an article in " in run.error()


def test_forget_erases_the_captures_of_a_probe(
    crawl: Callable[..., Run], scrapy: Callable[..., Run], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    probed = data / "probe" / "archived"
    with serve(articles=6, page_kb=40) as origin:
        line = crawl(origin, "-s", "KEEP_PAGES=True").lines()[2]
    # `scrapy probe --source` keeps pages and an archive of its own there.
    probed.mkdir(parents=True)
    shutil.copytree(data / "pages", probed / "pages")
    shutil.copy(data / "archive.sqlite3", probed)
    done = scrapy("forget", line["id"], "-s", f"DATA_DIR={data}")
    assert done.status == 0, done.err
    assert line["url"] not in kept(data) | kept(probed)
    assert kept(data) == kept(probed) != set()
    assert line["id"].encode() not in (probed / "archive.sqlite3").read_bytes()


# --- Beside other programs -------------------------------------------------------------------------------------------


def rows_of(archive: Path, article_id: str) -> list[bytes]:
    """The packed lines of an article."""
    with sqlite_file(archive) as db:
        return [packed for (packed,) in db.execute("SELECT json FROM lines WHERE id = ?", (article_id,))]


def remains(archive: Path, rows: list[bytes]) -> list[str]:
    """The files of an archive with a part of some rows."""
    files = [path for path in archive.parent.glob(f"{archive.name}*") if not path.name.endswith(".lock")]
    return [path.name for path in files if any(row[:200] in path.read_bytes() for row in rows)]


@pytest.fixture
def secret(crawl: Callable[..., Run], tmp_path: Path) -> dict[str, str]:
    """An article of an archive with kept pages."""
    with serve(articles=8, page_kb=20) as origin:
        run = crawl(origin, "-s", "KEEP_PAGES=True")
    return {name: run.lines()[3][name] for name in ("id", "url")}


def test_forget_erases_the_log_of_an_archive_that_a_crawl_has_open(
    secret: dict[str, str], scrapy: Callable[..., Run], tmp_path: Path
) -> None:
    path = tmp_path / "data" / "archive.sqlite3"
    with closing(Archive(path)) as crawling:
        crawling.begin("articles", "en", crawling.origins()["en"])
        with sqlite_file(path) as db:  # written to the log, as by the crawl
            db.execute("UPDATE lines SET json = randomblob(5000) WHERE id = ?", (secret["id"],))
        rows = rows_of(path, secret["id"])
        assert remains(path, rows) == ["archive.sqlite3-wal"]
        done = scrapy("forget", secret["id"], "-s", f"DATA_DIR={tmp_path / 'data'}")
        assert done.status == 0, done.err
        assert not remains(path, rows)
        crawling.end("finished", {})


@pytest.mark.parametrize("log", ["empty", "full"])
def test_forget_erases_nothing_while_another_program_reads_the_archive(
    secret: dict[str, str], scrapy: Callable[..., Run], tmp_path: Path, log: str
) -> None:
    data = tmp_path / "data"
    path = data / "archive.sqlite3"
    command = ("forget", secret["id"], "-s", f"DATA_DIR={data}", "-s", "ARCHIVE_TIMEOUT=0.5")
    with closing(Archive(path)) as crawling, closing(sqlite3.connect(path, isolation_level=None)) as notebook:
        if log == "full":
            crawling.begin("articles", "en", crawling.origins()["en"])
        rows = rows_of(path, secret["id"])
        notebook.execute("BEGIN")
        notebook.execute("SELECT count(*) FROM lines").fetchone()
        refused = scrapy(*command)
        assert refused.status == 2
        assert f"another program is reading the archive {path}: close it and run this again" in refused.error()
        assert secret["url"] in kept(data)
        assert rows_of(path, secret["id"]), "nothing was erased"
        notebook.execute("ROLLBACK")
        assert scrapy(*command).status == 0
        assert not remains(path, rows)
    assert secret["url"] not in kept(data)


def test_forget_can_be_run_again_if_a_reader_has_come_meanwhile(
    secret: dict[str, str], scrapy: Callable[..., Run], tmp_path: Path
) -> None:
    path = tmp_path / "data" / "archive.sqlite3"
    with (
        closing(Archive(path, patience=0.5)) as archive,
        closing(sqlite3.connect(path, isolation_level=None)) as reader,
    ):
        rows = rows_of(path, secret["id"])
        erasing_block = archive.erasing()
        erasing_block.__enter__()
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM lines").fetchone()
        archive.forget(secret["id"], [])
        with pytest.raises(ArchiveError, match=r"archive\.sqlite3-wal still has what was erased"):
            erasing_block.__exit__(None, None, None)
        assert remains(path, rows)
        reader.execute("ROLLBACK")
        again = scrapy("forget", secret["id"], "-s", f"DATA_DIR={tmp_path / 'data'}")
        assert again.status == 0, again.err
        assert not remains(path, rows)
