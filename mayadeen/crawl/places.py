"""Where the data of this project lie."""

from __future__ import annotations

import os
from pathlib import Path

from scrapy.settings import BaseSettings
from scrapy.utils.conf import closest_scrapy_cfg

from mayadeen.errors import UsageError


def data_directory(settings: BaseSettings) -> Path:
    """`-s DATA_DIR`, else $MAYADEEN_DATA, else data/ beside scrapy.cfg. Raises UsageError without any."""
    given = settings.get("DATA_DIR") or os.environ.get("MAYADEEN_DATA")
    if given:
        return Path(given).expanduser().absolute()
    # A job of Scrapyd runs from a zipped egg; a scrapy.cfg near its working directory is not its own.
    config = closest_scrapy_cfg() if Path(__file__).is_file() else None
    if not config:
        raise UsageError(
            "DATA_DIR is not set and there is no scrapy.cfg to put data/ beside; give -s DATA_DIR=/abs/dir or "
            "$MAYADEEN_DATA (a job of Scrapyd: -d setting=DATA_DIR=/abs/dir, or $MAYADEEN_DATA for Scrapyd itself)"
        )
    return Path(config).absolute().parent / "data"


def make_writable(directory: Path) -> None:
    """Makes the data directory; raises UsageError when nothing can be written there."""
    try:
        (directory / "feeds").mkdir(parents=True, exist_ok=True)
        probe = directory / "feeds" / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise UsageError(f"DATA_DIR {directory} cannot be written: {error.strerror}") from None
