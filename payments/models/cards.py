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
        indexes = [
            models.Index(fields=["payment_id"], condition=~Q(payment_id=""), name="checkout_by_payment"),
        ]
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
    """pending -> succeeded | failed, and succeeded -> failed days later, as the gateway says; failed is for good."""

    PENDING = "pending", _("On its way")
    SUCCEEDED = "succeeded", _("Paid back")
    FAILED = "failed", _("Failed")


class FollowedBy(models.TextChoices):
    """What was done about a refund that failed."""

    AGAIN = "again", _("Sent to the card again")
    BY_HAND = "by_hand", _("Paid in another way")
    CHARGEBACK = "chargeback", _("The card's bank took it back")


class CardRefundQuerySet(models.QuerySet["CardRefund"]):
    def unsent(self) -> CardRefundQuerySet:
        """Asked of us, but not known to have reached the gateway."""
        return self.filter(state=RefundState.PENDING, sent_at__isnull=True)

    def owed(self) -> CardRefundQuerySet:
        """Not with whoever paid: on its way, or failed with nothing done about it."""
        return self.filter(Q(state=RefundState.PENDING) | Q(state=RefundState.FAILED, followed_by=""))

    def unresolved(self) -> CardRefundQuerySet:
        """Failed, and nothing has been done about it: somebody's task."""
        return self.filter(state=RefundState.FAILED, followed_by="")


class CardRefund(models.Model):
    """Part of a card payment on its way back. The gateway knows it by `reference`.

    One that failed is followed by one thing; one that is sent again is a refund of its own, `instead_of` it.
    `paid_by` is what the bank calls the payment that was made instead: a reference, never somebody's name.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="refunds")
    reference = models.CharField(max_length=120, unique=True)
    gateway_id = models.CharField(max_length=255, blank=True)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=RefundState, default=RefundState.PENDING)
    asked_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    followed_by = models.CharField(max_length=10, choices=FollowedBy, blank=True)
    paid_by = models.CharField(max_length=35, blank=True)
    instead_of = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="sent_again")

    objects = CardRefundQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(state="pending", sent_at__isnull=True), name="refund_unsent"),
            models.Index(fields=["checkout"], condition=Q(state="failed", followed_by=""), name="refund_unresolved"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="card_refund_is_positive"),
            models.CheckConstraint(
                condition=Q(state="pending", answered_at__isnull=True)
                | ~Q(state="pending") & Q(answered_at__isnull=False),
                name="card_refund_is_answered_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(followed_by="") | Q(state="failed", followed_by__in=FollowedBy.values),
                name="card_refund_is_followed_once_it_failed",
            ),
            models.CheckConstraint(
                condition=Q(followed_by="by_hand") ^ Q(paid_by=""), name="card_refund_by_hand_has_its_payment"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DisputeState(models.TextChoices):
    """open -> won | lost, as the gateway says."""

    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class CardDispute(models.Model):
    """A card's holder told their bank that a payment, or part of it, was not right."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="disputes")
    gateway_id = models.CharField(max_length=255)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=4, choices=DisputeState, default=DisputeState.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkout", "gateway_id"], name="one_dispute_a_gateway_dispute"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="card_dispute_is_positive"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | ~Q(state="open") & Q(closed_at__isnull=False),
                name="card_dispute_is_closed_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.gateway_id


class Problem(models.TextChoices):
    """Why a person has to look at an event. Nothing followed from it."""

    AMOUNT = "amount", _("Not the amount that was asked")
    CURRENCY = "currency", _("Not the currency that was asked")
    UNKNOWN = "unknown", _("Money that nobody here asked for")
    CONTRADICTION = "contradiction", _("Says the opposite of an earlier event")
    TWICE = "twice", _("Was counted before")


class GatewayEventQuerySet(models.QuerySet["GatewayEvent"]):
    def unresolved(self) -> GatewayEventQuerySet:
        """With a problem that nobody has dealt with."""
        return self.exclude(problem="").filter(dealt_with_at__isnull=True)


class GatewayEvent(models.Model):
    """Every signed message the gateway sent, once, whether or not anything followed from it; `body` names nobody.

    One with a problem is a person's task until it is dealt with. `checkout` is what it is about, where that is known.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=100)
    body = models.JSONField()
    problem = models.CharField(max_length=20, choices=Problem, blank=True)
    checkout = models.ForeignKey(Checkout, null=True, on_delete=models.PROTECT, related_name="problems")
    received_at = models.DateTimeField(default=timezone.now)
    dealt_with_at = models.DateTimeField(null=True)

    objects = GatewayEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="gateway_event_is_heard_once"),
        ]
        indexes = [
            models.Index(F("received_at").desc(), condition=~Q(problem=""), name="gateway_event_problem"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
