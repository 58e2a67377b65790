"""Real crawls killed (SIGKILL): after a rerun every article is in the finished feeds, once a version.

Three moments by default; MAYADEEN_KILLS=30 for the long run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import QUICK, ROOT, asked, feed_lines, post, run_scrapy
from tests.replica import serve

KILLS = int(os.environ.get("MAYADEEN_KILLS", "3"))
ARTICLES = 60


@pytest.fixture(scope="module")
def site() -> Any:
    with serve(articles=ARTICLES, page_kb=40) as origin:
        yield origin


def options_of(origin: str, data: Path) -> list[str]:
    settings = (f"SITE_ORIGIN={origin}", f"DATA_DIR={data}", *QUICK)
    return [option for setting in settings for option in ("-s", setting)]


def begin(origin: str, data: Path, *options: str) -> subprocess.Popen[str]:
    """A crawl into the default feeds, running."""
    command = [sys.executable, "-m", "scrapy", "crawl", "articles", *options_of(origin, data), *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finish(origin: str, data: Path) -> None:
    run = run_scrapy("crawl", "articles", *options_of(origin, data))
    assert run.status == 0, run.err


def versions(data: Path) -> Counter[tuple[str, int]]:
    return Counter((line["id"], line["version"]) for line in feed_lines(data))


@pytest.mark.parametrize("kill", range(KILLS))
def test_nothing_is_lost_and_nothing_comes_twice(site: str, tmp_path: Path, kill: int) -> None:
    chance = random.Random(kill)
    post(site, "/_reset")
    killed = []
    for _ in range(2):
        crawl = begin(site, tmp_path)
        # From before the first request to after the last: a whole crawl takes about two seconds here.
        time.sleep(chance.uniform(0.4, 2.0))
        crawl.send_signal(signal.SIGKILL)
        crawl.communicate()
        killed.append(crawl.returncode)
    finish(site, tmp_path)
    found = versions(tmp_path)
    with urllib.request.urlopen(f"{site}/_truth.jsonl") as answer:
        said = {json.loads(line)["id"] for line in answer.read().decode().splitlines()}
    assert {article_id for article_id, _ in found} == said
    assert set(found.values()) == {1}, f"twice, though no kill fell between storing and marking: {killed}"
    assert {version for _, version in found} == {1}
    # What was recorded is not fetched again; what was in flight or in a response's callback may be.
    assert asked(site)["kinds"]["article"] <= ARTICLES + 2 * 16 + 4
    assert not list((tmp_path / "feeds").glob("*.part"))


def test_a_kill_between_storing_and_marking_gives_lines_twice(site: str, tmp_path: Path) -> None:
    crawl = begin(site, tmp_path, "-s", 'EXTENSIONS={"tests.crawls.test_kill.KillWhenStored": -1}')
    crawl.communicate(timeout=120)
    assert crawl.returncode == -signal.SIGKILL
    assert len(feed_lines(tmp_path)) == ARTICLES
    finish(site, tmp_path)
    assert set(versions(tmp_path).values()) == {2}


def test_a_kill_between_recording_and_the_feed_loses_nothing(site: str, tmp_path: Path) -> None:
    crawl = begin(site, tmp_path, "-s", 'EXTENSIONS={"tests.crawls.test_kill.KillWhenScraped": -1}')
    crawl.communicate(timeout=120)
    assert crawl.returncode == -signal.SIGKILL
    assert feed_lines(tmp_path) == []
    finish(site, tmp_path)
    assert len(versions(tmp_path)) == ARTICLES
    assert set(versions(tmp_path).values()) == {1}


def _die(**_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class KillWhenStored:
    """Dies when the first feed has its name and is not marked yet."""

    @classmethod
    def from_crawler(cls, crawler: Any) -> KillWhenStored:
        from scrapy import signals

        crawler.signals.connect(_die, signals.feed_slot_closed)
        return cls()


class KillWhenScraped:
    """Dies at the first item, recorded by then."""

    @classmethod
    def from_crawler(cls, crawler: Any) -> KillWhenScraped:
        from scrapy import signals

        crawler.signals.connect(_die, signals.item_scraped)
        return cls()
