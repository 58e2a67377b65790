"""What differs between the editions of the site: rows of data, no code.

A new edition is a new row. A new section is a new line in its row; the crawl also reads the site's own menu, so
the sections here are a floor, not a fence. Evidence for each value: docs/architecture.md, "What is known".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words a page of the edition prints around an article, lower case unless said otherwise."""

    by: tuple[str, ...]
    """In front of the author's name."""
    source: tuple[str, ...]
    """In front of the sources, before a colon."""
    updated: tuple[str, ...]
    """In front of the date of the last change."""
    ago: str
    """A regular expression for a time counted back from now."""
    credit: tuple[str, ...]
    """In front of the credit of a picture, before a colon."""
    shares: tuple[str, ...]
    """After the number of shares (or views)."""
    min_read: tuple[str, ...]
    """After the number of minutes."""
    tags: tuple[str, ...]
    """In front of the tags."""
    conjunctions: tuple[str, ...]
    """Between two authors."""
    boxes: dict[str, tuple[str, ...]]
    """Heading of a box of links -> by `RelatedLink.block`; "" for boxes that are no data."""
    see_also: tuple[str, ...]
    """In front of a link to another article, inside the text."""
    all: tuple[str, ...]
    """A link to the whole listing, in the corner of a box."""
    chrome: tuple[str, ...]
    """Lines that stand alone around an article and are never its text."""
    disclaimer: str
    """A regular expression that the site's own disclaimers match from their first word."""
    rights: str
    """What a footer says, anywhere in a line."""
    home: tuple[str, ...]
    """The first breadcrumb."""
    load_more: tuple[str, ...]
    """The button under a listing."""
    next: tuple[str, ...]
    """The link to the next page of a listing."""
    breaking: tuple[str, ...]
    """In front of the ticker."""
    today: tuple[str, ...]
    yesterday: tuple[str, ...]
    at: tuple[str, ...]
    """Between a day and a time."""
    month_pattern: str
    """A regular expression for the names of months, ignoring case."""
    months: dict[str, str]
    """Month names that dateparser does not know, to names that it does."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edition:
    """One language edition of the site."""

    code: str
    """`en`, `ar` or `es`; the first part of an article's id."""
    origin: str
    language: str
    """BCP 47."""
    publisher: str
    """As the site names itself."""
    hosts: tuple[str, ...]
    """Hosts that serve the same pages as the origin, itself included."""
    title_suffixes: tuple[str, ...]
    """What `<title>` adds to a headline."""
    sections: dict[str, str]
    """Section slug -> path of its listing."""
    regions: dict[str, str]
    """Region slug -> path of its listing. Articles live under sections; a region only lists them."""
    listings: frozenset[str]
    """Further listing paths: under a section whose articles stand beside them, or other names of a section."""
    article_types: dict[str, str]
    """Part of an address -> `Article.articleType`; what is not named is `news`."""
    post_types: dict[str, str]
    """`class1` of the metadata tag, in lower case -> `Article.articleType`."""
    page_types: tuple[str, ...]
    """`class1` values of pages that are no articles."""
    words: Words


