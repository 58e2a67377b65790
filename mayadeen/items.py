"""The items of the feeds: `Article` and its parts.

Field names follow schema.org and zyte-common-items, so a line of the feed is a superset of a Zyte `Article`. Every key
is always present: its value is `null` or `[]` if the page does not state it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from typing import Any, cast

import msgspec

from mayadeen.site.address import Address


@dataclass(slots=True, kw_only=True)
class NamedLink:
    """A name and the address that it links to: a tag or a breadcrumb."""

    name: str
    """As printed."""
    url: str | None = None
    """Absolute; null if the name is not a link."""


@dataclass(slots=True, kw_only=True)
class Author:
    """An author or a source of an article."""

    name: str
    """The name alone."""
    nameRaw: str
    """The printed text that contains the name, with its label: `By Jane Roe`."""
    url: str | None = None
    """Absolute address of the author's page."""


@dataclass(slots=True, kw_only=True)
class Image:
    """A picture of the article."""

    url: str
    """Absolute."""
    caption: str | None = None
    """As printed below the picture, including the credit."""
    creditText: str | None = None
    """The credit alone, from the end of the caption."""
    alt: str | None = None
    """Alternative text, as on the page."""


@dataclass(slots=True, kw_only=True)
class Video:
    """A video of the article."""

    url: str | None = None
    """Absolute address of the file, if the page states one."""
    embedUrl: str | None = None
    """Absolute address of the player."""
    duration: str | None = None
    """ISO 8601 duration (`PT47M20S`)."""


@dataclass(slots=True, kw_only=True)
class Link:
    """A link inside the text."""

    url: str
    """Absolute; on this site or any other."""
    text: str
    """The text of the link."""


@dataclass(slots=True, kw_only=True)
class RelatedLink:
    """A link around the text to another page of the site."""

    url: str
    """Absolute, normalized."""
    headline: str
    """The text of the link."""
    block: str
    """relatedNews, readMore, readNext, coverage or mostRead."""
    position: int
    """1, 2, ... within its block, in page order."""


@dataclass(slots=True, kw_only=True)
class Metadata:
    """Facts about the line in this archive, not about the page."""

    dateDownloaded: str | None = None
    """When the page was fetched, or captured by a web archive. ISO 8601, UTC."""
    discoveredFrom: str | None = None
    """The listing or sitemap in which the article was found."""
    firstSeen: str | None = None
    """When the article was first stored in this archive. ISO 8601, UTC."""
    parserVersion: str | None = None
    """Version of the parser that read the page."""
    template: str | None = None
    """Hash of the template used to read the page; null if it was read without a template."""
    gone: str | None = None
    """When its address first returned 404 or 410, or redirected to another article. ISO 8601, UTC; null while it is
    available.
    """
    captureUrl: str | None = None
    """URL of the capture in a web archive from which the page was read; null if it was read on the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How an article page was fetched: data for the archive that is not part of the item."""

    address: Address
    """The requested address."""
    lastmod: int | None = None
    """The modification time in the sitemap; None if it was not found in a sitemap."""
    source: str | None = None
    """The address of that sitemap; "" if it no longer contains the article."""
    etag: str | None = None
    last_modified: str | None = None
    listed: frozenset[str] = frozenset()
    """The tags, coverages and regions whose listings contained it: `tag:syria`, `region:mena`."""
    temporary: bool = False
    """Whether a temporary redirect (302, 303, 307) led to another page."""
    outside: str | None = None
    """Why it is out of the crawl's scope; None if it is in scope."""
    capture: int | None = None
    """Row number of the capture from which it was read; None if it was read on the site."""


ARTICLES, RELATED = "articles", "related"
"""Views: the parts of an article that a feed contains. The delivery of each is tracked separately."""


@dataclass(slots=True, kw_only=True)
class ItemContext:
    """Data passed with an item to the archive and the feeds. Not part of its line."""

    visit: Visit | None = None
    """How its page was fetched; None if it comes from the archive."""
    number: int | None = None
    """Number of its line in the archive, to be marked as delivered; None if it was delivered before."""
    views: frozenset[str] | None = None
    """The views that contain it; None: all."""


class _Item:
    """An item with a context. The context is a slot, not a field, so that no feed, schema or hash contains it."""

    __slots__ = ("_context",)

    def __post_init__(self) -> None:
        self._context = ItemContext()

    @property
    def context(self) -> ItemContext:
        """The context of the item."""
        return self._context

    def to_dict(self) -> dict[str, Any]:
        """Return the feed line as plain dicts, lists, strings and numbers."""
        return asdict(cast("Any", self))


