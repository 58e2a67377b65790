"""Who may ask the server, for what, and what a browser may do with its answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

HOST = "127.0.0.1"
_HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    b" base-uri 'none'; frame-ancestors 'none'",
    b"cache-control": b"no-store",  # what is forgotten is not in the browser's cache either
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"cross-origin-resource-policy": b"same-origin",
}

App = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application."""


def guarded(app: App, port: int) -> App:
    """The application for requests that name this machine, and that only read."""
    hosts = {f"{name}:{port}".encode() for name in (HOST, "localhost")}
    if port == 80:
        hosts |= {HOST.encode(), b"localhost"}

    async def guard(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower(): value for name, value in message["headers"]}
                given = _HEADERS | given | {b"cache-control": _HEADERS[b"cache-control"]}
                message = {**message, "headers": list(given.items())}
            await send(message)

        if scope["type"] != "http":
            await app(scope, receive, send)
        elif [value for name, value in scope["headers"] if name == b"host"] not in [[host] for host in hosts]:
            # A page elsewhere may have its own name lead to this machine (DNS rebinding).
            await _refuse(sending, 421, "this server answers to 127.0.0.1 and localhost alone")
        elif scope["method"] not in ("GET", "HEAD"):
            await _refuse(sending, 405, "this server only shows")
        elif scope["path"].startswith(("/-/", "//")):
            await _refuse(sending, 404, "there is nothing here")
        else:
            await app(scope, receive, sending)

    return guard


async def _refuse(send: Any, status: int, why: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})
