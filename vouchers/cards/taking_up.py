"""Taking up: card money goes into the voucher that waits for it, which is issued."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import ledger
from ledger import Actor, Transfer
from payments.models import Checkout, CheckoutState
from vouchers.issuing import issued, mark_issued
from vouchers.models import Funding, State, Voucher

PREFIX = "copayment:"


def locked_for(checkout: Checkout) -> Voucher:
    """The voucher that a checkout pays a share of, locked."""
    voucher = UUID(checkout.reference.removeprefix(PREFIX))
    return Voucher.objects.lock_ids([voucher])[voucher]


def issue(voucher: Voucher, checkout: Checkout) -> None:
    """Mark a locked voucher as issued, with the card as one of its sources; the caller posts the money."""
    mark_issued(voucher, ledger.now())
    voucher.save(update_fields=["state", "issued_at", "accept_by"])
    Funding.objects.create(voucher=voucher, purse=None, amount_minor=checkout.amount_minor)


def take_up(vouchers: Sequence[Voucher], *, actor: Actor) -> None:
    """Issue those of these locked vouchers whose learner's share was captured while they were held: what was kept in
    refund due goes into them. Locks what `ledger.post` locks."""
    kept = [
        (voucher, voucher.checkout)
        for voucher in vouchers
        if voucher.state == State.RESERVED and voucher.checkout and voucher.checkout.state == CheckoutState.PAID
    ]
    for voucher, checkout in kept:
        issue(voucher, checkout)
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
