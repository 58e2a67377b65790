"""Embedded content: the address of a video player, and the fallback text of social posts. Pure functions.

The class names and attributes are those that the networks and AMP document for their embeds.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from mayadeen.site.address import Site, resolve

_YOUTUBE = {"amp-youtube": "data-videoid", "lite-youtube": "videoid"}
"""Element -> the attribute that contains the video's id."""
_FILES = frozenset(["video", "amp-video"])
PLAYERS = frozenset(["iframe", "embed", "audio", "amp-iframe", "amp-video-iframe", *_FILES, *_YOUTUBE])
"""Elements that `player` handles. Their content is fallback, not text."""
_FALLBACKS = (
    "blockquote.instagram-media:not([data-instgrm-captioned]), blockquote.instagram-media a div, "
    "blockquote.instagram-media p:last-of-type, blockquote.tiktok-embed a[href*='/music/'], .fb-page, .fb-comments, "
    "a.twitter-share-button, a.twitter-follow-button, a.twitter-timeline"
)
"""CSS selectors of fallback text that readers do not see: "View this post on Instagram", "Tweets by ...".

The text of a post and the signature of a tweet are not fallback. An Instagram post has text only if it is embedded with
its caption; its last paragraph is then "A post shared by ...".
"""
EMBED_CLASSES = ("instagram-media", "tiktok-embed", "fb-page", "fb-comments", "twitter-")
"""Substrings of the classes of embeds with fallback text. Most pages have none."""
_SOURCES = 10
"""Maximum number of `<source>` elements checked in a `<video>`."""

_ID = re.compile(r"[\w-]{1,64}", re.A)
_PLAYER = re.compile(r"youtube|youtu\.be|vimeo|dailymotion|rumble|odysee|video|(?<!soundcloud\.com/)player", re.I)
_VIDEO_FILE = re.compile(r"\.(?:mp4|m3u8|webm|mov)$", re.I)
_AUDIO_FILE = re.compile(r"\.(?:mp3|m4a|aac|ogg|oga|wav)$", re.I)


def player(node: LexborNode, base: str, site: Site) -> tuple[str | None, str | None] | None:
    """Return (file, player) of a video as absolute addresses, one of them None. None if the node is not a video."""
    tag = node.tag or ""
    if tag in _YOUTUBE:
        given = node.attributes.get(_YOUTUBE[tag]) or ""
        return (None, f"https://www.youtube.com/embed/{given}") if _ID.fullmatch(given) else None
    places = [node, *node.css("source")[:_SOURCES]] if tag in _FILES else [node]
    url = next((found for each in places if (found := _address(each, base, site))), "")
    path = url.partition("?")[0]
    if not url or tag == "audio" or _AUDIO_FILE.search(path):
        return None
    if tag in _FILES or _VIDEO_FILE.search(path):
        return url, None
    return (None, url) if _PLAYER.search(path) else None


def _address(node: LexborNode, base: str, site: Site) -> str | None:
    """Return the address that a frame or file is loaded from, at once or lazily."""
    stated = (node.attributes.get(name) for name in ("data-src", "data-lazy-src", "src"))
    return next((url for value in stated if value and (url := resolve(value, base, site))), None)


def embed_fallbacks(root: LexborNode) -> frozenset[int]:
    """Return the `mem_id` of each element under `root` whose text is the fallback of a social embed."""
    return frozenset([node.mem_id for node in root.css(_FALLBACKS)])
