"""What can be odd about the site, by name; a fault is switched on as `name` or `name=value`."""

import sys
from collections.abc import Callable, Iterable
from random import Random

FAULTS = {
    "block": "403 from Cloudflare for all but robots.txt",
    "block-after": "the same after so many requests",
    "challenge": "503 and a page that says `Just a moment...`",
    "no-sitemaps": "404 for every sitemap",
    "no-keywords": "sitemaps say nothing of tags",
    "html-for-all": "robots.txt and sitemaps answer with an HTML page",
    "no-metadata": "articles lack the metadata tag",
    "broken-metadata": "the metadata tag ends in the middle of its JSON",
    "broken-jsonld": "JSON-LD with a stray comma",
    "bare": "articles without metadata tag, JSON-LD and meta tags: only what a reader sees",
    "crawl-delay": "robots.txt asks for so many seconds between requests",
    "conditional": "no fault: articles carry Last-Modified and answer 304 when not edited since",
    "more": "how listings go on: page, offset, last-id (a button), scroll, next (links), replace (a button, in place),"
    " or badly: endless, repeat, error, hang, bad (each of them somewhere)",
    "more-forbidden": "robots.txt forbids the request behind the button",
    "garbage": "listings and sitemaps name addresses whose answers are no pages",
    "open-end": "pages end without </body> and </html>",
    "no-dates": "bare articles print no date",
    "block-sitemaps": "403 from Cloudflare for sitemaps alone",
    "robots-huge": "robots.txt of so many KB, all of them rules",
    "robots-status": "robots.txt answers with this status",
    "robots-away": "robots.txt leads to another host",
    "request-rate": "robots.txt asks for one request in so many seconds, by Request-rate",
}

SERVER = {
    "http-500": "500",
    "http-502": "502",
    "http-503": "503 without Retry-After",
    "http-504": "504",
    "busy": "503 with Retry-After: 1",
    "come-back": "503 with Retry-After: 7200",
    "http-429": "429 without Retry-After",
    "too-many": "429 with Retry-After, an HTTP date a second away",
    "reset": "the connection is reset in the middle of the body",
    "cut-gzip": "half of the gzip stream, with a Content-Length that fits it",
    "cut-page": "half of the page, in a whole gzip stream",
    "long-length": "Content-Length says more than comes",
    "short-length": "Content-Length says half of what comes",
    "no-charset": "no charset in Content-Type",
    "wrong-charset": "Content-Type says iso-8859-1, the page is UTF-8",
    "text-plain": "Content-Type says text/plain",
    "octet-stream": "Content-Type says application/octet-stream",
    "slow-headers": "no byte within the client's patience",
    "trickle": "a body that comes byte by byte, for ever",
    "empty": "200 and nothing",
    "redirect-loop": "302 to itself",
    "redirect-away": "302 to another host",
    "bad-location": "302 to no address",
    "moved": "301 to a new slug of the same article",
    "soft-404": "200 and a page that says it is not there",
    "login": "302 to a login page",
    "login-page": "200 and a login form",
    "notice": "200 and a notice that the site is being worked on",
    "wall": "200 and a challenge page",
}
"""What can go wrong with single answers: `name` with all, `name=0.05` with that share of them, `name=1@20` with all
from the twentieth request on, `name=1@20-40` up to the fortieth. robots.txt is never touched."""
FAULTS |= SERVER

CHALLENGE = '<!DOCTYPE html><html><title>Just a moment...</title><body><div id="cf-wrapper"></div></body></html>'
BLOCKED = "<!DOCTYPE html><html><head><title>Access denied</title></head><body><h1>Error 1020</h1></body></html>"

GARBAGE: dict[str, Callable[[], bytes]] = {
    "/news/politics/nothing-was-found-in-the-letter": lambda: b"",
    "/news/politics/static-from-the-old-transmitter": lambda: Random(0).randbytes(60_000),
    "/news/politics/a-picture-of-the-harbor": lambda: b"\x89PNG\r\n\x1a\n" + Random(1).randbytes(8_000),
    "/news/politics/the-longest-speech-on-record": lambda: b"<html><body>" + b"<p>And so on and on.</p>" * 500_000,
    "/news/politics/a-well-without-a-floor": lambda: b"<html><body>" + b"<div>" * 20_000 + b"down",
}
"""Answers of the `garbage` fault by address, all sent as text/html with status 200."""

MORE = ("page", "offset", "last-id", "scroll", "next", "replace", "endless", "repeat", "error", "hang", "bad")
"""Values of the `more` fault."""

_NUMBERED = {"block-after", "crawl-delay", "robots-huge", "robots-status", "request-rate"}


def parse_faults(switches: Iterable[str]) -> dict[str, str]:
    """Switches as {name: value}; raises ValueError for one that is not known or lacks its number."""
    faults = dict(switch.partition("=")[::2] for switch in switches)
    if unknown := faults.keys() - FAULTS.keys():
        raise ValueError(f"unknown fault {', '.join(sorted(unknown))}; known: {', '.join(FAULTS)}")
    if wrong := {name for name in faults.keys() & _NUMBERED if not faults[name].isdecimal()}:
        raise ValueError(f"{', '.join(sorted(wrong))} takes a number, as in {min(wrong)}=3")
    if "more" in faults and faults["more"] not in MORE:
        raise ValueError(f"more takes one of {', '.join(MORE)}")
    for name in faults.keys() & SERVER.keys():
        try:
            _share(faults[name])
        except ValueError:
            raise ValueError(f"{name} takes a share, as in {name}=0.05 or {name}=1@20-40") from None
    return faults


def _share(value: str) -> tuple[float, int, int]:
    """Of what share of the requests, from which to which."""
    share, _, window = value.partition("@")
    first, _, last = window.partition("-")
    return float(share or 1), int(first or 0), int(last or sys.maxsize)


def chosen(faults: dict[str, str], seed: int, path: str, times: int, count: int) -> str | None:
    """The server fault that the answer to a request gets, the `times`-th for its path and the `count`-th of all."""
    for name in sorted(faults.keys() & SERVER.keys()):
        share, first, last = _share(faults[name])
        if first <= count < last and Random(f"{seed}:{name}:{path}:{times}").random() < share:
            return name
    return None
