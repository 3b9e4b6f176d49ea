"""Checkouts in the situations tests need, and the gateway's messages about them."""

from __future__ import annotations

import json
import time
from typing import Any

import factory
from django.conf import settings
from django.utils import timezone
from stripe import WebhookSignature

from config.ids import uuid7
from payments import checkouts
from payments.models import CardRefund, Checkout, CheckoutState


class CheckoutFactory(factory.django.DjangoModelFactory[Checkout]):
    class Meta:
        model = Checkout

    class Params:
        paid = factory.Trait(
            state=CheckoutState.PAID,
            paid_at=factory.LazyFunction(timezone.now),
            payment_id=factory.LazyAttribute(lambda checkout: f"pi_{checkout.id}"),
        )
        expired = factory.Trait(state=CheckoutState.EXPIRED)

    id = factory.LazyFunction(uuid7)
    reference = factory.LazyAttribute(lambda checkout: f"copayment:{checkout.id}")
    gateway = "sandbox"
    gateway_id = factory.LazyAttribute(lambda checkout: f"cs_{checkout.id}")
    amount_minor = 4000
    currency = "GBP"
    url = "https://gateway.example/pay"


class CardRefundFactory(factory.django.DjangoModelFactory[CardRefund]):
    class Meta:
        model = CardRefund

    checkout = factory.SubFactory(CheckoutFactory, paid=True)
    reference = factory.LazyFunction(lambda: f"returned:{uuid7()}")
    amount_minor = 4000


def begun(**changes: Any) -> Checkout:
    """A checkout that was begun at the gateway; the same one each time unless the reference changes."""
    asked: dict[str, Any] = {
        "reference": "copayment:1",
        "amount_minor": 4000,
        "currency": "GBP",
        "description": "Your share of Bookkeeping",
        "success_url": "http://testserver/paid",
        "cancel_url": "http://testserver/back",
    }
    return checkouts.begin(**asked | changes)


def session_event(checkout: Checkout, kind: str = "checkout.session.completed", **said: Any) -> dict[str, Any]:
    """What the gateway says of a checkout; `said` overrides the session's own fields."""
    thing = {
        "id": checkout.gateway_id,
        "object": "checkout.session",
        "amount_total": checkout.amount_minor,
        "currency": checkout.currency.lower(),
        "client_reference_id": checkout.reference,
        "payment_intent": f"pi_{checkout.gateway_id}",
        "payment_status": "paid" if kind == "checkout.session.completed" else "unpaid",
    }
    return event(kind, thing | said)


def refund_event(refund: CardRefund, status: str = "succeeded", **said: Any) -> dict[str, Any]:
    """What the gateway says of a refund."""
    thing = {
        "id": f"re_{refund.pk}",
        "object": "refund",
        "amount": refund.amount_minor,
        "currency": refund.checkout.currency.lower(),
        "metadata": {"reference": refund.reference},
        "status": status,
    }
    return event("refund.updated", thing | said)


def event(kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    return {"id": f"evt_{uuid7()}", "object": "event", "type": kind, "data": {"object": thing}}


def signed(message: dict[str, Any] | str, *, age: int = 0, secret: str | None = None) -> tuple[bytes, str]:
    """The body and its `Stripe-Signature`, made `age` seconds ago."""
    body = message if isinstance(message, str) else json.dumps(message)
    return body.encode(), WebhookSignature.generate_signature_header(
        body, secret or settings.SANDBOX_WEBHOOK_SECRET, timestamp=int(time.time()) - age
    )
