"""Crawls of a server that fails, refuses or misleads. docs/faults.md lists these tests."""

from __future__ import annotations

import ipaddress
import json
import re
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from mayadeen.crawl.ledger import OUTCOMES
from mayadeen.middlewares.throttling import retry_after
from tests.conftest import QUICK, ROOT, Run, as_options, asked, paragraphs, post, truths
from tests.replica import make_site, serve
from tests.replica.faults import SERVER
from tests.replica.mischief import AWAY
from tests.small_site import ONE, PATHS, article, site
from tests.small_site import serve as serve_pages

Crawl = Callable[..., Run]

SOON = ("-s", "RETRY_AFTER_MIN=0.02", "-s", "RETRY_AFTER_MAX=2", "-s", "DOWNLOAD_TIMEOUT=1", "-s", "RETRY_TIMES=3")
"""Settings with short waits."""
LASTING = {"come-back", "redirect-away", "login", "login-page", "notice", "wall", "soft-404"}
PASSING = [name for name in SERVER if name not in LASTING]
"""Faults that do not occur again when a page is requested again."""


def ids_of(origin: str) -> set[str]:
    return {each["id"] for each in truths(origin)}


def account(run: Run) -> dict[str, int]:
    """Return the outcomes of articles from the log, which must add up to the number of requests."""
    assert "are inconsistent" not in run.err, run.err
    line = re.findall(r"requested (\d+) articles: (.*)", run.err)[-1]
    found = {name: int(number) for number, name in re.findall(r"(\d+) ([a-z ]+?)(?:, |$)", line[1])}
    assert set(OUTCOMES) <= set(found)
    assert sum(found.values()) == int(line[0])
    return found


def ids(run: Run) -> set[str]:
    found = [line["id"] for line in run.lines()]
    assert len(found) == len(set(found)), "an article came twice"
    return set(found)


# --- Servers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("faults", [PASSING[::2], PASSING[1::2]], ids=["even", "odd"])
def test_every_fault_at_five_percent_costs_no_article(crawl: Crawl, faults: list[str]) -> None:
    with serve(articles=60, page_kb=40, faults=[f"{name}=0.05" for name in faults]) as origin:
        run = crawl(origin, *SOON, "-s", "DOWNLOAD_TIMEOUT=0.5")
        said, met = ids_of(origin), asked(origin)["faults"]
    assert run.status == 0, run.err
    assert ids(run) == said
    assert set(met) == set(faults), "a fault was not met"
    assert account(run)["emitted"] == 60
    with_text = [line for line in run.lines() if line["articleBody"]]
    assert with_text
    assert not [line["url"] for line in with_text if "Ã" in line["articleBody"] or "\ufffd" in line["articleBody"]]


@pytest.mark.parametrize("fault", ["cut-gzip", "cut-page", "short-length", "reset"])
def test_half_a_page_is_never_an_article(crawl: Crawl, fault: str) -> None:
    with serve(articles=24, page_kb=40, faults=[f"{fault}=0.3"]) as origin:
        run = crawl(origin, *SOON)
        said = {each["id"]: each for each in truths(origin)}
    assert run.status == 0, run.err
    assert ids(run) == set(said)
    for line in run.lines():
        assert paragraphs(line, said[line["id"]]) == said[line["id"]]["blocks"]


def test_pages_that_never_end_with_a_tag_are_read(crawl: Crawl, tmp_path: Path) -> None:
    """`</html>` is optional: if all pages lack it, they are complete."""
    with serve(articles=12, page_kb=40, faults=["open-end"]) as origin:
        run = crawl(origin, *SOON)
        said, requests = ids_of(origin), asked(origin)
    assert run.status == 0, run.err
    assert ids(run) == said
    assert requests["kinds"]["article"] <= 12 + 3 * 8, "only the first few are asked for again"


def test_an_outage_is_waited_out(crawl: Crawl) -> None:
    with serve(articles=30, page_kb=40, faults=["http-502=1@20-36", "http-503=1@50-60"]) as origin:
        run = crawl(origin, *SOON, "-s", "RETRY_AFTER_MAX=0.2")
        said = ids_of(origin)
    assert run.status == 0, run.err
    assert ids(run) == said
    assert "retry_after/pauses" in run.err


