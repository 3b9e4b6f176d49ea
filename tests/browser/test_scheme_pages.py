"""A manager's pages in a real browser, with axe finding nothing on each: a change is made, looked at and approved."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page

from accounts.models import Scheme
from tests.browser.conftest import clean
from tests.browser.test_pages import sign_in
from tests.factories.accounts import a_manager
from tests.journeys.conftest import PASSWORD, Place

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def a_manager_with_a_password(scheme: Scheme) -> str:
    user = a_manager(scheme, sets_up=True).user
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user.email


def test_one_changes_the_rules_and_another_approves(page: Page, place: Place) -> None:
    scheme = Scheme.objects.get()
    versions = scheme.rule_versions.count()
    one, other = a_manager_with_a_password(scheme), a_manager_with_a_password(scheme)
    sign_in(page, place, one)
    page.goto(f"{place.address}/scheme/")
    clean(page, "Your schemes")
    page.click(f"main a:has-text('{scheme.name}')")
    clean(page, scheme.name)
    page.click("main a:has-text('Change the rules')")
    clean(page, "Change the rules")
    page.fill("[name='rules.price.bands[1].rate_percent']", "120")
    page.click("main button:has-text('Show what would change') >> nth=0")
    clean(page, "Change the rules")
    page.fill("[name='rules.price.bands[1].rate_percent']", "70")
    page.click("main button:has-text('Show what would change') >> nth=0")
    clean(page, "Change the rules")
    page.click("main button:has-text('Propose these rules')")
    clean(page, "Rules from")
    address = page.url

    sign_in(page, place, other)
    page.goto(address)
    page.click("main button:has-text('Approve') >> nth=0")
    clean(page, scheme.name)
    assert scheme.rule_versions.count() == versions + 1

    page.goto(f"{place.address}/scheme/new/")
    clean(page, "Set up a scheme")
    page.goto(f"{place.address}/scheme/new/?from=ila-england-2000")
    clean(page, "Set up a scheme")
