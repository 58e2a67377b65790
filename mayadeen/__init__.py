"""The crawler of the news site Al Mayadeen, in Scrapy's own terms.

The way of the data: a spider (`spiders/articles`, within the bounds of `scope`) asks for the front page, listings and
sitemaps (`parsers/listing`, `parsers/sitemap`) and follows their links to article pages. A response becomes a `page.Page`;
`parsers/article` reads it into an `items.Article` with the help of its neighbours (`facts`, `anchor`, `blocks`, `labels`,
`body`, `byline`, `media`, `markup`). `pipelines` validate, clean (`cleaning`) and deduplicate it; `feeds` and
`exporters` write it as JSON Lines. `middlewares` and `extensions` watch over politeness and health. What an address, a
date, a word means is said once, in `urls`, `dates`, `text` and `editions`.
"""

__version__ = "0.1.0"

PARSER_VERSION = "1"
"""Rises when a page would be read otherwise than before."""
