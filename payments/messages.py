"""Webhooks as Stripe writes and signs them, read defensively: the shape has changed before and will again."""

from __future__ import annotations

import json
from typing import Any

from stripe import SignatureVerificationError, Webhook, WebhookSignature

from payments.errors import WebhookUnreadable, WebhookUnsigned
from payments.gateway import Message, What

_PAID = {"checkout.session.completed", "checkout.session.async_payment_succeeded"}
_REFUND = {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}
_REFUND_STATUS: dict[object, What] = {"succeeded": "refunded", "failed": "refund_failed", "canceled": "refund_failed"}


def verify(body: bytes, signature: str, secret: str) -> None:
    """Raise `WebhookUnsigned` unless the body is signed with the secret within Stripe's tolerance (300 seconds)."""
    try:
        WebhookSignature.verify_header(body, signature, secret, Webhook.DEFAULT_TOLERANCE)
    except (SignatureVerificationError, ValueError, TypeError) as error:
        # ValueError: a body that is not UTF-8; TypeError: a signature that is not ASCII.
        raise WebhookUnsigned from error


def read(body: bytes) -> Message:
    """What a verified body says. Raises `WebhookUnreadable`."""
    event = _event(body)
    thing = event["data"]["object"]
    kind = event["type"]
    amount = thing.get("amount" if kind in _REFUND else "amount_total")
    return Message(
        event_id=event["id"],
        kind=kind,
        body=event,
        what=_what(kind, thing),
        gateway_id=_text(thing.get("id")),
        reference=reference(thing),
        payment_id=_id_of(thing.get("payment_intent")),
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
    if kind == "checkout.session.expired":
        return "expired"
    if kind in _REFUND:
        return _REFUND_STATUS.get(_text(thing.get("status")))
    return None


def reference(thing: dict[str, Any]) -> str:
    """What we called the thing when we asked for it; empty where it was not us."""
    metadata = thing.get("metadata")
    inside = metadata.get("reference") if isinstance(metadata, dict) else None
    return _text(thing.get("client_reference_id")) or _text(inside)


def _id_of(value: object) -> str:
    """Stripe expands a reference into its whole object when an account asks for it."""
    return _text(value.get("id")) if isinstance(value, dict) else _text(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are not JSON
