"""What can be odd about the site, by name; a fault is switched on as `name` or `name=value`."""

import sys
from collections.abc import Callable, Iterable
from gzip import compress
from random import Random

FAULTS = {
    "block": "403 from Cloudflare for everything except robots.txt",
    "block-after": "the same after VALUE requests",
    "challenge": "503 and a page that says `Just a moment...`",
    "no-sitemaps": "404 for every sitemap",
    "no-keywords": "sitemaps have no tags",
    "html-for-all": "robots.txt and sitemaps answer with an HTML page",
    "no-metadata": "articles lack the metadata tag",
    "broken-metadata": "the metadata tag ends in the middle of its JSON",
    "broken-jsonld": "JSON-LD with a stray comma",
    "bare": "articles without metadata tag, JSON-LD and meta tags: only what a reader sees",
    "crawl-delay": "robots.txt asks for VALUE seconds between requests (Crawl-delay)",
    "conditional": "no fault: articles have Last-Modified, and answer 304 if they were not edited since",
    "more": "how listings continue: page, offset, last-id (a button), scroll, next (links), replace (a button, in"
    " place); or with a fault: endless, repeat, error, hang, bad (all of these)",
    "more-forbidden": "robots.txt forbids the request behind the button",
    "traps": "pages and sitemaps that take endless time or memory to read without limits",
    "hostile": "articles with scripts, format strings, formulas, odd characters and false facts",
    "garbage": "listings and sitemaps name URLs that return no HTML pages",
    "open-end": "pages end without </body> and </html>",
    "no-dates": "bare articles print no date",
    "block-sitemaps": "403 from Cloudflare for sitemaps only",
    "robots-huge": "robots.txt has VALUE KB of rules",
    "robots-status": "robots.txt answers with status VALUE",
    "robots-away": "robots.txt redirects to another host",
    "request-rate": "robots.txt asks for one request in VALUE seconds (Request-rate)",
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
_STORY = b"<html><head><title>A story</title></head><body><h1>A story</h1>"
_LIST = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
TRAPS: dict[str, Callable[[], bytes]] = {
    "/news/politics/a-well-without-any-floor-at-all": lambda: _STORY + b"<div>" * 190_000,
    "/news/politics/a-box-of-boxes-within-the-box": lambda: _STORY + b"<div>" * 20_000 + b"</div>" * 20_000,
    "/news/politics/a-name-with-very-many-titles": lambda: (
        _STORY + b"<p " + b" ".join(b"a%d=1" % at for at in range(100_000)) + b">"
    ),
    "/news/politics/a-letter-that-was-never-closed": lambda: (
        _STORY + b"".join(b"<p><font size=%d>x" % at for at in range(4_000))
    ),
    "/news/politics/a-choice-of-far-too-many-things": lambda: _STORY + b"<select>" + b"<option>x" * 20_000,
    "/news/politics/a-crowd-of-one-million-and-a-half": lambda: _STORY + b"<p>" * 1_500_000,
    "/news/politics/a-book-of-twelve-million-letters": lambda: _STORY + b"<p>And so on." * 1_000_000,
    "/news/politics/a-record-of-five-million-letters": lambda: (
        _STORY + b'<script type="application/ld+json">[' + b"1," * 2_500_000 + b"1]</script>"
    ),
    "/news/politics/a-line-of-five-million-letters": lambda: _STORY + b"<p>" + b"word " * 1_000_000,
    "/news/politics/a-parcel-larger-than-the-house": lambda: compress(_STORY + b" " * 30_000_000, 9),
    "/sitemaps/bomb.xml.gz": lambda: compress(_LIST + b" " * 80_000_000, 9),
    "/sitemaps/laughs.xml": lambda: (
        b'<!DOCTYPE u [<!ENTITY a0 "ha">'
        + b"".join(b'<!ENTITY a%d "%s">' % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 12))
        + b"]>"
        + _LIST
        + b"<url><loc>/&a11;</loc></url></urlset>"
    ),
}
"""Answers of the `traps` fault by address; besides, an endless maze of listings, links and sitemaps."""

_RECORD = (
    '<script id="tawsiyat-metadata">{"type":"article","postid":"%s","title":"%s","author":"\\u202eevil\\ud800",'
    '"keywords":"../../etc,%%2e%%2e/x","published_time":"%s","url":"%s"}</script>'
)
_HOSTILE_BODY = (
    "<p>It rained <a href='java\tscript:alert(1)'>one</a> <a href='&#106;avascript:x'>two</a> "
    "<a href='DATA:text/html,x'>three</a> <b onclick=x>all</b>\x00 the\u202e day\u2028 %(x)s {0} and a night.</p>"
    "<script>alert(1)</script>"
    "<p onmouseover=x>=cmd|' /C calc'!A0 is what the sheet said to us.</p>"
    "<p>&lt;script&gt; is a tag of the page here.</p>"
)


def _hostile(number: int, title: str, day: str, canonical: str) -> Callable[[], bytes]:
    head = '<base href="https://evil.test/"><link rel="canonical" href="javascript:x">'
    record = _RECORD % (number, title, day, canonical)
    body = f"{_HOSTILE_BODY}<p>It was day {number} of the rain.</p>"
    page = f"<html><head>{head}{record}</head><body><h1>{title}</h1>{body}</body></html>"
    return lambda: page.encode("utf-8", "surrogatepass")


HOSTILE: dict[str, Callable[[], bytes]] = {
    "/news/politics/a-sheet-that-wanted-to-calculate": _hostile(
        900001,
        "=1+1 %(edition)s {0} of the sheet",
        "9999-12-31T23:59:59+02:00",
        "https://evil.test/news/politics/a-b-c",
    ),
    "/news/politics/a-number-that-two-pages-claim": _hostile(
        900002, "A number that two pages claim", "2024-04-20T20:50:00+03:00", "/news/politics"
    ),
    "/news/politics/a-number-that-another-page-claims": _hostile(
        900002, "A number that another page claims", "0001-01-01T00:00:00Z", "//evil.test"
    ),
    "/news/politics/%(x)s-and-{0}-of-the-whole-matter": _hostile(
        900003, "@SUM of %s and %(x)s in the log", "2024-04-20T20:50:00+03:00", "data:text/html,x"
    ),
}
"""Answers of the `hostile` fault by address."""

_NUMBERED = {"block-after", "crawl-delay"}


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
