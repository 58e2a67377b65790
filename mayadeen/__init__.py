"""The crawler of the news site Al Mayadeen, in Scrapy's own terms.

The way of the data, module by module; docs/architecture.md says why.

`commands` are what a user types (`crawl`, `page`, `probe`, `reread`, `fixture`, `history`, `forget`), by `settings`
and what `addons` makes of them; `places` says where the data lie, `lock` keeps crawls apart, `errors` are what ends
one with a clear line, `ending` is how.

A spider decides what to fetch: `spiders/articles` the front page, listings and sitemaps, within the bounds of
`scope`; `spiders/sitemaps` the months; `spiders/listings` how far to follow a listing, by what `spiders/walks` knows
of it, in a `browser` (`handler`, `tab`) where need be; `tags` where a tag's listing is. `spiders/pages` asks for
given pages, `spiders/breaking` for the ticker. `spiders/base` is what they share. `memory` says which addresses are
worth a request, by what the `archive` holds (`file`, `articles`, `lines`); `marks` what this crawl has met before.

On its way an answer passes `middlewares`: `onsite`, `robots`, `redirects`, `retry_after`, `refusals`, `cut`, `guard`,
and `accounting`, which keeps the `ledger` of what became of each address.

A page that is safe to parse (`bounds`) becomes a `page.Page`. `parsers/listing` and `parsers/sitemap` read what it
leads to; `parsers/article` makes an `items.Article` of it: `facts` it states, `anchor` the headline, `blocks` all
lines, `labels` boxes of links, `lines` what single lines are, `layout` where the text may stand, `promos` what is
asked of the reader, `asides` other guests in it, `captions`, `body` the text, `standfirst`, `byline`, `media`,
`markup` the text as HTML, `surroundings`.

`pipelines` validate, clean (`cleaning`), deduplicate and record it. Scrapy's feed exports write it, with `exporters`
and `storages`. `extensions` watch: `pace`, `health`, `progress`, `keeping`, `delivery`, `tally`.

`pages` are kept answers (`writing`, `reading`, `erasing`), `rereading` makes items of them again, `probing` takes a
first look at a site, and `seeing` compares what a page states with what a reader sees. What an address, a date, a
string, a word means is said once, in `urls`, `dates`, `text` and `editions`.
"""

__version__ = "0.1.0"

PARSER_VERSION = "2"
"""Rises when a page would be read otherwise than before."""
