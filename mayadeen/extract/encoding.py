"""The bytes of a page in UTF-8, whatever character set it is declared to be in."""

from __future__ import annotations

from w3lib.encoding import html_body_declared_encoding, html_to_unicode, resolve_encoding

_MISNAMED = ("ascii", "cp125", "iso8859", "latin", "koi8", "mac", "utf-16")
"""Character sets that servers name by mistake, for pages in UTF-8: text in one is hardly ever UTF-8 by chance."""


def to_utf8(html: bytes | str, encoding: str | None = None) -> bytes:
    """The page in UTF-8 without a byte order mark; `encoding`, of its HTTP header, beats what the page declares."""
    if isinstance(html, str):
        return html.removeprefix("\ufeff").encode("utf-8", "replace")
    declared = encoding or html_body_declared_encoding(html) or ""
    named = (resolve_encoding(declared) or "") if declared else _MISNAMED[0]
    # What is declared is believed, as browsers do: looking at each byte would cost a quarter of the tree.
    if named == "utf-8" or (named.startswith(_MISNAMED) and _is_utf8(html)):
        return html.removeprefix(b"\xef\xbb\xbf")
    header = f"text/html; charset={encoding}" if encoding else None
    return html_to_unicode(header, html, default_encoding="utf-8")[1].encode("utf-8", "replace")


def _is_utf8(html: bytes) -> bool:
    """Whether the bytes are UTF-8 but for a few. UTF-16 has zeros around its tags."""
    text = html.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    few = not broken or len(text) - len(text.encode("ascii", "ignore")) > 3 * broken
    return few and b"\x00" not in html[:1024]
