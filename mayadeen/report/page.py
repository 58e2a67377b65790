"""Renders the report: one self-contained HTML file with the figures of each edition.

Vega and Vega-Lite come with vl-convert. The content security policy allows scripts and styles only by their hash, so
injected scripts cannot run. Vega expressions are interpreted, not evaluated.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from mayadeen.archive import Archive
from mayadeen.archive.reading import past_crawls
from mayadeen.errors import UsageError
from mayadeen.report import charts, crawls, networks, stories
from mayadeen.report.cache import FactsByDay, unpack
from mayadeen.report.crawls import Alarm
from mayadeen.report.figures import MAX_ROWS, Figure, in_pairs
from mayadeen.report.summary import Sums, sum_up
from mayadeen.site import dates
from mayadeen.site.address import Site

_NEEDED = {"vl_convert": "vl-convert-python", "jinja2": "jinja2"}
_FILES = files(__package__)
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
_SCRIPT = "window.vegaEmbed=vegaEmbed"
"""The part of the bundle that the page uses."""


@dataclass(slots=True)
class Part:
    """The content of the page for one edition."""

    code: str
    language: str
    direction: str
    publisher: str
    sums: Sums
    figures: list[Figure] = field(default_factory=list)
    edits: list[stories.EditShown] = field(default_factory=list)
    gone: Figure | None = None
    near: Figure | None = None
    health: list[Figure] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)


def check_libraries() -> None:
    """Raise UsageError if a library of the extra is missing."""
    missing = [name for module, name in _NEEDED.items() if find_spec(module) is None]
    if missing:
        raise UsageError(
            f"the report needs {' and '.join(missing)}, the extra 'report': pip install {' '.join(missing)}"
        )


def part_of(
    archive: Archive,
    facts: FactsByDay,
    site: Site,
    since: date | None,
    until: date | None,
    seen: Callable[[int], object],
) -> Part:
    """Return the content for an edition. `seen` is called with the number of articles read."""
    edition = site.edition
    days = facts.read(site, seen)
    sums = sum_up(lambda: unpack(days), since, until)
    mirrored = edition.language.partition("-")[0] in _RIGHT_TO_LEFT
    part = Part(edition.code, edition.language, "rtl" if mirrored else "ltr", edition.publisher, sums)
    past = past_crawls(archive, crawls.MAX_CRAWLS, edition=edition.code)
    part.alarms = crawls.read_alarms(facts.path.parent, past)
    part.health = in_pairs(
        [crawls.health_figure(past, part.alarms), charts.coverage_figure(sums), crawls.origins_figure(past)]
    )
    part.figures = in_pairs(
        [
            charts.published_figure(sums),
            charts.tags_figure(sums, mirrored=mirrored),
            networks.pairs_figure(sums),
            charts.hours_figure(sums),
            charts.names_figure(sums.authors, "author", sums.articles, mirrored=mirrored),
            charts.names_figure(sums.sources, "source", sums.articles, mirrored=mirrored),
            networks.related_figure(sums, archive, edition.code),
            stories.lateness_figure(sums),
            stories.changed_figure(sums),
        ]
    )
    part.edits = stories.latest_edits(sums, archive, edition.code)
    part.gone = stories.gone_figure(sums, archive, edition.code)
    part.near = stories.near_figure(sums, archive, edition.code)
    return part


def render(parts: list[Part], now: datetime) -> str:
    """Return the page. `now` is its creation time."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["number"] = lambda value: f"{value:,}" if isinstance(value, int) else value
    style, draw, licenses, page = (
        _FILES.joinpath(name).read_text(encoding="utf-8")
        for name in ("page.css", "draw.js", "licenses.txt", "page.html.j2")
    )
    local = now.astimezone(dates.BEIRUT)
    scripts = [_inline(_library()), _inline(draw)]
    return environment.from_string(page).render(
        parts=parts,
        max_rows=MAX_ROWS // len(parts),
        max_edits=stories.SHOWN_EDITS // len(parts),
        now=f"{local.day} {local:%B %Y, %H:%M}",
        style=style,
        licenses=licenses,
        scripts=scripts,
        specs=_json(_specs(parts)),
        script_hashes=[_hash(script) for script in scripts],
        style_hash=_hash(style),
    )


def _specs(parts: list[Part]) -> dict[str, Any]:
    """Return id of the element -> the specification that `draw.js` draws there."""
    return {
        f"{part.code}-{figure.id}": {
            "spec": figure.spec,
            "values": figure.values,
            "small": figure.small,
            "heights": [figure.height, figure.small_height or figure.height],
        }
        for part in parts
        for figure in (*part.figures, *part.health)
        if figure.spec
    }


def _json(value: Any) -> str:
    """Return JSON that is safe inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text)


@cache
def _library() -> str:
    import vl_convert

    return str(vl_convert.javascript_bundle(_SCRIPT))


def _inline(script: str) -> str:
    """Return a script that is safe inside its element: `</script` and `<!--` only occur in strings, where `\\x3c` is
    the same.
    """
    return re.sub(r"<(?=/script|!--)", r"\\x3c", script, flags=re.I)


def _hash(text: str) -> str:
    """Return the hash in the form used by a content security policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
