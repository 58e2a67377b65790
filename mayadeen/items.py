"""The items of the feeds: `Article` and its parts.

Names are schema.org's and zyte-common-items', so a line of the feed is a superset of a Zyte `Article`. Every key is
always present: `null` or `[]` when the page has nothing to say.
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
    """A name with the address it links to: a tag or a breadcrumb."""

    name: str
    """As printed."""
    url: str | None = None
    """Absolute; null when the name is not a link."""


@dataclass(slots=True, kw_only=True)
class Author:
    """Who wrote an article, or whom it came from."""

    name: str
    """The name alone."""
    nameRaw: str
    """The string the name was read from, with its label: `By Jane Roe`."""
    url: str | None = None
    """Absolute address of the author's page."""


@dataclass(slots=True, kw_only=True)
class Image:
    """A picture of the article."""

    url: str
    """Absolute."""
    caption: str | None = None
    """As printed below the picture, credit included."""
    creditText: str | None = None
    """The credit alone: what the caption ends with in brackets."""
    alt: str | None = None
    """Alternative text, as the page has it."""


@dataclass(slots=True, kw_only=True)
class Video:
    """A video of the article."""

    url: str | None = None
    """Absolute address of the file, when the page states one."""
    embedUrl: str | None = None
    """Absolute address of the player."""
    duration: str | None = None
    """ISO 8601 duration (`PT47M20S`)."""


@dataclass(slots=True, kw_only=True)
class Link:
    """A link inside the text."""

    url: str
    """Absolute; of this site or of any other."""
    text: str
    """What is linked."""


@dataclass(slots=True, kw_only=True)
class RelatedLink:
    """A link that the page prints around the text to another page of the site."""

    url: str
    """Absolute, in the normal form."""
    headline: str
    """What is linked."""
    block: str
    """relatedNews, readMore, readNext, coverage or mostRead."""
    position: int
    """1, 2, ... within its block, in page order."""


@dataclass(slots=True, kw_only=True)
class Metadata:
    """How the line came to be: of this archive, not of the page."""

    dateDownloaded: str | None = None
    """When the page was fetched. ISO 8601, UTC."""
    discoveredFrom: str | None = None
    """The listing or sitemap that led to the article."""
    firstSeen: str | None = None
    """When this archive first held the article. ISO 8601, UTC."""
    parserVersion: str | None = None
    """Version of the parser that read the page."""
    template: str | None = None
    """Hash of the template that read the page; null when it was read without one."""
    gone: str | None = None
    """When its address first answered 404 or 410, or led to another article. ISO 8601, UTC; null while it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How an article page was had: what its record needs beside the item."""

    address: Address
    """Where it was asked for."""
    lastmod: int | None = None
    """What the sitemap says; None when no sitemap led here."""
    source: str | None = None
    """That sitemap; "" when it no longer names the article."""
    etag: str | None = None
    last_modified: str | None = None
    listed: frozenset[str] = frozenset()
    """What the listings that showed it stand for: `tag:syria`, `region:mena`."""
    temporary: bool = False
    """Whether a redirect led elsewhere for now (302, 303, 307)."""
    outside: str | None = None
    """Why it is out of the crawl's scope; None when it is in."""


ARTICLES, RELATED = "articles", "related"
"""Views: what feeds show of articles. Each is delivered on its own."""


@dataclass(slots=True, kw_only=True)
class ItemContext:
    """What goes with an item to the archive and to the feeds, and is no part of its line."""

    visit: Visit | None = None
    """How its page was had; None when it comes from the archive."""
    number: int | None = None
    """That of its line in the archive, which a feed delivers; None when it was delivered before."""
    views: frozenset[str] | None = None
    """The views that it goes into; None: all."""


class _Item:
    """An item with a context, in a slot and no field: no feed, schema or hash sees it."""

    __slots__ = ("_context",)

    def __post_init__(self) -> None:
        self._context = ItemContext()

    @property
    def context(self) -> ItemContext:
        """What goes with it."""
        return self._context

    def to_dict(self) -> dict[str, Any]:
        """Its feed line, as plain dicts, lists, strings and numbers."""
        return asdict(cast("Any", self))


