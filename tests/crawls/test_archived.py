"""`scrapy crawl archived` on a real pywb over WARC files that crawls of the replica wrote in two states of the site."""

from __future__ import annotations

import gzip
import json
import shlex
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zlib import crc32

import pytest

from mayadeen.archive import lock
from mayadeen.crawl.captures import NotAnIndex
from mayadeen.crawl.captures.pywb import halves
from tests.conftest import Run, section
from tests.web_archives import ARTICLES, Archived, asked, lines_of, run_scrapy, settings, site_in_two_states

# One article has two addresses, and the capture of either may be read first.
LIVE = ("url", "metadata", "version", "changedFields", "shareCount", "relatedLinks")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archived]:
    with site_in_two_states(tmp_path_factory.mktemp("kept")) as held:
        yield held


@pytest.fixture
def archived(kept: Archived, tmp_path: Path) -> Callable[..., Run]:
    def run(*options: str, source: str = kept.address) -> Run:
        feed = ["-O", str(tmp_path / "articles.jsonl")]
        done = run_scrapy(
            "crawl", "archived", "-a", f"source={source}", *feed, *settings(kept.origin, tmp_path / "data"), *options
        )
        return Run(done.status, done.out, done.err, tmp_path)

    return run


def without_metadata(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in LIVE}


def test_the_lines_are_those_of_the_live_site(kept: Archived, archived: Callable[..., Run]) -> None:
    run = archived()
    assert run.status == 0, run.err
    lines = run.lines()
    texts = {(line["id"], line["contentHash"]): without_metadata(line) for line in lines}
    for line in kept.live[0] + kept.live[1]:
        assert texts[line["id"], line["contentHash"]] == without_metadata(line)
    assert len({line["id"] for line in lines}) == ARTICLES
    assert len(lines) == ARTICLES + 1  # one was edited between the two
    for line in lines:
        assert line["metadata"]["captureUrl"].startswith(f"{kept.address}/2")
        stamp = line["metadata"]["captureUrl"].removeprefix(f"{kept.address}/")[:14]
        moment = datetime.fromisoformat(line["metadata"]["dateDownloaded"])
        assert f"{moment:%Y%m%d%H%M%S}" == stamp


def test_requests_are_captures_and_index_pages_and_robots(archived: Callable[..., Run]) -> None:
    run = archived()
    captures, pages = asked(run, "capture/article"), asked(run, "capture/index_pages")
    assert captures > ARTICLES
    assert asked(run, "downloader/request_count") <= captures + pages + 3
    assert "does not add up" not in run.err
    again = archived()
    assert again.status == 0, again.err
    assert asked(again, "capture/article") == 0
    assert asked(again, "downloader/request_count") <= 1 + 3


def test_a_second_crawl_of_an_edition_is_told_who_reads_its_captures(
    archived: Callable[..., Run], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with lock.take(data, "en", spider="archived"), lock.take(data, "ar", spider="archived"):
        busy = archived()
    assert (busy.status, busy.out) == (5, "")
    assert "the archived en edition is already being crawled by process " in busy.error()
    assert "archived-en.lock); wait until it ends" in busy.error()
    with lock.take(data, "en"):
        assert archived().status == 0, "it runs beside `articles`"


def test_the_plan_says_what_there_is_to_fetch_and_fetches_nothing(archived: Callable[..., Run]) -> None:
    run = archived("-a", "plan=1", "-s", "DOWNLOAD_DELAY=2")
    assert run.status == 0, run.err
    assert "captures to fetch" in run.out
    assert "hours" in run.out
    assert asked(run, "capture/article") == 0


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_history_shows_edits_in_the_order_of_the_captures(
    kept: Archived, archived: Callable[..., Run], tmp_path: Path, order: str
) -> None:
    run = archived("-a", f"order={order}")
    assert run.status == 0, run.err
    (edited,) = {line["id"] for line in run.lines() if line["version"] == 2}
    shown = run_scrapy("history", edited, "--json", "-s", f"DATA_DIR={tmp_path / 'data'}")
    versions = [json.loads(line) for line in shown.out.splitlines()]
    seen = [each["metadata"]["dateDownloaded"] for each in versions]
    assert seen == sorted(seen)
    assert [each["version"] for each in versions] == ([2, 1] if order == "newest" else [1, 2])
    before, after = (next(line for line in lines if line["id"] == edited) for lines in kept.live)
    assert [each["contentHash"] for each in versions] == [before["contentHash"], after["contentHash"]]
    newest = run_scrapy(
        "export", "-O", str(tmp_path / "export.jsonl"), "--edition", "en", "-s", f"DATA_DIR={tmp_path / 'data'}"
    )
    assert newest.status == 0, newest.err
    (line,) = [each for each in lines_of(tmp_path / "export.jsonl") if each["id"] == edited]
    assert line["contentHash"] == after["contentHash"]
    text = run_scrapy("history", edited, "-s", f"DATA_DIR={tmp_path / 'data'}").out
    assert f"({kept.address}/" in text


def test_sections_bound_what_is_fetched(archived: Callable[..., Run]) -> None:
    run = archived("-a", "sections=politics")
    assert run.status == 0, run.err
    assert run.lines()
    assert {line["section"] for line in run.lines()} == {"politics"}
    assert asked(run, "capture/article") < asked(run, "capture/index_lines")


def test_kept_captures_have_their_time_and_the_live_address(
    kept: Archived, archived: Callable[..., Run], tmp_path: Path
) -> None:
    run = archived("-s", "KEEP_PAGES=True")
    assert run.status == 0, run.err
    feed = tmp_path / "reread.jsonl"
    reread = run_scrapy("reread", "-O", str(feed), *settings(kept.origin, tmp_path / "data"))
    assert reread.status == 0, reread.err
    moments = {(line["url"], line["metadata"]["dateDownloaded"]) for line in run.lines()}
    assert {(line["url"], line["metadata"]["dateDownloaded"]) for line in lines_of(feed)} <= moments


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-a", "order=up"], "order must be one of newest, oldest"),
        (["-a", "plan=yes"], "plan must be 1"),
    ],
)
def test_wrong_arguments_are_one_line(archived: Callable[..., Run], options: list[str], said: str) -> None:
    assert said in archived(*options).error()


