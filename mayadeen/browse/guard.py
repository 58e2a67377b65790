"""Restricts who may send requests to the server, and what browsers may do with its responses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

HOST = "127.0.0.1"
_HEADERS = {
    b"content-security-policy": b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    b" base-uri 'none'; frame-ancestors 'none'",
    b"cache-control": b"no-store",  # a forgotten article must not stay in the browser's cache
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
    b"cross-origin-resource-policy": b"same-origin",
}

App = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application."""


def guarded(app: App, port: int) -> App:
    """Return the application restricted to read-only requests with the name of this machine."""
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
            # Another site may make its own name resolve to this machine (DNS rebinding).
            await _refuse(sending, 421, "this server only accepts the names 127.0.0.1 and localhost")
        elif scope["method"] not in ("GET", "HEAD"):
            await _refuse(sending, 405, "this server is read-only")
        elif scope["path"].startswith(("/-/", "//")):
            await _refuse(sending, 404, "not found")
        else:
            await app(scope, receive, sending)

    return guard


async def _refuse(send: Any, status: int, why: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})
