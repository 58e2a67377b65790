"""The single articles listed in the report: edited, gone, near duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mayadeen.archive import Archive
from mayadeen.archive.reading import article_numbered, read_held
from mayadeen.items import Article
from mayadeen.report.differences import Difference, differences
from mayadeen.report.figures import MAX_ROWS, Figure, Table, plural, share
from mayadeen.report.forms import bars
from mayadeen.report.summary import LATENESS, Sums, ranked
from mayadeen.site import dates
from mayadeen.site.text import without_invisible

SHOWN_EDITS = 10
"""Number of edits shown with their differences."""
_HEADLINE = 120
"""Maximum number of characters."""


@dataclass(frozen=True, slots=True)
class Story:
    """An article in a line of the page. In a table, its headline is a link."""

    id: str
    headline: str
    url: str
    day: str
    section: str | None


@dataclass(frozen=True, slots=True)
class EditShown:
    """An edit with its differences."""

    story: Story
    version: int
    seen: str
    late: str
    """Time since publication."""
    fields: Sequence[str]
    differences: Sequence[Difference]


def story(archive: Archive, edition: str, number: int) -> Story | None:
    """Return the article with a number, or None if it no longer exists or is damaged."""
    known = article_numbered(archive, edition, number)
    held = read_held(archive, known) if known else None
    return _story(held.versions[-1].article) if held and held.versions else None


def _story(article: Article) -> Story:
    text = without_invisible(article.headline, lines=False)
    return Story(
        article.id,
        text if len(text) <= _HEADLINE else text[: _HEADLINE - 1] + "…",
        article.canonicalUrl if article.canonicalUrl.startswith(("http://", "https://")) else "",
        (article.datePublished or "")[:10],
        article.section,
    )


def lateness_figure(sums: Sums) -> Figure | None:
    """Return the chart of the time from publication to the edits."""
    if not sums.late:
        return None
    total = sums.late.total()
    early = sum(sums.late[name] for name in list(LATENESS)[:3])
    values = [{"y": name, "n": sums.late[name]} for name in LATENESS]
    return Figure(
        "late",
        f"{early:,} of {plural(total, 'edit')} came within 24 hours of publication",
        "Time from publication to the edit: as the page states it, else as a crawl saw it.",
        Table(
            ["After publication", "Edits", "Share"], [[n, sums.late[n], share(sums.late[n], total)] for n in LATENESS]
        ),
        bars(values, tip="Edits"),
        values,
        height=50 + 26 * len(values),
    )


def changed_figure(sums: Sums) -> Figure | None:
    """Return the chart of the fields changed by edits."""
    if not sums.changed:
        return None
    fields = ranked(sums.changed)
    values = [{"y": name, "n": count} for name, count in fields]
    total = len(sums.edits)
    return Figure(
        "changed",
        f"{fields[0][0]} changes most often, in {fields[0][1]:,} of {plural(total, 'edit')}",
        f"Fields that edits changed. {plural(sums.edited, 'article')}, {share(sums.edited, sums.articles)} of all, "
        "were edited after publication.",
        Table(["Field", "Edits", "Share"], [[name, count, share(count, total)] for name, count in fields]),
        bars(values, tip="Edits"),
        values,
        height=50 + 26 * len(fields),
    )


def latest_edits(sums: Sums, archive: Archive, edition: str) -> list[EditShown]:
    """Return the latest edits with their differences, newest first."""
    shown: list[EditShown] = []
    for number, edit in sorted(sums.edits, key=lambda each: (-each[1].recorded, -each[0], -each[1].version)):
        if len(shown) == SHOWN_EDITS:
            break
        known = article_numbered(archive, edition, number)
        versions = read_held(archive, known, all_versions=True).versions if known else []
        for former, current in pairwise(each.article for each in versions):
            if current.version == edit.version:
                late = "" if edit.late is None else span(edit.late)
                found = differences(former, current)
                shown.append(EditShown(_story(current), edit.version, moment(edit.recorded), late, edit.fields, found))
    return shown


def gone_figure(sums: Sums, archive: Archive, edition: str) -> Figure | None:
    """Return the table of articles that are gone from the site."""
    if not sums.gone:
        return None
    known = filter(None, (article_numbered(archive, edition, number) for number in sums.gone))
    last = sorted(known, key=lambda row: (-(row.gone or 0), row.n))
    rows = [
        [found.headline, found.id, found.day, moment(row.gone or 0)]
        for row in last[:MAX_ROWS]
        if (found := story(archive, edition, row.n))
    ]
    return Figure(
        "gone",
        f"{plural(len(sums.gone), 'article')} of {sums.articles:,} {'is' if len(sums.gone) == 1 else 'are'} gone",
        "Their addresses answer 404 or 410, or lead to other articles; `scrapy history ID` shows what they said.",
        Table(["Headline", "ID", "Published", "Gone since"], rows, max(0, len(last) - MAX_ROWS)),
        wide=True,
        names=True,
    )


def near_figure(sums: Sums, archive: Archive, edition: str) -> Figure | None:
    """Return the table of articles with nearly the same text as earlier ones."""
    if not sums.near:
        return None
    order = sorted(sums.near, key=lambda each: (-each[1], -each[0]))
    rows = [
        [found, found.day, count] for number, count in order[:MAX_ROWS] if (found := story(archive, edition, number))
    ]
    return Figure(
        "near",
        f"{plural(len(order), 'article')} of {sums.articles:,} repeat earlier ones nearly word by word",
        "By the near-duplicates that crawls found.",
        Table(["Headline", "Published", "Similar earlier articles"], rows, max(0, len(order) - MAX_ROWS)),
        wide=True,
        names=True,
    )


def moment(at: int) -> str:
    """Return UTC seconds as a date and time in Beirut."""
    return f"{dates.beirut(at):%Y-%m-%d %H:%M}"


def span(seconds: int) -> str:
    """Return a duration in its largest unit: `3 hours`."""
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            return plural(seconds // size, name)
    return plural(seconds, "second")