EN = Edition(
    code="en",
    origin="https://english.almayadeen.net",
    language="en",
    publisher="Al Mayadeen English",
    hosts=("english.almayadeen.net",),
    title_suffixes=("Al Mayadeen English", "Al Mayadeen"),
    sections={
        "news": "/news",
        "politics": "/news/politics",
        "economy": "/news/economy",
        "sports": "/news/sports",
        "arts-culture": "/news/arts-culture",
        "health": "/news/health",
        "miscellaneous": "/news/miscellaneous",
        "technology": "/news/technology",
        "environment": "/news/environment",
        "articles": "/articles",
        "opinion": "/articles/opinion",
        "analysis": "/articles/analysis",
        "blog": "/articles/blog",
        "features": "/articles/features",
        "videos": "/videos",
        "newsfeed": "/videos/newsfeed",
        "video-features": "/videos/video-features",
        "explainers": "/videos/explainers",
        "tv": "/videos/tv",
        "digital-series": "/videos/digital-series",
        "infographs": "/infographs",
        "in-pictures": "/in-pictures",
    },
    regions={
        "africa": "/africa",
        "asia": "/asia",
        "asia-pacific": "/asia-pacific",
        "europe": "/europe",
        "latin-america": "/latin-america",
        "mena": "/mena",
        "palestine": "/palestine",
        "us-canada": "/us-canada",
    },
    listings=frozenset({"/news/latest", "/video", "/infograph", "/podcasts", "/shortnews"}),
    article_types={
        "opinion": "opinion",
        "analysis": "analysis",
        "blog": "blog",
        "features": "feature",
        "articles": "opinion",
        "video": "video",
        "videos": "video",
        "newsfeed": "video",
        "video-features": "video",
        "explainers": "video",
        "tv": "video",
        "digital-series": "video",
        "infographs": "infographic",
        "infograph": "infographic",
        "in-pictures": "gallery",
        "gallery": "gallery",
    },
    post_types={
        "opinion": "opinion",
        "analysis": "analysis",
        "blog": "blog",
        "features": "feature",
        "feature": "feature",
        "video": "video",
        "videos": "video",
        "infograph": "infographic",
        "infographs": "infographic",
        "infographic": "infographic",
        "in pictures": "gallery",
        "gallery": "gallery",
    },
    page_types=("pages", "authors", "writers", "coverage"),
    words=Words(
        by=("by", "written by", "reported by"),
        source=("source", "sources"),
        updated=("updated", "last updated", "modified", "last modified"),
        ago=r"(?:\d+|an?|one|two)\s+(?:min(?:ute)?s?|hours?|days?|weeks?|months?)\s+ago|yesterday|just now",
        credit=("credit", "credits", "photo", "image"),
        shares=("share", "shares"),
        min_read=("min read", "mins read", "minute read", "minutes read", "min. read"),
        tags=("tags", "tag", "topics", "keywords"),
        conjunctions=("and", "&"),
        boxes={
            "relatedNews": ("related news", "related articles", "related stories", "related"),
            "readMore": ("read more", "read also", "also read", "see also", "more on this", "watch also"),
            "readNext": ("read next", "up next", "you may also like", "recommended"),
            "coverage": ("coverage", "coverages", "special coverage"),
            "mostRead": ("most read", "most viewed", "most popular", "trending", "trending now"),
            "": (
                "breaking",
                "breaking news",
                "latest news",
                "latest",
                "newsletter",
                "comments",
                "leave a comment",
                "about the author",
                "summary by ai",
                "ai summary",
                "follow us",
                "more news",
            ),
        },
        see_also=("read more", "read also", "also read", "see also", "watch", "watch also", "more on this"),
        all=("all", "see all", "view all", "more", "show all"),
        chrome=(
            "share",
            "share this",
            "share this article",
            "share article",
            "copy link",
            "link copied",
            "print",
            "listen",
            "listen to article",
            "save",
            "follow us",
            "follow us on",
            "advertisement",
            "advertisement - continue reading below",
            "story continues below",
            "story continues below advertisement",
            "article continues below",
            "continue reading",
            "continue reading below",
            "sponsored",
            "date",
            "published",
            "updated",
            "author",
            "ad",
            "x",
            "facebook",
            "twitter",
            "telegram",
            "whatsapp",
            "email",
            "a+",
            "a-",
            "comments",
            "all rights reserved",
            "read more",
            "load more",
            "show more",
            "previous",
            "next",
            "subscribe",
            "google news",
        ),
        disclaimer=(
            r"(?:the )?(?:opinions?|views?|ideas?)\b.{0,120}\b(?:not necessarily|only of|solely)\b"
            r".{0,160}\bal[- ]?mayadeen\b"
        ),
        rights="all rights reserved",
        home=("home", "al mayadeen english", "main"),
        load_more=("load more", "show more", "more news", "view more", "see more"),
        next=("next", "next page", "older"),
        breaking=("breaking", "breaking news", "breaking now"),
        today=("today",),
        yesterday=("yesterday",),
        at=("at",),
        month_pattern=(
            r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
            r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
        ),
        months={},
    ),
)

