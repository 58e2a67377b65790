"""Signatures of texts: MinHash over runs of three words. Texts with nearly the same words have nearly the same one.

Pure. It needs rensa (extra `dedupe`); without it no text has a signature.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from operator import eq
from struct import pack, unpack

from mayadeen.site.text import normalize_label

try:
    from rensa import RMinHash
except ImportError:
    RMinHash = None

HASHES = 128
"""Of a signature, 4 bytes each. The error of `likeness` is at most 0.044 (standard deviation)."""
BANDS, ROWS = 20, 3
"""Two texts are compared when one of 20 bands of 3 hashes is the same: 85 % of those with a likeness of 0.45, 98 % at
0.57 (one word of ten changed), 0.002 % at 0.01 (unrelated texts have less)."""
LIKE = 0.45
"""The likeness from which on two texts are nearly the same: set on real texts in three languages."""
MIN_WORDS = 12
"""Shorter texts have no signature: "Details to follow" is said of many things."""
_SEED = 42
_WORD = re.compile(r"[^\W_]+")

SCHEME = f"1.{RMinHash.ALGORITHM_VERSION}" if RMinHash else None
"""How signatures are made: the version of what stands here, and rensa's. Those of another scheme cannot be compared.
None without rensa."""


def sign(text: str | None) -> bytes | None:
    """The signature of a cleaned text, 512 bytes; None of a text that is too short, and without rensa.

    Case, accents, Arabic vowel signs and punctuation do not count.
    """
    words = _WORD.findall(normalize_label(text or ""))
    if RMinHash is None or len(words) < MIN_WORDS:
        return None
    made = RMinHash(num_perm=HASHES, seed=_SEED)
    made.update(list(map(" ".join, zip(words, words[1:], words[2:], strict=False))))
    return pack(f"<{HASHES}I", *made.digest())


def bands(signature: bytes, edition: str, scheme: str) -> list[int]:
    """The keys under which a signature is found by similar ones of its edition and scheme: 48 bits each."""
    size = 4 * ROWS
    return [
        int.from_bytes(
            blake2b(f"{edition} {scheme} {band} ".encode() + signature[band * size :][:size], digest_size=6).digest()
        )
        for band in range(BANDS)
    ]


def likeness(one: bytes, other: bytes) -> float:
    """The share of runs of three words that two texts have in common (Jaccard), as their signatures tell: 0 to 1."""
    agreeing: int = sum(map(eq, unpack(f"<{HASHES}I", one), unpack(f"<{HASHES}I", other)))
    return agreeing / HASHES
