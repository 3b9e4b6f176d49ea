"""Webhooks in: what the gateway says happened, taken in once however often it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from django.db import transaction
from django.utils import timezone

from payments import messages
from payments.gateway import Message, What, gateway
from payments.models import (
    CardDispute,
    CardRefund,
    Checkout,
    CheckoutState,
    DisputeState,
    GatewayEvent,
    GatewayPayout,
    PayoutState,
    Problem,
    RefundState,
)

# What an event may change, and from which states. A payment also counts after its page ran out.
_CHECKOUT: dict[What, tuple[CheckoutState, tuple[CheckoutState, ...]]] = {
    "paid": (CheckoutState.PAID, (CheckoutState.OPEN, CheckoutState.EXPIRED)),
    "expired": (CheckoutState.EXPIRED, (CheckoutState.OPEN,)),
}
# A refund that arrived can fail days later, when the card's bank sends it back; one that failed has failed for good.
_REFUND: dict[What, tuple[RefundState, tuple[RefundState, ...]]] = {
    "refunded": (RefundState.SUCCEEDED, (RefundState.PENDING,)),
    "refund_failed": (RefundState.FAILED, (RefundState.PENDING, RefundState.SUCCEEDED)),
}
_LONGEST_ID = 60  # of a payout, since the ledger's references have it in them; Stripe's have half of that
_DISPUTE: dict[What, DisputeState] = {
    "disputed": DisputeState.OPEN,
    "dispute_won": DisputeState.WON,
    "dispute_lost": DisputeState.LOST,
}

_PAYOUT: dict[What, PayoutState] = {"paid_out": PayoutState.PAID, "payout_failed": PayoutState.FAILED}


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened. `first` is true in exactly one transaction: the one whose commit makes it so here.

    `mismatch`: the gateway names another amount or currency than was asked; nothing changed, and the event
    is kept for a person. `amount_minor` and `currency` are then the gateway's, and may be missing. `undoes`: a refund
    failed that had succeeded before.
    """

    kind: What | Literal["mismatch"]
    checkout: Checkout
    refund: CardRefund | None
    amount_minor: int | None
    currency: str
    first: bool
    dispute: CardDispute | None = None
    undoes: bool = False


