"""Where the headline stands in the tree: the element whose text is the stated title, else the one most like it."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from mayadeen.page import Page
from mayadeen.text import line, same

_HEADINGS = "h1, h2, h3, h4, h5, h6, [role=heading]"


def find_headline(page: Page, titles: list[str]) -> LexborNode | None:
    """The element of the headline; `titles` are the stated ones, best first. None when nothing looks like one."""
    known = [same(title) for title in titles if same(title)]
    headings = _headings(page, known)
    for title in known:
        matches = [node for node, text in headings if text == title and not _in_other_link(node)]
        if matches:
            best = min(_rank(node) for node in matches)
            return [node for node in matches if _rank(node) == best][-1]
    if known:
        plain = _by_text(page, set(known))
        if plain is not None:
            return plain
        headings = [(node, same(node.text())) for node in page.tree.css(_HEADINGS)]
        near = [(_likeness(text, known[0]), node) for node, text in headings if not _in_other_link(node)]
        best_likeness = max((likeness for likeness, _ in near), default=0.0)
        if best_likeness >= 0.6:
            return next(node for likeness, node in near if likeness == best_likeness)
    else:
        headings = [(node, same(node.text())) for node in page.tree.css(_HEADINGS)]
    names = {same(suffix) for suffix in page.site.edition.title_suffixes}
    tops = [(node, text) for node, text in headings if node.tag == "h1" and text and text not in names]
    tops = [(node, text) for node, text in tops if len(text.split()) >= 3]
    return max(tops, key=lambda each: len(each[1]))[0] if tops else None


def _headings(page: Page, known: list[str]) -> list[tuple[LexborNode, str]]:
    """Headings about as long as a stated title: a page has a hundred others."""
    found = []
    for node in page.tree.css(_HEADINGS):
        text = node.text().strip()
        if any(abs(len(text) - len(title)) < 8 + len(title) // 3 for title in known):
            found.append((node, same(text)))
    return found


def _rank(node: LexborNode) -> int:
    tag = node.tag or ""
    return int(tag[1]) if len(tag) == 2 and tag[1].isdigit() else 7


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


def _by_text(page: Page, titles: set[str]) -> LexborNode | None:
    """An element that is no heading but has exactly the title's text; the last one outside links and lists."""
    body = page.tree.body
    if body is None:
        return None
    found = None
    shortest = min(map(len, titles))
    for node in body.traverse(include_text=True):
        if node.tag != "-text":
            continue
        text = node.text_content or ""
        if len(text) < min(shortest, 4) or len(text) > 600 or same(text) not in titles:
            continue
        parent = node.parent
        if parent is None or parent.tag in ("script", "style", "title", "a", "li", "option", "noscript", "figcaption"):
            continue
        if same(line(parent.text())) in titles and not _in_other_link(parent):
            found = parent
    return found


def _likeness(text: str, title: str) -> float:
    here, there = set(text.split()), set(title.split())
    return len(here & there) / len(here | there) if here and there else 0.0