def test_an_unknown_source_is_one_line(archived: Callable[..., Run]) -> None:
    assert "source must be" in archived(source="arquivo").error()


def test_a_service_that_does_not_answer_is_one_line(archived: Callable[..., Run]) -> None:
    run = archived(source="http://127.0.0.1:9/site")
    assert run.status == 3
    assert "http://127.0.0.1:9" in run.error()


# --- The forms of the Wayback Machine --------------------------------------------------------------------------------

AT_ONCE = 7
"""Lines that the server below answers with, whatever is asked for: a service has a limit of its own."""


class Wayback(BaseHTTPRequestHandler):
    """The CDX server and the captures of a pywb collection, in the forms of the Wayback Machine."""

    collection, trouble, lines = "", "", list[str]()
    asked = 0

    def do_GET(self) -> None:
        found = urlsplit(self.path)
        if found.path == "/robots.txt":
            return self.answer(404, b"")
        type(self).asked += 1
        if self.trouble == "html":
            return self.answer(200, b"<!DOCTYPE html><html><title>Sorry</title></html>")
        if self.trouble in ("429", "503") and self.asked in (1, 3):
            return self.answer(int(self.trouble), b"SlowDown")
        if self.trouble == "down" and self.asked > 12:
            self.connection.close()
            return None
        if found.path == "/cdx/search/cdx":
            query = parse_qs(found.query)
            start = int(query.get("resumeKey", ["0"])[0])
            lines = self.lines[start : start + AT_ONCE]
            more = [" ", str(start + AT_ONCE)] if start + AT_ONCE < len(self.lines) else []
            return self.answer(200, "\n".join([*lines, *more, ""]).encode(), "text/plain")
        try:
            with urllib.request.urlopen(self.collection + self.path.removeprefix("/web")) as page:
                return self.answer(page.status, self.changed(page.read()))
        except urllib.error.HTTPError as error:
            return self.answer(error.code, b"")

    def changed(self, body: bytes) -> bytes:
        changes = {
            "rewritten": body + b"<!-- BEGIN WAYBACK TOOLBAR INSERT -->",
            "challenge": b"<html><title>Just a moment...</title></html>",
            "cut": body[: len(body) // 2] if crc32(self.path.encode()) % 3 == 0 else body,
        }
        return changes.get(self.trouble, body)

    def answer(self, status: int, body: bytes, kind: str = "text/html; charset=utf-8") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status in (429, 503):
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Prints nothing."""


@pytest.fixture
def wayback(kept: Archived) -> Iterator[Callable[[str], str]]:
    """Begins such a server with one kind of trouble; gives its address."""
    query = f"{kept.address}/cdx?url={kept.origin}/&matchType=prefix&output=json"
    with urllib.request.urlopen(query) as answer:
        rows = [json.loads(line) for line in answer.read().decode().splitlines()]
    names = ("timestamp", "url", "mime", "status", "digest")
    lines = [" ".join(row[name] for name in names) for row in rows]
    servers = []

    def begin(trouble: str) -> str:
        about = {"collection": kept.address, "trouble": trouble, "lines": lines, "asked": 0}
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Troubled", (Wayback,), about))
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/web"

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("trouble", ["", "429", "503"])
def test_the_wayback_machines_index_is_read_to_its_end(
    archived: Callable[..., Run], wayback: Callable[[str], str], trouble: str
) -> None:
    run = archived(source=wayback(trouble))
    assert run.status == 0, run.err
    assert asked(run, "capture/index_pages") > 3
    assert len(run.lines()) == ARTICLES + 1
    assert ("retry_after/pauses" in run.err) == bool(trouble)


def test_a_period_with_times_that_are_none_is_no_index() -> None:
    with pytest.raises(NotAnIndex, match="'2024x', not a time"):
        halves("19960101000000", "29991231235959", [{"timestamp": "2024x"}])


def test_an_index_of_html_is_one_line(archived: Callable[..., Run], wayback: Callable[[str], str]) -> None:
    run = archived(source=wayback("html"))
    assert run.status == 3
    assert "HTML, not an index" in run.error()


@pytest.mark.parametrize(("trouble", "name"), [("rewritten", "rewritten"), ("challenge", "refusal")])
def test_what_is_no_article_is_told_apart(
    archived: Callable[..., Run], wayback: Callable[[str], str], trouble: str, name: str
) -> None:
    run = archived(source=wayback(trouble))
    assert run.status == 0, run.err
    assert asked(run, f"capture/{name}") > ARTICLES
    assert asked(run, "archive/new") == 0


def test_captures_cut_short_are_told_apart(archived: Callable[..., Run], wayback: Callable[[str], str]) -> None:
    run = archived(source=wayback("cut"))
    assert run.status == 0, run.err
    assert asked(run, "capture/truncated") > 3
    assert all(line["articleBody"] for line in run.lines() if line["articleType"] == "news")


def test_a_crawl_that_lost_its_network_goes_on(archived: Callable[..., Run], wayback: Callable[[str], str]) -> None:
    data = ("-s", "RETRY_TIMES=0", "-s", "RETRY_AFTER_MIN=0.01", "-s", "RETRY_AFTER_MAX=0.1")
    broken = archived(*data, source=wayback("down"))
    assert broken.status == 3, broken.err
    first, lines = asked(broken, "capture/article"), broken.lines()
    whole = archived(source=wayback(""))
    assert whole.status == 0, whole.err
    assert first + asked(whole, "capture/article") >= ARTICLES + 1
    lines += whole.lines()
    assert len({(line["id"], line["contentHash"]) for line in lines}) == ARTICLES + 1


def test_the_lines_of_the_page_on_web_archives(
    archived: Callable[..., Run], wayback: Callable[[str], str], kept: Archived, tmp_path: Path
) -> None:
    source = wayback("")
    plan, fetch, probe = (
        run_scrapy(
            *shlex.split(
                line.replace("source wayback", f"source {source}").replace("source=wayback", f"source={source}")
            )[1:],
            *settings(kept.origin, tmp_path),
        )
        for line in section("archived.md")
        if "scrapy" in line
    )
    assert "captures to fetch" in plan.out
    assert fetch.status == 0, fetch.err
    assert "a template can be learned" in probe.out


def test_what_is_forgotten_leaves_no_trace_and_is_not_fetched_again(
    kept: Archived, archived: Callable[..., Run], tmp_path: Path
) -> None:
    run = archived("-s", "KEEP_PAGES=True")
    assert run.status == 0, run.err
    gone = run.lines()[3]
    path = urlsplit(gone["url"]).path
    forgotten = run_scrapy("forget", gone["id"], *settings(kept.origin, tmp_path / "data"))
    assert forgotten.status == 0, forgotten.err
    for file in (tmp_path / "data").glob("archive.sqlite3*"):
        assert path.encode() not in file.read_bytes(), file
    for file in (tmp_path / "data" / "pages").iterdir():
        heads = [row for row in gzip.decompress(file.read_bytes()).split(b"\r\n") if row.startswith(b"WARC-")]
        assert heads
        assert not [row for row in heads if row.endswith(path.encode())]
    again = archived()
    assert again.status == 0, again.err
    assert asked(again, "archive/forgotten") >= 1
    assert asked(again, "capture/article") == 0


def test_kept_captures_are_reread_with_the_address_of_the_capture(
    kept: Archived, archived: Callable[..., Run], tmp_path: Path
) -> None:
    run = archived("-s", "KEEP_PAGES=True")
    feed = tmp_path / "again.jsonl"
    again = run_scrapy("reread", "-O", str(feed), *settings(kept.origin, tmp_path / "data"))
    assert run.status == again.status == 0, again.err
    captures = {line["metadata"]["captureUrl"] for line in run.lines()}
    assert {line["metadata"]["captureUrl"] for line in lines_of(feed)} <= captures


def test_a_template_is_learned_from_kept_captures(kept: Archived, archived: Callable[..., Run], tmp_path: Path) -> None:
    assert archived("-s", "KEEP_PAGES=True").status == 0
    learned = run_scrapy("template", "learn", "--write", *settings(kept.origin, tmp_path / "data"))
    assert learned.status == 0, learned.err
    assert (tmp_path / "data" / "templates" / "en.toml").is_file()


def test_a_probe_of_a_web_archive_ends_with_a_template(kept: Archived, tmp_path: Path) -> None:
    options = settings(kept.origin, tmp_path)
    archive = f"ARCHIVE={tmp_path / 'archive.sqlite3'}"
    run = run_scrapy("probe", "--source", kept.address, *options, "-s", archive, "-s", "LOG_LEVEL=INFO")
    assert run.status == 0, run.err
    assert "a template can be learned" in run.out
    found = json.loads((tmp_path / "probe" / "summary.json").read_text(encoding="utf-8"))
    assert 10 < len(found["articles"]) <= 40
    assert found["requests"] <= len(found["articles"]) + 20
    assert not (tmp_path / "archive.sqlite3").exists()
    learn = next(line for line in run.out.splitlines() if line.startswith("to see it: "))
    learned = run_scrapy(*shlex.split(learn.partition("scrapy ")[2]), "--write", *options)
    assert learned.status == 0, learned.err
    assert (tmp_path / "templates" / "en.toml").is_file()


def test_a_probe_of_an_unknown_archive_is_one_line(kept: Archived, tmp_path: Path) -> None:
    run = run_scrapy("probe", "--source", "arquivo", *settings(kept.origin, tmp_path))
    assert "source must be" in run.error()


def test_a_collection_without_the_site_has_nothing(kept: Archived, archived: Callable[..., Run]) -> None:
    run = archived("-a", "plan=1", "-s", "SITE_ORIGIN=http://127.0.0.1:9")
    assert run.status == 0, run.err
    assert "0 captures to fetch" in run.out
    assert "lists no capture in scope: 0 index lines" in run.err


def test_captures_that_are_older_than_the_live_page_are_no_newest_version(
    kept: Archived, archived: Callable[..., Run], tmp_path: Path
) -> None:
    """The site was crawled after the edit; the version from before it comes from the captures."""
    shutil.copytree(kept.folder / "after", tmp_path / "data", ignore=shutil.ignore_patterns("feeds"))
    run = archived()
    assert run.status == 0, run.err
    (older,) = run.lines()
    assert older["version"] == 2
    for name in ("first", "second"):
        browse = run_scrapy("report", "-O", str(tmp_path / f"{name}.html"), *settings(kept.origin, tmp_path / "data"))
        assert browse.status == 0, browse.err
    feed = tmp_path / "newest.jsonl"
    run_scrapy("export", "-O", str(feed), *settings(kept.origin, tmp_path / "data"))
    (line,) = [each for each in lines_of(feed) if each["id"] == older["id"]]
    assert line["version"] == 1
    assert line["metadata"]["captureUrl"] is None
    shown = run_scrapy("history", older["id"], *settings(kept.origin, tmp_path / "data")).out.splitlines()
    heads = [row for row in shown if row.startswith("version ")]
    assert [head.split(",")[0] for head in heads] == ["version 2", "version 1"]


def test_a_password_in_a_source_is_refused_and_not_shown(archived: Callable[..., Run]) -> None:
    run = archived(source="http://user:secret@127.0.0.1:9/site")
    assert run.status == 2
    assert "must not contain a user or a password" in run.error()
    assert "secret" not in run.out + run.err


def test_a_probe_that_finds_nothing_keeps_the_earlier_results(kept: Archived, tmp_path: Path) -> None:
    options = settings(kept.origin, tmp_path)
    (tmp_path / "probe").mkdir()
    (tmp_path / "probe" / "summary.json").write_text("{}")
    for source, message in (
        (kept.address.replace("/site", "/sight"), "has 0 captures of the last year, and no article among them"),
        ("http://127.0.0.1:9/site", "nothing could be read from http://127.0.0.1:9"),
    ):
        run = run_scrapy("probe", "--source", source, *options)
        assert run.status == 3
        assert message in run.error()
        assert run.out == ""
    assert (tmp_path / "probe" / "summary.json").read_text() == "{}"
