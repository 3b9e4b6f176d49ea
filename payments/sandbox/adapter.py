"""The sandbox behind the gateway port."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.urls import reverse

from payments import messages
from payments.errors import GatewayRefused
from payments.gateway import Entry, Message, Session
from payments.models.sandbox import SandboxEntry, SandboxRefund, SandboxSession, session_end
from payments.sandbox import paying


class SandboxGateway:
    name = "sandbox"

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
        session, _ = SandboxSession.objects.get_or_create(
            key=f"{reference}/{attempt}",
            defaults={
                "reference": reference,
                "amount_minor": amount_minor,
                "currency": currency,
                "description": description[:500],
                "success_url": success_url,
                "cancel_url": cancel_url,
                "expires_at": min(session_end(), closes_at or session_end()),
            },
        )
        return Session(session.id, settings.PUBLIC_URL.rstrip("/") + reverse("sandbox-pay", args=[session.id]))

    def expire_checkout(self, gateway_id: str) -> None:
        paying.expire(gateway_id)

    def refund(self, *, reference: str, payment_id: str, amount_minor: int) -> str:
        with transaction.atomic():
            session = (
                SandboxSession.objects.select_for_update().filter(payment_id=payment_id, status="complete").first()
            )
            if session is None:
                raise GatewayRefused(reason="no such payment")
            earlier = SandboxRefund.objects.filter(reference=reference).first()
            if earlier is not None:
                return earlier.id
            if amount_minor > session.amount_minor - _refunded_minor(session):
                raise GatewayRefused(reason="more than is left of the payment")
            return paying.give_back(session, reference=reference, amount_minor=amount_minor).id

    def made_of(self, payout_id: str) -> list[Entry]:
        entries = SandboxEntry.objects.filter(payout=payout_id).order_by("due_at", "id")
        return [
            Entry(
                gateway_id=entry.id,
                kind=entry.kind,
                source_id=entry.source_id,
                payment_id=entry.payment_id,
                reference=entry.reference,
                amount_minor=entry.amount_minor,
                fee_minor=entry.fee_minor,
                currency=entry.currency,
            )
            for entry in entries
        ]

    def read_webhook(self, body: bytes, signature: str) -> Message:
        messages.verify(body, signature, settings.SANDBOX_WEBHOOK_SECRET)
        return messages.read(body)


def _refunded_minor(session: SandboxSession) -> int:
    live = session.refunds.exclude(status="failed")
    return int(live.aggregate(total=Sum("amount_minor", default=0))["total"])
