"""Checks in the bytes of a page whether it is safe to build a tree from it.

Lexbor follows the HTML standard. It takes quadratic time in the depth of elements, in the attributes of one tag and in
the options of one select. It also reopens each unclosed `<b class=...>` in every following paragraph: 100 KB of these
need 3 GB. Ordinary pages are recognised by counting, in 0.1 ms per 100 KB. All others are read tag by tag.
"""

from __future__ import annotations

import re

MAX_TAGS = 200_000
"""Maximum number of `<`, including those in scripts. A real page of 1.2 MB has 9,000."""
MAX_ELEMENTS = 50_000
"""Maximum number of elements. A real page has 5,000. Each needs 200 bytes in the tree, up to 3 KB in the parsers."""
MAX_DEPTH = 500
"""Maximum nesting depth. Real pages stay under 60; Python's recursion limit is 1000."""
MAX_ATTRIBUTES = 1000
"""Maximum number of attributes of one tag, and of options of one select."""
MAX_REOPENED = 300_000
"""Maximum number of formatting elements that the tree builder may add: unclosed ones times the tags of the page."""

_USUAL_TAGS = 16_000
"""A page with fewer tags cannot nest deep enough to cause harm: 0.4 s."""
_USUAL_SIZE = 3_000_000
_USUAL_GAP = 20_000
"""Bytes without a `>`. A shorter gap has too few attributes to cause harm."""

