"""The properties of an address: its normal form, page type, section and edition. Pure functions.

The site writes one page in many ways: raw Arabic or percent-encoded, `/Society` or `/society`, with or without the
leading slash, on two or three hosts. `canonical` maps all of them to one form. The page type is only a guess: the page
itself shows whether it is an article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import is_normalized, normalize
from urllib.parse import quote, urljoin

from mayadeen.site.edition import EDITIONS, EN, Edition
from mayadeen.site.page_types import is_file, path_names, type_and_section

_TRACKING = re.compile(
    r"(?i:utm_.*|__cf_chl.*|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igsh|igshid"
    r"|mc_cid|mc_eid|_ga|_gl|_hsenc|_hsmi|ref_src|ref_url|at_medium|at_campaign|cmpid|ocid)"
)
# Nearly all paths of the site (in NFC): their normal form only needs percent-encoding.
_PLAIN = re.compile("(?:/[a-z0-9_~:\u00c0-\u024f\u0600-\u06ff-]+)+")
_DONE = re.compile("(?:/(?:[a-z0-9_~:-]++|%D8%(?:[8AB][0-9A-F]|9[B-F])|%D9%(?:8[0-9A]|A[0-9A-F]|B[1-9A-F]))++)++")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HTTP = re.compile(r"(?i:(https?)):/*([^/?#]*)([^?#]*)(?:\?([^#]*))?")
_HOST = re.compile(r"((?:[a-z0-9_-]+\.)*[a-z0-9_-]+|\[[0-9a-f:.]+\])\.?(?::([0-9]{0,5}))?")
_BLANK = "".join(map(chr, range(33))) + "\x7f\x85\xa0\u2028\u2029\u3000\u200b\u200e\u200f\ufeff"
_BREAK = re.compile("[\t\r\n]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile("(?:%[89A-Fa-f][0-9A-Fa-f])+|%[0-7][0-9A-Fa-f]|%")
_KEPT = re.compile("(%[0-9A-F]{2})")
_TWICE = re.compile("%(?:25)+(?=[89A-Fa-f][0-9A-Fa-f])")  # `%25D8`: encoded once too often, never intended
_MARKS = re.compile("[\u0640\u064b-\u065f\u0670]")  # Arabic vowel signs and tatweel
_ACCENT = re.compile("([A-Za-z])([^\\w\\s\u0300-\u036f]*)[\u0300-\u036f]+")  # the site's own slugs drop accents
_WORD = re.compile(r"[^\W_]+")
_LITERAL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!'()*,:")
_MAX_LENGTH = 4096
_EDITION_OF = {host: edition for edition in EDITIONS.values() for host in edition.hosts}


@dataclass(frozen=True, slots=True)
class Site:
    """An edition, and the origin (`https://host[:port]`) of its addresses.

    `Site(EN, "http://127.0.0.1:8000")` is a replica. Raises ValueError for an invalid origin.
    """

    edition: Edition
    origin: str

    def __post_init__(self) -> None:
        parts = _parts(_clean(self.origin))
        if parts is None:
            raise ValueError(f"not an origin (http://host or https://host): {self.origin!r}")
        object.__setattr__(self, "origin", f"{parts[0]}://{parts[1]}")

    def __hash__(self) -> int:
        return hash(self.origin)  # a string caches its hash, and every cache here needs it


_site = lru_cache(maxsize=64)(Site)


def site_of(url: str, edition: str | None = None) -> Site:
    """Return the site of an address. The host determines the edition; for any other host (replica, mirror) it is
    `edition`, or en.
    """
    parts = _parts(_clean(url))
    found = _EDITION_OF.get(parts[1]) if parts else None
    if found is not None:
        return _site(found, found.origin)
    named = EDITIONS.get(edition or "", EN)
    return _site(named, f"{parts[0]}://{parts[1]}" if parts else named.origin)


def resolve(href: str, base: str, site: Site) -> str | None:
    """Return the normal form of the address that a link on the page `base` leads to.

    Returns None for links that lead to no other page: `mailto:`, `javascript:`, `tel:`, `data:`, `#top`, empty or
    invalid.
    """
    if len(href) > _MAX_LENGTH:
        return None
    path = _plain(href)
    if path:
        return _root(base, site) + path
    href = _clean(href)
    if not href or href[0] == "#":
        return None
    joined = _joined(href, base, site)
    return None if joined is None else _normal(joined, site)


def canonical(url: str, site: Site) -> str:
    """Return the normal form of an address, as in `Article.canonicalUrl`. Never raises; idempotent; plain ASCII.

    It has one percent-encoding, NFC, no fragment, no tracking parameters, host and section in lower case, no trailing
    slash except for the root, and `site.origin` in place of the edition's other hosts. Paths of other sites keep their
    slashes. A relative address is resolved against the root. Other strings are returned in ASCII.
    """
    if url.startswith(site.origin):
        if _DONE.fullmatch(url, len(site.origin)):
            return url
        path = _plain(url[len(site.origin) :])
        if path:
            return site.origin + path
    url = _clean(url)
    joined = _joined(url, site.origin + "/", site)
    found = None if joined is None else _normal(joined, site)
    return quote(url, safe="!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~") if found is None else found


@lru_cache(maxsize=4096)
def dedupe_key(url: str, site: Site) -> str:
    """Return the key that all addresses of one page share: the normal form in lower case, no scheme, no own host."""
    address = canonical(url, site)
    if address.startswith(site.origin + "/"):
        return address[len(site.origin) :].lower()
    return (address.partition("://")[2].rstrip("/") or address).lower()


def is_internal(url: str, site: Site) -> bool:
    """Return whether the address belongs to this edition."""
    return canonical(url, site).startswith(site.origin + "/")


def page_type(url: str, site: Site) -> str:
    """Return the most likely type of the page at an address.

    It is home, section, article (possibly), tag, author, coverage, region, bulletin, live, search, sitemap, feed,
    static, media (a file), external or unknown.
    """
    return _read(url, site)[0]


def section(url: str, site: Site) -> str | None:
    """Return the section slug in the address of an article or a listing: `politics`, `articles`."""
    return _read(url, site)[1]


@dataclass(frozen=True, slots=True)
class Address:
    """A web address, parsed once when the link is found."""

    url: str
    """Absolute, in normal form (see `canonical`)."""
    key: str
    """Key shared by all addresses of one page. Begins with `/` on this site (see `dedupe_key`)."""
    kind: str
    """The most likely page type (see `page_type`)."""
    section: str | None
    """Section slug in the address, or None."""

    @property
    def internal(self) -> bool:
        """Whether it belongs to this edition."""
        return self.key.startswith("/")

    @property
    def may_be_article(self) -> bool:
        """Whether it belongs to this edition and is not of another known page type."""
        return self.kind in ("article", "unknown") and self.internal


@lru_cache(maxsize=8192)
def locate(href: str, base: str, site: Site) -> Address | None:
    """Return the address that a link on the page `base` leads to, None if it leads to no other page (see `resolve`)."""
    url = resolve(href, base, site)
    return Address(url, dedupe_key(url, site), *_read(url, site)) if url is not None else None


def slug(name: str) -> str:
    """Return the slug of the name of a section or tag: `Arts&Culture` -> `arts-culture`, `In Pictures` ->
    `in-pictures`.
    """
    if not name.isascii():
        name = normalize("NFC", _ACCENT.sub(r"\1\2", normalize("NFD", _MARKS.sub("", name))))
    return "-".join(_WORD.findall(name.lower()))


@lru_cache(maxsize=4096)
def _plain(path: str) -> str | None:
    """Return the normal form of a path that only needs percent-encoding, None for all others."""
    return path.translate(_QUOTED) if _PLAIN.fullmatch(path) and is_normalized("NFC", path) else None


def _clean(url: str) -> str:
    """Clean an attribute as browsers do: strip spaces, remove line breaks, replace backslashes in the path."""
    url = _BREAK.sub("", url).strip(_BLANK)
    if not url.isascii():
        url = _SURROGATE.sub("\ufffd", url)
    if "\\" in url:
        end = min(url.find(mark) % (len(url) + 1) for mark in "?#")
        url = url[:end].replace("\\", "/") + url[end:]
    return url


def _parts(url: str) -> tuple[str, str, str, str] | None:
    """Return scheme, host with port, path and query of a clean web address, or None."""
    found = _HTTP.match(url)
    if found is None:
        return None
    scheme, host = found[1].lower(), found[2].rpartition("@")[2].lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode().lower()
        except UnicodeError:
            return None
    named = _HOST.fullmatch(host)
    port = int(named[2] or 0) if named else 0
    if named is None or port > 65535:
        return None
    usual = port in (0, 80 if scheme == "http" else 443)
    return scheme, named[1] if usual else f"{named[1]}:{port}", found[3], found[4] or ""


def _joined(href: str, base: str, site: Site) -> str | None:
    """Return a clean href joined to its page, absolute but not normalized. None if its scheme is not http or https."""
    scheme = _SCHEME.match(href)
    if scheme:
        return href if scheme[1].lower() in ("http", "https") else None
    if href[:2] == "//":
        return _root(base, site).partition(":")[0] + ":" + href
    if href[:1] == "/":
        return _root(base, site) + href
    base = _clean(base)
    page = _normal(base, site) or site.origin + "/"
    if re.split("[?#]", base, maxsplit=1)[0].endswith("/"):  # here the slash matters, unlike in the normal form
        page = page.partition("?")[0].rstrip("/") + "/"
    try:
        return urljoin(page, href)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _root(base: str, site: Site) -> str:
    """Return the origin against which the page's root-relative links are resolved."""
    parts = _parts(_clean(base))
    return f"{parts[0]}://{parts[1]}" if parts and not _is_own(parts[1], site) else site.origin


