"""What a page leads to: cards, menu, tags, ticker, more. Page -> Listing.

Read by structure and words, never by class names. A card is what surrounds the links to one article: the largest
element that links to no other. All that stands in it (headline, day, picture) is that article's. The boxes under known
words ("Most Read") and the ticker stand apart. One pass over the tree collects all that can matter; the rest looks at
those few nodes alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from mayadeen.extract.page import Page
from mayadeen.items import NamedLink
from mayadeen.site.address import canonical, is_internal, page_type, resolve, slug
from mayadeen.site.dates import find
from mayadeen.site.edition import Edition
from mayadeen.site.text import clean, collapse_whitespace, normalize_label

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_HEADING_CSS = "h1, h2, h3, h4, h5, h6"
_INLINE = frozenset(
    (
        "a",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "span",
        "font",
        "small",
        "mark",
        "sub",
        "sup",
        "bdi",
        "bdo",
        "abbr",
        "time",
        "img",
    )
)
_NO_TEXT = frozenset(("script", "style", "noscript", "template"))
_NO_TICKER = frozenset(("main", "article", "table", "form", "footer", "h1", "h2"))
_NO_TICKER_CSS = "main, article, table, h1, h2, img, picture"
_ENDS = " \t\n:：.…»›→+-–—|#•◀▶"
_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(r"^\d{1,2}[:.]\d{2}\b[\s|–-]*")
_PAGE = re.compile(r"(?:/page)?/\d{1,4}$")
_NUMBER = re.compile(r"(?:[?&]\w+=|/)(\d{1,4})$")
"""The number of a page, at the end of its address."""
_SHORT = 60
"""No date, no word over a box and on no button is longer."""
_NEAR = 5
"""Levels from a word over a box, or from a link of the menu, up to the element that holds the whole."""
_MENU = frozenset(("section", "region", "coverage", "unknown", "article"))
"""Kinds of address that a menu may name."""
_SENTENCE = 4
"""Words from which on the text of a link is a headline, wherever it stands."""


@dataclass(slots=True, kw_only=True)
class Card:
    """An article as a listing shows it."""

    url: str
    """Absolute, in normal form."""
    headline: str
    """The best text of the links; "" where a picture stands alone."""
    day: str | None = None
    """The date as printed: `9 May 2025`."""
    block: str = ""
    """"" in the main list, else the box it stands in, as `RelatedLink.block`."""


@dataclass(slots=True, kw_only=True)
class Bulletin:
    """One sentence of the ticker."""

    text: str
    url: str | None = None
    """Absolute, in normal form; None when the sentence is no link."""


@dataclass(slots=True, kw_only=True)
class Listing:
    """All that a page leads to: in page order, each target once."""

    cards: list[Card] = field(default_factory=list)
    menu: list[NamedLink] = field(default_factory=list)
    """Sections and regions in the site's own menu, also those that `editions` does not know."""
    tags: list[NamedLink] = field(default_factory=list)
    ticker: list[Bulletin] = field(default_factory=list)
    load_more: bool = False
    """Whether a button loads more cards."""
    next: str | None = None
    """The next page of the listing, where it has an address."""


@dataclass(slots=True, eq=False)
class _Anchor:
    """A link of the site."""

    node: LexborNode
    position: int
    url: str
    kind: str
    texts: list[str]
    """Its text nodes that say something."""


@dataclass(slots=True, eq=False)
class _Mark:
    """A short text that may be a date, a word over a box or on a button; or a heading."""

    node: LexborNode
    position: int
    text: str


@dataclass(slots=True, eq=False)
class _Seen:
    """What one pass over the page found, in page order."""

    anchors: list[_Anchor] = field(default_factory=list)
    days: list[_Mark] = field(default_factory=list)
    words: list[_Mark] = field(default_factory=list)
    headings: list[_Mark] = field(default_factory=list)


_Targets = dict[str, list[_Anchor]]
"""Address -> the links that lead to it, page order."""
_Owners = dict[int, str]
"""Element (`mem_id`) -> the one target that the links in it lead to; "" when they lead to several."""


