"""Webhooks as Stripe writes and signs them, read defensively: the shape has changed before and will again."""

from __future__ import annotations

import json
from typing import Any

from stripe import SignatureVerificationError, Webhook, WebhookSignature

from payments.errors import WebhookUnreadable, WebhookUnsigned
from payments.gateway import Message, What

_PAID = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
# A payment that was to come later and does not: its page is used up, as one that ran out.
_EXPIRED = {"checkout.session.expired", "checkout.session.async_payment_failed"}
_REFUND = {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}
OF_DISPUTES = {"charge.dispute.created", "charge.dispute.closed"}
# One that is taken back before it was sent is, for what it is made of, as one that failed.
_PAYOUT: dict[str, What] = {
    "payout.paid": "paid_out",
    "payout.failed": "payout_failed",
    "payout.canceled": "payout_failed",
}
_REFUND_STATUS: dict[object, What] = {"succeeded": "refunded", "failed": "refund_failed", "canceled": "refund_failed"}

# What is kept of the thing that a message is about: the rest may name somebody, or their card.
_KEPT = {
    *("id", "object", "amount", "amount_total", "currency", "status", "payment_status", "payment_intent", "charge"),
    *("client_reference_id", "reason", "failure_reason", "created", "livemode", "mode"),
}


def verify(body: bytes, signature: str, secret: str) -> None:
    """Raise `WebhookUnsigned` unless the body is signed with the secret within Stripe's tolerance (300 seconds)."""
    try:
        WebhookSignature.verify_header(body, signature, secret, Webhook.DEFAULT_TOLERANCE)
    except (SignatureVerificationError, ValueError, TypeError) as error:
        # ValueError: a body that is not UTF-8; TypeError: a signature that is not ASCII.
        raise WebhookUnsigned from error


def read(body: bytes) -> Message:
    """What a verified body says. Raises `WebhookUnreadable`."""
    return understand(_event(body))


def understand(event: dict[str, Any]) -> Message:
    """The same of an event that was read before, as it was sent or as it was kept."""
    thing = event["data"]["object"]
    kind = event["type"]
    amount = thing.get("amount" if kind in _REFUND | OF_DISPUTES | _PAYOUT.keys() else "amount_total")
    return Message(
        event_id=event["id"],
        kind=kind,
        body=_kept(event),
        what=_what(kind, thing),
        gateway_id=_text(thing.get("id")),
        reference=reference(thing),
        payment_id=id_of(thing.get("payment_intent")),
        amount_minor=amount if type(amount) is int else None,
        currency=_text(thing.get("currency")).upper(),
    )


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise WebhookUnreadable from error
    match event:
        case {"id": str(event_id), "type": str(kind), "data": {"object": dict()}} if (
            0 < len(event_id) <= 255 and 0 < len(kind) <= 100 and b"\\u0000" not in body
        ):
            return dict(event)
    raise WebhookUnreadable


def _what(kind: str, thing: dict[str, Any]) -> What | None:
    if kind in _PAID and thing.get("payment_status") == "paid":
        return "paid"
    if kind in _EXPIRED:
        return "expired"
    if kind in _REFUND:
        return _REFUND_STATUS.get(_text(thing.get("status")))
    if kind == "charge.dispute.created":
        return "disputed"
    if kind == "charge.dispute.closed":
        # Also a warning that came to nothing, or a dispute that was prevented: only what is lost is gone.
        return "dispute_lost" if thing.get("status") == "lost" else "dispute_won"
    return _PAYOUT.get(kind)


def reference(thing: dict[str, Any]) -> str:
    """What we called the thing when we asked for it; empty where it was not us."""
    metadata = thing.get("metadata")
    inside = metadata.get("reference") if isinstance(metadata, dict) else None
    return _text(thing.get("client_reference_id")) or _text(inside)


def _kept(event: dict[str, Any]) -> dict[str, Any]:
    thing = event["data"]["object"]
    kept = {name: value for name, value in thing.items() if name in _KEPT and not isinstance(value, list | dict)}
    kept |= {"payment_intent": id_of(thing.get("payment_intent")), "metadata": {"reference": reference(thing)}}
    told = {name: event[name] for name in ("id", "type", "created", "livemode") if name in event}
    return told | {"data": {"object": kept}}


def id_of(value: object) -> str:
    """Stripe expands a reference into its whole object when an account asks for it."""
    return _text(value.get("id")) if isinstance(value, dict) else _text(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are not JSON
