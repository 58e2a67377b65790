"""What the themes share: meaningless class names, filler of a given size, lazy pictures and links."""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from hashlib import sha256
from html import escape
from random import Random

from tests.replica.compress import Fixed
from tests.replica.data import Block, Card, Picture, Run, author_path, region_path, tag_path
from tests.replica.edition import Edition
from tests.replica.site import Site

_BLANK = "/assets/blank.png"


def elements(theme: str) -> Callable[..., str]:
    """A function that writes elements with this theme's class names, which tell nothing of what they are for.

    `e("p", text)` gives `<p>text</p>`, `e("p.lead", text)` the same with the class of leads.
    """

    @cache
    def class_name(purpose: str) -> str:
        return f"{theme[0]}{sha256(f'{theme}:{purpose}'.encode()).hexdigest()[:6]}"

    def element(kind: str, *content: str, **attributes: str) -> str:
        tag, _, purpose = kind.partition(".")
        if purpose:
            attributes["class"] = class_name(purpose)
        written = "".join(f' {name}="{value}"' for name, value in attributes.items())
        return f"<{tag}{written}>{''.join(content)}</{tag}>"

    return element


def text(string: str) -> str:
    """A string as the text of an element."""
    return escape(string, quote=False)


@lru_cache(maxsize=64)
def filler_css(theme: str, size: int) -> Fixed:
    """A style element of about `size` bytes with the class names of no other theme."""
    rng, rules, length = Random(f"css:{theme}"), [], 0
    while length < size:
        name = f"{theme[0]}{rng.getrandbits(24):06x}"
        rules.append(
            f".{name}{{margin:{rng.getrandbits(5)}px;color:#{rng.getrandbits(24):06x};flex:{rng.getrandbits(3)}}}"
        )
        length += len(rules[-1]) + 1
    return Fixed("<style>\n" + "\n".join(rules) + "</style>\n")


@lru_cache(maxsize=64)
def filler_js(theme: str, size: int) -> Fixed:
    """A script element of about `size` bytes, its type rewritten as Rocket Loader does."""
    rng, lines, length = Random(f"js:{theme}"), [], 0
    while length < size:
        a, b = rng.getrandbits(20), rng.getrandbits(30)
        lines.append(f"var v{a:x}=function(a,b){{if(a<b&&b>{b}){{return '<p>'+a+'</p>'}}return null}};")
        length += len(lines[-1]) + 1
    kind = f"{rng.getrandbits(96):024x}-text/javascript"
    return Fixed(f'<script type="{kind}">\n' + "\n".join(lines) + "</script>\n")


def lazy_image(picture: Picture, origin: str = "", width: int = 1000) -> str:
    """A picture as the site sends it: a stray script, a stand-in source, the true address in data-src."""
    source = escape(f"{origin}{picture.path}?v={picture.version}&width={width}")
    return (
        f'<script src="/cdn-cgi/scripts/7d0fa10a/cloudflare-static/rocket-loader.min.js" '
        f'data-cf-settings="{picture.path[-20:-4]}-|49"></script><img src="{_BLANK}" '
        f'onerror="this.src=&#x27;{_BLANK}&#x27;" data-src="{source}" alt="{escape(picture.alt)}" />'
    )


def inline(runs: Iterable[Run]) -> str:
    """Text with its links and strong words as HTML."""
    parts = []
    for run in runs:
        part = text(run.text)
        if run.href:
            part = f'<a href="{escape(run.href)}">{part}</a>'
        parts.append(f"<strong>{part}</strong>" if run.strong else part)
    return "".join(parts)


def link(card: Card) -> str:
    """A link to an article with its headline as text."""
    return f'<a href="{escape(card.path)}">{text(card.headline)}</a>'


def tweet(block: Block) -> str:
    """An embedded tweet in the markup that Twitter prescribes."""
    said, signed = map(text, block.items)
    name, _, day = signed.rpartition(") ")
    return (
        f'<blockquote class="twitter-tweet"><p lang="en" dir="ltr">{said}</p>{name}) '
        f'<a href="https://twitter.com/MayadeenEnglish/status/17">{day}</a></blockquote>'
        '<script async src="https://platform.twitter.com/widgets.js"></script>'
    )


def author_links(names: Iterable[str], edition: Edition) -> list[str]:
    """The writers as HTML, each linked where it has a page."""
    return [f'<a href="{path}">{name}</a>' if (path := author_path(edition, name)) else name for name in names]


def tag_links(card: Card) -> list[str]:
    """The tags of an article as links to their listings; none where the article is odd in that."""
    names = () if card.quirk == "no-keywords" else card.tags
    return [f'<a href="{tag_path(name)}">{text(name)}</a>' for name in names]


def links(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Links from (text, address)."""
    return [f'<a href="{address}">{text(name)}</a>' for name, address in pairs]


@cache
def menu(edition: Edition) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The menu as (heading, path, [(name, path)]); headings without children are lines of their own."""
    rows = [
        (
            group,
            path,
            [(section.name, section.path) for section in edition.sections if section.group == group],
        )
        for group, path in edition.groups.items()
    ]
    return rows + [(section.name, section.path, []) for section in edition.sections if not section.group]


def regions(edition: Edition) -> list[tuple[str, str]]:
    """The regions as (name, path)."""
    return [(name, region_path(edition, name)) for name in edition.regions]


def padding(site: Site, base_kb: int) -> int:
    """Bytes of filler that bring a page of `base_kb` to the size asked for; at least 30 kB."""
    return max(30, site.page_kb - base_kb) * 1000


def crumbs(card: Card, edition: Edition) -> list[tuple[str, str]]:
    """The way down to an article as (name, path), its own title left out."""
    way = [(edition.home, "/")]
    if card.section.group:
        way.append((card.section.group, edition.groups[card.section.group]))
    if card.path.startswith(card.section.path + "/"):
        way.append((card.section.name, card.section.path))
    return way


def label(card: Card, edition: Edition) -> str:
    """The category over a card: its region or its section, as a link."""
    if card.region and card.index % 3 == 0:
        return f'<a href="{region_path(edition, card.region)}">{escape(card.region)}</a>'
    return f'<a href="{card.section.path}">{escape(card.section.name)}</a>'