def parse_listing(page: Page) -> Listing:
    """Read a listing; of any other page, the cards, boxes and ticker around its text."""
    edition = page.site.edition
    seen = _look(page)
    ticker, used = _ticker(seen, page)
    targets = _targets(a for a in seen.anchors if a.kind in ("article", "unknown") and a.node.mem_id not in used)
    bulletins = _targets(a for a in seen.anchors if a.kind == "bulletin")
    # A link that is called as a section is one, wherever it leads: no card, though it may stand in a heading.
    targets = {url: links for url, links in targets.items() if not any(_is_section(link, edition) for link in links)}
    cards = {url: links for url, links in targets.items() if _is_card(links, edition)}
    owners = _owners(cards | bulletins)
    menu = _menu(seen.anchors, cards, owners, edition)
    named = {link.url for link in menu}
    weak = {
        url: links
        for url, links in targets.items()
        if url not in cards and url not in named and links[0].kind == "article" and any(link.texts for link in links)
    }
    if weak:  # short headlines without a picture that are no part of the menu
        cards = {url: links for url, links in targets.items() if url in cards or url in weak}
        owners = _owners(cards | bulletins)
        menu = _menu(seen.anchors, cards, owners, edition)
    headlines = {url: _headline(url, links, owners, edition) for url, links in cards.items()}
    days = _days(cards, headlines, owners, seen, edition)
    blocks = _blocks(cards, owners, seen, named, edition)
    load_more, following = _more(seen, page, min((links[0].position for links in cards.values()), default=0))
    return Listing(
        cards=[
            Card(url=url, headline=headline, day=days.get(url), block=blocks.get(url, ""))
            for url, headline in headlines.items()
        ],
        menu=menu,
        tags=_named(anchor for anchor in seen.anchors if anchor.kind == "tag"),
        ticker=ticker,
        load_more=load_more,
        next=following,
    )


def _look(page: Page) -> _Seen:
    """The one pass over the page."""
    seen = _Seen()
    body, site = page.tree.body, page.site
    if body is None:
        return seen
    words = _words(site.edition)
    read: dict[str, tuple[str, str] | None] = {}
    for position, node in enumerate(body.traverse(include_text=True)):
        text = node.text_content
        if text is None:
            tag = node.tag
            if tag == "a":
                href = node.attributes.get("href")
                if not href:
                    continue
                if href not in read:
                    url = resolve(href, page.url, site)
                    sort = page_type(url, site) if url else "external"
                    read[href] = (url, sort) if url and sort not in ("external", "media") else None
                known = read[href]
                if known:
                    texts = [
                        collapse_whitespace(each)
                        for each in node.text(separator="\0").split("\0")
                        if not each.isspace()
                    ]
                    seen.anchors.append(_Anchor(node, position, *known, [each for each in texts if each]))
            elif tag in _HEADINGS:
                seen.headings.append(_Mark(node, position, ""))
            continue
        if text.isspace() or len(text) > 5 * _SHORT:
            continue
        text = text.strip()
        if len(text) > _SHORT:
            continue
        if _DIGIT.search(text):
            if find(text, site.edition):
                seen.days.append(_Mark(node, position, text))
        elif (text := normalize_label(text.strip(_ENDS))) in words:
            seen.words.append(_Mark(node, position, text))
    return seen


@lru_cache
def _words(edition: Edition) -> frozenset[str]:
    """The words over boxes and on buttons."""
    words = edition.words
    boxes = {word for names in words.boxes.values() for word in names}
    return frozenset(map(normalize_label, {*words.breaking, *words.load_more, *words.next, *boxes}))


@lru_cache
def _noise(edition: Edition) -> frozenset[str]:
    """Lines that are no headline and no name."""
    words = edition.words
    return _words(edition).union(map(normalize_label, (*words.chrome, *words.all, *words.see_also, "")))


