"""Card money at the same instant: two who act on one refund or one loss, and a dispute's beginning and end together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError

import ledger
from config.refusals import Refusal
from ledger.models import Transfer
from payments import payouts
from payments.gateway import Entry
from payments.models import CardRefund, Checkout, GatewayPayout
from payments.models.payouts import GatewayPayoutQuerySet
from tests.factories.payments import refund_event, signed
from tests.factories.vouchers import ACTOR, a_scheme, a_voucher
from tests.racing import Meeting, together
from tests.vouchers.test_card_disputes import dispute_event, disputed
from vouchers import copayment, ending
from vouchers.cards import charging_back, paying_out, refunding
from vouchers.models import CardHold, Voucher, VoucherQuerySet

pytestmark = pytest.mark.django_db(transaction=True)


def tried(act: Callable[..., Any], *args: Any, **how: Any) -> str:
    try:
        act(*args, **how, scheme=a_scheme(), actor=ACTOR)
    except Refusal as refusal:
        return refusal.code
    return "done"


@pytest.fixture
def refund() -> CardRefund:
    voucher = a_voucher(own=True)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    refund = CardRefund.objects.get()
    copayment.hear(*signed(refund_event(refund, "failed")))
    return refund


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Two who act on a refund meet just before it is noted, if nothing keeps them apart."""
    meeting, follow = Meeting(), refunding._follow

    def met(*args: Any, **how: Any) -> None:
        meeting.wait()
        follow(*args, **how)

    monkeypatch.setattr(refunding, "_follow", met)
    return meeting


def both(refund: CardRefund) -> list[str]:
    return together(
        lambda: tried(refunding.send_again, refund.pk), lambda: tried(refunding.paid_by_hand, refund.pk, "FT 1")
    )


def followed_once(refund: CardRefund) -> bool:
    """Either it is sent again, or paid by hand, and the money agrees."""
    refund.refresh_from_db()
    scheme = a_scheme()
    due = ledger.balances([scheme.refund_due_id])[scheme.refund_due_id]
    outcome = (
        refund.followed_by,
        CardRefund.objects.count(),
        due,
        Transfer.objects.filter(kind="refund_by_hand").count(),
    )
    return outcome in {("again", 2, 60_00, 0), ("by_hand", 1, 0, 1)}


def test_a_refund_is_sent_again_or_paid_by_hand_and_never_both(refund: CardRefund, meeting: Meeting) -> None:
    assert sorted(both(refund)) == ["card_problem_gone", "done"]
    assert not meeting.met  # the voucher's lock kept them apart
    assert followed_once(refund)


def test_without_the_lock_one_row_alone_keeps_it_to_one(
    refund: CardRefund, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        VoucherQuerySet,
        "lock_ids",
        lambda self, ids: {v.pk: v for v in self.filter(pk__in=list(ids)).select_related("learning_account__scheme")},
    )
    assert sorted(both(refund)) == ["card_problem_gone", "done"]
    assert meeting.met
    assert followed_once(refund)


def test_of_two_who_decide_on_one_loss_one_does() -> None:
    voucher = a_voucher(own=True)
    disputed(voucher, "lost")
    hold = CardHold.objects.get().pk
    answers = together(lambda: tried(charging_back.bear, hold), lambda: tried(charging_back.end, hold))
    assert sorted(answers) == ["card_problem_gone", "done"]
    hold_, voucher = CardHold.objects.get(), Voucher.objects.get()
    assert (hold_.ended_how, voucher.state, voucher.control) in {
        ("borne", "issued", "clear"),
        ("ended", "closed", "clear"),
    }


def test_a_dispute_s_beginning_and_its_end_at_once_are_one_freeze_and_one_chargeback() -> None:
    voucher = a_voucher(own=True)
    checkout = Checkout.objects.get()
    begun, ended = dispute_event(checkout), dispute_event(checkout, "closed", status="lost")
    messages = [signed(begun), signed(ended), signed(begun), signed(ended)]
    together(*(lambda message=message: copayment.hear(*message) for message in messages))
    assert (CardHold.objects.count(), Transfer.objects.filter(kind="chargeback").count()) == (1, 1)
    assert Voucher.objects.get(pk=voucher.pk).control == "frozen"


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> tuple[Meeting, Callable[[], list[str]]]:
    """Two who take in one payout meet just before what it is made of is kept, if nothing keeps them apart."""
    a_voucher(own=True)
    payout = GatewayPayout.objects.create(gateway="sandbox", gateway_id="po_1", amount_minor=58_90, currency="GBP")
    entry = Entry("txn_1", "charge", "ch_1", Checkout.objects.get().payment_id, "", 60_00, 1_10, "GBP")
    meeting, make_of = Meeting(), payouts.make_of

    def met(*args: Any) -> Any:
        meeting.wait()
        return make_of(*args)

    def take_in() -> str:
        try:
            return "done" if paying_out.take_in(payout.pk, [entry], actor=ACTOR) else "was done"
        except IntegrityError as error:
            return "refused" if "gateway_entry_counts_once" in str(error) else str(error)

    monkeypatch.setattr(payouts, "make_of", met)
    return meeting, lambda: together(take_in, take_in)


def paid_out_once() -> bool:
    moved = Transfer.objects.filter(kind__in=["card_fee", "card_payout"]).values_list("kind", "amount_minor")
    return sorted(moved) == [("card_fee", 1_10), ("card_payout", 58_90)]


def test_a_payout_that_two_take_in_is_posted_once(at_once: tuple[Meeting, Callable[[], list[str]]]) -> None:
    meeting, both = at_once
    assert sorted(both()) == ["done", "was done"]
    assert not meeting.met  # the payout's lock kept them apart
    assert paid_out_once()


def test_without_the_lock_the_wall_keeps_a_payout_to_one(
    at_once: tuple[Meeting, Callable[[], list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, both = at_once
    monkeypatch.setattr(GatewayPayoutQuerySet, "select_for_update", lambda self: self)
    # The wall refuses the second, or the second sees in time that it was counted, and lists it as that.
    assert sorted(both()) in (["done", "refused"], ["done", "done"])
    assert meeting.met
    assert paid_out_once()
