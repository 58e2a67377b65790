"""Cleaning of text. Pure functions from string to string."""

from __future__ import annotations

import html
import re
from html.entities import html5
from unicodedata import is_normalized, normalize

# Control characters, soft hyphens, zero-width and bidirectional marks, byte order marks, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
# Joiners belong to Persian words and to emoji, where both neighbours are beyond Latin; elsewhere they are noise.
_STRAY_JOINER = re.compile("(?<![^\x00-\u024f\\s])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u024f\\s])")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_NOT_WORD = re.compile(r"[^\w]+|_")


def line(text: str) -> str:
    """The text on one line, single spaces, none at its ends."""
    return " ".join(text.split())


def clean(text: str, *, entities: bool = True) -> str:
    """Entities written twice resolved, Unicode NFC, no invisible marks, single spaces; line feeds stay.

    `entities=False` leaves those alone: in HTML they are what keeps text from being tags.
    """
    # What is printable has no control, format or separator characters but the plain space.
    if text.isprintable() and not (entities and "&" in text) and "  " not in text and is_normalized("NFC", text):
        return text.strip()
    if "\n" in text or "\r" in text:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join([clean(each, entities=entities) for each in lines]).strip("\n")
    # Until nothing changes: an accent meets its letter, an entity its name, when the mark between them is gone.
    while (after := _once(text, entities)) != text:
        text = after
    return text


def _once(text: str, entities: bool) -> str:
    text = _STRAY_JOINER.sub("", _INVISIBLE.sub("", text))
    if entities and "&" in text:
        text = _ENTITY.sub(_character, text)
    return " ".join(normalize("NFC", text).split())


def _character(entity: re.Match[str]) -> str:
    name = entity[0]
    return html.unescape(name) if name[1] == "#" or name[1:] in html5 else name


def same(text: str) -> str:
    """What two printings of one sentence share: letters and digits, case folded. For comparing only."""
    if not text.isascii():
        text = normalize("NFKC", _INVISIBLE.sub("", text))
    return _NOT_WORD.sub(" ", text.casefold()).strip()


def count_words(text: str) -> int:
    """Words of a text: what spaces part."""
    return len(text.split())
