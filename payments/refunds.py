"""Refunds: part of a card payment goes back to the card it came from."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from payments import errors, tasks
from payments.gateway import gateway
from payments.models import CardRefund, Checkout, CheckoutState, RefundState


def ask(*, checkout: Checkout, reference: str, amount_minor: int) -> CardRefund:
    """Ask for `amount_minor` (minor units of the checkout's currency) back; asked again, the same refund.

    The row is pending until the gateway's webhook says succeeded or failed; a task sends it once this
    transaction commits. Raises `ReferenceTaken`, `NotPaid`, `RefundTooLarge`. Callers that ask for one checkout
    at once are kept in order by their own lock; past it, the gateway itself refuses more than was paid.
    """
    with transaction.atomic():
        if checkout.state != CheckoutState.PAID:
            raise errors.NotPaid()
        earlier = CardRefund.objects.filter(reference=reference).first()
        if earlier is None:
            left_minor = checkout.amount_minor - _given_back_minor(checkout)
            if amount_minor > left_minor:
                raise errors.RefundTooLarge(left_minor=left_minor)
        refund, made = CardRefund.objects.get_or_create(
            reference=reference, defaults={"checkout": checkout, "amount_minor": amount_minor}
        )
        if (refund.checkout_id, refund.amount_minor) != (checkout.pk, amount_minor):
            raise errors.ReferenceTaken()
        if made:
            transaction.on_commit(lambda: tasks.send_refund.delay(str(refund.pk)), robust=True)
        return refund


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


def _given_back_minor(checkout: Checkout) -> int:
    live = CardRefund.objects.filter(checkout=checkout).exclude(state=RefundState.FAILED)
    return int(live.aggregate(total=Sum("amount_minor", default=0))["total"])
