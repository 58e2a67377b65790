"""Pictures, captions, videos and embedded posts, in the markup of real pages."""

from __future__ import annotations

from time import process_time

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from mayadeen.extract.embeds import embed_fallbacks, player
from mayadeen.extract.pictures import identity, image_item, is_decoration, noscript_picture, picture_url
from mayadeen.site.address import Site
from mayadeen.site.edition import EDITIONS, EN

AR, ES = EDITIONS["ar"], EDITIONS["es"]
SITE = Site(EN, "https://english.almayadeen.net")
BASE = "https://english.almayadeen.net/news/politics/the-bakers-of-norvale"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
DAY = "https://img.example.org/2026"


def first(html: str, selector: str = "img, amp-img") -> LexborNode:
    node = LexborHTMLParser(f"<body>{html}</body>").css_first(selector)
    assert node is not None
    return node


def address(html: str) -> str | None:
    found = picture_url(first(html), BASE, SITE)
    return found.removeprefix("https://english.almayadeen.net") if found else None


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<img src='/a.jpg'>", "/a.jpg"),
        ("<img src=' oven.jpg '>", "/news/politics/oven.jpg"),
        ("<amp-img src='/a.jpg' width=16 height=9></amp-img>", "/a.jpg"),
        ("<img src='/mdn2023/images/default1.7.png' data-src='//img.example.org/a.jpg?v=1'>",
         "https://img.example.org/a.jpg?v=1"),
        ("<img src='/small.jpg' data-original='   /large.jpg'>", "/large.jpg"),
        (f"<img src='{PIXEL}' data-src-mini='/m.jpg' data-src-large='/l.jpg' data-src-small='/s.jpg'>", "/l.jpg"),
        (f"<img src='{PIXEL}' data-url='/news/a' data-lazy-src='/cdn/71'>", "/cdn/71"),
        ("<img src=undefined data-srcs='{\"/a.jpg\":1}' data-image-title='oven.jpg'>", None),
        (f"<img src='{PIXEL}'>", None),
        ("<img>", None),
        ("<img src='about:blank'>", None),
        ("<img src='/a.jpg' data-large-file='/a-full.jpg'>", "/a.jpg"),
        # An attribute that is no address
        ("<img src='/a.jpg' data-lazy=true>", "/a.jpg"),
        ("<img src='/a.jpg' data-image=48213>", "/a.jpg"),
        ("<img src='/a.jpg' data-image='[\"/b.jpg\"]'>", "/a.jpg"),
        ("<img src='/a.jpg' data-src=''>", "/a.jpg"),
        ("<img src='/a.jpg' data-url='https://example.org/news/one'>", "/a.jpg"),
        ("<img src='/a.jpg' data-fallback-src='/b.jpg'>", "/a.jpg"),
        # Placeholders, and names that only contain such a word
        ("<img src='/assets/placeholder.png'>", None),
        ("<img src='/assets/image-placeholder-16x9.svg'>", None),
        ("<img src='/img/spacer.gif'>", None),
        ("<img src='/img/1x1.png?x=2'>", None),
        ("<img src='/img/blank.gif' srcset='/a.jpg'>", "/a.jpg"),
        ("<img src='/img/loading.gif'>", None),
        ("<img src='/crew-unloading-aid.jpg'>", "/crew-unloading-aid.jpg"),
        ("<img src='/truck-loading.jpg'>", "/truck-loading.jpg"),
        ("<img src='/blank-ballots.jpg'>", "/blank-ballots.jpg"),
        ("<img src='/defaulters-of-the-port.jpg'>", "/defaulters-of-the-port.jpg"),
        ("<img src='/image.jpg'>", "/image.jpg"),
        # srcset
        ("<img srcset='/w_400,h_300/a.jpg 400w, /w_800,h_600/a.jpg 800w'>", "/w_800,h_600/a.jpg"),
        ("<img srcset='/a.jpg 1x,/b.jpg 2x'>", "/b.jpg"),
        ("<img srcset=', /b.jpg 1200w , /a.jpg 400w,'>", "/b.jpg"),
        ("<img srcset='/a.jpg, /b.jpg 1.5x'>", "/b.jpg"),
        ("<img srcset='/a.jpg 1600w 900h, /b.jpg 800w'>", "/a.jpg"),
        ("<img srcset='/a.jpg'>", "/a.jpg"),
        (f"<img src='{PIXEL}' data-srcset='/a.jpg 1x'>", "/a.jpg"),
        (f"<img srcset='{PIXEL} 1x'>", None),
        # <picture> and <noscript>
        (f"<picture><source srcset='/s.webp 1x, /l.webp 2x'>\n<source srcset='/l.jpg'><img src='{PIXEL}'></picture>",
         "/l.webp"),
        ("<picture><source data-srcset='/a.jpg'><img class=lazy></picture>", "/a.jpg"),
        ("<picture><source srcset='/b.jpg'><img src='/a.jpg'></picture>", "/a.jpg"),
        (f"<div><img src='{PIXEL}'>\n<noscript><img src='/a.jpg'></noscript></div>", "/a.jpg"),
        (f"<picture><img src='{PIXEL}'></picture><noscript><img src='/a.jpg'></noscript>", "/a.jpg"),
        (f"<p><img src='{PIXEL}'> An oven. <noscript><img src='/other.jpg'></noscript></p>", None),
    ],
)  # fmt: skip
def test_the_address_of_a_picture(html: str, expected: str | None) -> None:
    assert address(html) == expected


