"""Shards: the articles of an edition in N parts, by a hash of their addresses, so that N crawls share the work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

from mayadeen.errors import UsageError


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number`, counted from 1, of `of` parts."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    @property
    def slug(self) -> str:
        """Name for use in file names: `1-of-3`."""
        return f"{self.number}-of-{self.of}"

    def has(self, key: str) -> bool:
        """Return whether the article with an address key (`dedupe_key`) belongs to this shard.

        The result is the same in every process, on every machine and in every version.
        """
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest) % self.of == self.number - 1


def excludes(one: Shard | None, other: Shard | None) -> bool:
    """Return whether crawls of two shards, or of the whole edition (None), must not run at the same time.

    Shards of different N overlap, so they must not run at the same time either.
    """
    return one is None or other is None or one.of != other.of or one == other


def read_shard(text: str) -> Shard | None:
    """Parse `I/N`; return None for `1/1`, the whole edition. Raises UsageError."""
    found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
    shard = Shard(int(found[1]), int(found[2])) if found else None
    if shard is None or not 1 <= shard.number <= shard.of:
        raise UsageError(f"shard must be I/N with I from 1 to N, such as 1/3, got {text!r}")
    return shard if shard.of > 1 else None
