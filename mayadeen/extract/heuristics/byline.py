"""Reads the byline: the lines around a headline with authors, sources, dates, shares and minutes.

Each line is read once, by its words, independent of the markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mayadeen.extract.heuristics.byline_words import MAX_LINE, MAX_NAMES, is_label, patterns_of, tells
from mayadeen.extract.heuristics.view import View
from mayadeen.extract.names import names_in
from mayadeen.extract.region import HEADINGS, Block
from mayadeen.site import dates
from mayadeen.site.text import collapse_whitespace, comparison_key

MAX_NAME_WORDS = 8
"""Maximum number of words of a linked author's name."""
_DECIMAL = re.compile(r"^\d+\.\d{1,2}$")
_TAKEN = "\x00"
"""Replaces a number or a date that was read."""
_SEPARATOR = re.compile(r"\s+[|•·‧●]+\s+|[•·‧●|]\s*$|^\s*[•·‧●|]\s*")
_EDGES = " \t\n,;|/•·‧●-–—+&:"
_NAME = re.compile(r"[A-ZÀ-Þ][\w'’.-]+(?: [A-ZÀ-Þ][\w'’.-]+){1,2}")
_FROM = re.compile(r"(?<=\w\s)(\w\S+)\s?,\s\w+[^\W\d_A-Z]$")
"""The place after a full name: "Anna Berg, Frankfurt"."""


@dataclass(frozen=True, slots=True)
class Name:
    """One author or source as printed."""

    name: str
    raw: str
    url: str | None = None


@dataclass(slots=True)
class Byline:
    """The values of the lines; empty or None if they state nothing."""

    authors: list[Name] = field(default_factory=list)
    sources: list[Name] = field(default_factory=list)
    date: str | None = None
    modified: str | None = None
    shares: int | None = None
    minutes: int | None = None
    used: set[int] = field(default_factory=set)
    """Indexes of the blocks that it was read from."""


def read_byline(view: View, blocks: Sequence[Block]) -> Byline:
    """Return the byline found in some short lines, which are in page order."""
    reader = _Reader(view)
    for block in blocks:
        reader.read(block)
    reader.add_lone_name(blocks)
    return reader.byline


