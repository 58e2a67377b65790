"""The site over HTTP: addresses to pages, faults, and counts of what was asked for."""

import asyncio
import json
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from ssl import SSLContext
from threading import Thread
from time import monotonic
from types import MappingProxyType
from typing import Any

from aiohttp import web

from tests.replica import mischief, pages
from tests.replica.compress import gzip_parts
from tests.replica.faults import BLOCKED, CHALLENGE, GARBAGE, HOSTILE, TRAPS, chosen, parse_faults
from tests.replica.more import design_of
from tests.replica.site import Site, normal
from tests.replica.themes import theme_of
from tests.replica.truth import truth

_SITEMAP = re.compile(r"/sitemaps/(all|news)(?:/sitemap-(\d{4})-([1-9]|1[0-2]))?\.xml")
_PLAIN = {
    "/live": "LIVE",
    "/about": "About Us",
    "/privacy": "Privacy Policy",
    "/contact": "Contact Us",
    "/authors": "Authors",
    "/coverage": "Coverage",
    "/search": "Search",
}
_PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
_SOFT_404 = "/tags/nowhere"


@dataclass(slots=True)
class Counts:
    """Requests so far by kind, by status, by path as it was asked for, and by the fault that they met."""

    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    paths: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Answer:
    """A response before it is sent."""

    kind: str
    parts: list[str] | bytes
    content_type: str = "text/html"
    status: int = 200
    modified: datetime | None = None
    packed: bool = False


def _listing_title(site: Site, path: str) -> str | None:
    """The name of the listing at `path`, None where there is none."""
    sections = {section.path: section.name for section in site.edition.sections}
    names = {
        "/": site.edition.site_name,
        **sections,
        **{path: name for name, path in site.edition.groups.items()},
    }
    if path in names:
        return names[path]
    return path.rpartition("/")[2].replace("-", " ").title() if path in site.listings else None


def _trap(site: Site, origin: str, path: str) -> Answer:
    """One of the traps: of sitemaps, an index of indexes that name each other and ever new ones."""
    if path in TRAPS:
        packed = path.endswith("house")
        if path.startswith("/sitemaps"):
            return Answer("trap", TRAPS[path](), "text/xml", packed=packed)
        return Answer("trap", TRAPS[path]() + b"</html>", packed=packed)
    if path.startswith("/maze-"):
        return Answer("trap", pages.plain_page(site, origin, path, "Calendar"))
    number = int(path.removeprefix("/sitemaps/maze-").removesuffix(".xml"))
    return Answer("trap", [pages.maze(origin, (0, number, 2 * number + 1, 2 * number + 2))], "text/xml")


def _page(site: Site, origin: str, path: str, request_no: int, query: Mapping[str, str]) -> Answer:
    """The answer for a page; 404 where there is none."""
    if path == "/listing-part" and "more" in site.faults:
        design = design_of(site.faults, query["of"])
        if design == "error":
            return Answer("more", ["down"], "text/plain", 500)
        rows, more = pages.listing_part(site, normal(query["of"]), query)
        if design in ("page", "last-id"):
            return Answer("more", [json.dumps({"cards": rows, "more": more})], "application/json")
        return Answer("more", [f"<!-- {'more' if more else 'end'} -->", *rows])
    index = site.by_path.get(path)
    if index is not None:
        article, theme = site.article(index), theme_of(site.theme, index)
        parts = pages.article_page(article, theme, site, origin, request_no)
        modified = article.card.modified if "conditional" in site.faults else None
        return Answer("article", parts, modified=modified)
    if (title := _listing_title(site, path)) is not None:
        number = int(query.get("page", "1")) if design_of(site.faults, path) == "next" else 1
        return Answer("listing", pages.listing_page(site, origin, path, title, request_no, number))
    if path.startswith(("/media/", "/assets/")):
        return Answer("asset", _PICTURE, "image/png")
    if path in ("/rss", "/feed.rss"):
        return Answer("other", [BLOCKED], status=403)
    missing = site.edition.words["missing"]
    if path in _PLAIN or path == _SOFT_404 or path.startswith("/latestnews/"):
        return Answer("other", pages.plain_page(site, origin, path, _PLAIN.get(path, missing)))
    return Answer("other", pages.plain_page(site, origin, path, missing), status=404)