def _says(text: str, edition: Edition) -> bool:
    """Whether a text may be a headline or a name: it is no date and no word of the page's furniture."""
    if normalize_label(text.strip(_ENDS)) in _noise(edition):
        return False
    return len(text) > _SHORT or not _DIGIT.search(text) or find(text, edition) != text


def _targets(anchors: Iterable[_Anchor]) -> _Targets:
    found: _Targets = {}
    for anchor in anchors:
        found.setdefault(anchor.url, []).append(anchor)
    return found


def _is_card(links: list[_Anchor], edition: Edition) -> bool:
    """Whether links to one target look like a card: a sentence, a picture or a heading."""
    if any(text.count(" ") >= _SENTENCE - 1 and _says(text, edition) for link in links for text in link.texts):
        return True
    if links[0].kind == "unknown":  # rather a section of the site
        return False
    return any(
        link.node.css_first("img") is not None
        or _is_heading(link.node)
        or (not link.texts and _covers_heading(link.node))
        for link in links
    )


def _covers_heading(node: LexborNode) -> bool:
    """Whether an empty link lies over a card: beside it stands one heading."""
    parent = node.parent
    return parent is not None and len(parent.css(_HEADING_CSS)) == 1


def _is_heading(node: LexborNode) -> bool:
    """Whether a link holds a heading or stands in one."""
    return node.css_first(_HEADING_CSS) is not None or any(up.tag in _HEADINGS for up in _above(node, 2))


def _above(node: LexborNode, levels: int = 60) -> Iterator[LexborNode]:
    """The elements around a node, from the nearest, below `<body>`."""
    parent = node.parent
    while parent is not None and levels and parent.tag not in ("body", "html"):
        yield parent
        parent, levels = parent.parent, levels - 1


def _owners(targets: _Targets) -> _Owners:
    owners: _Owners = {}
    for url, links in targets.items():
        for link in links:
            node: LexborNode | None = link.node
            while node is not None:
                owner = owners.get(node.mem_id)
                if owner in (url, ""):
                    break
                owners[node.mem_id] = url if owner is None else ""
                node = node.parent
    return owners


def _owner(node: LexborNode, owners: _Owners) -> str | None:
    """The target of the card that a node stands in; "" between cards, None far from any."""
    for up in (node, *_above(node)):
        owner = owners.get(up.mem_id)
        if owner is not None:
            return owner
    return None


def _lines(node: LexborNode, edition: Edition, *, whole: bool = False) -> dict[str, bool]:
    """Line -> whether it is a heading. Of a line in parts (category and headline), the parts, unless `whole`."""
    found: dict[str, bool] = {}
    parts: list[str] = []
    heading = inside = any(up.tag in _HEADINGS for up in _above(node, 2))
    skip = False

    def end() -> None:
        while parts and not _says(collapse_whitespace(parts[-1]), edition):  # the day after a headline
            parts.pop()
        if parts:
            found.setdefault(collapse_whitespace("".join(parts)), heading)
            if len(parts) > 1 and not whole:
                for part in parts:
                    found.setdefault(collapse_whitespace(part), False)
        parts.clear()

    for each in node.traverse(include_text=True):
        text = each.text_content
        if text is None:
            tag = each.tag
            skip = tag in _NO_TEXT
            if tag not in _INLINE and not skip:
                end()
                heading = inside or tag in _HEADINGS
        elif not skip:
            parts.append(text)
    end()
    return {text: heading for text, heading in found.items() if _says(text, edition)}


def _headline(url: str, links: list[_Anchor], owners: _Owners, edition: Edition) -> str:
    """The best text of the links to an article; without one, of its card; without that, of its picture."""
    texts = {text for link in links for text in link.texts if _says(text, edition)}
    if len(texts) > 1:
        lines: dict[str, bool] = {}
        for link in links:
            if link.texts:
                lines |= _lines(link.node, edition)
        return _best(url, lines)
    if texts:
        return clean(texts.pop())
    around = [up for up in _above(links[0].node, _NEAR) if owners.get(up.mem_id) == url]
    if around:
        lines = {text: head for text, head in _lines(around[-1], edition).items() if head or text.count(" ") > 1}
        if lines:
            return _best(url, lines)
    pictures = [picture for link in links for picture in link.node.css("img[alt]")]
    names = [clean(collapse_whitespace(picture.attributes.get("alt") or "")) for picture in pictures]
    return next((name for name in names if name.count(" ") > 1), "")


