"""`make scrapyd`: a Scrapyd with the project deployed as users deploy it, and one job that crawls the replica."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from pathlib import Path
from typing import Any

from tests.replica import serve
from tests.servers import free_port

ROOT = Path(__file__).parent.parent
BIN = ROOT / ".venv-scrapyd" / "bin"
PARTS = ("mayadeen", "scrapy.cfg", "pyproject.toml", "setup.py", "README.md", "LICENSE")


class Scrapyd:
    """A server in its own folder, with the configuration and the start script of docs/deploy."""

    def __init__(self, folder: Path, home: Path | None = None, **environment: str) -> None:
        self.folder, self.home, self.port = folder, home or folder / "scrapyd", free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.user, self.password = "ops", secrets.token_urlsafe(12)
        self.environment = {
            **os.environ,
            "SCRAPYD_HTTP_PORT": str(self.port),
            "SCRAPYD_USERNAME": self.user,
            "SCRAPYD_PASSWORD": self.password,
            "HOME": str(folder),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.home.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "docs" / "deploy" / "scrapyd.conf", self.home)

    def start(self, *command: str) -> None:
        """Start it, and wait until it answers."""
        with (self.home / "scrapyd.log").open("ab") as log:
            self.process = subprocess.Popen(
                command or [BIN / "python", ROOT / "docs" / "deploy" / "start_scrapyd.py"],
                cwd=self.home,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        for _ in range(300):
            try:
                self.ask("daemonstatus.json")
            except OSError:
                assert self.process.poll() is None, (self.home / "scrapyd.log").read_text()
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("Scrapyd does not answer")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait()

    def ask(self, path: str, *pairs: tuple[str, str], password: str | None = None) -> dict[str, Any]:
        """Request the API: with GET, or with POST if there are pairs. Raises HTTPError."""
        data = urllib.parse.urlencode(pairs).encode() if pairs else None
        said = b64encode(f"{self.user}:{self.password if password is None else password}".encode()).decode()
        request = urllib.request.Request(f"{self.url}/{path}", data, {"Authorization": f"Basic {said}"})
        with urllib.request.urlopen(request) as answer:
            return dict(json.loads(answer.read()))

    def deploy(self) -> subprocess.CompletedProcess[str]:
        """Run `scrapyd-deploy` in a copy of the project in which only the port is changed."""
        project = self.folder / "project"
        project.mkdir()
        for part in PARTS:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / part, project)
        config = project / "scrapy.cfg"
        config.write_text(config.read_text().replace("http://127.0.0.1:6800", self.url))
        return subprocess.run(
            [BIN / "scrapyd-deploy"], cwd=project, env=self.environment, capture_output=True, text=True, check=False
        )

    def schedule(self, spider: str, *pairs: tuple[str, str]) -> str:
        """Schedule a job. Return its id."""
        answer = self.ask("schedule.json", ("project", "mayadeen"), ("spider", spider), *pairs)
        assert answer["status"] == "ok", answer
        return str(answer["jobid"])

    def state(self, job: str) -> str:
        """Return pending, running or finished; empty for an unknown job."""
        jobs = self.ask("listjobs.json?project=mayadeen")
        return next(
            (name for name in ("pending", "running", "finished") if any(j["id"] == job for j in jobs[name])), ""
        )

    def wait(self, job: str, state: str = "finished") -> str:
        """Wait until a job is in a state. Return its log. Raises TimeoutError."""
        for _ in range(600):
            if self.state(job) == state:
                return self.log(job)
            time.sleep(0.1)
        raise TimeoutError(f"job {job} is not {state}: {self.log(job)}")

    def log(self, job: str) -> str:
        """Return the log of a job; empty before it starts."""
        found = list((self.home / "logs").glob(f"*/*/{job}.log"))
        return found[0].read_text() if found else ""


def main() -> None:
    """Start a server, deploy, run one job, print where its files are, and wait for Ctrl-C."""
    folder = Path(tempfile.mkdtemp(prefix="mayadeen-scrapyd-"))
    data = folder / "data"
    server = Scrapyd(folder, MAYADEEN_DATA=str(data))
    server.start()
    try:
        deployed = server.deploy()
        if deployed.returncode:
            sys.exit(deployed.stderr + deployed.stdout)
        with serve(articles=60) as origin:
            print(f"Scrapyd is up, the project deployed; a job crawls the replica at {origin} ...", flush=True)
            quick = [("setting", f"{name}=0") for name in ("DOWNLOAD_DELAY", "AUTOTHROTTLE_ENABLED")]
            job = server.schedule("articles", ("setting", f"SITE_ORIGIN={origin}"), *quick)
            log = server.wait(job)
            print(next(line for line in log.splitlines() if "found " in line))
            print(f"\nconsole  {server.url}/jobs   user {server.user}, password {server.password}")
            print(f"log      {next((server.home / 'logs').glob(f'*/*/{job}.log'))}")
            print(*(f"feed     {feed}" for feed in sorted((data / "feeds").iterdir())), sep="\n")
            print(f"archive  {data / 'archive.sqlite3'}")
            print(
                f"\nAnother job on the replica:\n  curl -u {server.user}:{server.password} {server.url}/schedule.json"
                f" -d project=mayadeen -d spider=articles -d setting=SITE_ORIGIN={origin}"
            )
            print("\nCtrl-C ends the server.", flush=True)
            assert server.process
            server.process.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


if __name__ == "__main__":
    main()