_ATTRIBUTE = (  # ends as in the standard's tokenizer: a quote opens a value only after =
    rb"(?:[ \t\n\r\f/]*+[^ \t\n\r\f/>][^ \t\n\r\f/>=]*+"
    rb"(?:[ \t\n\r\f]*+=[ \t\n\r\f]*+(?:\"[^\"]*+\"|'[^']*+'|[^ \t\n\r\f>\"'][^ \t\n\r\f>]*+)?+)?+)"
)
_TAG = re.compile(
    rb"<!--.*?(?:--!?>|\Z)"
    rb"|<(?i:(script|style|textarea|title))\b[^<]*+(?:<(?!/(?i:\1))[^<]*+)*+(?:</(?i:\1))?+"
    rb"|<(/?)([a-zA-Z][^ \t\n\r\f/>]*+)(" + _ATTRIBUTE + rb"*+)",
    re.S,
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_CROWDED = re.compile(rb"<[a-zA-Z][^ \t\n\r\f/>]*+" + _ATTRIBUTE + rb"{%d}" % MAX_ATTRIBUTES)
_FORMATTING = frozenset(b"b big code em font i nobr s small strike strong tt u".split())
# Formatting tags with attributes that the very next tag does not close. Of tags without attributes, the builder reopens
# at most three per kind.
_LEFT_OPEN = re.compile(
    rb"<(?=[bBcCeEfFiInNsStTuU])([bBiIuUsS]|(?i:em|tt|font|code|big|nobr|small|strike|strong))[ \t\n\r\f/]"
    rb"(?!(?:[ \n]*+[a-zA-Z:_-]++=\"[^\"<>]*+\")++>[^<]*+</(?i:\1)>)"
)
_FLAT = frozenset(  # these end by themselves or when the next one begins, or they contain the whole page
    (
        b"area base body br col colgroup dd dt embed frame head hr html image img input li link meta option p param "
        b"source track wbr"
    ).split()
)
_CELLS = frozenset(b"caption td th".split())
_GROUPS = frozenset(b"tbody tfoot thead".split())
_KEPT = dict.fromkeys(_CELLS, frozenset([b"tr"])) | {b"tr": _GROUPS} | dict.fromkeys(_GROUPS, frozenset[bytes]())
"""A table part ends all open elements of the table except these."""
_WALLS = _CELLS | frozenset(b"applet marquee math object select svg table template".split())
"""Only their own end tag, or that of the table, closes elements outside these."""


def excess(html: bytes) -> str | None:
    """Return what makes a page (UTF-8) unsafe to parse, or None if it is safe."""
    tags = html.count(b"<")
    if tags > MAX_TAGS:
        return f"more than {MAX_TAGS} times <"
    unusual = tags > _USUAL_TAGS or len(html) > _USUAL_SIZE
    if unusual or len(_LEFT_OPEN.findall(html)) * tags > MAX_REOPENED or _is_crowded(html):
        return _count(html, tags)
    return None


def _is_crowded(html: bytes) -> bool:
    """Return whether a tag may have too many attributes: a long stretch without `>`."""
    at = 0
    while at + _USUAL_GAP < len(html):
        end = html.rfind(b">", at, at + _USUAL_GAP)
        if end < 0:
            end = html.find(b">", at) % (len(html) + 1)
            if _CROWDED.search(html, at, end):
                return True
        at = end + 1
    return False


def _count(html: bytes, tags: int) -> str | None:
    """Return which limit a page exceeds, reading it tag by tag. The counts are too high rather than too low."""
    names: list[bytes] = []  # the open elements, outermost first
    marks: list[tuple[bytes, bytes]] = []  # formatting elements that the builder would reopen; (b"", b"") for a cell
    options = elements = 0
    for _, closing, name, rest in _TAG.findall(html):
        name = name.lower()
        if closing:
            _close(name, names, marks)
            continue
        elements += bool(name)
        if elements > MAX_ELEMENTS:
            return f"more than {MAX_ELEMENTS} elements"
        if len(rest) > MAX_ATTRIBUTES and len(_ATTRIBUTES.findall(rest)) > MAX_ATTRIBUTES:
            return f"a tag with more than {MAX_ATTRIBUTES} attributes"
        options = 0 if name == b"select" else options + (name == b"option")
        if options > MAX_ATTRIBUTES:
            return f"a select with more than {MAX_ATTRIBUTES} options"
        if name in _FORMATTING:
            if marks.count((name, rest)) > 2:
                marks.remove((name, rest))
            marks.append((name, rest))
            if len(marks) * tags > MAX_REOPENED and len(marks) > 3 * len(_FORMATTING):
                return f"{len(marks)} formatting elements left open"
        if not name or name in _FLAT or (rest.endswith(b"/") and not {b"svg", b"math"}.isdisjoint(names)):
            continue
        if name in _KEPT:
            _cut(names, marks, 1 + max(_last(names, b"table"), *(_last(names, each) for each in _KEPT[name]), -1))
        elif name == b"a":
            _close(name, names, marks)
        if name in _CELLS:
            marks.append((b"", b""))
        names.append(name)
        if len(names) > MAX_DEPTH:
            return f"elements nested more than {MAX_DEPTH} deep"
    return None


def _close(name: bytes, names: list[bytes], marks: list[tuple[bytes, bytes]]) -> None:
    """Process an end tag. The end tag of a formatting element closes only that element, whatever is open inside it."""
    if name in _FORMATTING:
        for at in range(len(marks) - 1, -1, -1):
            if marks[at][0] in (b"", name):
                del marks[at : at + (marks[at][0] == name)]
                break
    for at in range(len(names) - 1, -1, -1):
        if names[at] == name:
            if name in _FORMATTING or name == b"a":
                del names[at]
            else:
                _cut(names, marks, at)
            return
        if names[at] in _WALLS and not (names[at] in _CELLS and (name in _KEPT or name == b"table")):
            return


def _cut(names: list[bytes], marks: list[tuple[bytes, bytes]], at: int) -> None:
    """Close all elements from index `at` on, and the formatting opened in their cells."""
    for name in names[at:]:
        while name in _CELLS and marks and marks.pop()[0]:
            pass
    del names[at:]


def _last(names: list[bytes], name: bytes) -> int:
    """Return the index of the innermost open element of that name, or -1."""
    return next((at for at in range(len(names) - 1, -1, -1) if names[at] == name), -1)
