"""Pictures and videos of an article: what the page states, and what is printed."""

from __future__ import annotations

from mayadeen.extract import embeds, pictures, structured
from mayadeen.extract.heuristics.gallery import MIN_CAPTION_ABOVE
from mayadeen.extract.heuristics.reader import Visible
from mayadeen.extract.linked_data import Stated
from mayadeen.extract.page import Page
from mayadeen.items import Image, Video
from mayadeen.site.text import clean


def images(page: Page, visible: Visible) -> tuple[list[Image], Stated | None]:
    """Return all pictures of the article, and its main picture."""
    stated = structured.image(page)
    known = pictures.identity(stated.value) if stated else ""
    found: dict[str, Image] = {}
    for shown in visible.pictures:
        url = pictures.picture_url(shown.node, page.base, page.site)
        if url is None or pictures.is_decoration(shown.node, url):
            continue
        name = pictures.identity(url)
        # A picture above the headline belongs to the article only if it has a caption or is the stated picture.
        if shown.above and name != known and len((shown.caption or "").split()) < MIN_CAPTION_ABOVE:
            continue
        before = found.get(name)
        if before is None or (shown.caption and not before.caption):
            alt = shown.node.attributes.get("alt") if before is None else before.alt
            caption = clean(shown.caption) if shown.caption else None
            image = pictures.image_item(before.url if before else url, caption, alt, page.site.edition)
            found[name] = image
    if stated is None:
        return list(found.values()), next((Stated(each, "visible") for each in found.values()), None)
    printed = found.get(known)
    main = Image(url=stated.value)
    if printed:
        main = Image(url=stated.value, caption=printed.caption, creditText=printed.creditText, alt=printed.alt)
        found[known] = main
    return list(found.values()) or [main], Stated(main, stated.origin)


def videos(page: Page, visible: Visible) -> tuple[list[Video], str | None]:
    """Return the page's own video and the players in the article, each once, and the origin of the own one."""
    found: dict[str, Video] = {}
    for node in visible.players:
        player = embeds.player(node, page.base, page.site)
        if player is not None:
            url, embed = player
            found.setdefault(url or embed or "", Video(url=url, embedUrl=embed))
    players = list(found.values())
    stated = structured.video(page)
    if stated is None:
        return players, None
    url, embed, duration = stated.value
    own = next((each for each in players if embed is None or each.embedUrl == embed or each.url == url), None)
    if own is None:
        return [Video(url=url, embedUrl=embed, duration=duration), *players], stated.origin
    own.url, own.embedUrl, own.duration = own.url or url, own.embedUrl or embed, duration
    return players, stated.origin
