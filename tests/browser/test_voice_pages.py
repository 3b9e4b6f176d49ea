"""What a manager and everybody sees of what learners say, with axe finding nothing: read, shown, and written down."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from accounts.models import Scheme
from brokerage.voice.models import Proposal
from tests.browser.conftest import clean
from tests.browser.test_pages import sign_in
from tests.browser.test_scheme_pages import a_manager_with_a_password
from tests.factories.voice import proposed
from tests.journeys.conftest import Place

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def test_a_manager_shows_a_proposal_and_everybody_reads_it(page: Page, place: Place) -> None:
    proposal = proposed()
    scheme = Scheme.objects.get(pk=proposal.scheme_id)
    sign_in(page, place, a_manager_with_a_password(scheme))
    page.goto(f"{place.address}/scheme/{scheme.slug}/voice/")
    clean(page, "What learners say")
    page.click("main a:has-text('Pay for the bus')")
    clean(page, "Pay for the bus")
    page.click("main button:has-text('Show it')")
    clean(page, "What learners say")
    page.click("main a:has-text('Write an entry')")
    clean(page, "You said, we did")
    page.fill("[name=said]", "Letters are hard to read.")
    page.fill("[name=done]", "We wrote them again.")
    page.click("main button:has-text('Publish')")
    clean(page, "What learners say")
    page.click("main a:has-text('What everybody reads')")
    clean(page, "What learners say")
    page.click("main a:has-text('Pay for the bus')")
    clean(page, "Pay for the bus")
    assert Proposal.objects.get().state == "shown"
