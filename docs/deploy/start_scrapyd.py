"""Starts Scrapyd, but not without a password: whoever may deploy to it can run code here."""

import os
import sys
from pathlib import Path

from scrapyd.config import Config

config = Config()
missing = [name for name in ("username", "password") if not (os.getenv(f"SCRAPYD_{name.upper()}") or config.get(name))]
if missing:
    address = os.getenv("SCRAPYD_BIND_ADDRESS") or config.get("bind_address")
    names = " and ".join(f"SCRAPYD_{name.upper()}" for name in missing)
    sys.exit(f"error: Scrapyd at {address} would accept jobs from anybody; set {names}")
if Path("mayadeen").exists():
    sys.exit(
        f"error: jobs would run the code in {Path.cwd()}, not the deployed project; start Scrapyd in another folder"
    )
# No pid file: after a restart of the container, Scrapyd would take it for a running Scrapyd.
os.execv(sys.executable, [sys.executable, "-m", "scrapyd", "--pidfile="])
