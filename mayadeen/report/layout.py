"""Positions of the nodes of a small network, in plain Python. Deterministic, and always inside the drawing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Pair = tuple[str, str, int]
"""(node, node, weight of the link between them)."""
_TURN = 2.399963
"""Golden angle in radians: nodes start evenly distributed, like sunflower seeds."""
_MOVES, _PUSHES = 200, 300
"""Maximum number of steps of `layout` and of `spread`."""
_IDEAL = 1.6
"""Ideal length of a link, if the distance between nodes is about 1."""


def layout(pairs: Sequence[Pair]) -> dict[str, tuple[float, float]]:
    """Return node -> (x, y), both between 0 and 1.

    Nodes repel each other, links attract them, and all are pulled to the centre.
    """
    names = sorted({name for a, b, _ in pairs for name in (a, b)})
    number = {name: at for at, name in enumerate(names)}
    heaviest = max((weight for *_, weight in pairs), default=1)
    links = [(number[a], number[b], weight / heaviest) for a, b, weight in pairs]
    xs = [math.cos(_TURN * at) * math.sqrt(at + 0.5) for at in range(len(names))]
    ys = [math.sin(_TURN * at) * math.sqrt(at + 0.5) for at in range(len(names))]
    heat = 1.5
    for _ in range(_MOVES):
        _move(xs, ys, links, heat)
        heat *= 0.98
    return dict(zip(names, zip(_to_unit(xs), _to_unit(ys), strict=True), strict=True))


def _move(xs: list[float], ys: list[float], links: list[tuple[int, int, float]], heat: float) -> None:
    """Move all nodes by one step, at most by `heat`."""
    right, down = [-0.06 * x for x in xs], [-0.09 * y for y in ys]
    for a, (ax, ay) in enumerate(zip(xs, ys, strict=True)):
        for b in range(a + 1, len(xs)):
            dx, dy = ax - xs[b], ay - ys[b]
            force = _IDEAL * _IDEAL / (dx * dx + dy * dy + 0.01)
            right[a] += dx * force
            down[a] += dy * force
            right[b] -= dx * force
            down[b] -= dy * force
    for a, b, weight in links:
        dx, dy = xs[a] - xs[b], ys[a] - ys[b]
        force = (math.hypot(dx, dy) + 0.01) / _IDEAL * (0.15 + 0.25 * weight) / 2 / _IDEAL
        right[a] -= dx * force
        down[a] -= dy * force
        right[b] += dx * force
        down[b] += dy * force
    for at, (dx, dy) in enumerate(zip(right, down, strict=True)):
        step = min(1, heat / (math.hypot(dx, dy) or 1))
        xs[at] += dx * step
        ys[at] += dy * step


def _to_unit(values: list[float]) -> list[float]:
    """Scale values to 0 to 1, half by value and half by rank, so that a single outlier does not take half of the
    drawing.
    """
    low, high = min(values, default=0), max(values, default=0)
    if high <= low:
        return [0.5] * len(values)
    ranks = {at: rank for rank, at in enumerate(sorted(range(len(values)), key=values.__getitem__))}
    return [((value - low) / (high - low) + ranks[at] / (len(values) - 1)) / 2 for at, value in enumerate(values)]


def spread(
    places: Mapping[str, tuple[float, float]],
    boxes: Mapping[str, tuple[float, float]],
    width: float,
    height: float,
) -> dict[str, tuple[int, int]]:
    """Return positions between 0 and 1 as pixels, moved so that the boxes (width, height) around them do not overlap,
    if there is enough room for all.
    """
    names = list(places)
    half = [(min(boxes[name][0], width) / 2, boxes[name][1] / 2) for name in names]
    xs = [w + places[name][0] * (width - 2 * w) for name, (w, _) in zip(names, half, strict=True)]
    ys = [h + places[name][1] * (height - 2 * h) for name, (_, h) in zip(names, half, strict=True)]
    for _ in range(_PUSHES):
        moved = False
        for a in range(len(names)):
            for b in range(a + 1, len(names)):
                over_x = half[a][0] + half[b][0] - abs(xs[a] - xs[b])
                over_y = half[a][1] + half[b][1] - abs(ys[a] - ys[b])
                if over_x <= 0 or over_y <= 0:
                    continue
                moved = True
                # Move along the shorter overlap. Labels are wide, so this is mostly vertical.
                values, over = (ys, over_y) if over_y < over_x else (xs, over_x)
                push = over / 2 + 0.5 if values[a] >= values[b] else -over / 2 - 0.5
                values[a] += push
                values[b] -= push
        for at, (w, h) in enumerate(half):
            xs[at] = min(max(xs[at], w), width - w)
            ys[at] = min(max(ys[at], h), height - h)
        if not moved:
            break
    return {name: (round(x), round(y)) for name, x, y in zip(names, xs, ys, strict=True)}