def test_of_several_late_pictures_each_has_its_own_copy() -> None:
    pair = f"<img src='{PIXEL}'><noscript><img src='/{{0}}.jpg'></noscript>"
    tree = LexborHTMLParser("".join(pair.format(each) for each in "abc"))
    found = [picture_url(node, BASE, SITE) for node in tree.css("img[src^=data]")]
    assert found == [f"https://english.almayadeen.net/{each}.jpg" for each in "abc"]


@pytest.mark.parametrize(
    ("html", "alone"),
    [
        ("<p>One.</p><noscript><img src='/a.jpg'></noscript><p>Two.</p>", True),
        ("<figure><noscript><img src='/a.jpg'></noscript><figcaption>Ovens</figcaption></figure>", True),
        ("<noscript>Turn scripts on.</noscript>", False),
        ("<img data-src='/a.jpg'> <noscript><img src='/a.jpg'></noscript>", False),
        ("<noscript><img src='/a.jpg'></noscript><script></script><img data-src='/a.jpg'>", False),
        ("<noscript><img src='/a.jpg'></noscript><div><p>One.</p><img src='/b.jpg'></div>", True),
        ("<picture><source srcset='/b.jpg'><img></picture><noscript><img src='/a.jpg'></noscript>", False),
    ],
)
def test_a_noscript_holds_a_picture_of_its_own_or_the_copy_of_another(html: str, alone: bool) -> None:
    assert (noscript_picture(first(html, "noscript")) is not None) is alone


@pytest.mark.parametrize(
    ("html", "decoration"),
    [
        ("<img src='/a.jpg'>", False),
        ("<img src='/a.jpg' width=800 height=50>", False),
        ("<img src='/a.jpg' width=48 height=48>", True),
        ("<img src='/a.jpg' width='100%' height=auto>", False),
        ("<img src='/a.jpg' style='max-width:100%; height: 24px'>", True),
        ("<img src='/a.jpg' style='border-width:1px;width:640px'>", False),
        ("<amp-img src='/a.jpg' width=16 height=9 layout=responsive></amp-img>", False),
        ("<img src='/t?id=1' width=1 height=1>", True),
        ("<img src='https://www.facebook.com/tr?id=7' width=1 height=1>", True),
        ("<img src='/share.SVG?v=2'>", True),
        ("<img src='/img/logo.png'>", True),
        ("<img src='/2026/the-new-logo-of-norvale.png'>", False),
        ("<img src='https://s.w.org/images/core/emoji/15/72x72/1f600.png'>", True),
    ],
)
def test_what_is_decoration(html: str, decoration: bool) -> None:
    node = first(html)
    assert is_decoration(node, picture_url(node, BASE, SITE) or "") is decoration


UUID = "1760ca63-0000-4000-8000-00000000abcd"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (f"{DAY}/{UUID}.jpg?v=1&width=1000", f"{DAY}/{UUID.upper()}/2.jpg?v=2&width=400&mode=crop", True),
        (f"{DAY}/harbor.jpg?w=300", f"{DAY}/harbor.jpg", True),
        ("http://img.example.org/harbor.jpg", "https://img.example.org/harbor.jpg", True),
        (f"{DAY}/harbor-1024x683.jpg", f"{DAY}/harbor.jpg", True),
        (f"{DAY}/harbor-scaled.jpg", f"{DAY}/harbor-300x200.jpg", True),
        (f"{DAY}/harbor.jpg", f"{DAY}/harbor-2.jpg", False),
        (f"{DAY}/harbor_640.jpg", f"{DAY}/harbor_641.jpg", False),
        (f"{DAY}/harbor.jpg", f"{DAY}/harbor.png", False),
        (f"{DAY}/image?url=%2Fa.jpg&w=640", f"{DAY}/image?w=1920&url=%2Fa.jpg", True),
        (f"{DAY}/image?url=%2Fa.jpg&w=640", f"{DAY}/image?url=%2Fb.jpg&w=640", False),
        (f"{DAY}/image.php?id=7", f"{DAY}/image.php?id=8", False),
        (f"{DAY}/71?w=640", f"{DAY}/71?crop=smart", True),
    ],
)
def test_what_is_the_same_picture(one: str, other: str, same: bool) -> None:
    assert (identity(one) == identity(other)) is same


