"""Listings: cards, menu, tags, ticker and pagination, in many layouts and on two real pages."""

from __future__ import annotations

import gzip
import html
import re
import time
from collections.abc import Callable
from functools import cache
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayadeen.extract.listing import Card, Listing, parse_listing
from mayadeen.extract.page import Page, UnreadablePage
from mayadeen.site.address import page_type
from tests.conftest import ROOT

ORIGIN = "https://english.almayadeen.net"
LISTING = ORIGIN + "/news/politics"
REAL = ROOT.parent / "shared" / "site"


class Story(NamedTuple):
    path: str
    headline: str
    category: str
    day: str
    teaser: str


STORIES = [
    Story(
        "/news/politics/harbour-council-rejects--fourth--ferry-plan",
        'Harbour council rejects "fourth" ferry plan',
        "Politics",
        "9 May 2025",
        "The vote ended a debate of two years over who pays for quays, boats and the long way around the island.",
    ),
    Story(
        "/news/economy/olive-prices-double-as-presses-stand-idle-for-a-third-season",
        "Olive prices double as presses stand idle for a third season",
        "Economy",
        "11 May 2025",
        "Growers say that the harvest is small. Traders say that it is not.",
    ),
    Story("/articles/opinion/playing-with-wind", "Playing with wind", "Opinion", "20 Apr 20:50", "On mills and men."),
    Story(
        "/news/politics/7-october-square-renamed-by-governor-after-a-long-dispute-w",
        "7 October square renamed by governor after a long dispute with its residents",
        "Europe",
        "1 Jan 2025 08:05",
        "Nobody asked them, they say.",
    ),
]


def link(story: Story, inner: str) -> str:
    return f'<a href="{story.path}">{inner}</a>'


def picture(words: str = "") -> str:
    return f'<img src="/blank.png" data-src="/media/1.jpg" alt="{words}">'


def topic(story: Story) -> str:
    return f'<a href="/news/{story.category.lower()}">{story.category}</a>'


def as_list(stories: list[Story]) -> str:
    rows = "".join(
        f"<li>{link(s, picture())}<div>{link(s, s.headline)}</div><ul><li>{topic(s)}</li><li>{s.day}</li></ul></li>"
        for s in stories
    )
    return f"<ul>{rows}</ul>"


def heading_around_link(stories: list[Story]) -> str:
    return "".join(
        f"<div><h2>{link(s, s.headline)}</h2><p>{s.teaser}</p><span>{s.category} | {s.day}</span></div>"
        for s in stories
    )


def heading_in_link(stories: list[Story]) -> str:
    return "".join(
        f"<article>{link(s, picture('x'))}{topic(s)}{link(s, f'<h3>{s.headline}</h3>')}{link(s, f'<p>{s.teaser}</p>')}"
        f"<time datetime='2025-05-09'>{s.day}</time></article>"
        for s in stories
    )


def whole_card_linked(stories: list[Story]) -> str:
    return "".join(
        link(
            s,
            f"<div>{picture()}</div><div>{s.category}</div><div>{s.headline}</div><div>{s.teaser}</div>"
            f"<div><small>{s.day}</small></div>",
        )
        for s in stories
    )


def one_line_linked(stories: list[Story]) -> str:
    return "<section>" + "".join(
        f"<p>{link(s, f'<b>{s.category}</b> <span>{s.headline}</span> <em>{s.day}</em>')}</p>" for s in stories
    )


def table(stories: list[Story]) -> str:
    rows = "".join(f"<tr><td>{s.day}</td><td>{link(s, s.headline)}</td><td>{topic(s)}</td></tr>" for s in stories)
    return f"<table><tr><th>Day</th><th>Title</th></tr>{rows}</table>"


def flat_day_after(stories: list[Story]) -> str:
    return (
        "<div>" + "".join(f"<h4>{link(s, s.headline)}</h4><p>{s.day}</p><p>{s.teaser}</p>" for s in stories) + "</div>"
    )


def flat_day_before(stories: list[Story]) -> str:
    return "<div>" + "".join(f"<i>{s.day}</i><h4>{link(s, s.headline)}</h4>" for s in stories) + "</div>"


