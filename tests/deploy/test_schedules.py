"""The crontab and the systemd units in docs/deploy: systemd accepts the units, and the commands run as written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mayadeen import __version__
from mayadeen.archive import lock
from tests.conftest import QUICK, ROOT, Shell, asked, feed_lines, post, section
from tests.replica import serve

DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
Runs = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serve(articles=40, page_kb=40) as origin:
        yield origin


@pytest.fixture
def run(site: str, tmp_path: Path) -> Runs:
    """Return a function that runs a shell command with few environment variables, like cron or systemd."""
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "scrapy").write_text(f'#!/bin/sh\nexec {sys.executable} -m scrapy "$@"\n')
    (tools / "scrapy").chmod(0o755)

    def run(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        known = {"PATH": f"{tools}:{os.environ['PATH']}", "MAYADEEN_DATA": str(tmp_path / "data")}
        known |= {"CONTACT": "you@example.org", **environment}
        return subprocess.run(["sh", "-c", command], env=known, capture_output=True, text=True, check=False)

    return run


def job(name: str, site: str, *more: str) -> str:
    return " ".join([str(DEPLOY / "run.sh"), name, f"SITE_ORIGIN={site}", *QUICK, *more])


def test_a_week_of_jobs(run: Runs, site: str, tmp_path: Path) -> None:
    post(site, "/_reset")
    whole = run(job("all", site))
    assert whole.returncode == 0, whole.stderr
    assert len(feed_lines(tmp_path / "data")) == 40
    assert "'CLOSESPIDER_TIMEOUT': '21600'" in whole.stderr
    ticker = run(job("ticker", site))
    assert ticker.returncode == 0, ticker.stderr
    assert feed_lines(tmp_path / "data", "breaking")
    yesterday = max(line["datePublished"] for line in feed_lines(tmp_path / "data"))[:10]
    post(site, "/_add?count=3")
    post(site, "/_reset")
    assert run(job("new", site)).returncode == 0
    assert "article" not in asked(site)["kinds"], "the replica's newest articles are not of yesterday"
    assert asked(site)["kinds"]["sitemap"] == 1
    new = run(job("new", site, f"since={yesterday}"))
    assert new.returncode == 0, new.stderr
    assert len(feed_lines(tmp_path / "data")) == 43
    assert asked(site)["kinds"]["article"] <= 6
    assert asked(site)["kinds"]["sitemap"] <= 4, "months before yesterday's are not asked for"
    post(site, "/_reset")
    again = run(job("again", site))
    assert again.returncode == 0, again.stderr
    assert asked(site)["kinds"]["article"] >= 43
    assert run(job("ticker-ar", "http://127.0.0.1:9")).returncode == 3, "another edition"
    assert f"mayadeen/{__version__} (+you@example.org)" in whole.stderr


def test_a_run_that_overlaps_is_refused_quietly(run: Runs, site: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with lock.take(tmp_path / "data", "en"):
        refused = run(job("new", site))
        beside = run(job("ticker", site))
    unit = (DEPLOY / "systemd" / "mayadeen@.service").read_text()
    assert f"SuccessExitStatus={refused.returncode}\n" in unit
    assert refused.stderr.count("error: ") == 1
    assert beside.returncode == 0, beside.stderr


@pytest.mark.parametrize("name", ["", "often", "news"])
def test_an_unknown_job_is_one_line(run: Runs, name: str) -> None:
    done = run(f"{DEPLOY / 'run.sh'} {name}")
    assert done.returncode == 2
    assert done.stderr == f"error: the job must be new, all, again or ticker, got '{name}'\n"


def test_the_commands_of_the_crontab(run: Runs, site: str, tmp_path: Path) -> None:
    lines = (DEPLOY / "crontab").read_text().splitlines()
    setting = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    setting |= {"LOGS": str(tmp_path), "RUN": str(DEPLOY / "run.sh"), "MAYADEEN_DATA": str(tmp_path / "data")}
    jobs = [re.fullmatch(r"(?:\S+ +){5}(sleep \$\(shuf -i 0-\d+ -n 1\)); +(.*)", line) for line in lines]
    commands = [match.groups() for match in jobs if match]
    assert len(commands) == len([line for line in lines if line and line[0] in "*0123456789"]) == 4
    assert "%" not in "".join(lines), "cron takes a percent sign for the end of the command"
    for _, command in commands:
        name = command.split()[1]
        more = " ".join([f"SITE_ORIGIN={site}", *QUICK])
        done = run(command.replace(f" {name} ", f" {name} {more} "), **setting)
        assert done.returncode == 0, (tmp_path / f"{name}.log").read_text()
        assert done.stdout == done.stderr == "", "cron mails what is printed"
        assert "Spider closed (finished)" in (tmp_path / f"{name}.log").read_text()
    wait = run(commands[0][0].replace("sleep", "echo"))
    assert 0 <= int(wait.stdout) <= 60


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text().replace("/opt/mayadeen/.venv-scrapyd/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text.replace("/opt/mayadeen", str(ROOT)))
    names = [unit.name.replace("@.", "@new-ar.") for unit in UNITS]
    found = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / name) for name in names)],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    assert not [line for line in found.stderr.splitlines() if str(tmp_path) in line], found.stderr


def test_timers_come_with_jitter_and_make_up_for_missed_runs() -> None:
    timers = [unit for unit in UNITS if unit.suffix == ".timer"]
    assert [re.sub(r".*@|\.timer", "", unit.name) for unit in timers] == ["again", "all", "new", "ticker"]
    for timer in timers:
        text = timer.read_text()
        assert "Persistent=true" in text
        assert re.search(r"^RandomizedDelaySec=\d+", text, re.M)
        when = re.search(r"^OnCalendar=(.*)$", text, re.M)
        assert when
        asked = subprocess.run(["systemd-analyze", "calendar", when[1]], capture_output=True, text=True, check=False)
        assert asked.returncode == 0, asked.stderr


def test_the_lines_of_the_page_on_schedules(site: str, tmp_path: Path) -> None:
    shell = Shell(tmp_path, site)
    account, environment, settings = section("deploy.md", "Run it on a server")
    assert "pip install -e '.[all]'" in environment, "as `make` installs, not done again here"
    if os.getuid() == 0:
        (shell.root / "etc" / "passwd").touch()
        shell.run(account)
        assert "mayadeen:" in (shell.root / "etc" / "passwd").read_text()
    shell.run(settings)
    assert (shell.root / "etc" / "mayadeen.env").stat().st_mode & 0o777 == 0o600
    one, units, enable, first = section("deploy.md", "Schedules")
    data = shell.root / "var" / "lib" / "mayadeen"
    # The newest articles of the replica are older than yesterday.
    shell.run(f"{one} since=2020-01-01")
    assert 5 <= len(feed_lines(data)) < 40
    shell.run(units)
    shell.run(enable)
    enabled = (shell.root / "etc/systemd/system/timers.target.wants").iterdir()
    assert sorted(unit.name for unit in enabled) == [unit.name for unit in UNITS if unit.suffix == ".timer"]
    shell.environment["MAYADEEN_DATA"] = str(data)
    shell.run(first.replace("1000", "10"))
    # An earlier test may have added three articles.
    assert len({line["id"] for line in feed_lines(data)}) in (40, 43)
    assert list((data / "feeds").glob("articles-*-0002.jsonl"))