@pytest.mark.parametrize(
    ("caption", "text", "credit"),
    [
        ("An oven at dawn (AFP)", "=", "AFP"),
        ("An oven at dawn [File: Reuters].", "=", "Reuters"),
        ("An oven at dawn. (Image credit: Jane Doe / AFP)", "=", "Jane Doe / AFP"),
        ("An oven at dawn (Image: © AFP)", "=", "AFP"),
        ("An oven at dawn (2019)", "=", None),
        ("An oven at dawn. Photo: AFP", "An oven at dawn.", "AFP"),
        ("An oven at dawn © AFP", "An oven at dawn", "AFP"),
        ("An oven at dawn | Photograph: Jane Doe/AFP", "An oven at dawn", "Jane Doe/AFP"),
        ("An oven at dawn. Image Credit: The Norvale Post", "An oven at dawn.", "The Norvale Post"),
        ("The ovens by district. Source: Bakers' Union", "The ovens by district.", "Bakers' Union"),
        ("An oven.Credit...Jane Doe/The Norvale Post", "An oven.", "Jane Doe/The Norvale Post"),
        ("An oven. Photo by Jane Doe/AFP via Getty Images", "An oven.", "Jane Doe/AFP via Getty Images"),
        ("Photo: AFP", None, "AFP"),
        ("File photo: An oven at dawn", "=", None),
        ("A photo by the mayor shows an oven", "=", None),
        ("An oven at dawn | Jane Doe | Getty Images", "=", "Jane Doe | Getty Images"),
        ("Old Oven | AFP", "=", "AFP"),
        ("An oven at dawn. Jane H.W. Doe/PA Images via Getty Images", "=", "Jane H.W. Doe/PA Images via Getty Images"),
        ("An oven at dawn.Reuters", "=", "Reuters"),
        ("Bread was brought from Tyre via Sidon", "=", None),
        ("The baker spoke to Reuters", "=", None),
        ("An oven at dawn", "=", None),
    ],
)
def test_the_credit_of_a_caption(caption: str, text: str | None, credit: str | None) -> None:
    item = image_item("https://img.example.org/a.jpg", caption, " An  oven ", EN)
    assert (item.caption, item.creditText, item.alt) == (caption if text == "=" else text, credit, "An oven")


