"""Signing up, and a passkey of a device that Chromium makes up, in a real browser with axe on each page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page

from accounts.models import LearningAccount
from config.refusals import only
from ledger import today
from tests.browser.conftest import clean
from tests.browser.test_pages import sign_in
from tests.factories.vouchers import ACTOR, bought_by
from tests.journeys.conftest import PASSWORD, Place
from tests.web.account.identity_provider import IdentityProvider
from tests.web.account.situations import with_an_app
from vouchers import delivery
from vouchers.models import Milestone

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


def a_device(page: Page) -> None:
    """A telephone that knows its owner's finger, and says yes each time."""
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def go_on(page: Page) -> None:
    page.click("main button:has-text('Go on')")


def test_somebody_signs_up_and_opens_their_account(page: Page, place: Place) -> None:
    page.goto(place.address)
    page.click("main a:has-text('Get a learning account')")
    clean(page, "Get a learning account")
    page.click("main a:has-text('Start')")
    clean(page, "What is your name?")
    go_on(page)
    clean(page, "What is your name?")
    assert "Give your first name." in page.inner_text("main")
    page.fill("[name=given_name]", "Mair")
    page.fill("[name=family_name]", "O'Neill")
    go_on(page)
    clean(page, "When were you born?")
    for part, typed in (("day", "5"), ("month", "11"), ("year", "1990")):
        page.fill(f"[name=date_of_birth_{part}]", typed)
    go_on(page)
    clean(page, "Where do you live?")
    page.check("[name=residence][value=wales]")
    go_on(page)
    clean(page, "What is your e-mail address?")
    page.fill("[name=email]", "mair@example.org")
    page.go_back()
    assert page.is_checked("[name=residence][value=wales]")
    page.go_forward()
    page.fill("[name=email]", "mair@example.org")
    go_on(page)
    clean(page, "Choose a password")
    page.fill("[name=password]", "three-odd-words")
    go_on(page)
    clean(page, "Check your answers")
    page.click("main button:has-text('It is right, go on')")
    clean(page, "Check your e-mail")
    [link] = re.findall(r"https?://[^/]+(/account/confirm-email/\S+)", mail.outbox[0].body)
    page.goto(f"{place.address}{link}")
    clean(page, "Is this your e-mail address?")
    page.click("main button:has-text('Yes, it is mine')")
    clean(page, "Open a learning account")
    page.click("main a:has-text('Answer the questions')")
    clean(page, "About you")
    page.check("[name=qualification][value='1']")
    page.click("main button:has-text('See what I can get')")
    clean(page, "Open a learning account")
    page.click("main button:has-text('Open my account')")
    clean(page, "Hello Mair")
    assert "£200.00" in page.inner_text("main")
    assert LearningAccount.objects.filter(learner__given_name="Mair").count() == 1


def test_a_passkey_signs_in_and_confirms(page: Page, place: Place) -> None:
    a_device(page)
    sign_in(page, place, place.learner_email)
    page.goto(f"{place.address}/account/2fa/")
    clean(page, "How you sign in")
    page.click("main a:has-text('Add a passkey')")
    clean(page, "Confirm that it is you")
    page.fill("[name=password]", PASSWORD)
    go_on(page)
    clean(page, "Add a passkey")
    page.fill("[name=name]", "My phone")
    page.click("main button:has-text('Add a passkey')")
    page.wait_for_selector("text=Printed codes")
    clean(page, "Printed codes")
    assert page.locator(".wm-codes li").count() == 10
    assert Authenticator.objects.get(type="webauthn").wrap().is_passwordless
    page.click("main a:has-text('I have them on paper')")
    clean(page, "How you sign in")
    assert "My phone" in page.inner_text("main")
    assert [message.subject for message in mail.outbox] == ["A passkey was added"]
    page.click("main a:has-text('Rename or remove your passkeys')")
    clean(page, "Your passkeys")
    page.click("main a:has-text('Rename')")
    clean(page, "Rename this passkey")
    page.click("main button:has-text('Keep the name')")
    page.click("main a:has-text('Remove')")
    clean(page, "Remove this passkey?")

    voucher = bought_by(place.account, place.run)
    only(delivery.accept([voucher.code], by=voucher.provider, actor=ACTOR))
    only(delivery.start([voucher.code], occurred_on=today(), by=voucher.provider, actor=ACTOR))
    confirm = f"/learner/vouchers/{voucher.pk}/milestones/1/confirm/"
    page.context.clear_cookies()
    page.goto(f"{place.address}{confirm}")
    clean(page, "Sign in")
    page.click("main button:has-text('Sign in with a passkey')")
    page.wait_for_selector("text=Is this right?")
    page.click("main button:has-text('Yes, I confirm it')")
    clean(page, "Confirm that it is you")
    page.click("main button:has-text('Use your passkey')")
    page.wait_for_selector("text=Thank you. You have confirmed it.")
    milestone = Milestone.objects.get(voucher=voucher, number=1)
    assert (milestone.state, milestone.confirmed_how) == ("confirmed", "passkey")


