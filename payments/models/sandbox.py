"""The sandbox gateway's own side of each payment. Only `payments.sandbox` writes these tables."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone

from config.ids import new_code

LIFE_OF_A_SESSION = dt.timedelta(hours=24)  # Stripe's default


def _stripe_like(prefix: str) -> str:
    return f"{prefix}_sandbox_{new_code().lower()}"


def new_session_id() -> str:
    return _stripe_like("cs")


def new_payment_id() -> str:
    return _stripe_like("pi")


def new_refund_id() -> str:
    return _stripe_like("re")


def new_dispute_id() -> str:
    return _stripe_like("dp")


def new_payout_id() -> str:
    return _stripe_like("po")


def new_entry_id() -> str:
    return _stripe_like("txn")


def new_event_id() -> str:
    return _stripe_like("evt")


def session_end() -> dt.datetime:
    return timezone.now() + LIFE_OF_A_SESSION


class SandboxSession(models.Model):
    """A payment page: open -> complete | expired. `key` is the caller's idempotency key."""

    id = models.CharField(primary_key=True, max_length=60, default=new_session_id)
    key = models.CharField(max_length=140, unique=True)
    reference = models.CharField(max_length=120)
    payment_id = models.CharField(max_length=60, unique=True, default=new_payment_id)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=500)
    success_url = models.URLField(max_length=2000)
    cancel_url = models.URLField(max_length=2000)
    status = models.CharField(max_length=10, default="open")
    card = models.CharField(max_length=19, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=session_end)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], condition=Q(status="open"), name="sandbox_session_open")]

    def __str__(self) -> str:
        return self.id


class SandboxRefund(models.Model):
    id = models.CharField(primary_key=True, max_length=60, default=new_refund_id)
    session = models.ForeignKey(SandboxSession, on_delete=models.CASCADE, related_name="refunds")
    reference = models.CharField(max_length=120, unique=True)
    amount_minor = models.BigIntegerField()
    status = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.id


class SandboxPayout(models.Model):
    """What was sent to the bank at once: the sandbox's bank takes all."""

    id = models.CharField(primary_key=True, max_length=60, default=new_payout_id)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.id


class SandboxEntry(models.Model):
    """A change of what the sandbox holds for us, which is paid out once. `kind` is Stripe's type of it; `source_id` a
    session's payment, a refund, a dispute or a payout that failed."""

    id = models.CharField(primary_key=True, max_length=60, default=new_entry_id)
    kind = models.CharField(max_length=20)
    source_id = models.CharField(max_length=60)
    payment_id = models.CharField(max_length=60, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    payout = models.ForeignKey(SandboxPayout, null=True, on_delete=models.CASCADE, related_name="entries")
    due_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(payout=None), name="sandbox_entry_to_pay_out")]

    def __str__(self) -> str:
        return self.id


class SandboxDeliveryQuerySet(models.QuerySet["SandboxDelivery"]):
    def due(self, at: dt.datetime) -> SandboxDeliveryQuerySet:
        return self.filter(delivered_at__isnull=True, due_at__lte=at)


class SandboxDelivery(models.Model):
    """A webhook that the receiver has to hear of. `due_at` is the next try, None once it was given up."""

    id = models.CharField(primary_key=True, max_length=60, default=new_event_id)
    kind = models.CharField(max_length=100)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_answer = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField(null=True)

    objects = SandboxDeliveryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(delivered_at__isnull=True), name="sandbox_delivery_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
