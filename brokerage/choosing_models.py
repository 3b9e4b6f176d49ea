"""What a learner keeps for later, and what they look for in vain. Found by Django through `brokerage.models`."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from config.ids import uuid7


class SavedQuerySet(models.QuerySet["Saved"]):
    def of_learner(self, learner: models.Model) -> Self:
        return self.filter(learner=learner)


class Saved(models.Model):
    """A course run that a learner keeps for later, with its price and dates as they were then.

    `price_minor` is minor units of `currency`, None where the run had no price. Theirs alone to see, and to let go.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="saved")
    run = models.ForeignKey("providers.CourseRun", on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    price_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    starts_on = models.DateField()
    ends_on = models.DateField()

    objects = SavedQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "run"], name="one_saved_a_learner_and_run"),
            models.CheckConstraint(condition=Q(price_minor=None) | Q(price_minor__gte=0), name="saved_price_is_one"),
        ]

    def __str__(self) -> str:
        return str(self.id)
