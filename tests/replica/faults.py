"""What can be odd about the site, by name; a fault is switched on as `name` or `name=value`."""

from collections.abc import Callable, Iterable
from gzip import compress
from random import Random

FAULTS = {
    "block": "403 from Cloudflare for all but robots.txt",
    "block-after": "the same after so many requests",
    "challenge": "503 and a page that says `Just a moment...`",
    "no-sitemaps": "404 for every sitemap",
    "html-for-all": "robots.txt and sitemaps answer with an HTML page",
    "no-metadata": "articles lack the metadata tag",
    "broken-metadata": "the metadata tag ends in the middle of its JSON",
    "broken-jsonld": "JSON-LD with a stray comma",
    "bare": "articles without metadata tag, JSON-LD and meta tags: only what a reader sees",
    "crawl-delay": "robots.txt asks for so many seconds between requests",
    "conditional": "no fault: articles carry Last-Modified and answer 304 when not edited since",
    "traps": "pages and sitemaps that would take a careless reader for ever, or all of its memory",
    "garbage": "listings and sitemaps name addresses whose answers are no pages",
}

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
    "/news/politics/a-parcel-larger-than-the-house": lambda: compress(_STORY + b" " * 200_000_000, 9),
    "/sitemaps/bomb.xml.gz": lambda: compress(_LIST + b" " * 200_000_000, 9),
    "/sitemaps/laughs.xml": lambda: (
        b'<!DOCTYPE u [<!ENTITY a0 "ha">'
        + b"".join(b'<!ENTITY a%d "%s">' % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 12))
        + b"]>"
        + _LIST
        + b"<url><loc>/&a11;</loc></url></urlset>"
    ),
}
"""Answers of the `traps` fault by address; besides, an endless maze of listings, links and sitemaps."""

_NUMBERED = {"block-after", "crawl-delay"}


def parse_faults(switches: Iterable[str]) -> dict[str, str]:
    """Switches as {name: value}; raises ValueError for one that is not known or lacks its number."""
    faults = dict(switch.partition("=")[::2] for switch in switches)
    if unknown := faults.keys() - FAULTS.keys():
        raise ValueError(f"unknown fault {', '.join(sorted(unknown))}; known: {', '.join(FAULTS)}")
    if wrong := {name for name in faults.keys() & _NUMBERED if not faults[name].isdecimal()}:
        raise ValueError(f"{', '.join(sorted(wrong))} takes a number, as in {min(wrong)}=3")
    return faults
