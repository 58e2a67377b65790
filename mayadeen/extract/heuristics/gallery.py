"""Finds the pictures and players of the article, and their captions."""

from __future__ import annotations

from typing import NamedTuple

from selectolax.lexbor import LexborNode

from mayadeen.extract.heuristics.content import Content
from mayadeen.extract.heuristics.view import Label, Labels, View
from mayadeen.extract.region import Media

MAX_ABOVE = 15
"""Maximum number of lines between the article's picture and a headline below it."""
MIN_CAPTION_ABOVE = 4
"""A picture above the headline belongs to the article if its caption has at least this many words."""
_SIDE = frozenset(["aside", "nav", "footer", "dialog"])
_NOT_OURS = (Label.LINK_BOX, Label.SEE_ALSO)


class Shown(NamedTuple):
    """A picture of the article."""

    node: LexborNode
    caption: str | None
    above: bool
    """The picture is above the headline, so it may belong to the page and not to the article."""


LEVELS = 20
"""Maximum number of boxes checked around a picture. A page may nest hundreds."""


def find_pictures(view: View, labels: Labels, content: Content, headline: int | None, end: int) -> list[Shown]:
    """Return the pictures from the headline, or a little above it, to the end of the article, in page order."""
    first = headline if headline is not None else content.first
    near = [media for media in view.region.pictures if first - MAX_ABOVE <= media.at <= end]
    found = []
    for media in near:
        if _is_elsewhere(view, labels, content, media):
            continue
        caption = _caption(view, labels, media, near)
        found.append(Shown(media.node, caption, media.at < first or (media.at == first and headline is not None)))
    return found


def _is_elsewhere(view: View, labels: Labels, content: Content, media: Media) -> bool:
    """Return whether a picture belongs to another article, to an author or to the page."""
    if view.region.boxes[media.box].hidden:
        return True
    if media.href:
        address = view.address(media.href)
        if address is not None and (address.may_be_article or address.kind in ("author", "home")):
            return True
    for box in view.region.around(media.box, LEVELS):
        if box.first <= content.first < box.end:
            return False
        if box.tag in _SIDE:
            return True
        if any(view.leads_to(block, "author") for block in view.blocks[box.first : box.end] if block.linked):
            return True
        inner = labels[box.first : box.end]
        if any(label in _NOT_OURS for label in inner):
            return box.end - box.first <= 2 * sum(label in _NOT_OURS for label in inner)
    return False


def _caption(view: View, labels: Labels, media: Media, near: list[Media]) -> str | None:
    """Return the caption of a picture, from the smallest box around it that contains one, else the line right below."""
    blocks = view.blocks
    row = [other.node.mem_id for other in near if other.at == media.at]
    if len(row) > 1:
        run = _captions_from(view, labels, media.at)
        if len(run) > 1:
            # Pictures in a row with a list of captions below: use them only if there is one per picture.
            return run[row.index(media.node.mem_id)] if len(run) == len(row) else None
    others = [other.at for other in near if other.node.mem_id != media.node.mem_id]
    for box in view.region.around(media.box, LEVELS):
        inner = labels[box.first : box.end]
        if any(label in (Label.TEXT, Label.HEADLINE) for label in inner):
            break
        if Label.CAPTION in inner:
            start, end = box.first, box.end
            if any(start <= other < end or other == media.at for other in others if other != media.at):
                # Several pictures share the box: each gets the lines between it and the next picture.
                start, end = media.at, min((other for other in others if other > media.at), default=end)
            return _joined(view, labels, start, end)
    at = media.at
    return _joined(view, labels, at, at + 1) if at < len(blocks) and _near(view, media, at) else None


def _near(view: View, media: Media, at: int) -> bool:
    """Return whether the line below a picture is on its level, or one level away."""
    box, other = view.box(view.blocks[at]), view.region.boxes[media.box]
    return other.index in (box.index, box.parent) or other.parent in (box.parent, box.index)


def _captions_from(view: View, labels: Labels, at: int) -> list[str]:
    """Return the captions that follow a row of pictures, within one element."""
    run: list[str] = []
    parent = None
    for block in view.blocks[at:]:
        if labels[block.index] is not Label.CAPTION or (run and view.box(block).parent != parent):
            break
        parent = view.box(block).parent
        run.append(block.text)
    return run


def _joined(view: View, labels: Labels, start: int, end: int) -> str | None:
    said = [view.blocks[index].text for index in range(start, end) if labels[index] is Label.CAPTION]
    caption = " ".join(dict.fromkeys(said))
    half = (len(caption) + 1) // 2  # printed twice on one line, for small and large screens
    return (caption[:half].strip() if caption[:half].strip() == caption[-half:].strip() else caption) or None


def find_players(view: View, labels: Labels, content: Content, headline: int | None, end: int) -> list[LexborNode]:
    """Return the players from the headline to the end of the article, in page order."""
    first = headline if headline is not None else content.first
    return [
        media.node
        for media in view.region.players
        if first <= media.at <= end and not _is_elsewhere(view, labels, content, media)
    ]
