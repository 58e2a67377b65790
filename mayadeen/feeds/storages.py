"""Feed storages: Scrapy's, extended to report whether a feed was stored, and files that are replaced only when
complete.
"""

from __future__ import annotations

import io
import os
import shutil
from contextlib import suppress
from logging import getLogger
from pathlib import Path
from typing import IO, Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.extensions import feedexport
from scrapy.utils.defer import ensure_awaitable

from mayadeen.archive import lock
from mayadeen.crawl import ending
from mayadeen.errors import UsageError
from mayadeen.feeds.formats import check_append

logger = getLogger(__name__)


class _Evident:
    """Mixin that records whether a feed was opened and stored, which Scrapy does not report."""

    opened = stored = left = False
    """`left`: the existing file was kept."""

    def open(self, spider: Spider) -> IO[bytes]:
        self.opened = True
        return super().open(spider)  # type: ignore[misc,no-any-return]  # the storage defines it

    async def store(self, file: IO[bytes]) -> None:
        await ensure_awaitable(super().store(file))  # type: ignore[misc]  # the same
        self.stored = not self.left


class _Watched(io.FileIO):
    """A file that remembers a failed write: later data may be incomplete."""

    broken: OSError | None = None

    def write(self, data: Any) -> int:
        try:
            return super().write(data) or 0
        except OSError as error:
            self.broken = error
            raise


class PartFile(feedexport.FileFeedStorage):
    """Writes a file beside its target as `....part`, and renames it when it is complete."""

    part: Path | None = None
    crawler: Crawler | None = None
    left = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None) -> Self:
        storage = cls(uri, feed_options=feed_options)
        storage.crawler = crawler
        return storage

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        super().__init__(uri, feed_options=feed_options)
        self.format = (feed_options or {}).get("format", "")
        if self.write_mode == "ab":
            check_append(self.path, self.format)

    def open(self, spider: Spider | None) -> IO[bytes]:
        target = Path(self.path)
        if target.exists() and not target.is_file():  # such as /dev/stdout
            return target.open(self.write_mode)
        target.parent.mkdir(parents=True, exist_ok=True)
        self.part = target.with_name(target.name + ".part")
        raw = _Watched(self.part, "ab")
        if not lock.hold(raw):
            raw.close()
            raise OSError(f"another process is writing {target}")
        raw.truncate(0)
        return io.BufferedWriter(raw)

    def store(self, file: IO[bytes]) -> None:
        if self.part is None:
            file.close()
            return
        assert isinstance(file, io.BufferedWriter)
        raw = file.raw
        assert isinstance(raw, _Watched)
        file.flush()
        if raw.broken:
            raise raw.broken
        os.fsync(file.fileno())
        target = Path(self.path)
        unwell = ending.why_unwell(self.crawler) if self.crawler and target.exists() else None
        if unwell and self.write_mode == "wb":
            self._leave(file, unwell)
            return
        if self.write_mode == "ab" and target.exists():
            # Join old and new lines in a separate file, so that a kill leaves the feed intact.
            joined = target.with_name(target.name + ".joined")
            with joined.open("wb") as whole, target.open("rb") as old, self.part.open("rb") as new:
                shutil.copyfileobj(old, whole, 1024 * 1024)
                if self.format != "gz":
                    _begin_line(old, whole)
                if self.format == "csv":
                    _skip_header(old, new, self.path)
                shutil.copyfileobj(new, whole, 1024 * 1024)
                whole.flush()
                os.fsync(whole.fileno())
            joined.replace(target)
            self.part.unlink()
        else:
            self.part.replace(target)
        file.close()

    def discard(self, file: IO[bytes]) -> None:
        """Delete the new data and keep the existing file."""
        if self.part is not None:
            self.part.unlink(missing_ok=True)
        with suppress(OSError):
            file.close()

    def _leave(self, file: IO[bytes], why: str) -> None:
        """Keep the existing file: a crawl that failed may have read only a part of the site."""
        self.left = True
        logger.warning("%s was not replaced (%s); the next crawl will deliver these articles", self.path, why)
        assert self.part is not None
        self.part.unlink()
        file.close()


def _begin_line(old: IO[bytes], whole: IO[bytes]) -> None:
    """End the last line of the existing file if its line feed is missing."""
    if old.tell():
        old.seek(-1, os.SEEK_END)
        if old.read(1) != b"\n":
            whole.write(b"\n")


def _skip_header(old: IO[bytes], new: IO[bytes], name: str) -> None:
    """Skip the header of the new rows, because the file already has one. Raises OSError for other columns."""
    old.seek(0)
    known, header = old.readline().strip(), new.readline().strip()
    if known and known != header:
        raise OSError(f"{name} has other columns: its rows were not appended")
    if not known:
        new.seek(0)


# Scrapy awaits the result of `store`, None or a Deferred. mypy requires the same return type in both bases.
class File(_Evident, PartFile):  # type: ignore[misc]
    """Storage for paths and file: addresses."""


class Stdout(_Evident, feedexport.StdoutFeedStorage):  # type: ignore[misc]  # see File
    """Storage for `-O -:jsonl`."""


class S3(_Evident, feedexport.S3FeedStorage):  # type: ignore[misc]  # see File
    """Storage for s3: addresses. Reports missing dependencies before the crawl instead of at its end."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, uri: str, *, feed_options: dict[str, Any] | None = None) -> Self:
        try:
            import boto3
            from botocore.exceptions import BotoCoreError
        except ImportError:
            raise UsageError(f"{uri}: feeds to s3: addresses need boto3; pip install '.[s3]'") from None
        try:
            storage = super().from_crawler(crawler, uri, feed_options=feed_options)
            missing = not storage.access_key and boto3.session.Session().get_credentials() is None
        except (BotoCoreError, ValueError) as error:
            raise UsageError(f"{uri}: {error}") from None
        if missing:
            raise UsageError(f"{uri}: no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
        return storage


class GoogleCloud(_Evident, feedexport.GCSFeedStorage):  # type: ignore[misc]  # see File
    """Storage for gs: addresses."""


class Ftp(_Evident, feedexport.FTPFeedStorage):  # type: ignore[misc]  # see File
    """Storage for ftp: and ftps: addresses."""


def clear_parts(folder: Path) -> None:
    """Delete partial feeds left by killed crawls. Their lines are still pending in the outbox."""
    for part in folder.glob("*.part"):
        with _Watched(part, "ab") as file:
            if lock.hold(file):
                part.unlink()


def unstored(crawler: Crawler) -> bool:
    """Return whether a requested feed was not stored. Scrapy itself reports success then."""
    if not crawler.settings.getdict("FEEDS"):
        return False
    exporter = crawler.get_extension(feedexport.FeedExporter)
    if exporter is None:
        return True
    for feed in exporter.slots:
        # This is the only trace of a directory that cannot be created, or of a line that cannot be written.
        if getattr(feed.storage, "opened", False) and not getattr(feed.storage, "stored", True):
            return True
        if getattr(feed.exporter, "broken", False):
            return True
    stats = crawler.stats.get_stats()
    return any(value for name, value in stats.items() if name.startswith("feedexport/failed_count"))
