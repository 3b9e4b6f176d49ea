"""Paying one's own share: to the gateway's page and back, and issued when the gateway says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from payments.models import Checkout
from tests.factories.payments import session_event, signed
from tests.factories.vouchers import ACTOR, a_voucher, learning_accounts
from tests.web.learner.visiting import signed_in, text
from vouchers import copayment, ending
from vouchers.models import State, Voucher

pytestmark = pytest.mark.django_db


@pytest.fixture
def voucher() -> Voucher:
    return a_voucher(state=State.RESERVED, own=True)


def address(voucher: Voucher, then: str) -> str:
    return f"/learner/vouchers/{voucher.pk}/{then}"


def test_the_page_says_how_much_and_until_when(voucher: Voucher) -> None:
    page = text(signed_in(voucher.learner).get(address(voucher, "pay/")))
    assert "Pay your share £60.00" in page
    assert "£60.00 of your account is set aside for it." in page
    assert "You can pay until" in page


def test_paying_leads_to_the_gateway_s_page_and_twice_to_the_same(voucher: Voucher) -> None:
    client = signed_in(voucher.learner)
    first, second = client.post(address(voucher, "pay/")), client.post(address(voucher, "pay/"))
    checkout = Checkout.objects.get()
    assert (first.status_code, first.url) == (302, checkout.url)
    assert second.url == checkout.url
    assert (checkout.amount_minor, checkout.currency) == (60_00, "GBP")


def test_back_from_the_gateway_the_page_waits_for_its_message(voucher: Voucher) -> None:
    client = signed_in(voucher.learner)
    client.post(address(voucher, "pay/"))
    page = client.get(address(voucher, "paid/"))
    assert "We are waiting for the bank's confirmation" in text(page)
    assert "Look again now" in text(page)
    live = client.get(address(voucher, "paid/"), headers={"HX-Request": "true"})
    assert b"<html" not in live.content
    assert b"waiting for the bank" in live.content
    voucher.refresh_from_db()
    assert voucher.state == State.RESERVED


def test_when_the_message_has_come_the_voucher_is_shown(voucher: Voucher) -> None:
    client = signed_in(voucher.learner)
    client.post(address(voucher, "pay/"))
    assert copayment.hear(*signed(session_event(Checkout.objects.get()))) is None
    live = client.get(address(voucher, "paid/"), headers={"HX-Request": "true"})
    assert live.headers["HX-Redirect"] == f"/learner/vouchers/{voucher.pk}/"
    response = client.get(address(voucher, "paid/"), follow=True)
    assert "Your payment has arrived." in text(response)
    assert "Issued" in text(response)


def test_a_voucher_that_lapsed_meanwhile_says_so(voucher: Voucher, clock: Any) -> None:
    client = signed_in(voucher.learner)
    client.post(address(voucher, "pay/"))
    clock.move_by(days=4)
    ending.lapse(actor=ACTOR)
    page = text(client.get(address(voucher, "paid/"), follow=True))
    assert "Your payment came too late for this voucher." in page
    assert "Your payment has arrived." not in page


def test_after_the_time_to_pay_nothing_is_begun(voucher: Voucher, clock: Any, books: Callable[[], Any]) -> None:
    clock.move_by(days=4)
    before = books()
    response = signed_in(voucher.learner).post(address(voucher, "pay/"), follow=True)
    assert "The time to pay for this voucher is over." in text(response)
    assert not Checkout.objects.exists()
    assert books() == before


def test_what_is_paid_is_not_paid_again() -> None:
    voucher = a_voucher(own=True)
    response = signed_in(voucher.learner).post(address(voucher, "pay/"))
    assert response.url == f"/learner/vouchers/{voucher.pk}/"
    assert Checkout.objects.count() == 1


@pytest.mark.parametrize("then", ["pay/", "paid/"])
def test_another_learner_s_voucher_does_not_exist(voucher: Voucher, then: str) -> None:
    stranger = signed_in(learning_accounts(1)[0].learner)
    assert stranger.get(address(voucher, then)).status_code == 404
    assert stranger.post(address(voucher, "pay/")).status_code == 404
    assert not Checkout.objects.exists()
