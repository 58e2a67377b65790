"""Fixtures and helpers: `scrapy` commands, crawls of the replica, servers, and the command lines of the docs."""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from mayadeen.browser.handler import BROWSERS
from tests import postgresql
from tests.fork_server import ForkServer
from tests.scrapyd_server import PARTS, Scrapyd
from tests.servers import free_port, wait_for_answer

ROOT = Path(__file__).parent.parent
QUICK = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "RETRY_TIMES=1")


@contextmanager
def sqlite_file(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an SQLite file, and commit and close it at the end."""
    with closing(sqlite3.connect(path)) as db, db:
        yield db


@dataclass
class Run:
    """A finished `scrapy` command, with the feeds in its folder as they were when it ended."""

    status: int
    out: str
    err: str
    folder: Path
    feeds: dict[str, bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.feeds = {path.name: path.read_bytes() for path in self.folder.glob("*.jsonl") if path.is_file()}

    def lines(self, name: str = "articles.jsonl") -> list[dict[str, Any]]:
        """Return the lines of a feed."""
        return [json.loads(line) for line in self.feeds[name].decode().splitlines()]

    def error(self) -> str:
        """Return the error line. There must be exactly one, and no traceback."""
        errors = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert len(errors) == 1, self.err
        assert "Traceback" not in self.err, self.err
        return errors[0]


@cache
def _fork_server() -> ForkServer:
    """Start the fork server of this test process, which ends with it."""
    server = ForkServer()
    atexit.register(server.close)
    return server


def as_options(*settings: str) -> list[str]:
    """Return settings such as `NAME=VALUE` as options of a command."""
    return [f"-s{each}" for each in settings]


def run_scrapy(*command: str, folder: Path = ROOT, forked: bool = True, **environment: str) -> Run:
    """Run `scrapy` in the checkout, with more environment variables: in the fork server, or in a new process.

    `folder` is where the `Run` looks for feeds.
    """
    known = {**os.environ, **environment}
    if forked and _fork_server().accepts(known):
        return Run(*_fork_server().run(command, ROOT, known, timeout=300), folder)
    # A shell starts it: Linux counts the memory of a parent in the peak memory of its child.
    shell = ("/bin/sh", "-c", '"$@"; exit $?', "sh")
    return _started(*shell, sys.executable, "-m", "scrapy", *command, folder=folder, env=known)


def run_without(library: str, *command: str, folder: Path = ROOT) -> Run:
    """Run `scrapy` in a new process in which a library cannot be imported."""
    code = f"import sys; sys.modules[{library!r}] = None; from scrapy.cmdline import execute; execute()"
    return _started(sys.executable, "-c", code, *command, folder=folder)


def _started(*command: str, folder: Path, env: dict[str, str] | None = None) -> Run:
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=300)
    return Run(done.returncode, done.stdout, done.stderr, folder)


@pytest.fixture
def scrapy(tmp_path: Path) -> Callable[..., Run]:
    """Return a function that runs a `scrapy` command, with its feeds in the test's folder."""
    return partial(run_scrapy, folder=tmp_path)


@pytest.fixture
def crawl(scrapy: Callable[..., Run], tmp_path: Path) -> Callable[..., Run]:
    """Return a function that crawls an origin into articles.jsonl and related.jsonl in the test's folder."""

    def run(origin: str, *options: str, feeds: bool = True, quick: bool = True, forked: bool = True) -> Run:
        settings = (f"SITE_ORIGIN={origin}", f"DATA_DIR={tmp_path / 'data'}", *(QUICK if quick else ()))
        command = ["crawl", "articles", *as_options(*settings)]
        if feeds:
            command += ["-O", str(tmp_path / "articles.jsonl"), "-O", f"{tmp_path / 'related.jsonl'}:related"]
        return scrapy(*command, *options, forked=forked)

    return run


# --- The replica -----------------------------------------------------------------------------------------------------


def post(origin: str, path: str) -> None:
    """Change the replica: `/_add?count=20`, `/_edit?index=3`, `/_reset` (its counts), ..."""
    urllib.request.urlopen(urllib.request.Request(origin + path, method="POST")).close()


def asked(origin: str) -> dict[str, Any]:
    """Return the requests that the replica has counted, by kind, path, status, fault and agent."""
    with urllib.request.urlopen(f"{origin}/_requests") as answer:
        return dict(json.loads(answer.read()))


def truths(origin: str) -> list[dict[str, Any]]:
    """Return the expected fields of each article of the replica."""
    with urllib.request.urlopen(f"{origin}/_truth.jsonl") as answer:
        return [json.loads(line) for line in answer.read().decode().splitlines()]


def paragraphs(line: dict[str, Any], truth: dict[str, Any]) -> list[str]:
    """Return the paragraphs of a feed line without embedded posts, to compare with `blocks` of its truth."""
    embeds = truth.get("embeds") or []
    return [each for each in (line["articleBody"] or "").split("\n") if each and each not in embeds]


def feed_lines(data: Path, kind: str = "articles") -> list[dict[str, Any]]:
    """Return the lines of all finished default feeds of a data directory."""
    feeds = sorted((data / "feeds").glob(f"{kind}-*.jsonl"))
    return [json.loads(line) for feed in feeds for line in feed.read_text(encoding="utf-8").splitlines()]


# --- An S3 server ----------------------------------------------------------------------------------------------------

KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}


