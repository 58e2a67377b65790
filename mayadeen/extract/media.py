"""Pictures with their captions, and videos."""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborNode

from mayadeen.extract.blocks import Block, Box, Region
from mayadeen.extract.link_boxes import is_article_link
from mayadeen.items import Image, Video
from mayadeen.site.address import Site, page_type, resolve
from mayadeen.site.edition import Edition
from mayadeen.site.text import alternation, clean, collapse_whitespace

_CREDIT = re.compile(r"\(([^()]{2,80})\)\s*\.?$")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-image")
_PLACEHOLDER = re.compile(
    r"^data:|/default[^/]*$|placeholder|blank\.|spacer\.|loading|lazy[^/]*\.(?:gif|png|svg)$", re.I
)
_PLAYER = re.compile(
    r"youtube|youtu\.be|vimeo|dailymotion|facebook\.com/plugins/video|rumble|odysee|twitter\.com/i/videos|player|embed|"
    r"video|\.mp4|\.m3u8|\.webm",
    re.I,
)
_NO_PLAYER = re.compile(r"googletagmanager|doubleclick|/ads?[/.]|recaptcha|maps\.google|google\.com/maps", re.I)


def identity(url: str) -> str:
    """What the crops and revisions of one picture share."""
    found = _UUID.search(url)
    return found[0].lower() if found else url.partition("?")[0]


def picture(node: LexborNode, base: str, site: Site) -> str | None:
    """Absolute address of an `<img>`, its real one when it is loaded late."""
    attributes = node.attributes
    for name in _LAZY:
        if attributes.get(name):
            return resolve(attributes[name] or "", base, site)
    source = attributes.get("src") or ""
    if not source or _PLACEHOLDER.search(source):
        candidates = (attributes.get("data-srcset") or attributes.get("srcset") or "").split(",")
        source = candidates[-1].split()[0] if candidates[-1].split() else ""
    return resolve(source, base, site) if source else None


@lru_cache
def _credit_line(edition: Edition) -> re.Pattern[str]:
    label = rf"(?<!\w)(?<!file )(?:{alternation(edition.words.credit)})\s*[:：]"  # "File photo: ..." says what is seen
    return re.compile(rf"\s*(?:{label}|©(?!\s*\d))\s*(?P<name>[^:：©]{{2,80}})$", re.I)


def is_credit(text: str, edition: Edition) -> bool:
    """Whether a line is nothing but "Photo: AFP", or "© AFP"."""
    return len(text) < 100 and _credit_line(edition).fullmatch(text) is not None


def image(url: str, caption: str | None, alt: str | None, edition: Edition) -> Image:
    """The item; the credit is what a caption ends with in brackets, or what follows "Credit:" on a line of its own."""
    credit = _CREDIT.search(caption) if caption else None
    named = _credit_line(edition).search(caption) if caption and not credit else None
    if named and caption:
        caption = caption[: named.start()] or None
    return Image(
        url=url,
        caption=caption,
        creditText=credit[1].strip() if credit else named["name"].strip() if named else None,
        alt=clean(collapse_whitespace(alt)) or None if alt else None,
    )


def read_images(region: Region, base: str, site: Site, *, end: int) -> list[Image]:
    """The pictures of the article in page order, each once."""
    found: dict[str, Image] = {}
    for index, node, box, href in region.pictures:
        if index >= end or not _belongs(box) or (href and is_article_link(href, site)):
            continue
        if href and (target := resolve(href, base, site)) and page_type(target, site) in ("author", "home"):
            continue  # a writer's face, the site's emblem
        url = picture(node, base, site)
        if url is None or _is_icon(node, url):
            continue
        caption = caption_of(region, index, node, box)
        known = found.get(identity(url))
        if known is None:
            found[identity(url)] = image(url, caption, node.attributes.get("alt"), site.edition)
        elif caption and not known.caption:
            found[identity(url)] = image(known.url, caption, known.alt, site.edition)
    return list(found.values())


def _belongs(box: Box | None) -> bool:
    while box is not None:
        if box.excluded:
            return False
        if box.inside:
            return True
        box = box.parent
    return False


def _is_icon(node: LexborNode, url: str) -> bool:
    if url.partition("?")[0].lower().endswith(".svg"):
        return True
    return is_small(node)


def is_small(node: LexborNode) -> bool:
    """A face or an emblem, by its stated size: no picture of an article."""
    sizes = [node.attributes.get(name) or "" for name in ("width", "height")]
    return any(size.isdigit() and int(size) < 50 for size in sizes)


def caption_of(region: Region, index: int, node: LexborNode, box: Box) -> str | None:
    """The caption of a picture: its own line, its figure's, or the line below it."""
    blocks = region.blocks
    row = [image.mem_id for other, image, _, _ in region.pictures if other == index]
    if len(row) > 1 and len(run := _captions_below(blocks, index)) > 1:
        # Pictures side by side, their captions in a list below: one each, or none can tell.
        return clean(run[row.index(node.mem_id)].text) if len(run) == len(row) else None
    others = [other for other, image, _, _ in region.pictures if image.mem_id != node.mem_id]
    holder: Box | None = box
    while holder is not None and not holder.around:
        inner = blocks[holder.first : holder.end]
        if any(block.role == "caption" for block in inner):
            start, end = holder.first, holder.end
            if any(start <= other < end for other in others):
                # Several pictures share the element: each has what stands between it and the next.
                start, end = index, min((other for other in others if other > index), default=holder.end)
            return " ".join(_captions(blocks[start:end])) or None
        if any(block.role == "text" for block in inner):
            break
        holder = holder.parent
    start = index + 1 if index < len(blocks) and blocks[index].holds(node) and not blocks[index].text else index
    return " ".join(_captions(blocks[start : start + 1])) or None


def _captions_below(blocks: list[Block], index: int) -> list[Block]:
    """The captions that follow a row of pictures, as far as they stand in one element."""
    run: list[Block] = []
    for block in blocks[index + 1 :]:
        if block.role != "caption" or (run and block.box.parent is not run[0].box.parent):
            break
        run.append(block)
    return run


def _captions(blocks: list[Block]) -> list[str]:
    return list(dict.fromkeys(clean(block.text) for block in blocks if block.role == "caption" and block.text))


def read_videos(region: Region, base: str, site: Site, *, end: int) -> list[Video]:
    """The players that stand in the article, each once."""
    found: dict[str, Video] = {}
    for index, address, _ in region.players:
        url = resolve(address, base, site)
        if url and index <= end and _PLAYER.search(url) and not _NO_PLAYER.search(url):
            is_file = re.search(r"\.(?:mp4|m3u8|webm|mov)(?:\?|$)", url, re.I) is not None
            found.setdefault(url, Video(url=url) if is_file else Video(embedUrl=url))
    return list(found.values())
