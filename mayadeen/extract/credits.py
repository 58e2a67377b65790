"""Who is credited for a picture: the end of its caption, or a line of its own. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from mayadeen.site.edition import Edition
from mayadeen.site.text import alternation

_MAX_LENGTH = 200
"""Characters at the end of a caption that are looked at."""
_LABELS = "credit,photo,photograph,picture,image,source,image credit,photo credit,image source".split(",")
"""Labels on all editions: captions of news agencies come in English."""
_AGENCY = (
    "(?:Getty(?: Images)?|AFP|AP|Reuters|EPA|EFE|Europa Press|dpa|ANSA|TASS|Sputnik|Xinhua|Anadolu|Shutterstock|Alamy)"
)
_WORD = r"(?:[A-ZÀ-Þ][\w'’&-]+|(?:[A-Z]\.){1,3}|via|for)"
_NAMES = rf"(?:{_WORD}(?:\s*[/,]\s*|\s)){{0,7}}"
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{2,80})[)\]]\s*\.?$")
_UNLABELLED = re.compile(  # after a sentence, a bar or a dash: "Jane Doe/AFP via Getty Images", "Jane Doe | AFP"
    rf"(?:^|(?<=[.!?”\"|])\s*|\s[–—-]\s)(?P<name>(?:(?<=\|\s)[^|]{{2,40}}\|\s)?{_NAMES}{_AGENCY})\.?$"
)


@lru_cache
def _label(edition: Edition) -> str:
    return rf"(?:{alternation({*_LABELS, *edition.words.credit})})\s*[:：]"


@lru_cache
def _labelled(edition: Edition) -> re.Pattern[str]:
    # "File photo: ..." says what is seen.
    label = rf"(?<!\w)(?<!file ){_label(edition)}|(?-i:Credit\s?\.\.\.)|©(?!\s*\d)"
    by = rf"(?<!\w)(?-i:(?:Photo|Photograph|Picture|Image) (?:by|courtesy of) (?P<by>{_NAMES}{_WORD}))\.?"
    return re.compile(rf"\s*(?:(?:{label})\s*(?P<name>[^:：©]{{2,80}})|{by})$", re.I)


@lru_cache
def _label_inside(edition: Edition) -> re.Pattern[str]:
    return re.compile(rf"(?:file\s*[:：]|{_label(edition)})\s*©?\s*", re.I)


def is_credit(text: str, edition: Edition) -> bool:
    """Whether a line is nothing but "Photo: AFP", "© AFP" or "Jane Doe/AFP"."""
    return len(text) < 100 and bool(_labelled(edition).fullmatch(text) or _UNLABELLED.fullmatch(text))


def split_credit(caption: str, edition: Edition) -> tuple[str | None, str | None]:
    """The caption and the credit it ends with.

    A credit with a label is cut from the caption: "Photo: AFP", "Photo by Jane Doe/AFP", "© AFP". One in brackets, or
    told by its agency ("Jane Doe | Getty Images"), stays.
    """
    start = max(len(caption) - _MAX_LENGTH, 0)
    bracketed = _BRACKETED.search(caption, start)
    if bracketed and any(map(str.isalpha, bracketed[1])):
        return caption, _label_inside(edition).sub("", bracketed[1].strip(), count=1) or None
    labelled = _labelled(edition).search(caption, start)
    if labelled:
        return caption[: labelled.start()].rstrip(" |/–—-") or None, (labelled["name"] or labelled["by"]).strip()
    unlabelled = _UNLABELLED.search(caption, start)
    return caption, unlabelled["name"] if unlabelled else None