def _best(url: str, lines: dict[str, bool]) -> str:
    """The line most like a headline. The address is made from one; else a heading is, else the longest."""
    if len(lines) < 2:
        return clean(next(iter(lines), ""))
    stated = slug(unquote(max(url.split("/")[3:], key=len)))
    words = set(stated.split("-"))

    def likeness(text: str) -> float:
        own = slug(text)
        same = next(
            (at for at, (a, b) in enumerate(zip(own, stated, strict=False)) if a != b), min(len(own), len(stated))
        )
        shared = len(words.intersection(own.split("-"))) / len(words)
        length = text.count(" ") + 1
        teaser = 0.5 if length > 25 else 0.0
        return 2 * same / (len(stated) or 1) + shared + 0.5 * lines[text] + 0.05 * min(length, 10) - teaser

    return clean(max(lines, key=likeness))


def _menu(anchors: list[_Anchor], cards: _Targets, owners: _Owners, edition: Edition) -> list[NamedLink]:
    """Short links named as a section, or among at least three to sections or regions with no card between them."""
    around: dict[int, set[str]] = {}
    found: list[tuple[_Anchor, list[int], bool]] = []
    for anchor in anchors:
        if anchor.kind not in _MENU or anchor.url in cards or not anchor.texts:
            continue
        if anchor.kind == "coverage" and anchor.url.count("/") < 4:  # where special files are listed
            continue
        name = " ".join(anchor.texts)
        if len(name) > 40 or name.count(" ") > 4 or not _says(name, edition):
            continue
        boxes: list[int] = []
        in_card = False
        for up in _above(anchor.node, _NEAR):
            if up.mem_id in owners:
                in_card = owners[up.mem_id] != ""
                break
            boxes.append(up.mem_id)
            if anchor.kind in ("section", "region"):
                around.setdefault(up.mem_id, set()).add(anchor.url)
        found.append((anchor, boxes, _is_section(anchor, edition) and not in_card))
    return _named(
        anchor for anchor, boxes, named in found if named or any(len(around.get(box, ())) >= 3 for box in boxes)
    )


def _is_section(anchor: _Anchor, edition: Edition) -> bool:
    """Whether the edition has a section or region of that name."""
    name = slug(" ".join(anchor.texts))
    return name in edition.sections or name in edition.regions


def _named(anchors: Iterable[_Anchor]) -> list[NamedLink]:
    """Names and addresses of links, each address once."""
    found: dict[str, str] = {}
    for anchor in anchors:
        name = clean(" ".join(anchor.texts)).strip("# ")
        if name:
            found.setdefault(anchor.url, name)
    return [NamedLink(name=name, url=url) for url, name in found.items()]


def _blocks(cards: _Targets, owners: _Owners, seen: _Seen, menu: set[str | None], edition: Edition) -> dict[str, str]:
    """Target -> the box that all its links stand in: after a box's word, up to the next heading outside of cards."""
    names = {normalize_label(word): block for block, words in edition.words.boxes.items() for word in words}
    heads = [word for word in seen.words if names.get(word.text)]
    if not heads:
        return {}
    links = sorted((link for links in cards.values() for link in links), key=lambda link: link.position)
    starts = [link.position for link in links]
    anchors = [anchor.position for anchor in seen.anchors]
    marks = sorted(seen.headings + [word for word in seen.words if word.text in names], key=lambda mark: mark.position)
    boxed: dict[int, str] = {}
    for word in heads:
        box = _box(word, owners)
        first = bisect_left(starts, word.position)
        if box is None or first == len(starts):
            continue
        between = seen.anchors[bisect_right(anchors, word.position) : bisect_left(anchors, starts[first])]
        if len(between) > 3 or any(anchor.url in menu for anchor in between):  # "All", a category, no more
            continue
        end = next((mark for mark in marks if mark.position > word.position and not _owner(mark.node, owners)), None)
        for link in links[first:]:
            if (end and link.position > end.position) or all(up.mem_id != box for up in _above(link.node)):
                break
            boxed[link.position] = names[word.text]
    return {
        url: boxed[links[0].position] for url, links in cards.items() if all(link.position in boxed for link in links)
    }


