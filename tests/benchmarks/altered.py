"""Real pages with one thing taken away or added: how much a reader depends on classes, metadata and tidy pages."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import Any

from lxml import html
from lxml.etree import SubElement
from lxml.html import HtmlElement

from tests.benchmarks.real import measure as measure_real

NAMES = ("mayadeen", "trafilatura, fast", "readability-lxml")
_MICRODATA = ("itemprop", "itemtype", "itemscope")
_SECTIONS = frozenset("article section main header footer nav aside figure figcaption hgroup time".split())
CONSENT = """<div class="modal"><h2>We value your privacy</h2><p>We and our partners store and access information on a
device, such as cookies, and process personal data, such as unique identifiers and standard information sent by a
device, for personalised advertising and content, measurement of advertising and content, audience research and the
development of services.</p><p>With your permission we and our partners may use precise location data and identification
through device scanning. You may click to consent to our processing as described above.</p><button>Agree</button>
</div>"""
NEWSLETTER = """<div class="box"><h3>Get our newsletter</h3><p>Sign up for our morning briefing and never miss the
stories that matter, straight to your inbox.</p><form><input type="email"><button>Sign up</button></form></div>"""
RELATED = """<div class="more"><h3>Related stories</h3><ul>
<li><a href="/news/one-story-of-the-day-that-says-much">One story of the day that says much about it</a></li>
<li><a href="/news/another-story-from-the-other-coast">Another story from the other coast is here</a></li></ul></div>"""


def elements(tree: HtmlElement) -> list[HtmlElement]:
    return [each for each in tree.iter() if isinstance(each.tag, str)]


def without_classes(tree: HtmlElement) -> None:
    for each in elements(tree):
        for name in list(each.attrib):
            if name in ("class", "id", "role", *_MICRODATA) or name.startswith("data-"):
                del each.attrib[name]


def other_classes(tree: HtmlElement) -> None:
    for each in elements(tree):
        for name in ("class", "id"):
            names = (each.get(name) or "").split()
            if names:
                each.set(name, " ".join("c" + hashlib.sha256(part.encode()).hexdigest()[:6] for part in names))


def without_metadata(tree: HtmlElement) -> None:
    for each in elements(tree):
        stated = each.get("property") or each.get("name")
        if (each.tag == "script" and "ld+json" in (each.get("type") or "")) or (each.tag == "meta" and stated):
            each.drop_tree()
        for name in _MICRODATA:
            each.attrib.pop(name, None)


def only_divs(tree: HtmlElement) -> None:
    for each in elements(tree):
        if each.tag in _SECTIONS:
            each.tag = "div"


def without_paragraphs(tree: HtmlElement) -> None:
    """Lines end with two `<br>`."""
    for each in list(tree.iter("p")):
        SubElement(each, "br")
        SubElement(each, "br")
        each.tag = "span"
        each.attrib.clear()


def cluttered(tree: HtmlElement) -> None:
    """A consent notice before everything; a newsletter form and a box of links within the text."""
    body = tree.find("body")
    if body is None:
        return
    body.insert(0, html.fragment_fromstring(CONSENT))
    long = [each for each in tree.iter("p") if len(each.text_content().split()) > 25 and each.getparent() is not None]
    parents = Counter(each.getparent() for each in long)
    own = [each for each in long if each.getparent() is parents.most_common(1)[0][0]] if parents else []
    if len(own) > 3:
        own[len(own) // 3].addnext(html.fragment_fromstring(NEWSLETTER))
        own[2 * len(own) // 3].addnext(html.fragment_fromstring(RELATED))


def bare(tree: HtmlElement) -> None:
    for change in (without_metadata, only_divs, without_classes, cluttered):
        change(tree)


CHANGES: dict[str, Callable[[HtmlElement], None]] = {
    "as they are": lambda tree: None,
    "without classes and ids": without_classes,
    "other class names": other_classes,
    "without metadata": without_metadata,
    "div in place of article, nav, figure...": only_divs,
    "br in place of p": without_paragraphs,
    "with a consent notice, a form and links": cluttered,
    "without metadata, classes and sections, cluttered": bare,
}


def measure() -> list[dict[str, Any]]:
    """A row for each change: text F1 of each library, and its pages of which most is wrong or missing."""
    rows = []
    for name, change in CHANGES.items():

        def changed(page: str, change: Callable[[HtmlElement], None] = change) -> str:
            tree = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
            change(tree)
            return "<!doctype html>\n" + str(html.tostring(tree, encoding="unicode"))

        found = measure_real(1, NAMES, changed)
        figures = {f"{row['library']}: {what}": row[what] for row in found for what in ("text F1", "mostly wrong")}
        rows.append({"pages": name, **figures})
    return rows