def headline_not_linked(stories: list[Story]) -> str:
    return "".join(f"<div>{link(s, picture())}<h3>{s.headline}</h3><p>{s.day}</p></div>" for s in stories)


def bare_links(stories: list[Story]) -> str:
    return "<ul>" + "".join(f"<li>{link(s, s.headline)} <i>{s.day}</i></li>" for s in stories) + "</ul>"


def read_more_links(stories: list[Story]) -> str:
    return "".join(
        f"<div><h5>{link(s, s.headline)}</h5><p>{s.teaser}</p>{link(s, 'Read more')}<p>{s.day}</p></div>"
        for s in stories
    )


LAYOUTS: list[Callable[[list[Story]], str]] = [
    as_list,
    heading_around_link,
    heading_in_link,
    whole_card_linked,
    one_line_linked,
    table,
    flat_day_after,
    flat_day_before,
    headline_not_linked,
    bare_links,
    read_more_links,
]

SECTIONS = [
    ("News", "/news"),
    ("Politics", "/news/politics"),
    ("Arts&Culture", "/news/arts-culture"),
    ("TV", "/videos/tv"),
]
SECTIONS += [("In Pictures", "/in-pictures"), ("Lifestyle", "/news/lifestyle"), ("Gaza 24/7", "/gaza-24-7")]
REGIONS = [("Asia-Pacific", "/asia-pacific"), ("MENA", "/mena"), ("US & Canada", "/us-canada")]
SENTENCES = [
    "Sources: a first convoy has crossed the northern bridge.",
    "Governor: we were not asked",
    'Reuters, citing an official: the ferry is "late by a year".',
]


def rows(names: list[tuple[str, str]]) -> str:
    return "".join(f'<li><a href="{path}">{html.escape(name)}</a></li>' for name, path in names)


TOP = (
    f'<header><a href="/"><img src="/logo.png" alt="Al Mayadeen English"></a><a href="https://www.almayadeen.net/">Ar</a>'
    f"<nav><ul>{rows(SECTIONS)}<li><a href='/live'>LIVE</a></li><li><a href='/coverage'>Coverage</a></li></ul></nav>"
    f"<div><ul>{rows(SECTIONS)}</ul></div><ul>{rows(REGIONS)}</ul></header>"
)
FOOTER = (
    '<footer><p>Al Mayadeen is an Arab Independent Media Channel.</p><ul><li><a href="/privacy-policy">Privacy'
    '</a></li><li><a href="/about-us">About Us</a></li><li><a href="/authors">Authors</a></li>'
    '<li><a href="https://play.example.com/app">Android</a></li><li><a href="mailto:a@b.c">Write</a></li></ul></footer>'
)


def parsed(body: str, url: str = LISTING) -> Listing:
    return parse_listing(
        Page(f"<!DOCTYPE html><html lang='en'><head><title>x</title></head><body>{body}</body></html>", url)
    )


def as_cards(stories: list[Story], block: str = "") -> list[Card]:
    return [Card(url=ORIGIN + s.path, headline=s.headline, day=s.day, block=block) for s in stories]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_cards_in_any_layout(layout: Callable[[list[Story]], str]) -> None:
    found = parsed(f"{TOP}<main><h1>Politics</h1>{layout(STORIES)}</main>{FOOTER}")
    assert found.cards == as_cards(STORIES)
    assert [(each.name, each.url) for each in found.menu] == [(n, ORIGIN + p) for n, p in SECTIONS + REGIONS]
    assert found.ticker == []
    assert not found.load_more
    assert found.next is None


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize(
    "around", ["<aside><h3>Most Read</h3>{}</aside>", "<div><div><b>Most Read:</b></div><div>{}</div></div>"]
)
def test_boxes_beside_the_list(layout: Callable[[list[Story]], str], around: str) -> None:
    box = around.format(layout(STORIES[2:]))
    found = parsed(f"{TOP}<main><section>{as_list(STORIES[:3])}</section>{box}</main>{FOOTER}")
    assert found.cards == as_cards(STORIES[:3]) + as_cards(STORIES[3:], "mostRead")


