"""What stops a crawl or a command with one clear line."""

from __future__ import annotations


class UsageError(ValueError):
    """A wrong argument or setting; raised before anything is asked for. Exit status 2."""


class Busy(UsageError):
    """Another crawl of the edition is running. Exit status 5, which a schedule may take for success."""


class ArchiveError(UsageError):
    """The archive cannot be used: damaged, locked, full, newer than this program, of another site."""


class CrawlFailure(Exception):
    """A crawl that ends with an error of its own: its finish reason, and the line that explains it."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
