"""How a command fails: with one line that begins with `error:`, and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from mayadeen.crawl.log import escape_controls
from mayadeen.errors import UsageError

WRONG_USE, FAILED, NOT_STORED, BUSY, ALARM = 2, 3, 4, 5, 6
"""Exit statuses besides 0: a wrong argument or setting; a crawl that failed; a feed that could not be stored; another
crawl of the edition is running; a crawl that ended well and is not as usual."""


class Failing:
    """What commands share. No command itself, or Scrapy would offer it as one."""

    exitcode: int

    def fail(self, status: int, message: str) -> None:
        """Says why, on stderr, and sets the exit status."""
        self.exitcode = status
        sys.stderr.write(f"error: {escape_controls(message)}\n")

    @contextmanager
    def writing(self, target: str) -> Iterator[None]:
        """A block that writes a file which takes its name when it is whole: what goes wrong in it is one line."""
        try:
            yield
        except UsageError as error:
            self.fail(WRONG_USE, str(error))
        except BrokenPipeError:
            leave_stdout()
        except OSError as error:
            self.fail(FAILED, f"{target}: {error.strerror or error}; nothing was written")
        except KeyboardInterrupt:
            self.fail(FAILED, "stopped; nothing was written")


def leave_stdout() -> None:
    """The reader of stdout has enough, as `| head` does: what is left in its buffer has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
