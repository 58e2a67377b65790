"""`python -m tests.benchmarks [NAME ...]`: measures, prints, saves in docs/benchmarks. Unnamed: all but `long`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks import altered, crawl, export, growth, page, real, reread, scale, workers
from tests.benchmarks.chart import draw
from tests.benchmarks.measure import ROOT

SAVED = ROOT / "docs" / "benchmarks"
Rows = list[dict[str, Any]]
BENCHMARKS: dict[str, Callable[[], Rows]] = {
    "page": page.measure,
    "peers": page.measure_peers,
    "peers-menu": lambda: page.measure_peers(30, links=page.MENU),
    "real-pages": real.measure,
    "altered-pages": altered.measure,
    "crawl": lambda: crawl.measure() + crawl.measure(400, 1200),
    "end-to-end": crawl.measure_peers,
    "growth": growth.measure,
    "reread": reread.measure,
    "dask": workers.measure,
    "export": export.measure,
    "postgresql": scale.measure_postgresql,
    "pace": scale.measure_pace,
    "shards": scale.measure_shards,
    "long": lambda: growth.measure((100_000,)),
}


def show(name: str, rows: Rows) -> None:
    """Prints a table."""
    print(f"\n{name}\n" + "\t".join(rows[0]))
    for row in rows:
        print("\t".join(f"{value:.3g}" if isinstance(value, float) else str(value) for value in row.values()))


def save(name: str, rows: Rows, folder: Path = SAVED) -> None:
    """Puts the rows among those of the other benchmarks, and draws the chart again."""
    file = folder / "results.json"
    results = json.loads(file.read_text()) if file.exists() else {}
    results[name] = [{key: _short(value) for key, value in row.items()} for row in rows]
    file.write_text(json.dumps(results, indent=1) + "\n")
    (folder / "chart.svg").write_text(draw(results))


def _short(value: Any) -> Any:
    return float(f"{value:.3g}") if isinstance(value, float) else value


def main() -> None:
    names = sys.argv[1:] or [name for name in BENCHMARKS if name != "long"]
    for name in names:
        if name not in BENCHMARKS:
            sys.exit(f"no benchmark {name!r}; there are {', '.join(BENCHMARKS)}")
    for name in names:
        rows = BENCHMARKS[name]()
        show(name, rows)
        save(name, rows)


if __name__ == "__main__":
    main()
