"""A PostgreSQL server for the tests, on 127.0.0.1."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from tests.servers import free_port


def programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, which Debian does not put on the PATH; None if there is none."""
    folders = [Path(found).parent for found in [shutil.which("initdb")] if found]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((each for each in folders if (each / "initdb").exists() and (each / "pg_ctl").exists()), None)


class Server:
    """A running server with its own data. Root runs it as another user, because PostgreSQL refuses to run as root."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder
        self.root = Path(tempfile.mkdtemp(prefix="mayadeen-postgresql-"))
        self.data = self.root / "data"
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            names = {each.pw_name: each for each in pwd.getpwall()}
            user = names.get("postgres") or names["nobody"]
            os.chown(self.root, user.pw_uid, user.pw_gid)
            self._user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self.port = free_port()
        self._run("initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{self.root}'\n"
                "fsync = off\nfull_page_writes = off\nmax_connections = 40\nshared_buffers = 32MB\n"
            )
        # Only `postgres` needs no password.
        (self.data / "pg_hba.conf").write_text(
            "host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )
        self.count = 0
        self.start()

    def _run(self, program: str, *options: str) -> None:
        command = [str(self.programs / program), "-D", str(self.data), *options]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False, **self._user)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        self._run("pg_ctl", "-w", "-l", str(self.root / "log"), "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.root)

    def cpu(self) -> float:
        """CPU seconds of the server and of all its processes that have ended, for Linux."""
        pid = (self.data / "postmaster.pid").read_text().split()[0]
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def address(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def create(self) -> str:
        """Create an empty database. Return its address."""
        self.count += 1
        self.run(f"CREATE DATABASE test{self.count} TEMPLATE template0")
        return self.address(f"test{self.count}")

    def run(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement as superuser. Return its rows."""
        with psycopg.connect(self.address(database), autocommit=True) as db:
            done = db.execute(statement)
            return done.fetchall() if done.description else []
