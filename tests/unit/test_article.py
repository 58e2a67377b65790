"""Articles: all fields in all themes, editions and kinds of metadata, and many small cases."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from mayadeen.extract.article import NotAnArticle, parse_article
from mayadeen.items import Article
from tests.replica import Site, parse_faults, render, truth
from tests.replica.data import EDITIONS
from tests.replica.themes import THEMES

ORIGIN = "http://127.0.0.1:8000"
STATES = ["", "no-metadata", "broken-metadata", "broken-jsonld", "bare"]


def parsed(site: Site, index: int) -> tuple[Article, dict[str, Any]]:
    article = site.article(index)
    said = truth(article, site, ORIGIN)
    return parse_article(
        render(article, site=site, origin=ORIGIN).encode(), said["url"], fetched=site.now, edition=site.language
    ), said


def instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(microsecond=0) if text else None


def without_query(images: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(each["url"].partition("?")[0], each["caption"], each["creditText"]) for each in images]


def as_dicts(parts: list[Any], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(part, name) for name in names) for part in parts]


@pytest.mark.parametrize("stated", STATES)
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_every_field_is_read_in_every_theme(theme: str, edition: str, stated: str) -> None:
    site = Site(40, 5, theme, 40, parse_faults([stated] if stated else []), language=edition)
    for index in range(site.size):
        article, said = parsed(site, index)
        where = f"{theme} {edition} {stated} {index}"
        tweets = said["embeds"]
        assert set(tweets) <= set((article.articleBody or "").split("\n")), where
        text = [line for line in (article.articleBody or "").split("\n") if line and line not in tweets]
        assert text == said["blocks"], where
        assert [leak for leak in said["leaks"] if leak in (article.articleBody or "")] == [], where
        for name in (
            "headline",
            "description",
            "articleType",
            "section",
            "coverage",
            "regions",
            "readingTime",
            "shareCount",
        ):
            assert getattr(article, name) == said[name], (where, name)
        assert said["id"] in (None, article.id), where
        assert article.canonicalUrl == said["canonicalUrl"], where
        assert instant(article.dateModified) == instant(said["dateModified"]), where
        if not (stated == "bare" and said["datePublished"][5:10] > "03-25" and said["datePublished"][5:10] < "04-01"):
            # In the last week of March, the summer time of the site starts on another day than in the zone database.
            assert instant(article.datePublished) == instant(said["datePublished"]), where
        assert [each.name for each in article.authors] == [each["name"] for each in said["authors"]], where
        assert [each.name for each in article.sources] == [each["name"] for each in said["sources"]], where
        assert as_dicts(article.tags, "name", "url") == [(each["name"], each["url"]) for each in said["tags"]], where
        trail = [(each["name"], each["url"]) for each in said["breadcrumbs"]]
        assert as_dicts(article.breadcrumbs, "name", "url") == trail, where
        images = [(each.url.partition("?")[0], each.caption, each.creditText) for each in article.images]
        assert images == without_query(said["images"]), where
        videos = [(each["embedUrl"], each["duration"]) for each in said["videos"]]
        assert as_dicts(article.videos, "embedUrl", "duration") == videos, where
        links = [(each["url"], each["text"]) for each in said["links"]]
        assert [each for each in as_dicts(article.links, "url", "text") if "twitter" not in each[0]] == links, where
        related = sorted((each["url"], each["block"], each["headline"]) for each in said["relatedLinks"])
        assert sorted(as_dicts(article.relatedLinks, "url", "block", "headline")) == related, where


PAGE = """<html lang="en"><head><title>A quiet morning in Norvale | Al Mayadeen English</title></head><body>
<div><div><a href="/">Home</a></div><h1>A quiet morning in Norvale</h1><ul><li>By Rima Dahir</li>
<li>Source: Agencies + Norvale Wire</li><li>20 Apr 2024 20:50</li><li>1,205 Shares</li></ul><div>3 Min Read</div>
<div>{body}</div><ul><li><a href="/tags/norvale">Norvale</a></li></ul></div></body></html>"""
URL = "https://english.almayadeen.net/news/politics/a-quiet-morning-in-norvale"
CARD = "<a href='/news/politics/the-bakers-of-norvale'>The bakers of Norvale</a>"
FIRST = "<p>The square was empty when the bakers of the old quarter opened their doors on Monday.</p>"
LAST = "<p>By noon the road to the harbor was open again, and nobody asked who had closed it.</p>"


def text_of(body: str) -> list[str]:
    return (parse_article(PAGE.format(body=FIRST + body + LAST), URL).articleBody or "").split("\n")[1:-1]


@pytest.mark.parametrize("before", ["{notice}<form>", "<form>{notice}"])
def test_a_consent_notice_is_not_the_text_of_a_page_that_is_one_form(before: str) -> None:
    notice = (
        "<div class='modal'><h2>Your choices</h2><p>We and our partners store data on your device, such as cookies, "
        "and read it again to measure how many people saw an advertisement and what they did after it.</p><p>With your "
        "permission our partners may also use your precise place and scan your device to know it again later.</p>"
        "<p>Some of this needs no permission, but you may object to it at any time on the page of our terms.</p></div>"
    )
    many = "".join(f"<p>Baker {number} of the old quarter said that nobody had told them.</p>" for number in range(40))
    page = PAGE.format(body=FIRST + many + LAST).replace("<body>", "<body>" + before.format(notice=notice))
    text = parse_article(page.replace("</body>", "</form></body>"), URL).articleBody or ""
    assert len(text.split("\n")) == 42
    assert "partners" not in text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>It was filed under Related News by mistake.</p>", ["It was filed under Related News by mistake."]),
        ("<h3>Coverage</h3><p>The insurer paid nothing at all.</p>", ["Coverage", "The insurer paid nothing at all."]),
        ("<p>Read more books, the mayor told them.</p>", ["Read more books, the mayor told them."]),
        ("<p>Watch: boats leave the harbor at dawn.</p>", ["Watch: boats leave the harbor at dawn."]),
        (
            "<div class='lead-in'><p>Nobody had told them why, and they asked <a href='/tags/norvale'>each other</a> "
            "until the last light in the street went out.</p></div>",
            ["Nobody had told them why, and they asked each other until the last light in the street went out."],
        ),
        ("<p>Silence.</p>", ["Silence."]),
        (f"<p><strong>Read more: </strong>{CARD}</p>", []),
        ("<p>" + CARD.replace("The", "Read more: The") + "</p>", []),
        (f"<div><b>Related News</b><div>{CARD}</div></div>", []),
        (f"<p>Related News</p><p>{CARD}</p>", []),
        ("<ul><li>Flour</li><li>Salt and water</li></ul>", ["Flour", "Salt and water"]),
        ("<blockquote><p>We bake at night.</p></blockquote>", ["We bake at night."]),
        ("<figure><img src='/a.jpg' alt='Ovens'><figcaption>Ovens in Norvale (AP)</figcaption></figure>", []),
        ("<div><img src='/a.jpg'><div>Ovens in Norvale (AP)</div></div>", []),
        ("<p>One line<br>and another of one thought.</p>", ["One line and another of one thought."]),
        ("<p><a href='https://records.example.org/1'>The ruling in full, as published by the court</a></p>",
         ["The ruling in full, as published by the court"]),
        ("<p>The mayor said it <a href='https://x.com/norvale'>on her page</a> before dawn.</p>",
         ["The mayor said it on her page before dawn."]),
        ("<p><a href=''>Nobody knew why.</a></p>", ["Nobody knew why."]),
        ("<script>var a = 'not text at all, is it, says the script';</script>", []),
        ("<div hidden></div><p>&nbsp;</p>", []),
        ("<div><span>Flour had run out by six.</span><span>Nobody had ordered more.</span></div>",
         ["Flour had run out by six.", "Nobody had ordered more."]),
        ("<div><span role=heading aria-level=3>A dry year</span><span>It had not rained since the spring.</span></div>",
         ["A dry year", "It had not rained since the spring."]),
        ("<div><a style='display:block' href='https://example.org/r'>The whole report, as it was read out.</a></div>"
         "<div><b style='display: block'>Nobody had asked for it.</b></div>",
         ["The whole report, as it was read out.", "Nobody had asked for it."]),
        ("<p><span>The mayor</span><span>, who bakes,</span><span> agreed.</span></p>",
         ["The mayor, who bakes, agreed."]),
        ("<div><p>Follow us on Telegram and never miss a loaf.</p><a href='/app'>Open</a></div>", []),
        ("<p>Follow us on the long road, the guide told your son, and he did.</p>",
         ["Follow us on the long road, the guide told your son, and he did."]),
        ("<section><h4>The Morning Loaf</h4><p>Sign up for our newsletter, in your inbox at seven.</p></section>", []),
        ("<blockquote><p>We bake at night.</p><footer>Rima Dahir</footer></blockquote>",
         ["We bake at night.", "Rima Dahir"]),
        ("<section><form><h4>Newsletter</h4><p>One mail a day, no more than that.</p><input></form></section>"
         + LAST, ["By noon the road to the harbor was open again, and nobody asked who had closed it."]),
        ("<p>The next talks are due on May 9, 2027, at 9:00 a.m.</p>",
         ["The next talks are due on May 9, 2027, at 9:00 a.m."]),
        ("<section><b>In pictures: a day of bread</b><figure><img src='/a.jpg'><figcaption>Ovens</figcaption></figure>"
         "</section>", []),
        ("<div><img src='/a.jpg'><div>Ovens in Norvale</div><div>© AP</div></div>", []),
        ("<div><iframe src='https://youtube.com/embed/x'></iframe><i>0:00 / 1:31</i><div>Video: An oven at work</div>"
         "</div>",
         []),
        ("<div><b>Listen to this article</b><audio src='/a.mp3'></audio><span>0:00 / 5:41</span></div>", []),
        ("<div><b>In this article</b><ul><li><a href='#one'>One oven</a></li></ul></div>", []),
        ("<p>Bread was dear, she said. Nobody bought a second loaf that day.</p>"
         "<aside></aside><div class=pull>Nobody bought a second loaf that day.</div>",
         ["Bread was dear, she said. Nobody bought a second loaf that day."]),
        ("<div><img src='/a.jpg'><img src='/b.jpg'></div><div><div>One oven (AP)</div><div>Two ovens (AFP)</div></div>",
         []),
        ("<amp-ad><div placeholder>Loading what is sold here.</div></amp-ad>", []),
    ],
)  # fmt: skip
def test_what_is_text_and_what_is_not(body: str, text: list[str]) -> None:
    assert text_of(body) == text


def test_a_link_that_is_a_box_by_its_style_still_leads_somewhere() -> None:
    card = CARD.replace("<a ", "<a style='display:block' ")
    assert related_of(f"<div><b>Related News</b><div>{card}</div></div>") == [("relatedNews", "The bakers of Norvale")]


def test_comments_are_no_text_whatever_stands_over_them() -> None:
    comments = (
        "<div><h3>3 comments</h3><div><b>mona</b><p>I was there, and it was not like this at all.</p></div></div>"
    )
    for over in ("Join the conversation", "Responses to “A quiet morning in Norvale”"):
        assert text_of(comments.replace("3 comments", over)) == []
    reply = "<div><h4>Leave a Reply</h4><p>Nothing of it is shown to anybody else.</p></div></div>"
    assert text_of(comments) == text_of(comments.removesuffix("</div>") + reply) == []


def test_the_posts_of_a_live_page_are_text_though_each_has_a_button() -> None:
    post = "<article><header><time>20:0{0}</time><h2>Post {0}</h2></header><p>{0} ovens are lit again now.</p>"
    posts = "".join((post + "<footer><button>Share</button></footer></article>").format(each) for each in range(6))
    said = [(f"20:0{each}", f"Post {each}", f"{each} ovens are lit again now.") for each in range(6)]
    assert text_of(posts) == [part for each in said for part in each]


def test_who_writes_is_told_beside_the_byline_and_is_no_text() -> None:
    bio = "<li>By Rima Dahir</li><li>Rima Dahir writes on bread, has kept a bakery and lives by the sea.</li>"
    article = parse_article(PAGE.replace("<li>By Rima Dahir</li>", bio).format(body=FIRST + LAST), URL)
    assert (article.articleBody or "").startswith("The square was empty")
    assert (article.description, [each.name for each in article.authors]) == (None, ["Rima Dahir"])


def test_a_row_of_pictures_has_the_captions_below_it_one_each() -> None:
    row = "<div><img src='/a.jpg'><img src='/b.jpg'></div><div><div>One oven (AP)</div><div>Two ovens (AFP)</div></div>"
    images = parse_article(PAGE.format(body=FIRST + row + LAST), URL).images
    assert [(each.url[-5:], each.caption) for each in images] == [
        ("a.jpg", "One oven (AP)"),
        ("b.jpg", "Two ovens (AFP)"),
    ]


def test_a_source_in_a_column_before_the_article_is_its_source() -> None:
    rail = f"<aside><p>Source: Norvale Wire</p><h3>Most Read</h3>{CARD}<p>{'The mill is for sale. ' * 40}</p></aside>"
    page = PAGE.replace("<li>Source: Agencies + Norvale Wire</li>", "").replace("<body>", "<body>" + rail)
    article = parse_article(page.format(body=FIRST + LAST), URL)
    assert [each.name for each in article.sources] == ["Norvale Wire"]
    assert (article.articleBody or "").startswith("The square was empty")


def test_languages_to_choose_from_are_no_breadcrumb() -> None:
    choice = (
        "<a href='/'>Al Mayadeen English</a><a href='https://www.almayadeen.net/'>العربية</a><a href='/'>English</a>"
    )
    page = PAGE.replace('<a href="/">Home</a>', choice).format(body=FIRST + LAST)
    assert parse_article(page, URL).breadcrumbs == []


def test_a_caption_that_says_file_photo_has_no_credit_of_that() -> None:
    figure = (
        "<figure><img src='/a.jpg'><figcaption>File photo: Ovens in the old quarter</figcaption><p>© AP</p></figure>"
    )
    image = parse_article(PAGE.format(body=FIRST + figure + LAST), URL).images[0]
    assert (image.caption, image.creditText) == ("File photo: Ovens in the old quarter", "AP")


def test_a_description_cut_from_the_text_is_no_standfirst() -> None:
    words = FIRST.removeprefix("<p>").removesuffix("</p>")
    page = PAGE.replace("<head>", f"<head><meta name='description' content='{words} […]'>").format(body=FIRST + LAST)
    article = parse_article(page, URL)
    assert (article.articleBody or "").startswith(words)
    assert article.description is None


def test_a_description_cut_in_the_second_paragraph_is_no_description() -> None:
    words = FIRST.removeprefix("<p>").removesuffix("</p>")
    page = PAGE.replace("<head>", f"<head><meta name='description' content='{words} By noon the road […]'>")
    assert parse_article(page.format(body=FIRST + LAST), URL).description is None


def test_the_next_article_on_the_same_page_is_another() -> None:
    byline = "<div>By Omar Haddad</div><div>Source: Norvale Wire</div><div>12 Shares</div>"
    text = "<p>The old mill of Norvale is for sale, its owner said on Monday.</p>"
    other = f"<div><h2>The mill is for sale</h2>{byline}{text}"
    tags = "<ul><li><a href='/tags/mills'>Mills</a></li></ul></div></body>"
    article = parse_article(PAGE.replace("</body>", other + tags).format(body=FIRST + LAST), URL)
    assert (article.articleBody or "").endswith("asked who had closed it.")
    assert [tag.name for tag in article.tags] == ["Norvale"]


def test_a_heading_before_the_byline_below_the_text_begins_no_other_article() -> None:
    byline = "<ul><li>By Rima Dahir</li><li>Source: Norvale Wire</li><li>20 Apr 2024 20:50</li><li>12 Shares</li></ul>"
    body = f"<div>{FIRST}{LAST}<h3>A dry year</h3><p>It had not rained in the valley since spring.</p></div>{byline}"
    article = parse_article(f"<html><main><h1>A quiet morning in Norvale</h1>{body}</main></html>", URL)
    assert (article.articleBody or "").endswith("A dry year\nIt had not rained in the valley since spring.")
    assert [each.name for each in article.sources] == ["Norvale Wire"]


def test_a_page_without_a_text_may_have_its_byline_in_a_footer() -> None:
    byline = "<footer><ul><li>By Rima Dahir</li><li>Source: Norvale Wire</li><li>12 Shares</li></ul></footer>"
    head = "<meta property='article:published_time' content='2024-04-20T20:50:00+03:00'>"
    body = f"<h1>Bread in figures this year</h1><figure><img src='/a.jpg'></figure>{byline}"
    article = parse_article(
        f"<html>{head}<article>{body}</article></html>", URL.replace("/news/politics/", "/infographs/")
    )
    assert [each.name for each in article.sources] == ["Norvale Wire"]
    assert article.shareCount == 12


def test_a_byline_below_the_text_is_read_there() -> None:
    author = "<a href='/authors/rima-dahir'>Rima Dahir</a>"
    line = f"<p>By {author}<br>Source: Norvale Wire<br>20 Apr 2024 20:50 | 36 Shares</p>"
    page = f"<html><body><main><h1>A quiet morning in Norvale</h1><div>{FIRST}{LAST}</div>{line}</main></body></html>"
    article = parse_article(page, URL)
    assert (article.articleBody or "").endswith("asked who had closed it.")
    assert [each.name for each in article.sources] == ["Norvale Wire"]
    assert article.links == []


def test_a_banner_about_cookies_is_no_text_though_there_is_hardly_another() -> None:
    banner = (
        "<div><p>We use cookies to make your visit better, and so do those who work with us on it.</p></div></body>"
    )
    page = PAGE.replace("</body>", banner).format(body="<div><p>Bread is dear again.</p></div>")
    assert parse_article(page, URL).articleBody == "Bread is dear again."


STATED = [
    f"On day {day} the bakers of street {day} sold {day} loaves and kept {day} for the poor." for day in range(20, 32)
]


def with_stated_text(body: str) -> str:
    stated = json.dumps(
        {"@type": "NewsArticle", "headline": "A quiet morning in Norvale", "articleBody": " ".join(STATED)}
    )
    return PAGE.format(body=body).replace("</head>", f'<script type="application/ld+json">{stated}</script></head>')


def test_a_page_without_most_of_its_stated_text_is_refused() -> None:
    printed = "".join(f"<p>{line}</p>" for line in STATED)
    assert parse_article(with_stated_text(printed), URL).articleBody == "\n".join(STATED)
    with pytest.raises(NotAnArticle, match="most of its stated articleBody is not on the page"):
        parse_article(with_stated_text(f"<p>{STATED[0]}</p><p>Subscribe to read on, it is one coin a week.</p>"), URL)


def test_a_stated_text_that_a_script_will_show_is_found() -> None:
    hidden = "".join(f"<p>{line}</p>" for line in STATED)
    teaser = FIRST * 4 + LAST * 4
    article = parse_article(with_stated_text(f"<div>{teaser}</div><div style='display:none'>{hidden}</div>"), URL)
    assert (article.articleBody or "").endswith(STATED[-1])


def test_the_items_of_a_list_are_text_though_each_has_a_picture_and_a_button() -> None:
    items = "".join(
        f"<div class='item'><h2>{n}. The oven of street {n}</h2><figure><img src='/{n}.jpg'></figure>"
        f"<div class='words'><p>It was built in year {n} and has been warm on most days since.</p></div>"
        "<a href='#'>Book</a></div>"
        for n in range(1, 6)
    )
    text = (parse_article(PAGE.format(body=items), URL).articleBody or "").split("\n")
    assert text[0::2] == [f"{n}. The oven of street {n}" for n in range(1, 6)]
    assert text[1::2] == [f"It was built in year {n} and has been warm on most days since." for n in range(1, 6)]


def test_a_byline_in_elements_alike_those_of_the_text_is_none_of_it() -> None:
    parts = [
        "It was a dry year, as the bakers say.",
        "Rima Dahir",
        "20 Apr 2024 20:50",
        "The square was empty on Monday.",
    ]
    parts += [f"On day {day} the bakers of the old quarter sold {day} loaves." for day in range(10, 20)]
    body = "".join(f"<div class='widget'><div class='inner'>{part}</div></div>" for part in parts)
    page = f"<html><head><title>A quiet morning</title></head><body><h1>A quiet morning</h1>{body}</body></html>"
    article = parse_article(page, URL)
    assert {"Rima Dahir", "20 Apr 2024 20:50"}.isdisjoint((article.articleBody or "").split("\n"))
    assert article.datePublishedRaw == "20 Apr 2024 20:50"


def test_a_headline_after_the_name_of_a_site_that_nothing_states_is_found() -> None:
    text = "".join(f"<p>{line}</p>" for line in STATED)
    page = f"<title>The Norvale Post - A dry year for all bakers</title><body><b>A dry year for all bakers</b>{text}"
    assert parse_article(f"{page}<p>20 Apr 2024</p></body>", URL).headline == "A dry year for all bakers"


@pytest.mark.parametrize(
    "picture",
    [
        "<div><img src='/m/7.jpg'><div>{}</div></div>",
        "<figure><img src='/m/7.jpg'><figcaption>{}</figcaption></figure>",
        "<ul><li><a href='#'>x</a></li><li><img src='/m/7.jpg'><span>{}</span><span>{}</span></li></ul>",
        "<div class='m'><picture><img data-src='/m/7.jpg'></picture><p>{}</p></div>",
        "<div><div><img src='/m/7.jpg'></div><small>{}</small></div>",
    ],
)
@pytest.mark.parametrize(
    ("paragraph", "heading"),
    [
        ("<p>{}</p>", "<h2>{}</h2>"),
        ("<div>{}</div>", "<p><b>{}</b></p>"),
        ("<div class='line'><span>{}</span></div>", "<div><b>{}</b></div>"),
        ("{}<br><br>", "<h3>{}</h3>"),
    ],
)
def test_a_caption_with_a_date_between_byline_and_text(picture: str, paragraph: str, heading: str) -> None:
    caption = "A photo posted online on April 7, 2015, shows bakers in a suburb of Norvale, on the river (Norvale Wire)"
    lines = [*STATED[:6], "The other ovens", *STATED[6:]]
    said = "".join((heading if line == "The other ovens" else paragraph).format(line) for line in lines)
    page = PAGE.replace("<div>{body}</div>", "{body}").format(
        body=picture.replace("{}", caption) + f"<div>{said}</div>"
    )
    article = parse_article(page, URL)
    assert (article.articleBody or "").split("\n") == lines
    assert [each.caption for each in article.images] == [caption]
    assert article.datePublishedRaw == "20 Apr 2024 20:50"


def test_a_row_of_many_headings_is_no_reason_to_refuse_a_page() -> None:
    assert text_of("<h2>A street</h2>" * 2000 + LAST)[-1].startswith("By noon")


@pytest.mark.parametrize("stated", ['"en-GB"', '{"@type": "Language", "name": "English"}', '["en-GB"]'])
def test_a_language_is_a_code(stated: str) -> None:
    ld = f'<script type="application/ld+json">{{"@type": "NewsArticle", "inLanguage": {stated}}}</script></head>'
    article = parse_article(PAGE.format(body=FIRST + LAST).replace("</head>", ld), URL)
    assert article.inLanguage == ("en-GB" if stated == '"en-GB"' else "en")


def related_of(body: str, after: str = "") -> list[tuple[str, str]]:
    article = parse_article(PAGE.format(body=FIRST + body + LAST).replace("</body>", after + "</body>"), URL)
    return [(each.block, each.headline) for each in article.relatedLinks]


def test_a_coverage_box_may_have_a_link_to_all_and_a_line_on_what_it_is() -> None:
    box = (
        "<div><div><h2>Coverage</h2><a href='/coverage'>All</a></div><div><a href='/coverage/the-long-drought'>"
        "<h4>The long drought</h4></a></div><p>All that was written on the dry years, day by day.</p></div>"
    )
    assert related_of("", box) == [("coverage", "The long drought")]


def test_a_writers_life_after_the_text_is_none_of_it() -> None:
    life = "<p>Rima Dahir writes on bread and has kept a bakery.</p>"
    bio = f"<section><img src='/faces/7.jpg'><h3><a href='/authors/rima-dahir'>Rima Dahir</a></h3>{life}</section>"
    article = parse_article(PAGE.format(body=FIRST + LAST + bio), URL)
    assert (article.articleBody or "").endswith("asked who had closed it.")
    assert article.images == []
    assert [each.name for each in article.authors] == ["Rima Dahir"]


def test_the_only_paragraph_over_a_picture_is_no_caption() -> None:
    first = FIRST.removesuffix("</p>") + " Nobody in the whole of Norvale had slept before.</p>"
    body = f"{first}<div><img src='/media/bread.jpg'></div>"
    page = PAGE.format(body=body).replace("<head>", "<head><meta name='description' content='Bread in figures'>")
    article = parse_article(page, URL.replace("/news/politics/", "/infographs/"))
    assert (article.articleBody or "").startswith("The square was empty")
    assert [(each.url.rpartition("/")[2], each.caption) for each in article.images] == [("bread.jpg", None)]


def test_cards_in_the_text_need_no_heading_to_be_related() -> None:
    other = CARD.replace("bakers", "millers")
    cards = f"<div><div><h5>{CARD}</h5><p>3 May</p></div><div><h5>{other}</h5></div></div>"
    both = [("relatedNews", "The bakers of Norvale"), ("relatedNews", "The millers of Norvale")]
    assert related_of(cards, f"<aside><h3>Most Read</h3>{CARD}</aside>") == both
    assert related_of(f"<h3>From our kitchen</h3>{cards}") == []


@pytest.mark.parametrize(
    ("card", "headline"),
    [
        ("<span>Long Reads</span><span>The bakers of Norvale</span>", "The bakers of Norvale"),
        ("<span>Politics</span> <span>The bakers of Norvale</span>", "The bakers of Norvale"),
        ("<span>The bakers of Norvale</span><small>13 Nov</small>", "The bakers of Norvale"),
        ("<b>Nor</b>vale and the bakers of it", "Norvale and the bakers of it"),
        ("<span>The bakers</span> <span>of Norvale</span>", "The bakers of Norvale"),
    ],
)
def test_the_section_inside_a_cards_link_is_not_its_headline(card: str, headline: str) -> None:
    link = CARD.replace("The bakers of Norvale", card)
    assert related_of(f"<div><h4>Related News</h4>{link}</div>") == [("relatedNews", headline)]


def test_the_byline_is_read_by_its_words() -> None:
    article = parse_article(PAGE.format(body=FIRST + LAST), URL)
    assert [(each.name, each.nameRaw) for each in article.authors] == [("Rima Dahir", "By Rima Dahir")]
    assert [each.name for each in article.sources] == ["Agencies", "Norvale Wire"]
    assert (article.datePublished, article.datePublishedRaw) == ("2024-04-20T20:50:00+03:00", "20 Apr 2024 20:50")
    assert (article.shareCount, article.readingTime) == (1205, 3)
    assert article.description is None


def test_a_date_without_a_year_needs_the_day_of_the_visit() -> None:
    page = PAGE.replace("20 Apr 2024 20:50", "20 Apr 20:50").format(body=FIRST + LAST)
    alone = parse_article(page, URL)
    assert (alone.datePublished, alone.datePublishedRaw) == (None, "20 Apr 20:50")
    visited = parse_article(page, URL, fetched=datetime.fromisoformat("2025-02-01T10:00:00+02:00"))
    assert visited.datePublished == "2024-04-20T20:50:00+03:00"


@pytest.mark.parametrize("charset", ["windows-1252", "utf-16", "utf-8"])
def test_other_character_sets_are_read(charset: str) -> None:
    html = PAGE.replace("<head>", f'<head><meta charset="{charset}">').format(
        body=FIRST + "<p>The café’s “owner” stayed.</p>" + LAST
    )
    assert "The café’s “owner” stayed." in (parse_article(html.encode(charset), URL).articleBody or "")


SECTION_PAGE = '<html><script id="tawsiyat-metadata">{"type": "page", "title": "A quiet morning in Norvale"}</script>'
NOT_FOUND = "<p>Sorry, the page you are looking for does not exist or was moved.</p>"


@pytest.mark.parametrize(
    ("html", "url", "why"),
    [
        ("", URL, "empty"),
        ("\x00\x01\x02\x89PNG" * 100, URL, "no HTML"),
        ("<html><head>", URL, "headline"),
        (PAGE.format(body=FIRST), "https://english.almayadeen.net/", "home"),
        (PAGE.format(body=FIRST), "https://english.almayadeen.net/news/politics", "section"),
        (PAGE.format(body=FIRST), "https://english.almayadeen.net/live", "live"),
        (PAGE.format(body=FIRST), "https://english.almayadeen.net/authors/rima-dahir", "author"),
        (f"<html><title>Page not found</title><h1>Page not found</h1>{NOT_FOUND}</html>", URL, "notice"),
        (SECTION_PAGE + PAGE, URL, "section page"),
        (PAGE.format(body="<div>" * 3000 + FIRST), URL, "deep"),
        ("<div>" * 20000 + PAGE, URL, "deep"),
    ],
)  # fmt: skip
def test_what_is_no_article_says_why(html: str, url: str, why: str) -> None:
    with pytest.raises(NotAnArticle, match=why):
        parse_article(html, url)


def test_a_paragraph_before_a_tweet_is_text_though_the_tweet_has_a_name_and_a_date() -> None:
    first = "The ferry to the northern islands left the old harbour an hour late on Monday, its captain said."
    later = "Passengers had waited on the quay since dawn, and most of them went home again before the first bell rang."
    page = (
        '<html><head><meta property="og:type" content="article"><meta property="og:description" content="Few were on '
        'board."><meta property="article:published_time" content="2025-05-04T10:00:00"></head>'
        "<body><article><h1>Ferry leaves late</h1><p>Few were on board.</p><div>"
        f'<p>{first}</p><blockquote><p>Still waiting here.</p>&mdash; Ferry Watch (@ferry) <a href="https://x.com/f/1">'
        f"May 3, 2025</a></blockquote><p>{later}</p><p>{later} The next one is due at noon, if the wind allows it.</p>"
        "</div></article></body></html>"
    )
    article = parse_article(page, ORIGIN + "/news/politics/ferry-leaves-late", edition="en")
    assert article.articleBody is not None
    assert first in article.articleBody.split("\n")
    assert article.description == "Few were on board."
