"""Settings, in the order of Scrapy's template. Each line gives Scrapy's default, if any, and who reads the setting."""

# --- Project ---------------------------------------------------------------------------------------------------------
BOT_NAME = "mayadeen"  # default "scrapybot"; the log
SPIDER_MODULES = ["mayadeen.spiders"]  # default []; the spider loader
NEWSPIDER_MODULE = "mayadeen.spiders"  # default ""; scrapy genspider
COMMANDS_MODULE = "mayadeen.commands"  # default ""; adds the commands of this project and replaces `crawl`
ADDONS = {"mayadeen.addons.Mayadeen": 0}  # default {}; sets FEEDS, DATA_DIR and USER_AGENT

# --- This project ----------------------------------------------------------------------------------------------------
SITE_ORIGIN = None  # crawl this origin (replica, mirror) instead of the edition's own; spiders, commands.reread
DATA_DIR = None  # archive and feeds; None: $MAYADEEN_DATA, else data/ beside scrapy.cfg; addons, spiders, commands
ARCHIVE = None  # postgresql://user@host/database, or a file; None: $MAYADEEN_ARCHIVE, else DATA_DIR/archive.sqlite3;
# spiders, commands
TEMPLATE = None  # path of a template, or "off"; None: the template in DATA_DIR; spiders, commands
CONTACT = None  # mail address or page to contact you, added to the user agent; addons
ARCHIVE_TIMEOUT = 10  # seconds to wait while another process writes to the archive, and to reconnect to its server;
# spiders, commands, middlewares.Throttling
RECHECK_AGES = [3600, 21600, 86400, 259200, 604800]  # seconds after publication at which an article is recrawled, if
# no sitemap gives its modification time: 1 h, 6 h, 1 d, 3 d, 7 d; spiders.articles
MONTH_RECHECK_AGES = [604800, 2592000, 7862400, 31536000]  # seconds after its end at which a complete month
# (all its articles are in the archive) is read again for late edits: 1 week, 1 month, 3 months, 1 year; then
# the one whose last check is the oldest; crawl.sitemaps
MONTH_RECHECKS = 2  # maximum number of such months per crawl; crawl.sitemaps
BLOCK_LIMIT = 8  # consecutive refusals that stop a crawl; middlewares.BlockDetector
RETRY_AFTER_MIN = 1  # seconds of backoff after a 429 or 503 without Retry-After, doubled after each further one;
# middlewares.Throttling
RETRY_AFTER_MAX = 300  # seconds; a longer Retry-After stops the crawl; middlewares.Throttling
OUTAGE_LIMIT = 20  # consecutive server errors that stop a crawl; middlewares.Throttling
COMMONCRAWL_INDEX = "https://index.commoncrawl.org"  # host of the indexes of Common Crawl; crawl.captures
COMMONCRAWL_DATA = "https://data.commoncrawl.org"  # host of its WARC files; crawl.captures
KEEP_PAGES = False  # save article pages as received, in WARC files in DATA_DIR/pages; extensions.KeepPages
KEEP_PAGES_SIZE = 100 * 1024 * 1024  # compressed bytes after which a new file begins; extensions.KeepPages
LISTING_MAX_PAGES = 500  # maximum number of further pages, or clicks, per listing; 0: first page only; crawl.depths
BROWSER_HOSTS: list[str] = []  # other hosts whose scripts a listing may load in the browser; browser
LISTINGS_MAX = 500  # maximum number of listings per crawl; crawl.listings
LISTING_LINKS_MAX = 1000  # maximum number of links followed from each page of a listing; crawl.depths
SITEMAPS_MAX = 1000  # maximum number of sitemaps per crawl, including indexes; crawl.sitemaps
CRAWL_DELAY_MAX = 60  # seconds; a longer Crawl-delay is considered a mistake; middlewares.Throttling
HEALTH_MIN_PAGES = 20  # minimum number of pages for a health check; extensions.CrawlHealth
HEALTH_MIN_ARTICLES = 0.5  # minimum share of articles among them; extensions.CrawlHealth
HEALTH_MAX_MISSING = 0.3  # maximum share of articles without a date or a text; extensions.CrawlHealth
MONITORS = True  # compare each crawl with earlier ones; exit status 6 if it is unusual; monitors.extension
NOTIFY: list[str] = []  # apprise addresses that receive alarms; []: $MAYADEEN_NOTIFY; monitors.notify

