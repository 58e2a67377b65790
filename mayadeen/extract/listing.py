"""Reads the links of a page: cards, menu, tags, ticker, pagination. Page -> Listing.

Reads structure and words, never class names. A card is the largest box that links to exactly one article: everything in
it (headline, date, picture) belongs to that article. Boxes with known headings ("Most Read") and the ticker are
separate.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from mayadeen.extract.blocks import read_blocks
from mayadeen.extract.link_boxes import Link, Links, heading_of
from mayadeen.extract.page import Page
from mayadeen.extract.pagination import read_pagination
from mayadeen.extract.region import HEADINGS, Block, Box, Region
from mayadeen.extract.ticker import Bulletin, read_ticker
from mayadeen.extract.titles import MAX_LABEL, best_title, may_be_title, titles_in
from mayadeen.items import NamedLink
from mayadeen.site.address import slug
from mayadeen.site.dates import find
from mayadeen.site.edition import Edition
from mayadeen.site.text import clean, collapse_whitespace

MAX_LEVELS = 5
"""Maximum number of boxes from a link up to the box of a whole menu or a whole card."""
MIN_TITLE = 4
"""A link text with at least this many words is a headline, wherever it is."""
MAX_DAY_LEVELS = 3
"""Maximum number of boxes from a date beside a card up to the box that contains both."""
MAX_NAME = (40, 5)
"""Maximum number of characters and words of a section name."""
MIN_MENU = 3
"""Minimum number of sections or regions in a menu."""
MAX_BEFORE = 3
"""Maximum number of links between a box heading and its first card. A menu that begins with "Coverage" has more."""
_MENU = frozenset(("section", "region", "coverage", "unknown", "article"))
"""Kinds of address in a menu."""
_CARD = frozenset(("article", "unknown"))
"""Kinds of address of a card."""
_END = (1 << 60, 0)


@dataclass(slots=True, kw_only=True)
class Card:
    """A link to an article on a listing page."""

    url: str
    """Absolute and normalized."""
    headline: str
    """The best text of its links; "" for a picture without text."""
    day: str | None = None
    """The date as printed: `9 May 2025`."""
    block: str = ""
    """ "" in the main list, else its box, with the values of `RelatedLink.block`."""


@dataclass(slots=True, kw_only=True)
class Listing:
    """All links of a page, in page order, each target once."""

    cards: list[Card] = field(default_factory=list)
    menu: list[NamedLink] = field(default_factory=list)
    """Sections and regions in the site's menu, including those that `editions` does not list."""
    tags: list[NamedLink] = field(default_factory=list)
    coverages: list[NamedLink] = field(default_factory=list)
    """Coverage pages that it links to."""
    ticker: list[Bulletin] = field(default_factory=list)
    load_more: bool = False
    """Whether a button loads more cards."""
    next: str | None = None
    """The address of the next page, if it has one."""


_Targets = dict[str, list[Link]]
"""Address -> the links to it, in page order."""
_Owners = list[str | None]
"""Per box the only target of the links in it; "" for several targets, None for none."""


def parse_listing(page: Page) -> Listing:
    """Return the listing of a page. For other pages: the cards, boxes and ticker around the text."""
    try:
        region = read_blocks(page.tree.body)
    except RecursionError:  # the article reader rejects this page too
        return Listing()
    links = Links(region, page.site, page.base)
    edition = page.site.edition
    site_links = links.of_site()
    ticker, used = read_ticker(links, site_links)
    bulletins = _targets(link for link in site_links if link.kind == "bulletin")
    targets = _targets(link for link in site_links if link.kind in _CARD and link.anchor.first not in used)
    # A link with the name of a section is never a card, even if it is in a heading.
    targets = {url: each for url, each in targets.items() if not any(_is_section(link, edition) for link in each)}
    headings = [box.index for box in region.boxes if box.tag in HEADINGS]
    owners: _Owners = [None] * len(region.boxes)
    urls = {url for url, each in targets.items() if _is_card(each, headings, links)}
    _mark_owners(owners, [*(targets[url] for url in urls), *bulletins.values()], links)
    menu = _menu(site_links, urls, owners, links)
    named = {link.url for link in menu}
    # Short headlines without a picture are cards if they are not part of the menu.
    short = {url for url, each in targets.items() if each[0].kind == "article" and any(link.texts for link in each)}
    if short := short - urls - named:
        urls |= short
        _mark_owners(owners, [targets[url] for url in short], links)
        menu = _menu(site_links, urls, owners, links)
    cards = {url: each for url, each in targets.items() if url in urls}
    headlines = {url: _headline(url, each, owners, links) for url, each in cards.items()}
    days = _days(cards, headlines, owners, links)
    blocks = _blocks(cards, site_links, _headings(headings, owners, links), named, edition)
    start = min((each[0].anchor.first for each in cards.values()), default=0)
    load_more, following = read_pagination(page, links, site_links, start)
    return Listing(
        cards=[
            Card(url=url, headline=headline, day=days.get(url), block=blocks.get(url, ""))
            for url, headline in headlines.items()
        ],
        menu=menu,
        tags=_named(link for link in site_links if link.kind == "tag"),
        coverages=_named(link for link in site_links if link.kind == "coverage"),
        ticker=ticker,
        load_more=load_more,
        next=following,
    )


