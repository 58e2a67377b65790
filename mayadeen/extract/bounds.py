"""Whether a page is safe to build a tree of: found in its bytes, before the tree builder sees them.

The builder (Lexbor, as the HTML standard has it) takes quadratic time in the depth of elements, in the attributes of
one tag and in the options of one select, and opens each `<b class=...>` that was not closed again in every paragraph
that follows: 100 KB of those make 3 GB. Ordinary pages are recognised by counting, in 0.1 ms for 100 KB; the others are
read tag by tag.
"""

from __future__ import annotations

import re

MAX_TAGS = 200_000
"""Of anything that begins with <, in scripts too; a real page of 1.2 MB has 9,000."""
MAX_ELEMENTS = 50_000
"""A real page has 5,000. Each takes 200 bytes of tree, and up to 3 KB where the parsers look at it."""
MAX_DEPTH = 500
"""Elements within elements; real pages stay under 60, and Python's own stack ends at 1000."""
MAX_ATTRIBUTES = 1000
"""Attributes of one tag, and options of one select."""
MAX_REOPENED = 300_000
"""Formatting elements that the builder may add: those left open, times the tags of the page."""

_USUAL_TAGS = 16_000
"""Fewer cannot nest deep enough to hurt: 0.4 s."""
_USUAL_SIZE = 3_000_000
_USUAL_GAP = 20_000
"""Bytes without a `>`: fewer have too few attributes to hurt."""

_ATTRIBUTE = (  # as the standard's tokenizer ends it: a quote opens a value only after =
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
# With attributes, and not closed by the very next tag: without any, the builder reopens three of a kind at most.
_LEFT_OPEN = re.compile(
    rb"<(?=[bBcCeEfFiInNsStTuU])([bBiIuUsS]|(?i:em|tt|font|code|big|nobr|small|strike|strong))[ \t\n\r\f/]"
    rb"(?!(?:[ \n]*+[a-zA-Z:_-]++=\"[^\"<>]*+\")++>[^<]*+</(?i:\1)>)"
)
_FLAT = frozenset(  # end by themselves, or when the next one begins, or hold the whole page
    (
        b"area base body br col colgroup dd dt embed frame head hr html image img input li link meta option p param "
        b"source track wbr"
    ).split()
)
_CELLS = frozenset(b"caption td th".split())
_GROUPS = frozenset(b"tbody tfoot thead".split())
_KEPT = dict.fromkeys(_CELLS, frozenset([b"tr"])) | {b"tr": _GROUPS} | dict.fromkeys(_GROUPS, frozenset[bytes]())
"""A part of a table ends all that is open in the table but these."""
_WALLS = _CELLS | frozenset(b"applet marquee math object select svg table template".split())
"""No end tag but their own, or the table's, reaches beyond them."""


def excess(html: bytes) -> str | None:
    """What makes a page (UTF-8) unsafe to build a tree of; None when nothing does."""
    tags = html.count(b"<")
    if tags > MAX_TAGS:
        return f"more than {MAX_TAGS} times <"
    unusual = tags > _USUAL_TAGS or len(html) > _USUAL_SIZE
    if unusual or len(_LEFT_OPEN.findall(html)) * tags > MAX_REOPENED or _is_crowded(html):
        return _count(html, tags)
    return None


def _is_crowded(html: bytes) -> bool:
    """Whether a tag may have too many attributes: looked for where nothing ends a tag for long."""
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
    """What a reading tag by tag finds too much of; counts too high when in doubt."""
    names: list[bytes] = []  # the elements open at each place, outermost first
    marks: list[tuple[bytes, bytes]] = []  # the formatting that the builder would open again; (b"", b"") for a cell
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
    """An end tag: of formatting it ends that element alone, whatever is open in it."""
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
    """All elements from one on end; what was opened in a cell ends with it."""
    for name in names[at:]:
        while name in _CELLS and marks and marks.pop()[0]:
            pass
    del names[at:]


def _last(names: list[bytes], name: bytes) -> int:
    """Where an element of that name is open, the innermost; -1 where none is."""
    return next((at for at in range(len(names) - 1, -1, -1) if names[at] == name), -1)