def test_boxes_end_at_the_next_heading() -> None:
    found = parsed(
        f"<div><h2>Read Next</h2><a href='/news'>All</a>{as_list(STORIES[:1])}<h2>Elsewhere</h2>{as_list(STORIES[1:2])}"
        f"<h2>Coverage</h2><a href='/coverage'>All</a><a href='/coverage/x'>Ferries</a>{as_list(STORIES[2:])}</div>"
    )
    assert [card.block for card in found.cards] == ["readNext", "", "coverage", "coverage"]


def test_a_link_to_the_whole_listing_stands_in_a_box() -> None:
    box = f"<aside><div><h3>Most Read</h3><a href='/news'>All</a></div>{as_list(STORIES[2:])}</aside>"
    found = parsed(f"{TOP}<main>{as_list(STORIES[:2])}{box}</main>")
    assert [card.block for card in found.cards] == ["", "", "mostRead", "mostRead"]


def test_a_box_may_be_lines_of_one_element() -> None:
    lines = "".join(f"<br>{link(s, s.headline)}" for s in STORIES[2:])
    found = parsed(f"<main>{as_list(STORIES[:2])}<div><b>Most Read</b>{lines}</div></main>")
    assert [card.block for card in found.cards] == ["", "", "mostRead", "mostRead"]


def test_a_picture_at_the_end_of_a_box_belongs_to_it() -> None:
    pictures = "".join(f"<div>{link(s, picture(s.headline))}</div>" for s in STORIES[2:])
    found = parsed(f"<main><aside><h3>Most Read</h3>{pictures}</aside><section>{as_list(STORIES[:2])}</section></main>")
    assert [card.block for card in found.cards] == ["mostRead", "mostRead", "", ""]


def test_days_in_indented_markup() -> None:
    indent = "\n" + 80 * " "
    cards = "".join(f"<li>{link(s, s.headline)}<p>{indent}{s.day}{indent}</p></li>" for s in STORIES)
    assert parsed(f"<ul>{cards}</ul>").cards == as_cards(STORIES)


TICKERS = {
    "linked": "<section><h4>BREAKING</h4><ul>{}</ul></section>".format(
        "".join(f"<li><a href='/latestnews/2025/5/{n}/x-y'><p>{s}</p></a></li>" for n, s in enumerate(SENTENCES))
    ),
    "spans": f"<p><b>Breaking:</b> {''.join(f'<span>{s}</span>' for s in SENTENCES)}</p>",
    "links on one line": "<div><b>Breaking</b>: {}</div>".format(
        " | ".join(f"<a href='/latestnews/2025/5/{n}/x-y'>{s}</a>" for n, s in enumerate(SENTENCES))
    ),
    "plain": f"<div><span>Breaking</span><div>{''.join(f'<div>{s}</div>' for s in SENTENCES)}</div></div>",
    "flat": f"<b>BREAKING:</b>{''.join(f'<p>{s}</p>' for s in SENTENCES)}<h1>Politics</h1>",
    "articles": "<div><p><span>Breaking News</span></p><div><ul>{}</ul></div></div>".format(
        "".join(f"<li>20:5{n} <a href='/news/politics/{n}-one-two-three'>{s}</a></li>" for n, s in enumerate(SENTENCES))
    ),
    "repeated": "<div><i>Breaking</i><ul>{}</ul></div>".format(
        2 * "".join(f"<li><b>{s[:8]}</b>{s[8:]}</li>" for s in SENTENCES)
    ),
}


@pytest.mark.parametrize("ticker", TICKERS)
def test_ticker(ticker: str) -> None:
    found = parsed(f"{TOP}{TICKERS[ticker]}<main>{as_list(STORIES)}</main>{FOOTER}")
    assert [each.text for each in found.ticker] == SENTENCES
    linked = [each.url for each in found.ticker if each.url]
    bulletin = "/latestnews/2025/5/0/x-y"
    expected = {"linked": bulletin, "links on one line": bulletin, "articles": "/news/politics/0-one-two-three"}.get(
        ticker
    )
    assert linked[:1] == ([ORIGIN + expected] if expected else [])
    assert found.cards == as_cards(STORIES)


