"""Theme south: boxes before the article, h2 headline under an h1 logo, byline in spans, text and captions
in div, an unnamed Related News box, tags in the text's own container after "Tags:"."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape

from tests.replica.clock import printed_date
from tests.replica.data import Block, Card
from tests.replica.edition import Edition
from tests.replica.site import Site
from tests.replica.themes.common import (
    author_links,
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

CSS_SHARE = 0.6
e = elements("south")


def way(card: Card, edition: Edition) -> list[tuple[str, str]]:
    """No breadcrumb here."""
    return []


@cache
def top(edition: Edition) -> str:
    """The name as h1, the menu twice as plain links, the regions in a row."""
    words = edition.words
    rows = [(name, path) for name, path, _ in menu(edition)]
    flat = [pair for name, path, children in menu(edition) for pair in ((name, path), *children)]
    columns = [e("div.column", e("strong", text(name)), *links(children)) for name, _, children in menu(edition)]
    return e(
        "div.top",
        e("h1.logo", e("a", edition.site_name, href="/")),
        e("div.slogan", words["slogan"]),
        e("div.bar", *links(rows), e("a.live", words["live"], href="/live")),
        e("div.mega", *columns),
        e("div.drawer", *(e("div", item) for item in links(flat))),
        e("div.regions", " | ".join(links(regions(edition)))),
    )


def ticker(sentences: Sequence[str], words: Mapping[str, str]) -> str:
    """The ticker as plain text."""
    return e("div.ticker", e("span.flag", words["breaking"]), *(e("div.bulletin", text(row)) for row in sentences))


def card(card: Card, site: Site, href: str = "") -> str:
    """A card: category, headline, day, picture; one link around all but the category."""
    return e(
        "article.card",
        e("span.category", label(card, site.edition)),
        e(
            "a.card-link",
            e("h4", text(card.headline)),
            e("time", printed_date(card.published, site.edition, site.now)),
            lazy_image(card.picture, width=320),
            href=escape(href or card.path),
        ),
    )


def _block(block: Block, view: View) -> str:
    words, content = view.words, inline(block.runs)
    match block.kind:
        case "paragraph":
            return e("div", content)
        case "heading":
            return e(f"h{block.level + 1}", content)
        case "quote":
            return e("blockquote", content)
        case "list":
            return e("ol", *(e("li", e("div", text(item))) for item in block.items))
        case "readMore":
            return e("div", e("em", words["read_more"]), " ", link(view.site.card(block.target)))
        case "related":
            rows = e("ul", *(e("li", link(other)) for other in view.related))
            return e("div", e("div", words["related"]), rows)
        case "tweet":
            return e("div.post", tweet(block))
        case "video":
            return e("div.player", f'<iframe data-src="{block.embed}" src="about:blank"></iframe>')
        case "figure" if block.picture:
            caption = e("div.under", text(block.picture.printed))
            return e("div.photo", lazy_image(block.picture, view.origin), caption)
    raise ValueError(f"no markup for {block.kind}")


def _byline(view: View) -> str:
    words, article = view.words, view.article
    authors = f" {words['and']} ".join(author_links(view.card.authors, view.site.edition))
    rows = [f"{words['by']} {authors}"] if authors else []
    rows += [f"{words['source']} {text(article.source_line)}"] if article.sources else []
    rows += [view.date, f"{view.shares} {words['shares']}", f"{view.minutes} {words['min_read']}"]
    return e("div.byline", *(e("span.fact", row) for row in rows))


def _boxes(view: View) -> str:
    words = view.words
    return e(
        "aside.side",
        e("div.box-title", words["most_read"]),
        *(card(other, view.site) for other in view.most_read),
        e("div.box-title", words["coverage"], " ", e("a", words["all"], href="/coverage")),
        *links([view.coverage]),
        e("div.box-title", words["read_next"], " ", e("a", words["all"], href="/news")),
        *(card(other, view.site) for other in view.read_next),
    )


def article(view: View) -> str:
    """The boxes of other articles and, after them, the article."""
    own, words, summary = view.card, view.words, view.article.description.strip()
    tags = tag_links(own)
    return e(
        "div.page",
        _boxes(view),
        e(
            "div.story",
            e("h2.headline", text(own.headline)),
            e("p.standfirst", text(summary)) if summary else "",
            _byline(view),
            e("div.share", words["share"], e("a", "x", href="https://x.com/share")),
            e("div.photo", lazy_image(own.picture, view.origin), e("div.under", text(own.picture.printed))),
            f'<iframe data-src="{view.article.embed}"></iframe>' if view.article.embed else "",
            e(
                "div.text",
                *(_block(block, view) for block in view.article.blocks),
                e("div", e("i", words["disclaimer"])) if view.opinion else "",
                e("div", words["tags"], " ", ", ".join(tags)) if tags else "",
            ),
        ),
    )


def listing(title: str, cards: Sequence[str], words: Mapping[str, str], more: bool) -> str:
    """A listing: its name, its cards and, where there are more, the button."""
    button = e("a.more", words["load_more"], href="javascript:void(0)") if more else ""
    return e("div.page", e("h2.listing-title", text(title)), e("div.grid", *cards), e("div", button))


@cache
def bottom(edition: Edition) -> str:
    """The foot of every page."""
    words = edition.words
    rows = [(words["privacy"], "/privacy"), (words["about"], "/about"), (words["authors"], "/authors")]
    return e(
        "div.foot",
        e("div", words["slogan"]),
        *links(rows),
        e("div", f"{edition.site_name} {words['rights']}"),
    )
