"""Agreed prices: what a course run costs one learner, below its list price, because its provider said so."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q

from config.ids import uuid7


class AgreedPriceQuerySet(models.QuerySet["AgreedPrice"]):
    def standing(self, on: dt.date) -> Self:
        """Those that still hold on that day."""
        return self.filter(until__gte=on)


class AgreedPrice(models.Model):
    """A provider's word to a learner: the run costs them so much, until the end of a day. It is kept, not taken back.

    Minor units of `currency`, the run's own when it was agreed. `list_minor` is what everybody paid then. `source`
    names what it was agreed for, so that nothing is agreed twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="agreed_prices")
    run = models.ForeignKey("providers.CourseRun", on_delete=models.PROTECT, related_name="agreed_prices")
    price_minor = models.BigIntegerField()
    list_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    agreed_at = models.DateTimeField()
    until = models.DateField()
    source = models.CharField(max_length=80)

    objects = AgreedPriceQuerySet.as_manager()

    class Meta:
        ordering = ["price_minor", "id"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "run", "source"], name="one_agreed_price_a_source"),
            models.CheckConstraint(
                condition=Q(price_minor__gt=0, price_minor__lt=F("list_minor")),
                name="agreed_price_is_below_the_list_price",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
