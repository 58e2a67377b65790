"""Exceptions that stop a crawl or a command with a one-line message."""

from __future__ import annotations


class UsageError(ValueError):
    """A wrong argument or setting. Raised before the first request. Exit status 2."""


class Explained(UsageError):
    """The arguments of a spider, asked for with `-a help=1`. Exit status 0."""


class Busy(UsageError):
    """Another crawl of the edition is running. Exit status 5, which a scheduler may treat as success."""


class ArchiveError(UsageError):
    """The archive cannot be used: it is damaged, locked, full, newer than this program, or of another site."""


class NoArchive(UsageError):
    """Nothing was crawled yet into what is to be read."""


class CrawlFailure(Exception):
    """Ends a crawl with its own finish reason and a message that explains it."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