def answer(
    site: Site, origin: str, path: str, counts: Counts, query: Mapping[str, str] = MappingProxyType({})
) -> Answer:
    """The answer for any address of the site, faults included."""
    faults, count = site.faults, counts.kinds.total()
    if "html-for-all" in faults and (path == "/robots.txt" or _SITEMAP.fullmatch(path)):
        return Answer("other", pages.plain_page(site, origin, path, site.edition.words["missing"]))
    if path == "/robots.txt":
        status = int(faults.get("robots-status", 200))
        return Answer("robots", [pages.robots(site, origin)], "text/plain", status)
    if "block" in faults or ("block-after" in faults and count >= int(faults["block-after"])):
        return Answer("other", [BLOCKED], status=403)
    if "challenge" in faults:
        return Answer("other", [CHALLENGE], status=503)
    if "block-sitemaps" in faults and _SITEMAP.fullmatch(path):
        return Answer("sitemap", [BLOCKED], status=403)
    if "garbage" in faults and path in GARBAGE:
        return Answer("other", GARBAGE[path]())
    if "hostile" in faults and path in HOSTILE:
        return Answer("other", HOSTILE[path]())
    if "traps" in faults and (path in TRAPS or path.startswith(("/sitemaps/maze-", "/maze-"))):
        return _trap(site, origin, path)
    if match := _SITEMAP.fullmatch(path):
        name, year, month = match.groups()
        if "no-sitemaps" in faults or (year and f"{year}-{int(month):02}" not in site.by_month):
            return Answer("sitemap", ["not found"], "text/plain", 404)
        if year:
            return Answer("sitemap", [pages.sitemap(site, origin, name, f"{year}-{int(month):02}")], "text/xml")
        return Answer("sitemap", [pages.sitemap_index(site, origin, name)], "text/xml")
    return _page(site, origin, normal(path), counts.paths[path], query)


def truth_lines(site: Site, origin: str) -> Iterator[str]:
    """The truth of every article's first response, a JSON object a line."""
    for index in range(site.size):
        yield json.dumps(truth(site.article(index), site, origin), ensure_ascii=False) + "\n"


def make_site(
    articles: int = 60,
    seed: int = 1,
    theme: str = "north",
    page_kb: int = 120,
    faults: Iterable[str] = (),
    words: Iterable[str] = (),
    language: str = "en",
) -> Site:
    """A site as of now; faults as `name` or `name=value`; words as `name=text`, printed in place of the edition's."""
    site = Site(articles, seed, theme, page_kb, parse_faults(faults), datetime.now(UTC), language)
    said = dict(word.partition("=")[::2] for word in words)
    if unknown := said.keys() - site.edition.words.keys():
        raise ValueError(f"unknown word {', '.join(sorted(unknown))}; known: {', '.join(site.edition.words)}")
    edition = replace(site.edition, words={**site.edition.words, **said})
    site.source = replace(site.source, edition=edition)
    return site