def test_a_site_that_stays_down_ends_the_crawl_and_the_next_one_goes_on(crawl: Crawl) -> None:
    with serve(articles=30, page_kb=40, faults=["http-500=1@50"]) as origin:
        run = crawl(origin, *SOON, "-s", "RETRY_AFTER_MAX=0.1")
        first, requests = ids(run), sum(asked(origin)["kinds"].values())
    assert run.status == 3
    assert "site_down: 20 consecutive errors" in run.error()
    assert "account" not in run.err
    assert requests <= 50 + 40
    assert account(run)["left to the next crawl"]
    assert first


@pytest.mark.parametrize("fault", ["too-many=1@25-26", "busy=1@25-27"])
def test_a_pause_that_is_asked_for_is_kept(crawl: Crawl, fault: str) -> None:
    with serve(articles=12, page_kb=40, faults=[fault]) as origin:
        run = crawl(origin, *SOON)
        said = ids_of(origin)
    assert run.status == 0, run.err
    assert ids(run) == said
    assert re.search(r"HTTP (429|503) for .*: no request to 127\.0\.0\.1 for [01]\.\d s", run.err)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
        ("Fri, 31 Dec 2199 23:59:59 +9999", None),
    ],
)
def test_what_retry_after_may_say(value: str, seconds: float | None) -> None:
    assert retry_after(Response("http://site.test/", headers={"Retry-After": value})) == seconds


def test_too_many_requests_for_ever_is_a_refusal(crawl: Crawl) -> None:
    with serve(articles=60, page_kb=40, faults=["http-429=1@40"]) as origin:
        run = crawl(origin, *SOON, "-s", "RETRY_AFTER_MAX=0.2")
        requests = sum(asked(origin)["kinds"].values())
    assert run.status == 3
    assert "blocked: the site refuses this crawler: 8 consecutive refusals, the last was http 429" in run.error()
    assert requests <= 40 + 30


def test_a_pause_too_long_ends_the_crawl(crawl: Crawl) -> None:
    with serve(articles=12, page_kb=40, faults=["come-back=1@20"]) as origin:
        run = crawl(origin, *SOON)
        requests = sum(asked(origin)["kinds"].values())
    assert run.status == 3
    assert "retry_later: the site requests a pause of 7200 s (HTTP 503, Retry-After" in run.error()
    assert requests <= 20 + 16


def test_what_moves_what_loops_and_what_is_not_there(crawl: Crawl, scrapy: Callable[..., Run], tmp_path: Path) -> None:
    faults = ["moved=0.2", "redirect-away=0.08", "soft-404=0.3", "bad-location=0.05", "wall=0.05", "login-page=0.05"]
    with serve(site := make_site(articles=60, page_kb=40, faults=faults)) as origin:
        run = crawl(origin, *SOON)
        first, said, sums = ids(run), ids_of(origin), account(run)
        assert run.status == 0, run.err
        assert first < said
        assert sums["out of scope"]
        assert sums["not an article"]
        assert sums["refused"]
        assert AWAY not in json.dumps(run.lines())
        # The next crawl requests pages again that were refused, redirected away or failed.
        site.faults.clear()
        again = crawl(origin, *SOON, "-a", "known=emit")
    assert again.status == 0, again.err
    assert ids(again) == said


def test_what_failed_is_listed_and_taken_again(crawl: Crawl, scrapy: Callable[..., Run], tmp_path: Path) -> None:
    with serve(site := make_site(articles=30, page_kb=40, faults=["redirect-loop=0.9@40"])) as origin:
        run = crawl(origin, *SOON, "-s", "HEALTH_MIN_ARTICLES=0")
        held, said = ids(run), ids_of(origin)
        lists = list((tmp_path / "data" / "failed").iterdir())
        assert run.status == 0, run.err
        assert account(run)["failed"] >= len(said - held) > 0
        assert [path.name.startswith("articles-en-") for path in lists] == [True]
        assert "\tmax redirections reached\n" in lists[0].read_text(encoding="utf-8")
        assert f"scrapy crawl pages -a file={lists[0]}\n" in lists[0].read_text(encoding="utf-8")
        site.faults.clear()
        settings = as_options(f"SITE_ORIGIN={origin}", f"DATA_DIR={tmp_path / 'data'}", *QUICK)
        feed = ("-O", str(tmp_path / "articles.jsonl"))
        again = scrapy("crawl", "pages", "-a", f"file={lists[0]}", *settings, *feed)
    assert again.status == 0, again.err
    assert ids(again) | held == said
    assert account(again)["emitted"] == len(ids(again))


