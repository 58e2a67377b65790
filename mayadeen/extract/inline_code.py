"""A page without its code: what its scripts and style sheets hold, left out before a tree is built.

Cut is what the HTML standard's tokenizer takes for code; where that is not plain, the code stays. The tree is built of
what is given back: a mistake here can lose text, but lets nothing past the check for safety.
"""

from __future__ import annotations

import re

MIN_CODE = 256
"""Bytes of code that are worth leaving out."""
MAX_OPENINGS = 20_000
"""Comments and elements without markup that are looked at; real pages have 500. What follows stays as it is."""
MAX_QUOTED = 50
"""Tags in values of attributes that are passed over; what follows the last one stays as it is."""
_QUOTE_WINDOW = 2000
"""Bytes before a tag in which the quote is looked for that would make it part of a value."""

# Literal up to the first letter: so the search jumps from one < to the next.
_OPENING = re.compile(
    rb"<(?=[!sStTiIxXnN])(?:!--|((?i:script|style|textarea|title|iframe|xmp|noembed|noframes))(?=[ \t\n\r\f/>]))"
)
_ENDS = {
    name: re.compile(rb"</(?i:" + name + rb")[ \t\n\r\f/>]")
    for name in (b"style", b"textarea", b"title", b"iframe", b"xmp", b"noembed", b"noframes")
} | {b"script": re.compile(rb"<(?=[/!])(?:/(?i:script)[ \t\n\r\f/>]|!--)")}
# The rest of a start tag: a quote opens a value only after =.
_REST = re.compile(rb"(?:[^>=]++|=[ \t\n\r\f]*+(?:\"[^\"]*+\"|'[^']*+')?+)*+>")
_COMMENT_END = re.compile(rb"--!?>")
_IN_SCRIPT = re.compile(rb"<!--(?:-*+>)?+|-->|<(/?)script[ \t\n\r\f/>]", re.I)


def without_code(html: bytes) -> bytes:
    """The page (UTF-8) with nothing in its scripts and style sheets, but for JSON-LD and the CMS's record."""
    parts: list[bytes] = []
    done = at = quoted = 0
    for _ in range(MAX_OPENINGS):
        opening = _OPENING.search(html, at)
        if opening is None:
            break
        if opening[1] is None:
            at = _comment_end(html, opening.end())
            continue
        tag = _REST.match(html, opening.end())
        if tag is None:
            break
        name, first = opening[1].lower(), tag.end()
        at = _end(html, first, name)
        if at - first > MIN_CODE and _is_code(name, tag[0]):
            if _in_value(html, done, opening.start()):
                at, quoted = first, quoted + 1
                if quoted > MAX_QUOTED:
                    break
                continue
            parts.append(html[done:first])
            done = at
    return b"".join((*parts, html[done:])) if parts else html


def _is_code(name: bytes, attributes: bytes) -> bool:
    return name == b"style" or (
        name == b"script" and not any(kept in attributes.lower() for kept in (b"ld+json", b"tawsiyat-metadata"))
    )


def _in_value(html: bytes, start: int, at: int) -> bool:
    """Whether a tag is only written in the value of an attribute: the last quote before it stands behind a `=`."""
    start = max(start, at - _QUOTE_WINDOW)
    quotes = (html.rfind(b'"', start, at), html.rfind(b"'", start, at))
    return any(html[start:quote].rstrip().endswith(b"=") for quote in quotes if quote >= 0)


def _comment_end(html: bytes, at: int) -> int:
    if html.startswith((b">", b"->"), at):
        return at
    found = _COMMENT_END.search(html, at)
    return found.end() if found else len(html)


def _end(html: bytes, first: int, name: bytes) -> int:
    """Where the end tag of an element without markup begins; the end of the page where there is none."""
    found = _ENDS[name].search(html, first)
    if found is None:
        return len(html)
    return _commented_end(html, found.start()) if found[0] == b"<!--" else found.start()


def _commented_end(html: bytes, first: int) -> int:
    """The same for a script that holds a comment: in one, a script may have a script of its own."""
    commented = nested = False
    for mark in _IN_SCRIPT.finditer(html, first):
        if mark[1] is None:  # a comment begins, is empty, or ends
            commented = commented or mark[0] == b"<!--"
            if mark[0] == b"-->":
                commented = nested = False
        elif mark[1] and not nested:
            return mark.start()
        else:
            nested = commented and not mark[1]
    return len(html)