def receive(body: bytes, signature: str) -> Notice | None:
    """Verify one message of the gateway, keep it, and bring the checkout or refund it names up to date.

    None when nothing follows from it: a kind we do not use, or a payment that is not ours; or nothing at once, as from
    a payout (`payments.payouts`), which is kept. What a person
    has to look at is an answer and not an exception, so that its record commits with the caller's
    transaction. Raises `WebhookUnsigned`, `WebhookUnreadable` and `WebhookOfOtherMode`, having kept nothing. Locks the
    event, then the checkout, refund or dispute; a second delivery of the same event waits for the first.
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
        if message.what in _DISPUTE:
            return _dispute_notice(event, new, message, message.what)
        if message.what in _PAYOUT:
            _note_payout(event, message, _PAYOUT[message.what])
        return None


def missed(checkout: Checkout) -> Notice | None:
    """The first thing that was said of the payment of this checkout before the payment itself, and was kept as nothing
    that we knew of; None when there is nothing more. For whoever has heard that it is paid."""
    if not checkout.payment_id:
        return None
    # Also what somebody has looked at meanwhile, who could not know whose it was.
    kept = GatewayEvent.objects.filter(
        gateway=checkout.gateway,
        problem=Problem.UNKNOWN,
        kind__in=messages.OF_DISPUTES,
        body__data__object__payment_intent=checkout.payment_id,
    )
    event = kept.order_by("received_at", "id").select_for_update().first()
    if event is None:
        return None
    event.problem = ""
    event.save(update_fields=["problem"])
    message = messages.understand(event.body)
    return _dispute_notice(event, True, message, cast(What, message.what))


def _checkout_notice(event: GatewayEvent, new: bool, message: Message, what: What) -> Notice | None:
    checkout = Checkout.objects.filter(gateway=event.gateway, gateway_id=message.gateway_id).first()
    if checkout is None:
        if what == "paid":
            # An earlier page of the same payment, perhaps: whoever looks at it learns whose it is.
            _keep_for_a_person(event, Problem.UNKNOWN, Checkout.objects.filter(reference=message.reference).first())
        return None
    if what == "paid" and (problem := _mismatch(message, checkout.amount_minor, checkout.currency)):
        _keep_for_a_person(event, problem, checkout)
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
        _keep_for_a_person(event, Problem.UNKNOWN, _paid_with(event, message))
        return None
    checkout = refund.checkout
    if problem := _mismatch(message, refund.amount_minor, checkout.currency):
        _keep_for_a_person(event, problem, checkout)
        return Notice("mismatch", checkout, refund, message.amount_minor, message.currency, first=new)
    first = undoes = False
    if new:
        state, before = _REFUND[what]
        was = CardRefund.objects.select_for_update().get(pk=refund.pk).state
        first, undoes = was in before, was == RefundState.SUCCEEDED
        if first:
            CardRefund.objects.filter(pk=refund.pk).update(state=state, answered_at=timezone.now())
            refund.refresh_from_db()
        elif was != state:
            _keep_for_a_person(event, Problem.CONTRADICTION, checkout)
    return Notice(what, checkout, refund, refund.amount_minor, checkout.currency, first, undoes=first and undoes)


def _dispute_notice(event: GatewayEvent, new: bool, message: Message, what: What) -> Notice | None:
    checkout = _paid_with(event, message)
    if checkout is None:
        _keep_for_a_person(event, Problem.UNKNOWN)
        return None
    amount_minor = message.amount_minor or 0
    problem = Problem.CURRENCY if message.currency != checkout.currency else None
    if not 0 < amount_minor <= checkout.amount_minor:  # part of a payment can be disputed, and no more than that
        problem = Problem.AMOUNT
    if problem:
        _keep_for_a_person(event, problem, checkout)
        return Notice("mismatch", checkout, None, message.amount_minor, message.currency, first=new)
    first, dispute = False, None
    if new:
        state = _DISPUTE[what]
        dispute, first = CardDispute.objects.get_or_create(
            checkout=checkout, gateway_id=message.gateway_id, defaults={"amount_minor": amount_minor}
        )
        if state != DisputeState.OPEN:
            row = CardDispute.objects.filter(pk=dispute.pk, state=DisputeState.OPEN)
            first = row.update(state=state, closed_at=timezone.now()) == 1
            dispute.refresh_from_db()
            if dispute.state != state:
                _keep_for_a_person(event, Problem.CONTRADICTION, checkout)
    return Notice(what, checkout, None, amount_minor, checkout.currency, first, dispute)


def _note_payout(event: GatewayEvent, message: Message, state: PayoutState) -> None:
    """Keep a payout, or that it failed, which it has for good also where that is heard first."""
    if not message.amount_minor or len(message.gateway_id) > _LONGEST_ID or len(message.currency) != 3:
        _keep_for_a_person(event, Problem.AMOUNT)
        return
    payout, new = GatewayPayout.objects.get_or_create(
        gateway=event.gateway,
        gateway_id=message.gateway_id,
        defaults={"amount_minor": message.amount_minor, "currency": message.currency, "state": state},
    )
    if problem := _mismatch(message, payout.amount_minor, payout.currency):
        _keep_for_a_person(event, problem)
    elif state == PayoutState.FAILED and not new:
        GatewayPayout.objects.filter(pk=payout.pk).update(state=state)


def _paid_with(event: GatewayEvent, message: Message) -> Checkout | None:
    """The checkout that was paid with the payment that a message is about."""
    if not message.payment_id:
        return None
    return Checkout.objects.filter(gateway=event.gateway, payment_id=message.payment_id).first()


def _mismatch(message: Message, amount_minor: int, currency: str) -> Problem | None:
    if message.amount_minor != amount_minor:
        return Problem.AMOUNT
    return Problem.CURRENCY if message.currency != currency else None


def _keep_for_a_person(event: GatewayEvent, problem: Problem, checkout: Checkout | None = None) -> None:
    if not event.problem:
        event.problem, event.checkout = problem, checkout
        event.save(update_fields=["problem", "checkout"])
