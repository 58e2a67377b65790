"""One Chromium for the report and for browsing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import need_chromium


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    """Debian's Chromium, else Playwright's own."""
    program = need_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
