"""Pages a second that `scrapy reread` makes items of, on one core and on two.

The command as users run it, pipelines and feeds on, less what it takes to start. No time is asserted: see it printed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scrapy import Request
from scrapy.http import HtmlResponse

from mayadeen.site.address import site_of
from mayadeen.warc import PageWriter
from tests.benchmarks.page import learned
from tests.replica import ORIGIN, Site, render

ROOT = Path(__file__).parent.parent.parent


def keep(folder: Path, pages: int, page_kb: int, files: int = 1) -> None:
    """Write pages of the replica as a crawl keeps them, to a number of files."""
    site = Site(pages, theme="north", page_kb=page_kb)
    headers = {"Content-Type": "text/html; charset=utf-8"}
    for first in range(files):
        writer = PageWriter(folder, site_of(ORIGIN), 100 * 1024 * 1024)
        for index in range(first, pages, files):
            article = site.article(index)
            html, url = render(article, site=site).encode(), ORIGIN + article.card.path
            writer.write(HtmlResponse(url, headers=headers, body=html), Request(url))
        writer.close()


def seconds(folder: Path, cores: int, template: str) -> float:
    """How long the command takes on so many cores, with a template (a file, or `off`)."""
    command = [sys.executable, "-m", "scrapy", "reread", str(folder), "-s", f"DATA_DIR={folder}"]
    command += ["-s", f"TEMPLATE={template}"]
    began = time.perf_counter()
    chosen = sorted(os.sched_getaffinity(0))[:cores]
    subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, preexec_fn=lambda: os.sched_setaffinity(0, chosen)
    )
    return time.perf_counter() - began


def measure(pages: int = 2000, page_kb: int = 120) -> list[dict[str, Any]]:
    """Pages a second on one core and, where there are two, on two; by rules, and by a template."""
    rows = []
    with TemporaryDirectory() as few, TemporaryDirectory() as many:
        keep(Path(few), 1, page_kb)
        keep(Path(many), pages, page_kb)
        Path(few, "en.toml").write_text(learned("north"))
        for name, template in (("rules", "off"), ("template", f"{few}/en.toml")):
            start = seconds(Path(few), 1, template)
            for cores in (1, 2)[: len(os.sched_getaffinity(0))]:
                taken = seconds(Path(many), cores, template) - start
                rows.append({"read by": name, "page KB": page_kb, "cores": cores, "pages/s": pages / taken})
    return rows