def _response(found: Answer, request: web.Request) -> web.Response:
    """An answer over HTTP: compressed where that is accepted, 304 where it has not changed."""
    charset = "" if found.kind == "asset" else "; charset=utf-8"
    headers = {"Server": "cloudflare", "Content-Type": found.content_type + charset}
    if found.modified:
        headers["Last-Modified"] = format_datetime(found.modified.astimezone(UTC), usegmt=True)
        if request.if_modified_since and found.modified <= request.if_modified_since:
            return web.Response(status=304, headers=headers)
    if found.packed:
        headers["Content-Encoding"] = "gzip"
    if isinstance(found.parts, bytes):
        return web.Response(body=found.parts, status=found.status, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return web.Response(body=gzip_parts(found.parts), status=found.status, headers=headers)
    return web.Response(body="".join(found.parts).encode(), status=found.status, headers=headers)


def make_app(site: Site) -> web.Application:  # noqa: C901 - the handlers are closures over the site and its counts
    """The site as an application; addresses that start with `/_` are about it and are not counted."""
    counts = Counts()
    agents: Counter[str] = Counter()
    times: list[float] = []

    async def page(request: web.Request) -> web.StreamResponse:
        path, count = request.path, counts.kinds.total()
        times.append(monotonic())
        agents[request.headers.get("User-Agent", "")] += 1
        fault = None if path == "/robots.txt" else chosen(site.faults, site.seed, path, counts.paths[path], count)
        found = answer(site, str(request.url.origin()), path.removesuffix(mischief.MOVED), counts, request.query)
        counts.kinds["duplicate-host" if request.host.startswith("instance2.") else found.kind] += 1
        counts.paths[path] += 1
        response: web.StreamResponse = _response(found, request)
        if path == "/robots.txt" and "robots-away" in site.faults:
            response = web.Response(status=302, headers={"Location": mischief.AWAY + path})
        if path == mischief.LOGIN:
            response = mischief.login()
        elif fault and found.kind != "asset":
            counts.faults[fault] += 1
            response = await mischief.play(fault, request, response)
        counts.statuses[response.status] += 1
        if found.kind == "more" and design_of(site.faults, request.query["of"]) == "hang":
            while request.transport is not None and not request.transport.is_closing():
                await asyncio.sleep(0.1)
        return response

    async def requests(_: web.Request) -> web.Response:
        every = {
            "kinds": counts.kinds,
            "statuses": counts.statuses,
            "paths": counts.paths,
            "faults": counts.faults,
            "agents": agents,
        }
        return web.json_response(every)

    async def all_times(_: web.Request) -> web.Response:
        return web.json_response(times)

    async def reset(_: web.Request) -> web.Response:
        for each in (counts.kinds, counts.statuses, counts.paths, counts.faults, agents, times):
            each.clear()
        return web.json_response({})

    async def add(request: web.Request) -> web.Response:
        site.add(int(request.query["count"]))
        return web.json_response({"articles": site.size})

    async def edit(request: web.Request) -> web.Response:
        site.edit(int(request.query["index"]))
        return web.json_response({"edits": sum(site.edits.values())})

    async def redate(request: web.Request) -> web.Response:
        site.redate(int(request.query["index"]))
        return web.json_response({"redated": len(site.redated)})

    async def remove(request: web.Request) -> web.Response:
        site.remove(int(request.query["index"]))
        return web.json_response({})

    async def redraw(request: web.Request) -> web.Response:
        site.theme, site.wrapped = request.query.get("theme", site.theme), "wrapped" in request.query
        return web.json_response({})

    async def all_truth(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/jsonl; charset=utf-8"})
        await response.prepare(request)
        for line in truth_lines(site, str(request.url.origin())):
            await response.write(line.encode())
        await response.write_eof()
        return response

    app = web.Application()
    app.router.add_get("/_requests", requests)
    app.router.add_get("/_times", all_times)
    app.router.add_get("/_truth.jsonl", all_truth)
    app.router.add_post("/_reset", reset)
    app.router.add_post("/_add", add)
    app.router.add_post("/_edit", edit)
    app.router.add_post("/_redate", redate)
    app.router.add_post("/_remove", remove)
    app.router.add_post("/_redraw", redraw)
    app.router.add_get("/{path:.*}", page)
    return app


async def start(site: Site, port: int = 0, tls: SSLContext | None = None) -> tuple[web.AppRunner, str]:
    """Serve the site in this event loop; gives what stops it, by `cleanup`, and its origin."""
    # A body that trickles for ever ends with its client.
    runner = web.AppRunner(make_app(site), access_log=None, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
    return runner, f"http{'s' if tls else ''}://127.0.0.1:{runner.addresses[0][1]}"


async def stop(runner: web.AppRunner) -> None:
    """Ends a server, and the connections with what their clients have not read."""
    open_ones = [each.transport for each in runner.server.connections] if runner.server else []
    await runner.cleanup()
    for transport in open_ones:
        if transport is not None:
            transport.abort()
    await asyncio.sleep(0)  # the loop closes them in its next round


@contextmanager
def serve(site: Site | None = None, tls: SSLContext | None = None, **options: Any) -> Iterator[str]:
    """Serve a site, or `make_site(**options)`, from a thread on any free port; gives its origin."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    site = site or make_site(**options)
    runner, origin = asyncio.run_coroutine_threadsafe(start(site, tls=tls), loop).result()
    try:
        yield origin
    finally:
        asyncio.run_coroutine_threadsafe(stop(runner), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
