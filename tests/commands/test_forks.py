"""Forked commands, which most tests run, do as those that are started."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Run, run_scrapy
from tests.replica import serve


def without_times(run: Run) -> tuple[int, str, str]:
    times = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|^.*(time|memusage|_bytes|peak).*$"
    return run.status, run.out, re.sub(times, "", run.err, flags=re.M)


@pytest.mark.parametrize(
    "words",
    [
        "version",
        "nonsense",
        "crawl articles -a section=politics",
        "history en:1",
        "page missing.html",
        "template learn -x",
    ],
)
def test_a_fork_ends_as_a_start_does(words: str, tmp_path: Path) -> None:
    forked, started = (
        run_scrapy(*words.split(), forked=forked, MAYADEEN_DATA=str(tmp_path)) for forked in (True, False)
    )
    assert without_times(forked) == without_times(started)


def test_a_killed_fork_says_by_which_signal(tmp_path: Path) -> None:
    with serve(articles=3, page_kb=20) as origin:
        kill = 'EXTENSIONS={"tests.crawls.test_kill.KillWhenScraped": -1}'
        settings = (f"SITE_ORIGIN={origin}", "DOWNLOAD_DELAY=0", kill)
        run = run_scrapy("crawl", "articles", *(f"-s{each}" for each in settings), MAYADEEN_DATA=str(tmp_path))
    assert run.status == -9


def test_what_an_interpreter_reads_at_its_start_holds(tmp_path: Path) -> None:
    run = run_scrapy("version", PYTHONVERBOSE="1")
    assert "import 'scrapy' #" in run.err
