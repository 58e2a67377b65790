"""Theme mdn: class names and nesting as seen in the style sheets of the real Arabic site (no page of it was seen).

Columns, the summary under the headline, the byline as a list without shares or minutes, see-also cards inside the text,
tags in wrappers of their own, a sidebar of the latest news, a footer of several rows.
"""

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

CSS_SHARE = 0.7
SHARES = MINUTES = False
way = crumbs


def e(kind: str, *content: str, **attributes: str) -> str:
    """`e("div.col-8.p-0", text)` gives `<div class="col-8 p-0">text</div>`."""
    tag, *names = kind.split(".")
    if names:
        attributes["class"] = " ".join(names)
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<{tag}{written}>{''.join(content)}</{tag}>"


@cache
def top(edition: Edition) -> str:
    """Logo, the menu with its children, the regions."""
    words = edition.words
    rows = [
        e(
            "li.nav-item",
            e("a.nav-link", text(name), href=path),
            e("ul.sub-menu", *(e("li", row) for row in links(under))),
        )
        for name, path, under in menu(edition)
    ]
    return e(
        "header.main-header",
        e("a.navbar-brand", f'<img src="/mdn2023/images/logo.png" alt="{edition.site_name}">', href="/"),
        e("nav.navbar", e("ul.navbar-nav", *rows, e("li.nav-item", e("a.live-btn", words["live"], href="/live")))),
        e("div.regions-menu", *links(regions(edition))),
    )


def ticker(sentences: Sequence[str], words: Mapping[str, str]) -> str:
    """The ticker, each sentence linked, in front of it a link to all of them."""
    rows = [
        e(
            "li",
            e(
                "div.ticker-item",
                e("div.ticker-text", e("a", e("p", text(row)), href=f"/latestnews/2026/6/15/{slugify(row)}")),
            ),
        )
        for row in sentences
    ]
    flag = e("div.ticker-label", e("a", e("h4", words["breaking"]), href="/shortnews"))
    return e("section.ticker-section", flag, e("div", e("ul", *rows), id="ticker-box"))


def card(card: Card, site: Site, href: str = "") -> str:
    """A card: headline, category, time, the flag of a region."""
    address = escape(href or card.path)
    time = e("div.time", e("p", f" {printed_date(card.published, site.edition, site.now)} "))
    return e(
        "div.white-card.all-bordered",
        e("div.tab_item_bg", e("a", lazy_image(card.picture, width=400), href=address)),
        e("div.card-title", e("a", e("h5", f" {text(card.headline)} "), href=address)),
        e("div.white-card-metas", e("div.grouped-metas", e("div.Category", label(card, site.edition)), time)),
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
            return e("ul", *(e("li", text(item)) for item in block.items))
        case "readMore":
            lead = words["watch"] if block.target % 2 else words["read_more"]
            return e("p", e("strong", f"{lead} {link(view.site.card(block.target))}"))
        case "related":
            cards = [
                e("div.dual-card", e("a", e("h4", text(other.headline)), href=other.path)) for other in view.related
            ]
            return e("div.dual-related", e("div.dual-title", words["related"]), e("div.row", *cards))
        case "tweet":
            return e("div.content-media-item", tweet(block))
        case "video":
            return e("iframe.editormedia", src=block.embed)
        case "figure" if block.picture:
            caption = e("figcaption.image-caption", text(block.picture.printed))
            return e("div.mangoslider", e("figure.content-media-item", lazy_image(block.picture, view.origin), caption))
    raise ValueError(f"no markup for {block.kind}")


def _byline(view: View) -> str:
    words, article = view.words, view.article
    section = view.card.section
    rows = [e("li", *links([(section.name, section.path)]))]
    for name in author_links(view.card.authors, view.site.edition):
        rows.append(
            e("li.author-list", e("div.about-author", f"{words['by']} {name}" if len(rows) == 1 else f"، {name}"))
        )
    if article.sources:
        rows.append(e("li", f"{words['source']} {text(article.source_line)}"))
    rows.append(e("li", e("span.fa.fa-clock"), view.date))
    return e("div.post-type.post-metas.type-wrap.article-details-metas", e("ul", *rows))


def _side(view: View) -> str:
    words = view.words
    return e(
        "div.col-4",
        e(
            "div.breaking-content-wrap.more-news",
            e("h3", words["latest"]),
            *(e("div.single-latest-news", e("div.time", "06:42"), e("p", text(row))) for row in view.ticker[:3]),
        ),
        e(
            "div.post-aside",
            e("div.list-related", e("h3", words["most_read"]), *(card(other, view.site) for other in view.most_read)),
            e("div.list-coverage", e("h3", words["coverage"]), *links([view.coverage])),
        ),
    )


def article(view: View) -> str:
    """The article in a wide column, the boxes in a narrow one, another box under both."""
    own, words, summary = view.card, view.words, view.article.description.strip()
    steps = [e("li.breadcrumb-item", step) for step in links(crumbs(own, view.site.edition))]
    media = lazy_image(own.picture, view.origin) + e("div.image-caption", text(own.picture.printed))
    main = e(
        "div.col-8",
        e(
            "div.details-white-box",
            e("h1", text(own.headline)),
            e("p.lg_para.summary", text(summary)) if summary else "",
            _byline(view),
            e("div.social_share", e("ul", e("li", e("a", "x", href="https://x.com/share")), e("li", words["share"]))),
            e("div.post-media", e("figure", media)),
            e("iframe.editormedia", src=view.article.embed) if view.article.embed else "",
            e("div.post-details", e("div.p-content", *(_block(block, view) for block in view.article.blocks))),
            e("div.post_disclaimer", e("p", words["disclaimer"])) if view.opinion else "",
            e("div.tags_wrapper", *(e("div.tag_item", each) for each in tag_links(own))),
        ),
    )
    following = e(
        "section.more-section", e("h3", words["read_next"]), *(card(other, view.site) for other in view.read_next)
    )
    return e(
        "div.container",
        e("div.breadcrumb-container", e("ol.breadcrumb", *steps)),
        e("section.read-section", e("div.article-wrap.row", main, _side(view))),
        following,
    )


def listing(title: str, cards: Sequence[str], words: Mapping[str, str], more: bool) -> str:
    """A listing: its name, its cards and, where there are more, the button."""
    button = e("div.Load-wrapper", e("a.loadmorebtn", words["load_more"], href="#")) if more else ""
    return e("section.all-news", e("div.section-title", e("h1", text(title))), e("div.row", *cards), button)


@cache
def bottom(edition: Edition) -> str:
    """The foot of every page."""
    words = edition.words
    rows = [(words["privacy"], "/privacy"), (words["about"], "/about"), (words["contact"], "/contact")]
    return e(
        "footer.footer",
        e("div.footer_top_menu", *links([(name, path) for name, path, _ in menu(edition)])),
        e("div.footer_middle_menu", e("p", words["slogan"]), *links(rows)),
        e("div.footer_btm_row", e("p.footer-bottom-text", f"{words['rights']} © {edition.site_name} 2026")),
    )
