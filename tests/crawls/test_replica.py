"""The replica: its pages, sitemaps and faults are as documented, and its truth matches its pages."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from itertools import combinations
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.replica import THEMES, Site, articles, make_site, render, serve, truth
from tests.replica.data import QUIRKS

ORIGIN = "http://replica.test"
LOC = "{*}loc"


def fetch(url: str, method: str = "GET", **headers: str) -> HTTPResponse | HTTPError:
    """Return a response, with any status."""
    request = Request(quote(url, safe="/:?=&%"), method=method, headers=headers)
    try:
        response: HTTPResponse = urlopen(request, timeout=10)
    except HTTPError as error:
        return error
    return response


def locations(url: str) -> list[str]:
    """Return the URLs in a sitemap or sitemap index."""
    return [loc.text or "" for loc in ElementTree.fromstring(fetch(url).read()).iterfind(f"*/{LOC}")]


def shown(html: str) -> str:
    """Return the visible text of a page, with single spaces."""
    tree = LexborHTMLParser(html)
    for node in tree.css("script, style"):
        node.decompose()
    return " ".join(tree.css("body")[0].text().split())


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Serve a site of 80 articles in all themes."""
    with serve(articles=80, theme="mixed") as address:
        yield address


def test_site_can_be_walked_from_its_sitemaps(origin: str) -> None:
    children = locations(f"{origin}/sitemaps/all.xml")
    assert all(re.search(r"/sitemap-\d{4}-[1-9]\d?\.xml$", child) for child in children)
    assert fetch(children[-1]).status == 404
    found = [loc for child in children[:-1] for loc in locations(child)]
    known = [json.loads(line) for line in fetch(f"{origin}/_truth.jsonl")]
    assert {quote(loc, safe="/:'~") for loc in found} >= {record["url"] for record in known}
    assert len(known) == 80
    news = [loc for child in locations(f"{origin}/sitemaps/news.xml")[:-1] for loc in locations(child)]
    assert news
    assert all("/news/" in loc or loc.endswith("/live") for loc in news)
    assert all(fetch(loc).status == 200 for loc in found[::7])


def test_menu_leads_to_listings_with_articles(origin: str) -> None:
    tree = LexborHTMLParser(fetch(f"{origin}/").read())
    menu = {
        node.attributes["href"] or "" for node in tree.css("a") if node.text() in ("Politics", "Opinion", "In Pictures")
    }
    assert menu == {"/news/politics", "/articles/opinion", "/in-pictures"}
    for path in menu:
        listing = fetch(origin + path).read().decode()
        assert '"type": "page"' in listing
        assert f'href="{path}/' in listing
    assert 'href="http://instance2.localhost' in str(fetch(f"{origin}/").read())


@pytest.mark.parametrize(("path", "status"), [("/no/such/page", 404), ("/tags/nowhere", 200), ("/feed.rss", 403)])
def test_pages_that_are_not_there(origin: str, path: str, status: int) -> None:
    assert fetch(origin + path).status == status


def test_two_addresses_and_other_spellings_lead_to_one_article(origin: str) -> None:
    site = make_site(80)
    odd = next(site.card(index) for index in range(80) if site.card(index).quirk == "two-slugs")
    for path in (odd.path, odd.alias, odd.path.upper()):
        assert f'"postid": "{odd.post_id}"' in fetch(origin + path).read().decode()


def test_compressed_page_is_the_page(origin: str) -> None:
    plain, packed = (fetch(f"{origin}/about", **{"Accept-Encoding": kind}) for kind in ("identity", "gzip"))
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.read()) == plain.read()


def test_requests_are_counted() -> None:
    with serve(articles=5) as address:
        for path in ("/robots.txt", "/", "/news/politics", "/sitemaps/all.xml", "/nothing"):
            fetch(address + path)
        assert json.load(fetch(f"{address}/_requests"))["kinds"] == {
            "robots": 1,
            "listing": 2,
            "sitemap": 1,
            "other": 1,
        }
        fetch(f"{address}/_reset", "POST")
        assert json.load(fetch(f"{address}/_requests"))["paths"] == {}


def test_response_changes_and_article_stays() -> None:
    site = Site()
    article = site.article(0)
    first, second = (shown(render(article, "north", site, number)) for number in (0, 1))
    assert first != second
    assert truth(article, site, ORIGIN)["articleBody"] == truth(article, site, ORIGIN, request_no=1)["articleBody"]


def test_edits_and_additions_show() -> None:
    with serve(site := make_site(10, faults=["conditional"])) as address:
        url, day = address + site.card(3).path, "Fri, 31 Dec 2100 00:00:00 GMT"
        assert fetch(url, **{"If-Modified-Since": day}).status == 304
        before = len(fetch(url).read())
        fetch(f"{address}/_edit?index=3", "POST")
        fetch(f"{address}/_add?count=2", "POST")
        assert len(fetch(url).read()) != before
        assert len(list(fetch(f"{address}/_truth.jsonl"))) == 12
        assert site.card(11).published > site.card(9).published


def month_of(origin: str) -> bytes:
    """The newest month's sitemap."""
    index = fetch(f"{origin}/sitemaps/all.xml").read().decode()
    return fetch(re.findall("<loc>(.*?)</loc>", index)[0]).read()


