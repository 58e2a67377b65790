"""What differs between the editions of the site: rows of data, no code.

A new edition is a new row. A new section is a new line in its row; the crawl also reads the site's own menu, so
the sections here are a floor, not a fence. Evidence for each value: docs/architecture.md, "What is known".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words a page of the edition prints around an article.

    Case, accents, Arabic vowel signs, the seat of a hamza and the like do not matter (`text.fold`): one
    spelling is enough.
    """

    by: tuple[str, ...]
    """In front of the author's name."""
    source: tuple[str, ...]
    """In front of the sources, before a colon."""
    updated: tuple[str, ...]
    """In front of the date of the last change."""
    ago: tuple[str, ...]
    """Before or after a time counted back from now."""
    units: dict[str, int]
    """What is counted there, to seconds; Arabic has words for two of a kind."""
    numbers: dict[str, int]
    """Numbers in words, there."""
    now: tuple[str, ...]
    """In place of such a time."""
    credit: tuple[str, ...]
    """In front of the credit of a picture, before a colon."""
    shares: tuple[str, ...]
    """After the number of shares, or before it and a colon."""
    views: tuple[str, ...]
    """Likewise of views, which are no data: a shared article is worth more than a seen one."""
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
    """A regular expression, in small letters, that the site's own disclaimers match from their first word."""
    promo: str
    """A regular expression, in small letters, that lines which ask the reader for something match from their start."""
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
    of: tuple[str, ...]
    """Between a day, a month and a year."""
    am: tuple[str, ...]
    pm: tuple[str, ...]
    """After a time of twelve hours."""
    months: tuple[tuple[str, ...], ...]
    """The names of each month, short and long, from January on."""


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


def _months(names: str) -> tuple[tuple[str, ...], ...]:
    """Twelve months, parted by semicolons, the names of each by commas or blanks."""
    return tuple(tuple(each.split("," if "," in names else None)) for each in names.split(";"))


def _units(*rows: tuple[int, str]) -> dict[str, int]:
    return {name: seconds for seconds, names in rows for name in names.split()}


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
        by=("by", "written by", "reported by", "author", "authors"),
        source=("source", "sources"),
        updated=("updated", "last updated", "modified", "last modified"),
        ago=("ago",),
        units=_units(
            (60, "minute minutes min mins m"),
            (3600, "hour hours hr hrs h"),
            (86400, "day days d"),
            (604800, "week weeks"),
            (2592000, "month months"),
        ),
        numbers={"a": 1, "an": 1, "one": 1, "two": 2, "three": 3},
        now=("just now", "now"),
        credit=("credit", "credits", "photo", "image"),
        shares=("share", "shares"),
        views=("view", "views"),
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
                "leave a reply",
                "leave your comment",
                "join the conversation",
                "join the discussion",
                "have your say",
                "responses",
                "responses to",
                "comments on",
                "editor's picks",
                "editors' picks",
                "editor's choice",
                "around the web",
                "from the web",
                "thought on",
                "thoughts on",
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
            "copy link to this update",
            "copy link to this post",
            "share this update",
            "share this post",
            "link copied",
            "print",
            "listen",
            "listen to article",
            "listen to this article",
            "in this article",
            "on this page",
            "contents",
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
        promo=(
            r"(?:please )?(?:subscribe|sign (?:up|in)|log in|register|join (?:us|our|the)|donate|"
            r"follow (?:us|al[- ]?mayadeen)|support (?:us|our|independent)|become an? (?:member|subscriber|supporter)|"
            r"download (?:our|the)|get (?:our|the)|stay (?:informed|connected|tuned|up to date)|(?:never|don.?t) miss|"
            r"create (?:an|your) account|already an? (?:member|subscriber)|enter your e-?mail|we use cookies|"
            r"(?:this|our) (?:web)?site uses cookies|we (?:and|value) (?:our|your)|by (?:continuing|using|clicking)|"
            r"your e-?mail address will not)\b"
            r".{0,200}?\b(?:us|our|your?|today|now|free|app|newsletter|channel|inbox|account|member|telegram|whatsapp)\b"
        ),
        rights="all rights reserved",
        home=("home", "al mayadeen english", "main"),
        load_more=("load more", "show more", "more news", "view more", "see more"),
        next=("next", "next page", "older"),
        breaking=("breaking", "breaking news", "breaking now"),
        today=("today",),
        yesterday=("yesterday",),
        at=("at",),
        of=("of",),
        am=("am", "a.m."),
        pm=("pm", "p.m."),
        months=_months(
            "january jan;february feb;march mar;april apr;may;june jun;july jul;august aug"
            ";september sept sep;october oct;november nov;december dec"
        ),
    ),
)

