"""The help of each command, and output that nobody reads to its end."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from scrapy.commands import ScrapyHelpFormatter
from scrapy.utils.project import get_project_settings

from tests.conftest import QUICK, ROOT, Run
from tests.replica import serve

Command = Callable[..., Run]
COMMANDS = sorted(path.stem for path in (ROOT / "mayadeen" / "commands").glob("[a-z]*.py"))


@pytest.mark.parametrize("name", COMMANDS)
def test_no_help_text_becomes_a_heading(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = import_module(f"mayadeen.commands.{name}").Command()
    command.settings = get_project_settings()
    parser = argparse.ArgumentParser(formatter_class=ScrapyHelpFormatter, conflict_handler="resolve")
    command.add_options(parser)
    for width in range(60, 200):  # Scrapy takes each line that ends in a colon for a heading
        monkeypatch.setenv("COLUMNS", str(width))
        lines = parser.format_help().splitlines()
        underlined = [lines[at - 1] for at, line in enumerate(lines) if line and set(line) == {"="}]
        assert underlined == ["Usage", "Options"]


def test_output_that_is_cut_off_is_no_error(crawl: Command, tmp_path: Path) -> None:
    data = f"DATA_DIR={tmp_path / 'data'}"
    with serve(articles=6, page_kb=20) as origin:
        settings = [word for each in (*QUICK, data, f"SITE_ORIGIN={origin}") for word in ("-s", each)]
        assert crawl(origin, "-s", data, "-s", "KEEP_PAGES=True", feeds=False).status == 0
        for line in (
            "monitors",
            "template learn",
            "reread",
            "probe",
            "forget " + origin + "/news/politics/no-such-one",
        ):
            command = [sys.executable, "-m", "scrapy", *line.split(), *settings]
            reading, writing = os.pipe()
            os.close(reading)
            done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
            os.close(writing)
            assert done.returncode == 0, (line, done.stderr)
            assert "Traceback" not in done.stderr
            assert "Broken pipe" not in done.stderr
