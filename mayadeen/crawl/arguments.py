"""The arguments of spiders (`-a name=value`)."""

from __future__ import annotations

from collections.abc import Mapping

from mayadeen.errors import Explained, UsageError


def check(name: str, known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the arguments of a spider, without those of Scrapyd. `known`: name -> explanation.

    Raises UsageError for an unknown argument. Raises Explained, with the explanations, for `help`.
    """
    found = {each: value for each, value in given.items() if each != "_job"}
    if "help" in found:
        width = max(map(len, known))
        lines = "".join(f"\n  -a {each:<{width}}  {meaning}" for each, meaning in known.items())
        raise Explained(f"scrapy crawl {name} takes{lines}")
    for each in found:
        if each not in known:
            raise UsageError(f"unknown argument {each!r}; {name} takes {', '.join(known)} (-a help=1 explains them)")
    return found
