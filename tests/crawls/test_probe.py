"""`scrapy probe`: what it finds on a site, and its messages when it finds little."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from mayadeen.warc import kept_files, read_pages
from tests.conftest import QUICK, Run, as_options, asked
from tests.crawls.test_kept_pages import checked
from tests.replica import serve
from tests.servers import running

Probe = Callable[..., Run]


@pytest.fixture
def probe(scrapy: Callable[..., Run], tmp_path: Path) -> Probe:
    """Return a function that runs `scrapy probe` on an origin."""

    def run(origin: str, *options: str) -> Run:
        return scrapy("probe", *as_options(f"SITE_ORIGIN={origin}", f"DATA_DIR={tmp_path}", *QUICK), *options)

    return run


def summary(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "probe" / "summary.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("theme", ["north", "south", "delta"])
def test_one_look_sees_every_kind_of_page(probe: Probe, tmp_path: Path, theme: str) -> None:
    with serve(articles=200, page_kb=70, theme=theme) as origin:
        run = probe(origin)
        requests = asked(origin)
    assert run.status == 0, run.err
    assert sum(requests["kinds"].values()) <= 40
    assert max(count for path, count in requests["paths"].items() if path != "/robots.txt") == 1
    found = summary(tmp_path)
    assert {each["what"] for each in found["answers"]} == {
        *("robots", "home", "sitemap", "feed", "listing", "tag", "author", "article")
    }
    kinds = {each["found"].split()[0] for each in found["answers"] if each["what"] == "article"}
    assert kinds >= {"news", "opinion", "video", "gallery", "infographic", "feature", "analysis", "blog"}
    assert list(found["shapes"]["tag"]) == ["/tags/..."]
    assert list(found["shapes"]["author"]) == ["/authors/..."]
    assert found["menu"]["not in the edition file"]["africa"] == "/region/africa"
    assert found["menu"]["not in the menu"]["africa"] == "/africa"
    assert any(each["load_more"] for each in found["listings"])
    headlines = [article["fields"]["headline"] for article in found["articles"]]
    assert len(headlines) >= 8
    assert headlines == [{"origin": "metadata", "visible": True}] * len(headlines)
    assert "articleBody is missing on " in run.out
    assert "feed    403  /rss" in run.out
    kept = kept_files(tmp_path / "probe")
    assert [record for path in kept for record in checked(path)].count("response") == found["requests"]
    apart: Counter[str] = Counter()
    pages = {page.url for path in kept for page in read_pages(path, 10**7, apart)}
    assert {article["url"] for article in found["articles"]} <= pages


def test_what_pages_lack_is_shown(probe: Probe, tmp_path: Path) -> None:
    with serve(articles=40, page_kb=70, faults=["bare"]) as origin:
        run = probe(origin)
    assert run.status == 0, run.err
    fields = summary(tmp_path)["articles"][0]["fields"]
    assert fields["datePublished"] == {"origin": "visible"}
    assert fields["dateModified"] == {"origin": ""}
    total = len(summary(tmp_path)["articles"])
    assert f"dateModified is missing on {total} of {total} pages, first {origin}/" in run.out


@pytest.mark.parametrize("fault", ["block", "challenge"])
def test_a_site_that_refuses(probe: Probe, tmp_path: Path, fault: str) -> None:
    with serve(articles=40, page_kb=70, faults=[fault]) as origin:
        run = probe(origin)
        requests = sum(asked(origin)["kinds"].values())
    assert run.status == 3
    assert run.error().startswith("error: blocked: the site refuses this crawler")
    assert requests < 10
    assert "home    403" in run.out or "home    503" in run.out
    assert summary(tmp_path)["failure"] == "blocked"
    (path,) = kept_files(tmp_path / "probe")
    assert checked(path).count("response") >= 3, "what refused is worth keeping too"


def test_html_in_place_of_robots_and_sitemaps(probe: Probe) -> None:
    with serve(articles=40, page_kb=70, faults=["html-for-all"]) as origin:
        run = probe(origin)
    assert run.status == 0, run.err
    assert "an HTML page, no rules" in run.out
    assert run.out.count("not a sitemap but an HTML page") == 2


def test_an_address_where_nothing_listens(probe: Probe, tmp_path: Path) -> None:
    run = probe("http://127.0.0.1:9")
    assert run.status == 3
    assert "nothing could be read from http://127.0.0.1:9" in run.error()
    assert summary(tmp_path)["failure"] == "robots_unavailable"


@contextmanager
def always(status: int, **headers: str) -> Iterator[str]:
    """Serve the same empty response for every path. Yield the origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (403, {}, "blocked: the site refuses this crawler"),
        (500, {}, "robots_unavailable"),
        (404, {}, "could be read"),
        (200, {}, "consecutive refusals, the last was empty page"),
        (302, {"Location": "/again"}, "could be read"),
    ],
)
def test_one_answer_to_everything(probe: Probe, status: int, headers: dict[str, str], message: str) -> None:
    with always(status, **headers) as origin:
        run = probe(origin)
    assert run.status == 3, run.out
    assert message in run.error()
    if status == 404:  # no robots.txt and no front page: sitemaps and sections are still worth a look
        assert "sitemap 404  /sitemaps/all.xml" in run.out
        assert "listing 404  /news " in run.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--edition", "xx"], "edition must be one of en, ar, es, got 'xx'"),
        (["-s", "SITE_ORIGIN=nonsense"], "SITE_ORIGIN must be an origin"),
        (["-s", "DATA_DIR=/proc/nowhere"], "DATA_DIR /proc/nowhere cannot be written"),
    ],
)
def test_wrong_use_is_one_clear_line(probe: Probe, options: list[str], message: str) -> None:
    run = probe("http://127.0.0.1:9", *options)
    assert run.status == 2
    assert message in run.error()
