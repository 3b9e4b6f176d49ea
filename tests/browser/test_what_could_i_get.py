"""A stranger asks what they could get, on a phone and on a desktop."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import clean
from tests.journeys.conftest import Place

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def test_a_stranger_finds_out_and_tries_a_price(page: Page, place: Place) -> None:
    page.goto(place.address)
    page.click("main a:has-text('What could I get?')")
    clean(page, "What could I get?")

    for box, written in (("day", "31"), ("month", "2"), ("year", "1980")):
        page.fill(f"[name=date_of_birth_{box}]", written)
    page.press("[name=date_of_birth_year]", "Enter")
    clean(page, "What could I get?")
    page.click(".govuk-error-summary a")
    assert page.evaluate("document.activeElement.name") == "date_of_birth_day"
    assert page.input_value("[name=date_of_birth_year]") == "1980"

    page.fill("[name=date_of_birth_day]", "9")
    page.check("[name=residence][value=wales]")
    page.check("[name=qualification][value='2']")
    page.click("main button:has-text('Show what I could get')")
    clean(page, "What you could get")
    assert "£200.00" in page.inner_text("main")

    page.fill("[name=price]", "120")
    page.click("main button:has-text('Try this price')")
    clean(page, "What you could get")
    assert "you would pay £60.00" in page.inner_text("#course")
    assert page.url == f"{place.address}/what-could-i-get/#course"

    page.click("#change summary")
    page.check("[name=residence][value=elsewhere]")
    page.click("main button:has-text('Show what I could get')")
    clean(page, "What you could get")
    assert "There may be something else" in page.inner_text("main")
