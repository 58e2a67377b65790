"""Cleaning of text. Pure functions from string to string."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from html.entities import html5
from unicodedata import combining, is_normalized, normalize

# Control characters, soft hyphens, zero-width and bidirectional marks, byte order marks, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
# Joiners are valid in Persian words and emoji, between two non-Latin characters. Elsewhere they are noise.
_STRAY_JOINER = re.compile(
    "(?<![^\x00-\u024f\\s])[\u200c\u200d]++|(?<![\u200c\u200d])[\u200c\u200d]++(?![^\x00-\u024f\\s])"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#38);){2,}+")
"""An ampersand that was escaped several times."""
_WORD = re.compile(r"[^\W_]+")
# Arabic vowel signs and tatweel: words with and without them are the same.
_SIGNS = re.compile("[\u0640\u064b-\u065f\u0670]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LETTERS = {"ا": "أإآٱ", "ي": "ىیې", "ه": "ة", "ك": "ک", "'": "’‘`", " ": "\xa0\u202f"} | {
    "a": "áàâäã", "e": "éèêë", "i": "íìîï", "o": "óòôöõ", "u": "úùûü", "n": "ñ", "c": "ç"
}  # fmt: skip
"""A letter -> other letters written in its place."""
_SENTENCE_ENDS = (".", "!", "?", "؟", "…", "۔")
_QUOTE_ENDS = "\"'”’»)“"
_LONG = 300
"""Texts up to this length are cached: labels are repeated on every page, paragraphs are not."""
_MARKS_OF_A_LETTER = 30
"""Limit of Unicode's Stream-Safe Text Format. No language needs more than a few."""
# All combining marks have code points from here on.
_MARKED = re.compile(f"[\u0300-\U0010ffff]{{{_MARKS_OF_A_LETTER + 1},}}")
_DIGITS = {start + digit: str(digit) for start in (0x660, 0x6F0) for digit in range(10)}
_FOLDED = {
    **{ord(other): letter for letter, others in _LETTERS.items() for other in others},
    **dict.fromkeys((0x640, *range(0x64B, 0x660), 0x670, 0xAD, 0x61C, 0x200B, 0x200E, 0x200F), ""),
    **_DIGITS,
}


def collapse_whitespace(text: str) -> str:
    """Return the text on one line, with single spaces and none at the ends."""
    return " ".join(text.split())


def without_invisible(text: str, *, lines: bool) -> str:
    """Return the text without control characters, direction marks and lone surrogates, on one line unless `lines`."""
    text = _INVISIBLE.sub("", text)
    return text if lines else collapse_whitespace(text)


def bounded_marks(text: str) -> str:
    """Return the text with at most 30 accents per letter (Unicode's Stream-Safe Text). Normalizing more takes quadratic
    time.
    """
    if len(text) < _LONG or text.isascii():
        return text
    sample = text[_MARKS_OF_A_LETTER :: _MARKS_OF_A_LETTER + 1]  # any longer run contains one of these characters
    return _MARKED.sub(_bounded, text) if any(map(combining, sample)) else text


def _bounded(marked: re.Match[str]) -> str:
    kept, run = [], 0
    for letter in marked[0]:
        run = run + 1 if combining(letter) else 0
        if run <= _MARKS_OF_A_LETTER:
            kept.append(letter)
    return "".join(kept)


def clean(text: str, *, entities: bool = True) -> str:
    """Return NFC text with double-escaped entities resolved, no invisible characters and single spaces. Keeps line
    feeds.

    Use `entities=False` for HTML, where entities keep text from becoming tags.
    """
    text = bounded_marks(text)
    encoded = entities and "&" in text and _ENTITY.search(text)
    # Printable text has no control, format or separator characters except the plain space.
    if text.isprintable() and not encoded and "  " not in text and is_normalized("NFC", text):
        return text.strip()
    if "\n" in text or "\r" in text:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join([clean(each, entities=entities) for each in lines]).strip("\n")
    # Repeat until nothing changes: removing a mark may bring an accent to its letter or complete an entity.
    while (after := _once(text, entities)) != text:
        text = after
    return text


def _once(text: str, entities: bool) -> str:
    text = bounded_marks(_STRAY_JOINER.sub("", _INVISIBLE.sub("", text)))
    if entities and "&" in text:
        text = _ENTITY.sub(_character, _AMPERSANDS.sub("&amp;", text))
    return " ".join(normalize("NFC", text).split())


def _character(entity: re.Match[str]) -> str:
    name = entity[0]
    return html.unescape(name) if name[1] == "#" or name[1:] in html5 else name


def comparison_key(text: str) -> str:
    """Return the key of a sentence for comparison: only letters and digits, case-folded."""
    return (_same if len(text) < _LONG else _same.__wrapped__)(text)


@lru_cache(maxsize=2048)
def _same(text: str) -> str:
    if not text.isascii():
        text = _SIGNS.sub("", normalize("NFKC", bounded_marks(_INVISIBLE.sub("", text))))
    return " ".join(_WORD.findall(text.casefold()))


def normalize_label(text: str) -> str:
    """Return the comparison key of a label: lower case, no accents or vowel signs, one alif, one ya, plain digits."""
    return (_fold if len(text) < _LONG else _fold.__wrapped__)(text)


@lru_cache(maxsize=2048)
def _fold(text: str) -> str:
    return text.lower() if text.isascii() else text.lower().translate(_FOLDED)


@lru_cache(maxsize=1024)
def spelling_pattern(word: str) -> str:
    """Return a regular expression for a word in any spelling, with or without accents. Compile it with `re.I`."""
    parts: list[str] = []
    for written in word.lower():
        letter = normalize_label(written)
        others = "" if letter.isascii() and letter.isalpha() else _LETTERS.get(letter, "")
        if letter == " ":
            parts.append(r"\s+")
        elif others or letter != written:
            parts.append(f"[{re.escape(letter)}{others or written}]" if letter else "")
        else:
            parts.append(re.escape(letter))
        if "\u0600" <= letter <= "\u06ff":
            parts.append("[\u0640\u064b-\u065f\u0670]*")
    pattern = "".join(parts)
    # Arabic has no case. Without this flag, compiling the words of an edition takes a third of a second more.
    return f"(?-i:{pattern})" if "\u0600" <= word[:1] <= "\u06ff" else pattern


def alternation(words: Iterable[str]) -> str:
    """Return a regular expression for any of some words, the longest first. Without words it matches nothing."""
    return "|".join(spelling_pattern(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def plain_digits(text: str) -> str:
    """Return the text with the digits of all scripts replaced by 0 to 9, character by character."""
    return text if text.isascii() else text.translate(_DIGITS)


def strip_bidi(text: str) -> str:
    """Return the text without direction marks."""
    return text if text.isascii() else _DIRECTION.sub("", text)


def count_words(text: str) -> int:
    """Return the number of words separated by white space."""
    return len(text.split())


def is_sentence(text: str) -> bool:
    """Return whether a line ends like a sentence, possibly in quotes or brackets."""
    return text.endswith(_SENTENCE_ENDS) or text.rstrip(_QUOTE_ENDS).endswith(_SENTENCE_ENDS)