@dataclass(slots=True, kw_only=True)
class Article(_Item):
    """One article of the site: one line of the feed."""

    id: str
    """Edition and the CMS's post id (`en:1850881`); without one `en:u-` and 16 hex digits of a hash of its address."""
    url: str
    """The address of the fetched page, after redirects."""
    canonicalUrl: str
    """Its normal form: one percent-encoding, NFC, no fragment, no tracking parameters."""
    edition: str
    """`en`, `ar` or `es`."""
    inLanguage: str | None = None
    """BCP 47."""
    publisher: str | None = None
    """The site's name for itself."""
    articleType: str = "news"
    """news, opinion, analysis, blog, feature, video, infographic or gallery."""
    headline: str
    """As printed."""
    description: str | None = None
    """The standfirst as printed; null if the page has none. Never taken from the text."""
    articleBody: str | None = None
    """Plain text, one line feed between blocks (paragraph, heading, list item, quote)."""
    articleBodyHtml: str | None = None
    """The blocks of `articleBody` as minimal safe HTML."""
    datePublished: str | None = None
    """ISO 8601 with offset, in Beirut time."""
    datePublishedRaw: str | None = None
    """The string that datePublished was parsed from."""
    dateModified: str | None = None
    """ISO 8601 with offset, in Beirut time."""
    dateModifiedRaw: str | None = None
    """The string that dateModified was parsed from."""
    authors: list[Author] = field(default_factory=list)
    """In page order."""
    sources: list[Author] = field(default_factory=list)
    """The "Source:" line, split at its separators."""
    section: str | None = None
    """Section slug in the address: `politics`; `articles` for `/articles/<slug>`."""
    breadcrumbs: list[NamedLink] = field(default_factory=list)
    """From the home page down, without the article itself."""
    regions: list[str] = field(default_factory=list)
    """Region or country names."""
    coverage: str | None = None
    """Name of the special file (coverage) that the article belongs to."""
    tags: list[NamedLink] = field(default_factory=list)
    """Each once, in page order."""
    mainImage: Image | None = None
    """The main picture of the article."""
    images: list[Image] = field(default_factory=list)
    """All pictures of the article, in page order, each once."""
    videos: list[Video] = field(default_factory=list)
    """All videos of the article."""
    links: list[Link] = field(default_factory=list)
    """Links in the text, in page order."""
    relatedLinks: list[RelatedLink] = field(default_factory=list)
    """Links around the text, one per target: in the first of its blocks in the order of `RelatedLink.block`."""
    wordCount: int | None = None
    """Number of words of articleBody; null without a text."""
    readingTime: int | None = None
    """Minutes, as printed by the site."""
    shareCount: int | None = None
    """Number of shares, as printed by the site. Changes all the time."""
    contentHash: str | None = None
    """SHA-256 (hex) of the content fields (`CONTENT_FIELDS`)."""
    version: int = 1
    """1, 2, ... in this archive."""
    changedFields: list[str] = field(default_factory=list)
    """The fields that differ from the previous version."""
    nearDuplicates: list[str] = field(default_factory=list)
    """Ids of up to 20 earlier articles of this archive with nearly the same text. `[]` without the extra `[dedupe]`."""
    metadata: Metadata = field(default_factory=Metadata)
    """Facts about the line in this archive."""


@dataclass(slots=True, kw_only=True)
class Bulletin(_Item):
    """One sentence of the ticker: one line of the breaking feed."""

    id: str
    """Edition and 16 hex digits of a hash of the sentence and its address: `en:b-0123456789abcdef`."""
    edition: str
    """`en`, `ar` or `es`."""
    text: str
    """As printed."""
    url: str | None = None
    """Absolute, normalized; null if the sentence is not a link."""
    dateSeen: str
    """When it was first seen by this archive. ISO 8601, UTC."""


@dataclass(slots=True, kw_only=True)
class RelatedLine:
    """One link from an article to a related one: one line of the related feed."""

    sourceId: str
    """`id` of the article that contains the link."""
    sourceUrl: str
    """Its `canonicalUrl`."""
    targetUrl: str
    """The target of the link. Absolute, normalized."""
    headline: str
    """The text of the link."""
    block: str
    """relatedNews, readMore, readNext, coverage or mostRead."""
    position: int
    """1, 2, ... within its block, in page order."""
    dateDownloaded: str | None
    """When the page was fetched. ISO 8601, UTC."""


