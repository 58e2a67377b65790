"""What can be odd about the site, by name; a fault is switched on as `name` or `name=value`."""

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

MORE = ("page", "offset", "last-id", "scroll", "next", "replace", "endless", "repeat", "error", "hang", "bad")
"""Values of the `more` fault."""

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
    return faults
