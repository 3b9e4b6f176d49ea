"""The desk by keyboard alone, in a real browser, with axe finding nothing on each page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from brokerage.models import Decision, Request
from tests.browser.conftest import clean
from tests.browser.hands import IS_SEEN
from tests.browser.test_money_pages import with_a_password
from tests.browser.test_pages import sign_in
from tests.factories.brokerage import a_request, an_adviser
from tests.factories.providers import CourseRunFactory
from tests.journeys.conftest import Place

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]
FOCUSED = "document.activeElement.innerText"


def test_an_adviser_answers_one_after_another_by_keyboard_alone(page: Page, place: Place) -> None:
    adviser = an_adviser(cover=an_adviser("Elin Pugh"))
    asked = [a_request(policy="structured", worth=150_00, adviser=adviser, consulted=True) for _ in range(3)]
    other = CourseRunFactory(course=asked[1].run.course, price_minor=90_00)
    sign_in(page, place, with_a_password(adviser.user))
    page.goto(f"{place.address}/desk/")
    clean(page, "3 people are waiting")
    # Down the queue and up again: J, K and the arrows, where the focus is seen; Enter opens it beside the queue.
    page.focus("[data-queue] li:first-child a")
    for key, place_in_queue in (("j", 1), ("ArrowDown", 2), ("ArrowDown", 2), ("k", 1), ("Home", 0), ("End", 2)):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.id") == f"open-{asked[place_in_queue].pk}"
        assert page.evaluate(IS_SEEN)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/requests/{asked[2].pk}/")
    clean(page, "3 people are waiting")
    # In a field a J is a J.
    page.focus("#queue-q")
    page.keyboard.type("jk")
    assert page.input_value("#queue-q") == "jk"
    # Past the queue to the answer.
    page.goto(f"{place.address}/desk/requests/{asked[0].pk}/?order=longest")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == "Skip to your answer":
            break
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert "with a change" in page.evaluate(FOCUSED)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    while page.evaluate(FOCUSED) != "Send your answer":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/requests/{asked[1].pk}/?order=longest")
    clean(page, "2 people are waiting")
    assert Decision.objects.get().request_id == asked[0].pk
    # Something else, with its price worked out as soon as it is chosen.
    page.click("main a:has-text('Approve with a change')")
    page.check(f"input[value='{other.pk}']")
    page.wait_for_selector("text=Approve this instead")
    clean(page, "Approve with a change")
    page.check("input[value=price]")
    page.fill("main textarea", "These dates cost less.")
    page.click("text=Approve this instead")
    page.wait_for_url(f"**/desk/requests/{asked[2].pk}/?order=longest")
    assert Request.objects.get(pk=asked[1].pk).price_minor == 90_00
    page.goto(f"{place.address}/desk/learners/")
    clean(page, "3 learners")
