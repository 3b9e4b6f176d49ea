"""Refunding: what is due back to a card arrives, or fails, and then somebody has to do something about it.

Until it is with the learner the money stays in refund due.
"""

from __future__ import annotations

import re
from uuid import UUID

from django.db import transaction

import ledger
from accounts.models import Scheme
from ledger import Actor, Event, EventKind, NewAccount, Transfer
from ledger.models import Transfer as PostedTransfer
from payments import refunds
from payments.errors import RefundFollowed
from payments.models import CardRefund, FollowedBy
from vouchers import errors, events
from vouchers.cards import recovering
from vouchers.cards.taking_up import locked_for
from vouchers.issuing import parties
from vouchers.models import CardHold, Voucher

# What banks let a reference hold (the character set of SEPA and SWIFT), and how much of it.
_REFERENCE = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]{1,35}")


def arrived(refund: CardRefund, *, actor: Actor) -> None:
    """Refund due -> card clearing. Locks the voucher, then what `ledger.post` locks."""
    voucher = locked_for(refund.checkout)
    scheme = voucher.learning_account.scheme
    ledger.post(
        [
            Transfer(
                debit=scheme.refund_due_id,
                credit=scheme.card_clearing_id,
                amount_minor=refund.amount_minor,
                currency=voucher.currency,
                kind="card_refund",
                reference=_arrival(refund),
                event=_event(events.REFUND_ARRIVED, refund, voucher, actor),
            )
        ]
    )


def failed(refund: CardRefund, *, undoes: bool, actor: Actor) -> None:
    """It did not reach the card: a person's task. What had gone, if it `undoes` that, is due again: card clearing ->
    refund due. Locks the voucher, then what `ledger.post` locks."""
    voucher = locked_for(refund.checkout)
    event = _event(events.REFUND_FAILED, refund, voucher, actor)
    if not undoes:
        ledger.record(event)
        return
    scheme = voucher.learning_account.scheme
    ledger.post(
        [
            Transfer(
                debit=scheme.card_clearing_id,
                credit=scheme.refund_due_id,
                amount_minor=refund.amount_minor,
                currency=voucher.currency,
                kind="card_refund_failed",
                reference=f"card_refund_failed:{refund.pk}",
                corrects=PostedTransfer.objects.get(reference=_arrival(refund)).pk,
                event=event,
            )
        ]
    )


def send_again(refund: UUID, *, scheme: Scheme, actor: Actor) -> CardRefund:
    """Send one that failed to the card again, as a refund of its own, which is answered.

    Refuses `CardProblemGone`, `CardMayHaveIt`, `RefundTooLarge`. Locks the voucher, then the refund.
    """
    with transaction.atomic():
        found, voucher = _failed(refund, scheme)
        _refuse_twice(found, voucher)
        _follow(found, FollowedBy.AGAIN)
        again = refunds.ask_again(found)
        ledger.record(_event(events.REFUND_SENT_AGAIN, found, voucher, actor, instead=again.pk))
    return again


def paid_by_hand(refund: UUID, reference: str, *, scheme: Scheme, actor: Actor) -> CardRefund:
    """Somebody has paid it from the scheme's bank account, under this reference at the bank: refund due -> bank.

    Refuses `CardProblemGone`, `CardMayHaveIt`, `PaymentReferenceMissing`. Locks the voucher, then the refund, then what
    `ledger.post` locks.
    """
    named = " ".join(reference.split())
    if not _REFERENCE.fullmatch(named):
        raise errors.PaymentReferenceMissing()
    with transaction.atomic():
        found, voucher = _failed(refund, scheme)
        _refuse_twice(found, voucher)
        _follow(found, FollowedBy.BY_HAND, paid_by=named)
        [bank] = ledger.open_accounts([NewAccount("bank", scheme.currency, False, "scheme", scheme.pk)])
        ledger.post(
            [
                Transfer(
                    debit=scheme.refund_due_id,
                    credit=bank,
                    amount_minor=found.amount_minor,
                    currency=voucher.currency,
                    kind="refund_by_hand",
                    reference=f"refund_by_hand:{found.pk}",
                    event=_event(events.REFUND_PAID_BY_HAND, found, voucher, actor),
                )
            ]
        )
    return found


def keep(refund: UUID, *, scheme: Scheme, actor: Actor) -> CardRefund:
    """It failed because the card's bank had taken the payment back already: refund due -> scheme loss.

    Refuses `CardProblemGone`, `NothingWasTakenBack` where less than this is lost. Locks the voucher, then the refund,
    then what `ledger.post` locks.
    """
    with transaction.atomic():
        found, voucher = _failed(refund, scheme)
        _follow(found, FollowedBy.CHARGEBACK)
        taken = recovering.take({voucher.pk: found.amount_minor}).get(voucher.pk, [])
        if recovering.total(taken) != found.amount_minor:
            raise errors.NothingWasTakenBack()
        ledger.post(recovering.transfers(voucher, taken, _event(events.REFUND_KEPT, found, voucher, actor)))
    return found


def _failed(refund: UUID, scheme: Scheme) -> tuple[CardRefund, Voucher]:
    """A refund of this scheme that failed, and its voucher, locked."""
    mine = CardRefund.objects.filter(pk=refund, checkout__voucher__learning_account__scheme=scheme)
    found = mine.unresolved().select_related("checkout").first()
    if found is None:
        raise errors.CardProblemGone()
    return found, locked_for(found.checkout)


def _refuse_twice(refund: CardRefund, voucher: Voucher) -> None:
    """What the card's bank has taken back, or may yet take back, is not given to the learner once more."""
    disputed = CardHold.objects.open().filter(voucher=voucher, lost_at=None).exists()
    if disputed or recovering.left(voucher) >= refund.amount_minor:
        raise errors.CardMayHaveIt()


def _follow(refund: CardRefund, how: FollowedBy, paid_by: str = "") -> None:
    try:
        refunds.follow(refund, how, paid_by=paid_by)
    except RefundFollowed as error:
        raise errors.CardProblemGone() from error


def _arrival(refund: CardRefund) -> str:
    return f"card_refund:{refund.pk}"


def _event(kind: EventKind, refund: CardRefund, voucher: Voucher, actor: Actor, **data: object) -> Event:
    return kind.by(
        actor,
        subject=voucher.subject,
        amount_minor=refund.amount_minor,
        refund=refund.pk,
        **parties(voucher),
        **data,
    )
