"""Loads listings in a real browser with scrapy-playwright. No other package uses a browser.

One request opens a page. Each further request presses its load-more button (or scrolls) once, and its response is the
HTML of the new cards. So delay, middlewares, retries and stats apply to presses as to any request. `handler` answers
the requests, `tab` is one listing, `listing.js` runs inside it. Playwright is only imported for the first such request
of a crawl.
"""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.http import Response

from mayadeen.browser.tab import BrowserError, NoBrowser, Tab
from mayadeen.site.edition import Edition

__all__ = ["BrowserError", "NoBrowser", "end_of", "leave", "opening", "pressing"]


def opening(request: Request, cards: list[str], edition: Edition) -> Request:
    """Return the request that opens a listing in a browser. `cards`: the known addresses of its articles."""
    words = edition.words
    never = [*words.chrome, *words.all, *words.by, *words.breaking]
    more = [*words.load_more, *words.next]
    tab = {"cards": cards, "words": more, "never": [word for word in never if word not in more]}
    meta = {"playwright": True, "tab": tab, "dont_cache": True, "autothrottle_dont_adjust_delay": True}
    return request.replace(meta=request.meta | meta)


def pressing(response: Response) -> dict[str, Any]:
    """Return the meta of the request that loads more after a response of the browser."""
    kept = ("playwright", "tab", "dont_cache", "autothrottle_dont_adjust_delay")
    return {name: response.meta[name] for name in kept}


def end_of(response: Response) -> str | None:
    """Return why nothing more will come after a response of the browser: `ended`, or what prevented it."""
    end: str | None = response.meta.get("listing_end")
    return end


async def leave(request: Request) -> None:
    """Close the page of a listing if it is open."""
    tab = request.meta.get("tab")
    if isinstance(tab, Tab):
        await tab.close()
