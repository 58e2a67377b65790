"""Crawls addresses with selectors written for the replica: `python crawl.py crawlee|scrapy ADDRESSES OUT`.

ADDRESSES: one a line, listings among them. OUT: JSON Lines of the articles.
"""

import asyncio
import json
import sys
from pathlib import Path

from parsel import Selector

BODY = "//main/div/div[preceding-sibling::h1][p]/*[self::p or self::h2 or self::h3 or self::blockquote or self::ul]"


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


async def crawlee(urls, out):
    from crawlee import ConcurrencySettings
    from crawlee.crawlers import ParselCrawler
    from crawlee.storage_clients import MemoryStorageClient

    crawler = ParselCrawler(
        concurrency_settings=ConcurrencySettings(min_concurrency=8, max_concurrency=8, desired_concurrency=8),
        storage_client=MemoryStorageClient(),
        respect_robots_txt_file=True,
    )

    @crawler.router.default_handler
    async def article(context):
        found = read(context.selector, context.request.url)
        if found:
            out.write(json.dumps(found, ensure_ascii=False) + "\n")

    await crawler.run(urls)


def scrapy(urls, path):
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


if __name__ == "__main__":
    urls = Path(sys.argv[2]).read_text().split()
    if sys.argv[1] == "scrapy":
        scrapy(urls, sys.argv[3])
    else:
        with Path(sys.argv[3]).open("w", encoding="utf-8") as out:
            asyncio.run(crawlee(urls, out))
