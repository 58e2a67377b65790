"""The location of this project's data."""

from __future__ import annotations

import os
from pathlib import Path

from scrapy.settings import BaseSettings
from scrapy.utils.conf import closest_scrapy_cfg

from mayadeen.archive.database import Place, read_place
from mayadeen.errors import UsageError


def data_directory(settings: BaseSettings) -> Path:
    """Return `-s DATA_DIR`, else $MAYADEEN_DATA, else data/ beside scrapy.cfg. Raises UsageError if there is none."""
    given = settings.get("DATA_DIR") or os.environ.get("MAYADEEN_DATA")
    if given:
        return Path(given).expanduser().absolute()
    # A Scrapyd job runs from a zipped egg; a scrapy.cfg near its working directory is not this project's.
    config = closest_scrapy_cfg() if Path(__file__).is_file() else None
    if not config:
        raise UsageError(
            "DATA_DIR is not set and there is no scrapy.cfg to put data/ beside; give -s DATA_DIR=/abs/dir or "
            "$MAYADEEN_DATA (a job of Scrapyd: -d setting=DATA_DIR=/abs/dir, or $MAYADEEN_DATA for Scrapyd itself)"
        )
    return Path(config).absolute().parent / "data"


def archive_place(settings: BaseSettings) -> Place:
    """Return `-s ARCHIVE`, else $MAYADEEN_ARCHIVE, else archive.sqlite3 in the data directory. Raises UsageError."""
    given = settings.get("ARCHIVE") or os.environ.get("MAYADEEN_ARCHIVE")
    return read_place(given) if given else data_directory(settings) / "archive.sqlite3"


def make_writable(directory: Path) -> None:
    """Create the data directory. Raises UsageError if it is not writable."""
    try:
        (directory / "feeds").mkdir(parents=True, exist_ok=True)
        probe = directory / "feeds" / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(f"DATA_DIR {directory} cannot be written: {error.strerror}") from None
