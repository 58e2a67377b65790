"""The news site offline: a seeded replica of any size, with its truth. No evidence of the real markup.

data and body make the articles, site indexes them, view adds what changes between responses, head and
themes draw them, pages puts pages and sitemaps together, server sends them, truth says what a parser
should find.
"""

from collections.abc import Iterator

from tests.replica.data import Article
from tests.replica.faults import FAULTS, parse_faults
from tests.replica.pages import article_page
from tests.replica.server import make_site, serve
from tests.replica.site import Site
from tests.replica.themes import THEMES, theme_of
from tests.replica.truth import truth

__all__ = [
    "FAULTS",
    "THEMES",
    "Article",
    "Site",
    "articles",
    "make_site",
    "parse_faults",
    "render",
    "serve",
    "truth",
]

ORIGIN = "https://english.almayadeen.net"


def articles(n: int = 60, seed: int = 1) -> Iterator[Article]:
    """The first `n` articles of a site of that size, oldest first."""
    site = Site(n, seed)
    return (site.article(index) for index in range(n))


def render(
    article: Article,
    theme: str | None = None,
    site: Site | None = None,
    request_no: int = 0,
    origin: str = ORIGIN,
) -> str:
    """The HTML of an article page; without `theme` in the site's own."""
    site = site or Site()
    theme = theme or theme_of(site.theme, article.card.index)
    return "".join(article_page(article, theme, site, origin, request_no))
