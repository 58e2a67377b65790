"""Reads pages with a library, in its own environment: `python -m tests.benchmarks.peers.extract LIBRARY PAGES`.

PAGES: JSON Lines of `url`, `html`, `fetched`; beside it, `template.toml` for `mayadeen, by template`. Prints a JSON
array: CPU milliseconds and what was read of each page. Every page is read once, as in a crawl: a second reading would
use the caches of the first.
"""

import json
import logging
import sys
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin


def mayadeen(template=None):
    """This project, all fields of an item. It gets bytes, as in a crawl."""
    from mayadeen import NotAnArticle, Template, parse_article

    options = {"template": Template.load(template)} if template else {}

    def read(html, url, fetched):
        options["fetched"] = datetime.fromisoformat(fetched) if fetched else None
        try:
            found = parse_article(html.encode(), url, **options)
        except NotAnArticle:  # the address is of no article of this site: a page of another publisher
            try:
                found = parse_article(html.encode(), urljoin(url, "/news/politics/some-article"), **options)
            except NotAnArticle:
                return None, None
        return found.articleBody, found.datePublished

    return read


def trafilatura(fast=False):
    from trafilatura import bare_extraction

    def read(html, url, fetched):
        found = bare_extraction(html, url=url, fast=fast, include_comments=False, with_metadata=True)
        found = found.as_dict() if found else {}
        return found.get("text"), found.get("date")

    return read


def newspaper4k():
    from newspaper import Article, Config

    config = Config()
    config.fetch_images, config.language, config.memorize_articles = False, "en", False

    def read(html, url, fetched):
        article = Article(url, config=config)
        article.download(input_html=html)
        article.parse()
        return article.text, article.publish_date and article.publish_date.isoformat()

    return read


def newsplease():
    from newsplease import NewsPlease

    def read(html, url, fetched):
        article = NewsPlease.from_html(html, url=url, fetch_images=False)
        return article.maintext, article.date_publish and article.date_publish.isoformat()

    return read


def readability():
    import lxml.html
    from readability import Document

    def read(html, url, fetched):
        summary = lxml.html.fromstring(Document(html, url=url).summary(html_partial=True))
        return "\n".join(p.text_content() for p in summary.iter("p", "li", "h2", "h3", "h4")), None

    return read


def fundus_parser():
    """The parser of a publisher as fundus' tutorial asks for, with selectors of the replica's theme `north`."""
    from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute
    from fundus.parser.utility import (
        extract_article_body_with_selector,
        generic_author_parsing,
        generic_date_parsing,
        generic_nodes_to_text,
        generic_topic_parsing,
    )
    from lxml.etree import XPath

    inside = "//main/div/div[preceding-sibling::h1][p]"

    class Replica(ParserProxy):
        class V1(BaseParser):
            own = "not(strong/a) and not(starts-with(., 'The opinions mentioned'))"
            paragraphs = XPath(f"{inside}/p[{own}] | {inside}/blockquote/p | {inside}/ul/li")
            headings = XPath(f"{inside}/h2 | {inside}/h3")
            tags = XPath("//a[starts-with(@href, '/tags/')]")
            names = XPath("//main//ul/li/a[starts-with(@href, '/authors/')]")

            @attribute
            def title(self) -> str | None:
                return self.precomputed.meta.get("og:title")

            @attribute
            def body(self) -> ArticleBody | None:
                return extract_article_body_with_selector(
                    self.precomputed.doc, paragraph_selector=self.paragraphs, subheadline_selector=self.headings
                )

            @attribute
            def authors(self) -> list[str]:
                return generic_author_parsing(generic_nodes_to_text(self.names(self.precomputed.doc)))

            @attribute
            def publishing_date(self) -> datetime | None:
                date = generic_date_parsing(self.precomputed.meta.get("article:published_time"))
                return date and date.replace(tzinfo=UTC)

            @attribute
            def topics(self) -> list[str]:
                return generic_topic_parsing(generic_nodes_to_text(self.tags(self.precomputed.doc)))

    return Replica


def fundus():
    parser = fundus_parser()()()

    def read(html, url, fetched):
        found = parser.parse(html, "suppress")
        date = found.get("publishing_date")
        return str(found.get("body") or ""), date and date.isoformat()

    return read


LIBRARIES = {
    "mayadeen": mayadeen,
    "mayadeen, by template": lambda: mayadeen(Path(sys.argv[2]).with_name("template.toml")),
    "fundus": fundus,
    "trafilatura, fast": lambda: trafilatura(fast=True),
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "news-please": newsplease,
    "readability-lxml": readability,
}


WARM_UP = 5
"""Pages that are read first, and not counted."""


def main():
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    read = LIBRARIES[sys.argv[1]]()
    with Path(sys.argv[2]).open(encoding="utf-8") as file:
        pages = [json.loads(line) for line in file]
    for page in pages[:WARM_UP]:
        read(**page)
    out = []
    for page in pages[WARM_UP:]:
        began = time.process_time()
        try:
            text, date = read(**page)
        except Exception:  # of the library: it has not read this page
            text, date = None, None
        out.append({"ms": 1000 * (time.process_time() - began), "text": text or "", "date": date})
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    main()