class Forging:
    """A downloader middleware whose reason has several lines."""

    def process_request(self, request: Request) -> None:
        if request.url.endswith(PATHS[0]):
            origin = request.url.removesuffix(PATHS[0])
            raise IgnoreRequest(f"not today\n{origin}/news/politics/an-address-of-nobody\u2028{origin}/news/more")


def test_a_reason_of_several_lines_adds_no_address_to_the_list(
    crawl: Crawl, scrapy: Callable[..., Run], tmp_path: Path
) -> None:
    with serve_pages(site()) as origin:
        run = crawl(origin, *ONE, "-s", 'DOWNLOADER_MIDDLEWARES={"tests.crawls.test_faults.Forging": 1}')
        (path,) = (tmp_path / "data" / "failed").iterdir()
        settings = as_options(f"SITE_ORIGIN={origin}", f"DATA_DIR={tmp_path / 'data'}", "DOWNLOAD_DELAY=0")
        again = scrapy("crawl", "pages", "-a", f"file={path}", *settings, "-O", str(tmp_path / "articles.jsonl"))
    assert "not today" in run.err
    assert not [line for line in run.err.splitlines() if line.startswith(origin)], "a line of the log is forged"
    assert again.status == 0, again.err
    assert account(again)["emitted"] == 1
    assert [line["url"] for line in again.lines()] == [origin + PATHS[0]]


def test_a_crawl_whose_articles_cannot_be_had_has_failed(crawl: Crawl) -> None:
    with serve(articles=30, page_kb=40, faults=["redirect-loop=1@40"]) as origin:
        run = crawl(origin, *SOON)
    assert run.status == 3
    assert "too_many_failed: " in run.error()
    assert "most often by max redirections reached" in run.error()


def test_a_host_that_does_not_exist_is_named(crawl: Crawl) -> None:
    run = crawl("http://no-such-host.invalid", *SOON)
    assert run.status == 3
    assert "nothing could be read from http://no-such-host.invalid" in run.error()


