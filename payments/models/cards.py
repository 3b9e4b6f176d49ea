"""What we asked of the card gateway, and what it told us. Times are the real world's, not the ledger's clock."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7


class CheckoutState(models.TextChoices):
    """open -> paid | expired; expired -> open (begun again) | paid (the gateway has the last word on money)."""

    OPEN = "open", _("Open")
    PAID = "paid", _("Paid")
    EXPIRED = "expired", _("Expired")


class Checkout(models.Model):
    """One thing to be paid by card. `reference` is its caller's, and permanent; a session that ran out
    unpaid is replaced by the next attempt. `payment_id` is what a refund is asked against."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=120, unique=True)
    gateway = models.CharField(max_length=20)
    gateway_id = models.CharField(max_length=255)
    attempt = models.PositiveSmallIntegerField(default=1)
    payment_id = models.CharField(max_length=255, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=CheckoutState, default=CheckoutState.OPEN)
    url = models.URLField(max_length=2000)
    created_at = models.DateTimeField(default=timezone.now)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "gateway_id"], name="one_checkout_a_gateway_session"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="checkout_is_positive"),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | ~Q(state="paid") & Q(paid_at__isnull=True),
                name="checkout_is_paid_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RefundState(models.TextChoices):
    """pending -> succeeded | failed, as the gateway says."""

    PENDING = "pending", _("On its way")
    SUCCEEDED = "succeeded", _("Paid back")
    FAILED = "failed", _("Failed")


class CardRefundQuerySet(models.QuerySet["CardRefund"]):
    def unsent(self) -> CardRefundQuerySet:
        """Asked of us, but not known to have reached the gateway."""
        return self.filter(state=RefundState.PENDING, sent_at__isnull=True)


class CardRefund(models.Model):
    """Part of a card payment on its way back. The gateway knows it by `reference`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=120, unique=True)
    gateway_id = models.CharField(max_length=255, blank=True)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=RefundState, default=RefundState.PENDING)
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    objects = CardRefundQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(state="pending", sent_at__isnull=True), name="refund_unsent"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="card_refund_is_positive"),
            models.CheckConstraint(
                condition=Q(state="pending", answered_at__isnull=True)
                | ~Q(state="pending") & Q(answered_at__isnull=False),
                name="card_refund_is_answered_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Problem(models.TextChoices):
    """Why a person has to look at an event. Nothing followed from it."""

    AMOUNT = "amount", _("Not the amount that was asked")
    CURRENCY = "currency", _("Not the currency that was asked")
    UNKNOWN = "unknown", _("Money that nobody here asked for")
    CONTRADICTION = "contradiction", _("Says the opposite of an earlier event")


class GatewayEvent(models.Model):
    """Every signed message the gateway sent, once, whether or not anything followed from it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=100)
    body = models.JSONField()
    problem = models.CharField(max_length=20, choices=Problem, blank=True)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="gateway_event_is_heard_once"),
        ]
        indexes = [
            models.Index(F("received_at").desc(), condition=~Q(problem=""), name="gateway_event_problem"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
