"""Theme delta: headline in a div, boxes between it and the text, byline in a dl, the text in one div with
<br><br>, captions in small, breadcrumbs that end in the title, tags in a p."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape

from tests.replica.clock import printed_date
from tests.replica.data import Block, Card
from tests.replica.edition import Edition
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

CSS_SHARE = 0.75
way = crumbs
_RUNNING = ("paragraph", "readMore")
e = elements("delta")


@cache
def top(edition: Edition) -> str:
    """A table of the menu, the menu again as a select-like list, the regions."""
    words = edition.words
    cells = [
        e("td", e("b", *links([(name, path)])), "<br>", "<br>".join(links(children)))
        for name, path, children in menu(edition)
    ]
    again = [e("dd", row) for name, path, children in menu(edition) for row in links([(name, path), *children])]
    return e(
        "div.head",
        e("a.logo", edition.site_name, href="/"),
        e("em.slogan", words["slogan"]),
        e("table.menu", e("tr", *cells)),
        e("dl.menu-again", *again, e("dd", *links([(words["live"], "/live")]))),
        e("p.regions", " ".join(links(regions(edition)))),
    )


def ticker(sentences: Sequence[str], words: Mapping[str, str]) -> str:
    """The ticker as one line of plain sentences."""
    return e("p.ticker", e("b", words["breaking"]), " ", *(e("span.bulletin", text(row)) for row in sentences))


def card(card: Card, site: Site, href: str = "") -> str:
    """A card: headline and category in a row, the day last."""
    return e(
        "div.card",
        e("div.card-image", lazy_image(card.picture, width=240)),
        e("div.card-title", e("a", text(card.headline), href=escape(href or card.path))),
        e("small", label(card, site.edition), " ", printed_date(card.published, site.edition, site.now)),
    )


def _block(block: Block, view: View) -> str:
    words, content = view.words, inline(block.runs)
    match block.kind:
        case "paragraph":
            return content
        case "heading":
            return e(f"h{block.level}", content)
        case "quote":
            return e("blockquote", content)
        case "list":
            return e("ul", *(e("li", text(item)) for item in block.items))
        case "readMore":
            return f"{e('b', words['read_more'])} {link(view.site.card(block.target))}"
        case "related":
            return e("div.inset", e("strong", words["related"]), *(f"<br>{link(other)}" for other in view.related))
        case "tweet":
            return tweet(block)
        case "video":
            return e("iframe", src=block.embed)
        case "figure" if block.picture:
            return e("div.plate", lazy_image(block.picture, view.origin), e("small", text(block.picture.printed)))
    raise ValueError(f"no markup for {block.kind}")


def _text(view: View) -> Iterator[str]:
    """The text as running text: two line breaks after what has no element of its own."""
    for block in view.article.blocks:
        yield _block(block, view)
        yield "<br><br>\n" if block.kind in _RUNNING else "\n"
    if view.opinion:
        yield e("em", view.words["disclaimer"])


def _byline(view: View) -> str:
    words, article = view.words, view.article
    authors = author_links(view.card.authors, view.site.edition)
    rows = [e("dt", f"{words['by']} {', '.join(authors)}")] if authors else []
    rows += [e("dd", f"{words['source']} {text(article.source_line)}")] if article.sources else []
    rows += [e("dd", view.date), e("dd", f"{view.shares} {words['shares']}")]
    return e("dl.byline", *rows) + e("p.minutes", f"{view.minutes} {words['min_read']}")


def _box(title: str, more: str, cards: Sequence[str]) -> str:
    return e("div.box", e("strong", title), more, *cards)


def article(view: View) -> str:
    """Headline, boxes of other articles, and then the text."""
    own, edition, words, summary = view.card, view.site.edition, view.words, view.article.description.strip()
    steps = [*links(crumbs(own, edition)), text(own.headline[:28]) + "…"]
    read_next = [card(other, view.site) for other in view.read_next]
    return e(
        "div.sheet",
        e("ol.way", *(e("li", step) for step in steps)),
        e("div.headline", text(own.headline)),
        _byline(view),
        e("div.standfirst", text(summary)) if summary else "",
        e("div.plate", lazy_image(own.picture, view.origin), e("small", text(own.picture.printed))),
        e(
            "div.boxes",
            _box(words["most_read"], "", [card(other, view.site) for other in view.most_read]),
            _box(words["coverage"], e("a", words["all"], href="/coverage"), links([view.coverage])),
        ),
        e("p.share", words["share"]),
        e("iframe", src=view.article.embed) if view.article.embed else "",
        e("div.text", *_text(view)),
        e("p.tags", " ".join(tag_links(own))),
        _box(words["read_next"], e("a", words["all"], href="/news"), read_next),
    )


def listing(title: str, cards: Sequence[str], words: Mapping[str, str], more: bool) -> str:
    """A listing: its name, its cards and, where there are more, the button."""
    button = e("div.more", words["load_more"], role="button", tabindex="0") if more else ""
    return e("div.sheet", e("div.listing-title", text(title)), *cards, button)


@cache
def bottom(edition: Edition) -> str:
    """The foot of every page."""
    words = edition.words
    rows = [(words["contact"], "/contact"), (words["about"], "/about"), (words["authors"], "/Authors")]
    return e("center.foot", e("p", words["rights"]), e("p", " · ".join(links(rows))))
