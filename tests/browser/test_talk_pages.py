"""A learner books a talk, their adviser logs a call by keyboard alone, and both read the record; axe finds nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from brokerage.talking.models import GuidanceEntry
from tests.browser.conftest import clean
from tests.browser.test_pages import sign_in
from tests.factories.talks import slots
from tests.journeys.conftest import Place

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def test_a_talk_is_booked_and_a_call_logged_in_a_few_keys(page: Page, place: Place) -> None:
    slots(place.adviser)
    sign_in(page, place, place.learner_email)
    page.goto(f"{place.address}/learner/talks/book/")
    clean(page, "Book a talk")
    page.select_option("[name=slot]", index=1)
    page.check("[name=channel][value=phone]")
    page.click("main button:has-text('Book it')")
    clean(page, "10:00")

    sign_in(page, place, place.adviser_email)
    for address, heading in (("talks/", "Talks"), ("talks/offer/", "Offer times"), ("call/", "Who is it?")):
        page.goto(f"{place.address}/desk/{address}")
        clean(page, heading)
    page.focus("[name=q]")
    page.keyboard.type("Meg")
    page.keyboard.press("Enter")
    page.wait_for_url("**/call/?q=Meg")
    page.click("main a:has-text('Megan')")
    clean(page, "Megan")
    assert page.evaluate("document.activeElement.name") == "note"
    page.keyboard.type("She asked about the evening course.")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/call/")
    learner = GuidanceEntry.objects.get().learner_id
    for address, heading in ((f"learners/{learner}/", "Megan"), (f"learners/{learner}/needs/", "What would help")):
        page.goto(f"{place.address}/desk/{address}")
        clean(page, heading)
