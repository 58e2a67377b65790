"""Listings in a real browser, by scrapy-playwright: the only part that knows of one.

A page is opened by one request and gone on with by others, each of which presses the button for more (or scrolls) once
and is answered with the HTML of what came. So the crawl's own pace, middlewares, retries and stats hold for presses as
for any request. `handler` answers them, `tab` is one listing, `listing.js` watches it from within. Playwright is not
imported before a crawl's first such request.
"""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.http import Response

from mayadeen.browser.tab import BrowserError, NoBrowser, Tab
from mayadeen.site.edition import Edition

__all__ = ["BrowserError", "NoBrowser", "end_of", "leave", "opening", "pressing"]


def opening(request: Request, cards: list[str], edition: Edition) -> Request:
    """The request to open a listing in a browser. `cards`: the addresses of its articles, as far as they are known."""
    words = edition.words
    never = [*words.chrome, *words.all, *words.by, *words.breaking]
    more = [*words.load_more, *words.next]
    tab = {"cards": cards, "words": more, "never": [word for word in never if word not in more]}
    meta = {"playwright": True, "tab": tab, "dont_cache": True, "autothrottle_dont_adjust_delay": True}
    return request.replace(meta=request.meta | meta)


def pressing(response: Response) -> dict[str, Any]:
    """The meta of the request for what comes after a response of the browser."""
    kept = ("playwright", "tab", "dont_cache", "autothrottle_dont_adjust_delay")
    return {name: response.meta[name] for name in kept}


def end_of(response: Response) -> str | None:
    """Why nothing more will come after this response of the browser: `ended`, or what has kept it from more."""
    end: str | None = response.meta.get("listing_end")
    return end


async def leave(request: Request) -> None:
    """Closes the page of a listing, if it is open."""
    tab = request.meta.get("tab")
    if isinstance(tab, Tab):
        await tab.close()
