"""Paying one's own share at Stripe, from the learner's page to the money's end, over HTTP on both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

import ledger
from payments import tasks
from payments.models import CardRefund, Checkout, GatewayEvent
from payments.stripe import adapter
from tests.factories.vouchers import ACTOR, a_voucher
from tests.payments.stripe_double import StripeDouble, running
from tests.web.learner.visiting import signed_in, text
from vouchers import ending
from vouchers.models import State, Voucher

pytestmark = pytest.mark.django_db

Books = Callable[[], dict[UUID, int]]
PRICE, SHARE = 120_00, 60_00


@pytest.fixture
def stripe(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[StripeDouble]:
    monkeypatch.setattr(adapter, "RETRIES", 0)
    with running(settings) as double:
        yield double


class Journey:
    """A learner with a voucher that waits for their share, their browser, and Stripe."""

    def __init__(self, stripe: StripeDouble) -> None:
        self.stripe = stripe
        self.voucher = a_voucher(state=State.RESERVED, own=True)
        self.browser = signed_in(self.voucher.learner)
        self.scheme = self.voucher.learning_account.scheme

    def click_pay(self) -> Any:
        return self.browser.post(f"/learner/vouchers/{self.voucher.pk}/pay/")

    def comes_back(self) -> str:
        return text(self.browser.get(f"/learner/vouchers/{self.voucher.pk}/paid/", follow=True))

    @property
    def session(self) -> str:
        """The newest page at Stripe."""
        return list(self.stripe.sessions)[-1]

    def hear(self) -> list[int]:
        """Stripe posts what it owes; the status of each answer."""
        return self.stripe.post_webhooks(lambda body, signature: post(body, signature).status_code)

    @property
    def state(self) -> str:
        self.voucher.refresh_from_db()
        return self.voucher.state

    def money(self) -> tuple[int, int, int]:
        """In the voucher, due back to the card, and with the gateway."""
        accounts = [self.voucher.account_id, self.scheme.refund_due_id, self.scheme.card_clearing_id]
        held, due, clearing = (ledger.balances(accounts)[account] for account in accounts)
        return held, due, -clearing


def post(body: bytes, signature: str) -> Any:
    return Client(enforce_csrf_checks=True).post(
        "/webhooks/payments/stripe", body, content_type="application/json", headers={"Stripe-Signature": signature}
    )


@pytest.fixture
def journey(stripe: StripeDouble) -> Journey:
    return Journey(stripe)


def test_a_share_is_paid_and_the_voucher_is_there_once_stripe_says_so(journey: Journey) -> None:
    answer = journey.click_pay()
    assert answer.url == journey.stripe.sessions[journey.session]["url"]
    assert journey.stripe.sessions[journey.session]["amount_total"] == SHARE
    journey.stripe.pay(journey.session)
    assert "We are waiting for the bank's confirmation" in journey.comes_back()
    assert (journey.state, journey.money()) == ("reserved", (PRICE - SHARE, 0, 0))
    assert journey.hear() == [200]
    assert "Your payment has arrived." in journey.comes_back()
    assert (journey.state, journey.money()) == ("issued", (PRICE, 0, SHARE))


def test_a_double_click_on_pay_is_one_page_and_one_payment(journey: Journey) -> None:
    assert journey.click_pay().url == journey.click_pay().url
    assert len(journey.stripe.sessions) == 1
    journey.stripe.pay(journey.session)
    journey.stripe.pay(journey.session)
    assert journey.hear() == [200]
    assert journey.money() == (PRICE, 0, SHARE)


def test_the_back_button_after_paying_shows_the_voucher_and_opens_no_second_page(journey: Journey) -> None:
    journey.click_pay()
    journey.stripe.pay(journey.session)
    before_the_word = journey.click_pay()
    assert before_the_word.url == journey.stripe.sessions[journey.session]["url"]  # Stripe says there that it is paid
    journey.hear()
    assert journey.click_pay().url == f"/learner/vouchers/{journey.voucher.pk}/"
    assert len(journey.stripe.sessions) == 1


def test_a_declined_card_or_an_unfinished_challenge_takes_nothing_and_another_card_pays(journey: Journey) -> None:
    journey.click_pay()
    journey.stripe.decline(journey.session)
    assert journey.hear() == [200]
    assert (journey.state, journey.money()) == ("reserved", (PRICE - SHARE, 0, 0))
    journey.stripe.pay(journey.session)
    journey.hear()
    assert journey.state == "issued"


def test_a_payment_that_comes_an_hour_later_issues_the_voucher_then(journey: Journey) -> None:
    journey.click_pay()
    journey.stripe.pay_later(journey.session)
    assert journey.hear() == [200]
    assert (journey.state, journey.money()) == ("reserved", (PRICE - SHARE, 0, 0))
    assert "We are waiting for the bank's confirmation" in journey.comes_back()
    journey.stripe.money_comes(journey.session)
    assert journey.hear() == [200]
    assert (journey.state, journey.money()) == ("issued", (PRICE, 0, SHARE))


def test_a_payment_that_was_to_come_and_does_not_can_be_made_again(journey: Journey) -> None:
    journey.click_pay()
    journey.stripe.pay_later(journey.session)
    journey.stripe.money_does_not_come(journey.session)
    assert journey.hear() == [200, 200]
    journey.click_pay()
    assert len(journey.stripe.sessions) == 2
    journey.stripe.pay(journey.session)
    journey.hear()
    assert (journey.state, journey.money()) == ("issued", (PRICE, 0, SHARE))


def test_a_page_that_ran_out_is_followed_by_another(journey: Journey) -> None:
    journey.click_pay()
    journey.stripe.run_out(journey.session)
    assert journey.hear() == [200]
    journey.click_pay()
    journey.stripe.pay(journey.session)
    journey.hear()
    assert (len(journey.stripe.sessions), journey.state) == (2, "issued")


def test_what_is_paid_when_the_time_is_over_goes_back_to_the_card(journey: Journey, clock: Any) -> None:
    journey.click_pay()
    journey.stripe.pay_later(journey.session)
    clock.move_by(days=4)
    ending.lapse(actor=ACTOR)
    journey.stripe.money_comes(journey.session)
    assert journey.hear() == [200, 200]
    assert (journey.state, journey.money()) == ("closed", (0, SHARE, SHARE))
    tasks.send_refund(str(CardRefund.objects.get().pk))
    assert journey.hear() == [200]
    assert (CardRefund.objects.get().state, journey.money()) == ("succeeded", (0, 0, 0))
    assert "If you were charged, it is sent back to your card." in journey.comes_back()


def test_the_page_of_a_voucher_that_is_called_off_is_closed_at_stripe(journey: Journey) -> None:
    journey.click_pay()
    tasks.expire_checkout(str(Checkout.objects.get().pk))
    journey.stripe.pay(journey.session)
    assert journey.hear() == [200]
    assert (journey.state, Checkout.objects.get().state, journey.money()[2]) == ("reserved", "expired", 0)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_when_stripe_is_away_the_page_says_so_and_nothing_is_begun(journey: Journey, status: int) -> None:
    journey.stripe.ill = [status]
    answer = journey.browser.post(f"/learner/vouchers/{journey.voucher.pk}/pay/", follow=True)
    assert "The card payment page cannot be opened at the moment. Nothing has been taken." in text(answer)
    assert not Checkout.objects.exists()
    assert journey.click_pay().url == journey.stripe.sessions[journey.session]["url"]


def test_what_was_not_heard_is_told_again_and_counts_once(journey: Journey, books: Books) -> None:
    journey.click_pay()
    journey.stripe.pay(journey.session)
    [event] = journey.stripe.owed
    assert journey.stripe.post_webhooks(lambda body, signature: 503) == [503]
    assert journey.hear() == [200]
    issued = books()
    for _ in range(2):
        assert post(*journey.stripe.signed(event)).status_code == 200
    assert (books(), GatewayEvent.objects.count()) == (issued, 1)


def test_words_in_the_wrong_order_come_to_the_same(journey: Journey) -> None:
    """The end of the page before its payment; the payment a second time, under another name."""
    journey.click_pay()
    journey.stripe.pay(journey.session)
    journey.stripe.tell("checkout.session.expired", journey.stripe.sessions[journey.session])
    journey.stripe.tell("checkout.session.async_payment_succeeded", journey.stripe.sessions[journey.session])
    journey.stripe.owed.reverse()
    assert journey.hear() == [200, 200, 200]
    assert (journey.state, journey.money()) == ("issued", (PRICE, 0, SHARE))


@pytest.mark.parametrize(("said", "problem"), [({"amount_total": 1}, "amount"), ({"currency": "usd"}, "currency")])
def test_another_amount_or_currency_is_a_person_s_task_and_moves_nothing(
    journey: Journey, books: Books, said: dict[str, Any], problem: str
) -> None:
    journey.click_pay()
    journey.stripe.sessions[journey.session] |= said
    journey.stripe.pay(journey.session)
    before = books()
    [status] = journey.hear()
    assert status == 422
    assert (books(), journey.state) == (before, "reserved")
    [kept] = GatewayEvent.objects.unresolved()
    assert (kept.problem, kept.checkout) == (problem, Checkout.objects.get())


def test_a_kind_that_nobody_knows_is_taken_in_and_nothing_follows(journey: Journey, books: Books) -> None:
    journey.click_pay()
    before = books()
    journey.stripe.tell("a.kind.of.next.year", journey.stripe.sessions[journey.session])
    assert journey.hear() == [200]
    assert (books(), GatewayEvent.objects.get().problem) == (before, "")


def test_money_that_nobody_asked_for_is_a_person_s_task(journey: Journey, books: Books) -> None:
    journey.click_pay()
    journey.stripe.sessions["cs_elsewhere"] = journey.stripe.sessions[journey.session] | {"id": "cs_elsewhere"}
    before = books()
    journey.stripe.pay("cs_elsewhere")
    assert journey.hear() == [200]
    [kept] = GatewayEvent.objects.unresolved()
    # The reference is ours: whose money it may be is known.
    assert (books(), kept.problem, kept.checkout) == (before, "unknown", Checkout.objects.get())


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"secret": "whsec_other"}, 400),
        ({"age": 301}, 400),
        ({"age": 290}, 200),
    ],
)
def test_what_is_signed_by_others_or_long_ago_is_not_believed(
    journey: Journey, books: Books, how: dict[str, Any], status: int
) -> None:
    journey.click_pay()
    journey.stripe.pay(journey.session)
    before = books()
    assert post(*journey.stripe.signed(journey.stripe.owed[0], **how)).status_code == status
    assert (books() == before, GatewayEvent.objects.exists()) == (status != 200, status == 200)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"paid"', b"\xff", b'{"id": 1}'])
def test_what_is_no_message_is_refused_and_never_a_traceback(journey: Journey, body: bytes) -> None:
    assert post(body, "t=1,v1=00").status_code == 400
    assert post(body, "").status_code == 400
    assert not GatewayEvent.objects.exists()


def test_only_the_gateway_of_this_installation_has_an_address(journey: Journey) -> None:
    for name in ("sandbox", "paypal"):
        assert Client().post(f"/webhooks/payments/{name}", b"{}", content_type="application/json").status_code == 404
    assert Client().get("/webhooks/payments/stripe").status_code == 405


def test_another_learner_cannot_pay_for_it(journey: Journey) -> None:
    stranger = signed_in(a_voucher(state=State.RESERVED, own=True).learner)
    assert stranger.post(f"/learner/vouchers/{journey.voucher.pk}/pay/").status_code == 404
    assert (journey.stripe.sessions, Voucher.objects.get(pk=journey.voucher.pk).checkout) == ({}, None)