def make_bucket(store: str, name: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{store}/{name}", method="PUT")).close()


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """Run an S3 server. Yield its address."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{port}"
        wait_for_answer(f"{address}/moto-api/data.json")
        yield address
        server.terminate()


# --- What may not be installed ---------------------------------------------------------------------------------------


def need_chromium() -> str | None:
    """Return the path of Chromium, or None for the one of Playwright. Skip the test if there is neither."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    if not program and not list(own.glob("chromium*")):
        assert not os.environ.get("CI"), "CI without Chromium"
        pytest.skip("no Chromium: apt-get install chromium")
    return program


@pytest.fixture
def chromium() -> None:
    """Skip the test if there is no browser."""
    need_chromium()


@pytest.fixture(scope="session")
def shared_site() -> Path:
    """Return the folder of real pages and records, which only the developers have."""
    folder = ROOT.parent / "shared" / "site"
    if not folder.is_dir():
        pytest.skip("the real pages and records are not part of a checkout")
    return folder


# --- Archives ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """Run a PostgreSQL server. Skip the test if it is not installed."""
    folder = postgresql.programs()
    if folder is None:
        assert not os.environ.get("CI"), "CI without PostgreSQL"
        pytest.skip("no PostgreSQL: apt-get install postgresql")
    server = postgresql.Server(folder)
    yield server
    server.remove()


@pytest.fixture
def database(postgresql_server: postgresql.Server) -> Iterator[str]:
    """Create a database and drop it at the end. Yield its address."""
    address = postgresql_server.create()
    yield address
    postgresql_server.run(f"DROP DATABASE {address.rpartition('/')[2]} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Return where to create an archive: once in a file, once on a server."""
    return tmp_path / "archive.sqlite3" if request.param == "sqlite" else request.getfixturevalue("database")


# --- The commands of the docs ----------------------------------------------------------------------------------------


def section(page: str, heading: str = "") -> list[str]:
    """Return the indented command lines of a page of docs/, or of its section with this heading."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    parts = dict(re.findall(r"^#+ (.*)\n((?:(?!#).*\n)*)", text, re.M))
    return re.findall(r"^    (\S.*)$", parts[heading] if heading else text, re.M)


class Shell:
    """Runs command lines of the docs, as written, in a copy of the checkout. Folders of the system are below `root`."""

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
        # No systemd is running: units are only enabled in the folder.
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
        """Run a line, which must succeed. Return its output."""
        line = re.sub(r"(?<![\w/])/(etc|var/lib)/", rf"{self.root}/\1/", line)
        done = subprocess.run(
            ["sh", "-c", line], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
        return done.stdout


# --- Scrapyd ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def scrapyd_environment() -> None:
    """Create the environment of Scrapyd."""
    subprocess.run(["make", f"PYTHON={sys.executable}", ".venv-scrapyd/ready"], cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def server(scrapyd_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scrapyd]:
    """Run a Scrapyd with the project deployed and no data directory set."""
    os.environ.pop("MAYADEEN_DATA", None)
    server = Scrapyd(tmp_path_factory.mktemp("scrapyd"))
    (server.folder / ".scrapyd.conf").write_text("[scrapyd]\npoll_interval = 0.2\n")
    server.start()
    deployed = server.deploy()
    assert deployed.returncode == 0, deployed.stderr
    assert '"spiders": 4' in deployed.stdout
    yield server
    server.stop()
