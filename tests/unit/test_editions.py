"""The parsers on Arabic and Spanish pages, and the files of the editions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from typing import Any

import pytest

from mayadeen.crawl.scope import menu_changes
from mayadeen.extract.article import NotAnArticle, parse_article
from mayadeen.site.address import Site
from mayadeen.site.edition import EDITIONS, Edition, EditionError, parse_edition, parse_kinds
from mayadeen.site.text import normalize_label
from tests.conftest import Run

Crawl = Callable[..., Run]


def test_a_section_under_another_address_has_neither_come_nor_gone() -> None:
    site = Site(EDITIONS["en"], "https://english.almayadeen.net")
    row = {**site.edition.sections, **site.edition.regions}
    menu = {name: site.origin + path for name, path in row.items()}
    assert menu_changes(menu, site) == ([], [])
    assert menu_changes({**menu, "politics": site.origin + "/politics"}, site) == ([], [])
    del menu["blog"]
    assert menu_changes({**menu, "long-reads": site.origin + "/articles/long-reads"}, site) == (
        ["/articles/long-reads"],
        ["/articles/blog"],
    )


@pytest.mark.parametrize(
    ("edition", "one", "other"),
    [
        ("ar", "إقرأ أيضًا", "اقرأ ايضا"),
        ("ar", "الأكثر قـراءة", "الاكثر قراءه"),
        ("ar", "آخـــر الأخبار", "اخر الاخبار"),
        ("es", "MÁS LEÍDAS", "mas leidas"),
        ("es", "Última\xa0hora", "ultima hora"),
    ],
)
def test_a_word_is_one_in_any_spelling(edition: str, one: str, other: str) -> None:
    assert normalize_label(one) == normalize_label(other)


PAGE = """<html dir="auto" lang="{edition}"><head><title>{title}</title></head><body><nav><ol>
<li>1. <a href="/">{home}</a></li><li>2. <a href="/x/a-writer">X</a></li><li>3. {title}</li></ol></nav>
<div><h1>{title}</h1>{byline}<div>{first}{body}{last}</div></div></body></html>"""
TEXTS = {
    "ar": (
        "صباح هادئ في نورفال القديمة",
        "الرئيسية",
        "<p>كانت الساحة خالية عندما فتح خبازو الحي القديم أبوابهم صباح يوم الإثنين.</p>",
        "<p>وعند الظهر فُتح الطريق إلى المرفأ من جديد، ولم يسأل أحد من الذي أغلقه.</p>",
        "https://www.almayadeen.net/news/politics/صباح-هادئ-في-نورفال-القديمة",
    ),
    "es": (
        "Una mañana tranquila en Norvalia",
        "Inicio",
        "<p>La plaza estaba vacía cuando los panaderos del barrio antiguo abrieron sus puertas el lunes.</p>",
        "<p>Al mediodía el camino al puerto volvió a abrirse y nadie preguntó quién lo había cerrado.</p>",
        "https://espanol.almayadeen.net/entrevistas/2046797/una-mañana-tranquila-en-norvalia",
    ),
}
FETCHED = datetime.fromisoformat("2026-06-15T12:00:00+03:00")


def parsed(edition: str, byline: str = "", body: str = "") -> Any:
    title, home, first, last, url = TEXTS[edition]
    html = PAGE.format(edition=edition, title=title, home=home, first=first, last=last, byline=byline, body=body)
    return parse_article(html, url, fetched=FETCHED)


@pytest.mark.parametrize(
    ("edition", "byline", "authors", "sources", "date", "shares", "minutes"),
    [
        ("ar", "<ul><li>بقلم: ريما ضاهر</li><li>المصدر: وكالات، الميادين نت</li>"
         "<li>٢٠ نيسان ٢٠٢٤ ٢٠:٥٠</li></ul>",
         ["ريما ضاهر"], ["وكالات", "الميادين نت"], "2024-04-20T20:50:00+03:00", None, None),
        ("ar", "<p>\u200fالكاتب: ريما ضاهر</p><p>الــمصدر : وكالات + مواقع</p>"
         "<p>20 نيسان/أبريل 2024 - 8:50 مساءً</p><p>5 مشاركات</p>",
         ["ريما ضاهر"], ["وكالات", "مواقع"], "2024-04-20T20:50:00+03:00", 5, None),
        ("ar", "<div>اليوم\u200f 10:21</div><div>المصدر: وكالات</div><div>٣ دقائق للقراءة</div>",
         [], ["وكالات"], "2026-06-15T10:21:00+03:00", None, 3),
        ("ar", "<div>منذ ساعتين</div><div>المصدر: وكالات</div>",
         [], ["وكالات"], "2026-06-15T10:00:00+03:00", None, None),
        ("es", "<ul><li>Por Rima Dahir</li><li>Fuente: Exclusivo Al Mayadeen</li>"
         "<li>23 Julio 19:20</li><li>20 Visualizaciones</li></ul>",
         ["Rima Dahir"], ["Exclusivo Al Mayadeen"], "2025-07-23T19:20:00+03:00", None, None),
        ("es", "<p>POR RIMA DAHIR</p><p>FUENTE:\xa0Agencias</p>"
         "<p>Sábado, 20 de abril de 2024, 8:50 p. m.</p><p>7 COMPARTIDOS</p>",
         ["RIMA DAHIR"], ["Agencias"], "2024-04-20T20:50:00+03:00", 7, None),
        ("es", "<p>Hace 2 horas</p><p>Fuente: Agencias</p><p>3 min. de lectura</p>",
         [], ["Agencias"], "2026-06-15T10:00:00+03:00", None, None),
        ("es", "<p>Hoy 08:05</p><p>Fuente: Agencias</p><p>3 minutos de lectura</p>",
         [], ["Agencias"], "2026-06-15T08:05:00+03:00", None, 3),
    ],
)  # fmt: skip
def test_bylines(
    edition: str,
    byline: str,
    authors: list[str],
    sources: list[str],
    date: str,
    shares: int | None,
    minutes: int | None,
) -> None:
    article = parsed(edition, byline)
    assert [each.name for each in article.authors] == authors
    assert [each.name for each in article.sources] == sources
    assert article.datePublished == date
    assert article.shareCount == shares
    assert article.readingTime == minutes
    assert len(article.articleBody.split("\n")) == 2, article.articleBody


CARD = '<a href="/news/politics/the-bakers-of-norvale-and-the-harbor">{0} {0} {0} {0}</a>'
DATED = {
    "ar": "<p>المصدر: وكالات</p><p>20 نيسان 2024 20:50</p>",
    "es": "<p>Fuente: Agencias</p><p>20 Abril 2024 20:50</p>",
}


@pytest.mark.parametrize(
    ("edition", "body", "text"),
    [
        ("ar", f"<p><strong>اقرأ أيضاً: {CARD.format('الخبازون')}</strong></p>", []),
        ("ar", f"<p>شاهد ايضا: {CARD.format('الخبازون')}</p>", []),
        ("ar", f"<div><h4>إقرأ أيضًا</h4><ul><li>{CARD.format('الخبازون')}</li></ul></div>", []),
        ("ar", "<p>اقرأ أيضاً ما كتبه أهل المدينة القديمة عن الخبز والملح.</p>",
         ["اقرأ أيضاً ما كتبه أهل المدينة القديمة عن الخبز والملح."]),
        ("ar", "<p>مشاركة</p><p>تم نسخ الرابط</p><p>Copy link</p>", []),
        ("ar", "<div>مقاس الحرف: <a href='#'>A-</a> <a href='#'>A</a></div>"
         "<div><a href='javascript:print()'>اطبع</a> | "
         "<a href='mailto:?subject=x'>أرسل</a> | <a href='https://facebook.com/sharer.php?u=x'>فيسبوك</a></div>", []),
        ("ar", "<p><a href='https://t.me/norvale'>انضموا إلى قناتنا لتصلكم أخبار نورفال كل صباح</a></p>", []),
        ("ar", "<p><a href='https://t.me/norvale/71'>رسالة البلدية إلى سكان الحي القديم.</a></p>",
         ["رسالة البلدية إلى سكان الحي القديم."]),
        ("ar", "<p>اليوم عاد الهدوء إلى المدينة القديمة بعد ليلة طويلة.</p>",
         ["اليوم عاد الهدوء إلى المدينة القديمة بعد ليلة طويلة."]),
        ("es", f"<p>Lea también: {CARD.format('panaderos')}</p>", []),
        ("es", f"<p><b>VEA TAMBIEN</b> {CARD.format('panaderos')}</p>", []),
        ("es", "<p>Por último, los vecinos volvieron a sus casas.</p>",
         ["Por último, los vecinos volvieron a sus casas."]),
        ("es", "<p>Hace dos horas cerraron el puente viejo.</p>", ["Hace dos horas cerraron el puente viejo."]),
        ("es", "<p>Compartir</p><p>SÍGUENOS</p><p>Copiar enlace</p>", []),
    ],
)  # fmt: skip
def test_what_is_text_and_what_is_not(edition: str, body: str, text: list[str]) -> None:
    assert parsed(edition, DATED[edition], body).articleBody.split("\n")[1:-1] == text


def test_an_exclusive_article_is_an_opinion_by_its_address_alone() -> None:
    title, home, first, last, url = TEXTS["es"]
    html = PAGE.format(edition="es", title=title, home=home, first=first, last=last, byline=DATED["es"], body="")
    assert parse_article(html, url.replace("/entrevistas/", "/articulos-exclusivos/")).articleType == "opinion"


def test_a_numbered_breadcrumb_is_read_without_its_numbers() -> None:
    title, home, first, last, url = TEXTS["es"]
    way = (
        f"<ol><li><a href='/'>1. {home}</a></li><li><a href='/authors/1610233/rima-dahir'>2. Rima Dahir</a></li>"
        f"<li><a href='/entrevistas'>3. Entrevistas</a></li><li><a href='#'>4. {title[:14]}…</a></li></ol>"
    )
    html = f"<html lang='es'><title>{title}</title><body>{way}<h1>{title}</h1>{DATED['es']}{first}{last}</body></html>"
    article = parse_article(html, url)
    assert [each.name for each in article.breadcrumbs] == ["Inicio", "Rima Dahir", "Entrevistas"]


def test_a_gallery_gives_each_picture_with_its_caption_and_in_order() -> None:
    slides = "".join(
        f"<div><img src='/media/{n}.jpg'><p>El puerto de Norvalia, vista número {n}</p>"
        f"<p><small>Foto: AFP</small></p></div>"
        for n in range(1, 8)
    )
    article = parsed("es", DATED["es"], f"<div>{slides}</div>")
    assert [each.url.rpartition("/")[2] for each in article.images] == [f"{n}.jpg" for n in range(1, 8)]
    assert [each.caption for each in article.images] == [
        f"El puerto de Norvalia, vista número {n}" for n in range(1, 8)
    ]
    assert {each.creditText for each in article.images} == {"AFP"}
    assert len(article.articleBody.split("\n")) == 2


@pytest.mark.parametrize(
    "url",
    [
        "https://english.almayadeen.net/live",
        "https://english.almayadeen.net/authors/rima-dahir-of-norvale-city",
        "https://english.almayadeen.net/coverage/the-long-drought-in-kasmere",
        "https://www.almayadeen.net/authors/1358563/ريما-ضاهر",
        "https://www.almayadeen.net/coverage/الجفاف-الطويل-في-كاسمير",
        "https://espanol.almayadeen.net/en-vivo",
        "https://espanol.almayadeen.net/authors/1610233/rima-dahir",
        "https://espanol.almayadeen.net/coberturas/la-larga-sequia-de-casmera",
    ],
)
def test_pages_of_writers_special_files_and_the_stream_are_no_articles(url: str) -> None:
    title, home, first, last, _ = TEXTS["es"]
    html = PAGE.format(edition="es", title=title, home=home, first=first, last=last, byline=DATED["es"], body="")
    with pytest.raises(NotAnArticle, match="the address is that of"):
        parse_article(html, url)


EN_TOML = (files("mayadeen.site") / "editions" / "en.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('origin = "https:', 'orgin = "https:', "xx.toml: missing key origin"),
        ('origin = "https:', 'colour = "red"\norigin = "https:', "xx.toml: unknown key colour"),
        ("[words]\n", '[words]\nbye = ["by"]\n', "xx.toml: words: unknown key bye"),
        ('at = ["at"]\n', "", "xx.toml: words: missing key at"),
        ('at = ["at"]', 'at = "at"', "xx.toml: words: at: must be a list of strings"),
        ('at = ["at"]', 'at = ["at", 3]', "xx.toml: words: at: must be a list of strings"),
        ('language = "en"', "language = 3", "xx.toml: language: must be a string"),
        ('africa = "/africa"', "africa = 1", "xx.toml: regions.africa: must be a string"),
        ("mostRead = [", 'mostRead = "x"\nother = [', "xx.toml: words: boxes.mostRead: must be a list of strings"),
        ("promo = '''", "promo = '''(", "xx.toml: words: promo: missing ), unterminated subpattern at position 0"),
        ("promo = '''", "promo = '''Subscribe|", "xx.toml: words: promo: must be in lower case"),
        ("promo = '''", "promo = '''suscríbete|", "xx.toml: words: promo: must be in lower case"),
        ('at = ["at"]', 'at = ["at"', "xx.toml: Unclosed array"),
    ],
)  # fmt: skip
def test_a_wrong_file_of_an_edition_is_one_line_that_names_the_key(old: str, new: str, said: str) -> None:
    assert EN_TOML.count(old) == 1
    with pytest.raises(EditionError) as raised:
        parse_edition("xx", EN_TOML.replace(old, new))
    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)


def test_an_edition_is_a_file_and_no_code() -> None:
    edition = parse_edition("xx", EN_TOML.replace("english.almayadeen.net", "norvale.example"))
    assert (edition.code, edition.origin, edition.words.by[0]) == ("xx", "https://norvale.example", "by")
    with pytest.raises(EditionError, match=r"^kinds\.toml: tag: must be a list of strings$"):
        parse_kinds('tag = "tags"')


def test_patterns_of_an_edition_mean_what_they_say() -> None:
    # A class such as \S stays in upper case.
    text = EN_TOML.replace("promo = '''\n", "promo = '''\n" + r"vote\S+ now\b|")
    assert parse_edition("xx", text).words.promo.startswith(r"vote\S+ now\b|(?:please )?")
    for edition in EDITIONS.values():
        for pattern in (edition.words.promo, edition.words.disclaimer):
            letters = re.sub(r"\\.", "", pattern)
            assert letters == normalize_label(letters), edition.code


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
def test_no_word_of_an_edition_is_there_twice(edition: Edition) -> None:
    words = edition.words
    for name in ("by", "translated_by", "roles", "updated", "chrome"):
        folded = [normalize_label(each) for each in getattr(words, name)]
        assert sorted(folded) == sorted(set(folded)), name
    # Labels of names, sources and tags are read, so they must not be removed as chrome.
    assert not {"by", "source", "tags"} & set(words.chrome)