class _Reader:
    """The state of one read: the values found so far, and a label whose names have not been found yet."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.edition = view.site.edition
        self.patterns = patterns_of(self.edition)
        self.byline = Byline()
        self.waiting = ""  # "by" or "source": the label ended a line, so the names are on the next line
        self.linked: Block | None = None  # the block with the last linked author

    def read(self, block: Block) -> None:
        """Read the values of one line."""
        found = False
        if self.waiting or block.times or tells(block.text, self.edition):
            text, found = self._numbers(block)
            names, labelled = self._labelled(text, block)
            found |= labelled
            authors = self._add(self.byline.authors, names["by"], block, self._authors)
            found |= authors | self._add(self.byline.sources, names["source"], block, self._sources)
            if authors and block.hrefs:
                self.linked = block
        if not found and (not self.byline.authors or self._goes_on(block)):
            found = self._linked_author(block)
        if found:
            self.byline.used.add(block.index)

    def _numbers(self, block: Block) -> tuple[str, bool]:
        """Return the text of a line with marks in place of minutes, shares and dates, and whether there were any."""
        text = "\n".join(_lines(block))
        found = any(time.stated for time in block.times)
        for pattern, name in (
            (self.patterns.minutes, "minutes"),
            (self.patterns.shares, "shares"),
            (self.patterns.views, ""),
        ):
            if match := pattern.search(text):
                found = True
                if name and getattr(self.byline, name) is None:
                    setattr(self.byline, name, _number(next(filter(None, match.groups()))))
                text = f"{text[: match.start()]}\n{_TAKEN}\n{text[match.end() :]}"
        while raw := self._next_date(text):
            found = True
            before, _, after = text.partition(raw)
            self._take_date(raw, before, block)
            text = f"{before}\n{_TAKEN}\n{after}"
        for time in block.times:
            if not time.text:
                self._take_date(time.stated, "", block)
        return text, found

    def _next_date(self, text: str) -> str | None:
        raw = dates.find(text, self.edition)
        if raw is not None:
            return raw if len(text) - len(raw) < MAX_LINE else None
        said = (each for each in text.split("\n") if each != _TAKEN)
        ago = next(filter(None, (dates.find_relative(each, self.edition) for each in said)), None)
        return ago if ago and len(text) - len(ago) < 60 else None

    def _take_date(self, raw: str, before: str, block: Block) -> None:
        byline = self.byline
        time = next((time for time in block.times if raw in time.text or raw == time.stated), None)
        stated = time.stated if time and dates.parse_stated(time.stated) else collapse_whitespace(raw)
        if (time and time.modified) or self.patterns.updated.search(before.rstrip(" \n\t:,|-–\x00")):
            byline.modified = byline.modified or stated
        elif byline.date is None or (len(byline.date) < len(raw) and ":" not in byline.date and byline.date in raw):
            byline.date = stated

    def _labelled(self, text: str, block: Block) -> tuple[dict[str, list[str]], bool]:
        """Return the names after "By" and "Source:" in parts, and whether there was a label."""
        names: dict[str, list[str]] = {"by": [], "source": []}
        collecting, found = self.waiting, False
        for each in self.patterns.cut.sub("\n", text).split("\n"):
            each = each.strip()
            if not each:
                continue
            label = self.patterns.label.match(each) if each != _TAKEN else None
            # A link "Authors" is part of the menu.
            if label and is_label(label, each) and not (block.linked and not label["rest"].strip(_EDGES)):
                collecting, found = "source" if label["source"] else "by", True
                if label["rest"].strip(_EDGES):
                    names[collecting].append(label["rest"])
            elif each == _TAKEN:
                collecting = ""
            elif collecting:
                known = names[collecting]
                if not known or self.patterns.joint.match(each) or self.patterns.joint.match(known[-1].split()[-1]):
                    known.append(each)
                else:
                    collecting = ""
        self.waiting = collecting if collecting and not names[collecting] else ""
        return names, found

    def _add(self, known: list[Name], parts: list[str], block: Block, split: Callable[[str], list[str]]) -> bool:
        if not parts or known:
            return False
        whole = collapse_whitespace(" ".join(parts))
        raw = block.text if len(block.text) < MAX_NAMES and whole in block.text else whole
        hrefs = {collapse_whitespace(piece.text).casefold(): piece.href for piece in block.pieces if piece.href}
        for name in split(whole):
            address = self.view.address(hrefs.get(name.casefold()) or "")
            known.append(Name(name, raw, address.url if address else None))
        return bool(known)

    def _authors(self, line: str) -> list[str]:
        """Return the authors in a line, without the place after them."""
        return names_in(_FROM.sub(r"\1", line), self.edition)

    def _sources(self, line: str) -> list[str]:
        """Return the sources in a line, each once."""
        names = (part.strip(_EDGES + ".") for part in self.patterns.sources.split(line) if part)
        return list(dict.fromkeys(name for name in names if any(map(str.isalpha, name))))

    def _goes_on(self, block: Block) -> bool:
        """Return whether a line is beside the line of the first author, as further authors are."""
        if self.linked is None or not block.hrefs or block.words > MAX_NAME_WORDS:
            return False
        box, other = self.view.box(block), self.view.box(self.linked)
        beside = block.index == self.linked.index + 1 or (box.parent == other.parent and box.path == other.path)
        return beside or self.patterns.joint.match(block.text) is not None

    def _linked_author(self, block: Block) -> bool:
        """Read authors without "By": a link to an author's page, or a mail link to the named person."""
        known = {each for author in self.byline.authors for each in (author.name, author.url) if each}
        found = False
        for href, name in block.link_texts().items():
            address = self.view.address(href)
            own = _is_mail_of(name, href) if address is None else address.kind == "author"
            url = address.url if address else None
            if own and name and known.isdisjoint((name, url)) and len(name.split()) <= MAX_NAME_WORDS:
                self.byline.authors.append(Name(name, name, url))
                self.linked, found = block, True
        return found

    def add_lone_name(self, blocks: Sequence[Block]) -> None:
        """Read an author without "By" or a link: the site's name in a row with the date or source, or a name beside
        them.
        """
        if self.byline.authors:
            return
        used, view = self.byline.used, self.view
        house = {comparison_key(name) for name in (self.edition.publisher, *self.edition.title_suffixes)}
        rows = {view.box(block).parent for block in blocks if block.index in used}
        for block in blocks:
            in_row = view.box(block).parent in rows and comparison_key(block.text[:MAX_NAMES]) in house
            plain = not block.hrefs and view.tag(block) not in HEADINGS
            beside = plain and not used.isdisjoint((block.index - 1, block.index + 1)) and _NAME.fullmatch(block.text)
            if block.index not in used and (in_row or beside):
                used.add(block.index)
                self.byline.authors.append(Name(block.text, block.text))
                return


def _is_mail_of(name: str, href: str) -> bool:
    """Return whether a mail link is the address of a person: `mailto:anna.berg@` or `mailto:aberg@` of "Anna Berg"."""
    scheme, _, box = href.strip().lower().partition(":")
    first, *others = name.lower().split() or [""]
    return scheme == "mailto" and bool(others) and box.startswith(first[:1]) and others[-1] in box.partition("@")[0]


def _lines(block: Block) -> list[str]:
    """Return the pieces of a block, one per line: "By" and a linked name become two lines."""
    return [
        part
        for piece in block.pieces
        for part in (collapse_whitespace(bit) for bit in _SEPARATOR.split(piece.text))
        if part
    ]


def _number(text: str) -> int:
    text = text.lower().replace(",", "").replace("٬", "").strip()
    if text[-1] in "km":
        return round(float(text[:-1]) * (1000 if text[-1] == "k" else 1_000_000))
    return round(float(text)) if _DECIMAL.match(text) else int(text.replace(".", ""))