AR = Edition(
    code="ar",
    origin="https://www.almayadeen.net",
    language="ar",
    publisher="شبكة الميادين",
    hosts=("www.almayadeen.net", "almayadeen.net", "instance2.almayadeen.net"),
    title_suffixes=("الميادين", "شبكة الميادين", "الميادين نت"),
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
        "in-pictures": "gallery",
        "photos": "gallery",
        "albums": "gallery",
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
        "مدونات": "blog",
        "صور": "gallery",
        "ألبوم صور": "gallery",
        "صحافة": "news",
        "متابعات": "news",
    },
    page_types=("الصفحات", "صفحات", "الكتّاب", "تغطيات"),
    words=Words(
        by=("بقلم", "الكاتب", "الكاتبة", "كتب", "كتبت", "إعداد", "المؤلف"),
        source=("المصدر", "المصادر", "مصدر", "مصادر"),
        updated=("آخر تحديث", "تحديث", "تم التحديث", "حدّث", "تاريخ التحديث"),
        ago=("قبل", "منذ"),
        units=_units(
            (60, "دقيقة دقائق"),
            (120, "دقيقتين"),
            (3600, "ساعة ساعات"),
            (7200, "ساعتين"),
            (86400, "يوم أيام يوما"),
            (172800, "يومين"),
            (604800, "أسبوع أسابيع"),
            (1209600, "أسبوعين"),
            (2592000, "شهر أشهر شهور"),
            (5184000, "شهرين"),
        ),
        numbers={"ثلاث": 3, "ثلاثة": 3, "أربع": 4, "أربعة": 4, "خمس": 5, "خمسة": 5},
        now=("الآن", "قبل قليل", "منذ قليل"),
        credit=("تصوير", "المصدر", "صورة", "الصورة", "عدسة"),
        shares=("مشاركة", "مشاركات", "المشاركات"),
        views=("مشاهدة", "مشاهدات", "المشاهدات", "قراءة", "قراءات"),
        min_read=(
            "دقيقة قراءة",
            "دقائق قراءة",
            "دقيقة للقراءة",
            "دقائق للقراءة",
            "د قراءة",
            "د للقراءة",
            "دقيقة من القراءة",
            "دقائق من القراءة",
        ),
        tags=("كلمات مفتاحية", "الكلمات المفتاحية", "كلمات دلالية", "الكلمات الدلالية", "وسوم", "الوسوم", "مواضيع"),
        conjunctions=("و",),
        boxes={
            "relatedNews": (
                "أخبار ذات صلة",
                "الأخبار ذات الصلة",
                "أخبار متعلقة",
                "أخبار مرتبطة",
                "مواضيع ذات صلة",
                "مواضيع متعلقة",
                "مقالات ذات صلة",
                "ذات صلة",
            ),
            "readMore": (
                "اقرأ أيضا",
                "اقرأوا أيضا",
                "إقرأ أيضا",
                "شاهد أيضا",
                "شاهدوا أيضا",
                "اقرأ المزيد",
                "إقرأ المزيد",
                "المزيد حول هذا الموضوع",
            ),
            "readNext": ("اقرأ التالي", "قد يهمك أيضا", "قد يهمك", "قد يعجبك أيضا", "اخترنا لك", "المقال التالي"),
            "coverage": ("تغطيات", "التغطيات", "تغطية", "تغطية خاصة", "ملفات خاصة", "ملف خاص"),
            "mostRead": ("الأكثر قراءة", "الأكثر مشاهدة", "الأكثر تداولا", "الأكثر قراءة اليوم", "الأكثر شيوعا"),
            "": (
                "أخبار عاجلة",
                "عاجل",
                "آخر الأخبار",
                "أحدث الأخبار",
                "تصفح المزيد",
                "النشرة البريدية",
                "تعليقات",
                "التعليقات",
                "أضف تعليقا",
                "اترك تعليقا",
                "اترك ردا",
                "شارك برأيك",
                "عن الكاتب",
                "ملخص بالذكاء الاصطناعي",
                "ملخص الذكاء الاصطناعي",
                "تابعونا",
                "تابعنا",
            ),
        },
        see_also=(
            "اقرأ أيضا",
            "اقرأوا أيضا",
            "شاهد أيضا",
            "شاهدوا أيضا",
            "شاهد",
            "شاهدوا",
            "اقرأ المزيد",
            "للمزيد",
            "انظر أيضا",
        ),
        all=("الكل", "المزيد", "عرض الكل", "مشاهدة الكل", "شاهد الكل"),
        chrome=(
            "مشاركة",
            "شارك",
            "شارك المقال",
            "شارك الخبر",
            "مشاركة الخبر",
            "مشاركة المقال",
            "نسخ الرابط",
            "نسخ",
            "تم النسخ",
            "تم نسخ الرابط",
            "طباعة",
            "حفظ",
            "استمع",
            "استمع للمقال",
            "تابعونا",
            "تابعنا",
            "تصفح المزيد",
            "المزيد",
            "تحميل المزيد",
            "عرض المزيد",
            "جميع الحقوق محفوظة",
            "إعلان",
            "يتبع المقال بعد الإعلان",
            "التعليقات",
            "التاريخ",
            "تاريخ النشر",
            "نشر",
            "الكاتب",
            "فيسبوك",
            "تويتر",
            "تلغرام",
            "واتساب",
            "إكس",
            "x",
            "facebook",
            "twitter",
            "telegram",
            "whatsapp",
            "email",
            "البريد الإلكتروني",
            "غوغل نيوز",
            "a+",
            "a-",
            "السابق",
            "التالي",
            "اشترك",
        ),
        disclaimer=r"(?:إن )?(?:ال)?(?:آراء|أفكار|مقالات|مواقف|مضمون)\b.{0,160}(?:بالضرورة|فقط|حصرا).{0,160}الميادين",
        promo=(
            r"(?:اشترك(?:وا)?|سجل(?:وا)?|انضم(?:وا)?|تابع(?:وا|نا|ونا)|ادعم(?:وا)?|حمل(?:وا)?|للاشتراك|لمتابعة|نستخدم|"
            r"يستخدم هذا الموقع)\b.{0,200}?(?:ملفات تعريف|نشرتنا|النشرة|قناتنا|القناة|بريدك|تطبيق|مجانا|صفحتنا|"
            r"حسابنا|تلغرام|تيليغرام|واتساب|عضو)"
        ),
        rights="جميع الحقوق محفوظة",
        home=("الرئيسية", "الصفحة الرئيسية", "الميادين نت", "الميادين"),
        load_more=("المزيد", "عرض المزيد", "تحميل المزيد", "تصفح المزيد", "شاهد المزيد"),
        next=("التالي", "التالية", "الصفحة التالية"),
        breaking=("عاجل", "أخبار عاجلة", "خبر عاجل"),
        today=("اليوم",),
        yesterday=("أمس", "الأمس", "بالأمس", "البارحة"),
        at=("الساعة", "عند الساعة", "عند", "في"),
        of=("من",),
        am=("ص", "صباحا", "قبل الظهر"),
        pm=("م", "مساء", "بعد الظهر"),
        months=_months(
            "كانون الثاني,كانون ثاني,كانون التاني,يناير;شباط,فبراير;آذار,مارس;نيسان,أبريل;أيار,مايو;حزيران,يونيو"
            ";تموز,يوليو;آب,أغسطس;أيلول,سبتمبر;تشرين الأول,تشرين أول,أكتوبر"
            ";تشرين الثاني,تشرين ثاني,تشرين التاني,نوفمبر;كانون الأول,كانون أول,ديسمبر"
        ),
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
        "economia": "/noticias/economia",
        "cultura-y-arte": "/noticias/cultura-y-arte",
        "deportes": "/noticias/deportes",
        "salud": "/noticias/salud",
        "tecnologia": "/noticias/tecnologia",
        "medio-ambiente": "/noticias/medio-ambiente",
        "medios-internacionales": "/noticias/medios-internacionales",
        "cronicas-del-medio-oriente": "/noticias/cronicas-del-medio-oriente",
        "opinion": "/opinion",
        "articles": "/articles",
        "entrevistas": "/entrevistas",
        "profundidad": "/profundidad",
        "video": "/video",
        "multimedia": "/multimedia",
    },
    regions={},
    listings=frozenset({"/news", "/videos", "/television", "/profundidad/politica", "/shortnews"}),
    article_types={
        "articles": "opinion",
        "articulos": "opinion",
        "articulos-exclusivos": "opinion",
        "opinion": "opinion",
        "profundidad": "analysis",
        "video": "video",
        "videos": "video",
        "analisis": "analysis",
        "blog": "blog",
        "infografias": "infographic",
        "infografia": "infographic",
        "galeria": "gallery",
        "galerias": "gallery",
        "fotos": "gallery",
        "en-imagenes": "gallery",
    },
    post_types={
        "artículos": "opinion",
        "artículos exclusivos": "opinion",
        "opinión": "opinion",
        "análisis": "analysis",
        "blog": "blog",
        "galería": "gallery",
        "fotos": "gallery",
        "video": "video",
        "videos": "video",
        "infografía": "infographic",
        "noticias": "news",
    },
    page_types=("páginas", "autores", "coberturas"),
    words=Words(
        by=("por", "escrito por", "autor", "autora", "autores"),
        source=("fuente", "fuentes"),
        updated=("actualizado", "actualizado el", "última actualización", "actualización", "modificado"),
        ago=("hace",),
        units=_units(
            (60, "minuto minutos min"),
            (3600, "hora horas h"),
            (86400, "día días"),
            (604800, "semana semanas"),
            (2592000, "mes meses"),
        ),
        numbers={"un": 1, "una": 1, "dos": 2, "tres": 3},
        now=("ahora", "ahora mismo", "hace instantes"),
        credit=("foto", "fotos", "fotografía", "crédito", "créditos", "imagen"),
        shares=("compartidos", "compartido", "veces compartido", "compartidas"),
        views=("visualización", "visualizaciones", "vistas", "visitas", "lecturas"),
        min_read=(
            "min de lectura",
            "minuto de lectura",
            "minutos de lectura",
            "min lectura",
            "mins de lectura",
            "minutos para leer",
        ),
        tags=("etiquetas", "etiqueta", "temas", "palabras clave"),
        conjunctions=("y", "e"),
        boxes={
            "relatedNews": (
                "noticias relacionadas",
                "relacionadas",
                "relacionados",
                "artículos relacionados",
                "temas relacionados",
                "notas relacionadas",
            ),
            "readMore": (
                "leer más",
                "lee más",
                "lea más",
                "lea también",
                "lee también",
                "leer también",
                "lea además",
                "vea también",
                "ver también",
                "vea además",
                "más sobre este tema",
            ),
            "readNext": (
                "lee a continuación",
                "lea a continuación",
                "leer a continuación",
                "a continuación",
                "siguiente lectura",
                "siguiente artículo",
                "le puede interesar",
                "te puede interesar",
                "recomendados",
            ),
            "coverage": ("coberturas", "cobertura", "cobertura especial", "coberturas especiales"),
            "mostRead": (
                "más leídas",
                "más leído",
                "lo más leído",
                "más leídos",
                "las más leídas",
                "los más leídos",
                "más vistas",
                "más visto",
                "lo más visto",
                "más populares",
            ),
            "": (
                "última hora",
                "urgente",
                "últimas noticias",
                "boletín",
                "comentarios",
                "deja un comentario",
                "deja una respuesta",
                "deja tu comentario",
                "únete a la conversación",
                "sobre el autor",
                "resumen por ia",
                "resumen de ia",
                "resumen con ia",
                "acerca del autor",
                "síganos",
                "síguenos",
                "más noticias",
            ),
        },
        see_also=(
            "leer más",
            "lee más",
            "lea más",
            "lea también",
            "lee también",
            "leer también",
            "lea además",
            "vea también",
            "ver también",
            "vea además",
            "vea",
            "más sobre este tema",
        ),
        all=("todos", "todas", "todo", "ver todo", "ver todos", "ver todas", "más", "ver más"),
        chrome=(
            "compartir",
            "comparte",
            "compártelo",
            "compartir en",
            "comparte este artículo",
            "compartir este artículo",
            "copiar enlace",
            "enlace copiado",
            "imprimir",
            "guardar",
            "escuchar",
            "síguenos",
            "síganos",
            "publicidad",
            "anuncio",
            "el artículo continúa debajo",
            "continúa después de la publicidad",
            "continuar leyendo",
            "todos los derechos reservados",
            "comentarios",
            "autor",
            "fecha",
            "publicado",
            "cargar más",
            "ver más",
            "leer más",
            "anterior",
            "siguiente",
            "suscríbete",
            "suscribirse",
            "x",
            "facebook",
            "twitter",
            "telegram",
            "whatsapp",
            "email",
            "correo",
            "correo electrónico",
            "google news",
            "a+",
            "a-",
        ),
        disclaimer=(
            r"(?:las|los|el|estas) (?:opiniones|ideas|criterios|artículos|contenido)\b"
            r".{0,160}\b(?:no|solo|exclusiva|únicamente)\b.{0,160}\bmayadeen\b"
        ),
        promo=(
            r"(?:suscríb[ae](?:te|se)|regístr[ae](?:te|se)|inicia sesión|únete|síg(?:uenos|anos)|apoy[ae]|hazte|"
            r"don[ae]|descarg(?:a|ue)|no te pierdas|mantente|recib[ae]|utilizamos|usamos|este sitio|al continuar)\b"
            r".{0,200}?\b(?:nuestr[oa]s?|tu|te|hoy|ahora|gratis|cookies|app|"
            r"aplicación|boletín|canal|correo|telegram|whatsapp|miembro|socio)\b"
        ),
        rights="todos los derechos reservados",
        home=("inicio", "portada", "página de inicio", "página principal", "home"),
        load_more=("cargar más", "ver más", "mostrar más", "más", "más noticias"),
        next=("siguiente", "página siguiente", "siguientes"),
        breaking=("última hora", "urgente", "noticias de última hora"),
        today=("hoy",),
        yesterday=("ayer",),
        at=("a las", "a la"),
        of=("de", "del"),
        am=("am", "a.m.", "a. m."),
        pm=("pm", "p.m.", "p. m."),
        months=_months(
            "enero ene;febrero feb;marzo mar;abril abr;mayo may;junio jun;julio jul;agosto ago"
            ";septiembre setiembre sept sep set;octubre oct;noviembre nov;diciembre dic"
        ),
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