def _targets(links: Iterable[Link]) -> _Targets:
    found: _Targets = {}
    for link in links:
        found.setdefault(link.url, []).append(link)
    return found


def _is_card(target: list[Link], headings: list[int], links: Links) -> bool:
    """Return whether the links to one target look like a card: a sentence, a picture or a heading.

    `headings` are indexes of boxes.
    """
    edition, region = links.site.edition, links.region
    texts = (text for link in target for text in link.texts)
    if any(text.count(" ") >= MIN_TITLE - 1 and may_be_title(text, edition) for text in texts):
        return True
    if target[0].kind == "unknown":  # probably a section of the site
        return False
    for anchor, _ in target:
        if anchor.node.css_first("img") is not None:
            return True
        if any(region.inside(block.box, HEADINGS) for block in links.linked_by(anchor)):
            return True
        around = region.boxes[anchor.box]
        if not anchor.texts and bisect_left(headings, around.last) - bisect_left(headings, around.index) == 1:
            return True  # an empty link over a card, with one heading beside it
    return False


def _is_section(link: Link, edition: Edition) -> bool:
    """Return whether the edition has a section or region of that name."""
    name = " ".join(link.texts)
    return len(name) <= MAX_NAME[0] and _names_section(name, edition)


@lru_cache(maxsize=2048)
def _names_section(name: str, edition: Edition) -> bool:
    name = slug(name)
    return name in edition.sections or name in edition.regions


def _mark_owners(owners: _Owners, targets: list[list[Link]], links: Links) -> None:
    """Mark the boxes around the links of each target as owned by it, or as shared."""
    for target in targets:
        for anchor, address in target:
            for box in (anchor.box, *[block.box for block in links.linked_by(anchor)]):
                while box > 0 and owners[box] not in (address.url, ""):
                    owners[box] = address.url if owners[box] is None else ""
                    box = links.region.boxes[box].parent


def _nearest_owned(box: int, owners: _Owners, region: Region) -> tuple[int, int]:
    """Return the smallest box, this one or around it, that contains links, and the levels up to it; (-1, ...) without
    one.
    """
    level = 0
    while box >= 0 and owners[box] is None:
        box = region.boxes[box].parent
        level += 1
    return box, level


def _headline(url: str, target: list[Link], owners: _Owners, links: Links) -> str:
    """Return the best link text of an article, else the best text of its card, else that of its picture."""
    edition, region = links.site.edition, links.region
    texts = {text for link in target for text in link.texts if may_be_title(text, edition)}
    if len(texts) == 1:
        return clean(texts.pop())
    titles: dict[str, bool] = {}
    if texts:
        for link in target:
            for block in links.linked_by(link.anchor):
                titles |= titles_in(block, link.anchor.href, links)
        return best_title(url, titles)
    card = None
    for box in region.around(target[0].anchor.box, MAX_LEVELS):
        if owners[box.index] != url:
            break
        card = box
    for block in region.blocks[card.first : card.end] if card else ():
        titles |= {text: head for text, head in titles_in(block, None, links).items() if head or text.count(" ") > 1}
    if titles:
        return best_title(url, titles)
    pictures = [picture for link in target for picture in link.anchor.node.css("img[alt]")]
    names = [clean(collapse_whitespace(picture.attributes.get("alt") or "")) for picture in pictures]
    return next((name for name in names if name.count(" ") > 1), "")


def _menu(site_links: list[Link], cards: set[str], owners: _Owners, links: Links) -> list[NamedLink]:
    """Return short links named like a section, or next to three or more sections or regions with no card between."""
    edition = links.site.edition
    around: dict[int, set[str]] = {}
    found: list[tuple[Link, list[int], bool]] = []
    for link in site_links:
        if link.kind not in _MENU or link.url in cards or not link.texts:
            continue
        if link.kind == "coverage" and link.url.count("/") < 4:  # the list of all coverages
            continue
        name = " ".join(link.texts)
        if len(name) > MAX_NAME[0] or name.count(" ") >= MAX_NAME[1] or not may_be_title(name, edition):
            continue
        boxes: list[int] = []
        in_card = False
        for box in links.region.around(link.anchor.box, MAX_LEVELS):
            if owners[box.index] is not None or box.parent < 0:
                in_card = bool(owners[box.index])
                break
            boxes.append(box.index)
            if link.kind in ("section", "region"):
                around.setdefault(box.index, set()).add(link.url)
        found.append((link, boxes, _is_section(link, edition) and not in_card))
    return _named(
        link for link, boxes, named in found if named or any(len(around.get(box, ())) >= MIN_MENU for box in boxes)
    )


