"""Networks: tags used together, and articles connected by related links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from mayadeen.archive import Archive
from mayadeen.report.figures import Figure, Spec, cut, plural
from mayadeen.report.forms import SERIES, SHOWN, SHOWN_PARAM, color_scale, label
from mayadeen.report.layout import Pair, layout, spread
from mayadeen.report.stories import Story, story
from mayadeen.report.summary import Sums

_WIDE, _SMALL = (1100, 500), (340, 460)
"""(width, height) in pixels."""
_PAIRS, _SMALL_PAIRS = 70, 16
_SMALL_NODES = 18
_LINES = 120
_LETTER = 6.6
"""Approximate width of a letter of a label in pixels."""


def pairs_figure(sums: Sums) -> Figure | None:
    """Return the network of tags on the same articles."""
    pairs = sorted(((a, b, count) for (a, b), count in sums.pairs.items()), key=lambda pair: (-pair[2], pair))
    if not pairs:
        return None
    a, b, most = pairs[0]
    return Figure(
        "pairs",
        f"{label(a)} and {label(b)} go together most often, on {plural(most, 'article')}",
        "The most frequent pairs of tags; the thicker a line, the more articles have both.",
        cut([list(pair) for pair in pairs], ["Tag", "with", "Articles"]),
        _of_tags(pairs[:_PAIRS], _WIDE, 30),
        small=_of_tags(pairs[:_SMALL_PAIRS], _SMALL, 20),
        height=_WIDE[1],
        small_height=_SMALL[1],
        wide=True,
        names=True,
    )


def _of_tags(pairs: Sequence[Pair], size: tuple[int, int], letters: int) -> Spec:
    weights = Counter[str]()
    for a, b, count in pairs:
        weights[a] += count
        weights[b] += count
    boxes = {name: (_LETTER * len(label(name, letters)) + 10, 36.0) for name in weights}
    # The dot is in the upper part of its box, above the label.
    places = {name: (x, y - 8) for name, (x, y) in spread(layout(pairs), boxes, *size).items()}
    nodes = [
        {"x": places[name][0], "y": places[name][1], "l": label(name, letters), "t": label(name), "n": weight}
        for name, weight in weights.most_common()
    ]
    return _network(nodes, _lines(pairs, places), size, tip="With other tags shown")


def related_figure(sums: Sums, archive: Archive, edition: str) -> Figure | None:
    """Return the network of articles with most incoming related links."""
    if not sums.network:
        return None
    order = [n for n, _ in sorted(sums.linked.items(), key=lambda item: (-item[1], item[0]))]
    stories = {n: found for n in order if (found := story(archive, edition, n))}
    order = [n for n in order if n in stories]
    if not order:
        return None
    first, most = stories[order[0]], plural(sums.linked[order[0]], "article")
    rows: list[list[Any]] = [
        [rank, stories[n], stories[n].day, sums.linked[n]] for rank, n in enumerate(order, start=1)
    ]
    sections = [name for name, _ in Counter(stories[n].section or "no section" for n in order).most_common()]
    series = sections[:SERIES] + ["other"] * (len(sections) > SERIES)
    return Figure(
        "related",
        f"Related links lead most often to {label(first.headline, 80)}, from {most}",
        "Articles of the archive that most related links of others lead to, and the links between them; "
        f"{plural(sums.relations, 'link')} in all. The numbers are those of the table.",
        cut(rows, ["No.", "Headline", "Published", "Linked from"]),
        _of_articles(sums, stories, order, series, _WIDE),
        small=_of_articles(sums, stories, order[:_SMALL_NODES], series, _SMALL),
        height=_WIDE[1],
        small_height=_SMALL[1],
        legend=series,
        wide=True,
        open=True,
        names=True,
    )


def _of_articles(
    sums: Sums, stories: dict[int, Story], order: Sequence[int], series: Sequence[str], size: tuple[int, int]
) -> Spec:
    both = Counter(tuple(sorted(pair)) for pair in sums.network if set(pair) <= set(order))
    pairs: list[Pair] = [(str(a), str(b), count) for (a, b), count in sorted(both.items())]
    alone = {str(n) for n in order} - {name for a, b, _ in pairs for name in (a, b)}
    places = layout([*pairs, *((name, name, 1) for name in sorted(alone))])
    pixels = spread(places, dict.fromkeys(places, (40.0, 40.0)), *size)
    nodes = [
        {
            "x": pixels[str(n)][0],
            "y": pixels[str(n)][1],
            "l": str(rank),
            "t": label(stories[n].headline),
            "s": section if (section := stories[n].section or "no section") in series else "other",
            "n": sums.linked[n],
        }
        for rank, n in enumerate(order, start=1)
    ]
    return _network(nodes, _lines(pairs, pixels), size, tip="Articles that link to it", series=series)


def _lines(pairs: Sequence[Pair], places: dict[str, tuple[int, int]]) -> list[dict[str, int]]:
    return [
        {"x": places[a][0], "y": places[a][1], "u": places[b][0], "v": places[b][1], "n": count}
        for a, b, count in sorted(pairs, key=lambda pair: -pair[2])[:_LINES]
    ]


def _network(
    nodes: list[dict[str, Any]],
    lines: list[dict[str, int]],
    size: tuple[int, int],
    *,
    tip: str,
    series: Sequence[str] = (),
) -> Spec:
    """Return labelled dots and the strongest lines between them. The label is below the dot; with `series`, a number is
    on it.
    """

    def at(name: str, other: str) -> Spec:
        scales = [{"domain": [0, limit], "nice": False, "zero": False} for limit in size]
        axes = [
            {"field": field, "type": "quantitative", "axis": None, "scale": scale}
            for field, scale in zip((name, other), (scales[0], {**scales[1], "reverse": True}), strict=True)
        ]
        return {"x": axes[0], "y": axes[1]}

    tooltip = [{"field": "t", "title": " "}, {"field": "n", "title": tip, "format": ",d"}]
    dots: Spec = {
        "data": {"name": "nodes"},
        "mark": {"type": "circle", "opacity": 1, "stroke": "$card", "strokeWidth": 1.5, "color": "$c0"},
        "encoding": {
            **at("x", "y"),
            "size": {
                "field": "n", "type": "quantitative", "legend": None,
                "scale": {"range": [380, 1300] if series else [60, 460], "zero": False},
            },
            "tooltip": tooltip,
        },
    }  # fmt: skip
    text = {"type": "text", "fontSize": 11, "color": "$ink", "dy": 17, "tooltip": None}
    labels: Spec = {"data": {"name": "nodes"}, "encoding": {**at("x", "y"), "text": {"field": "l"}}}
    if series:
        dots["encoding"] |= {"color": color_scale("s", series), "opacity": SHOWN}
        labels["mark"] = text | {"color": "$on", "dy": 0, "fontWeight": 600}
    else:  # an outline in the colour of the card separates them from the lines
        rim = {"stroke": "$card", "strokeWidth": 4, "strokeJoin": "round", "color": "$card"}
        labels["layer"] = [{"mark": text | rim}, {"mark": text}]
    edges: Spec = {
        "data": {"name": "lines"},
        "mark": {"type": "rule", "color": "$mute", "opacity": 0.3, "tooltip": None},
        "encoding": {
            **at("x", "y"),
            "x2": {"field": "u"},
            "y2": {"field": "v"},
            "strokeWidth": {
                "field": "n", "type": "quantitative", "legend": None, "scale": {"range": [0.8, 5], "zero": False},
            },
        },
    }  # fmt: skip
    return {
        "datasets": {"nodes": nodes, "lines": lines},
        "params": [SHOWN_PARAM],
        "resolve": {"scale": {"size": "independent", "strokeWidth": "independent"}},
        "layer": [edges, dots, labels],
    }
