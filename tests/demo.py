"""`make demo`: the unchanged `scrapy crawl articles` against the offline replica, and two of its lines."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.replica import serve

ROOT = Path(__file__).parent.parent


def crawl(origin: str, data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Runs `scrapy crawl articles` in the checkout, as fast as a replica may be asked."""
    command = [sys.executable, "-m", "scrapy", "crawl", "articles", "-s", f"SITE_ORIGIN={origin}"]
    command += ["-s", f"DATA_DIR={data}", "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=False"]
    command += ["-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def main() -> int:
    """Prints how many articles were written, where, and two of them."""
    data = Path(tempfile.mkdtemp(prefix="mayadeen-demo-"))
    with serve(articles=60) as origin:
        print(f"Crawling the offline replica at {origin} ...", flush=True)
        done = crawl(origin, data)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return done.returncode
    feed = next((data / "feeds").glob("articles-en-*.jsonl"))
    lines = feed.read_text(encoding="utf-8").splitlines()
    for line in (lines[0], next(each for each in lines if '"articleType":"opinion"' in each)):
        print(json.dumps(json.loads(line), ensure_ascii=False, indent=2))
    print(f"\n{len(lines)} articles in {feed}")
    for related in (data / "feeds").glob("related-en-*.jsonl"):
        print(f"{len(related.read_text(encoding='utf-8').splitlines())} related links in {related}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
