"""What a parser can say of an article page, in the fields of the contract."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from tests.replica.clock import naive_utc, stated
from tests.replica.data import Article, Picture, author_path, tag_path
from tests.replica.site import Site
from tests.replica.themes import THEMES, theme_of
from tests.replica.view import View, lines, view


def canonical(path: str) -> str:
    """An address path with each character beyond the unreserved ones percent-encoded once."""
    return quote(path, safe="/:-._~'")


def _image(picture: Picture, origin: str) -> dict[str, str | None]:
    url = f"{origin}{picture.path}?v={picture.version}&width=1000"
    return {"url": url, "caption": picture.printed, "creditText": picture.credit or None, "alt": picture.alt}


def _related(shown: View) -> list[dict[str, Any]]:
    """Links to other articles, each in the strongest of its blocks; positions count within a block."""
    site = shown.site
    read_more = [site.card(block.target) for block in shown.article.blocks if block.kind == "readMore"]
    related = shown.related if any(block.kind == "related" for block in shown.article.blocks) else []
    rows = [
        (shown.origin + canonical(card.path), card.headline, block, position)
        for block, cards in (("relatedNews", related), ("readMore", read_more), ("readNext", shown.read_next))
        for position, card in enumerate(cards, 1)
    ]
    rows.append((shown.origin + canonical(shown.coverage[1]), shown.coverage[0], "coverage", 1))
    rows += [
        (shown.origin + canonical(card.path), card.headline, "mostRead", position)
        for position, card in enumerate(shown.most_read, 1)
    ]
    first = {row[0]: row for row in reversed(rows)}
    return [
        dict(zip(("url", "headline", "block", "position"), row, strict=True)) for row in rows if first[row[0]] is row
    ]


def _leaks(shown: View, body: str) -> list[str]:
    """Strings of the page that are no part of the text."""
    card, words = shown.card, shown.site.edition.words
    pictures = [card.picture, *(block.picture for block in shown.article.blocks if block.picture)]
    others = [*shown.related, *shown.most_read, *shown.read_next]
    found: Iterable[str] = (
        *(picture.printed for picture in pictures),
        *(picture.caption for picture in pictures),
        *(other.headline for other in others),
        *(shown.site.card(block.target).headline for block in shown.article.blocks if block.kind == "readMore"),
        *(joint.join(card.tags) for joint in ("\n", ", ", " ", "")),
        *shown.ticker,
        card.headline,
        f"{words['by']} {', '.join(card.authors)}",
        f"{words['source']} {shown.article.source_line}",
        shown.date,
        f"{shown.shares} {words['shares']}",
        f"{shown.minutes} {words['min_read']}",
        *(words[key] for key in ("read_more", "related", "most_read", "read_next", "disclaimer", "rights", "slogan")),
        words["disclaimer"].split(";")[0],
        shown.article.description.strip(),
    )
    return sorted({text for text in found if len(text) > 8 and text not in body})


def truth(article: Article, site: Site, origin: str, theme: str | None = None, request_no: int = 0) -> dict[str, Any]:
    """The contract's fields of one response, as far as its page states them under the site's faults.

    Not in it: `articleBodyHtml`, `nameRaw`, the watch address of a video and what an archive adds. Beside
    the contract: `blocks`, `leaks` (must not be in the body), `embeds` (tweets: neither asked for nor wrong).
    """
    shown = view(article, site, origin, request_no)
    card, edition = article.card, site.edition
    theme = theme or theme_of(site.theme, card.index)
    bare = "bare" in site.faults
    tagged = not {"bare", "no-metadata", "broken-metadata"} & site.faults.keys() and card.quirk != "no-metadata"
    blocks = lines(article)
    body = "\n".join(blocks)
    figures = [block.picture for block in article.blocks if block.picture]
    embeds = [block.embed for block in article.blocks if block.embed] + ([article.embed] if article.embed else [])
    minutes, seconds = divmod(article.duration, 60)
    main = _image(card.picture, origin)
    unprinted = card.quirk == "no-keywords"
    way = THEMES[theme].way(card, edition)
    return {
        "id": None if bare else f"{site.language}:{card.post_id}",
        "url": origin + canonical(card.path),
        "canonicalUrl": origin + canonical(card.path),
        "edition": site.language,
        "inLanguage": site.language,
        "publisher": edition.site_name,
        "articleType": card.kind,
        "headline": card.headline,
        "description": article.description.strip() or None,
        "articleBody": body or None,
        "datePublished": stated(card.published.replace(second=0) if bare else card.published),
        "datePublishedRaw": shown.date if bare else stated(card.published) if tagged else naive_utc(card.published),
        "dateModified": None if bare else stated(card.modified),
        "authors": [
            {"name": name, "url": origin + canonical(path) if (path := author_path(edition, name)) else None}
            for name in card.authors
        ],
        "sources": [{"name": name, "url": None} for name in article.sources],
        "section": card.section_slug,
        "breadcrumbs": [{"name": name, "url": origin + canonical(path)} for name, path in way],
        "regions": [card.region] if tagged and card.region else [],
        "coverage": card.coverage or None if tagged else None,
        "tags": [] if unprinted else [{"name": name, "url": origin + canonical(tag_path(name))} for name in card.tags],
        "mainImage": main,
        "images": [main, *(_image(picture, origin) for picture in figures)],
        "videos": [
            {
                "embedUrl": embed,
                "duration": f"PT{minutes}M{seconds}S" if tagged and embed == article.embed else None,
            }
            for embed in embeds
        ],
        "links": [
            {"url": run.href if "//" in run.href else origin + canonical(run.href), "text": run.text}
            for block in article.blocks
            for run in block.runs
            if run.href
        ],
        "relatedLinks": _related(shown),
        "wordCount": len(body.split()),
        "readingTime": shown.minutes if getattr(THEMES[theme], "MINUTES", True) else None,
        "shareCount": shown.shares if getattr(THEMES[theme], "SHARES", True) else None,
        "blocks": blocks,
        "leaks": _leaks(shown, body),
        "embeds": [line for block in article.blocks if block.kind == "tweet" for line in block.lines()],
    }
