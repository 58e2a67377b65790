"""Crawls of a site with traps: requests and memory are limited, each trap is named, and no article is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mayadeen.extract import sitemap
from tests.conftest import Run, asked
from tests.replica import serve
from tests.replica.faults import TRAPS

BOUNDS = ["-s", "LISTING_LINKS_MAX=30", "-s", "SITEMAPS_MAX=40", "-s", "DOWNLOAD_TIMEOUT=20"]


def test_traps_cost_little_and_nothing_is_lost(crawl: Callable[..., Run]) -> None:
    with serve(articles=40, page_kb=40, faults=["traps"]) as origin:
        run = crawl(origin, *BOUNDS, forked=False)
        requests = asked(origin)
    assert run.status == 0, run.err
    assert len(run.lines()) == len({line["id"] for line in run.lines()}) == 40
    # Forty articles, their listings, and as much of the maze as the limits allow.
    assert sum(requests["kinds"].values()) < 200
    assert sum(count for path, count in requests["paths"].items() if path.startswith("/sitemaps/")) <= 40
    for bound in ("LISTING_LINKS_MAX", "SITEMAPS_MAX"):
        assert f"'bounded/{bound}'" in run.err
    for path in TRAPS:
        assert path in run.err, "each is named in the log"
    for reason in ("deep", "attributes", "formatting", "options", "times <"):
        assert re.search(rf"unreadable page: {origin}\S+ \(.*{reason}", run.err), reason
    peak = int(re.findall(r"'memusage/max': (\d+)", run.err)[0])
    assert peak < 300 * 1024 * 1024


def test_a_menu_without_end_is_followed_so_far(crawl: Callable[..., Run]) -> None:
    with serve(articles=12, page_kb=40) as origin:
        run = crawl(origin, "-s", "LISTINGS_MAX=3")
        listings = asked(origin)["kinds"]["listing"]
    assert run.status == 0, run.err
    assert listings <= 4
    assert "'bounded/LISTINGS_MAX': 1" in run.err


def test_a_sitemap_is_read_as_far_as_the_protocol_goes(monkeypatch: Any) -> None:
    monkeypatch.setattr(sitemap, "MAX_ENTRIES", 100)
    entries = b"".join(b"<url><loc>http://x.test/%d</loc></url>" % at for at in range(5000))
    found = sitemap.parse_sitemap(b"<urlset>" + entries + b"</urlset>")
    assert (len(found.entries), found.complete) == (100, False)
