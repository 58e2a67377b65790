"""URLs: normal form, type of page, section."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mayadeen.site.address import Site, canonical, dedupe_key, is_internal, page_type, resolve, section, site_of, slug
from mayadeen.site.edition import EDITIONS

EN, AR, ES = (EDITIONS[code] for code in ("en", "ar", "es"))

EN_SITE = Site(EN, EN.origin)
AR_SITE = Site(AR, AR.origin)
ES_SITE = Site(ES, ES.origin)
REPLICA = Site(EN, "http://127.0.0.1:8000")
SITES = {"en": EN_SITE, "ar": AR_SITE, "es": ES_SITE}


@pytest.mark.parametrize(
    ("url", "edition", "code", "origin"),
    [
        ("https://english.almayadeen.net/live", None, "en", "https://english.almayadeen.net"),
        ("http://www.almayadeen.net:80/", "en", "ar", "https://www.almayadeen.net"),
        ("https://instance2.almayadeen.net/news", None, "ar", "https://www.almayadeen.net"),
        ("HTTPS://ESPANOL.almayadeen.net", None, "es", "https://espanol.almayadeen.net"),
        ("http://127.0.0.1:8000/news/x", "ar", "ar", "http://127.0.0.1:8000"),
        ("http://mirror.example/x", None, "en", "http://mirror.example"),
        ("http://mirror.example/x", "fr", "en", "http://mirror.example"),
        ("saved/page.html", "es", "es", "https://espanol.almayadeen.net"),
        ("", None, "en", "https://english.almayadeen.net"),
    ],
)
def test_site_of(url: str, edition: str | None, code: str, origin: str) -> None:
    site = site_of(url, edition)
    assert (site.edition.code, site.origin) == (code, origin)


def test_site_is_written_one_way_and_hashable() -> None:
    assert Site(EN, "HTTP://LocalHost:80/") == Site(EN, "http://localhost")
    assert len({Site(EN, "http://localhost"), Site(EN, "http://localhost/x"), Site(AR, "http://localhost")}) == 2
    for origin in ("", "localhost:8000", "ftp://x", "http://"):
        with pytest.raises(ValueError, match="not an origin"):
            Site(EN, origin)


BASE = "https://english.almayadeen.net/news/politics/a-page"


@pytest.mark.parametrize(
    ("href", "path"),
    [
        ("/news/politics/hamas-coins--israel-s", "/news/politics/hamas-coins--israel-s"),
        ("/", "/"),
        ("?page=2", "/news/politics/a-page?page=2"),
        ("other", "/news/politics/other"),
        ("../economy/", "/news/economy"),
        ("/News/Politics/Slug", "/news/politics/Slug"),
        ("/Society/x", "/Society/x"),  # a section of the Arabic edition alone
        ("  /in-pictures\n", "/in-pictures"),
        ("/a b", "/a%20b"),
        ("\\news\\politics", "/news/politics"),
        ("//english.almayadeen.net//live///", "/live"),
        ("http://english.almayadeen.net:80/live#top", "/live"),
        ("https://user@english.almayadeen.net:443/live?utm_source=x&fbclid=1", "/live"),
        ("/news?tags=Syria&utm_medium=y&page=2", "/news?tags=Syria&page=2"),
        ("/news/?utm%5Fsource=x&&", "/news"),
        ("/d%69%61l%c3%B3", "/dial%C3%B3"),
        ("/dialo\u0301", "/dial%C3%B3"),
        ("/dial%25C3%25B3", "/dial%C3%B3"),
        ("/100%-true", "/100%25-true"),
        ("/%2e%2E/x%2Fy/./", "/x%2Fy"),
        ("/irgc:-22nd", "/irgc:-22nd"),
        ("/irgc%3A-22nd", "/irgc:-22nd"),
        ("/bad%ff%D8", "/bad%FF%D8"),
    ],
)
def test_absolute_on_the_own_site(href: str, path: str) -> None:
    assert resolve(href, BASE, EN_SITE) == EN.origin + path
    assert resolve(href, BASE, REPLICA) == REPLICA.origin + path


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        (
            "//alpha-ar-media.almayadeen.net/a.gif?width=1",
            "https://alpha-ar-media.almayadeen.net/a.gif?width=1",
        ),
        ("https://mdn.tv/7M8H", "https://mdn.tv/7M8H"),
        ("HTTP://Example.COM:80", "http://example.com/"),
        ("https://example.com/Path/?b=1&gclid=2#x", "https://example.com/Path/?b=1"),
        (
            "https://web.archive.org/web/2020/https://example.com/",
            "https://web.archive.org/web/2020/https://example.com/",
        ),
        ("https://english.almayadeen.net.example.com/x", "https://english.almayadeen.net.example.com/x"),
        ("https://english.almayadeen.net@example.com/x", "https://example.com/x"),
        ("https://www.almayadeen.net/news", "https://www.almayadeen.net/news"),
        ("http://موقع.example/", "http://xn--4gbrim.example/"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
    ],
)
def test_absolute_elsewhere(href: str, expected: str) -> None:
    assert resolve(href, BASE, EN_SITE) == expected
    assert not is_internal(expected, EN_SITE)


NOTHING = ["", "#", "#0", "  ", "mailto:a@b.c", "javascript:void(0)", "JavaScript:;", "tel:+961", "data:text/html,x"]
NOTHING += ["about:blank", "http://", "https://[x", "http://a b/", "http://%61.com/", "http://x:99999/", "//", "//["]


@pytest.mark.parametrize("href", [*NOTHING, "/" + "x/" * 3000])
def test_absolute_of_nothing(href: str) -> None:
    assert resolve(href, BASE, EN_SITE) is None


def test_raw_arabic_and_percent_encoded_are_one() -> None:
    raw = "/news/politics/-إسرائيل--أرادت-تنفيذ"
    encoded = resolve(raw, AR.origin, AR_SITE)
    assert encoded is not None
    assert encoded.startswith("https://www.almayadeen.net/news/politics/-%D8%A5%D8%B3")
    for variant in (
        encoded,
        encoded.lower(),
        "http://instance2.almayadeen.net" + raw + "/#x",
        encoded.replace("%", "%25"),
    ):
        assert canonical(variant, AR_SITE) == encoded
    assert resolve("news/", "https://www.almayadeen.net/", AR_SITE) == "https://www.almayadeen.net/news"
    assert resolve("/maingroup/فلسطين المحتلة", AR.origin, AR_SITE) == canonical(
        "https://www.almayadeen.net/maingroup/%D9%81%D9%84%D8%B3%D8%B7%D9%8A%D9%86%20%D8%A7%D9%84%D9%85%D8%AD%D8%AA%D9%84%D8%A9",
        AR_SITE,
    )


def test_base_of_another_site_or_none() -> None:
    assert resolve("/x", "http://example.com/a", EN_SITE) == "http://example.com/x"
    assert resolve("/x", "", EN_SITE) == EN.origin + "/x"
    assert resolve("x", "page.html", EN_SITE) == EN.origin + "/x"


@pytest.mark.parametrize(
    ("edition", "url", "expected", "of"),
    [
        ("en", "/", "home", None),
        ("en", "/?q=gaza", "search", None),
        ("en", "/news", "section", "news"),
        ("en", "/news/arts-culture", "section", "arts-culture"),
        ("en", "/articles/opinion?page=2", "section", "opinion"),
        ("en", "/news/politics/3", "section", "politics"),
        ("en", "/news/politics/page/3", "section", "politics"),
        ("en", "/news/lifestyle", "section", "lifestyle"),
        ("en", "/mena", "region", "mena"),
        ("en", "/news/politics/playing-with-fire", "article", "politics"),
        ("en", "/news/politics/-incident--reported-off", "article", "politics"),
        ("en", "/articles/why-the-israelis-are-so-afraid", "article", "articles"),
        ("en", "/articles/opinion/the-gaza-syndrome", "article", "opinion"),
        ("en", "/news/lifestyle/a-new-fashion", "article", "lifestyle"),
        ("en", "/news/politics/1850881", "article", "politics"),
        ("en", "/videos/tv/short", "article", "tv"),
        ("en", "/unheard/of-this-section", "article", "unheard"),
        ("en", "/unheard/of", "unknown", None),
        ("en", "/unheard", "unknown", None),
        ("en", "/one-two-three", "unknown", None),
        ("en", "/a-headline-right-below-the-root-of-it", "article", None),
        ("en", "/tags/syria", "tag", None),
        ("en", "/tag/us-canada-and-more-words", "tag", None),
        ("en", "/topic/isis", "tag", None),
        ("en", "/topics/isis", "tag", None),
        ("en", "/keyword/isis", "tag", None),
        ("en", "/t/123/isis", "tag", None),
        ("en", "/news?tags=Siria", "tag", None),
        ("en", "/tags", "static", None),
        ("en", "/authors/1610233/jamal-kanj", "author", None),
        ("en", "/coverage/gaza-prevails", "coverage", None),
        ("en", "/live", "live", None),
        ("en", "/Search?q=x", "search", None),
        ("en", "/about-us", "static", None),
        ("en", "/sitemaps/all/sitemap-2023-10.xml", "sitemap", None),
        ("en", "/sitemap.xml", "sitemap", None),
        ("en", "/feed.rss", "feed", None),
        ("en", "/news/rss", "feed", None),
        ("en", "/rss/all.xml", "feed", None),
        ("en", "/uploads/report.pdf", "media", None),
        ("en", "//alpha-ar-media.almayadeen.net/media/x.jpg?v=2", "media", None),
        ("en", "https://www.almayadeen.net/news/politics/x-y-z", "external", None),
        ("ar", "/sports/football", "section", "football"),
        ("ar", "/sports/أتلتيكو", "article", "sports"),
        ("ar", "/infograph/egypt", "section", "egypt"),
        ("ar", "/Blog/الشهيد-الإيراني", "article", "blog"),
        ("ar", "/opinion/شهود-عيان", "article", "opinion"),
        ("ar", "/newscast/2023/10/31/نشرة", "article", "newscast"),
        ("ar", "/newscast/2023/10/31", "section", "newscast"),
        ("ar", "/episodes-tv/المقاومة-في-فنون/وثائقي-الميادين", "article", "episodes-tv"),
        ("ar", "/latestnews/2023/11/1/العراق--المقاومة", "bulletin", None),
        ("ar", "/latestnews", "section", "latestnews"),
        ("ar", "/country/Occupied_Palestine", "region", "occupied_palestine"),
        ("ar", "https://www.almayadeen.net/maingroup/العراق", "region", None),
        ("ar", "/coverage", "coverage", None),
        ("ar", "/authors/بثينة-عليق", "author", None),
        ("ar", "/كسر-الجدار", "unknown", None),
        ("es", "/entrevistas/2046797/hizbullah-tras-el-martirio", "article", "entrevistas"),
        ("es", "/authors/1556715/roberto-inlakesh", "author", None),
        ("es", "/profundidad/politica", "section", "politica"),
        ("es", "/articles", "section", "articles"),
        ("es", "/news?tags=Siria", "tag", None),
    ],
)
def test_kind_and_section(edition: str, url: str, expected: str, of: str | None) -> None:
    site = SITES[edition]
    address = resolve(url, site.origin + "/", site)
    assert address is not None
    assert page_type(address, site) == expected
    if expected != "region" or of:
        assert section(address, site) == of


def test_each_section_and_region_is_its_own_listing() -> None:
    for site in SITES.values():
        for name, path in site.edition.sections.items():
            assert (page_type(path, site), section(path.upper(), site)) == ("section", name)
        for name, path in site.edition.regions.items():
            assert (page_type(path, site), section(path, site)) == ("region", name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Politics", "politics"),
        ("Arts&Culture", "arts-culture"),
        ("US & Canada", "us-canada"),
        ("Video Features", "video-features"),
        ("  In_Pictures! ", "in-pictures"),
        ("Cultura y Arte", "cultura-y-arte"),
        ("Opinio\u0301n", "opinion"),
        ("سِياسـة", "سياسة"),
        ("&", ""),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


# Arbitrary text, and text made of parts of URLs.
PIECES = [
    "%",
    "%2",
    "%25",
    "%2e",
    "%D8",
    "%a7",
    "%3E",
    "%41",
    "%44%38",
    "/",
    "//",
    "\\",
    ".",
    "..",
    "?",
    "#",
    "&",
    "=",
    ":",
    "@",
]
PIECES += [
    "http:",
    "https://",
    "HTTP://",
    "english.almayadeen.net",
    "127.0.0.1:8000",
    "[",
    "]",
    "News",
    "politics",
    " ",
    "\t",
]
PIECES += [
    "\u0301",
    "\u0338",
    "e",
    "E",
    "=",
    "ا",
    "\u212a",
    "\ud800",
    "\udca7",
    "\u200f",
    "utm_source=",
    "tags=",
    "+",
    "-",
    "\x00",
]
TEXT = st.text() | st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=12).map("".join)
ANY_SITE = st.sampled_from([*SITES.values(), REPLICA])


@given(TEXT, ANY_SITE)
@example("/%%44%38%%44%38", EN_SITE)
@example("/a%253%CC%80?%%44%38", EN_SITE)
@example("/%D8%Az%D9%A?", EN_SITE)
@example("=\u0338?=\u0338", EN_SITE)
@example("http://\u2100/", EN_SITE)
def test_canonical_is_total_ascii_and_idempotent(url: str, site: Site) -> None:
    once = canonical(url, site)
    assert once.isascii()
    assert once.isprintable()
    assert canonical(once, site) == once
    assert canonical(dedupe_key(once, site), site).lower() == once.lower() or not is_internal(once, site)
    page_type(url, site)
    section(url, site)


@given(TEXT, TEXT, ANY_SITE)
def test_absolute_gives_normal_forms(href: str, base: str, site: Site) -> None:
    address = resolve(href, base, site)
    if address is not None:
        assert address.startswith(("http://", "https://"))
        assert canonical(address, site) == address
        assert resolve(address, base, site) == address


@given(
    st.lists(st.text(string.ascii_letters + "-اéِ", min_size=1, max_size=9), max_size=4).map("/".join),
    ANY_SITE,
)
def test_key_is_what_variants_share(path: str, site: Site) -> None:
    address = canonical("/" + path, site)
    expected = dedupe_key(address, site)
    for variant in (
        address + "/",
        address + "#fragment",
        address + "?utm_source=x&fbclid=y",
        address.upper().replace("HTTPS://", "http://"),
        "//" + site.edition.hosts[-1] + "/" + path,
    ):
        assert dedupe_key(variant, site) == expected


@given(TEXT)
@example("À\U00011133")  # a mark that is sorted before the accent
def test_slug_is_idempotent(name: str) -> None:
    assert slug(slug(name)) == slug(name)
