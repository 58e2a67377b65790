"""The download handler, and the lifecycle of the browser."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress
from itertools import count
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.misc import build_from_crawler, load_object

from mayadeen.browser.headers import bound_headers
from mayadeen.browser.proxy import Proxy
from mayadeen.browser.tab import CLOSING, BrowserError, NoBrowser, Tab, answer

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Programs searched on PATH before Playwright's browser, because the system updates them."""
_ARGUMENTS = (
    "--blink-settings=imagesEnabled=false",
    "--disable-shared-workers",  # their requests cannot be intercepted
    "--disable-quic",  # would bypass the proxy
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",  # its older name
)
_STARTING = 60.0
"""Maximum number of seconds for the browser to start."""


request_leaving = object()
"""Signal sent just before a request leaves, with `request`. Its receivers are awaited."""


class Browser:
    """The download handler for http and https: Scrapy's own, and a browser for requests that need one."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        bound_headers()
        self.plain = build_from_crawler(load_object(crawler.settings["DOWNLOAD_HANDLERS_BASE"]["https"]), crawler)
        self.plugin: Any = None
        self.tab: Tab | None = None
        self.proxy = Proxy(lambda: crawler.stats.inc_value("browser/refused/connection"))
        self.numbers = count(1)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Download a request. Raises BrowserError if the browser fails or times out."""
        await self.crawler.signals.send_catch_log_async(request_leaving, request=request)
        if not request.meta.get("playwright"):
            response: Response = await self.plain.download_request(request)
            return response
        patience = request.meta.get("download_timeout") or self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        tab = request.meta["tab"]
        try:
            async with asyncio.timeout(_STARTING):
                plugin = self.plugin or await self._start()
            async with asyncio.timeout(patience):
                return await (tab.go_on(request) if isinstance(tab, Tab) else self._open(plugin, request, patience))
        except TimeoutError:
            asked = ", ".join(sorted(each.url for each in self.tab.waiting)) if self.tab else ""
            await self._discard()
            raise BrowserError(f"no answer within {patience:g} s from {asked or 'the page itself'}") from None
        except BrowserError:
            await self._discard()
            raise
        except Exception as error:  # Playwright's exceptions, and others after a crash of the browser
            await self._discard()
            raise BrowserError(f"the browser failed: {str(error).strip().partition(chr(10))[0]}") from error

    async def close(self) -> None:
        """Stop the browser and its processes."""
        await self._discard()
        await self.plain.close()

    async def _open(self, plugin: Any, request: Request, patience: float) -> Response:
        if self.tab:
            await self.tab.close()
        wanted = request.meta["tab"]
        origin = "/".join(request.url.split("/")[:3])
        self.proxy.allow(origin, self.crawler.settings.getlist("BROWSER_HOSTS"))
        self.tab = tab = Tab(self.crawler, request, **wanted)
        # One context per listing, so that no state is shared between listings.
        own = {
            "playwright_context": f"listing-{next(self.numbers)}",
            "playwright_context_kwargs": {
                "user_agent": (request.headers.get("User-Agent") or b"").decode(),
                "service_workers": "block",
                "accept_downloads": False,
                "viewport": {"width": 1280, "height": 1600},
            },
            "playwright_include_page": True,
            "playwright_page_init_callback": tab.prepare,
            "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded", "timeout": patience * 1000},
        }
        request.meta.update(own)
        response: Response = await plugin.download_request(request)
        for name in [name for name in request.meta if name.startswith("playwright_") or name == "download_latency"]:
            del request.meta[name]
        if response.status >= 400:
            await tab.close()
            return response
        html = await tab.begin(patience)
        request.meta["tab"] = tab
        return answer(request, html, response.url, response.status)

    async def _start(self) -> Any:
        """Return scrapy-playwright's handler with a running browser."""
        try:
            from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
        except ImportError as error:
            raise NoBrowser(f"scrapy-playwright cannot be used: {error}") from None
        plugin = ScrapyPlaywrightDownloadHandler(self.crawler)
        plugin.abort_request = self._refuses
        config = plugin.config
        if not (config.cdp_url or config.connect_url):
            found = next(filter(None, map(shutil.which, BROWSERS)), None)
            given = {"executable_path": found} if found else {}
            options = {
                "headless": True,
                "proxy": {"server": await self.proxy.start()},
                **given,
                **config.launch_options,
            }
            # Disable pictures instead of aborting their requests: pages would replace failed pictures again and again.
            config.launch_options = options | {"args": [*_ARGUMENTS, *options.get("args", [])]}
        # The plugin does this when the engine starts, which is over by now. There is no public method.
        await plugin._maybe_launch_in_thread()
        self.plugin = plugin
        try:
            await plugin._maybe_launch_browser()
        except Exception as error:
            text = str(error).strip()
            if "Executable doesn't exist" in text or "executable doesn't exist" in text.lower():
                raise NoBrowser("no browser is installed") from None
            raise NoBrowser(f"the browser does not start: {text.partition(chr(10))[0]}") from None
        return plugin

    async def _discard(self) -> None:
        """Close the browser; the next listing starts another one."""
        plugin, tab, self.plugin, self.tab = self.plugin, self.tab, None, None
        for each in (tab, plugin):
            if each is not None:
                with suppress(Exception):
                    await asyncio.wait_for(each.close(), CLOSING)
        await self.proxy.close()

    async def _refuses(self, asked: Any) -> bool:
        """Return whether a request of the page must be aborted."""
        return self.tab is None or await self.tab.refuses(asked)