def certificate(folder: Path) -> ssl.SSLContext:
    """Return the TLS context of a server with a self-signed certificate."""
    own = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(own.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(own, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_certificate_that_nobody_vouches_for_ends_the_crawl(crawl: Crawl, tmp_path: Path) -> None:
    with serve(articles=6, page_kb=40, tls=certificate(tmp_path)) as origin:
        run = crawl(origin, *SOON)
    assert origin.startswith("https://")
    assert run.status == 3
    assert "certificate" in run.error().lower()
    assert ids(run) == set()


# --- Refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "before", "by"),
    [
        ("login=1", 0, "login page"),
        ("login-page=1@40", 40, "login page"),
        ("empty=1", 0, "empty page"),
        ("wall=1@40", 40, "challenge"),
        ("redirect-away=1@40", 40, "redirects to other hosts"),
        ("block-after=40", 40, "http 403"),
    ],
)
def test_a_refusal_is_named_and_ends_the_crawl(crawl: Crawl, fault: str, before: int, by: str) -> None:
    with serve(site := make_site(articles=60, page_kb=40, faults=[fault])) as origin:
        # One request at a time, as by default. With eight, twice as many are sent before the limit is reached.
        run = crawl(origin, *SOON, "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1")
        requests, said = sum(asked(origin)["kinds"].values()), ids_of(origin)
        assert run.status == 3
        assert run.error().startswith("error: blocked: the site refuses this crawler")
        assert by in run.error()
        assert "CONTACT" in run.error()
        assert requests <= before + 30
        account(run)
        if before:  # the archive is unharmed: the next crawl goes on
            site.faults.clear()
            later = crawl(origin, *SOON)
            assert later.status == 0, later.err
            assert ids(later) == said


def test_sitemaps_alone_refused_are_named(crawl: Crawl) -> None:
    with serve(articles=60, page_kb=40, faults=["block-sitemaps"]) as origin:
        run = crawl(origin, *SOON)
        statuses = asked(origin)["statuses"]
    assert run.status == 3
    assert "blocked: the site refuses its sitemaps: http 403" in run.error()
    assert statuses["403"] <= 4
    assert len(ids(run)) > 50, "what the listings show is read all the same"


def test_a_notice_in_place_of_some_pages_costs_no_article(crawl: Crawl) -> None:
    with serve(site := make_site(articles=60, page_kb=40, faults=["notice=0.2"])) as origin:
        run = crawl(origin, *SOON)
        assert asked(origin)["faults"]["notice"] > 8
        assert len(ids(run)) > 50, "most notices have passed when the crawl ends"
        site.faults.clear()
        later = crawl(origin, *SOON)
        assert ids(later) == ids_of(origin), "what was a notice twice is asked for again"


def test_a_notice_in_place_of_all_pages_loses_nothing(crawl: Crawl) -> None:
    with serve(site := make_site(articles=40, page_kb=40, faults=["notice=1@40"])) as origin:
        run = crawl(origin, *SOON)
        assert run.status == 3
        assert "under_floor" in run.error()
        site.faults.clear()
        later = crawl(origin, *SOON)
        assert ids(later) == ids_of(origin)


# --- Politeness ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("robots-status=503", "robots_unavailable: "),
        ("robots-status=302", "robots_unavailable: "),
        ("robots-status=403", "blocked: the site refuses this crawler"),
        ("robots-away", "robots_unavailable: "),
    ],
)
def test_without_robots_txt_nothing_is_asked_for(
    crawl: Crawl, scrapy: Callable[..., Run], fault: str, reason: str
) -> None:
    with serve(articles=6, page_kb=40, faults=[fault]) as origin:
        run = crawl(origin, *SOON)
        page = scrapy("page", origin + "/news/politics/some-slug-of-an-article", "-s", "RETRY_TIMES=0")
        paths = asked(origin)["paths"]
    assert run.status == 3
    assert reason in run.error()
    assert page.status == 2
    assert "robots.txt" in page.error()
    assert set(paths) == {"/robots.txt"}


def test_a_page_in_place_of_robots_txt_is_no_rule(crawl: Crawl) -> None:
    with serve(articles=12, page_kb=40, faults=["html-for-all"]) as origin:
        run = crawl(origin, *SOON)
    assert run.status == 0, run.err
    assert "is an HTML page, not rules" in run.err
    assert run.lines()


def test_a_huge_robots_txt_is_read_as_far_as_the_standard_asks(crawl: Crawl) -> None:
    with serve(articles=6, page_kb=40, faults=["robots-huge=600"]) as origin:
        run = crawl(origin, *SOON)
        paths = asked(origin)["paths"]
    assert run.status == 0, run.err
    assert "the first 512000 are read" in run.err
    assert "/search" not in paths


def test_a_request_rate_is_kept(scrapy: Callable[..., Run], tmp_path: Path) -> None:
    with serve(articles=3, page_kb=40, faults=["request-rate=2"]) as origin:
        settings = ("-s", f"SITE_ORIGIN={origin}", "-s", f"DATA_DIR={tmp_path}", "-s", "DOWNLOAD_DELAY=0.1")
        run = scrapy("crawl", "breaking", *settings)
        requests = sum(asked(origin)["kinds"].values())
    assert run.status == 0, run.err
    assert "robots.txt requires 2 s between requests" in run.err
    took = float(re.findall(r"'elapsed_time_seconds': ([\d.]+)", run.err)[0])
    assert took >= 2 * (requests - 1) - 0.1  # the minimum for so many requests, not a limit on speed


@pytest.mark.parametrize("command", ["page", "probe"])
@pytest.mark.parametrize("way", ["redirect", "refresh"])
def test_no_other_host_is_asked(scrapy: Callable[..., Run], tmp_path: Path, command: str, way: str) -> None:
    """A given host may be private; redirects to other hosts are not followed."""
    asked_elsewhere: list[str] = []

    def elsewhere(handler: Any) -> str:
        asked_elsewhere.append(handler.path)
        return article(0)

    with serve_pages({"/robots.txt": elsewhere, PATHS[0]: elsewhere}) as other:

        def leave(handler: Any) -> str | None:
            if way == "refresh":
                return f'<meta http-equiv="refresh" content="0; url={other}{PATHS[0]}">'
            handler.answer(302, "", Location=other + PATHS[0])
            return None

        with serve_pages({"/robots.txt": "User-agent: *\nDisallow:\n", "/": leave, PATHS[0]: leave}) as origin:
            target = [origin + PATHS[0]] if command == "page" else as_options(f"SITE_ORIGIN={origin}")
            run = scrapy(command, *target, *as_options(*QUICK, f"DATA_DIR={tmp_path}"))
    assert not asked_elsewhere
    assert f"{other}{PATHS[0]} is not on {origin}" in run.out + run.err
    if command == "page":
        assert run.status == 2
        assert run.error()


