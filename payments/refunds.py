"""Refunds: part of a card payment goes back to the card it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from payments import errors, tasks
from payments.gateway import gateway
from payments.models import CardRefund, Checkout, CheckoutState, FollowedBy, RefundState


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to go back of a checkout, in minor units of its currency, under a reference of its own."""

    checkout: UUID
    reference: str
    amount_minor: int


def ask(*, checkout: Checkout, reference: str, amount_minor: int) -> CardRefund:
    """Ask for one refund: see `ask_for`."""
    return ask_for([Wanted(checkout.pk, reference, amount_minor)])[0]


def ask_for(wanted: Sequence[Wanted]) -> list[CardRefund]:
    """Ask for what is wanted back, all of it or nothing; asked again, the same refunds.

    The rows are pending until the gateway's webhook says succeeded or failed; a task sends each once this
    transaction commits. Raises `ReferenceTaken`, `NotPaid`, `RefundTooLarge`. Callers that ask for one checkout
    at once are kept in order by their own lock; past it, the gateway itself refuses more than was paid.
    As many queries for thousands as for one.
    """
    if not wanted:
        return []
    with transaction.atomic():
        checkouts = Checkout.objects.in_bulk({each.checkout for each in wanted})
        if any(checkout.state != CheckoutState.PAID for checkout in checkouts.values()):
            raise errors.NotPaid()
        references = [each.reference for each in wanted]
        earlier = {refund.reference for refund in CardRefund.objects.filter(reference__in=references)}
        given_back = _given_back_minor(checkouts)
        new: dict[str, CardRefund] = {}
        for each in wanted:
            if each.reference in earlier or each.reference in new:
                continue
            left_minor = checkouts[each.checkout].amount_minor - given_back.get(each.checkout, 0)
            if each.amount_minor > left_minor:
                raise errors.RefundTooLarge(left_minor=left_minor)
            given_back[each.checkout] = given_back.get(each.checkout, 0) + each.amount_minor
            new[each.reference] = CardRefund(
                reference=each.reference, checkout_id=each.checkout, amount_minor=each.amount_minor
            )
        # Somebody else may have asked under one of these references since it was looked for.
        CardRefund.objects.bulk_create(new.values(), ignore_conflicts=True)
        refunds = {
            refund.reference: refund
            for refund in CardRefund.objects.filter(reference__in=references).select_related("checkout")
        }
        for each in wanted:
            refund = refunds[each.reference]
            if (refund.checkout_id, refund.amount_minor) != (each.checkout, each.amount_minor):
                raise errors.ReferenceTaken()
        for refund in new.values():
            if refunds[refund.reference].pk == refund.pk:
                transaction.on_commit(partial(tasks.send_refund.delay, str(refund.pk)), robust=True)
        return [refunds[each.reference] for each in wanted]


def follow(refund: CardRefund, how: FollowedBy, *, paid_by: str = "") -> None:
    """Note what was done about a refund that failed; of any number of hands, one does it. Raises `RefundFollowed`.

    `paid_by` is the bank's reference of what was paid instead.
    """
    row = CardRefund.objects.unresolved().filter(pk=refund.pk)
    if row.update(followed_by=how, paid_by=paid_by) != 1:
        raise errors.RefundFollowed()
    refund.refresh_from_db(fields=["followed_by", "paid_by"])


def ask_again(refund: CardRefund) -> CardRefund:
    """Ask for the same once more, under a reference of its own. Raises what `ask_for` does."""
    again = ask(checkout=refund.checkout, reference=f"again:{refund.pk}", amount_minor=refund.amount_minor)
    CardRefund.objects.filter(pk=again.pk).update(instead_of=refund)
    return again


def send(refund_id: UUID | str) -> None:
    """Hand one pending refund to the gateway. Can run twice: the gateway knows it by its reference.

    No lock is held while the gateway is asked. A final no fails the refund, for a person to look at.
    """
    refund = CardRefund.objects.unsent().select_related("checkout").filter(pk=refund_id).first()
    if refund is None:
        return
    row = CardRefund.objects.filter(pk=refund.pk)
    try:
        gateway_id = gateway().refund(
            reference=refund.reference, payment_id=refund.checkout.payment_id, amount_minor=refund.amount_minor
        )
    except errors.GatewayRefused:
        now = timezone.now()
        row.filter(state=RefundState.PENDING).update(state=RefundState.FAILED, sent_at=now, answered_at=now)
        return
    row.update(gateway_id=gateway_id, sent_at=timezone.now())


def _given_back_minor(checkouts: Iterable[UUID]) -> dict[UUID, int]:
    """What has been asked back of each of these checkouts and has not failed; one with nothing is left out."""
    live = CardRefund.objects.filter(checkout__in=list(checkouts)).exclude(state=RefundState.FAILED)
    return dict(live.values_list("checkout").annotate(Sum("amount_minor")).order_by())
