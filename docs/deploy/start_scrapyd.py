"""Starts Scrapyd, but never without a password: whoever may deploy to it runs code of theirs here."""

import os
import sys
from pathlib import Path

from scrapyd.config import Config

config = Config()
missing = [name for name in ("username", "password") if not (os.getenv(f"SCRAPYD_{name.upper()}") or config.get(name))]
if missing:
    address = os.getenv("SCRAPYD_BIND_ADDRESS") or config.get("bind_address")
    names = " and ".join(f"SCRAPYD_{name.upper()}" for name in missing)
    sys.exit(f"error: Scrapyd at {address} would do what anybody says; set {names}")
if Path("mayadeen").exists():
    sys.exit(
        f"error: jobs would run the code in {Path.cwd()}, not what is deployed; start Scrapyd in a folder of its own"
    )
# Without a file of its process id, which a restarted container would take for a Scrapyd still running.
os.execv(sys.executable, [sys.executable, "-m", "scrapyd", "--pidfile="])
