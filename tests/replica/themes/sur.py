"""Theme sur: a numbered breadcrumb with the writer in it, the writer twice in the byline, views in place of shares, a
gallery in one slider at the end, see-also in a box of its own."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape

from tests.replica.clock import printed_date
from tests.replica.data import Block, Card, Picture, author_path
from tests.replica.edition import Edition
from tests.replica.site import Site
from tests.replica.themes.common import (
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

CSS_SHARE = 0.5
SHARES = False
e = elements("zur")


def way(card: Card, edition: Edition) -> list[tuple[str, str]]:
    """The way down to an article: under its writer, where that one has a page."""
    steps = crumbs(card, edition)
    writers = [(name, path) for name in card.authors if (path := author_path(edition, name))]
    return [*steps[:1], *writers[:1], *steps[1:]]


@cache
def top(edition: Edition) -> str:
    """The menu as a list of details, the regions in a row of buttons."""
    words = edition.words
    rows = [
        e("details.group", e("summary", *links([(name, path)])), *links(children))
        for name, path, children in menu(edition)
    ]
    return e(
        "div.crown",
        e("p.brand", e("a", edition.site_name, href="/")),
        e("p.slogan", words["slogan"]),
        e("div.groups", *rows, e("a", words["live"], href="/live")),
        e("div.regions", *(e("span", each) for each in links(regions(edition)))),
    )


def ticker(sentences: Sequence[str], words: Mapping[str, str]) -> str:
    """The ticker as a list of plain sentences."""
    return e("div.ticker", e("strong", words["breaking"]), e("ul", *(e("li", text(row)) for row in sentences)))


def card(card: Card, site: Site, href: str = "") -> str:
    """A card: picture, headline, the day and the category under it."""
    return e(
        "section.card",
        lazy_image(card.picture, width=300),
        e("h2.card-title", e("a", text(card.headline), href=escape(href or card.path))),
        e("p", f"{printed_date(card.published, site.edition, site.now)} · {label(card, site.edition)}"),
    )


def _figure(picture: Picture, view: View) -> str:
    return e("div.slide", lazy_image(picture, view.origin), e("span.under", text(picture.printed)))


def _block(block: Block, view: View) -> str:
    words, content = view.words, inline(block.runs)
    match block.kind:
        case "paragraph":
            return e("p.line", content)
        case "heading":
            return e(f"h{block.level}.line", content)
        case "quote":
            return e("blockquote", e("p.line", content))
        case "list":
            return e("ul", *(e("li", text(item)) for item in block.items))
        case "readMore":
            return e("div.also", e("p", words["read_more"]), link(view.site.card(block.target)))
        case "related":
            rows = [e("li", link(other)) for other in view.related]
            return e("div.inset", e("p", e("b", words["related"])), e("ul", *rows))
        case "tweet":
            return tweet(block)
        case "video":
            return e("div.frame", e("iframe", src=block.embed))
        case "figure" if block.picture:
            return "" if view.card.kind == "gallery" else _figure(block.picture, view)
    raise ValueError(f"no markup for {block.kind}")


def _byline(view: View) -> str:
    words, article, edition = view.words, view.article, view.site.edition
    rows = []
    for name in view.card.authors:
        path = author_path(edition, name) or "/"
        face = f'<img src="/media/face.jpg" alt="{escape(name)}" width="40" height="40">'
        rows.append(e("li", e("a", face, href=path), e("a", text(name), href=path) if path != "/" else text(name)))
    facts = [f"{words['source']} {text(article.source_line)}"] if article.sources else []
    facts += [view.date, f"{view.shares} {words['views']}", f"{view.minutes} {words['min_read']}"]
    return e("ul.byline", *rows, *(e("li", fact) for fact in facts))


def article(view: View) -> str:
    """Everything in one column: the text, then the slider, then the boxes."""
    own, words, summary = view.card, view.words, view.article.description.strip()
    edition = view.site.edition
    steps = [*links(way(own, edition)), text(own.headline[:30]) + "…"]
    slides = [_figure(block.picture, view) for block in view.article.blocks if block.picture and own.kind == "gallery"]
    return e(
        "div.all",
        e("ul.way", *(e("li", e("i", f"{number}. "), step) for number, step in enumerate(steps, 1))),
        e("h1.headline", text(own.headline)),
        _byline(view),
        e("p.standfirst", text(summary)) if summary else "",
        e("ul.share", *(e("li", e("a", name, href="https://x.com/share")) for name in ("x", "Facebook", "Telegram"))),
        _figure(own.picture, view),
        e("div.frame", e("iframe", src=view.article.embed)) if view.article.embed else "",
        e("div.text", *(_block(block, view) for block in view.article.blocks)),
        e("div.slider", *slides) if slides else "",
        e("p.small", words["disclaimer"]) if view.opinion else "",
        e("div.tags", e("span", words["tags"]), *tag_links(own)),
        e("div.box", e("h4", words["most_read"]), *(card(other, view.site) for other in view.most_read)),
        e("div.box", e("h4", words["coverage"]), *links([view.coverage])),
        e("div.box", e("h4", words["read_next"]), *(card(other, view.site) for other in view.read_next)),
    )


def listing(title: str, cards: Sequence[str], words: Mapping[str, str], more: bool) -> str:
    """A listing: its name, its cards and, where there are more, the button."""
    button = e("p", e("button", words["load_more"])) if more else ""
    return e("div.all", e("h1", text(title)), e("div.rows", *cards), button)


@cache
def bottom(edition: Edition) -> str:
    """The foot of every page."""
    words = edition.words
    rows = [(words["privacy"], "/privacy"), (words["about"], "/about"), (words["authors"], "/authors")]
    return e("div.base", e("p", f"{edition.site_name}. {words['rights']}."), e("p", " | ".join(links(rows))))
