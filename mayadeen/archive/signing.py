"""Text signatures: MinHash over runs of three words. Similar texts have similar signatures.

Pure functions. They need rensa (extra `dedupe`); without it no text has a signature.
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
"""Hashes per signature, 4 bytes each. The standard deviation of the error of `likeness` is at most 0.044."""
BANDS, ROWS = 20, 3
"""Two texts are compared if one of 20 bands of 3 hashes is equal: 85 % of those with a likeness of 0.45, 98 % at 0.57
(one word in ten changed), 0.002 % at 0.01 (unrelated texts have less).
"""
LIKE = 0.45
"""Minimum likeness of near duplicates, chosen on real texts in three languages."""
MIN_WORDS = 12
"""Shorter texts have no signature: many articles say "Details to follow"."""
_SEED = 42
_WORD = re.compile(r"[^\W_]+")

SCHEME = f"1.{RMinHash.ALGORITHM_VERSION}" if RMinHash else None
"""Identifies how signatures are made: the version of this module, and of rensa. Signatures of different schemes cannot
be compared. None without rensa.
"""


def sign(text: str | None) -> bytes | None:
    """Return the signature of a cleaned text, 512 bytes, or None if it is too short or rensa is missing.

    Case, accents, Arabic vowel signs and punctuation are ignored.
    """
    words = _WORD.findall(normalize_label(text or ""))
    if RMinHash is None or len(words) < MIN_WORDS:
        return None
    made = RMinHash(num_perm=HASHES, seed=_SEED)
    made.update(list(map(" ".join, zip(words, words[1:], words[2:], strict=False))))
    return pack(f"<{HASHES}I", *made.digest())


def bands(signature: bytes, edition: str, scheme: str) -> list[int]:
    """Return the keys that find similar signatures of the same edition and scheme, 48 bits each."""
    size = 4 * ROWS
    return [
        int.from_bytes(
            blake2b(f"{edition} {scheme} {band} ".encode() + signature[band * size :][:size], digest_size=6).digest()
        )
        for band in range(BANDS)
    ]


def likeness(one: bytes, other: bytes) -> float:
    """Return the estimated Jaccard similarity of two texts (runs of three words): 0 to 1."""
    agreeing: int = sum(map(eq, unpack(f"<{HASHES}I", one), unpack(f"<{HASHES}I", other)))
    return agreeing / HASHES