@pytest.mark.parametrize("status", [301, 302, 307])
def test_page_follows_a_redirect_within_the_site(scrapy: Callable[..., Run], status: int) -> None:
    def moved(handler: Any) -> None:
        handler.answer(status, "", Location=PATHS[0])

    with serve_pages(site() | {PATHS[0] + "-old": moved}) as origin:
        run = scrapy("page", origin + PATHS[0] + "-old")
        missing = scrapy("page", origin + "/news/politics/nothing-was-ever-written-here")
    assert run.status == 0, run.err
    assert json.loads(run.out)["url"] == origin + PATHS[0]
    assert "HTTP 404" in missing.error()


# --- The floor -------------------------------------------------------------------------------------------------------


def test_a_field_that_moved_is_named_once(crawl: Crawl) -> None:
    with serve(site := make_site(articles=40, page_kb=40)) as origin:
        assert crawl(origin).status == 0
        site.faults["bare"] = ""
        post(origin, "/_add?count=30")
        run = crawl(origin, "-a", "known=skip", feeds=False)
        assert run.status == 3
        assert "field_moved: headline comes from title now, and came from metadata in the last crawl" in run.error()
        post(origin, "/_add?count=30")
        assert crawl(origin, "-a", "known=skip", feeds=False).status == 0


def test_a_lost_date_is_named(crawl: Crawl) -> None:
    with serve(articles=40, page_kb=40, faults=["bare", "no-dates"]) as origin:
        run = crawl(origin)
    assert run.status == 3
    assert "have no datePublished" in run.error()


# --- The account -----------------------------------------------------------------------------------------------------


def test_each_address_ends_in_one_way(crawl: Crawl, scrapy: Callable[..., Run], tmp_path: Path) -> None:
    with serve(site := make_site(articles=40, page_kb=40, faults=["conditional", "garbage"])) as origin:
        first = account(crawl(origin))
        assert first["emitted"] == 40
        assert first["not an article"] + first["failed"] == 5
        post(origin, "/_edit?index=3")
        post(origin, "/_remove?index=5")
        gone = account(crawl(origin, "-a", "known=refetch"))
        assert (gone["emitted"], gone["gone"]) == (1, 1)
        assert gone["unchanged"] == 38
        section = account(crawl(origin, "-a", "sections=politics", "-a", "known=refetch"))
        assert section["unchanged"]
        bounded = account(crawl(origin, "-a", "known=refetch", "-s", "CLOSESPIDER_PAGECOUNT=45"))
        assert bounded["left to the next crawl"]
        settings = ("-s", f"SITE_ORIGIN={origin}", "-s", f"DATA_DIR={tmp_path / 'data'}", "-s", "DOWNLOAD_DELAY=0")
        url = origin + site.card(3).path
        pages = scrapy("crawl", "pages", "-a", f"urls={url},{origin}/news/politics/nowhere-to-be-found", *settings)
        assert (account(pages)["emitted"], account(pages)["gone"]) == (1, 1)
        ticker = scrapy("crawl", "breaking", *settings)
        assert "requested 1 other pages: 1 read" in ticker.err


def test_the_page_of_faults_names_tests_that_exist() -> None:
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    source = Path(__file__).read_text(encoding="utf-8")
    named: Any = re.findall(r"`(test_\w+)`", text)
    assert named
    crawls = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert not [name for name in named if f"def {name}(" not in crawls]
    tests = set(re.findall(r"^def (test_\w+)", source, re.M)) - {"test_the_page_of_faults_names_tests_that_exist"}
    assert tests <= set(named), "a test that the page does not name"
