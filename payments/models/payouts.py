"""What the card gateway paid out to the bank, and of what each payout is made. Times are the real world's."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from payments.models.cards import Checkout, Problem

# The gateway can list what a payout is made of some time after it is made, and a message that was sent before may come
# after it. What is still wrong a day later is not put right by waiting.
PATIENCE = dt.timedelta(days=1)


class PayoutState(models.TextChoices):
    """paid -> failed, when the bank sends it back days later; failed is for good."""

    PAID = "paid", _("Paid out")
    FAILED = "failed", _("Sent back by the bank")


class GatewayPayoutQuerySet(models.QuerySet["GatewayPayout"]):
    def to_take_in(self) -> GatewayPayoutQuerySet:
        """Heard of, but not known what they are made of."""
        return self.filter(taken_in_at=None, dealt_with_at=None)

    def to_take_back(self) -> GatewayPayoutQuerySet:
        """Taken in, and failed since."""
        return self.filter(state=PayoutState.FAILED, taken_in_at__isnull=False, taken_back_at=None)

    def stuck(self) -> GatewayPayoutQuerySet:
        """What they are made of does not make their amount, and no longer will: a person's task."""
        return self.to_take_in().filter(heard_at__lt=timezone.now() - PATIENCE)


class GatewayPayout(models.Model):
    """Money that the gateway sent to the bank; less than nothing where it took some from there.

    `taken_in_at` is when what it is made of was heard and followed; `taken_back_at` when it counted no longer, because
    it failed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    gateway = models.CharField(max_length=20)
    gateway_id = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=6, choices=PayoutState, default=PayoutState.PAID)
    heard_at = models.DateTimeField(default=timezone.now)
    taken_in_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    dealt_with_at = models.DateTimeField(null=True)

    objects = GatewayPayoutQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["heard_at"], condition=Q(taken_in_at=None), name="gateway_payout_to_take_in"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "gateway_id"], name="one_payout_a_gateway_payout"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="gateway_payout_is_of_something"),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | Q(state="failed", taken_in_at__isnull=False),
                name="gateway_payout_is_taken_back_once_it_failed",
            ),
        ]

    def __str__(self) -> str:
        return self.gateway_id


class GatewayEntryQuerySet(models.QuerySet["GatewayEntry"]):
    def unresolved(self) -> GatewayEntryQuerySet:
        """Of no payment of ours, or not as we know it, and nobody has dealt with it."""
        return self.exclude(problem="").filter(dealt_with_at=None)


class GatewayEntry(models.Model):
    """One thing that a payout is made of: a payment, a refund, a dispute, an earlier payout that failed, or a fee.

    `amount_minor` counts for the gateway's balance, less `fee_minor`; either may be less than nothing. `kind` is the
    gateway's word (Stripe's type of a balance transaction). `checkout` is whose payment it is about, where that is
    known. One with a problem moved no money here, and is a person's task.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey(GatewayPayout, on_delete=models.PROTECT, related_name="entries")
    gateway_id = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    source_id = models.CharField(max_length=255, blank=True)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    checkout = models.ForeignKey(Checkout, null=True, on_delete=models.PROTECT, related_name="entries")
    problem = models.CharField(max_length=20, choices=Problem, blank=True)
    dealt_with_at = models.DateTimeField(null=True)

    objects = GatewayEntryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["id"], condition=~Q(problem=""), name="gateway_entry_problem")]
        constraints = [
            models.UniqueConstraint(fields=["gateway_id"], condition=Q(problem=""), name="gateway_entry_counts_once"),
            models.UniqueConstraint(
                fields=["checkout"],
                condition=Q(kind__in=["charge", "payment"], problem=""),
                name="checkout_is_paid_out_once",
            ),
        ]

    def __str__(self) -> str:
        return self.gateway_id

    @property
    def net_minor(self) -> int:
        """What it adds to the payout."""
        return self.amount_minor - self.fee_minor
