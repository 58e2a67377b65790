"""Crawls a replica with another crawler: `python -m tests.benchmarks.peers.crawl NAME ORIGIN URLS OUT`.

URLS: addresses one a line, for those that are told them; the others find them in the sitemaps of ORIGIN.
OUT: JSON Lines, with the address of each article in `url` or `source`.
"""

import asyncio
import json
import socket
import sys
from contextlib import redirect_stdout
from pathlib import Path
from unittest.mock import patch

INSIDE = "//main/div/div[preceding-sibling::h1][p]"
BODY = f"""{INSIDE}/p[not(strong/a) and not(starts-with(., 'The opinions mentioned'))]
    | {INSIDE}/*[self::h2 or self::h3 or self::ul] | {INSIDE}/blockquote[not(@class)]"""


def read(page, url):
    """What a small spider takes from an article page; None for a page that is none."""
    date = page.css("meta[property='article:published_time']::attr(content)").get()
    if date is None:
        return None
    return {
        "url": url,
        "headline": page.css("h1::text").get(),
        "articleBody": "\n".join(" ".join(node.xpath("string()").get().split()) for node in page.xpath(BODY)),
        "datePublished": date,
        "description": page.css("meta[name=description]::attr(content)").get(),
        "authors": page.xpath("//main//ul/li/a[starts-with(@href, '/authors/')]/text()").getall(),
        "tags": page.xpath("//main//a[starts-with(@href, '/tags/')]/text()").getall(),
        "captions": page.css("figcaption::text").getall(),
    }


def crawlee(_, urls, path):
    from crawlee import ConcurrencySettings
    from crawlee.crawlers import ParselCrawler
    from crawlee.storage_clients import MemoryStorageClient

    crawler = ParselCrawler(
        concurrency_settings=ConcurrencySettings(min_concurrency=8, max_concurrency=8, desired_concurrency=8),
        storage_client=MemoryStorageClient(),
        respect_robots_txt_file=True,
    )
    with Path(path).open("w", encoding="utf-8") as out:

        @crawler.router.default_handler
        async def article(context):
            found = read(context.selector, context.request.url)
            if found:
                out.write(json.dumps(found, ensure_ascii=False) + "\n")

        asyncio.run(crawler.run(urls))


def scrapy(_, urls, path):
    from parsel import Selector
    from scrapy import Request, Spider
    from scrapy.crawler import CrawlerProcess

    class Articles(Spider):
        name = "articles"

        async def start(self):
            for url in urls:
                yield Request(url)

        def parse(self, response):
            found = read(Selector(text=response.text), response.url)
            if found:
                yield found

    settings = {
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "DOWNLOAD_DELAY": 0,
        "COOKIES_ENABLED": False,
        "LOG_LEVEL": "INFO",
        "TELNETCONSOLE_ENABLED": False,
        "FEEDS": {path: {"format": "jsonlines", "overwrite": True, "encoding": "utf-8"}},
    }
    process = CrawlerProcess(settings)
    process.crawl(Articles)
    process.start()


def fundus(origin, _, path):
    """Finds by sitemap; the fastest: no delay between requests, of which there is one at a time."""
    from fundus import Crawler, Sitemap
    from fundus.publishers.base_objects import Publisher, PublisherGroup
    from fundus.scraping.filter import regex_filter

    from tests.benchmarks.peers.extract import fundus_parser

    class Replicas(metaclass=PublisherGroup):
        default_language = "en"
        Replica = Publisher(
            name="Replica",
            domain=f"{origin}/",
            parser=fundus_parser(),
            sources=[Sitemap(f"{origin}/sitemaps/all.xml")],
            url_filter=regex_filter("/(authors|coverage|live)"),
        )

    with Path(path).open("w", encoding="utf-8") as out:
        for article in Crawler(Replicas, delay=0.0).crawl():
            out.write(json.dumps({"url": article.html.requested_url, **article.to_json()}, ensure_ascii=False) + "\n")


def trafilatura(origin, _, path):
    """The command line's two steps, sitemaps and then pages; the fastest: no delay, no fallback readers."""
    from trafilatura.cli import main
    from trafilatura.settings import use_config

    known = socket.getaddrinfo
    config, listed, settings = use_config(), f"{path}.listed", f"{path}.cfg"
    config.read_dict({"DEFAULT": {"SLEEP_TIME": "0", "SSRF_PROTECTION": "off"}})
    with Path(settings).open("w") as file:
        config.write(file)
    # It takes no address of a host, only a name.
    named = origin.replace("127.0.0.1", "www.replica.test")
    steps = {
        listed: ["--sitemap", named, "--list"],
        path: ["-i", listed, "--fast", "--json", "--with-metadata", "--no-comments", "--parallel", "8"],
    }
    with patch("socket.getaddrinfo", lambda host, *rest, **more: known("127.0.0.1", *rest, **more)):
        for written, step in steps.items():
            with (
                Path(written).open("w", encoding="utf-8") as out,
                redirect_stdout(out),
                patch("sys.argv", ["trafilatura", "--config-file", settings, *step]),
            ):
                main()


def newsplease(_, urls, path, batch=50):
    """A thread for each address of a batch, whose pages it keeps until the last has come; then a process a core."""
    from newsplease import NewsPlease

    with Path(path).open("w", encoding="utf-8") as out:
        for start in range(0, len(urls), batch):
            found = NewsPlease.from_urls(urls[start : start + batch], request_args={"timeout": 30}, fetch_images=False)
            for article in filter(None, found.values()):
                out.write(json.dumps(article.get_serializable_dict(), ensure_ascii=False) + "\n")


CRAWLERS = {
    "crawlee + parsel": crawlee,
    "scrapy + parsel": scrapy,
    "fundus": fundus,
    "trafilatura, fast": trafilatura,
    "news-please": newsplease,
}


if __name__ == "__main__":
    name, origin, urls, path = sys.argv[1:]
    CRAWLERS[name](origin, Path(urls).read_text().split(), path)
