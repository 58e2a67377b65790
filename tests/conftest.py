"""Fixtures: the real data beside the checkout, and crawls of the replica."""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from mayadeen.browser.handler import BROWSERS
from tests import postgresql
from tests.forks import Forks
from tests.scrapyd_server import PARTS, Scrapyd, free_port

ROOT = Path(__file__).parent.parent
QUICK = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "RETRY_TIMES=1")


@contextmanager
def sqlite_file(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an SQLite file, commit what the block changes, close it."""
    with closing(sqlite3.connect(path)) as db, db:
        yield db


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


@cache
def _forks() -> Forks:
    """The server of forks of this test process; it ends with it."""
    server = Forks()
    atexit.register(server.close)
    return server


def run_scrapy(*command: str, folder: Path = ROOT, forked: bool = True, **environment: str) -> Run:
    """Runs `scrapy` in the checkout, with more in its environment; `forked=False`: as a program of its own."""
    known = {**os.environ, **environment}
    if forked and _forks().can(known):
        return Run(*_forks().run(command, ROOT, known, timeout=300), folder)
    done = subprocess.run(
        # Through a shell that forks: Linux counts the peak memory of who starts a process as that process's own.
        ["/bin/sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-m", "scrapy", *command],
        cwd=ROOT,
        env=known,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return Run(done.returncode, done.stdout, done.stderr, folder)


@pytest.fixture
def scrapy(tmp_path: Path) -> Callable[..., Run]:
    """Runs a `scrapy` command of the checkout, its files in the test's own folder."""
    return partial(run_scrapy, folder=tmp_path)


@pytest.fixture
def crawl(scrapy: Callable[..., Run], tmp_path: Path) -> Callable[..., Run]:
    """Runs `scrapy crawl articles` on an origin, articles.jsonl and related.jsonl in the test's own folder."""

    def run(origin: str, *options: str, feeds: bool = True, quick: bool = True, forked: bool = True) -> Run:
        command = ["crawl", "articles", "-s", f"SITE_ORIGIN={origin}", "-s", f"DATA_DIR={tmp_path / 'data'}"]
        for setting in QUICK if quick else ():
            command += ["-s", setting]
        if feeds:
            command += ["-O", str(tmp_path / "articles.jsonl"), "-O", f"{tmp_path / 'related.jsonl'}:related"]
        return scrapy(*command, *options, forked=forked)

    return run


# --- An S3 server ----------------------------------------------------------------------------------------------------

KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}


def make_bucket(store: str, name: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{store}/{name}", method="PUT")).close()


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """An S3 server; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{address}/moto-api/data.json").close()
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield address
        server.terminate()


# --- What a machine may lack -----------------------------------------------------------------------------------------


def need_chromium() -> str | None:
    """Chromium's program, None for Playwright's own; skips the test where there is neither."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    if not program and not list(own.glob("chromium*")):
        assert not os.environ.get("CI"), "CI without Chromium"
        pytest.skip("no Chromium: apt-get install chromium")
    return program


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


@pytest.fixture
def chromium() -> None:
    """A browser, where there is one; `make test` brings it where it may."""
    need_chromium()


@pytest.fixture(scope="session")
def shared_site() -> Path:
    """The real material, which only the makers have beside their checkout."""
    folder = ROOT.parent / "shared" / "site"
    if not folder.is_dir():
        pytest.skip("the real pages and records are not part of a checkout")
    return folder


# --- Archives ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A running server; `make test` brings its package where it may."""
    folder = postgresql.programs()
    if folder is None:
        assert not os.environ.get("CI"), "CI without PostgreSQL"
        pytest.skip("no PostgreSQL: apt-get install postgresql")
    server = postgresql.Server(folder)
    yield server
    server.remove()


@pytest.fixture
def database(postgresql_server: postgresql.Server) -> Iterator[str]:
    """The address of an empty database."""
    address = postgresql_server.create()
    yield address
    postgresql_server.run(f"DROP DATABASE {address.rpartition('/')[2]} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where an archive may be made, once as a file and once on a server."""
    return tmp_path / "archive.sqlite3" if request.param == "sqlite" else request.getfixturevalue("database")


# --- The commands of the docs ----------------------------------------------------------------------------------------


def section(page: str, heading: str = "") -> list[str]:
    """The indented command lines of a page of docs/, of one of its parts if a heading is given."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    parts = dict(re.findall(r"^#+ (.*)\n((?:(?!#).*\n)*)", text, re.M))
    return re.findall(r"^    (\S.*)$", parts[heading] if heading else text, re.M)


class Shell:
    """A checkout of its own in which the commands of the docs run as written, the server's folders below `root`."""

    def __init__(self, root: Path, site: str, **environment: str) -> None:
        self.root, self.folder = root / "root", root / "checkout"
        self.folder.mkdir()
        for part in (*PARTS, "docs", "Makefile"):
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
            copy(ROOT / part, self.folder / part)
        (self.folder / ".venv-scrapyd").symlink_to(ROOT / ".venv-scrapyd")
        for folder in ("etc/systemd/system", "var/lib/mayadeen"):
            (self.root / folder).mkdir(parents=True)
        settings = [f"SITE_ORIGIN={site}", *QUICK]
        python = f"exec {sys.executable} -m scrapy"
        crawl = " ".join(f"-s {setting}" for setting in settings)
        post = " ".join(f"-d setting={setting}" for setting in [*settings, f"DATA_DIR={root / 'jobs'}"])
        self._tool(".venv/bin/scrapy", f'case $1 in crawl) {python} "$@" {crawl} ;; *) {python} "$@" ;; esac')
        real = shutil.which("curl")
        self._tool("bin/curl", f'case $* in *schedule.json*) set -- "$@" {post} ;; esac; exec {real} --fail "$@"')
        # No systemd runs here: units are enabled in the folder alone.
        self._tool(
            "bin/systemctl", f'[ "$2" = --now ]; shift 2; exec /usr/bin/systemctl --root={self.root} enable "$@"'
        )
        self._tool("bin/useradd", f'exec /usr/sbin/useradd --prefix {self.root} "$@"')
        self.environment = {**os.environ, "PATH": f"{self.folder}/bin:{os.environ['PATH']}", **environment}
        self.environment.pop("MAYADEEN_DATA", None)

    def _tool(self, name: str, text: str) -> None:
        tool = self.folder / name
        tool.parent.mkdir(parents=True, exist_ok=True)
        tool.write_text(f"#!/bin/sh\n{text}\n")
        tool.chmod(0o755)

    def run(self, line: str) -> str:
        """Runs a line; gives what it prints. It must not fail."""
        line = re.sub(r"(?<![\w/])/(etc|var/lib)/", rf"{self.root}/\1/", line)
        done = subprocess.run(
            ["sh", "-c", line], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        return done.stdout


# --- Scrapyd ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def scrapyd_environment() -> None:
    """Scrapyd's own environment, made once."""
    subprocess.run(["make", f"PYTHON={sys.executable}", ".venv-scrapyd/ready"], cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def server(scrapyd_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scrapyd]:
    """A Scrapyd with the project deployed, and no data directory of its own."""
    os.environ.pop("MAYADEEN_DATA", None)
    server = Scrapyd(tmp_path_factory.mktemp("scrapyd"))
    (server.folder / ".scrapyd.conf").write_text("[scrapyd]\npoll_interval = 0.2\n")
    server.start()
    deployed = server.deploy()
    assert deployed.returncode == 0, deployed.stderr
    assert '"spiders": 4' in deployed.stdout
    yield server
    server.stop()