def _box(word: _Mark, owners: _Owners) -> int | None:
    """The element that holds the word over a box, and the box; None for the category of a card."""
    for up in _above(word.node, _NEAR):
        owner = owners.get(up.mem_id)
        if owner is not None:
            return up.mem_id if owner == "" or any(each.tag in _HEADINGS for each in _above(word.node, 2)) else None
    return None


def _days(cards: _Targets, headlines: dict[str, str], owners: _Owners, seen: _Seen, edition: Edition) -> dict[str, str]:
    """Target -> the first date printed in its card; where cards are no elements of their own, next to it."""
    found: dict[str, str] = {}
    loose: dict[int, list[tuple[int, str]]] = {}
    for mark in seen.days:
        day = find(mark.text, edition) or ""
        if mark.text.replace(day, " ").count(" ") > _SENTENCE:  # a sentence that names a day
            continue
        for level, up in enumerate(_above(mark.node)):
            owner = owners.get(up.mem_id)
            if owner == "" and level < 3:
                loose.setdefault(up.mem_id, []).append((mark.position, day))
            if owner in cards and collapse_whitespace(mark.text) not in headlines[owner]:
                found.setdefault(owner, day)
            if owner is not None:
                break
    inside: dict[int, dict[str, int]] = {box: {} for box in loose}
    for url, links in cards.items() if loose else ():
        for link in links:
            for up in _above(link.node, _NEAR):
                if up.mem_id in inside:
                    inside[up.mem_id].setdefault(url, link.position)
    for box, days in loose.items():
        found = _nearest(inside[box], days) | found
    return found


def _nearest(cards: dict[str, int], days: list[tuple[int, str]]) -> dict[str, str]:
    """Dates to cards by position: the last one before each card when the first date is before all, else after each."""
    order = sorted(cards.items(), key=lambda card: card[1])
    if not order:
        return {}
    places = [at for at, _ in days]
    if places[0] < order[0][1]:
        return {url: days[bisect_left(places, position) - 1][1] for url, position in order}
    ends = [position for _, position in order[1:]] + [places[-1] + 1]
    after = {url: bisect_right(places, start) for url, start in order}
    return {
        url: days[after[url]][1]
        for (url, _), end in zip(order, ends, strict=True)
        if after[url] < len(days) and places[after[url]] < end
    }


def _ticker(seen: _Seen, page: Page) -> tuple[list[Bulletin], set[int]]:
    """The bulletins: by their addresses, else what follows the word in front. With it, the links that are theirs."""
    linked = _targets(anchor for anchor in seen.anchors if anchor.kind == "bulletin" and anchor.texts)
    if linked:
        texts = {url: max(links[0].texts, key=len) for url, links in linked.items()}
        return [Bulletin(text=clean(text), url=url) for url, text in texts.items()], set()
    breaking = set(map(normalize_label, page.site.edition.words.breaking))
    for word in seen.words:
        if word.text in breaking:
            found = _bulletins(_behind(word.node, page.site.edition), page)
            if found[0]:
                return found
    return [], set()


def _behind(word: LexborNode, edition: Edition) -> list[tuple[str, LexborNode | None]]:
    """The lines, each with its link, that follow a word, up to anything that is more than lines."""
    for node in (word, *_above(word, _NEAR)):
        found: list[tuple[str, LexborNode | None]] = []
        follower = node.next
        while follower is not None and follower.tag not in _NO_TICKER:
            if follower.is_element_node and follower.css_first(_NO_TICKER_CSS) is not None:
                break
            found += [(text, link) for text, link in _sentences(follower, edition) if text]
            follower = follower.next
        if found:
            return found
    return []


