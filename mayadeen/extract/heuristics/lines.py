"""What single lines are, by what they say: share words, disclaimers, the standfirst, "Read more: ...", tags."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from mayadeen.extract.blocks import HEADINGS, Block, Region
from mayadeen.extract.link_boxes import is_article_link, see_also
from mayadeen.site.address import Site, is_internal, page_type, resolve
from mayadeen.site.edition import EN, Edition
from mayadeen.site.text import collapse_whitespace, comparison_key, normalize_label

_SOCIAL = re.compile(
    r"(?:^|\.)(?:facebook\.com|fb\.com|twitter\.com|x\.com|t\.me|telegram\.me|telegram\.org|whatsapp\.com|wa\.me|"
    r"instagram\.com|linkedin\.com|pinterest\.com|reddit\.com|tiktok\.com|threads\.net|news\.google\.com)$"
)
_BETWEEN = " :.|/•·‧-–—"
"""Around share words."""
_CUT = ("[…]", "[...]")
"""At the end of a description that is cut from the text."""
_PLAYED = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?\s*/\s*\d{1,2}:\d{2}(?::\d{2})?$")
"""How much of a recording has been heard."""
_LABEL = 40
"""Letters at most in a label."""
_SHARING = re.compile(r"/(?:share\w*|intent|dialog|send|channel|publications)\b", re.I)
_OURS = re.compile("mayadeen|ميادين", re.I)
"""What each disclaimer names."""


@lru_cache
def _disclaimer(edition: Edition) -> re.Pattern[str]:
    return re.compile(normalize_label(edition.words.disclaimer))


@lru_cache
def _chrome(edition: Edition) -> frozenset[str]:
    # Other editions leave a word or two in English.
    return frozenset(map(normalize_label, (*edition.words.chrome, *EN.words.chrome)))


def mark_lines(region: Region, site: Site, description: str | None, headline: str) -> None:
    """Lines known by what they say: the standfirst, disclaimers, "Read more: ...", share words."""
    edition = site.edition
    chrome, disclaimer, lead = _chrome(edition), _disclaimer(edition), see_also(edition)
    # Cut from the text, it is the text's own first line.
    standfirst = comparison_key(description) if description and not description.endswith(_CUT) else ""
    for block in region.blocks:
        if block.role or not block.text:
            continue
        if block.hrefs:
            _cut_see_also(region, block, site)
        text = block.text
        if len(text) < 80 and _is_chrome(block, chrome):
            block.role = "chrome"
        elif standfirst and abs(len(text) - len(description or "")) < 20 and comparison_key(text) == standfirst:
            block.role = "standfirst"
        elif abs(len(text) - len(headline)) < 20 and block.box.tag in HEADINGS and comparison_key(text) == headline:
            block.role = "headline"
        elif _OURS.search(text) and disclaimer.match(normalize_label(text[:400])):
            block.role = "disclaimer"
        elif (found := lead.match(text)) and _is_see_also(block, found, site):
            block.role = "see also"


def _cut_see_also(region: Region, block: Block, site: Site) -> None:
    """Cuts "Read more: ..." from the end of a paragraph, where it stands on a line of its own."""
    last = max((index for index, piece in enumerate(block.pieces) if piece.text == "\n"), default=0)
    if not last:
        return
    tail = Block(block.box, block.pieces[last + 1 :])
    lead = see_also(site.edition).match(tail.text)
    if lead and _is_see_also(tail, lead, site):
        tail.role = "see also"
        region.tails.append(tail)
        block.fill(block.pieces[:last])
        _cut_see_also(region, block, site)


@lru_cache
def _plain_leads(edition: Edition) -> frozenset[str]:
    return frozenset(map(normalize_label, edition.words.boxes["readMore"]))


def _is_chrome(block: Block, chrome: frozenset[str]) -> bool:
    """Share words, alone or each with a link of its own; links that share or follow; no letter or digit at all."""
    text = _PLAYED.sub("", block.text) if "/" in block.text else block.text
    if normalize_label(text.strip(" :.")) in chrome or not any(map(str.isalnum, text)):
        return True
    said = [normalize_label(collapse_whitespace(piece.text).strip(_BETWEEN)) for piece in block.pieces]
    if all(not each or each in chrome for each in said):
        return True
    if not block.hrefs or block.words > 3:
        return False
    deeds = set(map(_deed, block.hrefs))
    return "" not in deeds and deeds != {"writes"}


@lru_cache(maxsize=4096)
def _deed(href: str) -> str:
    """What a link does that leads to nothing to read: "shares", "acts", "writes"; "" for any other."""
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
    # Somebody's channel, or a form to share a page; a post is something to read.
    return "shares" if parts.path.strip("/").count("/") == 0 or _SHARING.search(parts.path) else ""


def _is_see_also(block: Block, lead: re.Match[str], site: Site) -> bool:
    """The words, then a colon or a link; a sentence that only begins with them is text."""
    links = any(is_article_link(href, site) for href in block.hrefs)
    if not lead["mark"].strip():
        return links and block.link_chars >= 0.9 * (len(block.text) - lead.end())
    # Without a link only words that say nothing else will do: "Watch: boats leave the harbor" may be a quote.
    plain = (
        normalize_label(collapse_whitespace(lead["words"])) in _plain_leads(site.edition)
        and len(block.text.split()) <= 30
    )
    return links or (plain and not block.hrefs)


@lru_cache
def tag_labels(edition: Edition) -> frozenset[str]:
    """What stands in front of the tags."""
    return frozenset(map(normalize_label, edition.words.tags))


def mark_tags(region: Region, site: Site, keywords: frozenset[str]) -> None:
    """Runs of short links that are no cards: by the stated keywords, by their address, or as a list of its own."""
    label = tag_labels(site.edition)
    for block in region.blocks:
        if block.role or not block.text:
            continue
        lead = normalize_label(block.text.partition(":")[0].strip()) if ":" in block.text[:_LABEL] else ""
        if block.linked and block.hrefs and len(block.text) <= 60 and not block.images:
            target = resolve(block.hrefs[0], site.origin + "/", site)
            sort = page_type(target, site) if target and is_internal(target, site) else "external"
            if sort == "tag" or (
                sort not in ("external", "home", "author", "section") and comparison_key(block.text) in keywords
            ):
                block.role = "tag"
        elif block.hrefs and (lead in label or (len(block.hrefs) > 1 and block.words <= len(block.hrefs) + 1)):
            targets = [resolve(href, site.origin + "/", site) for href in block.hrefs]
            tagged = sum(
                1
                for target, href in zip(targets, block.hrefs, strict=True)
                if target
                and is_internal(target, site)
                and (
                    page_type(target, site) == "tag" or lead in label or comparison_key(block.text_of(href)) in keywords
                )
            )
            if 2 * tagged > len(targets):
                block.role = "tag"
        elif len(block.text) < _LABEL and normalize_label(block.text.strip(" :")) in label:
            block.role = "chrome"
