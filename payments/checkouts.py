"""Checkouts: something is to be paid by card, on the gateway's own page."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F

from payments import errors, tasks
from payments.gateway import gateway
from payments.models import Checkout, CheckoutState


def begin(
    *,
    reference: str,
    amount_minor: int,
    currency: str,
    description: str,
    success_url: str,
    cancel_url: str,
    closes_at: dt.datetime | None = None,
) -> Checkout:
    """The checkout with this reference and its page; asked again, the same one.

    `reference` is the caller's permanent business key; `amount_minor` are minor units of `currency` (ISO 4217).
    A page that ran out unpaid is replaced by a new one; it does so at `closes_at` at the latest, where the gateway
    can be told. Raises `ReferenceTaken` when the reference was used for another amount, and what the gateway does:
    `GatewayRefused`, `GatewayAway`. Locks the checkout only where it makes or replaces it; two callers who begin
    the same one at once get the same page.
    """
    with transaction.atomic():
        checkout = Checkout.objects.filter(reference=reference).first()
        if checkout is not None and (checkout.amount_minor, checkout.currency) != (amount_minor, currency):
            raise errors.ReferenceTaken()
        if checkout is not None and checkout.state != CheckoutState.EXPIRED:
            return checkout
        port = gateway()
        attempt = checkout.attempt + 1 if checkout else 1
        session = port.begin_checkout(
            reference=reference,
            attempt=attempt,
            amount_minor=amount_minor,
            currency=currency,
            description=description,
            success_url=success_url,
            cancel_url=cancel_url,
            closes_at=closes_at,
        )
        at_gateway = {"gateway": port.name, "gateway_id": session.gateway_id, "url": session.url}
        if checkout is None:
            checkout, made = Checkout.objects.get_or_create(
                reference=reference, defaults={"amount_minor": amount_minor, "currency": currency, **at_gateway}
            )
            if not made and (checkout.amount_minor, checkout.currency) != (amount_minor, currency):
                raise errors.ReferenceTaken()
            return checkout
        Checkout.objects.filter(pk=checkout.pk, state=CheckoutState.EXPIRED, attempt=attempt - 1).update(
            state=CheckoutState.OPEN, attempt=F("attempt") + 1, **at_gateway
        )
        checkout.refresh_from_db()
        return checkout


def expire(checkout: Checkout) -> None:
    """Have the gateway close the page once this transaction commits; the gateway answers by webhook.

    Changes nothing here, and so locks nothing. Should the word be lost, the page runs out by itself; should
    the payment have been made already, it stands, and the webhook says so.
    """
    if checkout.state == CheckoutState.OPEN:
        transaction.on_commit(lambda: tasks.expire_checkout.delay(str(checkout.pk)), robust=True)
