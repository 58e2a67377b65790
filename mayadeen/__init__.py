"""The crawler of the news site Al Mayadeen, in Scrapy's own terms.

The way of the data: a spider (`spiders/articles`, within the bounds of `scope`) asks for the front page, listings and
sitemaps (`spiders/sitemaps`, `parsers/listing`, `parsers/sitemap`, `tags`) and follows their links to article pages, as
far as `memory` finds them worth a request by what the `archive` holds; `spiders/pages` asks for given pages and
`spiders/breaking` for the ticker; `spiders/listings` follows listings into their depth, in a `browser` where need be;
`lock` keeps crawls apart. A response (`spiders/base`) becomes a `page.Page`;
`parsers/article` reads it into an `items.Article` with the help of its neighbours (`facts`, `anchor`, `blocks`,
`lines`, `labels`, `layout`, `body`, `byline`, `captions`, `standfirst`, `media`, `markup`, `surroundings`).
`pipelines` validate, clean (`cleaning`), deduplicate and record it; Scrapy's feed exports, set up by `addons`, with
`exporters` and `storages` write it as JSON Lines. `middlewares` and `extensions` watch over manners and health,
`ledger` holds what became of each address, and `ending` is how a crawl ends with an error. `pages` keeps what was
answered, `rereading` makes items of it again, `probing` takes a first look at a site and `seeing` at what a reader
sees, `places` says where it all lies; `commands` are what a user types. What an address, a date, a word means is said
once, in `urls`, `dates`, `text` and `editions`.
"""

__version__ = "0.1.0"

PARSER_VERSION = "1"
"""Rises when a page would be read otherwise than before."""
