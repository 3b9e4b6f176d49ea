"""Co-payment: the learner's own share, taken by card on the platform before the voucher is issued."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import ledger
from config.refusals import Refusal
from ledger import Actor, Transfer
from payments import checkouts, refunds, webhooks
from payments.models import CardRefund, Checkout, CheckoutState
from vouchers import errors, events
from vouchers.issuing import issued, mark_issued, parties
from vouchers.models import Control, Funding, State, Voucher

_PREFIX = "copayment:"


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
            reference=f"{_PREFIX}{voucher.id}",
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


def take_up(vouchers: Sequence[Voucher], *, actor: Actor) -> None:
    """Issue those of these locked vouchers whose learner's share was captured while they were held: what was kept in
    refund due goes into them. Locks what `ledger.post` locks."""
    kept = [
        (voucher, voucher.checkout)
        for voucher in vouchers
        if voucher.state == State.RESERVED and voucher.checkout and voucher.checkout.state == CheckoutState.PAID
    ]
    for voucher, checkout in kept:
        _issue(voucher, checkout)
    ledger.post(
        [
            Transfer(
                debit=voucher.learning_account.scheme.refund_due_id,
                credit=voucher.account_id,
                amount_minor=checkout.amount_minor,
                currency=checkout.currency,
                kind="copayment",
                reference=f"taken_up:{checkout.reference}",
                event=issued(voucher, actor),
                journal=voucher.id,
            )
            for voucher, checkout in kept
        ]
    )


def hear(body: bytes, signature: str) -> Refusal | None:
    """Take in one webhook of the card gateway and do what follows from it, once however often it comes.

    A capture issues the voucher that waits for it. One that comes after the voucher lapsed, or while it is
    under review, is kept in refund due, and in the first case sent back. Answers `PaymentMismatch` when the
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
        if notice.kind == "paid" and notice.checkout is not None:
            _captured(notice.checkout, actor)
        if notice.kind == "refunded" and notice.refund is not None:
            _refunded(notice.refund, actor)
    return None


def _captured(checkout: Checkout, actor: Actor) -> None:
    voucher = _locked_for(checkout)
    scheme = voucher.learning_account.scheme
    in_time = voucher.state == State.RESERVED and voucher.control == Control.CLEAR
    if in_time:
        _issue(voucher, checkout)
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


def _issue(voucher: Voucher, checkout: Checkout) -> None:
    mark_issued(voucher, ledger.now())
    voucher.save(update_fields=["state", "issued_at", "accept_by"])
    Funding.objects.create(voucher=voucher, purse=None, amount_minor=checkout.amount_minor)


def _refunded(refund: CardRefund, actor: Actor) -> None:
    voucher = _locked_for(refund.checkout)
    scheme = voucher.learning_account.scheme
    ledger.post(
        [
            Transfer(
                debit=scheme.refund_due_id,
                credit=scheme.card_clearing_id,
                amount_minor=refund.amount_minor,
                currency=voucher.currency,
                kind="card_refund",
                reference=f"card_refund:{refund.pk}",
                event=events.REFUND_ARRIVED.by(
                    actor,
                    subject=voucher.subject,
                    amount_minor=refund.amount_minor,
                    refund=refund.pk,
                    **parties(voucher),
                ),
            )
        ]
    )


def _locked_for(checkout: Checkout) -> Voucher:
    voucher = UUID(checkout.reference.removeprefix(_PREFIX))
    return Voucher.objects.lock_ids([voucher])[voucher]