# --- Politeness ------------------------------------------------------------------------------------------------------
ROBOTSTXT_OBEY = True  # default False; RobotsTxtMiddleware
ROBOTSTXT_USER_AGENT = "mayadeen"  # default None, the whole user agent; RobotsTxtMiddleware, middlewares.Throttling
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8; the downloader. One request at a time to the site
CONCURRENT_REQUESTS = 8  # default 16; the downloader. All wait for one slot; fewer of them make stopping faster
DOWNLOAD_DELAY = 1  # seconds, default 0; the downloader. Not DOWNLOAD_SLOTS, which would override -s DOWNLOAD_DELAY
AUTOTHROTTLE_ENABLED = True  # default False; AutoThrottle. Slower when the site is slow
AUTOTHROTTLE_START_DELAY = 1  # seconds, default 5; AutoThrottle
DOWNLOAD_TIMEOUT = 60  # seconds, default 180; the downloader
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # bytes, default 1 GiB; the downloader, middlewares.Records, kept pages
DOWNLOAD_WARNSIZE = 5 * 1024 * 1024  # bytes, default 32 MiB; the downloader
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False; the downloader
RETRY_TIMES = 3  # default 2; RetryMiddleware, middlewares.WholePages. Failed requests are repeated once at the end
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # default "ERROR"; RetryMiddleware. middlewares.Accounting logs final failures
METAREFRESH_MAXDELAY = 1  # seconds, default 100; MetaRefreshMiddleware. Pages that reload later are parsed
REDIRECT_MAX_TIMES = 5  # default 20; RedirectMiddleware. Detects loops sooner
COOKIES_ENABLED = False  # default True; CookiesMiddleware. No page needs a session

# --- Components ------------------------------------------------------------------------------------------------------
DOWNLOAD_HANDLERS = {  # default {}; the downloader. Scrapy's handler, and a browser for listings that need one
    "http": "mayadeen.browser.handler.Browser",
    "https": "mayadeen.browser.handler.Browser",
}
DOWNLOADER_MIDDLEWARES = {  # default {}
    "mayadeen.middlewares.StayOnSite": 50,  # before RobotsTxtMiddleware (100) would request robots.txt of another host
    "mayadeen.middlewares.NeedRobots": 540,  # closer to the engine than RetryMiddleware (550): sees the final response
    "mayadeen.middlewares.WholePages": 555,  # retries itself, after BlockDetector has seen an empty page
    "mayadeen.middlewares.BlockDetector": 560,  # closer to the site than RetryMiddleware: sees every response
    "mayadeen.middlewares.Throttling": 565,  # closer still: BlockDetector counts all refusals during a pause as one
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # replaced by LeavingRefresh
    "mayadeen.middlewares.LeavingRefresh": 580,
    "mayadeen.middlewares.Records": 585,  # closer to the site than everything that looks at pages
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # replaced by Redirects, which sends no Referer
    "mayadeen.middlewares.Redirects": 600,
    "mayadeen.middlewares.SoundRedirects": 605,  # retries redirects on which RedirectMiddleware (600) raises
}
SPIDER_MIDDLEWARES = {  # default {}
    "mayadeen.middlewares.ArchiveGuard": 0,  # closest to the engine: sees every error
    "mayadeen.middlewares.Accounting": 60,  # after HttpErrorMiddleware (50): sees the responses that are parsed
}
EXTENSIONS = {  # default {}
    "mayadeen.feeds.delivery.Delivery": 0,
    "mayadeen.monitors.extension.Monitors": 0,
    "mayadeen.extensions.Tally": 0,
    "mayadeen.extensions.CrawlHealth": 0,
    "mayadeen.extensions.KeepPages": 0,
    "mayadeen.extensions.Progress": 0,
    "scrapy.extensions.logstats.LogStats": None,  # Progress logs more, at the same interval (LOGSTATS_INTERVAL)
}
ITEM_PIPELINES = {  # default {}
    "mayadeen.pipelines.Validate": 100,
    "mayadeen.pipelines.Clean": 200,
    "mayadeen.pipelines.HoldDoubtful": 250,
    "mayadeen.pipelines.DropDuplicates": 300,
    "mayadeen.pipelines.Record": 900,  # feeds get what is recorded, so your pipelines must come before
}