def test_credits_in_the_words_of_each_edition() -> None:
    assert image_item("https://a.org/a.jpg", "فرن عند الفجر. تصوير: ريما", None, EDITIONS["ar"]).creditText == "ريما"
    assert (
        image_item("https://a.org/a.jpg", "Un horno al alba. Foto: EFE", None, EDITIONS["es"]).caption
        == "Un horno al alba."
    )
    assert image_item("https://a.org/a.jpg", "Un horno al alba. Photo: AFP", None, EDITIONS["es"]).creditText == "AFP"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<video src='/media/7'></video>", ("/media/7", None)),
        ("<video><source src='/a.webm'><source src='/a.mp4'></video>", ("/a.webm", None)),
        ("<video src='blob:https://x/1'></video>", None),
        ("<video src='/a.mp3'></video>", None),
        ("<video data-video-id=7 data-account=8></video>", None),
        ("<amp-video src='/a.mp4'></amp-video>", ("/a.mp4", None)),
        ("<audio src='/a.mp3'><source src='/a.mp4'></audio>", None),
        ("<iframe src='https://www.youtube.com/embed/x1'></iframe>", (None, "https://www.youtube.com/embed/x1")),
        ("<iframe src='about:blank' data-src='//player.vimeo.com/video/7'></iframe>",
         (None, "https://player.vimeo.com/video/7")),
        ("<amp-iframe src='https://x.example/clip.mp4?a=1'></amp-iframe>", ("https://x.example/clip.mp4?a=1", None)),
        ("<iframe src='https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fx%2Fcomments%2F1'></iframe>",
         (None, "https://www.facebook.com/plugins/video.php?href=https:%2F%2Fx%2Fcomments%2F1")),
        ("<embed src='/report.pdf'>", None),
        ("<amp-youtube data-videoid=abc123></amp-youtube>", (None, "https://www.youtube.com/embed/abc123")),
        ("<lite-youtube videoid=abc123></lite-youtube>", (None, "https://www.youtube.com/embed/abc123")),
        ("<lite-youtube videoid='../x'></lite-youtube>", None),
        ("<div data-video-id=7></div>", None),
        *((f"<iframe src='{each}'></iframe>", None) for each in (
            "https://www.googletagmanager.com/ns.html?id=GTM-1", "https://social.example/@baker/1/embed",
            "https://www.google.com/maps/embed?pb=1", "https://www.google.com/recaptcha/api2/anchor",
            "https://disqus.com/embed/comments/?base=default", "https://www.facebook.com/plugins/like.php?video=1",
            "https://open.spotify.com/embed/episode/1", "https://w.soundcloud.com/player/?url=1",
            "https://playlist.megaphone.fm?embed=1", "https://e.infogram.com/1?src=embed", "https://example.org/poll",
        )),
    ],
)  # fmt: skip
def test_what_is_a_video(html: str, expected: tuple[str | None, str | None] | None) -> None:
    found = player(first(html, "body > *"), BASE, SITE)
    own = "https://english.almayadeen.net"
    assert (found and tuple(each and each.removeprefix(own) for each in found)) == expected


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<blockquote class=instagram-media><div><a href='/p'><div>View this post on Instagram</div></a>"
         "<p><a href='/p'>A post shared by Norvale (@norvale)</a></p></div></blockquote>", ""),
        ("<blockquote class=instagram-media data-instgrm-captioned><div><p><a href='/p'>The ovens are lit.</a></p>"
         "<p>A post shared by Norvale</p></div></blockquote>", "The ovens are lit."),
        ("<blockquote class=tiktok-embed><section><a href='/@norvale'>@norvale</a> <p>The ovens are lit.</p>"
         "<a href='https://www.tiktok.com/music/7'>♬ original sound - Norvale</a></section></blockquote>",
         "@norvale The ovens are lit."),
        ("<blockquote class=twitter-tweet><p>Lit. <a href='/t'>pic.twitter.com/t</a></p>— Norvale (@norvale) "
         "<a href='/s'>March 2, 2026</a></blockquote>", "Lit. pic.twitter.com/t— Norvale (@norvale) March 2, 2026"),
        ("<a class=twitter-timeline href='/n'>Tweets by norvale</a><p>Bread.</p>", "Bread."),
        ("<div class=fb-page><blockquote><a href='/n'>Norvale</a></blockquote></div>", ""),
        ("<p>View this post on Instagram, he said.</p>", "View this post on Instagram, he said."),
    ],
)  # fmt: skip
def test_what_of_a_social_embed_is_fallback(html: str, said: str) -> None:
    body = first(html, "body")
    for mem_id in embed_fallbacks(body):
        for node in body.css("*"):
            if node.mem_id == mem_id:
                node.remove()
                break
    assert body.text().strip() == said


@pytest.mark.parametrize(
    "html",
    [
        "<img srcset='" + "," * 50_000 + "'>",
        "<img srcset='" + "a," * 50_000 + "'>",
        "<img srcset='" + "/a.jpg 1w, " * 10_000 + "'>",
        "<img data-src='" + ".png" * 20_000 + "{' src='" + "-1x1" * 20_000 + ".png'>",
        "<img alt='" + "x" * 90_000 + "' style='" + "width:" * 20_000 + "'>",
        "<picture>" + "<source srcset='/a.svg'>" * 9_000 + "<img>" * 500 + "</picture>",
        "<noscript></noscript>" * 9_000 + "<img>" * 500,
        "<blockquote class=instagram-media data-instgrm-captioned><p><a><div>" * 90 + "<p>" * 9_000,
    ],
)
def test_hostile_markup_is_read_in_time(html: str) -> None:
    tree = LexborHTMLParser(html)
    assert tree.body is not None
    nodes = tree.css("img")
    start = process_time()
    for node in nodes:
        is_decoration(node, picture_url(node, BASE, SITE) or "")
    embed_fallbacks(tree.body)
    assert process_time() - start < 0.5


def test_hostile_players_are_read_in_time() -> None:
    frames = "".join(f"<iframe src='https://{host * 500}'></iframe>" for host in ("google.", "player/", "embed-") * 30)
    tree = LexborHTMLParser(frames + "<video>" + "<source src='#'>" * 9_000)
    start = process_time()
    for node in tree.css("iframe, video"):
        player(node, BASE, SITE)
    assert process_time() - start < 0.5


@pytest.mark.parametrize(
    "caption", ["(" * 9_000, "A " * 9_000, "A/" * 9_000, "| " * 9_000, "photo:" * 5_000, "©" * 9_000]
)
def test_hostile_captions_are_read_in_time(caption: str) -> None:
    start = process_time()
    image_item("https://a.org/a.jpg", caption, None, EN)
    assert process_time() - start < 0.1
