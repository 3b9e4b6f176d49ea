"""What a learner keeps for later, and what they look for in vain. Found by Django through `brokerage.models`."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import Q

from config.ids import uuid7
from providers.models import CourseRun


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


class WishQuerySet(models.QuerySet["Wish"]):
    def of_learner(self, learner: models.Model) -> Self:
        return self.filter(learner=learner)

    def open(self, since: dt.datetime) -> Self:
        """Not taken back, and made after that moment."""
        return self.filter(ended_at=None, made_at__gt=since)


class Wish(models.Model):
    """What a learner would learn if it were offered: of which subject, where and when.

    `words` are the learner's own, for themselves alone; providers see only how many wish for a subject in a town.
    `town` is one that the catalogue knows, "" for anywhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="wishes")
    words = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=4)
    town = models.CharField(max_length=100, blank=True)
    mode = models.CharField(max_length=20, choices=CourseRun.Mode.choices, blank=True)
    pattern = models.CharField(max_length=20, choices=CourseRun.Pattern.choices, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = WishQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["category", "town"], name="wish_demand", condition=Q(ended_at=None))]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "category", "town"],
                condition=Q(ended_at=None),
                name="one_open_wish_a_learner_subject_and_town",
            ),
            models.CheckConstraint(
                condition=Q(category__regex=r"^[0-9]{4}$"), name="wish_category_is_a_detailed_field"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("made_at")), name="wish_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"wish:{self.id}"
