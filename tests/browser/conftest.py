"""A browser on a phone and on a desktop, and what a page has to be there."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.conftest import CHROMIUM
from tests.journeys.conftest import place

__all__ = ["clean", "page", "place"]
PHONE, DESKTOP = 320, 1280


@pytest.fixture(params=[PHONE, DESKTOP], ids=["on a phone", "on a desktop"])
def page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    # Playwright's own event loop would make Django refuse the test's queries.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page(viewport={"width": request.param, "height": 900})
        browser.close()


WIDER_THAN_THE_SCREEN = """
    document.documentElement.scrollWidth <= window.innerWidth ? [] :
        [...document.querySelectorAll("main *")]
            .filter(each => each.getBoundingClientRect().right > window.innerWidth)
            .map(each => each.outerHTML.slice(0, 200))
"""


def clean(page: Page, heading: str) -> None:
    """The page says what it should, axe finds nothing, and nothing is wider than the screen."""
    assert heading in page.inner_text("h1")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate(WIDER_THAN_THE_SCREEN) == [], page.url