def test_somebody_without_a_smartphone_prints_codes_and_confirms_with_one(page: Page, place: Place) -> None:
    sign_in(page, place, place.learner_email)
    page.goto(f"{place.address}/account/2fa/")
    page.click("main a:has-text('Print codes')")
    page.fill("[name=password]", PASSWORD)
    go_on(page)
    clean(page, "Print codes")
    page.click("main button:has-text('Make ten codes')")
    clean(page, "Printed codes")
    codes = page.locator(".wm-codes li").all_inner_texts()
    assert len(codes) == 10
    page.click("main a:has-text('I have them on paper')")
    clean(page, "How you sign in")

    voucher = bought_by(place.account, place.run)
    only(delivery.accept([voucher.code], by=voucher.provider, actor=ACTOR))
    only(delivery.start([voucher.code], occurred_on=today(), by=voucher.provider, actor=ACTOR))
    sign_in(page, place, place.learner_email)
    page.goto(f"{place.address}/learner/vouchers/{voucher.pk}/milestones/1/confirm/")
    clean(page, "Is this right?")
    page.click("main button:has-text('Yes, I confirm it')")
    clean(page, "Confirm that it is you")
    page.fill("[name=code]", "1234 5678")
    go_on(page)
    clean(page, "Confirm that it is you")
    assert "There is a problem" in page.inner_text("main")
    page.fill("[name=code]", codes[4])
    go_on(page)
    page.wait_for_selector("text=Thank you. You have confirmed it.")
    assert Milestone.objects.get(voucher=voucher, number=1).confirmed_how == "one_time_code"
    page.goto(f"{place.address}/account/2fa/")
    page.click("main a:has-text('Print new codes')")
    clean(page, "Confirm that it is you")
    page.click("main a:has-text('I have lost the sheet')")
    clean(page, "Have you lost the sheet?")
    page.click("main button:has-text('Send me the e-mail')")
    clean(page, "How you sign in")
    [link] = re.findall(r"https?://[^/]+(/account/2fa/recovery-codes/lost/\S+)", mail.outbox[-1].body)
    page.goto(f"{place.address}{link}")
    clean(page, "Throw the old codes away")
    page.click("main button:has-text('Throw them away')")
    clean(page, "How you sign in")


def test_an_app_is_set_up_and_asked_for(page: Page, place: Place) -> None:
    sign_in(page, place, place.learner_email)
    page.goto(f"{place.address}/account/2fa/totp/activate/")
    page.fill("[name=password]", PASSWORD)
    go_on(page)
    clean(page, "Set up an app")
    with_an_app(place.account.learner)
    page.goto(f"{place.address}/account/2fa/totp/deactivate/")
    clean(page, "Stop using the app?")
    page.goto(f"{place.address}/account/2fa/")
    clean(page, "How you sign in")
    sign_in(page, place, place.learner_email)
    clean(page, "One thing more")


def test_somebody_comes_from_an_identity_provider_and_can_look_after_it(
    page: Page, place: Place, settings: Any
) -> None:
    people = IdentityProvider()
    people.person = {"sub": "1", "given_name": "Mair", "email": "mair@example.org", "email_verified": True}
    settings.SOCIALACCOUNT_PROVIDERS = people.configured
    page.goto(f"{place.address}/join/")
    clean(page, "Get a learning account")
    page.click("main button:has-text('Go on with People of Wales')")
    clean(page, "Get a learning account")
    page.click("main a:has-text('Start')")
    assert page.input_value("[name=given_name]") == "Mair"
    page.goto(f"{place.address}/account/2fa/")
    clean(page, "How you sign in")
    assert "You can sign in through People of Wales." in page.inner_text("main")
    page.click("main a:has-text('See or disconnect them')")
    clean(page, "Another service that knows you")
    page.goto(f"{place.address}/account/oidc/people/login/callback/?state=x&code=x")
    clean(page, "Signing in did not work")
    people.close()


def test_the_password_and_the_passkey_together_sign_in_where_one_is_not_enough(page: Page, place: Place) -> None:
    a_device(page)
    sign_in(page, place, place.learner_email)
    page.goto(f"{place.address}/account/2fa/webauthn/add/")
    page.fill("[name=password]", PASSWORD)
    go_on(page)
    page.click("main button:has-text('Add a passkey')")
    page.wait_for_selector("text=Printed codes")
    sign_in(page, place, place.learner_email)
    clean(page, "One thing more")
    page.click("main button:has-text('Use your passkey')")
    page.wait_for_selector("text=Hello Megan")


def test_a_device_that_does_not_know_its_owner_says_so(page: Page, place: Place) -> None:
    page.goto(f"{place.address}/account/login/")
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | {"isUserVerified": False}})
    page.click("main button:has-text('Sign in with a passkey')")
    page.wait_for_selector("text=That did not work.")
    clean(page, "Sign in")


def test_what_was_being_written_when_a_session_ended_is_there_after_signing_in(page: Page, place: Place) -> None:
    sign_in(page, place, place.learner_email)
    page.goto(f"{place.address}/learner/complain/")
    page.fill("[name=words]", "Nobody has rung me back.")
    page.context.clear_cookies(name="sessionid")
    page.click("main button:has-text('Send')")
    clean(page, "Sign in")
    assert "You were signed out, and nothing was sent or done." in page.inner_text("main")
    page.fill("[name=login]", place.learner_email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button:has-text('Sign in')")
    clean(page, "Make a complaint")
    assert "This is what you wrote. It is not sent yet." in page.inner_text("main")
    assert page.input_value("[name=words]") == "Nobody has rung me back."
    # As after signing in again in another tab.
    page.context.add_cookies([{"name": "csrftoken", "value": "b" * 32, "url": place.address}])
    page.fill("[name=words]", "Nobody has rung me back since Monday.")
    page.click("main button:has-text('Send')")
    clean(page, "Make a complaint")
    assert "This page was open for too long, and nothing was sent or done." in page.inner_text("main")
    assert page.input_value("[name=words]") == "Nobody has rung me back since Monday."
