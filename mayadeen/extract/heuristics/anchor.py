"""Where the headline stands in the tree: the element whose text is the stated title, else the one most like it."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from mayadeen.extract.page import Page
from mayadeen.site.text import comparison_key

_LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6", "[role=heading]")


def find_headline(page: Page, title: str | None) -> LexborNode | None:
    """The element of the headline, by the stated title, else by its looks. None when nothing looks like one."""
    wanted = comparison_key(title or "")
    found = _by_heading(page, wanted) or _by_text(page, wanted) or _most_alike(page, wanted) if wanted else None
    return found or _longest_top(page)


def _by_heading(page: Page, wanted: str) -> LexborNode | None:
    """The heading of the highest level that says just that; of several the last, as bars above the page come first."""
    for level in _LEVELS:
        matches = [node for node in page.tree.css(level) if _says(node, wanted) and not _in_other_link(node)]
        if matches:
            return matches[-1]
    return None


def _says(node: LexborNode, wanted: str) -> bool:
    text = node.text().strip()
    # A page has a hundred other headings, most of another length.
    return abs(len(text) - len(wanted)) < 8 + len(wanted) // 3 and comparison_key(text) == wanted


def _most_alike(page: Page, wanted: str) -> LexborNode | None:
    """The heading that shares most words with the stated title, which may be older than what is printed."""
    best, found = 0.6, None
    for node in page.tree.css(", ".join(_LEVELS)):
        likeness = _likeness(comparison_key(node.text()), wanted)
        if likeness >= best and (found is None or likeness > best) and not _in_other_link(node):
            best, found = likeness, node
    return found


def _longest_top(page: Page) -> LexborNode | None:
    """The longest `<h1>` of some words that is not the name of the site."""
    names = {comparison_key(suffix) for suffix in page.site.edition.title_suffixes}
    tops = [(len(text), node) for node in page.tree.css("h1") if (text := comparison_key(node.text())) not in names]
    tops = [(length, node) for length, node in tops if len(comparison_key(node.text()).split()) >= 3]
    return max(tops, key=lambda each: each[0])[1] if tops else None


def _in_other_link(node: LexborNode) -> bool:
    """A card's heading is a link elsewhere; the page's own headline is none, or links to itself."""
    if node.css_first("a[href]") is not None:
        return True
    parent = node.parent
    while parent is not None:
        if parent.tag == "a" and parent.attributes.get("href"):
            return True
        parent = parent.parent
    return False


def _by_text(page: Page, wanted: str) -> LexborNode | None:
    """An element that is no heading but has exactly the title's text; the last one outside links and lists."""
    body = page.tree.body
    if body is None:
        return None
    found = None
    for node in body.traverse(include_text=True):
        if node.tag != "-text":
            continue
        text = node.text_content or ""
        if abs(len(text.strip()) - len(wanted)) > 8 + len(wanted) // 3 or comparison_key(text) != wanted:
            continue
        parent = node.parent
        if parent is None or parent.tag in ("script", "style", "title", "a", "li", "option", "noscript", "figcaption"):
            continue
        if comparison_key(parent.text()) == wanted and not _in_other_link(parent):
            found = parent
    return found


def _likeness(text: str, title: str) -> float:
    here, there = set(text.split()), set(title.split())
    return len(here & there) / len(here | there) if here and there else 0.0
