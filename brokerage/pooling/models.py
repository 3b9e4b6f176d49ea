"""A provider's offer to a group of learners, and who of them would come. Found by Django through `brokerage.models`."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7


class OfferState(models.TextChoices):
    OPEN = "open", _("Learners decide")
    AGREED = "agreed", _("Takes place")
    LAPSED = "lapsed", _("Too few came")
    CANCELLED = "cancelled", _("Taken back")


class GroupOfferQuerySet(models.QuerySet["GroupOffer"]):
    def of_provider(self, provider: models.Model) -> Self:
        return self.filter(run__course__provider=provider)

    def open(self) -> Self:
        return self.filter(state=OfferState.OPEN)

    def due(self, at: dt.datetime) -> Self:
        """Open, and the learners' time to answer is over."""
        return self.open().filter(answer_by__lte=at)


class GroupOffer(models.Model):
    """A course run for all who wish for its subject in a town, at prices that fall with how many come.

    `town` is "" for those who wish for it anywhere. The price that was reached is in minor units of the run's
    currency; it holds for those who said yes until the end of `holds_until`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey("providers.CourseRun", on_delete=models.PROTECT, related_name="group_offers")
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=4)
    town = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=9, choices=OfferState.choices, default=OfferState.OPEN)
    made_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    came = models.PositiveIntegerField(null=True)
    price_minor = models.BigIntegerField(null=True)
    holds_until = models.DateField(null=True)

    objects = GroupOfferQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(fields=["category", "town"], name="group_offer_open", condition=Q(state="open")),
            models.Index(fields=["answer_by"], name="group_offer_due", condition=Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "category", "town"],
                condition=Q(state="open"),
                name="one_open_offer_a_provider_subject_and_town",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | Q(~Q(state="open"), ended_at__isnull=False),
                name="group_offer_that_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="agreed", came__gt=0, price_minor__gt=0, holds_until__isnull=False)
                | Q(~Q(state="agreed"), price_minor=None, holds_until=None),
                name="group_offer_agreed_has_a_price",
            ),
            models.CheckConstraint(condition=Q(answer_by__gt=F("made_at")), name="group_offer_leaves_time_to_answer"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"group_offer:{self.id}"


class Rung(models.Model):
    """From how many learners on each pays how much, in minor units of the run's currency."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    offer = models.ForeignKey(GroupOffer, on_delete=models.PROTECT, related_name="rungs")
    learners = models.PositiveSmallIntegerField()
    price_minor = models.BigIntegerField()

    class Meta:
        ordering = ["learners"]
        constraints = [
            models.UniqueConstraint(fields=["offer", "learners"], name="one_rung_a_size"),
            models.UniqueConstraint(fields=["offer", "price_minor"], name="one_rung_a_price"),
            models.CheckConstraint(condition=Q(learners__gt=0, price_minor__gt=0), name="rung_is_positive"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class GroupAnswer(models.Model):
    """Whether a learner would come. It buys nothing, and can be changed until the offer's time is over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    offer = models.ForeignKey(GroupOffer, on_delete=models.PROTECT, related_name="answers")
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="group_answers")
    comes = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["answered_at", "id"]
        constraints = [models.UniqueConstraint(fields=["offer", "learner"], name="one_answer_a_learner_and_offer")]

    def __str__(self) -> str:
        return str(self.id)
