"""Decodes the body of a record as a browser does: dechunks and decompresses it."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from io import BytesIO

from warcio.bufferedreaders import ChunkedDataReader

_MAGIC = b"\x1f\x8b"


class TooLarge(ValueError):
    """Raised for a body that decompresses to more than the limit."""


class Undecodable(ValueError):
    """Raised for a body that is truncated or has an unknown encoding."""


def decoded(body: bytes, transfer: str, content: str, limit: int) -> bytes:
    """Return a decoded body of at most `limit` bytes. Raises TooLarge, Undecodable.

    `transfer` and `content` are the headers Transfer-Encoding and Content-Encoding. A body without that encoding stays
    as it is.
    """
    if "chunked" in transfer.lower():
        body = ChunkedDataReader(BytesIO(body)).read()
    for name in reversed([each.strip() for each in content.lower().split(",") if each.strip()]):
        if name in ("identity", "none", "utf-8"):
            continue
        if name not in _CODINGS:
            raise Undecodable(f"Content-Encoding {name}")
        try:
            body = _CODINGS[name](body, limit)
        except (TooLarge, Undecodable):
            raise
        except Exception as error:  # each library raises its own exceptions
            raise Undecodable(f"Content-Encoding {name}: {error}") from None
    return body


def _gunzip(body: bytes, limit: int) -> bytes:
    return _inflate(body, limit, zlib.MAX_WBITS | 16) if body[:2] == _MAGIC else body


def _deflate(body: bytes, limit: int) -> bytes:
    try:
        return _inflate(body, limit, zlib.MAX_WBITS)
    except zlib.error:
        return _inflate(body, limit, -zlib.MAX_WBITS)  # some servers omit the zlib header


def _inflate(body: bytes, limit: int, bits: int) -> bytes:
    found = b""
    while body and len(found) <= limit:  # gzip may have several members
        unpacker = zlib.decompressobj(bits)
        found += unpacker.decompress(body, limit + 1 - len(found))
        if not unpacker.eof and len(found) <= limit:
            raise Undecodable("breaks off")
        body = unpacker.unused_data if unpacker.unused_data[:2] == _MAGIC else b""
    return _whole(found, limit)


def _unbrotli(body: bytes, limit: int) -> bytes:
    import brotli

    unpacker = brotli.Decompressor()
    found: bytes = unpacker.process(body, output_buffer_limit=limit + 1)
    while not unpacker.is_finished() and not unpacker.can_accept_more_data() and len(found) <= limit:
        found += unpacker.process(b"", output_buffer_limit=limit + 1)
    if not unpacker.is_finished() and len(found) <= limit:
        raise Undecodable("breaks off")
    return _whole(found, limit)


def _unzstd(body: bytes, limit: int) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    unpacker = zstd.ZstdDecompressor()
    found = unpacker.decompress(body, max_length=limit + 1)
    if not unpacker.eof and len(found) <= limit:
        raise Undecodable("breaks off")
    return _whole(found, limit)


def _whole(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise TooLarge
    return body


_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
