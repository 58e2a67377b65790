"""`python -m tests.replica`: serve the replica until it is told to stop."""

import argparse
import asyncio
import signal
from pathlib import Path

from tests.replica.data import EDITIONS
from tests.replica.faults import FAULTS
from tests.replica.server import make_site, start, truth_lines
from tests.replica.site import Site
from tests.replica.themes import THEMES


def _options() -> argparse.Namespace:
    faults = "\n".join(f"  {name:16}{meaning}" for name, meaning in FAULTS.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.replica",
        description="Serve an offline replica of the news site.",
        epilog=f"faults:\n{faults}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--articles", type=int, default=60, metavar="N", help="number of articles (default 60)")
    parser.add_argument("--edition", choices=EDITIONS, default="en", help="default en")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another number gives other texts (default 1)")
    parser.add_argument(
        "--theme", choices=[*THEMES, "mixed"], default="north", help="HTML of the pages (default north)"
    )
    parser.add_argument("--port", type=int, default=8000, help="default 8000; 0 = any free port")
    parser.add_argument("--page-kb", type=int, default=120, help="size of a page in KB, about 70 to 1200 (default 120)")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="NAME[=VALUE]", help="see below; may be repeated"
    )
    parser.add_argument(
        "--word",
        action="append",
        default=[],
        metavar="NAME=TEXT",
        help='print TEXT instead of this word, as in "source=Filed from:"',
    )
    parser.add_argument("--truth", type=Path, metavar="FILE", help="write the correct items to FILE, as JSON Lines")
    return parser.parse_args()


async def _run(site: Site, port: int, truth_file: Path | None) -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    runner, origin = await start(site, port)
    print(
        f"replica: {origin}  ({site.size} articles, theme {site.theme}, truth: {origin}/_truth.jsonl)",
        flush=True,
    )
    if truth_file:
        with truth_file.open("w", encoding="utf-8") as file:
            file.writelines(truth_lines(site, origin))
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    options = _options()
    try:
        site = make_site(
            options.articles, options.seed, options.theme, options.page_kb, options.fault, options.word, options.edition
        )
    except ValueError as error:
        raise SystemExit(str(error)) from None
    asyncio.run(_run(site, options.port, options.truth))


if __name__ == "__main__":
    main()
