"""The language of the pages, chosen in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import clean
from tests.browser.test_pages import sign_in
from tests.journeys.conftest import Place

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def test_a_learner_chooses_welsh_before_and_french_after_signing_in(page: Page, place: Place) -> None:
    page.goto(f"{place.address}/what-could-i-get/")
    page.get_by_role("button", name="Cymraeg").click()
    clean(page, "Beth allwn i ei gael")
    assert page.get_attribute("html", "lang") == "cy"
    page.get_by_role("button", name="English").click()
    sign_in(page, place, place.learner_email)
    page.goto(f"{place.address}/learner/")
    page.get_by_role("button", name="Français").click()
    clean(page, "Bonjour Megan")
    page.context.clear_cookies(name="django_language")
    page.reload()
    assert page.get_attribute("html", "lang") == "fr"
