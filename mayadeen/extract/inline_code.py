"""Removes the content of scripts and style sheets from a page before its tree is built.

Content that is not clearly code stays. The tree is built from the result, so an error here can lose text, but it cannot
bypass the safety check.
"""

from __future__ import annotations

import re

_MIN_CODE = 256
"""Minimum number of bytes of code worth removing."""
_MAX_SPACE = 100
"""Maximum number of bytes of white space that are skipped before and in an element."""

# The pattern begins with literals so that the search jumps from one < to the next. A quote opens a value only after =.
_OPENING = re.compile(
    rb"<(?=[!sStTxXiI])(?:!--(?!-?>)|((?i:script|style|textarea|title|xmp|iframe))(?=[ \t\n\r\f/>])"
    rb"(?:[^>=]++|=[ \t\n\r\f]*+(?:\"[^\"]*+\"|'[^']*+')?+)*+>?)"
)
_ENDS = {
    b"": re.compile(rb"--!?>"),  # end of a comment
    **{
        name: re.compile(rb"</(?i:%b)[ \t\n\r\f/>]" % name)
        for name in (b"script", b"style", b"textarea", b"title", b"xmp", b"iframe")
    },
}
_FACTS = re.compile(rb"ld\+json|tawsiyat-metadata", re.I)


def without_code(html: bytes) -> bytes:
    """Return the page (UTF-8) with empty scripts and style sheets, except JSON-LD and the CMS's metadata."""
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
    """Return whether the content between a start tag and the first matching end tag is code.

    The tag must directly follow another tag, so that it is not part of an attribute value. The content must not begin
    with a comment, because a script may contain other scripts in one.
    """
    before = html[max(tag.start() - _MAX_SPACE, 0) : tag.start()].rstrip()
    content = html[tag.end() : tag.end() + _MAX_SPACE].lstrip()
    return before[-1:] in (b"", b">") and not content.startswith(b"<!--") and not _FACTS.search(tag[0])
