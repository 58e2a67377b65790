"""Settings, in the order of Scrapy's template. Each line says the default it departs from and who reads it."""

# --- Project ---------------------------------------------------------------------------------------------------------
BOT_NAME = "mayadeen"  # default "scrapybot"; the log
SPIDER_MODULES = ["mayadeen.spiders"]  # default []; the spider loader
NEWSPIDER_MODULE = "mayadeen.spiders"  # default ""; scrapy genspider
COMMANDS_MODULE = "mayadeen.commands"  # default ""; adds the commands of this project, replaces `crawl`
ADDONS = {"mayadeen.addons.Mayadeen": 0}  # default {}; sets FEEDS, DATA_DIR and USER_AGENT from the user's settings

# --- This project's own ----------------------------------------------------------------------------------------------
SITE_ORIGIN = None  # crawl this origin (replica, mirror) in place of the edition's own; spiders
DATA_DIR = None  # of archive and feeds; else $MAYADEEN_DATA, else data/ beside scrapy.cfg; addons, spiders, commands
TEMPLATE = None  # a file that says where an article's parts stand, or "off"; else that of DATA_DIR; spiders, commands
CONTACT = None  # a mail or page for the site to reach you at, becomes part of the user agent; addons
ARCHIVE_TIMEOUT = 10  # seconds to wait while another program writes to the archive; spiders, commands
RECHECK_AGES = [3600, 21600, 86400, 259200, 604800]  # seconds since publication when an article is asked for again, if
# no sitemap tells of its changes: 1 h, 6 h, 1 d, 3 d, 7 d; spiders.articles
MONTH_RECHECK_AGES = [604800, 2592000, 7862400, 31536000]  # seconds since its end when a month whose articles are all
# held is asked for again, for late edits: 1 w, 1 m, 3 m, 1 y; older ones in turn; crawl.sitemaps
MONTH_RECHECKS = 2  # such months in a crawl, at most; crawl.sitemaps
BLOCK_LIMIT = 8  # refusals in a row, without a page between, that end a crawl; middlewares.BlockDetector
RETRY_AFTER_MIN = 1  # seconds without a request after a 429 or 503 that does not say how many, twice as many after the
# next one; middlewares.Throttling
RETRY_AFTER_MAX = 300  # seconds; who asks for more (Retry-After) ends the crawl; middlewares.Throttling
OUTAGE_LIMIT = 20  # errors of the server in a row, without a page between, that end a crawl; middlewares.Throttling
KEEP_PAGES = False  # keep article pages as answered, as WARC files in DATA_DIR/pages; extensions.KeepPages
KEEP_PAGES_SIZE = 100 * 1024 * 1024  # bytes, packed, from which on a new file is begun; extensions.KeepPages
LISTING_MAX_PAGES = 500  # further pages, or presses, of a listing; 0: first pages only; spiders.listings
BROWSER_HOSTS: list[str] = []  # hosts beside the site's own whose scripts a listing may load in the browser; browser
LISTINGS_MAX = 500  # listings asked for in a crawl, the rest of a menu is left; spiders.articles
LISTING_LINKS_MAX = 1000  # articles taken from one listing, the first ones; spiders.articles
SITEMAPS_MAX = 1000  # sitemaps asked for in a crawl: months, and whatever indexes name; spiders.sitemaps
CRAWL_DELAY_MAX = 60  # seconds; a longer Crawl-delay is taken for a mistake; middlewares.Throttling
HEALTH_MIN_PAGES = 20  # pages read before a crawl is judged; extensions.CrawlHealth
HEALTH_MIN_ARTICLES = 0.5  # share of them that must be articles; extensions.CrawlHealth
HEALTH_MAX_MISSING = 0.3  # share of articles that may lack a date or a text; extensions.CrawlHealth
MONITORS = True  # compare each crawl with earlier ones, exit status 6 when it is not as usual; monitors.extension
NOTIFY: list[str] = []  # addresses of apprise to send alarms to; else $MAYADEEN_NOTIFY; monitors.notify

# --- Manners ---------------------------------------------------------------------------------------------------------
ROBOTSTXT_OBEY = True  # default False; RobotsTxtMiddleware
ROBOTSTXT_USER_AGENT = "mayadeen"  # default None, the whole user agent; RobotsTxtMiddleware, middlewares.Throttling
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8; the downloader. One site: one request at a time
CONCURRENT_REQUESTS = 8  # default 16; the downloader. Of one site alone, so many wait there: fewer when it must end
DOWNLOAD_DELAY = 1  # seconds, default 0; the downloader. Not DOWNLOAD_SLOTS, which would defeat -s DOWNLOAD_DELAY
AUTOTHROTTLE_ENABLED = True  # default False; AutoThrottle. Slower when the site is slow
AUTOTHROTTLE_START_DELAY = 1  # seconds, default 5; AutoThrottle
DOWNLOAD_TIMEOUT = 60  # seconds, default 180; the downloader
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # bytes, default 1 GiB; the downloader. Real pages are 1.2 MB
DOWNLOAD_WARNSIZE = 5 * 1024 * 1024  # bytes, default 32 MiB; the downloader
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False; the downloader
RETRY_TIMES = 3  # default 2; RetryMiddleware, middlewares.WholePages. What fails is tried once more at the end
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # default "ERROR"; RetryMiddleware. Not the last word: middlewares.Accounting has it
METAREFRESH_MAXDELAY = 1  # seconds, default 100; MetaRefreshMiddleware. A page that reloads itself later is read
REDIRECT_MAX_TIMES = 5  # default 20; RedirectMiddleware. A loop is seen sooner
COOKIES_ENABLED = False  # default True; CookiesMiddleware. Nothing here needs a session

