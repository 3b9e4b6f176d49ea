"""Co-payment: the learner's own share, taken by card on the platform before the voucher is issued."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import ledger
from config.refusals import Refusal
from ledger import Actor, Transfer
from payments import checkouts, refunds, webhooks
from payments.models import Checkout
from payments.webhooks import Notice
from vouchers import errors, events
from vouchers.cards import charging_back, refunding
from vouchers.cards.taking_up import PREFIX, issue, locked_for
from vouchers.issuing import issued, parties
from vouchers.models import Control, State, Voucher

_OF_DISPUTES: dict[str, Callable[..., object]] = {
    "disputed": charging_back.disputed,
    "dispute_won": charging_back.won,
    "dispute_lost": charging_back.lost,
}


def begin(voucher: Voucher, *, success_url: str, cancel_url: str, actor: Actor) -> Checkout:
    """The gateway's page on which the learner pays their share; asked twice, the same page.

    Refuses `WrongState` when nothing is to be paid, `PaymentTooLate` after the voucher's time to pay; the
    gateway's `GatewayRefused` and `GatewayAway`. Locks the voucher.
    """
    with transaction.atomic():
        voucher = Voucher.objects.lock_ids([voucher.id])[voucher.id]
        if voucher.state != State.RESERVED:
            raise errors.WrongState(state=voucher.get_state_display())
        if voucher.control != Control.CLEAR:
            raise errors.VoucherUnderReview()
        if voucher.lapses_at <= ledger.now():
            raise errors.PaymentTooLate()
        checkout = checkouts.begin(
            reference=f"{PREFIX}{voucher.id}",
            amount_minor=voucher.own_minor,
            currency=voucher.currency,
            description=_("Your share of {course}").format(course=voucher.run.course.title),
            success_url=success_url,
            cancel_url=cancel_url,
            # The gateway's clock is the real world's, also where ours has been moved.
            closes_at=timezone.now() + (voucher.lapses_at - ledger.now()),
        )
        if voucher.checkout_id != checkout.pk:
            Voucher.objects.filter(pk=voucher.pk, state=State.RESERVED).update(checkout=checkout)
    return checkout


def hear(body: bytes, signature: str) -> Refusal | None:
    """Take in one webhook of the card gateway and do what follows from it, once however often it comes.

    A capture issues the voucher that waits for it. One that comes after the voucher lapsed, or while it is
    under review, is kept in refund due, and in the first case sent back. A refund that arrives empties refund due, one
    that fails is a person's task, a dispute freezes the voucher (`vouchers.cards`). Answers `PaymentMismatch` when the
    amount is not the one asked (recorded for a person, money untouched). Raises what `payments.webhooks.receive`
    refuses: an unsigned or stale message. Locks the voucher, then what `ledger.post` locks.
    """
    with transaction.atomic():
        notice = webhooks.receive(body, signature)
        if notice is None:
            return None
        if notice.kind == "mismatch":
            return errors.PaymentMismatch()
        if not notice.first:
            return None
        actor = Actor.system("payments.webhook")
        _follow(notice, actor)
    if notice.kind == "paid":
        _catch_up(notice.checkout, actor)  # afterwards: a transaction posts once
    return None


def _catch_up(checkout: Checkout, actor: Actor) -> None:
    """Do what follows from what was said of a payment before it was heard of, each in a transaction of its own.

    What is interrupted stays a person's task.
    """
    while True:
        with transaction.atomic():
            notice = webhooks.missed(checkout)
            if notice is None:
                return
            if notice.kind != "mismatch" and notice.first:
                _follow(notice, actor)


def _follow(notice: Notice, actor: Actor) -> None:
    """What a message of the gateway has for its voucher."""
    if notice.kind == "paid":
        _captured(notice.checkout, actor)
    if notice.refund is not None and notice.kind == "refunded":
        refunding.arrived(notice.refund, actor=actor)
    if notice.refund is not None and notice.kind == "refund_failed":
        refunding.failed(notice.refund, undoes=notice.undoes, actor=actor)
    if notice.dispute is not None and notice.kind in _OF_DISPUTES:
        _OF_DISPUTES[notice.kind](notice.dispute, actor=actor)


def _captured(checkout: Checkout, actor: Actor) -> None:
    voucher = locked_for(checkout)
    scheme = voucher.learning_account.scheme
    in_time = voucher.state == State.RESERVED and voucher.control == Control.CLEAR
    if in_time:
        issue(voucher, checkout)
        event = issued(voucher, actor)
    else:
        event = events.COPAYMENT_RETURNED.by(
            actor,
            subject=voucher.subject,
            amount_minor=checkout.amount_minor,
            checkout=checkout.pk,
            **parties(voucher),
        )
    ledger.post(
        [
            Transfer(
                debit=scheme.card_clearing_id,
                credit=voucher.account_id if in_time else scheme.refund_due_id,
                amount_minor=checkout.amount_minor,
                currency=checkout.currency,
                kind="copayment" if in_time else "copayment_to_return",
                reference=checkout.reference,
                event=event,
                journal=voucher.id if in_time else None,
            )
        ]
    )
    if voucher.state == State.CLOSED:
        refunds.ask(checkout=checkout, reference=f"late:{voucher.id}", amount_minor=checkout.amount_minor)
