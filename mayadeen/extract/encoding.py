"""Converts the bytes of a page to UTF-8 from its declared character set."""

from __future__ import annotations

from w3lib.encoding import html_body_declared_encoding, html_to_unicode, resolve_encoding

_MISNAMED = ("ascii", "cp125", "iso8859", "latin", "koi8", "mac", "utf-16")
"""Character sets that servers declare by mistake for UTF-8 pages. Text in these is rarely valid UTF-8 by chance."""


def to_utf8(html: bytes | str, encoding: str | None = None) -> bytes:
    """Return the page in UTF-8 without a byte order mark.

    `encoding`, from the HTTP header, takes precedence over what the page declares.
    """
    if isinstance(html, str):
        return html.removeprefix("\ufeff").encode("utf-8", "replace")
    declared = encoding or html_body_declared_encoding(html) or ""
    named = (resolve_encoding(declared) or "") if declared else _MISNAMED[0]
    # Trust the declared character set, as browsers do. Checking every byte would take a quarter of the parsing time.
    if named == "utf-8" or (named.startswith(_MISNAMED) and _is_utf8(html)):
        return html.removeprefix(b"\xef\xbb\xbf")
    header = f"text/html; charset={encoding}" if encoding else None
    return html_to_unicode(header, html, default_encoding="utf-8")[1].encode("utf-8", "replace")


def _is_utf8(html: bytes) -> bool:
    """Return whether nearly all bytes are valid UTF-8. UTF-16 has zero bytes around its tags."""
    text = html.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    few = not broken or len(text) - len(text.encode("ascii", "ignore")) > 3 * broken
    return few and b"\x00" not in html[:1024]
