"""A browser on a phone, and what a page has to be there and on a desktop."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.conftest import CHROMIUM
from tests.journeys.conftest import place

__all__ = ["clean", "page", "place"]
PHONE: ViewportSize = {"width": 320, "height": 900}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    # Playwright's own event loop would make Django refuse the test's queries.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page(viewport=PHONE)
        browser.close()


WIDER_THAN_THE_SCREEN = """
    document.documentElement.scrollWidth <= window.innerWidth ? [] :
        [...document.querySelectorAll("main *")]
            .filter(each => each.getBoundingClientRect().right > window.innerWidth)
            .map(each => each.outerHTML.slice(0, 200))
"""


def clean(page: Page, heading: str) -> None:
    """The page says what it should, axe finds nothing, and nothing is wider than the screen; nor on a desktop, which
    shows the same elements."""
    assert heading in page.inner_text("h1")
    accessible(page)
    fits(page)
    if page.viewport_size == PHONE:
        page.set_viewport_size(DESKTOP)
        fits(page)
        page.set_viewport_size(PHONE)


def accessible(page: Page) -> None:
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()


def fits(page: Page) -> None:
    assert page.evaluate(WIDER_THAN_THE_SCREEN) == [], page.url
