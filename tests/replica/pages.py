"""Whole pages and sitemaps as text. A page is a list of parts; those that are Fixed never change."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from html import escape

from tests.replica import head
from tests.replica.clock import central_europe
from tests.replica.compress import Fixed
from tests.replica.data import Article, Card
from tests.replica.edition import Edition
from tests.replica.faults import GARBAGE, HOSTILE, TRAPS
from tests.replica.more import design_of, following, script
from tests.replica.site import FRONT, Site
from tests.replica.themes import THEMES, common, theme_of
from tests.replica.view import view

_SCHEMAS = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)
_MARKUP_KB = 20
"""About what a page weighs without filler."""


@cache
def _frame(theme: str, edition: Edition) -> tuple[Fixed, Fixed]:
    drawn = THEMES[theme]
    return Fixed(f"</head><body>\n{drawn.top(edition)}"), Fixed(drawn.bottom(edition))


def _shell(theme: str, site: Site, facts: str, ticker: list[str], content: str) -> list[str]:
    drawn, edition, fill = THEMES[theme], site.edition, common.padding(site, _MARKUP_KB)
    css = int(fill * drawn.CSS_SHARE)
    top, bottom = _frame(theme, edition)
    return [
        f'<!DOCTYPE html>\n<html dir="{site.edition.direction}" lang="{site.language}" class="no_js"><head>\n{facts}',
        common.filler_css(theme, css),
        top,
        drawn.ticker(ticker, edition.words) + content,
        bottom,
        common.filler_js(theme, fill - css),
        "" if "open-end" in site.faults else "</body></html>\n",
    ]


def article_page(article: Article, theme: str, site: Site, origin: str, request_no: int = 0) -> list[str]:
    """An article page at its `request_no`th response."""
    shown = view(article, site, origin, request_no)
    facts = head.article_head(article, site, origin)
    content = THEMES[theme].article(shown)
    if site.wrapped:  # a new layout: the first paragraph stands in a box that was not there before
        content = re.sub(r"<p>(?:(?!</p>).){60,}</p>", r'<div class="drifted">\g<0></div>', content, count=1)
    return _shell(theme, site, facts, shown.ticker, content)


def href(card: Card, path: str) -> str:
    """The address of a card as the listing at `path` writes it, odd where the article is odd."""
    match card.quirk:
        case "two-slugs":
            return card.alias
        case "case":
            return f"/{card.path[1:].title()}"
        case "non-ascii":
            return unicodedata.normalize("NFD", card.path)
        case "no-slash" if path == "/":
            return card.path[1:]
    return card.path


def listing_page(site: Site, origin: str, path: str, title: str, request_no: int = 0, number: int = 1) -> list[str]:
    """A page of a listing, mostly the first: the others are there for the `next` design alone."""
    theme = theme_of(site.theme, len(path))
    drawn = THEMES[theme]
    cards = site.newest(path, FRONT) if path == "/" else site.newest(path, site.listed, (number - 1) * site.listed)
    rows = [drawn.card(card, site, href(card, path)) for card in cards]
    if path == "/":
        twin = origin.replace("//", "//instance2.").replace("127.0.0.1", "localhost")
        rows += [drawn.card(card, site, twin + card.path) for card in cards if card.quirk == "duplicate-host"]
    if "garbage" in site.faults and cards:
        rows += [drawn.card(cards[-1], site, address) for address in GARBAGE]
    if "hostile" in site.faults and path == "/news/politics":
        rows += [drawn.card(cards[-1], site, address) for address in HOSTILE]
    if "traps" in site.faults and path == "/news/politics":
        rows += [drawn.card(cards[-1], site, address) for address in TRAPS if address.startswith("/news")]
        rows += [drawn.card(cards[-1], site, f"{cards[-1].path}?day={day}") for day in range(200)]
    more = len(site.listings.get(path, ())) > (number - 1) * site.listed + len(cards)
    design = design_of(site.faults, path)
    content = drawn.listing(title, rows, site.edition.words, more and design not in ("scroll", "next"))
    if more and design == "next":
        content += following(path, number)
    elif more and design:
        content += script(
            path, design, site.edition.words["load_more"], cards, [card.index for card in site.newest(path, site.size)]
        )
    facts = head.page_head(site, origin, path, title, cards)
    return _shell(theme, site, facts, site.ticker(site.size + request_no), content)


def listing_part(site: Site, path: str, query: Mapping[str, str]) -> tuple[list[str], bool]:
    """The cards that the button of a listing asks for, as HTML, and whether there are more."""
    design, theme = design_of(site.faults, path), theme_of(site.theme, len(path))
    drawn, stands = THEMES[theme], [card.index for card in site.newest(path, site.size)]
    start = {
        "offset": lambda: int(query["offset"]),
        "last-id": lambda: stands.index(int(query["last"])) + 1,
        "repeat": lambda: 0,
    }.get(design, lambda: (int(query["page"]) - 1) * site.listed)()
    cards = site.newest(path, site.listed, start)
    if design == "endless":
        made_up = site.newest(path, 4)
        rows = [
            drawn.card(card, site, f"/news/politics/there-is-no-such-story-{query['page']}-{card.index}")
            for card in made_up
        ]
        return rows, True
    rows = [drawn.card(card, site, href(card, path)) for card in cards]
    return rows, design == "repeat" or start + len(cards) < len(stands)


def plain_page(site: Site, origin: str, path: str, title: str) -> list[str]:
    """A page that is neither article nor listing."""
    theme = theme_of(site.theme, len(path))
    facts = head.page_head(site, origin, path, title)
    content = THEMES[theme].listing(title, [], site.edition.words, more=False)
    return _shell(theme, site, facts, site.ticker(site.size), content)


def months(site: Site) -> list[str]:
    """The months of the sitemap index, newest first; the last one stands there without a file."""
    known = sorted(site.by_month, reverse=True)
    year, month = map(int, known[-1].split("-"))
    return [*known, f"{year - (month == 1)}-{(month - 2) % 12 + 1:02}"]


def sitemap_index(site: Site, origin: str, name: str) -> str:
    """The index of the `all` or `news` sitemaps: months not padded, no lastmod."""
    rows = (f"{month[:4]}-{int(month[5:])}" for month in months(site))
    traps = [path for path in TRAPS if path.startswith("/sitemaps")] + ["/sitemaps/maze-1.xml"]
    others = "".join(f"<sitemap><loc>{origin}{path}</loc></sitemap>" for path in traps if "traps" in site.faults)
    entries = "".join(f"<sitemap><loc>{origin}/sitemaps/{name}/sitemap-{row}.xml</loc></sitemap>\n" for row in rows)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<sitemapindex {_SCHEMAS}>\n{entries}{others}</sitemapindex>\n'


def maze(origin: str, numbers: tuple[int, ...]) -> str:
    """An index of indexes."""
    rows = "".join(f"<sitemap><loc>{origin}/sitemaps/maze-{number}.xml</loc></sitemap>" for number in numbers)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<sitemapindex {_SCHEMAS}>\n{rows}</sitemapindex>\n'


def _entry(card: Card, site: Site, origin: str) -> str:
    published = central_europe(card.published)
    keywords = f"<news:keywords>{escape(head.keywords(card))}</news:keywords>"
    if "no-keywords" in site.faults:
        keywords = ""
    return f"""<url><loc>{origin}{escape(card.path)}</loc><lastmod>{central_europe(card.modified)}</lastmod>