AR = Edition(
    code="ar",
    origin="https://www.almayadeen.net",
    language="ar",
    publisher="شبكة الميادين",
    hosts=("www.almayadeen.net", "almayadeen.net", "instance2.almayadeen.net"),
    title_suffixes=("الميادين", "شبكة الميادين"),
    sections={
        "news": "/news",
        "politics": "/news/politics",
        "economic": "/news/economic",
        "sports": "/sports",
        "arts-culture": "/arts-culture",
        "society": "/society",
        "health": "/health",
        "technology": "/technology",
        "environment": "/environment",
        "misc": "/misc",
        "articles": "/articles",
        "opinion": "/opinion",
        "analysis": "/analysis",
        "press": "/press",
        "research-papers": "/research-papers",
        "reports": "/reports",
        "tv-reports": "/tv-reports",
        "video": "/video",
        "podcasts": "/podcasts",
        "infograph": "/infograph",
        "blog": "/blog",
        "newscast": "/newscast",
        "episodes-tv": "/episodes-tv",
        "programs-tv": "/programs-tv",
        "programs-online": "/programs-online",
        "promos": "/promos",
    },
    regions={"africa": "/africa"},
    listings=frozenset(
        {
            "/all-sports",
            "/sports/football",
            "/sports/basketball",
            "/arts-culture/news",
            "/arts-culture/caricatures",
            "/arts-culture/essays",
            "/arts-culture/reviews",
            "/arts-culture/investigation",
            "/arts-culture/almayadeenleaves",
            "/society/investigation",
            "/society/reports",
            "/society/faces-and-people",
            "/press/israel",
            "/press/foreignpress",
            "/misc/news-misc",
            "/infograph/arabworld",
            "/infograph/world",
            "/infograph/egypt",
            "/infograph/lebanon",
            "/read",
            "/videos",
            "/podcast",
            "/television",
            "/mayadeen-news",
            "/shortnews",
        }
    ),
    article_types={
        "articles": "opinion",
        "opinion": "opinion",
        "analysis": "analysis",
        "blog": "blog",
        "research-papers": "analysis",
        "video": "video",
        "reports": "video",
        "tv-reports": "video",
        "newscast": "video",
        "podcasts": "video",
        "episodes-tv": "video",
        "programs-tv": "video",
        "programs-online": "video",
        "promos": "video",
        "infograph": "infographic",
    },
    post_types={
        "مقالات": "opinion",
        "تحليل": "analysis",
        "فيديو": "video",
        "تقارير إخبارية": "video",
        "نشرة الأخبار": "video",
        "بودكاست": "video",
        "إنفوغراف": "infographic",
        "أخبار": "news",
        "منوعات": "news",
        "صحافة": "news",
        "متابعات": "news",
    },
    page_types=("الصفحات", "الكتّاب", "تغطيات"),
    words=Words(
        by=("بقلم", "الكاتب", "الكاتبة"),
        source=("المصدر", "المصادر", "مصدر"),
        updated=("آخر تحديث", "تحديث", "تم التحديث"),
        ago=r"(?:قبل|منذ)\s+(?:\d+\s+)?(?:دقيقة|دقائق|ساعة|ساعات|ساعتين|يوم|أيام|يومين)",
        credit=("تصوير", "المصدر"),
        shares=("مشاركة", "مشاركات"),
        min_read=("دقيقة قراءة", "دقائق قراءة", "دقيقة للقراءة", "دقائق للقراءة"),
        tags=("كلمات مفتاحية", "كلمات دلالية", "وسوم"),
        conjunctions=("و",),
        boxes={
            "relatedNews": ("أخبار ذات صلة", "مواضيع ذات صلة", "ذات صلة"),
            "readMore": ("اقرأ أيضاً", "اقرأ أيضا", "شاهد أيضاً", "شاهد أيضا", "اقرأ المزيد"),
            "readNext": ("اقرأ التالي", "قد يهمك أيضاً"),
            "coverage": ("تغطيات", "التغطيات", "تغطية"),
            "mostRead": ("الأكثر قراءة", "الأكثر مشاهدة", "الأكثر تداولاً"),
            "": ("أخبار عاجلة", "عاجل", "آخر الأخبار", "تصفح المزيد", "النشرة البريدية", "تعليقات"),
        },
        see_also=("اقرأ أيضاً", "اقرأ أيضا", "اقرأ أيضًا", "شاهد أيضاً", "شاهد أيضا", "شاهد أيضًا", "اقرأ المزيد"),
        all=("الكل", "المزيد", "عرض الكل"),
        chrome=("مشاركة", "شارك", "نسخ الرابط", "طباعة", "حفظ", "تصفح المزيد", "المزيد", "جميع الحقوق محفوظة", "إعلان"),
        disclaimer=r"(?:إن )?(?:ال)?آراء\b.{0,120}(?:بالضرورة).{0,160}الميادين",
        rights="جميع الحقوق محفوظة",
        home=("الرئيسية",),
        load_more=("المزيد", "عرض المزيد", "تحميل المزيد", "تصفح المزيد"),
        next=("التالي", "التالية", "الصفحة التالية"),
        breaking=("عاجل", "أخبار عاجلة"),
        today=("اليوم",),
        yesterday=("أمس", "الأمس"),
        at=("الساعة",),
        month_pattern=(
            r"(?:كانون|تشرين) (?:الأول|الاول|أول|اول|الثاني|ثاني|التاني)|شباط|[آأا]ذار|نيسان|[آأا]يار|حزيران"
            r"|تموز|[آأا]ب|[أا]يلول|يناير|فبراير|مارس|[أإا]بريل|مايو|يونيو|يوليو|[أا]غسطس|سبتمبر|[أا]كتوبر|نوفمبر|ديسمبر"
        ),
        months={
            "كانون الثاني": "January",
            "كانون ثاني": "January",
            "كانون التاني": "January",
            "شباط": "February",
            "آذار": "March",
            "اذار": "March",
            "أذار": "March",
            "نيسان": "April",
            "أيار": "May",
            "ايار": "May",
            "آيار": "May",
            "حزيران": "June",
            "تموز": "July",
            "آب": "August",
            "اب": "August",
            "أب": "August",
            "أيلول": "September",
            "ايلول": "September",
            "تشرين الأول": "October",
            "تشرين الاول": "October",
            "تشرين أول": "October",
            "تشرين اول": "October",
            "تشرين الثاني": "November",
            "تشرين ثاني": "November",
            "كانون الأول": "December",
            "كانون الاول": "December",
            "كانون أول": "December",
            "كانون اول": "December",
        },
    ),
)

