"""`make demo`: the unchanged `scrapy crawl articles` against the offline replica, three of its articles, a report."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Any

from tests.replica import serve

ROOT = Path(__file__).parent.parent
WIDTH = 78
SHOWN = ("opinion", "video", "news")
"""Types of article of which one is shown."""


def scrapy(*command: str) -> subprocess.CompletedProcess[str]:
    """Runs a command of the checkout."""
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def crawl(origin: str, data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs `scrapy crawl articles`, as fast as a replica may be asked."""
    settings = (f"SITE_ORIGIN={origin}", f"DATA_DIR={data}", "DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=False")
    quick = [word for each in (*settings, "CONCURRENT_REQUESTS_PER_DOMAIN=8") for word in ("-s", each)]
    return scrapy("crawl", "articles", *quick, *options)


def card(line: dict[str, Any]) -> str:
    """An article in six lines."""
    authors = ", ".join(each["name"] for each in line["authors"]) or ", ".join(each["name"] for each in line["sources"])
    about = [line["datePublished"][:16].replace("T", " "), line["section"], authors, line["articleType"]]
    counts = [f"{line['wordCount']} words" if line["wordCount"] else "no text"]
    for name, what in (("tags", "tag"), ("images", "picture"), ("videos", "video"), ("relatedLinks", "related link")):
        counts += [f"{len(line[name])} {what}{'s' * (len(line[name]) != 1)}"] if line[name] else []
    text = line["articleBody"] or line["description"] or ""
    return "\n".join(
        (
            textwrap.shorten(line["headline"], WIDTH, placeholder=" ..."),
            "  " + " | ".join(filter(None, about)),
            *textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ", max_lines=2, placeholder=" ..."),
            "  " + ", ".join(counts),
        )
    )


def main() -> int:
    """Prints three articles, the crawl's own summary, where the files are, and what to try next."""
    data = Path(tempfile.mkdtemp(prefix="mayadeen-demo-"))
    with serve(articles=60) as origin:
        print(f"Crawling the offline replica at {origin} ...", flush=True)
        done = crawl(origin, data)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return done.returncode
    feed = next((data / "feeds").glob("articles-en-*.jsonl"))
    lines = [json.loads(line) for line in feed.read_text(encoding="utf-8").splitlines()]
    for kind in SHOWN:
        print(f"\n{card(next(line for line in lines if line['articleType'] == kind))}")
    print()
    print("\n".join(re.findall(r"(found \d+ articles: .*)", done.stderr)))
    print(f"articles  {feed}")
    if scrapy("report", "-O", str(data / "report.html"), "-s", f"DATA_DIR={data}").returncode == 0:
        print(f"report    {data / 'report.html'}")
    print("\nTry next:")
    for command in ("browse", "export -O articles.csv", "monitors"):
        print(f"  .venv/bin/scrapy {command} -s DATA_DIR={data}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
