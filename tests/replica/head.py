"""The head of a page: the same facts in metadata tag, meta tags and JSON-LD, with the site's quirks."""

import json
from collections.abc import Iterable, Mapping
from html import escape

from tests.replica.clock import naive_utc, stated
from tests.replica.data import Article, Card
from tests.replica.edition import Edition
from tests.replica.site import Site


def image_url(origin: str, card: Card) -> str:
    """Address of the main picture as the facts state it."""
    return f"{origin}{card.picture.path}?v={card.picture.version}&width=1000"


def keywords(card: Card) -> str:
    """Tags joined by bare commas; none, or the first ones twice, where the article is odd in that."""
    if card.quirk == "no-keywords":
        return ""
    return ",".join([*card.tags, *card.tags[:2]] if card.quirk == "duplicate-keywords" else card.tags)


def _classes(card: Card, author: str, edition: Edition) -> list[dict[str, str]]:
    category = f" {card.section.name}" if card.quirk == "leading-space-class" else card.section.name
    section = card.section
    grouped = section.group and section.path.startswith(edition.groups[section.group])
    rows = [
        ("class1", "posttype", section.group if grouped else section.name),
        ("class2", "category", "" if card.quirk == "missing-classes" else category),
        ("class3", "country", card.region),
        ("class5", "coverage", card.coverage),
        ("class6", "author", author),
    ]
    return [{"key": key, "mapping": name, "value": value} for key, name, value in rows if value]


def metadata(article: Article, origin: str, edition: Edition) -> dict[str, object]:
    """The record in the metadata tag of an article."""
    card, author = article.card, ", ".join(article.card.authors)
    return {
        "type": "videoobject" if card.kind == "video" else "article",
        "postid": card.post_id,
        "title": card.headline,
        "url": origin + card.path,
        "keywords": keywords(card),
        "thumbnail": image_url(origin, card),
        "video_duration": str(article.duration) if article.duration else None,
        "word_count": str(len(article.description)),
        "lang": edition.code,
        "published_time": stated(card.published),
        "last_updated": stated(card.modified),
        "description": article.description,
        "author": author,
        "classes": _classes(card, author, edition),
        "html": "",
        "lite_url": "",
    }


def page_metadata(site: Site, origin: str, path: str, title: str) -> dict[str, object]:
    """The record in the metadata tag of a page that is no article."""
    about = site.edition.words["slogan"]
    return {
        "type": "page",
        "postid": str(900_000 + sum(path.encode())),
        "title": title,
        "url": origin + path,
        "keywords": site.edition.site_name,
        "thumbnail": "",
        "video_duration": None,
        "word_count": str(len(about)),
        "lang": site.language,
        "published_time": "2021-06-30T10:00:00+03:00",
        "last_updated": stated(site.now),
        "description": about,
        "author": site.edition.site_name,
        "classes": [{"key": "class1", "mapping": "posttype", "value": site.edition.words["pages"]}],
        "html": "",
        "lite_url": "",
    }


def metadata_tag(record: Mapping[str, object], site: Site) -> str:
    """The `tawsiyat-metadata` script; cut off in the middle when that fault is on."""
    text = json.dumps(record, ensure_ascii=False, indent=2).replace("</", "<\\/")
    if "broken-metadata" in site.faults:
        text = text[: len(text) // 2]
    return (
        '<script src="/cdn-cgi/apps/head/x1.js"></script>'
        f'<script id="tawsiyat-metadata" type="text/tawsiyat">{text}</script>\n'
    )


def json_ld(documents: Iterable[Mapping[str, object]], site: Site) -> str:
    """One script a document; each with a stray comma when that fault is on."""
    end = ",}" if "broken-jsonld" in site.faults else "}"
    texts = (json.dumps(document, ensure_ascii=False).replace("</", "<\\/")[:-1] + end for document in documents)
    return "".join(f'<script type="application/ld+json">{text}</script>\n' for text in texts)


def article_documents(article: Article, site: Site, origin: str) -> list[dict[str, object]]:
    """JSON-LD of an article page: the article first, then the site and the page."""
    card = article.card
    author = ", ".join(card.authors)
    news: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "VideoObject" if card.kind == "video" else "NewsArticle",
        "headline": card.headline,
        "url": origin + card.path,
        "description": article.description,
        "keywords": keywords(card),
        "image": image_url(origin, card),
        "author": {"@type": "Person", "name": author},
        "datePublished": naive_utc(card.published),
        "dateModified": naive_utc(card.modified),
        "dateCreated": naive_utc(card.published),
        "articleSection": card.section.name,
        "wordCount": len(article.description),
        "inLanguage": site.language,
        "publisher": {
            "@type": "Organization",
            "name": site.edition.site_name,
            "url": origin,
            "Logo": f"{origin}/logo.png",
        },
    }
    return [news, *site_documents(site, origin, card.path, card.headline)]


