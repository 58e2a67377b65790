"""Who is credited for a picture: the end of its caption. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from mayadeen.site.edition import EN, Edition
from mayadeen.site.text import alternation

_MAX_LENGTH = 200
"""Characters at the end of a caption that are looked at."""
_WORD = r"(?:[A-ZÀ-Þ][\w'’&-]+|(?:[A-Z]\.){1,3}|via|for)"
_NAMES = rf"(?:{_WORD}(?:\s*[/,]\s*|\s)){{0,7}}"
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{2,80})[)\]]\s*\.?$")


@lru_cache
def _patterns(edition: Edition) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A label at the start; a credit at the end after a label, as group 1 or 2; one told by its agency, as group 1."""
    label = rf"(?:{alternation({*EN.words.credit, *edition.words.credit})})\s*[:：]"
    agency = "|".join({*EN.words.agencies, *edition.words.agencies})
    by = rf"(?<!\w)(?-i:(?:Photo(?:graph)?|Image) (?:by|courtesy of) ({_NAMES}{_WORD}))\.?"
    return (
        re.compile(rf"(?:file\s*:|{label})\s*©?\s*", re.I),
        # "File photo: ..." says what is seen.
        re.compile(
            rf"\s*(?:(?:(?<!\w)(?<!file ){label}|(?-i:Credit\s?\.\.\.)|©(?!\s*\d))\s*([^:：©]{{2,80}})|{by})$", re.I
        ),
        # After a sentence, a bar or a dash: "Jane Doe/AFP via Getty Images", "Jane Doe | AFP".
        re.compile(rf"(?:^|(?<=[.!?”\"|])\s*|\s[–—-]\s)((?:(?<=\|\s)[^|]{{2,40}}\|\s)?{_NAMES}(?:{agency}))\.?$"),
    )


def split_credit(caption: str, edition: Edition) -> tuple[str | None, str | None]:
    """The caption and the credit it ends with.

    A credit with a label is cut from the caption: "Photo: AFP", "Photo by Jane Doe/AFP", "© AFP". One in brackets, or
    told by its agency ("Jane Doe | Getty Images"), stays.
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
