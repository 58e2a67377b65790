"""Answers that go wrong on their way: the server faults, played on a whole response."""

import asyncio
import gzip
import socket
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from tests.replica.faults import CHALLENGE

AWAY = "http://elsewhere.test"
LOGIN = "/account/login"
MOVED = "-under-a-new-slug"

_FORM = (
    "<!DOCTYPE html><html><head><title>Log in</title></head><body><h1>Log in to read on</h1>"
    '<form method="post"><input name="mail"><input type="password" name="word"></form></body></html>'
)
_MISSING = (
    "<!DOCTYPE html><html><head><title>Page not found</title></head><body><h1>This page could not be found</h1>"
    "<p>The page that you are looking for may have been moved or taken away.</p></body></html>"
)
_NOTICE = (
    "<!DOCTYPE html><html><head><title>Back soon</title></head><body><h1>We are working on the site</h1>"
    "<p>Please come back in a few minutes.</p></body></html>"
)


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html")


def _status(status: int, **headers: str) -> web.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return web.Response(text="<h1>Error</h1>", status=status, headers=named, content_type="text/html")


def _plain(response: web.Response) -> bytes:
    body = response.body if isinstance(response.body, bytes) else b""
    return gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body


def _typed(response: web.Response, content_type: str) -> web.Response:
    if response.headers.get("Content-Type", "").startswith("text/html"):
        response.headers["Content-Type"] = content_type
    return response


def _cut_gzip(response: web.Response) -> web.Response:
    body = gzip.compress(_plain(response))
    headers = {"Content-Type": response.headers["Content-Type"], "Content-Encoding": "gzip"}
    return web.Response(body=body[: len(body) // 2], headers=headers)


def _cut_page(response: web.Response) -> web.Response:
    body = _plain(response)
    headers = {"Content-Type": response.headers["Content-Type"], "Content-Encoding": "gzip"}
    return web.Response(body=gzip.compress(body[: len(body) // 2]), headers=headers)


def _soon() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=1.5), usegmt=True)


_ANSWERS: dict[str, Callable[[web.Request, web.Response], web.Response]] = {
    "http-500": lambda request, response: _status(500),
    "http-502": lambda request, response: _status(502),
    "http-503": lambda request, response: _status(503),
    "http-504": lambda request, response: _status(504),
    "busy": lambda request, response: _status(503, Retry_After="1"),
    "come-back": lambda request, response: _status(503, Retry_After="7200"),
    "http-429": lambda request, response: _status(429),
    "too-many": lambda request, response: _status(429, Retry_After=_soon()),
    "cut-gzip": lambda request, response: _cut_gzip(response),
    "cut-page": lambda request, response: _cut_page(response),
    "no-charset": lambda request, response: _typed(response, "text/html"),
    "wrong-charset": lambda request, response: _typed(response, "text/html; charset=iso-8859-1"),
    "text-plain": lambda request, response: _typed(response, "text/plain"),
    "octet-stream": lambda request, response: _typed(response, "application/octet-stream"),
    "empty": lambda request, response: _html(""),
    "redirect-loop": lambda request, response: _status(302, Location=str(request.url)),
    "redirect-away": lambda request, response: _status(302, Location=AWAY + request.path),
    "bad-location": lambda request, response: _status(302, Location="http://[nowhere"),
    "soft-404": lambda request, response: _html(_MISSING),
    "login": lambda request, response: _status(302, Location=LOGIN),
    "login-page": lambda request, response: _html(_FORM),
    "notice": lambda request, response: _html(_NOTICE),
    "wall": lambda request, response: _html(CHALLENGE),
}


def login() -> web.Response:
    """The page that a `login` leads to."""
    return _html(_FORM)


async def play(fault: str, request: web.Request, response: web.Response) -> web.StreamResponse:
    """The answer as the fault has it."""
    if fault == "moved":
        if response.status != 200 or request.path.endswith(MOVED) or "/sitemaps/" in request.path:
            return response
        return _status(301, Location=request.path + MOVED)
    if fault in _ANSWERS:
        return _ANSWERS[fault](request, response) if response.status == 200 else response
    if fault == "slow-headers":
        await asyncio.sleep(60)
        return response
    await _RAW[fault](request, _plain(response), response.headers.get("Content-Type", ""))
    return web.Response(status=200)


async def _raw(request: web.Request, body: bytes, content_type: str, length: int) -> None:
    """A response as bytes, as no server library would send it."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    assert request.transport is not None
    request.transport.write(head.encode() + body)
    await asyncio.sleep(0.02)


async def _reset(request: web.Request, body: bytes, content_type: str) -> None:
    await _raw(request, body[: len(body) // 2], content_type, len(body))
    assert request.transport is not None
    own = request.transport.get_extra_info("socket")
    own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()


async def _long_length(request: web.Request, body: bytes, content_type: str) -> None:
    await _raw(request, body, content_type, len(body) + 1000)
    assert request.transport is not None
    request.transport.close()


async def _short_length(request: web.Request, body: bytes, content_type: str) -> None:
    await _raw(request, body, content_type, len(body) // 2)
    assert request.transport is not None
    request.transport.close()


async def _trickle(request: web.Request, body: bytes, content_type: str) -> None:
    await _raw(request, b"", content_type, len(body) + 10_000_000)
    for position in range(600):
        if request.transport is None or request.transport.is_closing():
            return
        request.transport.write(body[position : position + 1] or b" ")
        await asyncio.sleep(0.1)


_RAW = {"reset": _reset, "long-length": _long_length, "short-length": _short_length, "trickle": _trickle}
