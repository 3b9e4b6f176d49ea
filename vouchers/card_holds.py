"""Card holds: vouchers that are frozen because the card payment of the learner's share is disputed."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7


class HoldEnd(models.TextChoices):
    """How a hold ended."""

    WON = "won", _("The payment stands")
    BORNE = "borne", _("The scheme bears the loss")
    ENDED = "ended", _("The voucher ended")


class CardHoldQuerySet(models.QuerySet["CardHold"]):
    def open(self) -> Self:
        """Those that hold their voucher: disputed, or lost and not decided on."""
        return self.filter(ended_how="")

    def to_decide(self) -> Self:
        """Lost, and nobody has said what becomes of the voucher: a manager's task."""
        return self.open().filter(lost_at__isnull=False)


class CardHold(models.Model):
    """A voucher is frozen while its card payment, or part of it, is disputed; if that is lost, until a manager decides.

    What was lost the scheme bears, in minor units of the voucher's currency. `recovered_minor` is what came back of it:
    the card's share of a voucher that ended goes to the scheme, since the card has it already.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    voucher = models.ForeignKey("vouchers.Voucher", on_delete=models.PROTECT, related_name="card_holds")
    dispute = models.OneToOneField("payments.CardDispute", on_delete=models.PROTECT, related_name="hold")
    amount_minor = models.BigIntegerField()
    recovered_minor = models.BigIntegerField(default=0)
    held_at = models.DateTimeField()
    lost_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=5, choices=HoldEnd.choices, blank=True)

    objects = CardHoldQuerySet.as_manager()

    class Meta:
        ordering = ["held_at", "id"]
        indexes = [models.Index(fields=["voucher"], condition=Q(ended_how=""), name="card_hold_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_how="", ended_at=None) | Q(ended_how__in=HoldEnd.values, ended_at__isnull=False),
                name="card_hold_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_how__in=["", "won"], lost_at=None)
                | Q(ended_how__in=["", "borne", "ended"], lost_at__isnull=False),
                name="card_hold_is_decided_once_it_is_lost",
            ),
            models.CheckConstraint(
                condition=Q(recovered_minor=0)
                | Q(lost_at__isnull=False, recovered_minor__gt=0, recovered_minor__lte=F("amount_minor")),
                name="card_hold_recovers_at_most_what_was_lost",
            ),
        ]
