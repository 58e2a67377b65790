"""The archive as SQL: it is read-only, its rows are the feed lines, and docs/archive.md names every column."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from mayadeen import ArchiveError, open_archive
from mayadeen.archive import Archive
from mayadeen.archive.lines import pack
from mayadeen.archive.schema import STEPS
from mayadeen.items import Article, Bulletin
from tests.conftest import QUICK, ROOT, Run, as_options, feed_lines, post, run_scrapy
from tests.replica import make_site, serve
from tests.unit.test_archive import article, record

PAGE = (ROOT / "docs" / "archive.md").read_text(encoding="utf-8")
PYTHON, SQL = (re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.M | re.S) for language in ("python", "sql"))
EMPTY = ("FROM captures", "FROM doubts", "FROM listings", "FROM lines WHERE delivered IS NULL")
"""Parts of queries that find nothing after complete crawls of a site whose sitemaps are complete."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the data directory of four crawls: an article was edited, another one removed, and bulletins read."""
    data = tmp_path_factory.mktemp("sql") / "data"

    def crawl(*command: str) -> None:
        run = run_scrapy("crawl", *command, *as_options(f"SITE_ORIGIN={origin}", f"DATA_DIR={data}", *QUICK))
        assert run.status == 0, run.err

    with serve(make_site(articles=60, page_kb=40)) as origin:
        crawl("articles")
        post(origin, "/_edit?index=59")
        post(origin, "/_remove?index=58")
        crawl("articles", "-a", "known=refetch", "-a", "tags=syria")
        crawl("articles", "-a", "known=refetch")
        crawl("breaking")
    return data


@pytest.fixture
def db(data: Path) -> Iterator[sqlite3.Connection]:
    made = open_archive(data)
    yield made
    made.close()


def as_lines(db: sqlite3.Connection, query: str, item: Any) -> list[dict[str, Any]]:
    """Return rows as feed lines, without columns that are no fields."""
    rows = db.execute(query)
    names = [column[0] for column in rows.description]
    lines = []
    for row in rows.fetchall():
        line = {name: row[names.index(name)] for name in (each.name for each in fields(item))}
        for each in fields(item):
            if isinstance(line[each.name], str) and not str(each.type).startswith("str"):
                line[each.name] = json.loads(line[each.name])
        lines.append(line)
    return lines


def test_rows_are_the_lines_of_the_feeds(db: sqlite3.Connection, data: Path) -> None:
    given = [line for line in feed_lines(data) if line["metadata"]["gone"] is None]
    shown = {(line["id"], line["version"]): line for line in as_lines(db, "SELECT * FROM versions", Article)}
    assert len(shown) == 61
    assert shown.keys() == {(line["id"], line["version"]) for line in given}
    assert all(shown[line["id"], line["version"]] == line for line in given)
    newest = as_lines(db, "SELECT * FROM newest", Article)
    assert len(newest) == 60
    assert sorted(line["version"] for line in newest)[-2:] == [1, 2]
    bulletins = as_lines(db, "SELECT * FROM bulletins", Bulletin)
    by_id = {line["id"]: line for line in feed_lines(data, "breaking")}
    assert {line["id"]: line for line in bulletins} == by_id != {}


def test_removals_have_their_time(db: sqlite3.Connection, data: Path) -> None:
    (told,) = [line for line in feed_lines(data) if line["metadata"]["gone"]]
    gone = db.execute("SELECT id, gone FROM newest WHERE gone IS NOT NULL").fetchall()
    assert gone == [(told["id"], told["metadata"]["gone"])]


def test_the_page_names_every_column(db: sqlite3.Connection) -> None:
    parts = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", PAGE, re.M | re.S))
    tables = [
        name
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    ]
    assert sorted(parts) == sorted(tables)
    for table, text in parts.items():
        named = re.findall(r"^\| `(\w+)` \|", text, re.M)
        assert named == [row[1] for row in db.execute(f"PRAGMA table_info({table})")], table
    views = PAGE.partition("## Views")[2].partition("\n## ")[0]
    own = set(re.findall(r"^\| `(\w+)` \| `", views, re.M))
    shown = {row[1] for row in db.execute("PRAGMA table_info(newest)")}
    assert shown - {each.name for each in fields(Article)} == own
    for (view,) in db.execute("SELECT name FROM sqlite_temp_master"):
        assert f"| `{view}` | each" in views


@pytest.mark.parametrize("query", SQL)
def test_each_query_of_the_page_finds_something(db: sqlite3.Connection, query: str) -> None:
    assert bool(db.execute(query).fetchall()) != any(part in query for part in EMPTY)


