"""Somebody is invited, acts for a learner and is seen to, in a real browser, with axe finding nothing on each page."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from playwright.sync_api import Page

from accounts.models import User
from brokerage.models import Request
from tests.browser.conftest import clean
from tests.browser.test_money_pages import with_a_password
from tests.browser.test_pages import sign_in
from tests.factories.brokerage import a_request
from tests.journeys.conftest import PASSWORD, Place

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def again(page: Page) -> None:
    """Who is about to let somebody in, or to buy, gives their password again where the session is not new."""
    if "reauthenticate" in page.url:
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")


def test_a_carer_is_invited_buys_a_course_and_is_shown_to_have_done_it(page: Page, place: Place) -> None:
    asked: Request = a_request(policy="open", worth=150_00)
    assert asked.learner.user is not None
    mine = with_a_password(asked.learner.user)
    theirs = with_a_password(User.objects.create_user("pat@carer.example", name="Pat Carer"))

    sign_in(page, place, mine)
    page.goto(f"{place.address}/learner/representatives/")
    clean(page, "People who act for you")
    page.click("main a:has-text('Invite somebody')")
    again(page)
    clean(page, "Invite somebody to act for you")
    page.fill("input[name=email]", theirs)
    page.check("input[name=may_ask]")
    page.fill("input[name=spends]", "200")
    page.click("main button:has-text('Send the invitation')")
    clean(page, "People who act for you")

    [link] = re.findall(r"/represent/[\w-]+/", str(mail.outbox[-1].body))
    sign_in(page, place, theirs)
    page.goto(f"{place.address}{link}")
    clean(page, "Act for")
    page.click("main button:has-text('Accept')")
    clean(page, "People you act for")
    page.click("main button:has-text('Act for') >> nth=0")
    clean(page, "The learning account of")
    page.click("main a:has-text('Statement')")
    clean(page, "Statement")
    page.goto(f"{place.address}/learner/courses/{asked.run_id}/")
    clean(page, asked.run.course.title)
    page.goto(f"{place.address}/learner/requests/{asked.pk}/")
    clean(page, asked.run.course.title)
    page.click("main button:has-text('Buy it for')")
    again(page)
    if page.locator("main button:has-text('Buy it for')").count():
        page.click("main button:has-text('Buy it for')")
    clean(page, asked.run.course.title)
    assert "It is bought." in page.inner_text("main")

    sign_in(page, place, mine)
    page.goto(f"{place.address}/learner/requests/{asked.pk}/")
    clean(page, asked.run.course.title)
    assert "Pat Carer, who acts for you, bought it for you." in page.inner_text("main")