def site_documents(site: Site, origin: str, path: str, title: str) -> list[dict[str, object]]:
    """JSON-LD that every page has: the site and the page."""
    action = {"@type": "SearchAction", "target": f"{origin}/search?q={{search_keyword}}"}
    return [
        {"@context": "https://schema.org", "@type": "WebSite", "url": origin, "potentialAction": action},
        {"@context": "https://schema.org", "@type": "WebPage", "name": title, "url": origin + path},
    ]


def item_list(cards: Iterable[Card], origin: str) -> dict[str, object]:
    """JSON-LD of a listing; its addresses are made from today's titles, so some differ from the cards'."""
    items = [
        {
            "@type": "ListItem",
            "position": n,
            "name": card.headline,
            "description": "",
            "url": origin + card.alias,
        }
        for n, card in enumerate(cards, 1)
    ]
    return {"@context": "https://schema.org", "@type": "ItemList", "itemListElement": items}


def meta_tags(record: Mapping[str, object], site: Site) -> str:
    """The meta tags with the facts of a metadata record; two of them carry a `content` without a value."""
    named = {
        "title": record["title"],
        "description": record["description"],
        "postid": record["postid"],
        "keywords": record["keywords"],
        "author": record["author"],
        "generator": "mangox",
        "twitter:card": "summary_large_image",
        "twitter:title": record["title"],
        "twitter:description": record["description"],
        "twitter:image": record["thumbnail"],
    }
    properties = {
        "og:site_name": site.edition.site_name,
        "og:title": record["title"],
        "og:description": record["description"],
        "og:url": record["url"],
        "og:locale": site.language,
        "og:image": record["thumbnail"],
        "og:image:alt": record["title"],
        "og:type": "website" if record["type"] == "page" else "article",
    }
    rows = [f'<meta name="{name}" content="{escape(str(value))}" />' for name, value in named.items()]
    rows += [f'<meta property="{name}" content="{escape(str(value))}" />' for name, value in properties.items()]
    rows += ['<meta property="og:video" content />', '<meta name="twitter:site" content />']
    return "\n".join([*rows, f'<meta itemprop="inLanguage" content="{site.language}" />\n'])


def _title(text: str, site: Site) -> str:
    return f'<title>{escape(text)} | {site.edition.site_name}</title>\n<meta charset="utf-8" />\n'


def article_head(article: Article, site: Site, origin: str) -> str:
    """The facts in the head of an article page, less those that a fault or the article's quirk withholds."""
    card = article.card
    head = _title(card.headline, site)
    if "bare" in site.faults:
        return head
    record = metadata(article, origin, site.edition)
    times = {"published": card.published, "modified": card.modified}
    head += meta_tags(record, site) + "".join(
        f'<meta property="article:{name}_time" content="{naive_utc(time)}" />\n' for name, time in times.items()
    )
    if "no-metadata" not in site.faults and card.quirk != "no-metadata":
        head += metadata_tag(record, site)
    return head + json_ld(article_documents(article, site, origin), site)


def page_head(site: Site, origin: str, path: str, title: str, cards: Iterable[Card] = ()) -> str:
    """The facts in the head of a listing or another page."""
    record = page_metadata(site, origin, path, title)
    documents = [*site_documents(site, origin, path, title), item_list(cards, origin)]
    return _title(title, site) + meta_tags(record, site) + metadata_tag(record, site) + json_ld(documents, site)
