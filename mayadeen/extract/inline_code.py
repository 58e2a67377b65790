"""A page without its code: what its scripts and style sheets hold, left out before a tree is built.

Where it is not plain that something is code, it stays. The tree is built of what is given back: a mistake here can lose
text, but lets nothing past the check for safety.
"""

from __future__ import annotations

import re

_MIN_CODE = 256
"""Bytes of code that are worth leaving out."""
_MAX_SPACE = 100
"""Bytes of white space before and in an element that are passed over."""

# Literal up to the first letter: so the search jumps from one < to the next. A quote opens a value only after =.
_OPENING = re.compile(
    rb"<(?=[!sStTxXiI])(?:!--(?!-?>)|((?i:script|style|textarea|title|xmp|iframe))(?=[ \t\n\r\f/>])"
    rb"(?:[^>=]++|=[ \t\n\r\f]*+(?:\"[^\"]*+\"|'[^']*+')?+)*+>?)"
)
_ENDS = {
    b"": re.compile(rb"--!?>"),  # of a comment
    **{
        name: re.compile(rb"</(?i:%b)[ \t\n\r\f/>]" % name)
        for name in (b"script", b"style", b"textarea", b"title", b"xmp", b"iframe")
    },
}
_FACTS = re.compile(rb"ld\+json|tawsiyat-metadata", re.I)


def without_code(html: bytes) -> bytes:
    """The page (UTF-8) with nothing in its scripts and style sheets, but for JSON-LD and the CMS's record."""
    parts: list[bytes] = []
    done = at = 0
    while opening := _OPENING.search(html, at):
        first, name = opening.end(), (opening[1] or b"").lower()
        end = _ENDS[name].search(html, first)
        at = end.start() if end else len(html)
        if name in (b"script", b"style") and at - first > _MIN_CODE and _holds_code(html, opening):
            parts.append(html[done:first])
            done = at
    return b"".join([*parts, html[done:]])


def _holds_code(html: bytes, tag: re.Match[bytes]) -> bool:
    """Whether what follows a start tag, up to the first end tag, is code.

    The tag must follow another: it is not written in the value of an attribute. And what it holds must not begin with a
    comment: in one, a script may have scripts of its own.
    """
    before = html[max(tag.start() - _MAX_SPACE, 0) : tag.start()].rstrip()
    content = html[tag.end() : tag.end() + _MAX_SPACE].lstrip()
    return before[-1:] in (b"", b">") and not content.startswith(b"<!--") and not _FACTS.search(tag[0])