# --- Feeds -----------------------------------------------------------------------------------------------------------
FEED_EXPORT_ENCODING = "utf-8"  # default None, which writes \uXXXX; feed exports
FEED_URI_PARAMS = "mayadeen.addons.feed_parameters"  # default None; feed exports. Adds the edition to their names
FEED_EXPORTERS = {  # default {}; feed exports. Scrapy's exporters, extended to track the lines written, and others
    "json": "mayadeen.feeds.exporters.Json",
    "jsonlines": "mayadeen.feeds.exporters.JsonLines",
    "jsonl": "mayadeen.feeds.exporters.JsonLines",
    "jl": "mayadeen.feeds.exporters.JsonLines",
    "gz": "mayadeen.feeds.exporters.JsonLinesGzip",  # -O articles.jsonl.gz
    "csv": "mayadeen.feeds.cells.Csv",
    "xml": "mayadeen.feeds.cells.Xml",
    "parquet": "mayadeen.feeds.parquet.Parquet",
    "jsonld": "mayadeen.feeds.vocabularies.JsonLd",
    "ninjs": "mayadeen.feeds.vocabularies.Ninjs",  # -O articles.ninjs.jsonl
    "zyte": "mayadeen.feeds.vocabularies.Zyte",  # -O articles.zyte.jsonl
    "atom": "mayadeen.feeds.atom.Atom",
    "marshal": None,
    "pickle": None,
    "related": "mayadeen.feeds.exporters.RelatedLinks",
}
FEED_STORAGES = {  # default {}; feed exports. Scrapy's storages, extended to report whether a feed was stored
    "": "mayadeen.feeds.storages.File",
    "file": "mayadeen.feeds.storages.File",
    "stdout": "mayadeen.feeds.storages.Stdout",
    "s3": "mayadeen.feeds.storages.S3",
    "gs": "mayadeen.feeds.storages.GoogleCloud",
    "ftp": "mayadeen.feeds.storages.Ftp",
    "ftps": "mayadeen.feeds.storages.Ftp",
}

# --- Internals -------------------------------------------------------------------------------------------------------
CONCURRENT_ITEMS = 8  # default 100; the scraper. It creates that many tasks per response, 1 ms for 100
WARN_ON_GENERATOR_RETURN_VALUE = False  # default True; the scraper. It parses the callback's source for each response
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # default LIFO; the scheduler. Listings have the newest first
TELNETCONSOLE_ENABLED = False  # default True; TelnetConsole. Not used
REMOTE_CONTROL_ENABLED = False  # default True since 2.19. It runs Python code for anyone who can read its token
REFERER_ENABLED = False  # default True; RefererMiddleware. Do not send where a page was found
LOG_FORMATTER = "mayadeen.crawl.log.Lines"  # default Scrapy's, which prints dropped items; the log
LOG_VERSIONS: list[str] = []  # default seven libraries, ten lines before each error; the log. `scrapy version -v`
LOG_LEVEL = "INFO"  # default "DEBUG", which prints every item; the log
