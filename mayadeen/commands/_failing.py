"""How commands fail: with one line that begins with `error:`, and an exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from mayadeen.crawl.log import one_line
from mayadeen.errors import UsageError

WRONG_USE, FAILED, NOT_STORED, BUSY, ALARM = 2, 3, 4, 5, 6
"""Exit statuses besides 0: wrong argument or setting; failed crawl; a feed could not be stored; another crawl of the
edition is running; the crawl succeeded but is unusual.
"""


class Failing:
    """Mixin for commands. It is not a command itself, because Scrapy would list it as one."""

    exitcode: int
    syntax: Callable[[], str]

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)  # type: ignore[misc]  # the command defines it
        self.fail_in_one_line(parser)

    def fail_in_one_line(self, parser: argparse.ArgumentParser) -> None:
        """Let wrong options give one line. argparse prints the usage too."""
        parser.error = self._refuse  # type: ignore[method-assign]  # Scrapy makes the parser

    def _refuse(self, message: str) -> NoReturn:
        """Called for an option that argparse or Scrapy cannot use."""
        self.fail(WRONG_USE, message)
        sys.exit(self.exitcode)

    def fail(self, status: int, message: str) -> None:
        """Print the reason to stderr and set the exit status."""
        self.exitcode = status
        sys.stderr.write(f"error: {one_line(message)}\n")

    def misused(self) -> None:
        """Report missing or unexpected arguments: the syntax in one line, instead of the whole help."""
        name = type(self).__module__.rpartition(".")[2]
        self.fail(WRONG_USE, f"usage: scrapy {name} {self.syntax()}; --help explains it")

    @contextmanager
    def writing(self, target: str) -> Iterator[None]:
        """Context for writing a file that is replaced when complete. Errors inside are reported in one line."""
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


def print_text(text: str) -> None:
    """Print to stdout, unless its reader has closed it."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        leave_stdout()


def leave_stdout() -> None:
    """Discard the rest of the output, because the reader of stdout has closed it, as `| head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
