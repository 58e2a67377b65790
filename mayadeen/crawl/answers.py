"""What an answer means that is no page: refused, cut short, of another site."""

from __future__ import annotations

import re

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

REFUSALS = frozenset([401, 403, 407, 429, 451])
LOGIN = r"log[ _-]?in|sign[ _-]?in|log[ _-]?on"
_SMALL = 40_000
"""Bytes; a whole page of news is longer, and may well write about such pages."""
_CHALLENGE = re.compile(
    rb"<title>\s*just a moment|<title>\s*attention required!|cf-chl-|cf_chl_|/cdn-cgi/challenge-platform/h/", re.I
)
_LOGIN_TITLE = re.compile(f"<title[^>]*>[^<]*(?:{LOGIN}|iniciar sesi[oó]n|تسجيل الدخول)".encode(), re.I)
_PASSWORD = re.compile(rb"""<input[^>]+type\s*=\s*["']?password""", re.I)


class OffSite(IgnoreRequest):
    """An address of another origin."""


class CutShort(IgnoreRequest):
    """A page that came empty or cut off, each time."""


class Refused(IgnoreRequest):
    """A page that refuses, though its status is 200: not to be read as one of the site's."""


def refusal(response: Response) -> str | None:
    """By what a response refuses: "challenge", "login", "http 403", ...; None when it does not."""
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