def test_a_badge_is_no_ticker() -> None:
    cards = "".join(f"<div><span>Breaking</span>{link(s, s.headline)}<p>{s.day}</p></div>" for s in STORIES)
    found = parsed(f"<main>{cards}</main>")
    assert found.ticker == []
    assert found.cards == as_cards(STORIES)


def test_tags() -> None:
    found = parsed(
        "<p><a href='/tags/syria'># Syria</a> <a href='/?tags=isis'>ISIS</a> <a href='/tags/syria/'>x</a></p>"
    )
    assert [(tag.name, tag.url) for tag in found.tags] == [
        ("Syria", ORIGIN + "/tags/syria"),
        ("ISIS", ORIGIN + "/?tags=isis"),
    ]
    assert found.cards == []


@pytest.mark.parametrize(
    ("more", "load_more", "following"),
    [
        ("<button>Load more</button>", True, None),
        ("<div><a href='#'>Load More…</a></div>", True, None),
        ("<div role='button'><span>Show more</span></div>", True, None),
        ("<a href='javascript:;'>view more</a>", True, None),
        ("<input type='button' value='Load more'>", True, None),
        ("<a href='/news/politics?page=2'>Load more</a>", True, "/news/politics?page=2"),
        ("<a href='/news/politics?page=2'>Next »</a>", False, "/news/politics?page=2"),
        (
            "<a href='/news/politics/page/2'>2</a><a href='/news/politics/page/2'>next</a>",
            False,
            "/news/politics/page/2",
        ),
        ("<b>1</b> <a href='?p=2'>2</a> <a href='?p=3'>3</a>", False, "/news/politics?p=2"),
        ("<a href='/news/politics/2'>2</a>", False, "/news/politics/2"),
        ("<a href='?p=2' aria-label='Next page'>»</a><a href='?p=9'>»»</a>", False, "/news/politics?p=2"),
        ("<a href='/news/economy?p=2'>2</a>", False, None),
        ("<a href='?p=2'>9</a>", False, None),
        ("<a rel='nofollow next' href='?p=3'>&gt;</a>", False, "/news/politics?p=3"),
        ("<a rel='next' href='https://example.com/'>&gt;</a>", False, None),
        ("<h3>More news</h3>", False, None),
        ("<a href='/news/economy'>Show more</a>", False, None),
        ("<a href='/news/economy'>Next</a>", False, None),
        ("<p>Nothing</p>", False, None),
    ],
)
def test_more(more: str, load_more: bool, following: str | None) -> None:
    found = parsed(f"{TOP}{as_list(STORIES)}{more}{FOOTER}")
    assert (found.load_more, found.next) == (load_more, following and ORIGIN + following)


def test_a_word_in_the_menu_is_no_button() -> None:
    found = parsed(f"<nav><ul><li><span>Show more</span><ul>{rows(SECTIONS)}</ul></li></ul></nav>{as_list(STORIES)}")
    assert not found.load_more


def test_next_from_the_second_page_and_from_the_head() -> None:
    body = f"{as_list(STORIES)}<a href='/news/politics?page=1'>1</a><a href='/news/politics?page=3'>Next</a>"
    assert parsed(body, LISTING + "?page=2").next == LISTING + "?page=3"
    numbers = f"{as_list(STORIES)}<a href='?page=1'>1</a> 2 <a href='?page=3'>3</a> <a href='?page=4'>4</a>"
    assert parsed(numbers, LISTING + "?page=2").next == LISTING + "?page=3"
    head = "<html><head><link rel='next' href='/news/politics?page=2'></head><body></body></html>"
    assert parse_listing(Page(head, LISTING)).next == LISTING + "?page=2"


