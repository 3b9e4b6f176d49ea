"""What a learner asks their provider for once a voucher is under way, and what it answers."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7

# Half a year: who needs longer is better served by having the money back, and beginning again.
MOST_TIME = dt.timedelta(days=182)


class What(models.TextChoices):
    MORE_TIME = "more_time", _("More time")
    CALL_OFF = "call_off", _("To call it off")


class AskedQuerySet(models.QuerySet["Asked"]):
    def open(self) -> Self:
        return self.filter(state=Asked.State.OPEN)


class Asked(models.Model):
    """The learner's question to their provider: more time, once a voucher, or to be let go. Its reasons are their own.

    `until` is the day that would be the voucher's last, `was_until` the one that was when they asked.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waits for the provider")
        AGREED = "agreed", _("The provider agreed")
        DECLINED = "declined", _("The provider did not agree")
        TAKEN_BACK = "taken_back", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    voucher = models.ForeignKey("vouchers.Voucher", on_delete=models.PROTECT, related_name="asked")
    what = models.CharField(max_length=9, choices=What.choices)
    until = models.DateField(null=True)
    was_until = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    objects = AskedQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["voucher"], condition=Q(state="open"), name="one_open_question_a_voucher"),
            models.UniqueConstraint(
                fields=["voucher"], condition=Q(state="agreed", what="more_time"), name="more_time_once_a_voucher"
            ),
            models.CheckConstraint(
                condition=Q(what="call_off", until=None)
                | Q(what="more_time", until__gt=F("was_until"), until__lte=F("was_until") + MOST_TIME),
                name="asked_for_more_time_and_not_too_much",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | Q(state__in=["agreed", "declined", "taken_back"], answered_at__isnull=False),
                name="asked_is_answered_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
