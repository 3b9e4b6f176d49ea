"""Webhooks in: what the gateway says happened, taken in once however often it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.utils import timezone

from payments.gateway import Message, What, gateway
from payments.models import CardRefund, Checkout, CheckoutState, GatewayEvent, Problem, RefundState

# What an event may change, and from which states. A payment also counts after its page ran out.
_CHECKOUT: dict[What, tuple[CheckoutState, tuple[CheckoutState, ...]]] = {
    "paid": (CheckoutState.PAID, (CheckoutState.OPEN, CheckoutState.EXPIRED)),
    "expired": (CheckoutState.EXPIRED, (CheckoutState.OPEN,)),
}
_REFUND: dict[What, RefundState] = {"refunded": RefundState.SUCCEEDED, "refund_failed": RefundState.FAILED}


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened. `first` is true in exactly one transaction: the one whose commit makes it so here.

    `mismatch`: the gateway names another amount or currency than was asked; nothing changed, and the event
    is kept for a person. `amount_minor` and `currency` are then the gateway's, and may be missing.
    """

    kind: What | Literal["mismatch"]
    checkout: Checkout
    refund: CardRefund | None
    amount_minor: int | None
    currency: str
    first: bool


def receive(body: bytes, signature: str) -> Notice | None:
    """Verify one message of the gateway, keep it, and bring the checkout or refund it names up to date.

    None when nothing follows from it: a kind we do not use, or a payment that is not ours. What a person
    has to look at is an answer and not an exception, so that its record commits with the caller's
    transaction. Raises `WebhookUnsigned` and `WebhookUnreadable`, having kept nothing. Locks the event,
    then the checkout or refund; a second delivery of the same event waits for the first.
    """
    port = gateway()
    message = port.read_webhook(body, signature)
    with transaction.atomic():
        event, new = GatewayEvent.objects.get_or_create(
            gateway=port.name,
            event_id=message.event_id,
            defaults={"kind": message.kind, "body": message.body},
        )
        if message.what in _CHECKOUT:
            return _checkout_notice(event, new, message, message.what)
        if message.what in _REFUND:
            return _refund_notice(event, new, message, message.what)
        return None


def _checkout_notice(event: GatewayEvent, new: bool, message: Message, what: What) -> Notice | None:
    checkout = Checkout.objects.filter(gateway=event.gateway, gateway_id=message.gateway_id).first()
    if checkout is None:
        if what == "paid":
            _keep_for_a_person(event, Problem.UNKNOWN)
        return None
    if what == "paid" and (problem := _mismatch(message, checkout.amount_minor, checkout.currency)):
        _keep_for_a_person(event, problem)
        return Notice("mismatch", checkout, None, message.amount_minor, message.currency, first=new)
    first = False
    if new:
        state, before = _CHECKOUT[what]
        paid = {"paid_at": timezone.now(), "payment_id": message.payment_id} if what == "paid" else {}
        row = Checkout.objects.filter(pk=checkout.pk, gateway_id=message.gateway_id, state__in=before)
        first = row.update(state=state, **paid) == 1
        checkout.refresh_from_db()
    return Notice(what, checkout, None, checkout.amount_minor, checkout.currency, first)


def _refund_notice(event: GatewayEvent, new: bool, message: Message, what: What) -> Notice | None:
    refund = CardRefund.objects.select_related("checkout").filter(reference=message.reference).first()
    if refund is None:
        _keep_for_a_person(event, Problem.UNKNOWN)
        return None
    checkout = refund.checkout
    if problem := _mismatch(message, refund.amount_minor, checkout.currency):
        _keep_for_a_person(event, problem)
        return Notice("mismatch", checkout, refund, message.amount_minor, message.currency, first=new)
    first = False
    if new:
        row = CardRefund.objects.filter(pk=refund.pk, state=RefundState.PENDING)
        first = row.update(state=_REFUND[what], answered_at=timezone.now()) == 1
        refund.refresh_from_db()
        if refund.state != _REFUND[what]:
            _keep_for_a_person(event, Problem.CONTRADICTION)
    return Notice(what, checkout, refund, refund.amount_minor, checkout.currency, first)


def _mismatch(message: Message, amount_minor: int, currency: str) -> Problem | None:
    if message.amount_minor != amount_minor:
        return Problem.AMOUNT
    return Problem.CURRENCY if message.currency != currency else None


def _keep_for_a_person(event: GatewayEvent, problem: Problem) -> None:
    if not event.problem:
        event.problem = problem
        event.save(update_fields=["problem"])
