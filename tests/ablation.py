"""What each rule of the general reader is worth: `python -m tests.ablation` switches them off in turn.

Prints, for each rule: F1 on the real pages, cases right, replica pages read as before, each without the rule, beside
the same with all rules. A rule without effect anywhere is to be deleted. The table goes into docs/reader.md.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from mayadeen import NotAnArticle, parse_article
from mayadeen.extract.heuristics import reader
from tests.replica import Site, render, truth
from tests.replica.data import EDITIONS
from tests.replica.themes import THEMES
from tests.unit.test_real_pages import CASES, SHARED, load, read_all

ORIGIN = "http://127.0.0.1:8000"
ARTICLES = 8
"""Of each theme and edition of the replica."""


@contextmanager
def without(rule: Any) -> Iterator[None]:
    """The reader without one rule."""
    for rules in (reader.RULES, reader.LINE_RULES, reader.CONTENT_RULES):
        if rule in rules:
            at = rules.index(rule)
            rules.remove(rule)
            try:
                yield
            finally:
                rules.insert(at, rule)
            return


def real_pages() -> dict[str, float]:
    """F1 of each set."""
    score, rows = read_all()
    with redirect_stdout(io.StringIO()):
        return {name: figures["F1"] for name, figures in score.report(rows).items()}


def cases_wrong() -> int:
    """Page cases read wrongly."""
    check = load(SHARED / "cases" / "check.py")
    with redirect_stdout(io.StringIO()):
        return sum(check.run(path.parent) for path in CASES)


def replica_wrong() -> int:
    """Pages of the replica whose text, captions or related links are not as rendered."""
    wrong = 0
    for theme in THEMES:
        for edition in EDITIONS:
            site = Site(ARTICLES, 5, theme, 40, language=edition)
            for index in range(ARTICLES):
                article = site.article(index)
                said = truth(article, site, ORIGIN)
                html = render(article, site=site, origin=ORIGIN).encode()
                try:
                    found = parse_article(html, said["url"], fetched=site.now, edition=edition)
                except NotAnArticle:
                    wrong += 1
                    continue
                text = [line for line in (found.articleBody or "").split("\n") if line and line not in said["embeds"]]
                related = sorted((each.url, each.block) for each in found.relatedLinks)
                captions = [each.caption for each in found.images]
                wrong += (
                    text != said["blocks"]
                    or found.description != said["description"]
                    or related != sorted((each["url"], each["block"]) for each in said["relatedLinks"])
                    or captions != [each["caption"] for each in said["images"]]
                )
    return wrong


def main() -> None:
    """The table, as Markdown."""
    print("| rule off | F1 aeb | F1 fundus | cases wrong | replica pages wrong |\n| --- | --- | --- | --- | --- |")
    before = real_pages()
    print(f"| none | {before['aeb']:.4f} | {before['fundus']:.4f} | {cases_wrong()} | {replica_wrong()} |", flush=True)
    for rule in [*reader.RULES, *reader.LINE_RULES, *reader.CONTENT_RULES]:
        with without(rule):
            after = real_pages()
            figures = [f"{after[name] - before[name]:+.4f}" for name in ("aeb", "fundus")]
            print(f"| {rule.__name__} | {' | '.join(figures)} | {cases_wrong()} | {replica_wrong()} |", flush=True)


if __name__ == "__main__":
    main()