<news:news><news:publication><news:name>{site.edition.site_name}</news:name><news:language>{site.language}</news:language></news:publication>
<news:publication_date>{published}</news:publication_date><news:title>{escape(card.headline)}</news:title>
{keywords}</news:news>
<image:image><image:loc>{origin}{card.picture.path}?v={card.picture.version}</image:loc></image:image></url>
"""


def sitemap(site: Site, origin: str, name: str, month: str) -> str:
    """One month such as `2024-04`: `news` has the news alone, `all` also other kinds of page."""
    cards = site.month(month)
    if name == "news":
        cards = [card for card in cards if card.kind == "news"]
    others = list(GARBAGE) if "garbage" in site.faults else []
    if name == "all":
        others += [
            "/live",
            *sorted(path for path in site.listings if path.startswith("/authors/"))[:5],
            *sorted(path for path in site.listings if path.startswith("/coverage/")),
        ]
    pages = "".join(f"<url><loc>{origin}{path}</loc></url>\n" for path in others)
    entries = "".join(_entry(card, site, origin) for card in cards)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<urlset {_SCHEMAS}>\n{entries}{pages}</urlset>\n'


def robots(site: Site, origin: str) -> str:
    """robots.txt, with a delay, a rate or many more rules where a fault asks for them."""
    delay, rate, size = (site.faults.get(name) for name in ("crawl-delay", "request-rate", "robots-huge"))
    forbidden = ["Disallow: /listing-part"] if "more-forbidden" in site.faults else []
    rows = ["User-agent: *", "Disallow: /search", *forbidden, *([f"Crawl-delay: {delay}"] if delay else [])]
    rows += [f"Request-rate: 1/{rate}"] if rate else []
    rows += [f"Disallow: /archive/{number:08}" for number in range(int(size or 0) * 1024 // 28)]
    return "\n".join([*rows, f"Sitemap: {origin}/sitemaps/all.xml", ""])
