"""One Chromium for the tests of the report and of `scrapy browse`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import need_chromium


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    """Start the Chromium of the system, otherwise the one of Playwright."""
    program = need_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
