"""Finds articles with nearly the same text by their signatures, and by the bands of these signatures.

The newest text of each article is signed. Only articles of one edition are compared. Articles that are gone are found
too, forgotten ones are not. Without rensa nothing is signed or found, and stored values stay.
"""

from __future__ import annotations

from collections import Counter

from mayadeen.archive.database import retried
from mayadeen.archive.lines import Lines
from mayadeen.archive.signing import BANDS, LIKE, SCHEME, bands, likeness, sign

MOST = 20
"""Maximum number of ids per article (see `Article.nearDuplicates`)."""
_PER_BAND, _COMPARED = 50, 50
"""Maximum number of articles read per band, the earliest first, and of articles compared, those with most common bands
first. So a text shared by thousands of articles does not cost more than another one.
"""
_BATCH = 100
"""Number of earlier articles signed per transaction."""
_SHARED = " UNION ALL ".join(
    ["SELECT n FROM (SELECT n FROM bands WHERE hash = ? AND n < ? ORDER BY n LIMIT ?) AS band"] * BANDS
)
"""All bands in one statement, because each statement is a round trip to a server."""


class NearDuplicates(Lines):
    """The signatures in the archive."""

    def _sign(self, number: int, edition: str, text: str | None) -> list[str]:
        """Sign the newest text of an article in the caller's transaction.

        Returns the ids of earlier articles with nearly the same text, the most similar first, then the earliest.
        """
        self._unsign(number)
        if SCHEME is None:
            return []
        self._db.execute("UPDATE articles SET signed = ? WHERE n = ?", (SCHEME, number))
        signature = sign(text)
        if signature is None:
            return []
        keys = bands(signature, edition, SCHEME)
        found = self._similar(number, signature, keys)
        self._db.execute("INSERT INTO signatures VALUES (?, ?)", (number, signature))
        self._db.executemany("INSERT INTO bands VALUES (?, ?)", [(key, number) for key in {*keys}])
        return found

    def _similar(self, number: int, signature: bytes, keys: list[int]) -> list[str]:
        """Return the ids of similar articles before this one."""
        values = [value for key in keys for value in (key, number, _PER_BAND)]
        shared = Counter(n for (n,) in self._db.execute(_SHARED, values))
        likely = sorted(shared, key=lambda n: (-shared[n], n))[:_COMPARED]
        if not likely:
            return []
        places = ", ".join("?" * len(likely))
        rows = self._db.execute(
            f"SELECT n, id, signature FROM signatures JOIN articles USING (n) WHERE n IN ({places})", likely
        )
        ranked = sorted((-likeness(signature, other), n, name) for n, name, other in rows)
        return [name for unlike, _, name in ranked if -unlike >= LIKE][:MOST]

    def _unsign(self, number: int) -> None:
        """Delete the signature of an article in the caller's transaction."""
        query = "SELECT edition, signed, signature FROM articles JOIN signatures USING (n) WHERE n = ?"
        for edition, scheme, signature in self._db.execute(query, (number,)).fetchall():
            keys = bands(signature, edition, scheme)
            self._db.executemany("DELETE FROM bands WHERE hash = ? AND n = ?", [(key, number) for key in keys])
            self._db.execute("DELETE FROM signatures WHERE n = ?", (number,))
        self._db.execute("UPDATE articles SET signed = NULL WHERE n = ? AND signed IS NOT NULL", (number,))

    def sign_earlier(self, edition: str, limit: int) -> tuple[int, int]:
        """Sign at most `limit` articles without a signature of this scheme, the newest first, so that later articles
        find them.

        Returns (number of signed articles, number of articles left).
        """
        if SCHEME is None:
            return 0, 0
        unsigned = "FROM articles WHERE edition = ? AND (signed IS NULL OR signed <> ?)"
        numbers = self._rows(f"SELECT n {unsigned} ORDER BY n DESC LIMIT ?", edition, SCHEME, limit)
        for start in range(0, len(numbers), _BATCH):
            self._sign_again(edition, [number for (number,) in numbers[start : start + _BATCH]])
        return len(numbers), self._rows(f"SELECT count(*) {unsigned}", edition, SCHEME)[0][0]

    @retried
    def _sign_again(self, edition: str, numbers: list[int]) -> None:
        """Signs the newest texts of some articles."""
        with self._change() as db:
            for number in numbers:
                query = "SELECT id, version FROM articles WHERE n = ?"
                for article_id, version in db.execute(query, (number,)).fetchall():
                    self._sign(number, edition, self.line(article_id, version).get("articleBody"))