@dataclass(slots=True, kw_only=True)
class Article(_Item):
    """One article of the site, as one line of the feed."""

    id: str
    """Edition and the CMS's post id (`en:1850881`); without one `en:u-` and 16 hex digits of the canonical address."""
    url: str
    """Where it was fetched, after redirects."""
    canonicalUrl: str
    """Its normal form: one percent-encoding, NFC, no fragment, no tracking query."""
    edition: str
    """`en`, `ar` or `es`."""
    inLanguage: str | None = None
    """BCP 47."""
    publisher: str | None = None
    """As the site names itself."""
    articleType: str = "news"
    """news, opinion, analysis, blog, feature, video, infographic or gallery."""
    headline: str
    """As printed."""
    description: str | None = None
    """The standfirst, as printed; null when the page has none (never borrowed from the text)."""
    articleBody: str | None = None
    """Plain text, one line feed between blocks (paragraph, heading, list item, quote)."""
    articleBodyHtml: str | None = None
    """The same blocks as minimal safe HTML."""
    datePublished: str | None = None
    """ISO 8601 with offset, in Beirut time."""
    datePublishedRaw: str | None = None
    """The string it was read from."""
    dateModified: str | None = None
    """ISO 8601 with offset, in Beirut time."""
    dateModifiedRaw: str | None = None
    """The string it was read from."""
    authors: list[Author] = field(default_factory=list)
    """In page order."""
    sources: list[Author] = field(default_factory=list)
    """The "Source:" line, split on its separators."""
    section: str | None = None
    """Section slug of the address: `politics`; `articles` for `/articles/<slug>`."""
    breadcrumbs: list[NamedLink] = field(default_factory=list)
    """From the home page down, without the article itself."""
    regions: list[str] = field(default_factory=list)
    """Region or country names."""
    coverage: str | None = None
    """Name of the special file that the article belongs to."""
    tags: list[NamedLink] = field(default_factory=list)
    """Deduplicated, page order kept."""
    mainImage: Image | None = None
    """The picture that stands for the article."""
    images: list[Image] = field(default_factory=list)
    """All pictures of the article, page order, each once."""
    videos: list[Video] = field(default_factory=list)
    """All videos of the article."""
    links: list[Link] = field(default_factory=list)
    """Links inside the text, page order."""
    relatedLinks: list[RelatedLink] = field(default_factory=list)
    """Links around the text; one a target: the strongest block wins, in the order given at `RelatedLink.block`."""
    wordCount: int | None = None
    """Words of articleBody; null without a text."""
    readingTime: int | None = None
    """Minutes, as the site prints."""
    shareCount: int | None = None
    """Shares, as the site prints. Changes all the time."""
    contentHash: str | None = None
    """SHA-256, hex, over the content fields (`CONTENT_FIELDS`)."""
    version: int = 1
    """1, 2, ... in this archive."""
    changedFields: list[str] = field(default_factory=list)
    """What differs from the version before."""
    nearDuplicates: list[str] = field(default_factory=list)
    """Ids of earlier articles of this archive with nearly the same text, up to 20 (extra `[dedupe]`; `[]` without)."""
    metadata: Metadata = field(default_factory=Metadata)
    """How the line came to be."""


@dataclass(slots=True, kw_only=True)
class Bulletin(_Item):
    """One sentence of the ticker, as one line of the breaking feed."""

    id: str
    """Edition and 16 hex digits of the sentence and its address: `en:b-0123456789abcdef`."""
    edition: str
    """`en`, `ar` or `es`."""
    text: str
    """As printed."""
    url: str | None = None
    """Absolute, in the normal form; null when the sentence is no link."""
    dateSeen: str
    """When this archive first saw it. ISO 8601, UTC."""


@dataclass(slots=True, kw_only=True)
class RelatedLine:
    """One link of an article to a related one, as one line of the related feed."""

    sourceId: str
    """`id` of the article that shows it."""
    sourceUrl: str
    """Its `canonicalUrl`."""
    targetUrl: str
    """Where it leads. Absolute, in the normal form."""
    headline: str
    """What is linked."""
    block: str
    """relatedNews, readMore, readNext, coverage or mostRead."""
    position: int
    """1, 2, ... within its block, in page order."""
    dateDownloaded: str | None
    """When the page was fetched. ISO 8601, UTC."""


GONE = "metadata.gone"
"""In `changedFields` of a line that tells that an article is gone, or back."""
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
"""What makes a version: a change in any of these. Shares, related links and the ticker are live and never count."""

ARTICLE_TYPES = ("news", "opinion", "analysis", "blog", "feature", "video", "infographic", "gallery")
WITHOUT_TEXT = ("video", "infographic", "gallery")
"""Types of article that may have no text."""
BLOCKS = ("relatedNews", "readMore", "readNext", "coverage", "mostRead")
"""Kinds of related links, strongest first."""


def content_hash(article: Article) -> str:
    """SHA-256 in hex over the content fields; image addresses count without their query (`?v=3&width=1000`)."""
    content = {name: getattr(article, name) for name in CONTENT_FIELDS}
    for name in ("mainImage", "images"):
        content[name] = _plain(content[name])
    return hashlib.sha256(_encode(content, _SORTED, _CONTENT)).hexdigest()


def to_json(item: Any, *, halves: bool = False) -> bytes:
    """An item, or a part of one, as JSON in UTF-8 on one line.

    Raises TypeError for what JSON does not have, and UnicodeEncodeError for half a character (a lone surrogate), unless
    `halves` are let pass.
    """
    return _encode(item, _AS_IS, _ANY) if halves else _AS_IS.encode(item)


def _encode(value: Any, fast: msgspec.json.Encoder, slow: json.JSONEncoder) -> bytes:
    """JSON in UTF-8; half a character stays as it is."""
    try:
        return fast.encode(value)
    except UnicodeEncodeError:
        return slow.encode(value).encode("utf-8", "surrogatepass")


def changed_fields(former: Article, current: Article) -> list[str]:
    """The content fields in which two versions differ."""
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
    """The article of a line, also of one that an older version of this program wrote."""
    return Article(**{name: _part(_PARTS.get(name), value) for name, value in _own(Article, line).items()})


def read_article(line: bytes) -> Article:
    """The article of a line as JSON, also of one that an older program wrote.

    Raises ValueError for what is no line, or has a value of another type.
    """
    try:
        return _ARTICLE.decode(line)
    except (msgspec.DecodeError, UnicodeError) as error:
        try:
            # Half a character is none for the decoder.
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
    """The fields of an item, or of a part of one, for an encoder, which asks for those inside in turn.

    `dataclasses.asdict` would copy them all first. Raises TypeError for what is neither.
    """
    return {each.name: getattr(part, each.name) for each in fields(part)}


def _plain(value: Any) -> Any:
    """A part of an article as its content counts."""
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
"""The same bytes as those, ten times as fast."""
_ARTICLE = msgspec.json.Decoder(Article)
