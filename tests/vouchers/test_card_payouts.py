"""The gateway's payouts: fees and what came to the bank are posted once, and what does not fit moves nothing.

The learner's share is 60.00, and of it the gateway keeps 1.5% and 0.20.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

import ledger
from accounts import schemes
from accounts.models import Scheme
from accounts.scheme_files import preset
from ledger.models import Event, Transfer
from payments.models import (
    CardRefund,
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
from tests.payments.stripe_double import StripeDouble, running
from vouchers import copayment, ending
from vouchers.cards import paying_out, reconciling
from vouchers.cards.invariants import card_payout_is_its_transfers, clearing_is_what_has_not_gone
from vouchers.models import CardPayoutShare, State, Voucher

pytestmark = pytest.mark.django_db

Books = Callable[[], dict[UUID, int]]
SHARE, FEE = 60_00, 1_10
NET = SHARE - FEE


@pytest.fixture
def stripe(settings: Any) -> Iterator[StripeDouble]:
    with running(settings) as double:
        yield double


@pytest.fixture(autouse=True)
def always_true() -> Iterator[None]:
    """Whatever came, the shares are their transfers, and card clearing holds what has not gone."""
    yield
    assert not [*card_payout_is_its_transfers(), *clearing_is_what_has_not_gone()]


def hear(stripe: StripeDouble) -> None:
    """Everything that Stripe has to say is heard."""
    assert set(stripe.post_webhooks(post)) <= {200}


def post(body: bytes, signature: str) -> int:
    return 200 if copayment.hear(body, signature) is None else 409


def paid(stripe: StripeDouble) -> Voucher:
    voucher = a_voucher(own=True, state=State.RESERVED)
    checkout = copayment.begin(voucher, success_url="http://x.example/", cancel_url="http://x.example/", actor=ACTOR)
    stripe.pay(checkout.gateway_id)
    hear(stripe)
    return Voucher.objects.get(pk=voucher.pk)


def session_of(voucher: Voucher) -> str:
    return Checkout.objects.get(voucher=voucher).gateway_id


def follow() -> int:
    return paying_out.follow(actor=ACTOR)


def accounts(of: Scheme | None = None) -> dict[str, int]:
    """With the gateway, kept by it, and come to the bank, in minor units."""
    scheme = of or a_scheme()
    kinds = ("card_fees", "bank")
    opened = ledger.open_accounts([ledger.NewAccount(kind, "GBP", False, "scheme", scheme.pk) for kind in kinds])
    left = ledger.balances([scheme.card_clearing_id, *opened])
    return {"gateway": -left[scheme.card_clearing_id]} | {k: -left[a] for k, a in zip(kinds, opened, strict=True)}


def a_day_later() -> None:
    GatewayPayout.objects.update(heard_at=timezone.now() - dt.timedelta(days=1, minutes=1))


def reconcile() -> str:
    out = io.StringIO()
    call_command("cards", "reconcile", stdout=out)
    return out.getvalue()


def does_not_match() -> str:
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("cards", "reconcile", stdout=out)
    return out.getvalue()


def test_a_payout_is_fees_and_money_in_the_bank_and_nothing_is_left_with_the_gateway(stripe: StripeDouble) -> None:
    paid(stripe)
    assert accounts() == {"gateway": SHARE, "card_fees": 0, "bank": 0}
    stripe.pay_out()
    hear(stripe)
    assert follow() == 1
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}
    [fee] = Transfer.objects.filter(kind="card_fee")
    [payout] = Transfer.objects.filter(kind="card_payout")
    assert (fee.amount_minor, payout.amount_minor) == (FEE, NET)
    assert Event.objects.get(pk=fee.event_id).kind == "scheme.card_fees_kept"
    said = Event.objects.get(pk=payout.event_id)
    assert (said.kind, said.subject) == ("scheme.card_money_paid_out", a_scheme().subject)
    assert said.data == {"amount_minor": NET, "payout": str(GatewayPayout.objects.get().pk)}
    assert "All of it matches." in reconcile()


def test_however_often_it_is_said_and_followed_it_is_posted_once(stripe: StripeDouble, books: Books) -> None:
    paid(stripe)
    payout = stripe.pay_out()
    hear(stripe)
    follow()
    after = books()
    for _ in range(2):
        stripe.tell("payout.paid", payout)
        hear(stripe)
        assert follow() == 0
    assert not paying_out.take_in(GatewayPayout.objects.get().pk, [], actor=ACTOR)
    assert (books(), GatewayPayout.objects.count(), GatewayEntry.objects.count()) == (after, 1, 1)


def test_one_payout_of_two_schemes_is_shared_by_what_was_paid_in_each(
    stripe: StripeDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid(stripe)
    other = schemes.set_up(preset("ila-wales-2003") | {"slug": "other"}, actor=ACTOR)
    schemes.pay_in(other, 1_000_00, reference="first", actor=ACTOR)
    with monkeypatch.context() as here:
        here.setattr("tests.factories.vouchers.a_scheme", lambda: other)
        theirs = paid(stripe)
    stripe.pay_out()
    stripe.dispute(session_of(theirs))
    paid(stripe)
    stripe.pay_out()
    hear(stripe)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": 2 * FEE, "bank": 2 * NET}
    assert accounts(other) == {"gateway": SHARE, "card_fees": FEE + 20_00, "bank": NET - SHARE - 20_00}
    [taken] = Transfer.objects.filter(debit=other.card_clearing, kind="card_payout")
    assert taken.amount_minor == SHARE + 20_00


def test_a_payout_of_many_pages_is_read_to_its_end(stripe: StripeDouble) -> None:
    stripe.page = 2
    for _ in range(5):
        paid(stripe)
    stripe.pay_out()
    hear(stripe)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": 5 * FEE, "bank": 5 * NET}
    assert Transfer.objects.filter(kind="card_payout").count() == 1


def test_a_refund_that_went_back_before_the_payout_is_not_in_the_bank(stripe: StripeDouble) -> None:
    voucher, other = paid(stripe), paid(stripe)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    refund = CardRefund.objects.get()
    stripe.new_refund(
        {
            "payment_intent": refund.checkout.payment_id,
            "amount": str(SHARE),
            "metadata[reference]": refund.reference,
        }
    )
    hear(stripe)
    stripe.pay_out()
    hear(stripe)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": 2 * FEE, "bank": NET - FEE}
    assert not GatewayEntry.objects.unresolved().exists()
    assert other.state == "issued"


def test_what_a_dispute_takes_comes_from_the_bank_and_is_with_the_gateway_until_it_is_lost(
    stripe: StripeDouble,
) -> None:
    voucher = paid(stripe)
    stripe.pay_out()
    dispute = stripe.dispute(session_of(voucher))
    assert stripe.pay_out()["amount"] == -SHARE - 20_00
    hear(stripe)
    assert follow() == 2
    assert accounts() == {"gateway": SHARE, "card_fees": FEE + 20_00, "bank": NET - SHARE - 20_00}
    stripe.dispute_ends(dispute, "lost")
    hear(stripe)
    assert accounts() == {"gateway": 0, "card_fees": FEE + 20_00, "bank": NET - SHARE - 20_00}
    assert "charged back £60.00" in reconcile()


def test_what_a_won_dispute_gives_back_is_paid_out_again(stripe: StripeDouble) -> None:
    voucher = paid(stripe)
    dispute = stripe.dispute(session_of(voucher))
    stripe.dispute_ends(dispute, "won")
    stripe.pay_out()
    hear(stripe)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": FEE + 20_00, "bank": NET - 20_00}
    assert "All of it matches." in reconcile()


def test_a_payout_that_fails_later_is_with_the_gateway_again_until_it_comes_with_another(
    stripe: StripeDouble, books: Books
) -> None:
    paid(stripe)
    payout = stripe.pay_out()
    hear(stripe)
    follow()
    stripe.payout_fails(payout)
    hear(stripe)
    assert follow() == 1
    assert accounts() == {"gateway": NET, "card_fees": FEE, "bank": 0}
    [back] = Transfer.objects.filter(kind="card_payout_failed")
    assert back.corrects_id == Transfer.objects.get(kind="card_payout").pk
    before = books()
    stripe.tell("payout.failed", payout)
    stripe.tell("payout.paid", payout | {"status": "paid"})
    hear(stripe)
    assert (follow(), books()) == (0, before)
    assert "All of it matches." in reconcile()
    stripe.pay_out()
    hear(stripe)
    assert follow() == 1
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}


@pytest.mark.parametrize("paid_first", [True, False])
def test_one_that_failed_before_it_is_followed_leaves_its_fees_alone(stripe: StripeDouble, paid_first: bool) -> None:
    paid(stripe)
    stripe.payout_fails(stripe.pay_out())
    if not paid_first:
        stripe.owed.reverse()
    hear(stripe)
    assert (follow(), follow()) == (1, 0)
    assert accounts() == {"gateway": NET, "card_fees": FEE, "bank": 0}
    stripe.pay_out()
    hear(stripe)
    follow()
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}


def test_the_next_payout_waits_for_the_word_that_the_last_one_failed(stripe: StripeDouble) -> None:
    paid(stripe)
    payout = stripe.pay_out()
    hear(stripe)
    follow()
    stripe.payout_fails(payout)
    stripe.pay_out()
    late = [event for event in stripe.owed if event["type"] == "payout.failed"]
    stripe.owed = [event for event in stripe.owed if event not in late]
    hear(stripe)
    assert follow() == 0
    stripe.owed = late
    hear(stripe)
    assert follow() == 2
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}


def test_a_payout_whose_payment_is_heard_of_later_waits_for_it(stripe: StripeDouble) -> None:
    voucher = a_voucher(own=True, state=State.RESERVED)
    checkout = copayment.begin(voucher, success_url="http://x.example/", cancel_url="http://x.example/", actor=ACTOR)
    stripe.pay(checkout.gateway_id)
    stripe.pay_out()
    payment, payout = stripe.owed
    stripe.owed = [payout]
    hear(stripe)
    assert (follow(), GatewayEntry.objects.count()) == (0, 0)
    stripe.owed = [payment]
    hear(stripe)
    assert follow() == 1
    assert accounts() == {"gateway": 0, "card_fees": FEE, "bank": NET}


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
