"""Finds short CSS selectors that match some elements on many pages, and no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from selectolax.lexbor import LexborNode

from mayadeen.errors import UsageError
from mayadeen.extract.blocks import ancestors
from mayadeen.extract.heuristics.view import Label
from mayadeen.extract.templates.reader import NATIVE, escape
from mayadeen.extract.templates.samples import Nodes, Sample, Wanted

SUPPORT = 0.95
"""Minimum share of the pages on which a selector must find what the general reader found."""
MAX_LEVELS = 3
"""Maximum number of ancestors named in a selector."""
MAX_SELECTORS = 12
"""Maximum number of selectors per key."""
MIN_SEEN = 2
"""Minimum number of pages on which a selector finds something."""
MAX_CLASS = 60
"""Maximum number of characters of a class or id named in a selector."""
Choice = tuple[str, int]
"""(selector, number of pages on which it finds what it should)."""

_NAMED = frozenset(Label) - {Label.BOILERPLATE, Label.BYLINE}
"""Labels of lines that are read. Of the byline, only lines with a value are read."""
Allowed = Callable[[Sample, LexborNode], bool]
"""Returns whether a selector may also match this element."""


def is_free_of_text(sample: Sample, node: LexborNode) -> bool:
    """For keys outside the container: allow elements that contain no text of the article."""
    return not sample.labels_at(node) & {Label.TEXT, Label.HEADLINE}


def no_text(sample: Sample, node: LexborNode) -> bool:
    """For captions and cards in the container: allow elements without text."""
    return not sample.labels_at(node) & {Label.TEXT, Label.SEE_ALSO}


def nothing(sample: Sample, node: LexborNode) -> bool:
    """For `drop`: allow no other element."""
    box = sample.boxes.get(node.mem_id)
    if box is None:
        return True
    signed = not sample.visible.byline.used.isdisjoint(range(box.first, box.end))
    return not (signed or sample.labels_in(box) & _NAMED or sample.holds_media(box))


def text_beside(*others: list[Choice]) -> Allowed:
    """For `keep`: allow elements with text, without a line, or removed by the keys with these selectors."""
    selector = ", ".join(selector for choices in others for selector, _ in choices)

    def allowed(sample: Sample, node: LexborNode) -> bool:
        labels = sample.labels_at(node)
        if not labels or labels & {Label.TEXT, Label.SEE_ALSO} or node.tag in NATIVE or sample.is_told_by_words(node):
            return True
        out = found_by(sample, selector, inside=True) if selector else {}
        return any(each.mem_id in out for each in (node, *ancestors(node)))

    return allowed


def single(samples: Sequence[Sample], wanted: Wanted, name: str) -> list[Choice]:
    """Return the selector that matches exactly one wanted element on each page. Raises UsageError."""
    pages = [(sample, wanted(sample)) for sample in samples]
    having = [(sample, nodes) for sample, nodes in pages if nodes]
    counts = Counter(selector for _, nodes in having for node in nodes.values() for selector in candidates(node))
    best: Choice = ("", 0)
    for selector, count in sorted(counts.items(), key=lambda item: (-item[1], len(item[0]))):
        if count <= best[1]:
            break
        right = sum(found_by(sample, selector).keys() == nodes.keys() for sample, nodes in having)
        if right > best[1]:
            best = (selector, right)
    if best[1] < SUPPORT * len(having) or not having:
        where = f"best {best[0]!r} on {best[1]}" if best[0] else "none fits"
        raise UsageError(
            f"no selector finds the {name} on {SUPPORT:.0%} of {len(having)} pages ({where}): "
            "pages of several layouts? Learn from the pages of one"
        )
    return [best]


def cover(
    samples: Sequence[Sample], wanted: Wanted, allowed: Allowed, *, inside: bool = False, seen: int = MIN_SEEN
) -> list[Choice]:
    """Return a few selectors that together find all wanted elements, and nothing that is not allowed.

    Each finds something on at least `seen` pages. Among selectors that find equally much, prefer outside the container
    the one with the fewest other matches, inside it the simplest.
    """
    every = [(sample, wanted(sample)) for sample in samples]
    left = every
    found: list[Choice] = []
    while len(found) < MAX_SELECTORS:
        counts = Counter(
            selector for _, nodes in left for selector in {s for node in nodes.values() for s in candidates(node)}
        )
        best: Choice | None = None
        rank: tuple[int, ...] = ()
        for selector, count in counts.most_common():
            if count < (best[1] if best else seen):
                break
            besides = 0 if inside else sum(len(found_by(each, selector).keys() - nodes) for each, nodes in every)
            own = (besides, *_simplicity(selector))
            if (not rank or own < rank) and _is_clean(samples, selector, allowed, inside):
                best, rank = (selector, count), own
        if best is None:
            break
        rest = [(sample, _rest(sample, nodes, best[0], inside)) for sample, nodes in left]
        if rest == left:
            break
        found.append(best)
        left = rest
    return found


def _rest(sample: Sample, nodes: Nodes, selector: str, inside: bool) -> Nodes:
    """Return the elements that a selector does not find."""
    found = found_by(sample, selector, inside)
    return {mem_id: node for mem_id, node in nodes.items() if mem_id not in found}


def _is_clean(samples: Sequence[Sample], selector: str, allowed: Allowed, inside: bool) -> bool:
    """Return whether a selector finds nothing forbidden, except on a few pages."""
    bad = sum(
        not all(allowed(sample, node) for node in found_by(sample, selector, inside).values()) for sample in samples
    )
    return bad <= (1 - SUPPORT) * len(samples)


def found_by(sample: Sample, selector: str, inside: bool = False) -> Nodes:
    root = sample.page.tree.body
    if inside:
        root = sample.node(sample.container) if sample.container else None
    nodes = root.css(selector) if root is not None else ()
    own = root.mem_id if root is not None and inside else None
    return {node.mem_id: node for node in nodes if node.mem_id != own}


def candidates(node: LexborNode) -> list[str]:
    """Return selectors that match an element, short ones first: by its tag, its classes, its ancestors."""
    own = _names(node)
    found, tag_of = list(own), node.tag or ""
    around, path = node.parent, ""
    for _ in range(MAX_LEVELS):
        if around is None or around.tag in (None, "html", "-document"):
            break
        tag = around.tag or ""
        named = [name for name in _names(around) if name != tag] if around.tag != "body" else []
        found += [f"{name} > {path}{each}" for name in named[:4] for each in dict.fromkeys((*own[:2], tag_of))]
        path = f"{tag} > {path}"
        around = around.parent
    return found


def _names(node: LexborNode) -> list[str]:
    """Return selectors of an element without its ancestors."""
    tag = node.tag or ""
    classes = [each for each in (node.attributes.get("class") or "").split() if len(each) < MAX_CLASS]
    found = [tag] if tag in NATIVE or tag in ("figure", "header", "footer", "aside", "nav") else []
    name = node.attributes.get("id") or ""
    if name and len(name) < MAX_CLASS and not any(map(str.isspace, name)):
        found.append(f"{tag}#{escape(name)}")
    found += [f"{tag}.{escape(each)}" for each in classes]
    if len(classes) > 1:
        found.append(tag + "".join(f".{escape(each)}" for each in classes))
    if "class" not in node.attributes:
        found.append(f"{tag}:not([class])")
    return found


def _simplicity(selector: str) -> tuple[int, int]:
    return selector.count(" > "), len(selector)
