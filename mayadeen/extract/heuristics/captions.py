"""Which lines are captions: by the picture or player that they stand with."""

from __future__ import annotations

import re
from collections import Counter

from mayadeen.extract.blocks import HEADINGS, Block, Box, Region, stands_in
from mayadeen.extract.heuristics.layout import SENTENCE
from mayadeen.extract.link_boxes import is_sentence
from mayadeen.extract.media import is_credit, is_small
from mayadeen.site.edition import Edition
from mayadeen.site.text import comparison_key

_ROW = 50
"""Captions at most under one row of pictures."""
_CREDITED = re.compile(r"\([^()]{2,40}\)$")


def mark_captions(region: Region, around: list[Box], edition: Edition) -> None:
    """Lines that share a box with a picture and with nothing else."""
    blocks = region.blocks
    open_boxes = set(map(id, around))
    for figure in region.boxes:
        if figure.tag in ("figure", "figcaption") and id(figure) not in open_boxes:
            for block in blocks[figure.first : figure.end]:
                if block.text and not block.role and not stands_in(block.box, "blockquote", figure):
                    block.role = "caption"
    for _, _, box in region.players:
        if id(box) in open_boxes or box.end - box.first > 4:
            continue
        said = [block for block in blocks[box.first : box.end] if block.text and block.role != "chrome"]
        if len(said) == 1 and not said[0].role and not is_sentence(said[0].text):
            said[0].role = "caption"
    for index, image, box, _ in region.pictures:
        if stands_in(box, "figure", region.boxes[0]) or is_small(image):
            continue
        own = blocks[index] if index < len(blocks) and blocks[index].holds(image) else None
        if own is not None and own.text:
            # A linked name beside a face is that of a writer.
            named = own.linked and len(own.text.split()) <= 8
            if not own.role and not named and _is_caption_beside(own, box):
                own.role = "caption"
            continue
        parent: Box | None = box
        while parent is not None and id(parent) not in open_boxes:
            said = [block for block in blocks[parent.first : parent.end] if block.text]
            # "Photo: AFP" under a caption belongs to it.
            lines = {block.text: block for block in said if not is_credit(block.text, edition)} or {
                block.text: block for block in said
            }
            if len(lines) > 1 or any(block.box.tag in HEADINGS for block in lines.values()):
                break
            if lines:
                if any(map(_is_paragraph, blocks[parent.first : index])):
                    break  # what there is of a text, over a picture without a caption
                for block in blocks[parent.first : parent.end]:
                    if block.text and not block.role and not block.linked and len(block.text) < 600:
                        block.role = "caption"
                break
            parent = parent.parent


def _is_paragraph(block: Block) -> bool:
    return block.words >= 2 * SENTENCE and not block.role and is_sentence(block.text)


def _is_caption_beside(block: Block, box: Box) -> bool:
    """Text on the same line as its picture: a caption when it repeats the alt text or looks like one."""
    said = [piece for piece in block.pieces if piece.text.strip()]
    alts = {comparison_key(image.attributes.get("alt") or "") for image in block.images}
    if comparison_key(block.text) in alts:
        return True
    styled = all(piece.style in ("em", "small") for piece in said)
    if box.tag in ("p", "li"):
        return styled
    return styled or (len(said) == 1 and len(block.text) < 400 and box.first + 1 == box.end)


def mark_loose_captions(region: Region, candidates: list[Block]) -> None:
    """A line right below a picture on the same level that does not look like the text around it."""
    looks = Counter(block.box.look for block in candidates if block.words >= SENTENCE)
    usual = looks.most_common(1)[0][0] if looks else ""
    for index, image, box, _ in region.pictures:
        after = index + 1 if index < len(region.blocks) and region.blocks[index].holds(image) else index
        if after >= len(region.blocks) or (after > index and region.blocks[index].text):
            continue
        block = region.blocks[after]
        if block.role or not block.text or block.linked or block.box.tag in HEADINGS or len(block.text) > 500:
            continue
        if _mark_credited(region, after):
            continue
        said = [piece for piece in block.pieces if piece.text.strip()]
        alt = comparison_key(image.attributes.get("alt") or "")
        styled = all(piece.style in ("em", "small") for piece in said)
        beside = block.box.parent is box or block.box.parent is box.parent or block.box is box
        credit = block.text.rstrip(" .").endswith(")")
        if (alt and alt == comparison_key(block.text)) or styled or (beside and credit and block.box.look != usual):
            block.role = "caption"


def _mark_credited(region: Region, first: int) -> bool:
    """Marks the captions of a row of pictures that stand below it in an element of their own, each with its credit."""
    holder = region.blocks[first].box.parent
    if holder is None or holder.around or holder.first != first or not 1 < holder.end - first <= _ROW:
        return False
    lines = region.blocks[first : holder.end]
    pictures = sum(1 for at, *_ in region.pictures if first - 2 * len(lines) <= at < first)
    if pictures < len(lines) or not all(each.text and not each.role and _CREDITED.search(each.text) for each in lines):
        return False
    for each in lines:
        each.role = "caption"
    return True