# --- Components ------------------------------------------------------------------------------------------------------
DOWNLOAD_HANDLERS = {  # default {}; the downloader. Scrapy's own, and a browser where a listing needs one
    "http": "mayadeen.browser.handler.Browser",
    "https": "mayadeen.browser.handler.Browser",
}
DOWNLOADER_MIDDLEWARES = {  # default {}
    "mayadeen.middlewares.StayOnSite": 50,  # first of all, before robots.txt of another host is asked for (100)
    "mayadeen.middlewares.NeedRobots": 540,  # closer to the engine than RetryMiddleware (550): sees the last answer
    "mayadeen.middlewares.WholePages": 555,  # asks again itself, after BlockDetector has seen an empty page
    "mayadeen.middlewares.BlockDetector": 560,  # closer to the site than RetryMiddleware: sees every answer
    "mayadeen.middlewares.Throttling": 565,  # closer still: what is in a pause is one refusal to BlockDetector
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,  # LeavingRefresh is the same and more
    "mayadeen.middlewares.LeavingRefresh": 580,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,  # Redirects is the same, and says no Referer
    "mayadeen.middlewares.Redirects": 600,
    "mayadeen.middlewares.SoundRedirects": 605,  # before RedirectMiddleware (600), which fails on some
}
SPIDER_MIDDLEWARES = {  # default {}
    "mayadeen.middlewares.ArchiveGuard": 0,  # closest to the engine: sees every error
    "mayadeen.middlewares.Accounting": 60,  # behind HttpErrorMiddleware (50): what comes here is being read
}
EXTENSIONS = {  # default {}
    "mayadeen.feeds.delivery.Delivery": 0,
    "mayadeen.monitors.extension.Monitors": 0,
    "mayadeen.extensions.Tally": 0,
    "mayadeen.extensions.CrawlHealth": 0,
    "mayadeen.extensions.KeepPages": 0,
    "mayadeen.extensions.Progress": 0,
    "scrapy.extensions.logstats.LogStats": None,  # Progress says more, as often (LOGSTATS_INTERVAL)
}
ITEM_PIPELINES = {  # default {}
    "mayadeen.pipelines.Validate": 100,
    "mayadeen.pipelines.Clean": 200,
    "mayadeen.pipelines.HoldDoubtful": 250,
    "mayadeen.pipelines.DropDuplicates": 300,
    "mayadeen.pipelines.Record": 900,  # what is recorded is what the feeds get: own pipelines go before
}

# --- Feeds -----------------------------------------------------------------------------------------------------------
FEED_EXPORT_ENCODING = "utf-8"  # default None, which writes \uXXXX; feed exports
FEED_URI_PARAMS = "mayadeen.addons.feed_parameters"  # default None; feed exports. The edition in their names
FEED_EXPORTERS = {  # default {}; feed exports. Scrapy's own, noting what they wrote, and -O links.jsonl:related
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
FEED_STORAGES = {  # default {}; feed exports. Scrapy's own, which tell whether a feed was stored
    "": "mayadeen.feeds.storages.File",
    "file": "mayadeen.feeds.storages.File",
    "stdout": "mayadeen.feeds.storages.Stdout",
    "s3": "mayadeen.feeds.storages.S3",
    "gs": "mayadeen.feeds.storages.GoogleCloud",
    "ftp": "mayadeen.feeds.storages.Ftp",
    "ftps": "mayadeen.feeds.storages.Ftp",
}

# --- Machinery -------------------------------------------------------------------------------------------------------
CONCURRENT_ITEMS = 8  # default 100, which costs 1 ms a page: so many tasks are made for each response; the scraper
WARN_ON_GENERATOR_RETURN_VALUE = False  # default True; the scraper. Parses the callback's source for each response
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # default LIFO; the scheduler. Newest first, as listed
TELNETCONSOLE_ENABLED = False  # default True; a console nobody uses
REMOTE_CONTROL_ENABLED = False  # default True since 2.19; runs Python for whoever reads its token
REFERER_ENABLED = False  # default True; RefererMiddleware. The site is not told from where its pages were found
LOG_FORMATTER = "mayadeen.crawl.log.Lines"  # default Scrapy's, which prints items that are dropped; the log
LOG_VERSIONS: list[str] = []  # default seven libraries, ten lines before each error; the log. `scrapy version -v`
LOG_LEVEL = "INFO"  # default "DEBUG", which prints every item; the log
