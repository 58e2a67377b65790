"""What is embedded in a page: the address of a video player, and the fallback text of social posts. Pure.

Class names and attributes are those that the networks and AMP document for their embeds.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from mayadeen.site.address import Site, resolve

_WITH_ID = {
    "amp-youtube": ("data-videoid", "https://www.youtube.com/embed/"),
    "lite-youtube": ("videoid", "https://www.youtube.com/embed/"),
    "amp-vimeo": ("data-videoid", "https://player.vimeo.com/video/"),
    "lite-vimeo": ("videoid", "https://player.vimeo.com/video/"),
    "amp-dailymotion": ("data-videoid", "https://www.dailymotion.com/embed/video/"),
}
"""Element -> the attribute with the video's id, and the address of its player before the id."""
_FILES = frozenset(["video", "amp-video", "source"])
PLAYERS = frozenset(["iframe", "embed", "video", "audio", "amp-video", "amp-iframe", "amp-video-iframe", *_WITH_ID])
"""Elements to ask `player` about. What stands in them is a fallback, no text."""
_FURNITURE = (
    "blockquote.instagram-media:not([data-instgrm-captioned]), blockquote.instagram-media a div, "
    "blockquote.instagram-media p:last-of-type, blockquote.tiktok-embed a[href*='/music/'], "
    "blockquote.text-post-media, .fb-page, .fb-comments, a.twitter-share-button, a.twitter-follow-button, "
    "a.twitter-timeline"
)
"""CSS selectors of fallback text that no reader of the page sees: "View this post on Instagram", "Tweets by ...".

What a post itself says stays, and the signature of a tweet. An Instagram post says something only where it is embedded
with its caption; its last paragraph is "A post shared by ...".
"""
_EMBEDS = ".instagram-media, .tiktok-embed, .text-post-media, .fb-page, .fb-comments, [class^=twitter-]"
"""What most pages have none of: asked first, a third of the time."""
_SOURCES = 10
"""`<source>` elements looked at in a `<video>`."""

_ID = re.compile(r"[\w-]{1,64}", re.A)
_LAZY = re.compile(r"data-(?:[a-z-]*-)?(?:src|lazy)")
_ADDRESS = re.compile(r"\s*(?:(?:https?:)?//|/|\.{1,2}/)[^\s{}]", re.I)
_PLAYER = re.compile(
    r"youtube|youtu\.be|vimeo|dailymotion|rumble|odysee|twitter\.com/i/videos|player|embed|video|\.mp4|\.m3u8|\.webm",
    re.I,
)
_NO_PLAYER = re.compile(  # ads and counters, maps, comments and posts, charts and documents, audio
    r"googletagmanager|doubleclick|googlesyndication|/ads?[/.]|recaptcha"
    r"|maps\.google|google\.[a-z.]{2,9}/maps|openstreetmap"
    r"|disqus|/comments?[/.]|-comment/|facebook\.com/(?:plugins/(?!video)|connect)|platform\.twitter|instagram\.com/p/"
    r"|//t\.me/|linkedin|infogram|flourish|flo\.uri\.sh|datawrapper|tradingview|docs\.google|scribd|documentcloud"
    r"|spotify|soundcloud|podcast|megaphone\.fm|acast\.com|buzzsprout|libsyn|spreaker|[/.]audio[/.]|simplecast|omny\.fm"
    r"|anchor\.fm|\.(?:mp3|m4a|aac|ogg|wav|pdf)$",
    re.I,
)
_VIDEO_FILE = re.compile(r"\.(?:mp4|m3u8|webm|mov)$", re.I)
_AUDIO_FILE = re.compile(r"\.(?:mp3|m4a|aac|ogg|oga|wav)$", re.I)


def player(node: LexborNode, base: str, site: Site) -> tuple[str | None, str | None] | None:
    """Absolute addresses of the file and of the player of a video, one of them None; None for all that is no video."""
    tag, attributes = node.tag or "", node.attributes
    if tag in _WITH_ID:
        name, before = _WITH_ID[tag]
        given = attributes.get(name) or ""
        return (None, before + given) if _ID.fullmatch(given) else None
    if tag == "source" and (node.parent is None or node.parent.tag not in _FILES):
        return None
    url = _address(node, base, site)
    if url is None and tag in _FILES:
        sources = node.css("source")[:_SOURCES]
        url = next((found for each in sources if (found := _address(each, base, site))), None)
    if url is None or tag not in PLAYERS | _FILES or tag == "audio":
        return None
    path = url.partition("?")[0]
    if tag in _FILES:
        return (url, None) if not _AUDIO_FILE.search(path) else None
    if not _PLAYER.search(url) or _NO_PLAYER.search(path):
        return None
    return (url, None) if _VIDEO_FILE.search(path) else (None, url)


def _address(node: LexborNode, base: str, site: Site) -> str | None:
    """The address that a frame or a file is loaded from, lazily or at once."""
    attributes = node.attributes
    if (attributes.get("type") or "").startswith("audio"):
        return None
    lazy = [value for name, value in attributes.items() if _LAZY.match(name) and value and _ADDRESS.match(value)]
    for value in (*lazy, attributes.get("src")):
        url = resolve(value, base, site) if value else None
        if url is not None:
            return url
    return None


def embed_furniture(root: LexborNode) -> frozenset[int]:
    """`mem_id` of each element under `root` whose text is furniture of a social embed."""
    if root.css_first(_EMBEDS) is None:
        return frozenset()
    return frozenset([node.mem_id for node in root.css(_FURNITURE)])
