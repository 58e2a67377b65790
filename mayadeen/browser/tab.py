"""One listing in the browser: it presses the load-more button and controls the page's requests."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from importlib.resources import files
from time import monotonic
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Response

_WANTED = frozenset(("document", "script", "xhr", "fetch"))
"""Resource types that a page may load. Others (pictures, fonts, styles, media, beacons) are not needed."""
_PAGE = re.compile(r"(?:/(?:page/)?\d{1,4})?/?$")
"""The end of the path of a listing's further pages."""
_QUIET = 2.0
"""If there is no request and no new card for this many seconds, nothing more will come after a press."""
_GUESSES = 3
"""Maximum number of elements near the end of a list that are pressed although their text does not say "more"."""
CLOSING = 10.0
"""Maximum number of seconds for closing a page or a browser."""


class BrowserError(Exception):
    """Raised if a listing could not be opened or continued. The message says why."""


class NoBrowser(BrowserError):
    """Raised if there is no browser to start."""


class Tab:
    """One listing in the browser."""

    def __init__(
        self, crawler: Crawler, request: Request, cards: list[str], words: list[str], never: list[str]
    ) -> None:
        self.crawler, self.request = crawler, request
        self.cards, self.words, self.never = cards, words, never
        self.page: Any = None
        self.way: str | None = None
        """The way that loaded cards: `words`, `scroll` or `guess`."""
        self.guessed: list[str] | None = None
        """[tag, text] of the button found by guessing."""
        self.by_script = False
        """Whether an overlay covers the button, so that only a script can press it."""
        self.idle = False
        """Whether a button with a known text has loaded nothing."""
        self.number = 1
        self.turn = asyncio.Event()
        """Set while the page may send requests. Between presses its requests wait."""
        self.free = 0.0
        """When the page's next request may be sent, in monotonic seconds."""
        self.waiting: set[Any] = set()
        self.hanging: set[str] = set()
        """Addresses of requests still pending when the page was opened: long polls, dead scripts. Never waited for."""
        self.scripts: set[str] = set()
        """Scripts loaded by the page. Each is loaded once, because the browser's cache does not work here."""
        self.status = 0
        """The worst status of the responses to this press; 0 without any."""
        self.refused: set[str] = set()
        self.closed = False

    # --- Opening and closing -------------------------------------------------------------------------------------

    async def prepare(self, page: Any, request: Request) -> None:
        """Prepare an empty page."""
        self.page = page
        page.set_default_timeout(5000)
        page.on("response", self._answered)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)
        page.on("dialog", _dismiss)
        # Popups opened by this page have no handler of their own.
        await page.context.route("**/*", self._refuse_others)
        page.context.on("page", _close)
        await page.add_init_script((files("mayadeen.browser") / "listing.js").read_text(encoding="utf-8"))
        await page.route_web_socket("**", lambda socket: socket.close())
        self.turn.set()

    async def _refuse_others(self, route: Any) -> None:
        """Abort a request of a popup."""
        self.crawler.stats.inc_value("browser/refused/popup")
        with suppress(Exception):  # it may be closed by now
            await route.abort()

    async def begin(self, patience: float) -> str:
        """Return the HTML of a page just opened, once it is idle, or after a quarter of the available seconds."""
        await self._quiet(0.5, at_most=min(10.0, patience / 4))
        self.hanging.update(_address(asked) for asked in self.waiting)
        html = str(await self.page.evaluate("cards => __listing.start(cards)", self.cards))
        self.turn.clear()
        return html

    async def close(self) -> None:
        """Close the page and its context."""
        if self.closed:
            return
        self.closed = True
        self.turn.set()
        if self.page is not None:
            with suppress(Exception):
                async with asyncio.timeout(CLOSING):
                    await self.page.unroute_all(behavior="ignoreErrors")
                    await self.page.context.close()

    # --- Requests of the page ------------------------------------------------------------------------------------

    async def refuses(self, asked: Any) -> bool:
        """Return whether a request of the page must be aborted: useless, off-site or forbidden. Waits for its turn."""
        why = await self._against(asked)
        if why is None and asked.resource_type in ("xhr", "fetch"):
            await self._wait_for_turn()
            why = "closed" if self.closed else None
        if why is not None:
            self.refused.add(f"{why} {_address(asked)}")
            self.crawler.stats.inc_value(f"browser/refused/{why}")
            return True
        if _address(asked) not in self.hanging:
            self.waiting.add(asked)
        self.crawler.stats.inc_value(f"browser/request/{asked.resource_type}")
        return False

    async def _against(self, asked: Any) -> str | None:
        origin = "/".join(self.request.url.split("/")[:3])
        if asked.resource_type not in _WANTED:
            return "kind"
        host = asked.url.split("/")[2] if asked.url.count("/") > 1 else ""
        if not asked.url.startswith(origin + "/"):
            further = self.crawler.settings.getlist("BROWSER_HOSTS")
            return None if asked.resource_type == "script" and host in further else "offsite"
        if asked.resource_type == "document":
            # A press may lead to the listing's next page, but not to any other page.
            own, other = (_PAGE.sub("", url.partition("?")[0]) for url in (self.request.url, asked.url))
            if asked.frame != self.page.main_frame or own != other:
                return "elsewhere"
            self.scripts.clear()
        if asked.resource_type == "script":
            if asked.url in self.scripts:
                return "again"
            self.scripts.add(asked.url)
        robots = self.crawler.get_downloader_middleware(RobotsTxtMiddleware)
        if robots is not None:
            try:
                await robots.process_request(Request(asked.url))
            except IgnoreRequest:
                return "robots"
        return None

    async def _wait_for_turn(self) -> None:
        """Wait before a request. The first one per press is sent at once, as the downloader has waited; others keep the
        delay.
        """
        await self.turn.wait()
        start = max(self.free, monotonic())
        downloader = self.crawler.engine.downloader
        slot = downloader.slots.get(downloader.get_slot_key(self.request))
        self.free = start + (slot.delay if slot else self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        await asyncio.sleep(max(0.0, start - monotonic()))

    def _answered(self, response: Any) -> None:
        if response.request.resource_type in ("xhr", "fetch", "document"):
            self.status = max(self.status, response.status)

    def _ended(self, asked: Any) -> None:
        self.waiting.discard(asked)

    # --- Loading more --------------------------------------------------------------------------------------------

    async def go_on(self, request: Request) -> Response:
        """Press once and return what was loaded. `end_of` tells whether it was the last press."""
        if self.closed:
            raise BrowserError("the page was closed")
        self.waiting.clear()
        self.refused.clear()
        self.status, self.free = 0, 0.0
        self.turn.set()
        try:
            more = await self._more()
            html = await self._harvest() if more else ""
        finally:
            self.turn.clear()
        if not html and self.status >= 400:
            return Response(request.url, status=self.status, request=request)
        self.number += 1
        request.meta["listing_end"] = None if html else self._end()
        return answer(request, html, self.page.url)

    def _end(self) -> str:
        """Return why nothing was loaded."""
        return self._obstacle() or ("its button loads nothing new" if self.idle else "ended")

    def _obstacle(self) -> str | None:
        """Return what prevented the page from sending a request."""
        for why, text in (("robots", "robots.txt forbids"), ("offsite", "BROWSER_HOSTS does not name the host of")):
            for refused in sorted(self.refused):
                if refused.startswith(why + " "):
                    return f"{text} {refused.partition(' ')[2]}"
        return None

    def _was_heard(self) -> bool:
        """Return whether the press caused a request. Then the button is the right one, even if nothing was loaded."""
        return bool(self.status or self._obstacle())

    async def _more(self) -> bool:
        """Try all ways to load more. Returns whether there are new cards."""
        if await self._fresh():
            return True
        state = await self._settled("([words, number]) => __listing.find(words, number)", [self.words, self.number + 1])
        if state == "ready" and await self._press("words"):
            return True
        self.idle = state == "ready" and self.way is None
        if self.way == "words" or self._was_heard():
            return False
        can_scroll = self.way in (None, "scroll") and await self.page.evaluate("__listing.scroll()")
        if can_scroll and await self._comes("scroll"):
            return True
        if self.way == "guess":
            again = await self._settled("good => __listing.again(good)", self.guessed)
            return again == "ready" and await self._press("guess")
        if self.way is None:
            for _ in range(_GUESSES):
                if not await self.page.evaluate(
                    "([words, never]) => __listing.guess(words, never)", [self.words, self.never]
                ):
                    break
                if await self._press("guess"):
                    return True
                if self._was_heard():
                    break
        return False

    async def _settled(self, script: str, argument: Any = None) -> str:
        """Return the state of a button. Wait if it is disabled, because it may become enabled."""
        until = monotonic() + 2 * _QUIET
        while True:
            state = str(await self.page.evaluate(script, argument))
            if state == "ready" or (state == "none" and self.way) or monotonic() > until:
                return state
            if state == "none" and not self.waiting:
                return state
            await asyncio.sleep(0.2)

    async def _press(self, way: str) -> bool:
        """Click like a user, or by script if an overlay covers the button."""
        element = (await self.page.evaluate_handle("__listing.found()")).as_element()
        if element is None:
            return False
        self.guessed = await self.page.evaluate("__listing.keep()")
        if not self.by_script:
            try:
                await element.click(timeout=1500, no_wait_after=True)
            except Exception:
                self.by_script = True
        if self.by_script:
            with suppress(Exception):  # the element is gone, because its press led to another page
                await element.evaluate("each => each.click()")
        if await self._comes(way):
            return True
        if self._was_heard():  # so that it can be pressed again
            return False
        with suppress(Exception):
            await self.page.evaluate("__listing.drop()")
        return False

    async def _comes(self, way: str) -> bool:
        """Wait for cards while requests are pending, and a little longer."""
        quiet, before = monotonic(), 0
        while monotonic() - quiet < (_QUIET / 2 if self.status else _QUIET):
            await asyncio.sleep(0.1)
            new = await self._fresh()
            if new and new == before:
                self.way = way
                return True
            if new or self.waiting:
                quiet = monotonic()
            if not (new or self.waiting) and (self.status >= 400 or self._obstacle()):
                break
            before = new
        return False

    async def _fresh(self) -> int:
        """Return the number of new links so far; -1 if the press has led to another page."""
        try:
            return int(await self.page.evaluate("window.__listing ? __listing.fresh() : 0"))
        except Exception as error:
            if "context was destroyed" in str(error) or "navigat" in str(error):
                return 0
            raise

    async def _harvest(self) -> str:
        if await self._fresh() < 0:
            await self.page.wait_for_load_state("domcontentloaded")
            await self._quiet(0.3, at_most=5)
            return str(await self.page.evaluate("cards => __listing.start(cards)", self.cards))
        return str(await self.page.evaluate("__listing.harvest()"))

    async def _quiet(self, seconds: float, *, at_most: float) -> None:
        """Wait until no request has been pending for some time."""
        until, since = monotonic() + at_most, monotonic()
        while monotonic() - since < seconds and monotonic() < until:
            await asyncio.sleep(0.1)
            if self.waiting:
                since = monotonic()


def _address(asked: Any) -> str:
    """Return the address of a page's request without its query."""
    return str(asked.url).partition("?")[0]


def answer(request: Request, html: str, url: str, status: int = 200) -> HtmlResponse:
    """Return HTML of the browser as a response."""
    return HtmlResponse(url, status=status, body=html.encode(), encoding="utf-8", request=request)


async def _close(page: Any) -> None:
    """Close a popup."""
    with suppress(Exception):
        await page.close()


async def _dismiss(dialog: Any) -> None:
    with suppress(Exception):
        await dialog.dismiss()
