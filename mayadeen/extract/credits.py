"""Finds the credit of a picture at the end of its caption. Pure functions."""

from __future__ import annotations

import re
from functools import lru_cache

from mayadeen.site.edition import EN, Edition
from mayadeen.site.text import alternation

_MAX_LENGTH = 200
"""Maximum number of characters searched at the end of a caption."""
_WORD = r"(?:[A-ZÀ-Þ][\w'’&-]+|(?:[A-Z]\.){1,3}|via|for)"
_NAMES = rf"(?:{_WORD}(?:\s*[/,]\s*|\s)){{0,7}}"
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{2,80})[)\]]\s*\.?$")


@lru_cache
def _patterns(edition: Edition) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return three patterns: a label at the start; a credit with a label at the end (group 1 or 2); a credit recognised
    by the name of an agency (group 1).
    """
    label = rf"(?:{alternation({*EN.words.credit, *edition.words.credit})})\s*[:：]"
    agency = "|".join({*EN.words.agencies, *edition.words.agencies})
    by = rf"(?<!\w)(?-i:(?:Photo(?:graph)?|Image) (?:by|courtesy of) ({_NAMES}{_WORD}))\.?"
    return (
        re.compile(rf"(?:file\s*:|{label})\s*©?\s*", re.I),
        # "File photo: ..." describes the picture and is not a credit.
        re.compile(
            rf"\s*(?:(?:(?<!\w)(?<!file ){label}|(?-i:Credit\s?\.\.\.)|©(?!\s*\d))\s*([^:：©]{{2,80}})|{by})$", re.I
        ),
        # An agency credit after a sentence, a bar or a dash: "Jane Doe/AFP via Getty Images", "Jane Doe | AFP".
        re.compile(rf"(?:^|(?<=[.!?”\"|])\s*|\s[–—-]\s)((?:(?<=\|\s)[^|]{{2,40}}\|\s)?{_NAMES}(?:{agency}))\.?$"),
    )


def split_credit(caption: str, edition: Edition) -> tuple[str | None, str | None]:
    """Return (caption, credit at its end).

    A credit with a label is removed from the caption: "Photo: AFP", "Photo by Jane Doe/AFP", "© AFP". A credit in
    brackets, or one recognised by its agency ("Jane Doe | Getty Images"), stays in the caption.
    """
    label, labelled, unlabelled = _patterns(edition)
    start = max(len(caption) - _MAX_LENGTH, 0)
    found = _BRACKETED.search(caption, start)
    if found and any(map(str.isalpha, found[1])):
        return caption, label.sub("", found[1].strip(), count=1) or None
    if found := labelled.search(caption, start):
        return caption[: found.start()].rstrip(" |/–—-") or None, (found[1] or found[2]).strip()
    found = unlabelled.search(caption, start)
    return caption, found[1] if found else None