FAULTS: dict[str, Callable[[str, str], bool]] = {
    "block": lambda origin, url: fetch(url).status == 403 and fetch(f"{origin}/robots.txt").status == 200,
    "block-after=2": lambda origin, url: [fetch(url).status for _ in range(3)] == [200, 200, 403],
    "challenge": lambda origin, url: fetch(url).status == 503 and b"Just a moment..." in fetch(url).read(),
    "no-sitemaps": lambda origin, url: fetch(f"{origin}/sitemaps/all.xml").status == 404,
    "no-keywords": lambda origin, url: b"news:keywords" not in month_of(origin),
    "no-metadata": lambda origin, url: b"tawsiyat" not in fetch(url).read(),
    "bare": lambda origin, url: not re.search(rb"tawsiyat|ld\+json|<meta (name|property)", fetch(url).read()),
    "crawl-delay=3": lambda origin, url: b"Crawl-delay: 3\n" in fetch(f"{origin}/robots.txt").read(),
    "more=next": lambda origin, url: (
        b"?page=2" in fetch(f"{origin}/news").read() and b"?page=3" not in fetch(f"{origin}/news?page=2").read()
    ),
    "more-forbidden": lambda origin, url: b"Disallow: /listing-part\n" in fetch(f"{origin}/robots.txt").read(),
    "garbage": lambda origin, url: fetch(f"{origin}/news/politics/nothing-was-found-in-the-letter").read() == b"",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_do_what_they_say(fault: str) -> None:
    with serve(site := make_site(12, faults=[fault])) as address:
        assert FAULTS[fault](address, address + site.card(4).path)


@pytest.mark.parametrize("design", ["page", "offset", "last-id"])
def test_a_listing_goes_on_as_it_is_told_to(design: str) -> None:
    with serve(site := make_site(40, faults=[f"more={design}"])) as address:
        listed = site.newest("/news", 15)
        asked = {"page": "page=2", "offset": "offset=5", "last-id": f"last={listed[4].index}"}[design]
        text = fetch(f"{address}/listing-part?of=/news&{asked}").read().decode()
        shown = [card.index for card in listed if card.path in text]
        assert json.load(fetch(f"{address}/_requests"))["kinds"] == {"more": 1}
    assert shown
    assert set(shown) <= {card.index for card in listed[5:10]}


@pytest.mark.parametrize(
    ("fault", "pattern"),
    [
        ("broken-metadata", r'(?s)"text/tawsiyat">(.*?)</script>'),
        ("broken-jsonld", r'ld\+json">(.*?)</script>'),
    ],
)
def test_broken_facts_are_no_json(fault: str, pattern: str) -> None:
    site = make_site(5, faults=[fault])
    with pytest.raises(json.JSONDecodeError):
        json.loads(re.findall(pattern, render(site.article(4), "south", site))[0])


def test_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        make_site(faults=["flood"])
    with pytest.raises(ValueError, match="more takes one of"):
        make_site(faults=["more=less"])


def test_themes_share_no_class_name() -> None:
    names = {
        theme: set(re.findall(r'class="(\w+)"', html)) | set(re.findall(r"^\.(\w+)", html, re.M))
        for theme in THEMES
        for html in [render(next(articles()), theme).replace('class="no_js"', "")]
    }
    assert all(names.values())
    assert not any(names[one] & names[other] for one, other in combinations(THEMES, 2))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("faults", [(), ("bare",)], ids=["whole", "bare"])
def test_page_says_its_truth(theme: str, faults: tuple[str, ...]) -> None:
    site = make_site(40, theme=theme, faults=faults)
    for index in range(40):
        article = site.article(index)
        text, told = shown(render(article, theme, site, origin=ORIGIN)), truth(article, site, ORIGIN)
        facts = [
            told["headline"],
            told["description"],
            *told["blocks"],
            *(tag["name"] for tag in told["tags"]),
        ]
        facts += [author["name"] for author in told["authors"]]
        facts += [article.source_line, told["mainImage"]["caption"]]
        facts += [f"{told['shareCount']} Shares"] if told["shareCount"] is not None else []
        assert all(fact in text for fact in facts if fact)
        assert not any(leak in told["articleBody"] for leak in told["leaks"] if told["articleBody"])


def test_each_oddity_occurs() -> None:
    site = Site(80)
    cards = {card.quirk: card for card in map(site.card, range(40))}
    assert cards.keys() >= set(QUIRKS.values())
    assert ":" in cards["old-slug"].path
    assert "/-" in cards["leading-dash"].path
    assert not cards["non-ascii"].path.isascii()
    assert len(cards["two-authors"].authors) == 2
    assert {card.kind for card in map(site.card, range(40))} >= {"news", "opinion", "video", "gallery"}


def test_facts_of_a_page_disagree_as_on_the_site() -> None:
    site = Site(80)
    html = render(site.article(0), "north", site)
    record = json.loads(re.findall(r'(?s)"text/tawsiyat">(.*?)</script>', html)[0])
    news = json.loads(re.findall(r'ld\+json">(.*?)</script>', html)[0])
    assert record["word_count"] == str(len(record["description"]))
    assert re.fullmatch(r"[\d-]+T[\d:]+\+0[23]:00", record["published_time"])
    assert re.fullmatch(r"[\d-]+T[\d:]+\.\d{7}", news["datePublished"])
    assert "content />" in html
    assert "-text/javascript" in html