def _sentences(node: LexborNode, edition: Edition, depth: int = 0) -> Iterator[tuple[str, LexborNode | None]]:
    """The lines below a node, each with its link."""
    if node.tag == "-text":
        yield collapse_whitespace(node.text_content or ""), None
    if node.tag in _NO_TEXT or not node.is_element_node:
        return
    link = node.css_first("a[href]")
    if link is None:
        yield from ((text, None) for text in _lines(node, edition, whole=True))
    elif (
        node.tag == "a"
        or depth > 20
        or any(collapse_whitespace(each.text_content or "") for each in node.iter(include_text=True))
    ):
        yield collapse_whitespace(node.text(separator=" ")), link
    else:
        for child in node.iter():
            yield from _sentences(child, edition, depth + 1)


def _bulletins(lines: list[tuple[str, LexborNode | None]], page: Page) -> tuple[list[Bulletin], set[int]]:
    """The lines that are sentences of a ticker. One alone that leads to an article is a card with a badge."""
    found: dict[str, Bulletin] = {}
    used: set[int] = set()
    articles = 0
    for text, link in lines:
        url = resolve(link.attributes.get("href") or "", page.url, page.site) if link is not None else None
        sort = page_type(url, page.site) if url else ""
        text = _CLOCK.sub("", text)
        if text.count(" ") > 1 and sort in ("", "bulletin", "article", "unknown"):
            found.setdefault(text, Bulletin(text=clean(text), url=url))
            articles += sort == "article"
            if link is not None:
                used.add(link.mem_id)
    return (list(found.values()), used) if len(found) > 1 or not articles else ([], set())


def _more(seen: _Seen, page: Page, start: int) -> tuple[bool, str | None]:
    """Whether there is a button for more after the first card, and the address of the next page."""
    site = page.site
    load, onward = (set(map(normalize_label, each)) for each in (site.edition.words.load_more, site.edition.words.next))
    here = canonical(page.url, site)
    own = _PAGE.sub("", here.partition("?")[0])
    load_more = any(
        normalize_label((each.attributes.get("value") or "").strip(_ENDS)) in load
        for each in page.tree.css("input[type=button], input[type=submit]")
    )
    stated = page.tree.css_first('link[rel~="next"][href], a[rel~="next"][href]')
    following = resolve(stated.attributes.get("href") or "", page.url, site) if stated is not None else None
    for word in seen.words:
        if word.position < start or word.text not in load | onward:
            continue
        above = list(_above(word.node, 4))
        if any(up.tag in _HEADINGS for up in above):
            continue
        link = next((up for up in above if up.tag == "a"), None)
        target = resolve(link.attributes.get("href") or "", page.url, site) if link is not None else None
        same = target is not None and _PAGE.sub("", target.partition("?")[0]) == own
        if word.text in load and (target is None or same):
            load_more = True
        if same and target != here:
            following = following or target
    following = following or _following(seen, page, start, here, own)
    return load_more, following if following and is_internal(following, site) else None


def _following(seen: _Seen, page: Page, start: int, here: str, own: str) -> str | None:
    """The next page by a link that says so where it is not seen, or by its number among others."""
    number = int(found[1]) if (found := _NUMBER.search(here)) else 1
    numbered = None
    for anchor in seen.anchors:
        same = anchor.url != here and _PAGE.sub("", anchor.url.partition("?")[0]) == own
        if anchor.position < start or not same:
            continue
        label = anchor.node.attributes.get("aria-label") or anchor.node.attributes.get("title") or ""
        if label.strip(_ENDS).lower() in page.site.edition.words.next:
            return anchor.url
        if anchor.texts == [str(number + 1)] and (found := _NUMBER.search(anchor.url)) and int(found[1]) == number + 1:
            numbered = numbered or anchor.url
    return numbered