def _is_own(host: str, site: Site) -> bool:
    return host in site.edition.hosts or host == site.origin.partition("://")[2]


@lru_cache(maxsize=4096)
def _normal(url: str, site: Site) -> str | None:
    """Return the normal form of a clean absolute address, None if it is not a web address."""
    parts = _parts(url)
    if parts is None:
        return None
    scheme, host, path, query = parts
    path = _encoded(path)
    while _TWICE.search(path):
        path = _encoded(_TWICE.sub("%", path))
    segments: list[str] = []
    for segment in path.split("/")[1:]:
        if segment == "..":
            del segments[-1:]
        elif segment != ".":
            segments.append(segment)
    own = _is_own(host, site)
    if own:
        segments = list(filter(None, segments))
        for position, segment in enumerate(segments):
            if segment.lower() not in path_names(site.edition):
                break
            segments[position] = segment.lower()
    address = (site.origin if own else f"{scheme}://{host}") + "/" + "/".join(segments)
    stated = (each for each in _encoded(query).split("&") if each)
    kept = "&".join(each for each in stated if not _TRACKING.fullmatch(each.partition("=")[0]))
    return f"{address}?{kept}" if kept else address


class _Quoted(dict[int, str]):
    """Code point -> its encoded form in a path or query. Filled on demand."""

    def __missing__(self, code: int) -> str:
        self[code] = quote(chr(code).encode("utf-8", "surrogateescape"), safe="/%!$&'()*+,:;=@?")
        return self[code]


