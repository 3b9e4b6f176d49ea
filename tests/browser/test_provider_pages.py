"""A small college's way in a real browser, by keyboard and without JavaScript: accept, start, attendance, redeem."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page

from providers.models import Role
from tests.browser.conftest import clean
from tests.browser.test_pages import sign_in
from tests.factories.providers import StaffFactory
from tests.factories.vouchers import confirm, vouchers
from tests.journeys.conftest import PASSWORD, Place
from vouchers.attendance import AttendanceRecord
from vouchers.models import Redemption, State, Voucher

pytestmark = [pytest.mark.external("chromium"), pytest.mark.django_db(transaction=True)]


def somebody_at_the_college(place: Place) -> str:
    user = StaffFactory(provider=place.provider, roles=[Role.DELIVERY]).user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    user.set_password(PASSWORD)
    user.save()
    return user.email


def press(page: Page, selector: str, key: str) -> None:
    """Reach something with the keyboard and press a key there."""
    page.focus(selector)
    page.keyboard.press(key)


def test_a_college_accepts_starts_keeps_the_register_and_redeems(page: Page, place: Place) -> None:
    made = vouchers(2, provider=place.provider, worth=120_00)
    sign_in(page, place, somebody_at_the_college(place))
    # What comes by script is better, and nothing needs it.
    page.context.route("**/*.js", lambda route: route.abort())
    page.goto(f"{place.address}/provider/")
    clean(page, "Coleg y Foryd")
    press(page, "main a:has-text('Vouchers to accept')", "Enter")
    clean(page, "Vouchers")
    for voucher in made:
        press(page, f"#voucher-{voucher.code}", "Space")
    press(page, "main button:has-text('Accept those ticked')", "Enter")
    page.wait_for_selector("text=2 vouchers accepted.")
    clean(page, "Vouchers")
    assert set(Voucher.objects.values_list("state", flat=True)) == {State.ACCEPTED}

    page.goto(f"{place.address}/provider/vouchers/?stage=start")
    clean(page, "Vouchers")
    for voucher in made:
        press(page, f"#voucher-{voucher.code}", "Space")
    press(page, "main button:has-text('Mark those ticked as started')", "Enter")
    page.wait_for_selector("text=2 learners started.")

    page.goto(f"{place.address}/provider/attendance/")
    clean(page, "Attendance")
    press(page, "main .wm-results a", "Enter")
    page.wait_for_selector("text=Who came on")
    clean(page, made[0].run.course.title)
    press(page, f"#attended-{made[0].code}-present", "Space")
    press(page, f"#attended-{made[1].code}-absent", "Space")
    press(page, "main button:has-text('Save the register')", "Enter")
    page.wait_for_selector("text=Recorded for 2 learners.")
    clean(page, made[0].run.course.title)
    assert dict(AttendanceRecord.objects.values_list("voucher", "attended")) == {
        made[0].pk: "present",
        made[1].pk: "absent",
    }
    page.click("main a:has-text('Print it')")
    clean(page, made[0].run.course.title)

    confirm(made, 1)
    page.goto(f"{place.address}/provider/vouchers/redeem/")
    clean(page, "Redeem")
    press(page, "main button:has-text('Redeem those ticked')", "Enter")
    page.wait_for_selector("text=2 vouchers redeemed")
    clean(page, "2 vouchers redeemed")
    assert list(Redemption.objects.values_list("amount_minor", flat=True)) == [30_00, 30_00]

    page.click("main .wm-results a >> nth=0")
    clean(page, "Megan Rees")
    page.click("main a:has-text('Cancel this voucher')")
    clean(page, "Cancel this voucher?")
    page.click("main button:has-text('Cancel the voucher')")
    clean(page, "Cancel this voucher?")
    page.goto(f"{place.address}/provider/vouchers/?stage=all")
    clean(page, "Vouchers")


def test_what_could_not_be_done_is_clean_too(page: Page, place: Place) -> None:
    [voucher] = vouchers(1, provider=place.provider)
    sign_in(page, place, somebody_at_the_college(place))
    page.goto(f"{place.address}/provider/vouchers/{voucher.code}/")
    clean(page, "Megan Rees")
    page.goto(f"{place.address}/provider/vouchers/")
    page.check(f"#voucher-{voucher.code}")
    Voucher.objects.filter(pk=voucher.pk).update(control="frozen")
    page.click("main button:has-text('Accept those ticked')")
    page.wait_for_selector("text=1 voucher could not be done")
    clean(page, "Vouchers")
