"""Templates: learned from pages, used to read pages, and written by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from mayadeen import NotAnArticle, Template, parse_article
from mayadeen.crawl.templates import differences
from mayadeen.errors import UsageError
from mayadeen.extract.article import read_article
from mayadeen.extract.page import Page
from mayadeen.extract.templates.learn import learn
from mayadeen.extract.templates.samples import Sample, read_sample
from mayadeen.extract.templates.template import TemplateError
from mayadeen.site.address import site_of
from mayadeen.warc import PageWriter
from tests.conftest import ROOT, Run
from tests.replica import ORIGIN, THEMES, Site, render, truth

Command = Callable[..., Run]
EDITIONS = {"en": ORIGIN, "ar": "https://www.almayadeen.net", "es": "https://espanol.almayadeen.net"}
MAX_LINES = 60
"""Maximum number of lines of a learned template."""


def page_of(site: Site, index: int, edition: str = "en") -> Page:
    article, origin = site.article(index), EDITIONS[edition]
    html = render(article, site=site, origin=origin).encode()
    return Page(html, truth(article, site, origin)["url"], edition=edition)


def samples(site: Site, indexes: range, edition: str = "en") -> list[Sample]:
    return [sample for index in indexes if (sample := read_sample(page_of(site, index, edition)))]


def saved(folder: Path, theme: str, count: int = 24) -> Path:
    """Write a WARC file with pages of a theme, under URLs of the real site. Return its path."""
    site = Site(count, theme=theme, page_kb=20)
    writer = PageWriter(folder, site_of(ORIGIN), 10**9)
    for index in range(count):
        article = site.article(index)
        body = render(article, site=site).encode()
        headers = {"Content-Type": "text/html"}
        writer.write(HtmlResponse(ORIGIN + article.card.path, headers=headers, body=body), Request(ORIGIN))
    writer.close()
    return writer.paths[0]


# --- Learned ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_pages_never_seen_are_read_as_without_it(theme: str, edition: str) -> None:
    site = Site(50, 3, theme, 20, language=edition)
    text = learn(samples(site, range(30), edition), edition)
    assert len(text.splitlines()) <= MAX_LINES
    template = Template.parse(text.encode())
    different = missed = 0
    for index in range(30, 50):
        page = page_of(site, index, edition)
        usual, reading = read_article(page, site.now), read_article(page, site.now, template)
        missed += reading.miss is not None
        names = differences(usual.article, reading.article)
        different += bool(names)
        # Only the template reads a gallery with captions longer than its text correctly.
        if "articleBody" in names:
            assert reading.article.articleBody == truth(site.article(index), site, EDITIONS[edition])["articleBody"]
    assert different <= 1
    assert missed <= 1


def test_few_pages_are_enough_to_be_right_or_to_say_nothing() -> None:
    site = Site(40, 3, "south", 20)
    template = Template.parse(learn(samples(site, range(5)), "en").encode())
    assert "gallery" not in template.types, "none was seen"
    fit = 0
    for index in range(5, 40):
        page = page_of(site, index)
        reading = read_article(page, site.now, template)
        fit += reading.miss is None
        assert not differences(read_article(page, site.now).article, reading.article)
    assert fit > 12


def test_the_order_of_pages_does_not_matter() -> None:
    site = Site(20, 3, "sur", 20)
    found = samples(site, range(20))
    assert learn(found, "en") == learn(found[::-1], "en")


ARTICLE = """<html><head><title>{title}</title></head><body><div class="top"><h1>{title}</h1>
<p class="by">By Anna Berg</p><p class="on">{day} Apr 2024 20:50</p></div><div class="text post-{number}">
<p>Boats left the harbor of {title} before dawn, and forty-two of them came back in the evening.</p>{more}
<p>Nobody had counted them before, said the master of {title}, who has kept the books for years.</p></div>
<footer><p>About this site</p></footer></body></html>"""


def plain(number: int, more: str = "") -> Page:
    html = ARTICLE.format(title=f"Harbor number {number} of the coast", day=number, number=1850880 + number, more=more)
    return Page(html, f"{ORIGIN}/news/politics/harbor-{number}-of-the-coast")


def test_what_stands_on_many_pages_is_boilerplate() -> None:
    advice = "<p>You can read all our reports on your phone, wherever you are today.</p>"
    found = [sample for number in range(1, 13) if (sample := read_sample(plain(number, advice)))]
    assert all("your phone" in str(sample.reading.article.articleBody) for sample in found)
    template = Template.parse(learn(found, "en").encode())
    reading = read_article(plain(20, advice), None, template)
    assert reading.miss is None
    assert "your phone" not in str(reading.article.articleBody)
    assert "forty-two" in str(reading.article.articleBody)


def test_classes_that_change_from_page_to_page_are_not_named() -> None:
    text = learn([sample for number in range(1, 9) if (sample := read_sample(plain(number)))], "en")
    assert "post-" not in text
    assert read_article(plain(30), None, Template.parse(text.encode())).miss is None


def test_pages_of_two_layouts_or_too_few_are_refused() -> None:
    mixed = [*samples(Site(10, 3, "north", 20), range(10)), *samples(Site(10, 3, "delta", 20), range(10))]
    with pytest.raises(
        UsageError, match=r"no selector finds the headline on 95% of \d+ pages .*pages of several layouts"
    ):
        learn(mixed, "en")
    with pytest.raises(UsageError, match="4 articles of the edition en; a template needs at least 5"):
        learn(mixed[:4], "en")


# --- Written by hand -------------------------------------------------------------------------------------------------

BY_HAND = """
edition = "en"
[article]
headline = "h1"
byline = "p.by, p.on"
container = "div.text"
keep = "p.lead"
"""


def test_a_line_of_the_file_corrects_a_page() -> None:
    page = plain(1, '<div class="box"><p>The fleet of the coast is older than its harbors, a study found.</p></div>')
    reading = read_article(page, None, Template.parse(BY_HAND.encode()))
    assert reading.miss is not None
    assert (reading.miss.reason, reading.miss.block) == ("an unknown block", "div.box")
    assert reading.miss.text.startswith("The fleet of the coast")
    assert reading.article.metadata.template is None
    kept = Template.parse(BY_HAND.replace('keep = "p.lead"', 'keep = "div.box"').encode())
    dropped = Template.parse((BY_HAND + 'drop = "div.box"\n').encode())
    for template, there in ((kept, True), (dropped, False)):
        article = parse_article(page.tree.html or "", page.url, template=template)
        assert ("older than its harbors" in str(article.articleBody)) == there
        assert article.metadata.template == template.hash
        assert article.authors[0].name == "Anna Berg"
        assert str(article.datePublished).startswith("2024-04-01T20:50")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ('<span class="new">A line alone, unlike those that the site has had until now.</span>', "an unknown block"),
        ('<div class="new"><p>A box that the site has only had since last week.</p></div>', "an unknown block"),
        ('<p class="new">A paragraph unlike those that the site has had until now.</p>', "an unknown block"),
        ('<blockquote><p>A quote.</p><div class="new">And what is around it.</div></blockquote>', "an unknown block"),
        ("<p hidden>Boats that nobody sees are no boats, say those who wait.</p>", "an unknown hidden block"),
        ("<h1>Another headline of the page</h1>", "several elements match headline"),
        ('<div class="text">A second one.</div>', "several elements match container"),
    ],
)
def test_what_a_template_does_not_know_is_a_miss(more: str, reason: str) -> None:
    reading = read_article(plain(2, more), None, Template.parse(BY_HAND.encode()))
    assert reading.miss is not None
    assert reading.miss.reason == reason
    assert "forty-two" in str(reading.article.articleBody), "it is read all the same"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("h1", "h2"), "no headline"),
        (("div.text", "div.nowhere"), "no container"),
        (('container = "div.text"', 'container = "footer"'), "no text in the container"),
        (('"h1"', '"p.by"'), "its headline is not the stated one"),
        (('edition = "en"', 'edition = "es"'), "of another edition"),
    ],
)
def test_a_wrong_line_is_a_miss_and_no_wrong_article(change: tuple[str, str], reason: str) -> None:
    page, right = plain(3), read_article(plain(3)).article
    reading = read_article(page, None, Template.parse(BY_HAND.replace(*change).encode()))
    assert reading.miss is not None
    assert reading.miss.reason == reason
    assert not differences(right, reading.article)


def test_a_template_without_a_byline_costs_no_article() -> None:
    template = Template.parse(BY_HAND.replace('byline = "p.by, p.on"', "").encode())
    reading = read_article(plain(3), None, template)
    assert reading.miss is not None
    assert not differences(read_article(plain(3)).article, reading.article)


@pytest.mark.parametrize("wide", ["div.text", "body", "div"])
def test_a_place_around_the_container_takes_no_text(wide: str) -> None:
    usual = read_article(plain(3)).article
    for key in ("media", "links", "byline", "tags", "breadcrumb", "standfirst"):
        text = re.sub(f"(?m)^{key} = .*\n", "", BY_HAND) + f'{key} = ["{wide}", "p.by", "p.on"]\n'
        reading = read_article(plain(3), None, Template.parse(text.encode()))
        assert reading.article.articleBody == usual.articleBody


def test_a_line_of_the_byline_in_the_container_is_no_text() -> None:
    text = BY_HAND.replace('"p.by, p.on"', '"p.by, p.on, div.sign"')
    box = '<div class="sign">Edited with much care by the night desk, and by nobody else.</div>'
    article = read_article(plain(3, box), None, Template.parse(text.encode())).article
    assert article.metadata.template
    assert "night desk" not in str(article.articleBody)


def test_a_list_with_commas_is_the_list_of_its_parts() -> None:
    box = '<div class="a"><p>One box of boats.</p></div><section><div class="b"><p>And another one.</p></div></section>'
    readings = [
        read_article(plain(3, box), None, Template.parse(BY_HAND.replace('"p.lead"', keep).encode()))
        for keep in ('"div.a, section > div.b"', '["div.a", "section > div.b"]', '["section > div.b", "div.a"]')
    ]
    assert all(reading.miss is None for reading in readings)
    assert "And another one." in str(readings[0].article.articleBody)
    assert len({reading.article.articleBody for reading in readings}) == 1


def test_an_inline_element_splits_no_sentence() -> None:
    text = BY_HAND.replace('"p.by, p.on"', '["p.by", "p.on", "a.name"]') + 'tags = "a.tag"\n'
    more = '<p>Then <a class="name" href="/x">Anna Berg</a> left, and <a class="tag" href="/tags/b">boats</a> too.</p>'
    article = read_article(plain(3, more), None, Template.parse(text.encode())).article
    assert "Then Anna Berg left, and boats too." in str(article.articleBody)


def test_what_is_dropped_takes_its_pictures_and_captions_along() -> None:
    figure = '<figure><img src="/b.jpg" width="900" height="600"><figcaption>Boats in May</figcaption></figure>'
    page = plain(3, f'<div class="promo">{figure}<p>Read by all who sail the coast.</p></div>')
    for key, images in (("keep", 1), ("drop", 0)):
        text = BY_HAND.replace('keep = "p.lead"', f'{key} = "div.promo"')
        article = read_article(page, None, Template.parse(text.encode())).article
        assert article.metadata.template
        assert len(article.images) == images


@pytest.mark.parametrize("name", ["-", "o:p", "md:flex", "2col", "w-1/2", "[x]", "a,b", "été"])
def test_any_class_name_can_be_learned(name: str) -> None:
    pages = [
        Page((plain(at).tree.html or "").replace('class="text ', f'class="{name} '), plain(at).url)
        for at in range(1, 12)
    ]
    found = [sample for page in pages[:9] if (sample := read_sample(page))]
    template = Template.parse(learn(found, "en").encode())
    assert read_article(pages[10], None, template).miss is None


def test_a_section_holds_for_its_type_of_article() -> None:
    other = '[opinion]\nheadline = "h2"\n'
    template = Template.parse((BY_HAND + other).encode())
    assert template.layout("opinion").headline == ("h2",)
    assert template.layout("opinion").container == template.layout("news").container == ("div.text",)


def test_related_boxes_under_unknown_words_are_named_by_hand() -> None:
    box = (
        '<aside class="ymal"><h4>You may like these</h4><p><a href="/news/politics/a-long-drought-in-kasmere">'
        "A long drought in Kasmere</a></p></aside>"
    )
    html = (plain(4).tree.html or "").replace("<footer>", box + "<footer>")
    template = Template.parse((BY_HAND + '[article.related]\nrelatedNews = "aside.ymal"\n').encode())
    article = parse_article(html, plain(4).url, template=template)
    assert [(link.block, link.headline) for link in article.relatedLinks] == [
        ("relatedNews", "A long drought in Kasmere")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "edition: must be one of en, ar, es"),
        ('edition = "de"', "edition: must be one of"),
        ('edition = "en"', r"no section \[article\]"),
        ("edition = ", "Invalid value"),
        (BY_HAND + 'headlin = "h1"', "article.headlin: unknown key; keys are boilerplate, breadcrumb"),
        (BY_HAND.replace("[article]", "types = ['clip']\n[article]"), "types: 'clip' is none of news, opinion"),
        (BY_HAND + "[clip]", "clip: unknown; sections are article, news"),
        (BY_HAND.replace('"h1"', '"h1 >>"'), "article.headline: no CSS selector: 'h1 >>'"),
        (BY_HAND.replace('"h1"', "1"), "article.headline: must be a string or a list of strings"),
        (BY_HAND.replace('headline = "h1"', ""), "article.headline: missing"),
        (BY_HAND + "[article.related]\nmore = 'a'", "article.related.more: unknown; boxes are relatedNews"),
        (BY_HAND + "related = 'a'", "article.related: must be a table"),
        (BY_HAND + f"drop = '{'a' * 400}'", "article.drop: longer than 300 characters"),
        (BY_HAND + f"drop = {['p'] * 600}", "more than 500 selectors"),
        (BY_HAND + "video = 1\n[opinion]\nkeep = 3", "article.video: unknown key"),
        ("#" * 200_000, "larger than 100 KB"),
        ("a = " + "[" * 20_000, "nested too deep"),
        ("edition = ['en']", "edition: must be one of"),
        ("edition = 2024-01-01", "edition: must be one of"),
        (BY_HAND.replace("[article]", "types = []\n[article]"), "types: must not be empty"),
        (BY_HAND.replace("[article]", "types = ['news']\n[article]") + "[video]", "video: is not among its types"),
        (BY_HAND.replace('"h1"', '""'), "article.headline: missing"),
        (BY_HAND.replace('"div.text"', "[]"), "article.container: missing"),
        (BY_HAND + "boilerplate = '...'", "article.boilerplate: no letter or digit in '...'"),
        *(
            (BY_HAND + f"drop = '{each}'", "article.drop: no CSS selector")
            for each in ("p:is(a", "[x", '[x="a]', "/* a")
        ),
    ],
)
def test_a_wrong_file_is_one_line_that_names_the_key(text: str, message: str) -> None:
    with pytest.raises(TemplateError, match=message) as raised:
        Template.parse(text.encode(), "en.toml")
    assert str(raised.value).startswith("en.toml")
    assert "\n" not in str(raised.value)


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    assert Template.parse(b"\xef\xbb\xbf" + BY_HAND.encode()) == Template.parse(BY_HAND.encode())


def test_the_hash_is_of_what_the_file_says() -> None:
    one = Template.parse(BY_HAND.encode())
    two = Template.parse(f"# by hand\n{BY_HAND}# end".encode())
    other = Template.parse(BY_HAND.replace("h1", "h2").encode())
    assert one.hash == two.hash != other.hash


def test_the_template_of_the_arabic_edition_fits_its_published_class_names_and_no_others() -> None:
    template = Template.load(ROOT / "mayadeen" / "extract" / "templates" / "ar.toml")
    for theme in THEMES:
        site = Site(12, 5, theme, 20, language="ar")
        for index in range(12):
            page = page_of(site, index, "ar")
            reading = read_article(page, site.now, template)
            assert (reading.miss is None) == (theme == "mdn")
            assert not differences(read_article(page, site.now).article, reading.article)


def test_no_article_is_told_with_a_template_too() -> None:
    with pytest.raises(NotAnArticle):
        parse_article("<html><body><p>Nothing.</p></body></html>", ORIGIN, template=Template.parse(BY_HAND.encode()))
    assert asdict(parse_article(plain(5).tree.html or "", plain(5).url))["metadata"]["template"] is None
