"""A document is sent in and looked at in a real browser, with axe finding nothing on each page."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Page

from accounts.models import Copy, Learner
from brokerage import assigning
from tests.browser.conftest import clean
from tests.browser.test_money_pages import with_a_password
from tests.browser.test_pages import sign_in
from tests.factories.brokerage import an_adviser
from tests.factories.proofs import RESIDENCE, wants_proof
from tests.factories.vouchers import a_scheme, learning_accounts
from tests.journeys.conftest import Place

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def a_photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(content, format="JPEG")
    return content.getvalue()


def test_a_photo_of_a_bill_is_sent_turned_down_sent_again_and_accepted(page: Page, place: Place) -> None:
    learner: Learner = learning_accounts(1)[0].learner
    adviser = an_adviser()
    assigning.name_advisers([learner], [adviser])
    wants_proof(a_scheme(), RESIDENCE)
    assert learner.user is not None
    mine, theirs = with_a_password(learner.user), with_a_password(adviser.user)

    def send() -> None:
        sign_in(page, place, mine)
        page.goto(f"{place.address}/learner/")
        page.click("main a:has-text('Where you live')")
        clean(page, "Show us: Where you live")
        page.check("main input[value=utility_bill]")
        page.set_input_files("main input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": a_photo()})
        page.click("main button:has-text('Send it')")
        clean(page, "Show us: Where you live")

    def look() -> None:
        sign_in(page, place, theirs)
        page.goto(f"{place.address}/desk/documents/")
        clean(page, "1 document waits")
        page.click("main a:has-text('Where they live')")
        clean(page, "Where they live")

    send()
    look()
    page.check("main input[value=no]")
    page.click("main button:has-text('Write it down')")
    clean(page, "Where they live")
    page.fill("main textarea", "The date cannot be read.")
    page.click("main button:has-text('Write it down')")
    send()
    look()
    page.check("main input[value=utility_bill]")
    page.click("main button:has-text('Write it down')")
    clean(page, "0 documents wait")
    assert not Copy.objects.exists()
