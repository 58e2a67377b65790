"""Finds the standfirst: a line between headline and text that summarises the article."""

from __future__ import annotations

from mayadeen.extract.heuristics.content import Content
from mayadeen.extract.heuristics.positions import usual_path
from mayadeen.extract.heuristics.view import SENTENCE, Found, Label, Labels, View
from mayadeen.extract.region import HEADINGS
from mayadeen.site.text import comparison_key

MAX_WORDS = 60
"""Maximum number of words of a standfirst that is not stated."""
MIN_TEXT = 30
"""A paragraph between standfirst and content with at least this many words is text, wherever it is."""
_NO_TEXT = frozenset(["li", "form", "dialog", "nav", "aside", "figure", "footer", "button"])


def find_standfirst(view: View, labels: Labels, content: Content, headline: int | None) -> Found:
    """Label the standfirst, and paragraphs of the text before the content."""
    stated = comparison_key(view.description) if view.description else ""
    usual = usual_path(view, labels, content)
    begin = headline + 1 if headline is not None else max(0, content.first - 10)
    before = [
        index
        for index in range(begin, content.first)
        if labels[index] in (None, Label.BOILERPLATE)
        and index not in content.members
        and _is_lead(view, content, index)
    ]
    prose_at = [index for index in content.members if labels[index] is None and view.prose[index]]
    lead: set[int] = set()
    if stated:
        for index in range(begin, min(content.first + 3, len(view.blocks))):
            if view.key(index) == stated and labels[index] in (None, Label.BOILERPLATE):
                apart = index not in content.members or view.box(view.blocks[index]).path != usual
                if apart or (view.little_text and prose_at == [index]):
                    lead = {index}
                break
    if not lead and view.guess_standfirst and before and view.blocks[before[0]].words <= MAX_WORDS:
        lead = {before[0]}
    if not lead and len(prose_at) == 1 and view.little_text and not stated and view.guess_standfirst:
        lead = set(prose_at)  # the whole text of a video
    after = max(lead, default=begin)
    yield from ((index, Label.STANDFIRST) for index in lead)
    for index in before:
        box = view.region.boxes[max(view.box(view.blocks[index]).parent, 0)]
        long = view.prose[index] >= MIN_TEXT or (
            view.prose_in(box.first, box.end) >= MIN_TEXT and box.end <= content.first
        )
        if index > after and long and not view.region.inside(view.blocks[index].box, _NO_TEXT):
            yield index, Label.TEXT


def _is_lead(view: View, content: Content, index: int) -> bool:
    block = view.blocks[index]
    box = view.box(block)
    if box.parent == content.box.index and box.tag == "p" and not box.names:
        return False  # an ordinary paragraph
    if box.hidden or box.buttons or box.fields or block.linked or block.words < SENTENCE:
        return False
    return view.prose[index] > 0 or view.tag(block) in HEADINGS
