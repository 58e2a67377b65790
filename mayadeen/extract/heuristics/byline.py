"""The lines around a headline: authors, sources, date, shares, minutes. Read by their words, in any markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from mayadeen.extract.blocks import Block
from mayadeen.site import dates
from mayadeen.site.address import Site, page_type, resolve
from mayadeen.site.edition import Edition
from mayadeen.site.text import alternation, collapse_whitespace, comparison_key, normalize_label

_TAKEN = "\x00"
_SEPARATOR = re.compile(r"\s+[|•·‧●]+\s+|[•·‧●|]\s*$|^\s*[•·‧●|]\s*")
_EDGES = " \t\n,;|/•·‧●-–—+&:"
_CLOCK = re.compile(r"^\d{1,2}:\d{2}$")


@dataclass(slots=True)
class Name:
    """One author or source as printed."""

    name: str
    raw: str
    url: str | None = None


@dataclass(slots=True)
class Byline:
    """What the lines say; empty or None where they say nothing."""

    authors: list[Name] = field(default_factory=list)
    sources: list[Name] = field(default_factory=list)
    date: str | None = None
    modified: str | None = None
    shares: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class _Patterns:
    shares: re.Pattern[str]
    views: re.Pattern[str]
    minutes: re.Pattern[str]
    label: re.Pattern[str]
    split: re.Pattern[str]
    joint: re.Pattern[str]
    updated: re.Pattern[str]
    inner: re.Pattern[str]
    sources: re.Pattern[str]
    cut: re.Pattern[str]
    telling: re.Pattern[str]


@lru_cache
def _patterns(edition: Edition) -> _Patterns:
    words = edition.words

    times = alternation((*words.ago, *words.now, *words.today, *words.yesterday))
    by, source, joints = alternation(words.by), alternation(words.source), alternation(words.conjunctions)
    number = r"(\d{1,3}(?:[,.٬]\d{3})+|\d+(?:\.\d+)?\s*[km]?)"

    def count(each: Iterable[str]) -> re.Pattern[str]:
        """ "5 Shares" or "Shares: 5"."""
        names = alternation(each)
        return re.compile(rf"(?<![\w:.])(?:{number}\s*(?:{names})\b|(?:{names})\s*[:：]\s*{number}(?![\w:.]))", re.I)

    return _Patterns(
        shares=count(words.shares),
        views=count(words.views),
        minutes=re.compile(rf"(?<![\w:.])(\d+)\s*-?\s*(?:{alternation(words.min_read)})\b", re.I),
        label=re.compile(
            rf"^(?:(?P<source>{source})\s*(?:[:：]\s*|$)|(?P<by>{by})(?P<mark>\s*[:：]\s*|\s+|$))(?P<rest>.*)$",
            re.I | re.S,
        ),
        updated=re.compile(rf"(?:{alternation(words.updated)})(?:\s+(?:on|at))?\s*[:：]?\s*$", re.I),
        inner=re.compile(rf"(?<!\w)(?:{source})\s*[:：]\s*\S", re.I),
        split=re.compile(rf"\s*(?:[,،;|/]|(?<!\w)(?:{joints})(?!\w))\s*", re.I),
        sources=re.compile(rf"\s*(?:[,،;|/+]|(?<!\w)(?:{joints})(?!\w))\s*", re.I),
        joint=re.compile(rf"^(?:[,،;|/+&]|(?:{joints})(?!\w))", re.I),
        cut=re.compile(rf"(?<=\S)\s+(?=(?:{source})\s*[:：])", re.I),
        telling=re.compile(rf"\d|(?<!\w)(?:{by}|{source}|{times})(?!\w)", re.I),
    )


def read_byline(blocks: list[Block], site: Site, known: Byline | None = None) -> Byline:
    """Reads the byline among some short blocks and marks those it was read from; adds to what is known."""
    patterns = _patterns(site.edition)
    byline = known or Byline()
    open_field = ""
    linked: Block | None = None
    for block in blocks:
        if not open_field and not block.times and not tells(block.text, site.edition):
            if (not byline.authors or _goes_on(block, linked, patterns)) and _linked_author(block, byline, site):
                block.role, linked = "byline", block
            continue
        lines = _lines(block)
        if block.times and (byline.date is None or dates.parse_iso(block.times[0])):
            byline.date = next((each for each in block.times if dates.parse_iso(each)), byline.date)
        text, found = _take_numbers("\n".join(lines), byline, patterns, site.edition)
        found = found or bool(block.times)
        names: dict[str, list[str]] = {"by": [], "source": []}
        labels: dict[str, str] = {}
        if open_field:
            labels[open_field] = labels.get(open_field, "")
        collecting = open_field
        for each in _split_labels(text, patterns):
            if each == _TAKEN:
                collecting = ""
                continue
            label = patterns.label.match(each)
            # "Authors" as a link is of the menu.
            if label and _is_label(label, each) and not (block.linked and not label["rest"].strip(_EDGES)):
                collecting = "source" if label["source"] else "by"
                labels[collecting] = each
                found = True
                if label["rest"].strip(_EDGES):
                    names[collecting].append(label["rest"])
            elif collecting:
                joined = names[collecting]
                if not joined or patterns.joint.match(each) or patterns.joint.match(joined[-1].split()[-1]):
                    joined.append(each)
                else:
                    collecting = ""
        open_field = collecting if collecting and not names[collecting] else ""
        found = _add(byline.authors, names["by"], "By", block, patterns.split, site) or found
        found = _add(byline.sources, names["source"], "Source:", block, patterns.sources, site) or found
        if not found and (not byline.authors or _goes_on(block, linked, patterns)):
            found = _linked_author(block, byline, site)
            linked = block if found else linked
        elif names["by"] and block.hrefs:
            linked = block
        if found:
            block.role = "byline"
    if not byline.authors:
        _house_name(blocks, byline, site)
    return byline


def _house_name(blocks: list[Block], byline: Byline, site: Site) -> None:
    """The site's own name in place of a writer's, in a row with the date or the source."""
    names = {comparison_key(name) for name in (site.edition.publisher, *site.edition.title_suffixes)}
    rows = {id(block.box.parent) for block in blocks if block.role == "byline"}
    for block in blocks:
        if (
            not block.role
            and len(block.text) < 60
            and id(block.box.parent) in rows
            and comparison_key(block.text) in names
        ):
            block.role = "byline"
            byline.authors.append(Name(block.text, block.text))
            return


def _is_label(label: re.Match[str], text: str) -> bool:
    """ "By noon the road was open again." is no author."""
    if label["source"]:
        return len(text) < 160
    rest = label["rest"].strip()
    return (
        len(rest) < 120
        and not rest.endswith((".", "!", "?", "؟", "…"))
        and (not rest or rest[0].isupper() or not (rest[0].isascii() or rest[0].islower()))
        # A script without capitals: a name has few words.
        and (label["mark"].strip() != "" or rest[:1].isascii() or rest[:1].isupper() or len(rest.split()) <= 5)
    )


def _lines(block: Block) -> list[str]:
    """The pieces of a block, one a line: "By" and a linked name stand in two."""
    lines: list[str] = []
    for piece in block.pieces:
        lines.extend(part for part in (collapse_whitespace(bit) for bit in _SEPARATOR.split(piece.text)) if part)
    return lines


def _split_labels(text: str, patterns: _Patterns) -> list[str]:
    """Lines, cut again before "Source:" in mid-line."""
    return [each.strip() for each in patterns.cut.sub("\n", text).split("\n") if each.strip()]


@lru_cache(maxsize=4096)
def tells(text: str, edition: Edition) -> bool:
    """Whether a line can say anything of a byline: a number, a label. Most lines around a headline are menus."""
    return _patterns(edition).telling.search(text) is not None


@lru_cache(maxsize=4096)
def looks_like_byline(text: str, edition: Edition) -> bool:
    """A line with "Source:", shares or minutes in it, or one that begins with "By" and does not end like a sentence."""
    if not tells(text, edition):
        return False
    patterns = _patterns(edition)
    if any(each.search(text) for each in (patterns.shares, patterns.views, patterns.minutes)):
        return True
    if patterns.inner.search(text) and not text.endswith("."):
        return True
    label = patterns.label.match(text)
    return label is not None and _is_label(label, text)


@lru_cache
def source_labels(edition: Edition) -> tuple[str, ...]:
    """What stands before a source, as `text.fold` has it."""
    return tuple(f"{normalize_label(word)}:" for word in edition.words.source)


def states_source(block: Block, edition: Edition) -> bool:
    """Whether a line begins like "Source: Agencies"."""
    return len(block.text) < 120 and normalize_label(block.text).startswith(source_labels(edition))


def ends_with_date(text: str, edition: Edition) -> bool:
    """Whether the stop at the end of a line is of its "p.m.", and the line is little else than a date."""
    date = dates.find(text, edition)
    return date is not None and text.endswith(date) and len(text[: -len(date)].split()) <= 4


def _take_numbers(text: str, byline: Byline, patterns: _Patterns, edition: Edition) -> tuple[str, bool]:
    """Reads minutes, shares and the date out of a text; where they stood is marked as taken."""
    found = False
    for pattern, name in ((patterns.minutes, "minutes"), (patterns.shares, "shares"), (patterns.views, "")):
        match = pattern.search(text)
        if match:
            found = True
            if name and getattr(byline, name) is None:
                setattr(byline, name, _number(next(filter(None, match.groups()))))
            text = f"{text[: match.start()]}\n{_TAKEN}\n{text[match.end() :]}"
    while (raw := dates.find(text, edition)) is not None and len(text) - len(raw) < 160:
        found = True
        start = text.index(raw)
        before = text[:start]
        text = f"{before}\n{_TAKEN}\n{text[start + len(raw) :]}"
        if patterns.updated.search(before.rstrip()):
            byline.modified = byline.modified or collapse_whitespace(raw)
        elif byline.date is None or (len(byline.date) < len(raw) and ":" not in byline.date and byline.date in raw):
            byline.date = collapse_whitespace(raw)
    if found:
        return text, True
    ago = next(filter(None, (dates.find_relative(each, edition) for each in text.split("\n"))), None)
    if ago and len(text) - len(ago) < 60:
        byline.date = byline.date or collapse_whitespace(ago)
        return text.replace(ago, f"\n{_TAKEN}\n"), True
    if byline.date and ":" not in byline.date and _CLOCK.match(text.strip()):
        byline.date = f"{byline.date} {text.strip()}"
        return "", True
    return text, found


def _number(text: str) -> int:
    text = text.lower().replace(",", "").replace("٬", "").strip()
    if text[-1] in "km":
        return round(float(text[:-1]) * (1000 if text[-1] == "k" else 1_000_000))
    return int(text.replace(".", ""))


def _add(known: list[Name], parts: list[str], label: str, block: Block, split: re.Pattern[str], site: Site) -> bool:
    if not parts or known:
        return False
    whole = collapse_whitespace(" ".join(parts))
    raw = next((each for each in _whole_lines(block) if whole in each), whole)
    urls = {
        collapse_whitespace(piece.text).casefold(): piece.href
        for piece in block.pieces
        if piece.href and piece.text.strip()
    }
    for name in split_names(whole, split):
        href = urls.get(name.casefold())
        url = resolve(href, site.origin + "/", site) if href else None
        known.append(Name(name, raw, url))
    return bool(known)


def _whole_lines(block: Block) -> list[str]:
    return [block.text] if len(block.text) < 120 else []


def split_names(text: str, split: re.Pattern[str]) -> list[str]:
    """The names in a line, each once."""
    names = (part.strip(_EDGES + ".") if part else "" for part in split.split(text))
    return list(dict.fromkeys(name for name in names if name and any(each.isalpha() for each in name)))


def author_split(edition: Edition) -> re.Pattern[str]:
    """What stands between two authors."""
    return _patterns(edition).split


def _goes_on(block: Block, before: Block | None, patterns: _Patterns) -> bool:
    """Whether a line stands beside the one with the first author, as another of them would."""
    if before is None or not block.hrefs or block.words > 2:
        return False
    beside = block.box is before.box or block.box.parent is before.box.parent
    return (beside and block.box.look == before.box.look) or patterns.joint.match(block.text) is not None


def _linked_author(block: Block, byline: Byline, site: Site) -> bool:
    """Without "By": a link to an author's page."""
    known = {author.url for author in byline.authors}
    found = False
    for href in block.hrefs:
        target = resolve(href, site.origin + "/", site)
        if target and page_type(target, site) == "author":
            name = block.text_of(href)
            if name and len(name.split()) <= 8 and target not in known:
                byline.authors.append(Name(name, name, target))
                found = True
    return found
