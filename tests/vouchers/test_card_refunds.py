"""Refunds that fail, at once or days later: the money is due again, and one of three things is done about it, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

import ledger
from ledger.models import Event, Transfer
from payments.models import CardRefund, Checkout
from tests.factories.payments import refund_event, signed
from tests.factories.vouchers import ACTOR, a_scheme, a_voucher
from vouchers import copayment, ending
from vouchers.cards import refunding
from vouchers.cards.invariants import card_refund_is_its_transfers, chargeback_is_a_transfer
from vouchers.errors import CardProblemGone, NothingWasTakenBack, PaymentReferenceMissing
from vouchers.models import Voucher

pytestmark = pytest.mark.django_db

Books = Callable[[], dict[UUID, int]]
SHARE = 60_00


@pytest.fixture
def refund() -> CardRefund:
    """Of a voucher whose learner withdrew."""
    voucher = a_voucher(own=True)
    ending.withdraw(voucher.pk, learner=voucher.learner, actor=ACTOR)
    return CardRefund.objects.get()


def hear(refund: CardRefund, status: str) -> None:
    assert copayment.hear(*signed(refund_event(refund, status))) is None


def due() -> tuple[int, int]:
    """In refund due, and with the gateway."""
    scheme = a_scheme()
    left = ledger.balances([scheme.refund_due_id, scheme.card_clearing_id])
    return left[scheme.refund_due_id], -left[scheme.card_clearing_id]


def voucher_of(refund: CardRefund) -> Voucher:
    return Voucher.objects.get(checkout=refund.checkout_id)


def test_what_had_arrived_and_failed_is_due_again(refund: CardRefund) -> None:
    hear(refund, "succeeded")
    assert due() == (0, 0)
    hear(refund, "failed")
    hear(refund, "failed")
    assert due() == (SHARE, SHARE)
    [back] = Transfer.objects.filter(kind="card_refund_failed")
    assert back.corrects_id == Transfer.objects.get(kind="card_refund").pk
    assert Event.objects.filter(kind="voucher.refund_failed").count() == 1
    assert list(CardRefund.objects.unresolved()) == [refund]
    assert not [*card_refund_is_its_transfers(), *chargeback_is_a_transfer()]


def test_what_failed_at_once_has_never_left(refund: CardRefund) -> None:
    hear(refund, "failed")
    assert due() == (SHARE, SHARE)
    assert not Transfer.objects.filter(kind="card_refund_failed").exists()
    assert Event.objects.filter(kind="voucher.refund_failed", subject=voucher_of(refund).subject).count() == 1


def test_it_is_sent_again_once_as_a_refund_of_its_own_that_can_arrive(refund: CardRefund) -> None:
    hear(refund, "failed")
    again = refunding.send_again(refund.pk, scheme=a_scheme(), actor=ACTOR)
    again.refresh_from_db()
    refund.refresh_from_db()
    assert (again.amount_minor, again.state, again.instead_of) == (SHARE, "pending", refund)
    assert refund.followed_by == "again"
    with pytest.raises(CardProblemGone):
        refunding.send_again(refund.pk, scheme=a_scheme(), actor=ACTOR)
    assert CardRefund.objects.count() == 2
    hear(again, "succeeded")
    assert due() == (0, 0)


def test_one_that_fails_again_is_a_task_again(refund: CardRefund) -> None:
    hear(refund, "failed")
    again = refunding.send_again(refund.pk, scheme=a_scheme(), actor=ACTOR)
    hear(again, "failed")
    assert list(CardRefund.objects.unresolved()) == [again]
    assert due() == (SHARE, SHARE)


def test_what_was_paid_from_the_bank_is_out_of_refund_due_once(refund: CardRefund, books: Books) -> None:
    hear(refund, "failed")
    refunding.paid_by_hand(refund.pk, "  FT 26/0114  ", scheme=a_scheme(), actor=ACTOR)
    refund.refresh_from_db()
    assert (refund.followed_by, refund.paid_by) == ("by_hand", "FT 26/0114")
    [moved] = Transfer.objects.filter(kind="refund_by_hand")
    assert (moved.amount_minor, Event.objects.get(pk=moved.event_id).kind) == (SHARE, "voucher.refund_paid_by_hand")
    assert due() == (0, SHARE)  # the gateway still has it, and pays it out to the bank
    after = books()
    for again in (
        lambda: refunding.paid_by_hand(refund.pk, "FT 2", scheme=a_scheme(), actor=ACTOR),
        lambda: refunding.send_again(refund.pk, scheme=a_scheme(), actor=ACTOR),
        lambda: refunding.keep(refund.pk, scheme=a_scheme(), actor=ACTOR),
    ):
        with pytest.raises(CardProblemGone):
            again()
    assert books() == after
    assert not [*card_refund_is_its_transfers(), *chargeback_is_a_transfer()]


@pytest.mark.parametrize("reference", ["", "   ", "x" * 36, "für Amina", "a\x00b", "<b>"])
def test_a_payment_has_a_reference_that_a_bank_can_write(refund: CardRefund, books: Books, reference: str) -> None:
    hear(refund, "failed")
    before = books()
    with pytest.raises(PaymentReferenceMissing):
        refunding.paid_by_hand(refund.pk, reference, scheme=a_scheme(), actor=ACTOR)
    assert (books(), CardRefund.objects.get().followed_by) == (before, "")


def test_nothing_is_kept_of_what_no_bank_took_back(refund: CardRefund, books: Books) -> None:
    hear(refund, "failed")
    before = books()
    with pytest.raises(NothingWasTakenBack):
        refunding.keep(refund.pk, scheme=a_scheme(), actor=ACTOR)
    assert (books(), CardRefund.objects.get().followed_by) == (before, "")


@pytest.mark.parametrize("status", ["", "succeeded"])
def test_nothing_is_done_about_what_has_not_failed(refund: CardRefund, status: str) -> None:
    if status:
        hear(refund, status)
    with pytest.raises(CardProblemGone):
        refunding.send_again(refund.pk, scheme=a_scheme(), actor=ACTOR)
    assert CardRefund.objects.get().followed_by == ""


def test_another_scheme_s_refund_does_not_exist(refund: CardRefund) -> None:
    hear(refund, "failed")
    with pytest.raises(CardProblemGone):
        refunding.send_again(refund.pk, scheme=a_scheme("ila-scotland-200"), actor=ACTOR)
    assert Checkout.objects.get().refunds.count() == 1


@pytest.mark.parametrize(
    ("changed", "wall"),
    [
        ({"followed_by": "by_hand", "state": "failed"}, "card_refund_by_hand_has_its_payment"),
        ({"followed_by": "again"}, "card_refund_is_followed_once_it_failed"),
    ],
)
def test_the_database_holds_what_follows_a_refund(refund: CardRefund, changed: dict[str, Any], wall: str) -> None:
    hear(refund, "succeeded")
    with pytest.raises(IntegrityError, match=wall), transaction.atomic():
        CardRefund.objects.update(**changed)
