"""Stripe behind the gateway port.

What Stripe will say no to again is `GatewayRefused`; what may work later is `GatewayAway`, and is asked again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import stripe
from django.conf import settings
from django.utils import timezone
from stripe import StripeClient

from payments import messages
from payments.errors import GatewayAway, GatewayRefused, WebhookOfOtherMode, WebhookUnsigned
from payments.gateway import Entry, Message, Session

PATIENCE = 15  # seconds for one answer: somebody may be waiting for the page
RETRIES = 2
SHORTEST, LONGEST = dt.timedelta(minutes=30), dt.timedelta(hours=24)  # Stripe's own limits to the life of a page
_SLACK = dt.timedelta(minutes=1)  # for the clocks to differ in


class StripeGateway:
    name = "stripe"

    def begin_checkout(
        self,
        *,
        reference: str,
        attempt: int,
        amount_minor: int,
        currency: str,
        description: str,
        success_url: str,
        cancel_url: str,
        closes_at: dt.datetime | None = None,
    ) -> Session:
        page: dict[str, Any] = {
            "mode": "payment",
            "client_reference_id": reference,
            "metadata": {"reference": reference},
            "payment_intent_data": {"metadata": {"reference": reference}},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": currency.lower(),
                        "unit_amount": amount_minor,
                        "product_data": {"name": description[:250]},
                    },
                }
            ],
            "success_url": success_url,
            "cancel_url": cancel_url,
        } | _closing(closes_at)
        # With what is asked in it: Stripe refuses a key that comes back with other words, such as a course's new title.
        asked = hashlib.sha256(json.dumps(page, sort_keys=True).encode()).hexdigest()[:16]
        with _in_words():
            session = _client().v1.checkout.sessions.create(
                cast(Any, page), {"idempotency_key": f"checkout/{reference}/{attempt}/{asked}"}
            )
        return Session(session.id, session.url or "")

    def expire_checkout(self, gateway_id: str) -> None:
        try:
            with _in_words():
                _client().v1.checkout.sessions.expire(gateway_id)
        except GatewayRefused:
            return  # it is paid or closed already

    def refund(self, *, reference: str, payment_id: str, amount_minor: int) -> str:
        client = _client()
        with _in_words():
            # Stripe forgets an idempotency key after a day, and a refund never.
            earlier = client.v1.refunds.list({"payment_intent": payment_id, "limit": 100})
            for refund in earlier.auto_paging_iter():
                if messages.reference(refund.to_dict()) == reference:
                    return refund.id
            asked = client.v1.refunds.create(
                {"payment_intent": payment_id, "amount": amount_minor, "metadata": {"reference": reference}},
                {"idempotency_key": f"refund/{reference}"},
            )
        return asked.id

    def made_of(self, payout_id: str) -> list[Entry]:
        with _in_words():
            # With what each is about in it, which names the payment.
            found = _client().v1.balance_transactions.list(
                {"payout": payout_id, "limit": 100, "expand": ["data.source"]}
            )
            said = [_entry(each.to_dict()) for each in found.auto_paging_iter()]
        return [entry for entry in said if entry.source_id != payout_id]

    def read_webhook(self, body: bytes, signature: str) -> Message:
        _verify(body, signature)
        message = messages.read(body)
        if message.body.get("livemode") is not settings.STRIPE_LIVE:
            raise WebhookOfOtherMode()
        return message


def _client() -> StripeClient:
    return StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API} if settings.STRIPE_API else {},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=PATIENCE),
    )


def _entry(said: dict[str, Any]) -> Entry:
    """A balance transaction of Stripe's."""
    source = said["source"] if isinstance(said["source"], dict) else {"id": said["source"]}
    return Entry(
        gateway_id=said["id"],
        kind=said["type"],
        source_id=source["id"] or "",
        payment_id=messages.id_of(source.get("payment_intent")),
        reference=messages.reference(source),
        amount_minor=said["amount"],
        fee_minor=said["fee"],
        currency=said["currency"].upper(),
    )


def _closing(closes_at: dt.datetime | None) -> dict[str, int]:
    """When the page closes by itself, unless that is as late as Stripe would close it anyway."""
    now = timezone.now()
    if closes_at is None or closes_at >= now + LONGEST:
        return {}
    return {"expires_at": int(max(closes_at, now + SHORTEST + _SLACK).timestamp())}


def _verify(body: bytes, signature: str) -> None:
    """Signed with one of our secrets: there are several while one is replaced."""
    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            messages.verify(body, signature, secret)
        except WebhookUnsigned:
            continue
        return
    raise WebhookUnsigned()


@contextmanager
def _in_words() -> Iterator[None]:
    """Stripe's errors as ours. A wrong key is ours to put right, and what is asked with it waits meanwhile."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        raise GatewayRefused(reason=error.code or type(error).__name__) from error
    except stripe.StripeError as error:
        raise GatewayAway() from error
