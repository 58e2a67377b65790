"""`scrapy crawl` with Scrapy's options. Wrong arguments give a one-line error, failed crawls set an exit status."""

from __future__ import annotations

import argparse
import gc
import sys
from logging import getLogger
from typing import Any

from scrapy import Spider, signals
from scrapy.commands import crawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError as ScrapyUsageError
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings
from tqdm import tqdm

from mayadeen.commands._failing import ALARM, BUSY, FAILED, NOT_STORED, WRONG_USE, Failing, print_text
from mayadeen.crawl import ending
from mayadeen.crawl.ending import GOOD_REASONS
from mayadeen.crawl.log import one_line
from mayadeen.crawl.places import data_directory, make_writable
from mayadeen.crawl.session import session_of
from mayadeen.errors import Busy, Explained, UsageError
from mayadeen.feeds import formats
from mayadeen.feeds.storages import clear_parts, unstored
from mayadeen.monitors import notify

logger = getLogger(__name__)

STOPPED = {
    "shutdown": "the crawl was stopped; what it found is recorded, and the next crawl continues",
    "cut off": "the crawl was cut off: articles that are in no feed yet will be delivered by the next crawl",
}


class Command(Failing, crawl.Command):
    """Scrapy's command, with exit statuses for schedulers."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--format", metavar="NAME", help="format of the files of -o and -O (default from the end of their names)"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        names = formats.format_names(self.settings)
        try:
            for outputs in filter(None, (opts.output, opts.overwrite_output)):
                outputs[:] = [formats.with_format(each, names, opts.format) for each in outputs]
        except UsageError as error:
            raise ScrapyUsageError(str(error), print_help=False) from None
        super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            self.misused()
            return
        self.crawl(args[0], **opts.spargs)

    def crawl(self, spider: str | type[Spider], **arguments: Any) -> Crawler | None:
        """Run a spider to its end and set the exit status. Returns None if it did not start."""
        assert self.crawler_process is not None
        assert self.settings is not None
        ended: dict[str, str] = {}

        def closed(spider: Spider, reason: str) -> None:
            ended["reason"] = reason

        try:
            crawler = self.crawler_process.create_crawler(spider)
        except KeyError:
            names = ", ".join(sorted(self.crawler_process.spider_loader.list()))
            self.fail(WRONG_USE, f"no spider {spider!r}; there are: {names}")
            return None
        crawler.signals.connect(closed, signals.spider_closed)
        try:
            formats.check(self.settings, crawler.spidercls.name)
            notify.services(self.settings)
            data = data_directory(self.settings)
            make_writable(data)
            clear_parts(data / "feeds")
        except UsageError as error:
            self.fail(WRONG_USE, str(error))
            return None
        task: Any = self.crawler_process.crawl(crawler, **arguments)
        problem: list[BaseException] = []
        if hasattr(task, "addErrback"):
            task.addErrback(lambda failure: problem.append(failure.value))
        else:
            # Retrieve the exception so that asyncio does not print it.
            task.add_done_callback(lambda done: problem.append(done.exception()) if done.exception() else None)
        # Imported objects stay until the end, so the garbage collector need not scan them again and again. Pages create
        # few reference cycles, so a tenth of its runs is enough.
        gc.freeze()
        gc.set_threshold(7000)
        self.crawler_process.start()
        if problem and isinstance(problem[0], Explained):
            print_text(f"{problem[0]}\n")
            return None
        if problem:
            if session := session_of(crawler):  # without an engine, no signal closes it
                ending.fail(crawler, "not_started", str(problem[0]))
                session.close()
            if not isinstance(problem[0], UsageError):
                raise problem[0]
            self.fail(BUSY if isinstance(problem[0], Busy) else WRONG_USE, str(problem[0]))
            return None
        self._judge(crawler, ended)
        return crawler

    def _judge(self, crawler: Any, ended: dict[str, str]) -> None:
        reason = ended.get("reason", "cut off")
        if failure := ending.failure(crawler):
            self.fail(FAILED, f"{failure.reason}: {failure.message}")
        elif reason not in GOOD_REASONS:
            self.fail(FAILED, STOPPED.get(reason, f"the crawl ended early: {reason}"))
        elif unstored(crawler):
            self.fail(NOT_STORED, "a feed could not be stored (see the log); the next crawl will deliver its lines")
        elif alarms := ending.alarms(crawler):
            others = f" (and {len(alarms) - 1} more, in the log)" if len(alarms) > 1 else ""
            self.fail(ALARM, f"the crawl succeeded, but is unusual: {alarms[0]}{others}")

    def fail(self, status: int, message: str) -> None:
        """Print the reason to stderr above the live line, and set the exit status."""
        self.exitcode = status
        message = one_line(message)
        assert self.settings is not None
        # Log it too: the LOG_FILE of a scheduled job is often the only output that anyone reads.
        if self.settings.get("LOG_FILE"):
            logger.error(message)
        # Print above the live line, in case a killed crawl has left one.
        tqdm.write(f"error: {message}", file=sys.stderr)


def quieten(settings: BaseSettings) -> None:
    """Log only warnings, unless the user has set a log level, so that a terminal shows the output of the command."""
    if (settings.getpriority("LOG_LEVEL") or 0) < SETTINGS_PRIORITIES["cmdline"]:
        settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
