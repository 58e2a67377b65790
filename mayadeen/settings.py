"""Settings, in the order of Scrapy's template. Each line says the default it departs from and who reads it."""

# --- Project ---------------------------------------------------------------------------------------------------------
BOT_NAME = "mayadeen"  # default "scrapybot"; the log
SPIDER_MODULES = ["mayadeen.spiders"]  # default []; the spider loader
NEWSPIDER_MODULE = "mayadeen.spiders"  # default ""; scrapy genspider
COMMANDS_MODULE = "mayadeen.commands"  # default ""; adds `page`, `probe`, `reread` and `fixture`, replaces `crawl`
ADDONS = {"mayadeen.addons.Mayadeen": 0}  # default {}; sets FEEDS, DATA_DIR and USER_AGENT from the user's settings

# --- This project's own ----------------------------------------------------------------------------------------------
SITE_ORIGIN = None  # crawl this origin (replica, mirror) in place of the edition's own; spiders
DATA_DIR = None  # where feeds go; else $MAYADEEN_DATA, else data/ beside scrapy.cfg; addons
CONTACT = None  # a mail or page for the site to reach you at, becomes part of the user agent; addons
BLOCK_LIMIT = 8  # refusals in a row, without a page between, that end a crawl; middlewares.BlockDetector
KEEP_PAGES = False  # keep article pages as answered, as WARC files in DATA_DIR/pages; extensions.KeepPages
KEEP_PAGES_SIZE = 100 * 1024 * 1024  # bytes, packed, from which on a new file is begun; extensions.KeepPages
CRAWL_DELAY_MAX = 60  # seconds; a longer Crawl-delay is taken for a mistake; extensions.CrawlDelay
HEALTH_MIN_PAGES = 20  # pages read before a crawl is judged; extensions.CrawlHealth
HEALTH_MIN_ARTICLES = 0.5  # share of them that must be articles; extensions.CrawlHealth

# --- Manners ---------------------------------------------------------------------------------------------------------
ROBOTSTXT_OBEY = True  # default False; RobotsTxtMiddleware
ROBOTSTXT_USER_AGENT = "mayadeen"  # default None, the whole user agent; RobotsTxtMiddleware, extensions.CrawlDelay
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8; the downloader. One site: one request at a time
DOWNLOAD_DELAY = 1  # seconds, default 0; the downloader. Not DOWNLOAD_SLOTS, which would defeat -s DOWNLOAD_DELAY
AUTOTHROTTLE_ENABLED = True  # default False; AutoThrottle. Slower when the site is slow
AUTOTHROTTLE_START_DELAY = 1  # seconds, default 5; AutoThrottle
DOWNLOAD_TIMEOUT = 60  # seconds, default 180; the downloader
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # bytes, default 1 GiB; the downloader. Real pages are 1.2 MB
DOWNLOAD_WARNSIZE = 5 * 1024 * 1024  # bytes, default 32 MiB; the downloader
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False; the downloader
RETRY_TIMES = 3  # default 2; RetryMiddleware
COOKIES_ENABLED = False  # default True; CookiesMiddleware. Nothing here needs a session

# --- Components ------------------------------------------------------------------------------------------------------
DOWNLOADER_MIDDLEWARES = {  # default {}
    "mayadeen.middlewares.StayOnSite": 50,  # first of all, before robots.txt of another host is asked for (100)
    "mayadeen.middlewares.NeedRobots": 540,  # closer to the engine than RetryMiddleware (550): sees the last answer
    "mayadeen.middlewares.BlockDetector": 560,  # closer to the site than RetryMiddleware: sees every answer
}
EXTENSIONS = {  # default {}
    "mayadeen.extensions.CrawlDelay": 900,  # after AutoThrottle (0), whose delay it holds up
    "mayadeen.extensions.CrawlHealth": 0,
    "mayadeen.extensions.KeepPages": 0,
}
ITEM_PIPELINES = {  # default {}
    "mayadeen.pipelines.Validate": 100,
    "mayadeen.pipelines.Clean": 200,
    "mayadeen.pipelines.DropDuplicates": 300,
}

# --- Feeds -----------------------------------------------------------------------------------------------------------
FEED_EXPORT_ENCODING = "utf-8"  # default None, which writes \uXXXX; feed exports
FEED_EXPORTERS = {"related": "mayadeen.exporters.RelatedLinks"}  # default {}; feed exports: -O links.jsonl:related

# --- Machinery -------------------------------------------------------------------------------------------------------
CONCURRENT_ITEMS = 8  # default 100, which costs 1 ms a page: so many tasks are made for each response; the scraper
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # default LIFO; the scheduler. Newest first, as listed
TELNETCONSOLE_ENABLED = False  # default True; a console nobody uses
REMOTE_CONTROL_ENABLED = False  # default True since 2.19; runs Python for whoever reads its token
REFERRER_POLICY = "no-referrer"  # default "scrapy.spidermiddlewares.referer.DefaultReferrerPolicy"; RefererMiddleware
LOG_LEVEL = "INFO"  # default "DEBUG", which prints every item; the log
