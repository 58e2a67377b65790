"""Fixtures: the real data beside the checkout, and crawls of the replica."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
QUICK = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "RETRY_TIMES=1")


@dataclass
class Run:
    """A finished `scrapy` command."""

    status: int
    out: str
    err: str
    folder: Path

    def lines(self, name: str = "articles.jsonl") -> list[dict[str, Any]]:
        """The lines of a feed; every one must be JSON."""
        text = (self.folder / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def error(self) -> str:
        """The one line that says what is wrong."""
        errors = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert len(errors) == 1, self.err
        assert "Traceback" not in self.err, self.err
        return errors[0]


@pytest.fixture
def scrapy(tmp_path: Path) -> Callable[..., Run]:
    """Runs a `scrapy` command of the checkout, its files in the test's own folder."""

    def run(*command: str) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", *command],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return Run(done.returncode, done.stdout, done.stderr, tmp_path)

    return run


@pytest.fixture
def crawl(scrapy: Callable[..., Run], tmp_path: Path) -> Callable[..., Run]:
    """Runs `scrapy crawl articles` on an origin, articles.jsonl and related.jsonl in the test's own folder."""

    def run(origin: str, *options: str, feeds: bool = True, quick: bool = True) -> Run:
        command = ["crawl", "articles", "-s", f"SITE_ORIGIN={origin}", "-s", f"DATA_DIR={tmp_path / 'data'}"]
        for setting in QUICK if quick else ():
            command += ["-s", setting]
        if feeds:
            command += ["-O", str(tmp_path / "articles.jsonl"), "-O", f"{tmp_path / 'related.jsonl'}:related"]
        return scrapy(*command, *options)

    return run


def post(origin: str, path: str) -> None:
    """Has the replica change: `/_add?count=20`, `/_edit?index=3`, `/_reset`, ..."""
    urllib.request.urlopen(urllib.request.Request(origin + path, method="POST")).close()


def asked(origin: str) -> dict[str, Any]:
    """What the replica was asked for, by its own count."""
    with urllib.request.urlopen(f"{origin}/_requests") as answer:
        return dict(json.loads(answer.read()))


def feed_lines(data: Path, kind: str = "articles") -> list[dict[str, Any]]:
    """The lines of all finished default feeds of a data directory."""
    feeds = sorted((data / "feeds").glob(f"{kind}-*.jsonl"))
    return [json.loads(line) for feed in feeds for line in feed.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def shared_site() -> Path:
    """The real material, which only the makers have beside their checkout."""
    folder = ROOT.parent / "shared" / "site"
    if not folder.is_dir():
        pytest.skip("the real pages and records are not part of a checkout")
    return folder
