"""Compares a crawl with earlier ones of the same kind. Pure functions.

Most measures are shares: the share of articles of a type that have a field, or the share of requests that failed. A
share is compared with the median of earlier crawls. An alarm is raised if the difference is statistically significant,
is at least a tenth, and the share is outside the range of all earlier ones. Small crawls are grouped until there is
enough data to compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from math import exp, lgamma, log
from statistics import NormalDist, median
from typing import Any

ENOUGH = 30
"""Minimum number of articles, or requests, for a share to be compared."""
GROUPS, MIN_GROUPS = 10, 3
"""Maximum and minimum number of earlier crawls, or groups of small crawls, in a comparison."""
MARGIN = 0.1
"""Minimum difference of a share."""
CHANCE = 1e-5
"""A difference that is less likely than this is not explained by chance."""
USUAL = 0.8
"""Minimum share of a field's usual origin."""
SILENCE, MIN_SILENCE = 3, 3 * 24 * 3600
"""No new articles for this many times the longest earlier pause is an alarm, if it is at least this many seconds."""

_PAGE, _PROBE = "scrapy page {url} --explain", "scrapy probe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """The counts of this crawl, or of an earlier one."""

    started: int
    """UTC seconds."""
    new: int
    """Number of articles that were new to the archive."""
    measures: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A measure that is unusual."""

    name: str
    """The name of a field or a measure."""
    text: str
    """The current and the usual figures."""
    addresses: list[str] = field(default_factory=list)
    """Addresses of up to three examples."""
    next: str = ""
    """The command to run next."""

    def line(self) -> str:
        """The alarm in one line for a log."""
        look = f"; look at {', '.join(self.addresses)}" if self.addresses else ""
        return f"{self.name}: {self.text}{look}" + (f"; next: {self.next}" if self.next else "")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole, by the names of their measures."""

    name: str
    part: str
    of: tuple[str, ...]
    what: str
    """The name of the whole: "news articles"."""
    rises: bool = False
    """Whether an increase is bad."""
    least: float = 0.0
    """Compared only if the usual share is at least this."""
    next: str = _PAGE


def _rising(name: str, part: str, of: str, what: str, next: str = _PROBE) -> Share:
    return Share(name=name, part=part, of=(of,), what=what, rises=True, next=next)


OF_CRAWLS = (
    _rising("failed requests", "requests/failed", "requests", "requests"),
    _rising("refusals", "requests/refused", "requests", "requests"),
    _rising("retries", "requests/retried", "requests", "requests"),
    _rising("pages cut short", "requests/cut short", "requests", "requests"),
    _rising("listings without cards", "listings/without cards", "listings", "listings"),
    _rising("listings without ticker", "listings/without ticker", "listings", "listings"),
    _rising("pages without an article", "pages/no articles", "pages", "pages"),
    _rising("template misses", "template/missed", "template", "pages", "scrapy template check"),
    _rising("template differences", "compared/different", "compared", "compared pages", "scrapy template check"),
)
"""Shares of a whole crawl. Shares of fields and origins are derived from the counts of earlier crawls."""


def judge(now: Crawl, before: Sequence[Crawl], examples: Mapping[str, list[str]]) -> list[Alarm]:
    """Return the alarms of a crawl.

    `before`: earlier crawls of the same edition, spider and scope, the newest first.
    """
    found: dict[str, list[Alarm]] = {}
    for share in _shares(before):
        if alarm := _compare(share, now, before, examples):
            found.setdefault(alarm.name, []).append(alarm)
    alarms = [_joined(each) for each in found.values()]
    return alarms + [alarm for alarm in [_silence(now, before)] if alarm]


def _shares(before: Sequence[Crawl]) -> Iterator[Share]:
    """Yield the shares that can be compared with earlier crawls."""
    names = sorted({name for crawl in before for name in crawl.measures})
    for name in names:
        what, _, rest = name.partition("/")
        if what == "field":
            kind, _, each = rest.partition("/")
            yield Share(name=each, part=name, of=(f"read/{kind}",), what=f"{kind} articles")
        elif what == "origin":
            each, _, origin = rest.partition("/")
            others = tuple(other for other in names if other.startswith(f"origin/{each}/"))
            yield Share(name=f"{each} from {origin}", part=name, of=others, what="articles with it", least=USUAL)
    yield from OF_CRAWLS


def _compare(share: Share, now: Crawl, before: Sequence[Crawl], examples: Mapping[str, list[str]]) -> Alarm | None:
    """Return the alarm of one share, or None if it is normal or there is too little data."""
    of = share.of if share.part.partition("/")[0] != "origin" else _same_field(share.of, now)
    if not any(now.measures.get(name) for name in of):
        return None
    groups = list(_groups(share.part, of, [now, *before]))
    if len(groups) <= MIN_GROUPS:
        return None
    (part, whole), *earlier = groups
    shares = [each / total for each, total in earlier[:GROUPS]]
    usual, share_now = median(shares), part / whole
    if share.rises:
        off = share_now - usual > MARGIN and share_now > max(shares) and _tail(whole - part, whole, 1 - usual) < CHANCE
    else:
        off = usual - share_now > MARGIN and share_now < min(shares) and _tail(part, whole, usual) < CHANCE
    if not off or usual < share.least:
        return None
    addresses = examples.get(share.part, []) if share.part.startswith("field/") else _elsewhere(share, now, examples)
    return Alarm(
        name=share.name,
        text=f"{share_now:.0%} of {whole} {share.what}, usually {usual:.0%}",
        addresses=list(addresses),
        next=share.next.format(url=addresses[0] if addresses else "URL"),
    )


def _same_field(names: tuple[str, ...], now: Crawl) -> tuple[str, ...]:
    """Return the origins of a field, including those that are new in this crawl."""
    prefix = names[0].rpartition("/")[0] + "/"
    return tuple({*names, *(name for name in now.measures if name.startswith(prefix))})


def _elsewhere(share: Share, now: Crawl, examples: Mapping[str, list[str]]) -> list[str]:
    """Return addresses of articles whose field has an unusual origin: the most frequent one."""
    if not share.part.startswith("origin/"):
        return []
    prefix = share.part.rpartition("/")[0] + "/"
    others = {name: count for name, count in now.measures.items() if name.startswith(prefix) and name != share.part}
    return examples.get(max(others, key=lambda name: others[name]), []) if others else []


def _groups(part: str, of: tuple[str, ...], crawls: Sequence[Crawl]) -> Iterator[tuple[int, int]]:
    """Yield (part, whole) per crawl, the newest first. Small crawls are grouped until they are large enough."""
    parts = whole = 0
    for crawl in crawls:
        size = sum(crawl.measures.get(name, 0) for name in of)
        parts, whole = parts + min(crawl.measures.get(part, 0), size), whole + size
        if whole >= ENOUGH:
            yield parts, whole
            parts = whole = 0


def _tail(count: int, of: int, share: float) -> float:
    """Return the probability of at most `count` of `of` if the share is as usual."""
    share = min(max(share, 0.02), 0.98)  # a few crawls cannot distinguish rare from never
    mean, variance = of * share, of * share * (1 - share)
    if variance > 100:
        return NormalDist(mean, variance**0.5).cdf(count + 0.5)
    return sum(
        exp(
            lgamma(of + 1) - lgamma(each + 1) - lgamma(of - each + 1)
            + each * log(share) + (of - each) * log(1 - share)
        )
        for each in range(count + 1)
    )  # fmt: skip


def _joined(alarms: list[Alarm]) -> Alarm:
    """Merge the alarms of a field in several article types."""
    if len(alarms) == 1:
        return alarms[0]
    addresses = [url for urls in zip(*(each.addresses for each in alarms), strict=False) for url in urls][:3]
    text = "; ".join(each.text for each in alarms)
    return Alarm(name=alarms[0].name, text=text, addresses=addresses or alarms[0].addresses, next=alarms[0].next)


def _silence(now: Crawl, before: Sequence[Crawl]) -> Alarm | None:
    """Return an alarm if there was no new article for much longer than usual."""
    times = [crawl.started for crawl in [now, *before] if crawl.new]
    if now.new or len(times) <= MIN_GROUPS:
        return None
    longest = max(later - earlier for later, earlier in pairwise(times))
    quiet = now.started - times[0]
    if quiet <= max(SILENCE * longest, MIN_SILENCE):
        return None
    text = f"none for {quiet / 86400:.1f} days; the longest pause before was {longest / 86400:.1f} days"
    return Alarm(name="new articles", text=text, next=_PROBE)