def test_the_examples_of_the_page_run(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(data.parent)
    first, second = (compile(text, "docs/archive.md", "exec") for text in PYTHON)
    names: dict[str, Any] = {}
    exec(first, names)
    names["db"].close()
    politics = [line for line in feed_lines(data) if line["section"] == "politics"]
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 10
    assert set(printed) <= {f"{line['datePublished']} {line['headline']}" for line in politics}
    exec(second, names)
    names["db"].close()
    plain = sqlite3.connect("articles.sqlite3")
    assert plain.execute("SELECT count(*), count(headline) FROM articles").fetchall() == [(60, 60)]
    plain.close()


# --- Reading beside a crawl ------------------------------------------------------------------------------------------


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path / "archive.sqlite3", patience=0.2)
    made.begin("articles", "en", "http://site")
    record(made, article())
    yield made
    made.close()


def test_a_crawl_writes_while_one_reads(archive: Archive) -> None:
    db = open_archive(Path(archive.name))
    rows = db.execute("SELECT version FROM versions")
    assert rows.fetchone() == (1,)
    record(archive, article(headline="B"))
    assert db.execute("SELECT version, headline FROM newest").fetchall() == [(2, "B")]
    with archive._change():
        assert db.execute("SELECT count(*) FROM versions").fetchall() == [(2,)], "within a transaction of the crawl's"
    db.close()


def test_nothing_is_written(archive: Archive) -> None:
    db = open_archive(Path(archive.name))
    for statement in ("DELETE FROM lines", "CREATE TABLE mine (x)", "UPDATE articles SET gone = 1"):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute(statement)
    db.close()
    names = {name for (name,) in archive._db.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    assert names == set()


def test_a_damaged_line_is_empty_and_the_others_are_not(archive: Archive) -> None:
    record(archive, article(headline="B"))
    with archive._change() as change:
        change.execute("UPDATE lines SET json = x'00' WHERE version = 1")
    db = open_archive(Path(archive.name))
    assert db.execute("SELECT id, version, headline FROM versions ORDER BY version").fetchall() == [
        ("en:1", 1, None),
        ("en:1", 2, "B"),
    ]
    db.close()


FOLDER_OF_ANOTHER = """
import os, sys
from mayadeen import open_archive
open_archive  # import it before the user changes, who may not read the project
if os.geteuid() == 0:
    os.setresuid(65534, 65534, 65534)
print(open_archive(sys.argv[1]).execute("SELECT headline FROM newest").fetchall())
"""


def test_a_copy_in_a_folder_that_cannot_be_written(archive: Archive) -> None:
    archive.close()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "a copy?.sqlite3"
        copy.write_bytes(Path(archive.name).read_bytes())
        Path(folder).chmod(0o555)
        run = subprocess.run(
            [sys.executable, "-c", FOLDER_OF_ANOTHER, copy], capture_output=True, text=True, check=False
        )
        assert list(Path(folder).iterdir()) == [copy]
        Path(folder).chmod(0o755)
    assert (run.stdout, run.stderr) == ("[('A b c d',)]\n", "")


def test_an_archive_of_an_older_program_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite3"
    old = sqlite3.connect(path)
    for statement in STEPS[0]:
        old.execute(statement)
    old.execute(
        "INSERT INTO lines VALUES (1, 'en:1', 1, 'en', 'article', 5, 1, '', ?, NULL)", (pack(article(headline="B")),)
    )
    old.execute("PRAGMA user_version=1")
    old.commit()
    old.close()
    db = open_archive(path)
    assert db.execute("SELECT headline, recorded FROM versions").fetchall() == [("B", "1970-01-01T00:00:05+00:00")]
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()


def test_what_is_no_archive_is_one_line(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database " * 500)
    (tmp_path / "empty").touch()
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE theirs (x)").connection.close()
    with archive._change() as db:
        db.execute("PRAGMA user_version=99")
    for name, message in (
        ("none", f"there is no archive {tmp_path / 'none'}"),
        ("text", "the file is damaged"),
        ("empty", "is empty: run a crawl first"),
        ("other", "is a database of some other program"),
        ("archive.sqlite3", "was written by a newer version of this program"),
    ):
        before = sorted(tmp_path.iterdir())
        with pytest.raises(ArchiveError, match=re.escape(message)):
            open_archive(tmp_path / name)
        assert sorted(tmp_path.iterdir()) == before
    with pytest.raises(ArchiveError, match="open_archive reads a file") as refused:
        open_archive("postgresql://user:secret@127.0.0.1/mayadeen")
    assert "secret" not in str(refused.value)


def test_history_and_sql_agree(scrapy: Callable[..., Run], db: sqlite3.Connection, data: Path) -> None:
    run = scrapy("history", "--changed", "--json", "-s", f"DATA_DIR={data}")
    lines = [json.loads(line) for line in run.out.splitlines()]
    assert [(line["id"], line["recorded"]) for line in lines] == db.execute(
        "SELECT id, recorded FROM versions WHERE version > 1 ORDER BY recorded"
    ).fetchall()