ES = Edition(
    code="es",
    origin="https://espanol.almayadeen.net",
    language="es",
    publisher="Al Mayadeen Español",
    hosts=("espanol.almayadeen.net",),
    title_suffixes=("Al Mayadeen Español", "Al Mayadeen", "Red El Mayadeen"),
    sections={
        "noticias": "/noticias",
        "politica": "/noticias/politica",
        "cultura-y-arte": "/noticias/cultura-y-arte",
        "deportes": "/noticias/deportes",
        "salud": "/noticias/salud",
        "tecnologia": "/noticias/tecnologia",
        "medio-ambiente": "/noticias/medio-ambiente",
        "articles": "/articles",
        "entrevistas": "/entrevistas",
        "profundidad": "/profundidad",
        "video": "/video",
        "multimedia": "/multimedia",
    },
    regions={},
    listings=frozenset({"/news", "/opinion", "/videos", "/television", "/profundidad/politica", "/shortnews"}),
    article_types={
        "articles": "opinion",
        "articulos": "opinion",
        "opinion": "opinion",
        "profundidad": "analysis",
        "video": "video",
        "videos": "video",
        "infografias": "infographic",
    },
    post_types={
        "artículos": "opinion",
        "video": "video",
        "videos": "video",
        "infografía": "infographic",
        "noticias": "news",
    },
    page_types=("páginas", "autores", "coberturas"),
    words=Words(
        by=("por",),
        source=("fuente", "fuentes"),
        updated=("actualizado", "última actualización"),
        ago=r"hace\s+(?:\d+|un|una)\s+(?:minutos?|horas?|días?)",
        credit=("foto", "crédito"),
        shares=("compartidos", "compartido", "veces compartido"),
        min_read=("min de lectura", "minutos de lectura", "min lectura"),
        tags=("etiquetas", "temas"),
        conjunctions=("y", "e"),
        boxes={
            "relatedNews": ("noticias relacionadas", "relacionadas", "relacionados", "artículos relacionados"),
            "readMore": ("leer más", "lea más", "lea también", "vea también", "leer también"),
            "readNext": ("lee a continuación", "siguiente lectura", "le puede interesar"),
            "coverage": ("coberturas", "cobertura", "cobertura especial"),
            "mostRead": ("más leídas", "más leído", "lo más leído", "más leídos", "las más leídas"),
            "": ("última hora", "urgente", "últimas noticias", "boletín", "comentarios"),
        },
        see_also=("leer más", "lea más", "lea también", "vea también", "leer también"),
        all=("todos", "todas", "ver todo", "más"),
        chrome=("compartir", "copiar enlace", "imprimir", "guardar", "síguenos", "todos los derechos reservados", "x"),
        disclaimer=r"(?:las|los|el) (?:opiniones|criterios|contenido)\b.{0,120}\bno\b.{0,160}\bmayadeen\b",
        rights="todos los derechos reservados",
        home=("inicio",),
        load_more=("cargar más", "ver más", "mostrar más", "más"),
        next=("siguiente", "página siguiente", "siguientes"),
        breaking=("última hora", "urgente", "noticias de última hora"),
        today=("hoy",),
        yesterday=("ayer",),
        at=("a las",),
        month_pattern=(
            r"(?:ene(?:ro)?|feb(?:rero)?|mar(?:zo)?|abr(?:il)?|mayo?|jun(?:io)?|jul(?:io)?|ago(?:sto)?|sept?(?:iembre)?|setiembre"
            r"|oct(?:ubre)?|nov(?:iembre)?|dic(?:iembre)?)\b\.?"
        ),
        months={},
    ),
)

EDITIONS: dict[str, Edition] = {edition.code: edition for edition in (EN, AR, ES)}

KINDS: dict[str, str] = {
    word: kind
    for kind, words in {
        "tag": "tags tag topics topic keywords keyword t etiquetas etiqueta temas tema",
        "author": "authors author writers writer autores autor escritores",
        "coverage": "coverage coverages special-coverage coberturas cobertura",
        "region": "countries country regions region maingroup paises pais",
        "bulletin": "latestnews shortnews breaking breaking-news ultima-hora ultimas-noticias",
        "live": "live live-stream livestream en-vivo",
        "search": "search buscar",
        "sitemap": "sitemaps sitemap",
        "feed": "rss feed feeds",
        "static": "about about-us privacy privacy-policy contact contact-us terms terms-of-use careers jobs participate"
        " frequency frequencies whatsapp newsletter subscribe login register apps advertise faq cdn-cgi robots.txt"
        " ads.txt privacidad contacto acerca-de quienes-somos frecuencias",
    }.items()
    for word in words.split()
}
"""First word of a path -> kind of address, in all editions: where one was never seen, all usual words are here."""
