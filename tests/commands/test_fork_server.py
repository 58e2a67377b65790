"""A command in the fork server has the same result as in a new process."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Run, run_scrapy
from tests.replica import serve


def without_measures(run: Run) -> tuple[int, str, str]:
    """Return the result without times and memory."""
    measures = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|^.*(time|memusage|_bytes|peak).*$"
    return run.status, run.out, re.sub(measures, "", run.err, flags=re.M)


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
def test_the_result_is_that_of_a_new_process(words: str, tmp_path: Path) -> None:
    forked, started = (
        run_scrapy(*words.split(), forked=forked, MAYADEEN_DATA=str(tmp_path)) for forked in (True, False)
    )
    assert without_measures(forked) == without_measures(started)


def test_the_status_of_a_killed_command_is_its_signal(tmp_path: Path) -> None:
    with serve(articles=3, page_kb=20) as origin:
        kill = 'EXTENSIONS={"tests.crawls.test_kill.KillWhenScraped": -1}'
        settings = (f"SITE_ORIGIN={origin}", "DOWNLOAD_DELAY=0", kill)
        run = run_scrapy("crawl", "articles", *(f"-s{each}" for each in settings), MAYADEEN_DATA=str(tmp_path))
    assert run.status == -9


def test_variables_of_the_interpreter_take_effect() -> None:
    run = run_scrapy("version", PYTHONVERBOSE="1")
    assert "import 'scrapy' #" in run.err
