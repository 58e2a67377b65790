"""The article reader on labelled real pages of other publishers, and on cases from public bug reports.

Developers and CI have both beside their checkout. Users do not: the tests are skipped there.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

SHARED = ROOT.parent / "shared"
FLOORS = {
    "aeb": {"F1": 0.980},
    "fundus": {"F1": 0.976, "title": 0.94, "date": 0.97, "authors": 0.93},
}
"""Minimum scores, which may only rise. The missed titles are those whose label differs from the page."""
MAX_BAD = 0
"""Maximum number of pages with mostly wrong text."""


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.parent.name.replace("-", "_"), path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_all() -> tuple[ModuleType, list[dict[str, Any]]]:
    """Return the module that scores, and the score of each page."""
    score = load(SHARED / "real-pages" / "score.py")
    rows = []
    for line in (SHARED / "real-pages" / "truth.jsonl").read_text("utf-8").splitlines():
        page = json.loads(line)
        html = gzip.decompress((SHARED / "real-pages" / f"{page['name']}.html.gz").read_bytes())
        rows.append(score.row(page, *score.read(page, html)))
    return score, rows


@pytest.mark.skipif(not (SHARED / "real-pages").exists(), reason="the labelled pages are not here")
def test_real_pages_are_read_as_well_as_ever() -> None:
    score, rows = read_all()
    found = score.report(rows, show=10)
    assert not [row["name"] for row in rows if row["why"].startswith("EXCEPTION")]
    assert sum(figures["bad"] for figures in found.values()) <= MAX_BAD
    for name, floors in FLOORS.items():
        for figure, floor in floors.items():
            assert found[name][figure] >= floor, (name, figure, found[name])


CASES = sorted(SHARED.glob("cases/[0-3]*/expect.json"))


@pytest.mark.skipif(not CASES, reason="the cases are not here")
@pytest.mark.parametrize("path", CASES, ids=[path.parent.name for path in CASES])
def test_a_fault_of_public_bug_reports_is_not_ours(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = load(SHARED / "cases" / "check.py").run(path.parent)
    assert wrong == 0, capsys.readouterr().out
