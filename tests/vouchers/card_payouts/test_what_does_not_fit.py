"""Of the gateway's payouts, what does not fit moves nothing and is somebody's task."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from payments.models import (
    Checkout,
    GatewayEntry,
    GatewayEvent,
    GatewayPayout,
    Problem,
    SandboxDelivery,
    SandboxEntry,
)
from payments.sandbox import deliveries, paying
from payments.sandbox import paying_out as sandbox_paying_out
from tests.factories.payments import CheckoutFactory
from tests.factories.vouchers import ACTOR, a_scheme, a_voucher
from tests.payments.stripe_double import StripeDouble
from tests.vouchers.card_payouts.situations import (
    FEE,
    NET,
    SHARE,
    Books,
    a_day_later,
    accounts,
    does_not_match,
    follow,
    hear,
    paid,
    reconcile,
)
from vouchers import copayment
from vouchers.cards import reconciling
from vouchers.models import CardPayoutShare, State

pytestmark = pytest.mark.django_db


def test_what_is_of_no_payment_of_ours_moves_nothing_and_is_somebody_s_task(stripe: StripeDouble) -> None:
    paid(stripe)
    stripe.book("charge", {"id": "ch_x", "object": "charge", "payment_intent": "pi_elsewhere"}, 10_00, 35)
    stripe.book("stripe_fee", None, -2_00)
    stripe.pay_out()
    hear(stripe)
    assert follow() == 0  # it may be on its way
    assert accounts()["bank"] == 0
    a_day_later()
    assert follow() == 1
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}
    assert list(GatewayEntry.objects.unresolved().values_list("kind", "amount_minor", "problem").order_by("kind")) == [
        ("charge", 10_00, "unknown"),
        ("stripe_fee", -2_00, "unknown"),
    ]
    said = does_not_match()
    assert "2 of no payment here" in said
    assert "charge of £10.00, fee £0.35" in said
    GatewayEntry.objects.unresolved().update(dealt_with_at=timezone.now())
    assert "All of it matches." in reconcile()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"amount": 59_00}, Problem.AMOUNT),
        ({"currency": "eur"}, Problem.CURRENCY),
        ({"type": "refund"}, Problem.UNKNOWN),
    ],
)
def test_a_payment_that_is_not_as_we_know_it_moves_nothing(
    stripe: StripeDouble, books: Books, changed: dict[str, Any], problem: Problem
) -> None:
    paid(stripe)
    before = {account: amount for account, amount in books().items() if amount}
    payout = stripe.pay_out()
    charge = next(change for change in stripe.balance if change["type"] == "charge")
    charge |= changed
    payout["amount"] = charge["amount"] - charge["fee"]
    stripe.owed[-1]["data"]["object"]["amount"] = payout["amount"]
    hear(stripe)
    assert follow() == 1
    assert GatewayEntry.objects.get().problem == problem
    assert {account: amount for account, amount in books().items() if amount} == before
    assert "not as it is known here" in does_not_match()


def test_what_was_counted_before_is_not_counted_again(stripe: StripeDouble) -> None:
    voucher = paid(stripe)
    stripe.pay_out()
    charge = next(change for change in stripe.balance if change["type"] == "charge")
    stripe.book("charge", charge["source"], SHARE, FEE)  # another charge of the same payment
    stripe.pay_out()
    stripe.balance.append(charge | {"payout": None})  # the same one again
    stripe.pay_out()
    hear(stripe)
    assert follow() == 3
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}
    assert [entry.problem for entry in GatewayEntry.objects.unresolved()] == [Problem.TWICE, Problem.TWICE]
    assert {entry.checkout_id for entry in GatewayEntry.objects.all()} == {voucher.checkout_id}


def test_a_refund_that_nobody_here_asked_for_moves_nothing(stripe: StripeDouble) -> None:
    voucher = paid(stripe)
    payment = Checkout.objects.get(voucher=voucher).payment_id
    by_hand = {"id": "re_x", "object": "refund", "payment_intent": payment, "metadata": {}}
    stripe.book("refund", by_hand, -10_00)
    stripe.pay_out()
    hear(stripe)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}
    assert [entry.kind for entry in reconciling.entries_to_look_at(a_scheme())] == ["refund"]
    assert not reconciling.entries_to_look_at(a_scheme("ila-scotland-200")).exists()


def test_a_payout_that_does_not_add_up_moves_nothing_and_after_a_day_is_somebody_s_task(stripe: StripeDouble) -> None:
    paid(stripe)
    stripe.pay_out()
    stripe.owed[-1]["data"]["object"]["amount"] += 1
    hear(stripe)
    assert follow() == 0
    assert "All of it matches." in reconcile()
    a_day_later()
    assert follow() == 0
    assert accounts() == {"gateway": SHARE, "card_fees": 0, "bank": 0}
    assert "1 payouts that are not what the gateway says they are made of" in does_not_match()


def test_a_payout_that_was_started_by_hand_has_no_parts(stripe: StripeDouble) -> None:
    stripe.tell("payout.paid", {"id": "po_by_hand", "amount": 5_00, "currency": "gbp", "automatic": False})
    hear(stripe)
    assert follow() == 0
    a_day_later()
    assert [payout.gateway_id for payout in reconciling.payouts_to_look_at()] == ["po_by_hand"]


def test_while_stripe_does_not_answer_all_waits(stripe: StripeDouble) -> None:
    paid(stripe)
    stripe.pay_out()
    hear(stripe)
    stripe.ill = [500] * 3
    assert follow() == 0
    assert follow() == 1


@pytest.mark.parametrize(
    "changed", [{"amount": 0}, {"amount": None}, {"amount": "12"}, {"currency": "pounds"}, {"id": "po_" + "x" * 60}]
)
def test_a_payout_that_cannot_be_read_is_a_person_s_task(stripe: StripeDouble, changed: dict[str, Any]) -> None:
    stripe.tell("payout.paid", {"id": "po_1", "amount": 5_00, "currency": "gbp"} | changed)
    hear(stripe)
    assert GatewayEvent.objects.unresolved().get().problem == Problem.AMOUNT
    assert not GatewayPayout.objects.exists()


def test_a_payout_that_has_another_amount_the_second_time_stays_as_it_was(stripe: StripeDouble) -> None:
    for amount in (5_00, 6_00):
        stripe.tell("payout.paid", {"id": "po_1", "amount": amount, "currency": "gbp"})
    hear(stripe)
    assert GatewayPayout.objects.get().amount_minor == 5_00
    assert GatewayEvent.objects.unresolved().get().problem == Problem.AMOUNT


def test_a_payment_that_is_in_no_payout_after_two_weeks_does_not_match(stripe: StripeDouble) -> None:
    voucher = paid(stripe)
    assert "All of it matches." in reconcile()
    Checkout.objects.update(paid_at=timezone.now() - reconciling.PAID_OUT_WITHIN - dt.timedelta(minutes=1))
    assert "1 payments that are in no payout after 14 days" in does_not_match()
    assert [each.pk for each in reconciling.payments_not_paid_out(a_scheme())] == [voucher.checkout_id]
    assert not reconciling.payments_not_paid_out(a_scheme("ila-scotland-200")).exists()
    stripe.pay_out()
    hear(stripe)
    follow()
    assert "All of it matches." in reconcile()


def test_the_sandbox_pays_out_and_one_payout_comes_back(books: Books) -> None:
    voucher = a_voucher(own=True, state=State.RESERVED)
    checkout = copayment.begin(voucher, success_url="http://x.example/", cancel_url="http://x.example/", actor=ACTOR)
    paying.pay(checkout.gateway_id, paying.Card.GOOD)
    for event in said_by_the_sandbox():
        copayment.hear(*event)
    call_command("cards", "pay-out", "--fails", stdout=io.StringIO())
    for event in said_by_the_sandbox():
        copayment.hear(*event)
    call_command("cards", "follow", stdout=io.StringIO())
    assert accounts() == {"gateway": NET, "card_fees": FEE, "bank": 0}
    SandboxEntry.objects.update(due_at=timezone.now())
    assert (sandbox_paying_out.pay_out(), sandbox_paying_out.pay_out()) == (1, 0)
    for event in said_by_the_sandbox():
        copayment.hear(*event)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}


def said_by_the_sandbox() -> list[tuple[bytes, str]]:
    return [deliveries.signed(delivery) for delivery in SandboxDelivery.objects.order_by("created_at")]


def test_stripe_pays_out_by_itself(stripe: StripeDouble) -> None:
    with pytest.raises(CommandError, match="pays out by itself"):
        call_command("cards", "pay-out", stdout=io.StringIO())


@pytest.mark.parametrize(
    ("changed", "wall"),
    [
        ({"amount_minor": 0}, "gateway_payout_is_of_something"),
        ({"taken_back_at": timezone.now()}, "gateway_payout_is_taken_back_once_it_failed"),
    ],
)
def test_the_database_holds_what_a_payout_is(stripe: StripeDouble, changed: dict[str, Any], wall: str) -> None:
    stripe.tell("payout.paid", {"id": "po_1", "amount": 5_00, "currency": "gbp"})
    hear(stripe)
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        GatewayPayout.objects.update(**changed)


def test_the_database_counts_an_entry_once_and_pays_a_payment_out_once() -> None:
    payout = GatewayPayout.objects.create(gateway="stripe", gateway_id="po_1", amount_minor=1, currency="GBP")
    said = {"payout": payout, "kind": "charge", "amount_minor": 1, "fee_minor": 0, "currency": "GBP"}
    checkout = CheckoutFactory(paid=True)
    GatewayEntry.objects.create(gateway_id="txn_1", checkout=checkout, **said)
    with pytest.raises(IntegrityError, match="gateway_entry_counts_once"), transaction.atomic():
        GatewayEntry.objects.create(gateway_id="txn_1", **said)
    with pytest.raises(IntegrityError, match="checkout_is_paid_out_once"), transaction.atomic():
        GatewayEntry.objects.create(gateway_id="txn_2", checkout=checkout, **said)
    assert not CardPayoutShare.objects.exists()
