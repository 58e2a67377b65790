"""Rules on the words of a line: the edition's vocabulary, the stated tags, the targets of links."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from mayadeen.extract.heuristics.byline_words import looks_like_byline
from mayadeen.extract.heuristics.content import Content, start_of
from mayadeen.extract.heuristics.view import Found, Label, Labels, View
from mayadeen.extract.link_boxes import see_also
from mayadeen.extract.region import Block
from mayadeen.site.edition import EDITIONS, Edition
from mayadeen.site.text import collapse_whitespace, comparison_key, normalize_label

MAX_LABEL = 80
"""Maximum number of characters of a line of share buttons."""
MAX_TAG = 60
"""Maximum number of characters of a tag."""
MAX_TAG_LABEL = 40
"""Maximum number of characters of the label before the tags."""
ABOVE = 15
"""Number of lines above the headline that may belong to the article."""
BELOW = 60
"""Number of lines below the content that may belong to the article."""
MAX_PROMO = 250
"""Maximum number of characters of a call to action."""
MAX_CONSENT = 600
"""Number of characters of a line searched for a cookie notice."""
MAX_RIGHTS = 200
"""Maximum number of characters of a line about rights."""
MAX_RIGHTS_WORDS = 7
"""Maximum number of words of a line that names the rights holder."""
MAX_DISCLAIMER = 400
"""Number of characters of a line searched for a disclaimer."""
MAX_SEE_ALSO = 30
"""Maximum number of words of a "Read more: ..." without a link."""
_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook\.com|fb\.com|twitter\.com|x\.com|t\.me|telegram\.me|telegram\.org|whatsapp\.com|wa\.me|"
    r"instagram\.com|linkedin\.com|pinterest\.com|reddit\.com|tiktok\.com|threads\.net|bsky\.app|news\.google\.com)$"
)
_SHARING = re.compile(r"/(?:share\w*|intent|dialog|send|channel|publications)\b", re.I)
_BETWEEN = " :.|/•·‧-–—"
"""Separators around share buttons."""
_OURS = ("ayadeen", "AYADEEN", "ميادين")
"""Every disclaimer of the site contains one of these."""
_COOKIES = ("cookie", "Cookie", "COOKIE", "تعريف الارتباط")
_CONSENT = re.compile(
    r"\bcookies\b.{0,300}\b(?:consent|accept|agree|settings|preferences|partners|privacy|browser|browsing|experience)|"
    r"\b(?:consent|accept|agree)\b.{0,200}\bcookies\b|ملفات تعريف الارتباط|\bcookies\b.{0,200}\b(?:navega|acepta|uso)",
    re.I | re.S,
)


def ui_text(view: View, labels: Labels, content: Content) -> Found:
    """Label share buttons, "Advertisement" and icons: lines around an article on any page."""
    words, edition = _ui_words(view.site.edition), view.site.edition
    for block in _near(view, labels, content):
        if labels[block.index] is not None or len(block.text) >= MAX_LABEL or not _is_ui_text(block, words):
            continue
        if not looks_like_byline(block.text, edition):
            yield block.index, Label.BOILERPLATE


def _near(view: View, labels: Labels, content: Content) -> tuple[Block, ...]:
    """Return the blocks from a little above the headline to a little below the content."""
    return view.blocks[max(0, start_of(labels, content) - ABOVE) : content.box.end + BELOW]


def see_also_lines(view: View, labels: Labels) -> Found:
    """Label "Read more: ..." lines in the text: the known words, then a colon or a link."""
    lead = see_also(view.site.edition)
    for block in view.blocks:
        if labels[block.index] is None and is_see_also(view, block, lead):
            yield block.index, Label.SEE_ALSO


def is_see_also(view: View, block: Block, lead: re.Pattern[str]) -> bool:
    """Return whether a line leads to another article. A sentence that only begins with these words is text."""
    found = lead.match(block.text)
    if found is None:
        return False
    links = any(map(view.is_article_link, block.hrefs))
    if not found["mark"].strip():
        return links and block.link_chars >= 0.9 * (len(block.text) - found.end())
    # Without a link, the words must have no other meaning: "Watch: boats leave the harbor" may be a quote.
    plain = normalize_label(collapse_whitespace(found["words"])) in _plain_leads(view.site.edition)
    return links or (plain and not block.hrefs and len(block.text.split()) <= MAX_SEE_ALSO)


def tags(view: View, labels: Labels, content: Content) -> Found:
    """Label tags: short links that are not cards, recognised by stated keywords, address, or the label before them."""
    for block in _near(view, labels, content):
        if labels[block.index] is not None:
            continue
        labelled = is_tag_label(view, block)
        if block.hrefs and _is_tag_line(view, block, labelled):
            yield block.index, Label.TAG
        elif labelled and not block.hrefs:
            yield block.index, Label.BOILERPLATE


def is_tag_label(view: View, block: Block) -> bool:
    """Return whether a line is, or begins with, the label before the tags."""
    text = block.text[:MAX_TAG_LABEL]
    lead = text.partition(":")[0] if ":" in text else text if len(block.text) < MAX_TAG_LABEL else ""
    return normalize_label(lead.strip()) in _tag_labels(view.site.edition)


def _is_tag_line(view: View, block: Block, labelled: bool) -> bool:
    alone = block.linked and len(block.hrefs) == 1
    if alone and len(block.text) > MAX_TAG:
        return False
    if not alone and not labelled and (len(block.hrefs) < 2 or block.words > len(block.hrefs) + 1):
        return False
    tagged = 0
    for href, text in block.link_texts().items():
        address = view.address(href)
        if address is None or not address.internal:
            continue
        stated = comparison_key(text) in view.keywords
        plain = address.kind not in ("home", "author", "section")
        tagged += address.kind == "tag" or (not alone and labelled) or (stated and (plain or not alone))
    return 2 * tagged > len(block.hrefs)


def disclaimers(view: View, labels: Labels, content: Content) -> Found:
    """Label disclaimers: "The opinions mentioned ... do not necessarily reflect the opinion of Al Mayadeen"."""
    pattern = _pattern(view.site.edition.words.disclaimer)
    for block in _near(view, labels, content):
        if labels[block.index] is not None or not any(name in block.text for name in _OURS):
            continue
        if pattern.match(normalize_label(block.text[:MAX_DISCLAIMER])):
            yield block.index, Label.BOILERPLATE


def rights(view: View, labels: Labels) -> Found:
    """Label a line about rights, by its beginning or because it has few other words. A longer sentence is text."""
    words = normalize_label(view.site.edition.words.rights)
    for block in view.blocks:
        if labels[block.index] is None and len(block.text) <= MAX_RIGHTS:
            text = normalize_label(block.text)
            if text.startswith(("©", "(c)", "copyright", words)) or (words in text and block.words <= MAX_RIGHTS_WORDS):
                yield block.index, Label.BOILERPLATE


def consent(view: View, labels: Labels) -> Found:
    """Label cookie notices, and the box around them if it contains nothing else."""
    for block in view.blocks:
        if labels[block.index] is not None or not view.prose[block.index]:
            continue
        start = block.text[:MAX_CONSENT]
        if any(word in start for word in _COOKIES) and _CONSENT.search(start):
            for box in view.region.around(block.box):
                # A whole page about cookies is an article.
                if view.prose_in(box.first, box.end) > 3 * view.prose[block.index]:
                    break
                yield from ((index, Label.BOILERPLATE) for index in range(box.first, box.end))


def promos(view: View, labels: Labels) -> Found:
    """Label calls to subscribe, follow or pay, unless they are in the same kind of box as the text."""
    pattern = _pattern(view.site.edition.words.promo)
    found = [
        block
        for block in view.blocks
        if labels[block.index] is None and len(block.text) <= MAX_PROMO and pattern.match(normalize_label(block.text))
    ]
    known = {block.index for block in found}
    paths = (
        {view.box(block).path for block in view.blocks if view.prose[block.index] and block.index not in known}
        if found
        else set()
    )
    for block in found:
        if view.box(block).path not in paths:
            yield block.index, Label.BOILERPLATE


@lru_cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words)


@lru_cache
def _ui_words(edition: Edition) -> frozenset[str]:
    # Other editions leave a few words in English.
    return frozenset(map(normalize_label, (*edition.words.chrome, *EDITIONS["en"].words.chrome)))


@lru_cache
def _plain_leads(edition: Edition) -> frozenset[str]:
    return frozenset(map(normalize_label, edition.words.boxes["readMore"]))


@lru_cache
def _tag_labels(edition: Edition) -> frozenset[str]:
    return frozenset(map(normalize_label, edition.words.tags))


def _is_ui_text(block: Block, words: frozenset[str]) -> bool:
    """Return whether a line is share buttons, links that share or follow, or has no letter or digit."""
    if normalize_label(block.text.strip(" :.")) in words or not any(map(str.isalnum, block.text)):
        return True
    if not block.hrefs or block.words > 3:
        return bool(block.hrefs) and _all_known(block, words)
    if _all_known(block, words):
        return True
    actions = set(map(link_action, block.hrefs))
    return "" not in actions and actions != {"writes"}


def _all_known(block: Block, words: frozenset[str]) -> bool:
    said = [normalize_label(collapse_whitespace(piece.text).strip(_BETWEEN)) for piece in block.pieces]
    return all(not each or each in words for each in said)


@lru_cache(maxsize=4096)
def link_action(href: str) -> str:
    """Return the action of a link that leads to no page to read: "shares", "acts", "writes"; "" for any other link."""
    href = href.strip().lower()
    if href == "#" or href.startswith("javascript:"):
        return "acts"
    if href.startswith("mailto:"):
        return "writes"
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    if not _SOCIAL.search(parts.hostname or ""):
        return ""
    # Channels and share forms are actions. A post is a page to read.
    return "shares" if parts.path.strip("/").count("/") == 0 or _SHARING.search(parts.path) else ""