def test_short_headlines_and_pictures_alone() -> None:
    found = parsed(
        f"<nav><ul>{rows(SECTIONS)}</ul></nav><ul><li><a href='/articles/opinion/ferry'>Ferry</a> 9 May 2025</li></ul>"
        f"<div><a href='/videos/tv/mills-and-men'>{picture()}</a></div>"
        f"<div><a href='/in-pictures/quays-at-dusk'>{picture('Quays at dusk')}</a></div>"
        f"<a href='/unheard'>Unheard</a><a href='/programme/x'>{picture()}</a>"
        "<a href='/unheard/new'>A headline in a section never heard of</a>"
    )
    assert [(card.url.removeprefix(ORIGIN), card.headline, card.day) for card in found.cards] == [
        ("/articles/opinion/ferry", "Ferry", "9 May 2025"),
        ("/videos/tv/mills-and-men", "", None),
        ("/in-pictures/quays-at-dusk", "Quays at dusk", None),
        ("/unheard/new", "A headline in a section never heard of", None),
    ]


def test_an_empty_link_over_a_card_is_its_link() -> None:
    cards = "".join(
        f"<div>{picture()}<div><h5>{html.escape(story.headline)}</h5><p>{story.teaser}</p>"
        f"<a href='{story.path}'></a></div></div>"
        for story in STORIES
    )
    found = parsed(f"<main>{cards}</main>").cards
    assert [card.headline for card in found] == [story.headline for story in STORIES]


def test_one_card_a_target_however_written() -> None:
    path = STORIES[0].path
    found = parsed(
        "".join(
            f"<div><a href='{href}'>{STORIES[0].headline}</a></div>"
            for href in (
                path,
                path + "?utm_source=x",
                "http:" + ORIGIN[6:] + path + "#top",
                "/News" + path[5:],
                path[1:],
            )
        ),
        ORIGIN + "/",
    )
    assert [card.url for card in found.cards] == [ORIGIN + path]


def test_headlines_in_parts_keep_their_spaces() -> None:
    inner = '<i>World</i> <b>Ferry</b>: "<em>late</em>" by\n a year, <b>council</b> says <time>9 May 2025</time>'
    found = parsed(f"<div><a href='/news/politics/ferry---late--by-a-year--council-says'>{inner}</a></div>")
    assert [card.headline for card in found.cards] == ['World Ferry: "late" by a year, council says']


def test_pages_with_nothing() -> None:
    for body in ("", "<p>nothing", "<a>", "<a href=''>x</a>", "<script>var a = '<a href=x>'</script>"):
        assert parsed(body) == Listing()


REPEATED = {
    "labels": "<div>" * 200 + 5000 * "<p>Breaking</p>" + "</div>" * 200,
    "boxes": "".join(
        f"<div><h3>Most Read</h3><a href='/news/politics/a-story-of-{n}'>{n}</a></div>" for n in range(5000)
    ),
    "empty links": "".join(f"<a href='/news/politics/a-story-of-{n}'></a><h3>Ferry</h3>" for n in range(5000)),
}


@pytest.mark.parametrize("markup", REPEATED)
def test_time_grows_with_the_page_alone(markup: str) -> None:
    page = Page(f"<html><body><div>{REPEATED[markup]}</div></body></html>", LISTING)
    began = time.process_time()
    parse_listing(page)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("tag", ["<div>", "<span>"])
def test_deep_markup_is_no_error(tag: str) -> None:
    shallow, deep = (parsed(depth * tag + link(STORIES[0], STORIES[0].headline)) for depth in (100, 3000))
    assert [card.headline for card in shallow.cards] == [STORIES[0].headline]
    assert deep.load_more is False


