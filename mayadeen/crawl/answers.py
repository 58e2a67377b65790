"""Detects responses that are not pages of the site: refusals, truncated pages, other sites."""

from __future__ import annotations

import re

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

REFUSALS = frozenset([401, 403, 407, 429, 451])
LOGIN = r"log[ _-]?in|sign[ _-]?in|log[ _-]?on"
_SMALL = 40_000
"""Bytes. A longer page is a news page, which may write about such pages."""
_CHALLENGE = re.compile(
    rb"<title>\s*just a moment|<title>\s*attention required!|cf-chl-|cf_chl_|/cdn-cgi/challenge-platform/h/", re.I
)
_LOGIN_TITLE = re.compile(f"<title[^>]*>[^<]*(?:{LOGIN}|iniciar sesi[oó]n|تسجيل الدخول)".encode(), re.I)
_PASSWORD = re.compile(rb"""<input[^>]+type\s*=\s*["']?password""", re.I)


class OffSite(IgnoreRequest):
    """Raised for an address of another origin."""


class CutShort(IgnoreRequest):
    """Raised for a page that was empty or truncated in all tries."""


class NoPage(IgnoreRequest):
    """Raised for a WARC record of a web archive without the requested page. The message says what it is instead."""


class Refused(IgnoreRequest):
    """Raised for a refusal with status 200. It must not be parsed as a page of the site."""


def refusal(response: Response) -> str | None:
    """Return the kind of refusal: "challenge", "login", "http 403", ...; None if the response is not one."""
    if response.headers.get("cf-mitigated") == b"challenge":
        return "challenge"
    body = response.body
    if response.status in (200, 403, 429, 503) and len(body) < _SMALL and _CHALLENGE.search(body):
        return "challenge"
    if response.status in REFUSALS:
        return f"http {response.status}"
    if response.status != 200 or response.url.endswith("/robots.txt") or response.url.startswith("data:"):
        return None
    if not body or body.isspace():
        return "empty page"
    if len(body) < _SMALL and _LOGIN_TITLE.search(body) and _PASSWORD.search(body):
        return "login page"
    return None