GONE = "metadata.gone"
"""Value of `changedFields` in a line that reports an article as gone, or as back."""
CONTENT_FIELDS = (
    "headline",
    "description",
    "articleBody",
    "datePublished",
    "authors",
    "sources",
    "section",
    "tags",
    "mainImage",
    "images",
    "videos",
    "links",
)
"""A change in any of these fields makes a new version. Shares, related links and the ticker change all the time and
never count.
"""

ARTICLE_TYPES = ("news", "opinion", "analysis", "blog", "feature", "video", "infographic", "gallery")
WITHOUT_TEXT = ("video", "infographic", "gallery")
"""Types of articles that may have no text."""
BLOCKS = ("relatedNews", "readMore", "readNext", "coverage", "mostRead")
"""Kinds of related links, the most specific first."""


def content_hash(article: Article) -> str:
    """Return the SHA-256 (hex) of the content fields. Image addresses count without their query (`?v=3&width=1000`)."""
    content = {name: getattr(article, name) for name in CONTENT_FIELDS}
    for name in ("mainImage", "images"):
        content[name] = _plain(content[name])
    return hashlib.sha256(_encode(content, _SORTED, _CONTENT)).hexdigest()


def to_json(item: Any, *, halves: bool = False) -> bytes:
    """Return an item, or a part of one, as JSON in UTF-8 on one line.

    Raises TypeError for types that JSON does not have, and UnicodeEncodeError for a lone surrogate unless `halves` is
    true.
    """
    return _encode(item, _AS_IS, _ANY) if halves else _AS_IS.encode(item)


def _encode(value: Any, fast: msgspec.json.Encoder, slow: json.JSONEncoder) -> bytes:
    """Return JSON in UTF-8. A lone surrogate stays as it is."""
    try:
        return fast.encode(value)
    except UnicodeEncodeError:
        return slow.encode(value).encode("utf-8", "surrogatepass")


def changed_fields(former: Article, current: Article) -> list[str]:
    """Return the content fields in which two versions differ."""
    return [name for name in CONTENT_FIELDS if _plain(getattr(former, name)) != _plain(getattr(current, name))]


_PARTS: dict[str, Any] = {
    "authors": Author,
    "sources": Author,
    "breadcrumbs": NamedLink,
    "tags": NamedLink,
    "mainImage": Image,
    "images": Image,
    "videos": Video,
    "links": Link,
    "relatedLinks": RelatedLink,
    "metadata": Metadata,
}


def article_from(line: dict[str, Any]) -> Article:
    """Return the article of a line, including lines written by older versions of this program."""
    return Article(**{name: _part(_PARTS.get(name), value) for name, value in _own(Article, line).items()})


def read_article(line: bytes) -> Article:
    """Return the article of a line in JSON, including lines written by older versions of this program.

    Raises ValueError if the line is invalid or has a value of another type.
    """
    try:
        return _ARTICLE.decode(line)
    except (msgspec.DecodeError, UnicodeError) as error:
        try:
            # The msgspec decoder rejects lone surrogates.
            article = article_from(json.loads(line.decode("utf-8", "surrogatepass")))
            _ARTICLE.decode(_ANY.encode(article).encode("utf-8", "replace"))
        except (msgspec.DecodeError, TypeError, AttributeError, RecursionError):
            raise ValueError(str(error)) from None
        return article


def _part(kind: Any, value: Any) -> Any:
    if kind is None or value is None:
        return value
    return [kind(**_own(kind, each)) for each in value] if isinstance(value, list) else kind(**_own(kind, value))


def _own(kind: Any, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in kind.__dataclass_fields__}


def members(part: Any) -> dict[str, Any]:
    """Return the fields of an item, or of a part of one, for an encoder that calls this for nested values too.

    `dataclasses.asdict` would copy all nested values first. Raises TypeError for anything else.
    """
    return {each.name: getattr(part, each.name) for each in fields(part)}


def _plain(value: Any) -> Any:
    """Return a part of an article in the form used for its hash."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not is_dataclass(value):
        return value
    plain = members(value)
    if isinstance(value, Image):
        plain["url"] = value.url.partition("?")[0]
    return plain


_CONTENT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
_ANY = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=members)
_AS_IS, _SORTED = msgspec.json.Encoder(), msgspec.json.Encoder(order="sorted")
"""Same output as the json encoders, ten times faster."""
_ARTICLE = msgspec.json.Decoder(Article)
