"""A lead looks after an organisation, an adviser declares and goes away, and a learner changes adviser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

import ledger
from brokerage.models import Adviser, Request
from tests.browser.conftest import clean
from tests.browser.test_money_pages import with_a_password
from tests.browser.test_pages import sign_in
from tests.factories.accounts import a_manager
from tests.factories.brokerage import a_request
from tests.journeys.conftest import Place

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def test_each_page_of_the_house_is_clean_and_does_what_it_says(page: Page, place: Place) -> None:
    request = a_request(policy="open")
    adviser, cover, provider = request.adviser, request.cover, request.run.course.provider
    Adviser.objects.filter(pk=adviser.pk).update(leads=True)

    sign_in(page, place, with_a_password(a_manager().user))
    page.goto(f"{place.address}/scheme/guidance/")
    clean(page, "Guidance organisations")
    page.click("main a:has-text('Foryd Careers')")
    clean(page, "Foryd Careers")

    sign_in(page, place, with_a_password(adviser.user))
    page.goto(f"{place.address}/desk/interests/")
    page.check("main input[value=works]")
    page.fill("main input[name=provider]", provider.name)
    page.click("main button:has-text('Declare it')")
    clean(page, "What you have declared")
    page.goto(f"{place.address}/desk/away/")
    today = ledger.today()
    for name in ("from_day", "until_day"):
        for part in ("day", "month", "year"):
            page.fill(f"main input[name={name}_{part}]", str(getattr(today, part)))
    page.click("main button:has-text('Record them')")
    clean(page, "Your days away")
    page.goto(f"{place.address}/desk/organisation/")
    clean(page, "Foryd Careers")
    page.click(f"main a:has-text('{cover.user.name}')")
    clean(page, cover.user.name)
    page.goto(f"{place.address}/desk/requests/{request.pk}/")
    assert "You do not answer this one" in page.inner_text("main")
    page.click("main button:has-text('Hand it to a colleague')")
    assert Request.objects.get(pk=request.pk).adviser != adviser

    assert request.learner.user is not None
    sign_in(page, place, with_a_password(request.learner.user))
    page.goto(f"{place.address}/learner/")
    page.click("main a:has-text('Reach or change your adviser')")
    clean(page, adviser.user.name)
    page.check(f"main input[value='{cover.pk}']")
    page.click("main button:has-text('Change my adviser')")
    clean(page, cover.user.name)
