"""Renders the blocks of an article as plain text and as minimal HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from mayadeen.extract.region import HEADINGS, Block, Box, Piece, Region
from mayadeen.items import Link
from mayadeen.site.address import Site, resolve
from mayadeen.site.text import clean, collapse_whitespace


def plain(blocks: Sequence[Block]) -> str:
    """Return the text with one line feed between blocks."""
    return "\n".join(filter(None, (clean(block.text) for block in blocks)))


def html(blocks: Sequence[Block], region: Region, base: str, site: Site) -> str:
    """Return paragraphs, headings, lists and quotes with links, `<strong>` and `<em>`. The only attribute is `href`."""
    parts: list[str] = []
    nests = _nests(region)
    for (quoted, holder), group in groupby(blocks, key=lambda block: nests[block.box]):
        inner = "".join(_block(block, region, base, site, listed=holder is not None) for block in group)
        if holder is not None:
            inner = f"<{holder.tag}>{inner}</{holder.tag}>"
        parts.append(f"<blockquote>{inner}</blockquote>" if quoted is not None else inner)
    return "".join(parts)


def _nests(region: Region) -> list[tuple[Box | None, Box | None]]:
    """Return for each box the outermost quote and the innermost list that it is in, or is itself."""
    found: list[tuple[Box | None, Box | None]] = []
    for box in region.boxes:
        quoted, holder = found[box.parent] if box.parent >= 0 else (None, None)
        if box.tag == "blockquote":
            quoted = quoted or box
        elif box.tag in ("ul", "ol"):
            holder = box
        found.append((quoted, holder))
    return found


def _block(block: Block, region: Region, base: str, site: Site, *, listed: bool) -> str:
    tag = region.tag(block)
    name = "li" if listed else {"h1": "h2"}.get(tag, tag) if tag in HEADINGS else "p"
    if len(block.pieces) == 1 and not block.pieces[0].href and not block.pieces[0].style:
        return f"<{name}>{escape(clean(block.text), quote=False)}</{name}>"
    return f"<{name}>{collapse_whitespace(''.join([_piece(piece, base, site) for piece in block.pieces]))}</{name}>"


def _piece(piece: Piece, base: str, site: Site) -> str:
    # Clean before escaping: a double-escaped entity on the page is one character of text.
    space = piece.text[:1].isspace(), piece.text[-1:].isspace()
    text = escape(clean(collapse_whitespace(piece.text)), quote=False)
    if text and piece.style in ("strong", "em"):
        text = f"<{piece.style}>{text}</{piece.style}>"
    url = resolve(piece.href, base, site) if piece.href and text else None
    if url:
        text = f'<a href="{escape(url)}">{text}</a>'
    return f"{' ' if space[0] else ''}{text}{' ' if space[1] else ''}"


def links(blocks: Sequence[Block], base: str, site: Site) -> list[Link]:
    """Return the links in the text, in page order."""
    found: dict[tuple[str, str], Link] = {}
    for block in blocks:
        for href, said in block.link_texts().items():
            url, text = resolve(href, base, site), clean(said)
            if url and text:
                found.setdefault((url, text), Link(url=url, text=text))
    return list(found.values())
