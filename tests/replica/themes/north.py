"""Theme north: h1, byline and tags as lists, text in p, figcaption, named boxes, others after the text."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape

from tests.replica.clock import printed_date
from tests.replica.data import Block, Card
from tests.replica.edition import Edition
from tests.replica.prose import slugify
from tests.replica.site import Site
from tests.replica.themes.common import (
    author_links,
    crumbs,
    elements,
    inline,
    label,
    lazy_image,
    link,
    links,
    menu,
    regions,
    tag_links,
    text,
    tweet,
)
from tests.replica.view import View

CSS_SHARE = 0.4
way = crumbs
e = elements("north")


def _items(contents: Sequence[str]) -> str:
    return "".join(e("li", content) for content in contents)


@cache
def top(edition: Edition) -> str:
    """Logo, languages, the menu nested and flat, the regions."""
    words = edition.words
    nested = flat = ""
    for name, path, children in menu(edition):
        inner = _items(links(children))
        nested += e("li.group", e("a", text(name), href=path), e("ul", inner))
        flat += e("div.flat", e("a", text(name), href=path)) + e("ul.flat-list", inner)
    logo = e("a.logo", f'<img src="/assets/logo.png" alt="{edition.site_name}">', href="/")
    languages = links([("Ar", "https://www.almayadeen.net/"), ("Es", "https://espanol.almayadeen.net/")])
    live = e("li.live", e("a", f"• {words['live']}", href="/live"))
    return e(
        "header.header",
        e("ul.languages", _items(languages)),
        logo,
        e("div.brand", edition.site_name),
        e("p.slogan", words["slogan"]),
        e("nav.menu", e("ul", nested, live)),
        e("div.small-menu", flat),
        e("ul.regions", _items(links(regions(edition)))),
    )


def ticker(sentences: Sequence[str], words: Mapping[str, str]) -> str:
    """The ticker, each sentence linked."""
    rows = [e("a", e("p", text(row)), href=f"/latestnews/2026/6/15/{slugify(row)}") for row in sentences]
    return e("section.ticker", e("h4", words["breaking"]), e("ul.bulletins", _items(rows)))


def card(card: Card, site: Site, href: str = "") -> str:
    """A card: picture, headline, category and day."""
    href = escape(href or card.path)
    return e(
        "div.card",
        e("a", lazy_image(card.picture, width=400), href=href),
        e("a", e("h3.card-title", text(card.headline)), href=href),
        e("ul.card-meta", _items([label(card, site.edition), printed_date(card.published, site.edition, site.now)])),
    )


def _block(block: Block, view: View) -> str:
    words, content = view.words, inline(block.runs)
    match block.kind:
        case "paragraph":
            return e("p", content)
        case "heading":
            return e(f"h{block.level}", content)
        case "quote":
            return e("blockquote", e("p", content))
        case "list":
            return e("ul", _items([text(item) for item in block.items]))
        case "readMore":
            return e("p", e("strong", words["read_more"], " ", link(view.site.card(block.target))))
        case "related":
            cards = [e("div.related-card", e("p", link(other))) for other in view.related]
            return e("div.related", e("h4", words["related"]), *cards)
        case "tweet":
            return tweet(block)
        case "video":
            return e("iframe.embed", src=block.embed)
        case "figure" if block.picture:
            caption = e("figcaption", text(block.picture.printed))
            return e("figure", lazy_image(block.picture, view.origin), caption)
    raise ValueError(f"no markup for {block.kind}")


def _byline(view: View) -> str:
    words, article = view.words, view.article
    authors = author_links(view.card.authors, view.site.edition)
    rows = [f"{words['by']} {', '.join(authors)}"] if authors else []
    rows += [f"{words['source']} {text(article.source_line)}"] if article.sources else []
    rows += [view.date, f"{view.shares} {words['shares']}"]
    return e("ul.byline", _items(rows)) + e("div.minutes", f"{view.minutes} {words['min_read']}")


def _boxes(view: View) -> str:
    words = view.words
    name, path = view.coverage
    return e(
        "div.side",
        e("h3", words["most_read"]),
        *(card(other, view.site) for other in view.most_read),
        e("h3", words["coverage"]),
        e("a", words["all"], href="/coverage"),
        e("div.coverage", *links([(name, path)])),
    ) + e(
        "section.next",
        e("h3", words["read_next"]),
        e("a", words["all"], href="/news"),
        *(card(other, view.site) for other in view.read_next),
    )


def article(view: View) -> str:
    """The article and, after it, the boxes of other articles."""
    own, words, summary = view.card, view.words, view.article.description.strip()
    caption = e("figcaption", text(own.picture.printed))
    return e(
        "main.main",
        e("ul.breadcrumb", _items(links(crumbs(own, view.site.edition)))),
        e(
            "div.column",
            e("h1.headline", text(own.headline)),
            _byline(view),
            e("h2.standfirst", text(summary)) if summary else "",
            e("ul.share", e("li", e("a", "x", href="https://x.com/share"))),
            e("figure.lead", lazy_image(own.picture, view.origin), caption),
            e("iframe.film", src=view.article.embed) if view.article.embed else "",
            e("div.body", *(_block(block, view) for block in view.article.blocks)),
            e("div.disclaimer", e("p", words["disclaimer"])) if view.opinion else "",
            e("ul.tags", _items(tag_links(own))),
        ),
        _boxes(view),
    )


def listing(title: str, cards: Sequence[str], words: Mapping[str, str], more: bool) -> str:
    """A listing: its name, its cards and, where there are more, the button."""
    button = e("button.more", words["load_more"], type="button") if more else ""
    return e("main.main", e("h1", text(title)), e("div.cards", *cards), button)


@cache
def bottom(edition: Edition) -> str:
    """The foot of every page."""
    words = edition.words
    rows = [
        (words["privacy"], "/privacy"),
        (words["about"], "/about"),
        (words["contact"], "/contact"),
        (words["authors"], "/Authors"),
    ]
    return e(
        "footer.footer",
        e("p", f"{edition.site_name}: {words['slogan']}."),
        e("p", words["rights"]),
        e("ul", _items(links(rows))),
        e("span", "Android"),
        e("span", "iOS"),
    )
