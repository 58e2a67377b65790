"""The browser's proxy: it connects to the site of the crawl and to no other host.

`tab` aborts unwanted requests of a page, but it cannot see all of them: popups, shared workers, sockets of workers,
connections without a request. The proxy blocks these.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

_HEAD = 64 * 1024
"""Maximum number of bytes of the head of a request."""
_PATIENCE = 30.0
"""Maximum number of seconds for the head of a request, and for a connection."""
_OWN = (b"connection:", b"proxy-connection:", b"keep-alive:")
"""Hop-by-hop headers."""


class Proxy:
    """An HTTP proxy on 127.0.0.1, for HTTP and for tunnels (HTTPS)."""

    def __init__(self, refused: Callable[[], None]) -> None:
        """Create the proxy. `refused` is called for each connection to a host that is not allowed."""
        self.refused = refused
        self.allowed: frozenset[str] = frozenset()
        """`host:port`"""
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    def allow(self, origin: str, hosts: list[str]) -> None:
        """Allow connections to an origin and further hosts (`host` or `host:port`), and to no others."""
        found = {_place(origin)}
        for host in hosts:
            found |= {host} if ":" in host else {f"{host}:80", f"{host}:443"}
        self.allowed = frozenset(found)

    async def start(self) -> str:
        """Start listening. Returns the proxy's address."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_HEAD)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stop, and close all connections."""
        if self._server is not None:
            self._server.close()
            for each in self._open:
                each.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError):
            async with asyncio.timeout(_PATIENCE):
                head = await reader.readuntil(b"\r\n\r\n")
            line, _, rest = head.partition(b"\r\n")
            method, target, _ = line.decode("ascii").split(" ")
            place = target if method == "CONNECT" else _place(target)
            upgrade = any(each.lower().startswith(b"upgrade:") for each in rest.split(b"\r\n"))
            if place not in self.allowed or upgrade:
                self.refused()
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
            else:
                await self._pass_on(reader, writer, place, b"" if method == "CONNECT" else _asked(line, rest))
        self._open.discard(writer)
        writer.close()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, place: str, first: bytes
    ) -> None:
        host, _, port = place.rpartition(":")
        async with asyncio.timeout(_PATIENCE):
            there, back = await asyncio.open_connection(host.strip("[]"), int(port))
        if first:
            back.write(first)
        else:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            ways = {asyncio.create_task(_pour(reader, back)), asyncio.create_task(_pour(there, writer))}
            _, open_still = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in open_still:
                # The response may come after the whole request. Without a response the request is useless.
                await asyncio.wait([way], timeout=_PATIENCE)
                way.cancel()
        finally:
            back.close()


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
        target.write_eof()


def _place(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _asked(line: bytes, headers: bytes) -> bytes:
    """Return the head of a request for the site: with a path, and with `Connection: close`."""
    method, target, version = line.split(b" ")
    parts = urlsplit(target)
    path = parts._replace(scheme=b"", netloc=b"", fragment=b"").geturl() or b"/"
    kept = [each for each in headers.split(b"\r\n") if each and not each.lower().startswith(_OWN)]
    return b"\r\n".join([b" ".join((method, path, version)), *kept, b"Connection: close", b"", b""])