_QUOTED = _Quoted()


def _encoded(text: str) -> str:
    """Return a path or query in NFC, percent-encoded once, in upper case. Bytes that are not UTF-8 stay unchanged."""
    text = _ESCAPE.sub(_decoded, text)
    if not is_normalized("NFC", text):  # an escape that stays is not a letter that can take an accent
        text = "".join(part if part[:1] == "%" else normalize("NFC", part) for part in _KEPT.split(text))
    return text.translate(_QUOTED)


def _decoded(escape: re.Match[str]) -> str:
    """Return the character of an escape if it has the same meaning unescaped."""
    data = bytes.fromhex(escape[0].replace("%", "") or "25")
    return data.decode("utf-8", "surrogateescape") if data[0] > 127 or chr(data[0]) in _LITERAL else f"%{data[0]:02X}"


@lru_cache(maxsize=4096)
def _read(url: str, site: Site) -> tuple[str, str | None]:
    """Return (page type, section)."""
    address = canonical(url, site)
    if not address.startswith(site.origin + "/"):
        web = address.startswith(("http://", "https://"))
        return ("media" if is_file(address.partition("?")[0]) else "external") if web else "unknown", None
    path, _, query = address[len(site.origin) :].lower().partition("?")
    return type_and_section(path, query, site.edition)
