"""Gzip of a page that is mostly the same each time: what never changes is compressed once."""

import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_END = zlib.compressobj(wbits=-15).flush()


class Fixed(str):
    """A part of a page that is the same in every response."""

    __slots__ = ()


def _deflated(data: bytes, level: int) -> bytes:
    """A stretch of a deflate stream that refers to nothing before it."""
    compressor = zlib.compressobj(level, wbits=-15)
    return compressor.compress(data) + compressor.flush(zlib.Z_FULL_FLUSH)


@lru_cache(maxsize=64)
def _fixed(part: Fixed) -> tuple[bytes, bytes]:
    data = part.encode()
    return data, _deflated(data, 6)


def gzip_parts(parts: Iterable[str]) -> bytes:
    """The parts, joined, as one gzip member."""
    out, checksum, length = [_HEADER], 0, 0
    for part in parts:
        if isinstance(part, Fixed):
            data, packed = _fixed(part)
        else:
            data = part.encode()
            packed = _deflated(data, 1)
        out.append(packed)
        checksum, length = zlib.crc32(data, checksum), length + len(data)
    return b"".join([*out, _END, struct.pack("<II", checksum, length & 0xFFFFFFFF)])