PIECES = ["<div>", "</div>", "<li>", "<h3>", "</h3>", "</a>", "Most Read", "BREAKING", "Load more", "9 May 2025", "<p>"]
PIECES += [f"<a href='{story.path}'>" for story in STORIES] + [
    STORIES[0].headline,
    "<a href='/news/politics'>Politics</a>",
]
PIECES += ["<a href='/latestnews/1/1/1/x'>", "<img>", "<table>", "<td>", "<main>", "<script>", "text", "<a href='//['>"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_markup_is_read(body: str) -> None:
    try:
        found = parsed(body)
    except UnreadablePage:
        return
    urls = [card.url for card in found.cards]
    assert len(urls) == len(set(urls))
    assert set(urls) <= {ORIGIN + story.path for story in STORIES}


@cache
def real(day: str) -> tuple[Listing, str]:
    """Return a real Arabic home page: parsed, and its HTML without scripts and styles."""
    file = REAL / f"home-ar-{day}.html.gz"
    if not file.exists():
        pytest.skip("the material on the real site is not here")
    data = gzip.decompress(file.read_bytes())
    text = re.sub(r"(?s)<(script|style)\b.*?</\1>|<!--.*?-->", "", data.decode("utf-8"))
    return parse_listing(Page(data, "https://www.almayadeen.net/")), text


AR_ARTICLE = re.compile(
    r"/(?:news/politics|news/economic|articles|analysis|opinion|press|newscast/\d+/\d+/\d+|reports|tv-reports|episodes-tv"
    r"|arts-culture|society|misc|video|programs-online|programs-tv|sports|promos|health|environment|technology|infograph"
    r"|podcasts)/.*[\u0600-\u06ff].*"
)


@pytest.mark.parametrize(("day", "cards", "days", "silent"), [("2023-11-01", 207, 111, 5), ("2023-12-26", 205, 108, 4)])
def test_real_cards(day: str, cards: int, days: int, silent: int) -> None:
    """All links to articles are found, compared with a regular expression. Some podcasts have no headline."""
    found, text = real(day)
    hrefs = {html.unescape(each).strip() for each in re.findall(r'<a\b[^>]*?\shref="([^"]*)"', text)}
    expected = {href for href in hrefs if AR_ARTICLE.fullmatch(href)}
    paths = [unquote(card.url).removeprefix("https://www.almayadeen.net") for card in found.cards]
    assert len(paths) == len(expected) == cards
    assert set(paths) == expected
    assert sum(card.day is not None for card in found.cards) == days
    assert sum(not card.headline for card in found.cards) == silent
    assert sum(card.block == "mostRead" for card in found.cards) == 12
    headings = {
        normalize("NFC", " ".join(html.unescape(each).split()))
        for path, each in re.findall(r'<a href="([^"]+)"[^>]*>\s*<h[2-6][^>]*>\s*([^<]+?)\s*</h', text)
        if AR_ARTICLE.fullmatch(path)
    }
    assert len(headings) > 50
    assert headings <= {card.headline for card in found.cards}


@pytest.mark.parametrize("day", ["2023-11-01", "2023-12-26"])
def test_real_days(day: str) -> None:
    """The day of each card is the first date between its link and the next card, by a regular expression."""
    found, text = real(day)
    stated: dict[str, str] = {}
    href = ""
    for target, words in re.findall(r'<a\b[^>]*?\shref="([^"]*)"|>([^<]+)(?=<)', text):
        if target:
            href = html.unescape(target) if re.search("[\u0600-\u06ff]", target) and "/authors/" not in target else href
        elif re.fullmatch(r"اليوم \d\d:\d\d|\d{1,2} (?:كانون الأول|تشرين اول|أيلول)", " ".join(words.split())):
            stated.setdefault(href, " ".join(words.split()))
    for card in found.cards:
        assert card.day == stated.get(unquote(card.url).removeprefix("https://www.almayadeen.net"))


@pytest.mark.parametrize("day", ["2023-11-01", "2023-12-26"])
def test_real_ticker_menu_and_rest(day: str) -> None:
    found, text = real(day)
    items = re.findall(r'class="ticker-text">\s*<a href="([^"]+)">\s*<p>\s*([^<]+?)\s*</p>', text)
    assert len(items) == 10
    assert [(unquote(each.url or "")[26:], each.text) for each in found.ticker] == [
        (href, " ".join(html.unescape(words).split())) for href, words in items
    ]
    assert [unquote(link.url or "")[26:] for link in found.menu] == [
        *(
            "/news",
            "/video",
            "/television",
            "/read",
            "/africa",
            "/all-sports",
            "/arts-culture",
            "/society",
            "/podcasts",
        ),
        *("/infograph", "/environment", "/technology", "/health", "/misc/news-misc", "/mayadeen-news"),
    ]
    site = Page("<html></html>", "https://www.almayadeen.net/").site
    assert {page_type(card.url, site) for card in found.cards} == {"article"}
    assert (found.tags, found.load_more, found.next) == ([], False, None)
