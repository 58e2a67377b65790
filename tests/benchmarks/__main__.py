"""Runs each benchmark in turn."""

from __future__ import annotations

from tests.benchmarks import page, reread

if __name__ == "__main__":
    page.main()
    reread.main()
