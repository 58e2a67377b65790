"""The arguments of spiders (`-a name=value`)."""

from __future__ import annotations

from collections.abc import Mapping

from mayadeen.errors import UsageError


def check(name: str, known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The arguments given to a spider, without those of Scrapyd. `known`: name -> what it means.

    Raises UsageError for one that is unknown, and for `help`, with all of them.
    """
    found = {each: value for each, value in given.items() if each != "_job"}
    if "help" in found:
        width = max(map(len, known))
        lines = "".join(f"\n  -a {each:<{width}}  {meaning}" for each, meaning in known.items())
        raise UsageError(f"{name} takes{lines}")
    for each in found:
        if each not in known:
            raise UsageError(f"unknown argument {each!r}; {name} takes {', '.join(known)} (-a help=1 explains them)")
    return found
