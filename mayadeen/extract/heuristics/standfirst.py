"""The standfirst where no record states it: a first line set apart from the text."""

from __future__ import annotations

from collections import Counter

from mayadeen.extract.blocks import HEADINGS, Block, Box, Region
from mayadeen.extract.heuristics.layout import SENTENCE


def guess_standfirst(region: Region, chosen: list[Block], end: int) -> None:
    """Marks a first line set apart from the text: in another dress or place, with the byline or a picture between."""
    if not chosen or (chosen[0].box.tag in HEADINGS and chosen[0].words < SENTENCE):
        return
    lead, rest = chosen[0], chosen[1:]
    blocks = region.blocks
    if not rest:
        # All there is stands over a picture, a player or the byline: a video's standfirst.
        after = blocks.index(lead) + 1
        seen = any(block.images or block.role == "byline" for block in blocks[after:end])
        if seen or any(after <= index <= end for index, *_ in region.players):
            lead.role = "standfirst"
        return
    between = blocks[blocks.index(lead) + 1 : blocks.index(rest[0])]
    bylined = any(block.role == "byline" for block in between)
    apart = any(block.images or block.role in ("caption", "chrome") for block in between)
    dressed = lead.box.look not in {block.box.look for block in rest}
    elsewhere = _stands_elsewhere(lead, rest)
    headed = lead.box.tag in HEADINGS and lead.text.endswith(".")
    if bylined or (apart and (dressed or elsewhere or headed)) or (dressed and (elsewhere or headed)):
        lead.role = "standfirst"


def _stands_elsewhere(lead: Block, rest: list[Block]) -> bool:
    """Most of the text shares an element that the line is not in."""

    def up(block: Block, levels: int) -> int:
        box: Box | None = block.box
        for _ in range(levels):
            box = box.parent if box is not None else None
        return id(box)

    for levels in (1, 2, 3, 4):
        holder, count = Counter(up(block, levels) for block in rest).most_common(1)[0]
        if count > 1 and 2 * count >= len(rest):
            return up(lead, levels) != holder
    return False


def is_lone_sentence(block: Block) -> bool:
    """Whether a line that is nothing else yet is a sentence."""
    ends = block.text.endswith((".", "!", "?", "؟", "…", "”", '"', "’", "»", ")"))
    return not block.role and not block.linked and block.words >= SENTENCE and ends
