"""The commands and programs of docs/export.md, as written, on the feeds of three crawls."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pyarrow.parquet
import pytest

from tests.conftest import ROOT, Shell, feed_lines, post, section
from tests.replica import serve

PAGE = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
ARTICLES = 40


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Return a checkout after three crawls: one article was edited, one removed, two are new."""
    with serve(articles=ARTICLES, page_kb=20) as origin:
        shell = Shell(tmp_path_factory.mktemp("recipes"), origin)
        for _ in range(3):
            shell.run(".venv/bin/scrapy crawl articles")
            for change in (f"/_edit?index={ARTICLES - 3}", f"/_remove?index={ARTICLES - 2}", "/_add?count=1"):
                post(origin, change)
        for line in section("export.md", "Export: the archive as a file"):
            shell.run(line)
        yield shell


def rows(shell: Shell, name: str) -> int:
    return int(pyarrow.parquet.read_table(shell.folder / name).num_rows)


def test_the_exports_are_there(shell: Shell) -> None:
    assert rows(shell, "articles.parquet") == ARTICLES + 2
    assert (shell.folder / "politics.jsonl").stat().st_size > 0


def test_commands_of_jq(shell: Shell) -> None:
    printed = [shell.run(line) for line in section("export.md", "jq and gzip")]
    assert len((shell.folder / "newest.jsonl").read_text().splitlines()) == ARTICLES + 2
    assert len(printed[1].splitlines()) == 1, "one article was removed"
    assert printed[-1].strip()


def test_commands_of_sqlite(shell: Shell) -> None:
    printed = [shell.run(line) for line in section("export.md", "SQLite")]
    assert printed[-1].strip()


@pytest.mark.parametrize("at", range(PAGE.count("```python")))
def test_programs(shell: Shell, at: int) -> None:
    program = re.findall(r"```python\n(.*?)```", PAGE, re.S)[at]
    environment = {**shell.environment, "HF_DATASETS_CACHE": str(shell.root / "cache"), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=shell.folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    if "newest.parquet" in program:
        assert rows(shell, "newest.parquet") == ARTICLES + 2
    else:
        assert done.stdout.strip()
    if "load_dataset" in program:
        articles, feeds = map(int, done.stdout.split()[-2:])
        assert feeds > articles == ARTICLES + 2


def test_the_newest_state_of_an_article_is_its_last_line(shell: Shell) -> None:
    """The recipes rely on this."""
    newest = {
        row["id"]: (row["version"], row["metadata"]["gone"] is not None)
        for row in pyarrow.parquet.read_table(shell.folder / "articles.parquet").to_pylist()
    }
    last: dict[str, tuple[int, bool]] = {}
    for row in feed_lines(shell.folder / "data"):
        last[row["id"]] = (row["version"], row["metadata"]["gone"] is not None)
    assert last == newest
