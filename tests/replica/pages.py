"""Whole pages and sitemaps as text. A page is a list of parts; those that are Fixed never change."""

import unicodedata
from functools import cache
from html import escape

from tests.replica import head
from tests.replica.clock import central_europe
from tests.replica.compress import Fixed
from tests.replica.data import Article, Card
from tests.replica.edition import Edition
from tests.replica.faults import GARBAGE, HOSTILE, TRAPS
from tests.replica.site import FRONT, LISTED, Site
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
        f'<!DOCTYPE html>\n<html dir="ltr" lang="{site.language}" class="no_js"><head>\n{facts}',
        common.filler_css(theme, css),
        top,
        drawn.ticker(ticker, edition.words) + content,
        bottom,
        common.filler_js(theme, fill - css),
        "</body></html>\n",
    ]


def article_page(article: Article, theme: str, site: Site, origin: str, request_no: int = 0) -> list[str]:
    """An article page at its `request_no`th response."""
    shown = view(article, site, origin, request_no)
    facts = head.article_head(article, site, origin)
    return _shell(theme, site, facts, shown.ticker, THEMES[theme].article(shown))


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


def listing_page(site: Site, origin: str, path: str, title: str, request_no: int = 0) -> list[str]:
    """The first page of a listing."""
    theme = theme_of(site.theme, len(path))
    drawn, cards = THEMES[theme], site.newest(path, FRONT if path == "/" else LISTED)
    rows = [drawn.card(card, site.edition, href(card, path)) for card in cards]
    if path == "/":
        twin = origin.replace("//", "//instance2.").replace("127.0.0.1", "localhost")
        rows += [drawn.card(card, site.edition, twin + card.path) for card in cards if card.quirk == "duplicate-host"]
    if "garbage" in site.faults and cards:
        rows += [drawn.card(cards[-1], site.edition, address) for address in GARBAGE]
    if "hostile" in site.faults and path == "/news/politics":
        rows += [drawn.card(cards[-1], site.edition, address) for address in HOSTILE]
    if "traps" in site.faults and path == "/news/politics":
        rows += [drawn.card(cards[-1], site.edition, address) for address in TRAPS if address.startswith("/news")]
        rows += [drawn.card(cards[-1], site.edition, f"{cards[-1].path}?day={day}") for day in range(200)]
    more = len(site.listings.get(path, ())) > len(cards)
    content = drawn.listing(title, rows, site.edition.words, more)
    facts = head.page_head(site, origin, path, title, cards)
    return _shell(theme, site, facts, site.ticker(site.size + request_no), content)


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
    return f"""<url><loc>{origin}{escape(card.path)}</loc><lastmod>{central_europe(card.modified)}</lastmod>
<news:news><news:publication><news:name>{site.edition.site_name}</news:name><news:language>{site.language}</news:language></news:publication>
<news:publication_date>{published}</news:publication_date><news:title>{escape(card.headline)}</news:title>
<news:keywords>{escape(head.keywords(card))}</news:keywords></news:news>
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
    """robots.txt, with a delay where that fault asks for one."""
    delay = site.faults.get("crawl-delay")
    rows = ["User-agent: *", "Disallow: /search", *([f"Crawl-delay: {delay}"] if delay else [])]
    return "\n".join([*rows, f"Sitemap: {origin}/sitemaps/all.xml", ""])