def _named(links: Iterable[Link]) -> list[NamedLink]:
    """Return the names and addresses of links, each address once."""
    found: dict[str, str] = {}
    for link in links:
        name = clean(" ".join(link.texts)).strip("# ")
        if name:
            found.setdefault(link.url, name)
    return [NamedLink(name=name, url=url) for url, name in found.items()]


_Heading = tuple[int, str, Box | None]
"""(index of the first block, name of the box or "", the box around it) of a heading."""


def _headings(headings: list[int], owners: _Owners, links: Links) -> list[_Heading]:
    """Return the headings outside of cards in page order. The last item is the end of the page."""
    region = links.region
    found: list[_Heading] = []
    names = ((block, heading_of(block, links.site.edition)) for block in region.blocks)
    labels = [(block.index, name, block.box) for block, name in names if name]
    for at, name, index in sorted([*labels, *((region.boxes[index].first, "", index) for index in headings)]):
        holder, _ = _nearest_owned(index, owners, region)
        if holder < 0:
            found.append((at, "", None))
        elif owners[holder] == "" or (name and region.inside(index, HEADINGS)):
            found.append((at, name, region.boxes[holder]))
    return [*found, (len(region.blocks), "", None)]


def _blocks(
    cards: _Targets, site_links: list[Link], heads: list[_Heading], menu: set[str | None], edition: Edition
) -> dict[str, str]:
    """Return target -> the box that contains all links to it: from the heading of the box to the next heading."""
    places = [link.anchor.place for link in site_links]
    boxed: dict[int, str] = {}
    for (at, name, box), (stop, *_) in pairwise(heads):
        if not name or box is None:
            continue
        following = site_links[bisect_left(places, (at, 1)) : bisect_left(places, (stop, 0))]
        following = [link for link in following if box.index <= link.anchor.box < box.last]
        first = next((index for index, link in enumerate(following) if link.url in cards), len(following))
        before = [link for link in following[:first] if may_be_title(" ".join(link.texts), edition)]  # not "All"
        if len(before) <= MAX_BEFORE and not any(link.url in menu for link in before):
            boxed |= dict.fromkeys([link.anchor.node.mem_id for link in following[first:]], name)
    found = {url: [boxed.get(link.anchor.node.mem_id) for link in target] for url, target in cards.items()}
    return {url: names[0] for url, names in found.items() if names[0] and all(names)}


def _days(cards: _Targets, headlines: dict[str, str], owners: _Owners, links: Links) -> dict[str, str]:
    """Return target -> the first date printed in its card, or beside it if cards are not boxes of their own."""
    found: dict[str, str] = {}
    loose: dict[int, list[tuple[tuple[int, int], str]]] = {}
    for block, at, text, day in _printed_days(links):
        href = block.pieces[at].href
        address = links.address(href) if href else None
        owner = address.url if address else None
        if owner not in cards:
            box, level = _nearest_owned(block.box, owners, links.region)
            owner = owners[box] if box >= 0 else None
            if owner == "" and level < MAX_DAY_LEVELS:
                loose.setdefault(box, []).append(((block.index, at), day))
        if owner in cards and text not in headlines[owner]:
            found.setdefault(owner, day)
    inside: dict[int, dict[str, tuple[int, int]]] = {box: {} for box in loose}
    for url, target in cards.items() if loose else ():
        for link in target:
            for around in links.region.around(link.anchor.box, MAX_LEVELS):
                if around.index in inside:
                    inside[around.index].setdefault(url, link.anchor.place)
    for index, days in loose.items():
        for url, day in _nearest(inside[index], days).items():
            found.setdefault(url, day)
    return found


def _printed_days(links: Links) -> Iterator[tuple[Block, int, str, str]]:
    """Yield (block, index of its piece, text of the piece, date) for texts that are little more than a date."""
    for block in links.region.blocks:
        for at, piece in enumerate(block.pieces):
            text = piece.text.strip()
            day = find(text, links.site.edition) if len(text) <= MAX_LABEL else None
            if day and text.replace(day, " ").count(" ") <= MIN_TITLE:  # not a sentence that mentions a date
                yield block, at, collapse_whitespace(text), day


def _nearest(cards: dict[str, tuple[int, int]], days: list[tuple[tuple[int, int], str]]) -> dict[str, str]:
    """Match dates to cards by position: the last date before each card if the page begins with a date, else the next
    one.
    """
    order = sorted(cards.items(), key=lambda card: card[1])
    if not order:
        return {}
    places = [at for at, _ in days]
    if places[0] < order[0][1]:
        return {url: days[bisect_left(places, place) - 1][1] for url, place in order}
    ends = [place for _, place in order[1:]] + [_END]
    after = {url: bisect_right(places, start) for url, start in order}
    return {
        url: days[after[url]][1]
        for (url, _), end in zip(order, ends, strict=True)
        if after[url] < len(days) and places[after[url]] < end
    }
