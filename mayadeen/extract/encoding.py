"""The bytes of a page in UTF-8, whatever character set it is declared to be in."""

from __future__ import annotations

from w3lib.encoding import html_body_declared_encoding, html_to_unicode, resolve_encoding

_BYTEWISE = ("ascii", "cp125", "iso8859", "latin", "koi8", "mac")
"""Character sets that servers name by mistake, for pages in UTF-8."""


def to_utf8(html: bytes | str, encoding: str | None = None) -> bytes:
    """The page in UTF-8 without a byte order mark; `encoding`, of its HTTP header, beats what the page declares."""
    if isinstance(html, str):
        return html.removeprefix("\ufeff").encode("utf-8", "replace")
    declared = encoding or html_body_declared_encoding(html)
    # What is declared is believed, as browsers do; looking at each byte would cost a quarter of the tree. But for the
    # character sets of one byte each: text in one is hardly ever UTF-8 by chance. UTF-16 has zeros around its tags.
    named = resolve_encoding(declared) or "" if declared else ""
    wide = named.startswith("utf-16") and b"\x00" not in html[:1024]
    if named == "utf-8" or wide or ((not declared or named.startswith(_BYTEWISE)) and _is_utf8(html)):
        return html.removeprefix(b"\xef\xbb\xbf")
    header = f"text/html; charset={encoding}" if encoding else None
    return html_to_unicode(header, html, default_encoding="utf-8")[1].encode("utf-8", "replace")


def _is_utf8(html: bytes) -> bool:
    """Whether the bytes are UTF-8 but for a few."""
    try:
        html.decode("utf-8")
    except UnicodeDecodeError:
        text = html.decode("utf-8", "replace")
        broken, beyond = text.count("\ufffd"), len(text) - len(text.encode("ascii", "ignore"))
        return beyond > 3 * broken
    return True
