"""Vega-Lite charts of the sums: when articles appear, their sections, tags and authors, and which fields they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from mayadeen.report.facts import FIELDS
from mayadeen.report.figures import Figure, Spec, Table, cut, plural, share
from mayadeen.report.forms import SERIES, SHOWN, SHOWN_PARAM, WHOLE, bars, cells, color_scale, heat_map, label, lookup
from mayadeen.report.periods import Periods
from mayadeen.report.summary import TOP_TAGS, Sums, ranked

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MAX_BARS = 10


def published_figure(sums: Sums) -> Figure | None:
    """Return the chart of articles over time, by section."""
    periods = sums.periods
    if periods is None:
        return None
    sections = [name for name, _ in ranked(sums.sections)]
    top = sections[:SERIES]
    series = [name or "no section" for name in top] + ["other"] * (len(sections) > SERIES)
    counts: Counter[tuple[str, int]] = Counter()
    for (period, section), count in sums.published.items():
        counts[period, top.index(section) if section in top else SERIES] += count
    number = {begin: at for at, begin in enumerate(periods.all)}
    values = [{"p": number[begin], "r": rank, "n": count} for (begin, rank), count in sorted(counts.items())]
    # Values shared by many rows are stored once in the page.
    names = [
        lookup("r", [{"r": rank, "s": name} for rank, name in enumerate(series)]),
        lookup(
            "p",
            [
                {"p": at, "d": _clock(begin), "e": _clock(periods.end(begin)), "t": periods.name(begin)}
                for begin, at in number.items()
            ],
        ),
    ]
    totals = Counter[str]()
    for (period, _), count in counts.items():
        totals[period] += count
    busiest, most = max(totals.items(), key=lambda item: (item[1], item[0]))
    main, main_count = ranked(sums.sections)[0]
    zoom = len(periods.all) > 30
    rows = [
        [periods.name(period), totals[period], *(counts[period, rank] for rank in range(len(series)))]
        for period in reversed(periods.all)
        if totals[period]
    ]
    return Figure(
        "published",
        f"{plural(sums.articles, 'article')}; {share(main_count, sums.articles)} in {main or 'no section'}",
        f"By {periods.unit} and section. The busiest {periods.unit} is {_of_week(periods)}{periods.name(busiest)} with "
        f"{most:,}." + (f" {sums.undated:,} without a date are left out." if sums.undated else ""),
        cut(rows, [periods.unit.capitalize(), "Articles", *series]),
        _over_time(names, series, zoom=zoom),
        values,
        _over_time(names, series, zoom=False) if zoom else None,
        height=360 if zoom else 300,
        small_height=280,
        legend=series,
        wide=True,
        hint="Drag over the lower chart to select a time range." if zoom else "",
    )


def _of_week(periods: Periods) -> str:
    return "that of " if periods.unit == "week" else ""


def _clock(day: str) -> int:
    """Return the beginning of a day, UTC, in milliseconds as in JavaScript."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000


def _over_time(names: list[Spec], series: Sequence[str], *, zoom: bool) -> Spec:
    """Return stacked bars; with `zoom`, add a second row to select a time range."""

    def bars(x: Spec, y: Spec) -> Spec:
        return {
            "mark": {"type": "bar", "binSpacing": 0.5},
            "encoding": {
                "x": {"field": "d", "type": "temporal", "bin": "binned", "title": None, **x},
                "x2": {"field": "e"},
                "y": {"field": "n", "type": "quantitative", "stack": True, "title": None, **y},
                "color": color_scale("s", series),
                "order": {"field": "r", "type": "quantitative"},
                "opacity": SHOWN,
                "tooltip": [{"field": name, "title": title} for name, title in _TIME_TIP.items()],
            },
        }

    axis = {"grid": False, "labelOverlap": True, "tickCount": {"signal": "max(2, width / 110)"}}
    upright = {"axis": {"ticks": False, "domain": False, "tickMinStep": 1, "tickCount": 5, "labelExpr": WHOLE}}
    if not zoom:
        return {"transform": names, "params": [SHOWN_PARAM], **bars({"scale": {"type": "utc"}, "axis": axis}, upright)}
    chosen = {"scale": {"type": "utc", "domain": {"param": "brush"}}, "axis": axis}
    wide = {"axis": {**upright["axis"], "minExtent": 40, "maxExtent": 40}}
    small = bars({"scale": {"type": "utc"}, "axis": None}, {"axis": None, "aggregate": "sum"})
    small["params"] = [{"name": "brush", "select": {"type": "interval", "encodings": ["x"]}}]
    small["encoding"] = {name: small["encoding"][name] for name in ("x", "x2", "y")}
    small["mark"] = {**small["mark"], "color": "$soft"}
    large = bars(chosen, wide)
    large["mark"]["clip"] = True
    return {"transform": names, "params": [SHOWN_PARAM], "spacing": 12, "vconcat": [large, {**small, "height": 36}]}


