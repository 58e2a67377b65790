"""The steps of docs/first-contact.md, as written, in a copy of the project."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.replica import serve

PAGE = ROOT / "docs" / "first-contact.md"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the project."""
    names = ("mayadeen", "tests", "docs", "scrapy.cfg", "pyproject.toml", "README.md")
    unwanted = shutil.ignore_patterns("__pycache__", ".*")
    for name in names:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=unwanted)
        else:
            shutil.copy(source, tmp_path)
    return tmp_path


def test_the_walk_of_the_page(copy: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    commands = [shlex.split(line) for line in re.findall(r"^    (\.venv/bin/.*)$", text, re.M)]
    row, case = re.search(r"```toml\n(.*)\n```", text), re.search(r'```json\n"(\w+)": (.*)\n```', text)
    assert row
    assert case
    serving, probe, before, fixture, test, again, after, learn, check, by_template = commands
    assert test == again
    options = {serving[at].lstrip("-"): serving[at + 1] for at in range(3, len(serving), 2)}
    assert set(options) == {"port", "theme", "word"}

    def run(command: list[str], **replaced: str) -> subprocess.CompletedProcess[str]:
        words = [replaced.get(word, word) for word in command[1:]]
        if Path(command[0]).name == "scrapy":
            words = ["-m", "scrapy", *words]
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        environment.pop("MAYADEEN_DATA", None)
        return subprocess.run(
            [sys.executable, *words], cwd=copy, env=environment, capture_output=True, text=True, check=False
        )

    with serve(theme=options["theme"], words=[options["word"]], page_kb=70) as origin:
        there = f"SITE_ORIGIN={origin}"
        seen = run([word.replace(f"SITE_ORIGIN=http://127.0.0.1:{options['port']}", there) for word in probe])
    assert seen.returncode == 0, seen.stderr
    missing = re.search(rf"^{case[1]} is missing on (\d+) of (\d+) pages, first (\S+)$", seen.stdout, re.M)
    assert missing, seen.stdout
    # The replica has stopped: the remaining steps send no request.
    assert run(before).returncode == 0
    made = run(fixture, ADDRESS=missing[3])
    assert made.returncode == 0, made.stderr
    (written,) = (copy / "tests" / "pages").glob(f"*/en/{fixture[-1]}.json")
    stated = json.loads(written.read_text(encoding="utf-8"))
    page = written.with_suffix(".html").read_text(encoding="utf-8")
    label = options["word"].partition("=")[2]
    printed = re.search(rf"({label}) ([^<]+)<", page)
    assert printed
    assert stated["item"][case[1]] == []
    # Correct the case by hand, as the page says: one entry for each source.
    shape = json.loads(case[2])[0]
    names = re.split(r"\s*[+,&]\s*|\s+and\s+", printed[2])
    stated["item"][case[1]] = [{**shape, "name": name, "nameRaw": f"{label} {printed[2]}"} for name in names]
    for name in ("articleBody", "articleBodyHtml"):
        stated["item"][name] = [line for line in stated["item"][name] if label not in line]
    written.write_text(json.dumps(stated, ensure_ascii=False), encoding="utf-8")
    failing = run(test)
    assert failing.returncode == 1
    assert re.search(rf"\b{case[1]}\b.* differ in", failing.stdout)
    edition = copy / "mayadeen" / "site" / "editions" / "en.toml"
    data = edition.read_text(encoding="utf-8")
    known = row[1].strip().rpartition(", ")[0] + "]"
    assert known in data
    edition.write_text(data.replace(known, row[1].strip(), 1), encoding="utf-8")
    passing = run(again)
    assert passing.returncode == 0, passing.stdout
    compared = run(after)
    assert compared.returncode == 0, compared.stderr
    assert re.search(
        rf"items differ: {case[1]} \d+.*; 0 only in the new feed, 0 only in the earlier one", compared.stdout
    ), compared.stdout
    learned = run(learn)
    assert learned.returncode == 0, learned.stderr
    assert (copy / "data" / "templates" / "en.toml").exists()
    checked = run(check)
    assert checked.returncode == 0, checked.stdout
    assert ", 0 different, 0 missed" in checked.stdout
    same = run(by_template)
    assert same.returncode == 0, same.stderr
    assert "0 only in the new feed, 0 only in the earlier one" in same.stdout
    lines = (copy / "by-template.jsonl").read_text(encoding="utf-8").splitlines()
    assert all(json.loads(line)["metadata"]["template"] for line in lines)
