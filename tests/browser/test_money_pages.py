"""The pages about providers' money in a real browser, with axe finding nothing on each."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page

from accounts.models import Scheme, User
from providers.models import Role
from tests.browser.conftest import clean
from tests.browser.test_pages import sign_in
from tests.factories.accounts import a_manager
from tests.factories.payouts import COMES_BACK, a_bank_account, a_provider, redeemed, settled
from tests.factories.providers import StaffFactory
from tests.journeys.conftest import PASSWORD, Place
from tests.web.test_card_problems import failed, late, lost, mismatched, stuck, unplaced
from vouchers.models import Control, Voucher

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def with_a_password(user: User) -> str:
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user.email


def test_what_became_of_card_money_waits_for_a_manager(page: Page, place: Place) -> None:
    scheme = Scheme.objects.get()
    manager = with_a_password(a_manager(scheme).user)
    refund, loss = failed(), lost()
    for make in (mismatched, unplaced, stuck, late):
        make()
    sign_in(page, place, manager)
    page.goto(f"{place.address}/scheme/{scheme.slug}/")
    clean(page, scheme.name)
    page.click("main a:has-text('Look at them')")
    clean(page, "6 card problems")
    page.goto(f"{page.url}losses/{loss.pk}/")
    clean(page, "A payment that the card's bank took back")
    page.goto(f"{place.address}/scheme/{scheme.slug}/card-problems/refunds/{refund.pk}/")
    clean(page, "A refund that did not reach the card")
    page.click("main button:has-text('Confirm')")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector("h1:has-text('A refund that did not reach the card')")  # what was sent is taken up again
    clean(page, "A refund that did not reach the card")
    assert "Say what you want to do." in page.inner_text("main")
    page.click("main label:has-text('Send it to the card again')")
    page.click("main button:has-text('Confirm')")
    clean(page, "5 card problems")


def test_a_run_is_prepared_approved_and_sent_and_its_provider_sees_what_it_is_paid(page: Page, place: Place) -> None:
    scheme = Scheme.objects.get()
    one, other = with_a_password(a_manager(scheme).user), with_a_password(a_manager(scheme).user)
    bursar = with_a_password(StaffFactory(provider=place.provider, roles=[Role.MONEY]).user)
    a_bank_account(place.provider)
    redeemed(place.provider, 2)
    redeemed(a_provider(COMES_BACK))
    settled(scheme)
    redeemed(place.provider, 2, worth=80_00)
    held = redeemed(place.provider)[0].voucher_id
    Voucher.objects.filter(pk=held).update(control=Control.FROZEN)

    sign_in(page, place, one)
    page.goto(f"{place.address}/scheme/{scheme.slug}/payouts/")
    clean(page, "Payouts to providers")
    page.click("main button:has-text('Prepare a run')")
    clean(page, "£280.00")
    address = page.url

    sign_in(page, place, other)
    page.goto(address)
    page.click("main button:has-text('Approve')")
    clean(page, "£280.00")

    sign_in(page, place, bursar)
    page.goto(f"{place.address}/provider/money/")
    clean(page, "Money")
    page.click("main a:has-text('Statement')")
    clean(page, "Statement")
    page.goto(f"{place.address}/provider/money/")
    page.click("main a:has-text('ILA Wales') >> nth=1")
    clean(page, "£240.00")

    sign_in(page, place, one)
    page.goto(address)
    page.click("main button:has-text('Send to the bank')")
    clean(page, "£280.00")
