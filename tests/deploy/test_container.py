"""The steps of the Dockerfile, run in a folder, without a container engine."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.conftest import QUICK, ROOT, feed_lines, section
from tests.replica import serve
from tests.scrapyd_server import BIN, PARTS, Scrapyd

DOCKERFILE = ROOT / "docs" / "deploy" / "Dockerfile"
FOLDERS = ("/opt/mayadeen", "/opt/eggs", "/data", "/etc/scrapyd")


def test_the_steps_of_the_dockerfile(scrapyd_environment: None, tmp_path: Path) -> None:
    root = tmp_path / "root"
    environment = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    where, user, command, steps = root, "root", "", 0

    def moved(text: str) -> str:
        return re.sub(rf"(?<![\w/])({'|'.join(FOLDERS)})\b", rf"{root}\1", text)

    for line in DOCKERFILE.read_text().splitlines():
        word, _, rest = moved(line).partition(" ")
        if word == "WORKDIR":
            where = Path(rest)
            where.mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            assert rest == ". ."
            for part in (*PARTS, "docs"):
                copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
                copy(ROOT / part, where / part)
        elif word == "ENV":
            environment |= dict([rest.split("=", 1)])
        elif word == "USER":
            user = rest
        elif word == "CMD":
            command = rest
        elif word == "RUN" and "pip install" not in rest:  # as `make .venv-scrapyd/ready`
            # No user is created outside an image.
            step = re.sub(r"useradd [^&]*&& ", "", rest).replace("-o mayadeen ", "")
            done = subprocess.run(
                ["sh", "-c", step], cwd=where, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{step}: {done.stderr}"
            steps += 1
    assert steps == 4
    assert user == "mayadeen"
    # Scrapyd reads ~/.scrapyd.conf last: it replaces /etc/scrapyd/conf.d here.
    shutil.copy(root / "etc" / "scrapyd" / "conf.d" / "eggs.conf", tmp_path / ".scrapyd.conf")
    assert (root / "etc" / "scrapyd" / "scrapyd.conf").exists()
    assert environment.pop("SCRAPYD_BIND_ADDRESS") == "0.0.0.0"
    server = Scrapyd(tmp_path, home=where, **environment)
    with serve(articles=12, page_kb=40) as origin:
        server.start(*json.loads(command))
        try:
            quick = [("setting", setting) for setting in (f"SITE_ORIGIN={origin}", *QUICK)]
            log = server.wait(server.schedule("articles", *quick))
        finally:
            server.stop()
    assert len(feed_lines(root / "data")) == 12, log


def test_the_lines_of_the_page_on_containers() -> None:
    """The lines are not run, because they need an engine: their options must match the Dockerfile."""
    build, start, once = section("deploy.md", "Container")
    text = DOCKERFILE.read_text()
    for line in (build, start, once):
        assert line.startswith("docker ")
        assert "mayadeen-scrapyd" in line
    assert "--volume mayadeen:/data " in start
    assert "VOLUME /data" in text
    assert ":6800 " in start
    assert "EXPOSE 6800" in text
    assert "--workdir /opt/mayadeen " in once
    assert "WORKDIR /opt/mayadeen" in text
    assert build in text