_TIME_TIP = {"t": "When", "s": "Section", "n": "Articles"}


def hours_figure(sums: Sums) -> Figure | None:
    """Return the chart of publication hours and weekdays."""
    if not sums.hours:
        return None
    by_hour, by_day = Counter[int](), Counter[int]()
    for (weekday, hour), count in sums.hours.items():
        by_hour[hour] += count
        by_day[weekday] += count
    hour, count = max(by_hour.items(), key=lambda item: (item[1], -item[0]))
    day = max(by_day.items(), key=lambda item: (item[1], -item[0]))[0]
    values = cells([[sums.hours[weekday, hour] for hour in range(24)] for weekday in range(7)])
    rows = [
        [f"{hour:02}:00", by_hour[hour], *(sums.hours[weekday, hour] for weekday in range(7))] for hour in range(24)
    ]
    return Figure(
        "hours",
        f"Most articles appear from {hour:02}:00 to {hour:02}:59, and on {_LONG_DAYS[day]}",
        f"Hours and weekdays in Beirut. {share(count, by_hour.total())} of all appear in that hour.",
        Table(["Hour", "Articles", *WEEKDAYS], rows),
        heat_map(list(WEEKDAYS), [f"{hour:02}" for hour in range(24)], tip="Articles", column="Hour"),
        values,
        height=270,
        wide=True,
    )


_LONG_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def tags_figure(sums: Sums, *, mirrored: bool) -> Figure | None:
    """Return the chart of the most frequent tags over time."""
    tags = ranked(sums.tags)
    columns = sums.columns
    if not tags or columns is None:
        return None
    top = tags[:TOP_TAGS]
    values = cells([[sums.tagged[tag, column] for column in columns.all] for tag, _ in top])
    names = [columns.name(column) for column in columns.all]
    return Figure(
        "tags",
        f"{label(tags[0][0])} is the most frequent of {plural(len(tags), 'tag')}, on {plural(tags[0][1], 'article')}",
        f"The {len(top)} most frequent tags by {columns.unit}." if len(top) > 1 else f"By {columns.unit}.",
        cut([[tag, count, share(count, sums.articles)] for tag, count in tags], ["Tag", "Articles", "Share"]),
        heat_map([label(tag) for tag, _ in top], names, tip="Articles", mirrored=mirrored),
        values,
        height=90 + 26 * len(top),
        wide=True,
        names=True,
    )


def names_figure(counts: Counter[str], what: str, articles: int, *, mirrored: bool) -> Figure | None:
    """Return bars of the most frequent authors or sources. `what` is the singular of these names."""
    names = ranked(counts)
    if not names:
        return None
    top = names[:MAX_BARS]
    values = [{"y": label(name), "n": count} for name, count in top]
    return Figure(
        f"{what}s",
        f"{label(names[0][0])} leads {plural(len(names), what)}, with {plural(names[0][1], 'article')}"
        if len(names) > 1
        else f"{label(names[0][0])} is the only {what}, of {plural(names[0][1], 'article')}",
        f"The {len(top)} most frequent." if len(names) > len(top) else "All that are named.",
        cut([[name, n, share(n, articles)] for name, n in names], [what.capitalize(), "Articles", "Share"]),
        bars(values, tip="Articles", mirrored=mirrored),
        values,
        height=50 + 26 * len(top),
        names=True,
    )


def coverage_figure(sums: Sums) -> Figure | None:
    """Return the chart of the share of articles with each field, over time."""
    columns = sums.columns
    if columns is None:
        return None
    totals = Counter[str]()
    for (name, _), count in sums.filled.items():
        totals[name] += count
    dated = sums.dated.total()
    values = cells(
        [
            [
                round(sums.filled[name, column] / total, 4) if (total := sums.dated[column]) else None
                for column in columns.all
            ]
            for name in FIELDS
        ]
    )
    rarest = min(FIELDS, key=lambda name: totals[name])
    rows = [[name, totals[name], share(totals[name], dated)] for name in FIELDS]
    whole = sum(totals[name] == dated for name in FIELDS)
    return Figure(
        "coverage",
        f"{whole} of {len(FIELDS)} fields are in every article; {rarest} is in {share(totals[rarest], dated)}",
        f"Share of articles that have a field, by {columns.unit} of publication. A field that fades may no longer be "
        "found on the page.",
        Table(["Field", "Articles", "Share"], rows),
        heat_map(list(FIELDS), [columns.name(column) for column in columns.all], tip="Share", share=True),
        values,
        height=90 + 22 * len(FIELDS),
    )
