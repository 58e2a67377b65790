"""The health of recent crawls: what they found, how they ended, the origins of fields, alarms."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mayadeen.archive.reading import PastCrawl
from mayadeen.crawl.ending import GOOD_REASONS
from mayadeen.report.figures import Figure, Spec, Table, plural, share
from mayadeen.report.forms import SHOWN, SHOWN_PARAM, WHOLE, cells, color_scale, heat_map
from mayadeen.report.stories import moment, span
from mayadeen.site.text import without_invisible

MAX_CRAWLS = 20
_OUTCOMES = ("new", "changed", "gone", "back")


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that a monitor raised for a crawl."""

    crawl: int
    name: str
    text: str


def read_alarms(directory: Path, crawls: list[PastCrawl]) -> list[Alarm]:
    """Return the alarms of some crawls, newest first. Invalid files are skipped."""
    found = []
    for crawl in reversed(crawls):
        with suppress(OSError, ValueError, TypeError, AttributeError):
            said = json.loads((directory / "monitors" / f"{crawl.n}.json").read_text(encoding="utf-8"))
            for alarm in said.get("alarms", ()):
                name, text = (without_invisible(str(alarm.get(key, "")), lines=False) for key in ("name", "text"))
                found.append(Alarm(crawl.n, name, text))
    return found


def health_figure(crawls: list[PastCrawl], alarms: list[Alarm]) -> Figure | None:
    """Return the chart of an edition's recent crawls."""
    if not crawls:
        return None
    well = sum(crawl.reason in GOOD_REASONS for crawl in crawls)
    values = [
        {"x": _name(crawl), "s": outcome, "r": rank, "n": count, "t": moment(crawl.started)}
        for crawl in crawls
        for rank, outcome in enumerate(_OUTCOMES)
        if (count := _number(crawl.tally.get("found"), outcome))
    ]
    rows = [
        [
            crawl.n, crawl.name, moment(crawl.started),
            span(crawl.ended - crawl.started) if crawl.ended else "",
            crawl.reason or "not over",
            *(_number(crawl.tally.get("found"), name) for name in ("new", "changed", "unchanged", "gone")),
            sum(_number(crawl.tally.get("requests"), name) for name in crawl.tally.get("requests") or ()),
            sum(alarm.crawl == crawl.n for alarm in alarms),
        ]
        for crawl in reversed(crawls)
    ]  # fmt: skip
    head = "Crawl Spider Began Took Ended New Changed Unchanged Gone Requests Alarms".split()
    ended = f"{well} of the last {plural(len(crawls), 'crawl')}" if len(crawls) > 1 else "The only crawl"
    verb = "ended well" if well or len(crawls) > 1 else "did not end well"
    return Figure(
        "health",
        f"{ended} {verb}; {plural(len(alarms), 'alarm')}",
        "What crawls found: new articles, edits, removals, and what came back.",
        Table(head, rows),
        _found([_name(crawl) for crawl in crawls]) if values else None,
        values,
        height=240,
        legend=_OUTCOMES if values else (),
        wide=True,
        open=True,
    )


def _found(names: list[str]) -> Spec:
    return {
        "params": [SHOWN_PARAM],
        "mark": {"type": "bar", "width": {"band": 0.7}},
        "encoding": {
            "x": {
                "field": "x", "type": "ordinal", "sort": None, "title": None, "scale": {"domain": names},
                "axis": {"labelAngle": 0, "labelOverlap": "greedy", "ticks": False},
            },
            "y": {
                "field": "n", "type": "quantitative", "title": None,
                "axis": {"ticks": False, "domain": False, "tickMinStep": 1, "tickCount": 4, "labelExpr": WHOLE},
            },
            "color": color_scale("s", _OUTCOMES),
            "order": {"field": "r", "type": "quantitative"},
            "opacity": SHOWN,
            "tooltip": [
                {"field": "x", "title": " "}, {"field": "t", "title": "Began"}, {"field": "s", "title": "What"},
                {"field": "n", "title": "Articles", "format": ",d"},
            ],
        },
    }  # fmt: skip


def origins_figure(crawls: list[PastCrawl]) -> Figure | None:
    """Return the chart of the origins of required fields in recent crawls."""
    shares: dict[tuple[str, str], float] = {}
    counts: dict[tuple[str, str], int] = {}
    totals: dict[str, int] = {}
    """Per field, in the last crawl."""
    told = []
    for crawl in crawls:
        origins = crawl.tally.get("origins")
        if not isinstance(origins, dict):
            continue
        told.append(_name(crawl))
        for field, found in origins.items():
            total = totals[field] = sum(found.values()) if isinstance(found, dict) else 0
            for origin, count in found.items() if total else ():
                row = f"{field}: {origin}"
                shares[row, _name(crawl)] = count / total
                counts[row, _name(crawl)] = count
    if not shares:
        return None
    rows = sorted({row for row, _ in shares})
    values = cells([[round(shares.get((row, name), 0), 4) for name in told] for row in rows])
    last = told[-1]
    main = max(rows, key=lambda row: (row.startswith("headline:"), shares.get((row, last), 0)))
    field, _, origin = main.partition(": ")
    table = [[row, *(counts.get((row, name), 0) for name in told[::-1])] for row in rows]
    return Figure(
        "origins",
        f"{last.capitalize()} read {field} from {origin} in {share(counts.get((main, last), 0), totals[field])}"
        " of articles",
        "Where on the page each crawl found a field. A field that moves is the first sign of a new layout.",
        Table(["Field and origin", *told[::-1]], table),
        heat_map(rows, told, tip="Share", column="Crawl", share=True),
        values,
        height=90 + 24 * len(rows),
    )


def _name(crawl: PastCrawl) -> str:
    return f"crawl {crawl.n}"


def _number(counts: object, name: str) -> int:
    """Return a number of a crawl summary, which an older program may have written with another type."""
    value = counts.get(name, 0) if isinstance(counts, dict) else 0
    return value if isinstance(value, int) else 0
