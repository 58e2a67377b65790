"""The project on a Scrapyd with a password: jobs are scheduled, followed and cancelled."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import QUICK, ROOT, Shell, asked, feed_lines, post, section, truths
from tests.replica import serve
from tests.scrapyd_server import BIN, Scrapyd

START = ROOT / "docs" / "deploy" / "start_scrapyd.py"
FAST = tuple(("setting", setting) for setting in QUICK)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serve(articles=40, page_kb=40) as origin:
        yield origin


def places(origin: str, data: Path) -> tuple[tuple[str, str], ...]:
    return ("setting", f"SITE_ORIGIN={origin}"), ("setting", f"DATA_DIR={data}")


def daemon_log(server: Scrapyd) -> str:
    return (server.home / "scrapyd.log").read_text()


def ended(server: Scrapyd, job: str) -> str:
    """Return the line in the log of Scrapyd that says how the process of a job ended."""
    return next(line for line in daemon_log(server).splitlines() if job in line and "Process started" not in line)


def test_the_egg_holds_the_package_and_nothing_else(server: Scrapyd) -> None:
    (egg,) = (server.home / "eggs" / "mayadeen").glob("*.egg")
    held = {name for name in zipfile.ZipFile(egg).namelist() if not name.startswith("EGG-INFO/")}
    known = subprocess.run(["git", "ls-files", "mayadeen"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {name for name in held if "__pycache__" not in name and not name.endswith(".pyc")} == set(
        known.stdout.split()
    )


def test_articles_with_arguments_and_settings(server: Scrapyd, site: str, tmp_path: Path) -> None:
    job = server.schedule("articles", ("sections", "politics"), *places(site, tmp_path), *FAST)
    log = server.wait(job)
    assert "Process finished" in ended(server, job), log
    lines = feed_lines(tmp_path)
    assert lines
    assert {line["section"] for line in lines} == {"politics"}
    assert f"found {len(lines)} articles: {len(lines)} new" in log
    assert (tmp_path / "archive.sqlite3").exists()
    assert feed_lines(tmp_path, "related")


def test_the_ticker_and_given_pages(server: Scrapyd, site: str, tmp_path: Path) -> None:
    ticker = server.schedule("breaking", *places(site, tmp_path), *FAST)
    server.wait(ticker)
    bulletins = feed_lines(tmp_path, "breaking")
    url = truths(site)[0]["url"]
    pages = server.schedule("pages", ("urls", url), *places(site, tmp_path), *FAST)
    server.wait(pages)
    assert bulletins
    assert [line["url"] for line in feed_lines(tmp_path)] == [url]


def test_one_job_an_edition_and_what_cancelled_jobs_have_found(server: Scrapyd, tmp_path: Path) -> None:
    with serve(articles=120, page_kb=40) as origin:

        def begin() -> str:
            post(origin, "/_reset")
            slow = [("setting", name) for name in ("DOWNLOAD_DELAY=0.05", "AUTOTHROTTLE_ENABLED=False")]
            job = server.schedule("articles", *places(origin, tmp_path), *slow)
            for _ in range(300):
                if asked(origin)["kinds"].get("article", 0) >= 8:
                    return job
                time.sleep(0.05)
            raise TimeoutError(server.log(job))

        first = begin()
        second = server.schedule("articles", *places(origin, tmp_path), *FAST)
        assert "the en edition is already being crawled by process " in server.wait(second)
        assert "exitstatus=5" in ended(server, second)
        server.ask("cancel.json", ("project", "mayadeen"), ("job", first), ("signal", "KILL"))
        server.wait(first)
        assert feed_lines(tmp_path) == []
        third = begin()
        server.ask("cancel.json", ("project", "mayadeen"), ("job", third))
        assert "the crawl was stopped; what it found is recorded" in server.wait(third)
        stored = len(feed_lines(tmp_path))
        assert stored >= 8
        archive = sqlite3.connect(tmp_path / "archive.sqlite3")
        assert archive.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        archive.close()
        server.wait(server.schedule("articles", *places(origin, tmp_path), *FAST))
    found = Counter((line["id"], line["version"]) for line in feed_lines(tmp_path))
    assert len(found) == 120 > stored
    assert set(found.values()) == {1}


def test_a_restart_keeps_the_list_of_jobs(server: Scrapyd, tmp_path: Path) -> None:
    job = server.schedule("pages", *places("http://127.0.0.1:9", tmp_path))
    server.wait(job)
    server.stop()
    server.start()
    assert server.state(job) == "finished"
    assert server.ask("listspiders.json?project=mayadeen")["spiders"] == ["archived", "articles", "breaking", "pages"]


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ((), "DATA_DIR is not set and there is no scrapy.cfg"),
        (
            (("sektions", "politics"), ("setting", "DATA_DIR={}")),
            "unknown argument 'sektions'; articles takes",
        ),
        ((("setting", "DATA_DIR=/proc/nowhere"),), "DATA_DIR /proc/nowhere cannot be written"),
    ],
)
def test_a_job_that_cannot_be_done_says_why(
    server: Scrapyd, site: str, tmp_path: Path, pairs: tuple[tuple[str, str], ...], said: str
) -> None:
    post(site, "/_reset")
    given = [(name, value.format(tmp_path)) for name, value in pairs]
    job = server.schedule("articles", ("setting", f"SITE_ORIGIN={site}"), *given)
    log = server.wait(job)
    assert len([line for line in log.splitlines() if "ERROR" in line and said in line]) == 1, log
    assert "Traceback" not in log
    assert "exitstatus=2" in ended(server, job)
    assert not asked(site)["paths"]
    assert not (tmp_path / "archive.sqlite3").exists()


def test_nobody_gets_in_without_the_password(server: Scrapyd) -> None:
    for path in ("daemonstatus.json", "logs/", "jobs"):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            server.ask(path, password="wrong")


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1"])
def test_scrapyd_does_not_start_without_a_password(scrapyd_environment: None, tmp_path: Path, address: str) -> None:
    known = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SCRAPYD_BIND_ADDRESS": address}
    refused = subprocess.run(
        [BIN / "python", START], cwd=tmp_path, env=known, capture_output=True, text=True, check=False, timeout=60
    )
    assert refused.returncode == 1
    assert refused.stderr == (
        f"error: Scrapyd at {address} would accept jobs from anybody; set SCRAPYD_USERNAME and SCRAPYD_PASSWORD\n"
    )


def test_scrapyd_does_not_start_in_a_checkout(scrapyd_environment: None) -> None:
    known = {"PATH": os.environ["PATH"], "SCRAPYD_USERNAME": "ops", "SCRAPYD_PASSWORD": "secret"}
    refused = subprocess.run(
        [BIN / "python", START], cwd=ROOT, env=known, capture_output=True, text=True, check=False, timeout=60
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: jobs would run the code in ")


def test_make_scrapyd_says_where_to_look(scrapyd_environment: None) -> None:
    command, said = [sys.executable, "-m", "tests.scrapyd_server"], []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        for line in running.stdout:
            said.append(line)
            if line.startswith("Ctrl-C"):
                running.send_signal(signal.SIGINT)
    assert running.returncode == 0, said
    places = dict(line.split()[:2] for line in said if line[:8].strip() in ("log", "feed", "archive", "console"))
    assert places["console"].startswith("http://127.0.0.1:")
    for name in ("log", "feed", "archive"):
        assert Path(places[name]).stat().st_size


def test_the_lines_of_the_page_on_scrapyd(server: Scrapyd, site: str, tmp_path: Path) -> None:
    shell = Shell(tmp_path, site, SCRAPYD_USERNAME=server.user, SCRAPYD_PASSWORD=server.password)
    made, lines = {}, section("deploy.md", "Scrapyd")
    # The fixture `server` and other tests run these.
    done = ["make scrapyd", "export SCRAPYD_USERNAME=ops SCRAPYD_PASSWORD=secret", ".venv-scrapyd/bin/scrapyd-deploy"]
    assert set(done) < set(lines)
    for line in (line for line in lines if line not in done):
        line = line.replace("http://127.0.0.1:6800", server.url).replace(
            "ops:secret", f"{server.user}:{server.password}"
        )
        made[line.split("127.0.0.1")[-1]] = shell.run(line)
        if "schedule.json" in line:
            server.wait("first")
    said = "".join(made.values())
    assert said.count('"status": "ok"') == 3, said
    assert "found " in said, "the log"
    assert (shell.root / "etc/systemd/system/multi-user.target.wants/scrapyd.service").is_symlink()
    assert {line["section"] for line in feed_lines(tmp_path / "jobs")} == {"politics"}
    jobs = server.ask("listjobs.json?project=mayadeen")
    (ticker,) = (job for state in ("pending", "running", "finished") for job in jobs[state] if "ticker-" in job["id"])
    server.wait(ticker["id"])
    assert feed_lines(tmp_path / "jobs", "breaking")


def test_a_refused_job_is_an_error_of_the_schedule(server: Scrapyd) -> None:
    known = {"PATH": os.environ["PATH"], "SCRAPYD_URL": server.url, "SCRAPYD_USERNAME": "ops"}
    for password, said in (("wrong", "Unauthorized"), (server.password, "project 'other' not found")):
        run = ROOT / "docs" / "deploy" / "run.sh"
        text = run.read_text().replace("project=mayadeen", "project=other")
        command = ["sh", run, "ticker"] if password == "wrong" else ["sh", "-c", text, "run.sh", "ticker"]
        done = subprocess.run(
            command, env={**known, "SCRAPYD_PASSWORD": password}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert done.stderr.startswith(f"error: Scrapyd at {server.url} did not accept the job: ")
        assert said in done.stderr


def test_each_node_gets_a_shard_and_that_of_a_dead_one_goes_to_the_next(server: Scrapyd, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "SCRAPYD_URL": f"http://127.0.0.1:9 {server.url}",
        "SCRAPYD_USERNAME": server.user,
        "SCRAPYD_PASSWORD": server.password,
    }
    settings = [f"DATA_DIR={tmp_path}", *QUICK]
    with serve(articles=20, page_kb=20) as origin:
        command = ["sh", str(ROOT / "docs" / "deploy" / "run.sh"), "all", f"SITE_ORIGIN={origin}", *settings]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        jobs = server.ask("listjobs.json?project=mayadeen")
        ids = {job["id"] for state in ("pending", "running", "finished") for job in jobs[state]}
        logs = [server.wait(job) for job in sorted(ids) if re.fullmatch(r"all-\w+-[12]", job)]
    assert ["shard 1/2: found " in log for log in logs] == [True, False]
    assert ["shard 2/2: found " in log for log in logs] == [False, True]
    assert len(feed_lines(tmp_path)) == 20
