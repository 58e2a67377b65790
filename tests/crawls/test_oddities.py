"""Crawls of small sites with the problems that are known from public bug reports."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
import pytest
from backports import zstd
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mayadeen.crawl.sitemaps import sitemaps_of
from mayadeen.extract.sitemap import parse_sitemap
from mayadeen.warc import decoding
from tests.conftest import ROOT, Run
from tests.small_site import ALL, ONE, PATHS, TEXTS, article, headlines, listed, listing, serve, site, with_id

Crawl = Callable[..., Run]


def test_pages_that_reload_themselves_are_read(crawl: Crawl) -> None:
    def refresh(text: str) -> str:
        return f'<meta http-equiv="refresh" content="{text}">'

    pages = site(a0=article(0, refresh(f"0; url={PATHS[0]}")), a1=article(1, refresh("90; url=/")))
    pages |= {path: listing(*PATHS, head=refresh(f"60; url={path}")) for path in ("/", "/news/politics")}
    with serve(pages) as origin:
        run = crawl(origin, *ONE)
    assert run.status == 0, run.err
    assert headlines(run) == ALL


def test_a_page_that_leads_on_at_once_is_followed(crawl: Crawl) -> None:
    moved = f'<html><head><meta http-equiv="refresh" content="0; url={PATHS[0]}-again"></head><body></body></html>'
    with serve(site(a0=moved) | {f"{PATHS[0]}-again": article(0)}) as origin:
        run = crawl(origin, *ONE)
    assert headlines(run) == ALL


def test_a_site_that_sends_first_visitors_to_the_same_page_with_a_cookie_is_read(crawl: Crawl) -> None:
    def wall(handler: Any) -> str | None:
        if "seen=1" in (handler.headers.get("Cookie") or ""):
            return article(0)
        handler.answer(302, "", Location=PATHS[0], Set_Cookie="seen=1; Path=/; HttpOnly")
        return None

    with serve(site(a0=wall)) as origin:
        run = crawl(origin, *ONE)
    assert headlines(run) == ALL


@pytest.mark.parametrize(
    "robots",
    [
        b"Sitemap: http://a/b.xml # all of it\nUser-agent: *\nDisallow:\n",
        b"Sitemap : http://a/b.xml\n",
        b"\xef\xbb\xbfsitemap:http://a/b.xml\nUser-agent: *\n",
    ],
)
def test_the_sitemaps_of_a_robots_txt(robots: bytes) -> None:
    assert sitemaps_of(robots) == ["http://a/b.xml"]


def test_a_bare_ampersand_beside_cdata() -> None:
    text = "<urlset><url><loc>http://a/b?c=1&d=2</loc><title><![CDATA[Fish & chips > all]]></title></url></urlset>"
    (entry,) = parse_sitemap(text.encode()).entries
    assert entry.url == "http://a/b?c=1&d=2"
    assert entry.title == "Fish & chips > all"


def sitemap(origin: str, lastmod: str) -> str:
    return f"<urlset><url><loc>{origin}{PATHS[0]}</loc><lastmod>{lastmod}</lastmod></url></urlset>"


@pytest.mark.parametrize("before", ["2099-01-01T00:00:00Z", ""])
def test_a_day_without_a_time_and_a_lastmod_in_the_future_hide_no_edit(crawl: Crawl, before: str) -> None:
    today = datetime.now(UTC)
    pages = site() | listed(*PATHS[1:])
    with serve(pages) as origin:
        pages["/sitemaps/all.xml"] = sitemap(origin, before or f"{today:%Y-%m-%d}")
        crawl(origin, *ONE)
        pages[PATHS[0]] = article(0).replace("forty", "fifty")
        now = datetime.now(UTC) + timedelta(seconds=1)  # lastmod has no fractions
        pages["/sitemaps/all.xml"] = sitemap(origin, now.isoformat() if before else f"{today:%Y-%m-%d}")
        run = crawl(origin, *ONE, "-a", "known=skip")
    assert "1 changed" in run.err
    assert any("fifty cars" in line["articleBody"] for line in run.lines())


def test_one_address_claimed_by_all_pages_costs_no_article(crawl: Crawl) -> None:
    claim = f'<link rel="canonical" href="{PATHS[0]}">'
    pages = site(**{f"a{number}": article(number, claim) for number in range(3)})
    with serve(pages) as origin:
        first = crawl(origin, *ONE)
        again = crawl(origin, *ONE, "-a", "known=refetch")
        pages[PATHS[1]] = article(1, claim).replace("nine hundred", "ten")
        edited = crawl(origin, *ONE, "-a", "known=refetch")
    assert headlines(first) == headlines(again) == headlines(edited) == ALL
    ids = {line["headline"]: line["id"] for line in first.lines()}
    for run in (again, edited):
        assert {line["headline"]: line["id"] for line in run.lines()} == ids
    assert {line["headline"]: line["version"] for line in edited.lines()} == {
        title: 2 if "Glass" in title else 1 for title in ALL
    }
    assert "claims" in first.err


@pytest.mark.parametrize("stated", ["0", "1850881"])
def test_one_post_id_on_all_pages_costs_no_article(crawl: Crawl, stated: str) -> None:
    pages = site(**{f"a{number}": with_id(number, stated) for number in range(3)})
    with serve(pages) as origin:
        first = crawl(origin, *ONE)
        again = crawl(origin, *ONE, "-a", "known=refetch")
        for number in range(3):
            pages[PATHS[number]] = with_id(number, f"77{number}")
        right = crawl(origin, *ONE, "-a", "known=refetch")
    assert headlines(first) == headlines(again) == headlines(right) == ALL
    ids = {line["headline"]: line["id"] for line in first.lines()}
    assert len(set(ids.values())) == 3
    assert {line["headline"]: line["id"] for line in again.lines()} == ids
    assert "claims to be" in first.err


@pytest.mark.parametrize("order", [1, -1])
def test_one_address_claimed_by_videos_without_text_costs_none(crawl: Crawl, order: int) -> None:
    claim = '<link rel="canonical" href="/videos/harbor-at-dawn-number-one"><meta property="og:type" content="video">'
    paths = [f"/videos/harbor-at-dawn-number-{word}" for word in ("one", "two", "three")]
    pages = site() | dict.fromkeys(("/", "/videos"), listing(*paths[::order]))
    for path, (_, title, _) in zip(paths, TEXTS, strict=True):
        player = '<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>'
        body = f"<main><h1>{title}</h1><p>By Dana Khoury</p>{player}</main>"
        date = '<meta property="article:published_time" content="2026-03-11T10:00:00+02:00">'
        pages[path] = f"<html><head><title>{title}</title>{date}{claim}</head><body>{body}</body></html>"
    with serve(pages) as origin:
        run = crawl(origin, "-a", "sections=videos", "-s", "CONCURRENT_REQUESTS=1")
    assert headlines(run) == ALL, run.err


def test_an_address_with_a_comma_is_one_address(scrapy: Crawl, tmp_path: Path) -> None:
    url = "https://elsewhere.example/a,b"
    run = scrapy("crawl", "pages", "-a", f"urls={url}, https://elsewhere.example/c", "-s", f"DATA_DIR={tmp_path}")
    assert run.status == 2
    assert repr(url) in run.error()


# --- Feeds that are there already ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["feed.jsonl", "feed.csv"])
def test_lines_are_appended_to_what_is_there(crawl: Crawl, tmp_path: Path, name: str) -> None:
    feed, pages = tmp_path / name, site() | listed(*PATHS[:2])
    with serve(pages) as origin:
        assert crawl(origin, *ONE, "-o", str(feed), feeds=False).status == 0
        feed.write_bytes(feed.read_bytes().rstrip())  # as an editor may leave it
        pages |= listed(*PATHS)
        run = crawl(origin, *ONE, "-o", str(feed), feeds=False)
    assert run.status == 0, run.err
    lines = feed.read_text().splitlines()
    if name.endswith("csv"):
        assert sum(line.startswith("id,url,") for line in lines) == 1
        assert sum(line.startswith("en:u-") for line in lines) == 3
    else:
        assert {json.loads(line)["headline"] for line in lines} == ALL


def test_a_packed_feed_can_be_written_and_appended_to(crawl: Crawl, tmp_path: Path) -> None:
    feed, pages = tmp_path / "feed.jsonl.gz", site() | listed(*PATHS[:2])
    with serve(pages) as origin:
        assert crawl(origin, *ONE, "-O", str(feed), feeds=False).status == 0
        pages |= listed(*PATHS)
        assert crawl(origin, *ONE, "-o", str(feed), feeds=False).status == 0
    lines = gzip.decompress(feed.read_bytes()).decode().splitlines()
    assert {json.loads(line)["headline"] for line in lines} == ALL


def test_the_log_names_what_was_dropped_and_warns_of_nothing_else(crawl: Crawl) -> None:
    with serve(
        site() | {f"{PATHS[0]}-again": article(0), "/news/politics": listing(*PATHS, f"{PATHS[0]}-again")}
    ) as origin:
        run = crawl(origin, *ONE)
    (dropped,) = [line for line in run.err.splitlines() if "dropped: " in line]
    assert f"{PATHS[0]}" in dropped
    assert "Article(" not in run.err
    assert "Referer" not in run.err
    warnings = [line for line in run.err.splitlines() if " WARNING: " in line]
    assert not [line for line in warnings if origin not in line], "a warning names no address"


def test_scrapys_own_commands_work_in_the_project(scrapy: Crawl, tmp_path: Path) -> None:
    with serve(site()) as origin:
        settings = ["-s", f"SITE_ORIGIN={origin}", "-s", f"DATA_DIR={tmp_path / 'data'}", "-s", "LOG_LEVEL=WARNING"]
        runs = [
            scrapy("fetch", *settings, origin + PATHS[0]),
            scrapy("shell", *settings, "-c", "response.css('h1::text').get()", origin + PATHS[0]),
            scrapy("parse", *settings, "--spider", "articles", "-c", "parse_front", origin + "/"),
            scrapy("parse", *settings, "--spider", "articles", origin + PATHS[0]),
            scrapy("check", *settings),
            scrapy("settings", *settings, "--get", "BOT_NAME"),
        ]
    for run in runs:
        assert run.status == 0, run.err
        assert "Traceback" not in run.err
    assert TEXTS[0][1] in runs[0].out
    assert TEXTS[0][1] in runs[1].out
    assert f"{origin}{PATHS[0]}" in runs[2].out
    assert TEXTS[0][1] in runs[3].out
    assert not (tmp_path / "data" / "feeds").exists()


def test_a_cache_is_warned_of(crawl: Crawl, tmp_path: Path) -> None:
    with serve(site()) as origin:
        run = crawl(origin, *ONE, "-s", "HTTPCACHE_ENABLED=True", "-s", f"HTTPCACHE_DIR={tmp_path / 'cache'}")
    assert run.status == 0, run.err
    assert run.err.count("cached pages hide the site's new and edited articles") == 1


def test_sections_are_listed(scrapy: Crawl) -> None:
    run = scrapy("sections")
    assert run.status == 0, run.err
    found = [line.split()[:2] for line in run.out.splitlines()]
    assert ["section", "politics"] in found
    assert ["region", "mena"] in found
    assert "de" in scrapy("sections", "--edition", "de").error()


def test_sections_end_quietly_when_their_reader_has_enough() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "scrapy", "sections"]
    done = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0


def test_a_crawl_that_does_not_end_well_leaves_the_file_and_loses_nothing(crawl: Crawl, tmp_path: Path) -> None:
    feed, pages = tmp_path / "articles.jsonl", site()
    pages[PATHS[2]] = lambda handler: handler.answer(403, "no")
    limit = ("-s", "BLOCK_LIMIT=1")
    feed.write_text("what was there\n")
    with serve(pages) as origin:
        blocked = crawl(origin, *ONE, *limit)
        assert blocked.status == 3
        assert feed.read_text() == "what was there\n"
        assert "was not replaced (" in blocked.err
        assert f"in: {feed}" not in blocked.err, "nothing says that it was stored"
        assert not feed.with_name("articles.jsonl.part").exists()
        unknown = crawl(origin, "-a", "sections=nowhere")
        assert unknown.status != 0
        assert feed.read_text() == "what was there\n"
        pages[PATHS[2]] = article(2)
        later = crawl(origin, *ONE, "-a", "known=skip")
    assert later.status == 0, later.err
    assert headlines(later) == ALL
    down = crawl(origin, *ONE)
    assert down.status != 0
    assert headlines(down) == ALL, "the feed of the last good crawl stays"


def test_rows_with_other_columns_are_not_appended(crawl: Crawl, tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text("headline,url\nA row,http://a/b\n")
    with serve(site()) as origin:
        run = crawl(origin, *ONE, "-o", str(feed), feeds=False)
        assert run.status == 4
        assert feed.read_text() == "headline,url\nA row,http://a/b\n"
        later = crawl(origin, *ONE)
    assert headlines(later) == ALL, "nothing is lost"


# --- Kept pages ------------------------------------------------------------------------------------------------------


def test_pages_are_kept_and_read_again_whatever_their_type(crawl: Crawl, scrapy: Crawl, tmp_path: Path) -> None:
    def typed(number: int, kind: str, status: int = 200) -> Callable[[Any], None]:
        return lambda handler: handler.answer(status, article(number), Content_Type=kind)

    pages = site(a0=typed(0, "application/octet-stream"), a1=typed(1, "text/plain"), a2=typed(2, "text/html", 203))
    data = ["-s", f"DATA_DIR={tmp_path / 'data'}"]
    with serve(pages) as origin:
        run = crawl(origin, *ONE, *data, "-s", "KEEP_PAGES=True")
    assert headlines(run) == ALL
    reread = scrapy("reread", *data, "-O", str(tmp_path / "again.jsonl"))
    assert reread.status == 0, reread.err
    assert {line["headline"] for line in reread.lines("again.jsonl")} == ALL


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("br", brotli.compress),
        ("zstd", zstd.compress),
        ("x-gzip", gzip.compress),
        ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
        ("deflate", zlib.compress),
        ("gzip", lambda body: body),
    ],
)
def test_records_of_other_crawlers_are_unpacked(coding: str, pack: Callable[[bytes], bytes]) -> None:
    body = article(0).encode()
    assert decoding.decoded(pack(body), "", coding, 10**6) == body
    if coding != "gzip":
        with pytest.raises(decoding.TooLarge):
            decoding.decoded(pack(body), "", coding, 100)
        with pytest.raises(decoding.Undecodable):
            decoding.decoded(pack(body)[:-12], "", coding, 10**6)


def test_a_body_of_several_gzip_members_is_read_whole() -> None:
    assert decoding.decoded(gzip.compress(b"one ") + gzip.compress(b"two"), "", "gzip", 100) == b"one two"


def test_a_record_that_cannot_be_unpacked_ends_no_reading(scrapy: Crawl, tmp_path: Path) -> None:
    path = tmp_path / "theirs.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for number, coding in enumerate(("identity", "br", "unheard-of")):
            headers = [("Content-Type", "text/html"), ("Content-Encoding", coding)]
            body = article(number).encode()
            record = writer.create_warc_record(
                f"https://english.almayadeen.net{PATHS[number]}",
                "response",
                payload=BytesIO(body),
                length=len(body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )
            writer.write_record(record)
    run = scrapy("reread", str(path), "-s", f"DATA_DIR={tmp_path / 'data'}", "-O", str(tmp_path / "again.jsonl"))
    assert run.status == 0, run.err
    assert len(run.lines("again.jsonl")) == 1
    assert "2 undecodable" in run.out


# --- In the browser --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize("hanging", ["<script>fetch('/wait')</script>", "<script async src='/wait'></script>"])
def test_a_request_that_stays_open_keeps_no_listing_shallow(crawl: Crawl, hanging: str) -> None:
    more = (
        "<button id=m>Load more</button><script>let n=0;document.getElementById('m').onclick=async()=>{"
        "let t=await(await fetch('/more?n='+n++)).text();"
        "document.querySelector('main').insertAdjacentHTML('beforeend',t);"
        "if(!t)document.getElementById('m').remove()}</script>"
    )
    card = f'<div class="card"><h3><a href="{PATHS[2]}">A card of the bakers and their prize</a></h3></div>'
    shown = listing(*PATHS[:2]).replace("</main>", f"</main>{more}{hanging}")
    pages = site() | {
        "/": listing(),
        "/news/politics": shown,
        "/more": lambda handler: card if handler.path.endswith("n=0") else "",
        "/wait": lambda handler: time.sleep(15) or "late",
    }
    with serve(pages) as origin:
        run = crawl(origin, *ONE, "-s", "DOWNLOAD_TIMEOUT=8")
    assert headlines(run) == ALL
    assert "shallow" not in run.err
