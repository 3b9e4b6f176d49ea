"""What a letter's link opens is pressed in a real browser, which says where a form comes from."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page

from brokerage.progress import sharing
from brokerage.progress.models import Part
from brokerage.referring.models import Helps
from providers import staffing
from providers.models import Role, Staff
from tests.browser.conftest import clean
from tests.browser.test_pages import sign_in
from tests.factories.providers import StaffFactory, UserFactory
from tests.factories.referrals import linked, sent
from tests.factories.vouchers import ACTOR, a_voucher
from tests.journeys.conftest import PASSWORD, Place
from tests.web.test_not_me_link import link
from vouchers.models import Control, State

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def test_this_was_not_me_stops_a_voucher(page: Page, place: Place) -> None:
    voucher = a_voucher(state=State.ISSUED)
    page.goto(place.address + link("Your voucher is ready"))
    clean(page, "Was this not you?")
    page.click("main button")
    clean(page, "It is stopped")
    voucher.refresh_from_db()
    assert voucher.control == Control.FROZEN


def test_what_somebody_shared_is_read_in_another_language(page: Page, place: Place) -> None:
    shared = sharing.share("For the bakery", [Part.COURSES], 7, learner=place.account.learner, actor=ACTOR)
    page.goto(f"{place.address}/shared/{shared.token}/")
    clean(page, "Megan Rees")
    page.click("button[name=language][value=fr]")
    clean(page, "Megan Rees")
    assert page.get_attribute("html", "lang") == "fr"


def test_a_service_reads_who_is_referred_to_it_and_answers(page: Page, place: Place) -> None:
    referral = sent()
    page.goto(f"{place.address}/referred/{linked(referral)}/")
    clean(page, "Somebody is referred to you")
    page.click("main button")
    clean(page, "Somebody is referred to you")
    page.check("[name=said][value=came]")
    page.click("main button")
    assert "Thank you for your answer" in page.inner_text("main")
    referral.refresh_from_db()
    assert referral.said == Helps.CAME


def test_an_invitation_to_work_for_a_provider_is_accepted(page: Page, place: Place) -> None:
    mair = StaffFactory(provider=place.provider, roles=[Role.ADMINISTRATOR])
    dai = UserFactory(email="dai@nb.example")
    dai.set_password(PASSWORD)
    dai.save()
    EmailAddress.objects.create(user=dai, email=dai.email, verified=True, primary=True)
    invited = staffing.invite(dai.email, [Role.DELIVERY], by=mair, actor=ACTOR)
    sign_in(page, place, dai.email)
    page.goto(f"{place.address}/providers/join/{invited.token}/")
    clean(page, "Work with Coleg y Foryd")
    page.click("main button")
    clean(page, "Coleg y Foryd")
    assert page.url == f"{place.address}/provider/"
    assert Staff.objects.get(user=dai).roles == [Role.DELIVERY]
