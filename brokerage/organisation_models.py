"""What lets an organisation and its advisers broker, what they have declared, and when they are away.

Found by Django through `brokerage.models`.
"""

from __future__ import annotations

import datetime as dt
from typing import Self
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7

# How long somebody who taught at a provider, or worked there, may see it with other eyes: two years.
LOOKED_BACK = dt.timedelta(days=2 * 365)


class QualityMark(models.Model):
    """A guidance organisation's mark from an issuer, such as the matrix Standard, from one day to another, both
    included. Marks are added, never changed: a trigger refuses any edit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey("brokerage.GuidanceOrganisation", on_delete=models.PROTECT, related_name="marks")
    issuer = models.CharField(max_length=160)
    number = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_until = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-valid_from", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "number", "valid_from"], name="one_quality_mark_a_number_and_day"
            ),
            models.CheckConstraint(condition=~Q(issuer="") & ~Q(number=""), name="quality_mark_says_whose_it_is"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="quality_mark_dates_are_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.number}"

    def holds(self, on: dt.date) -> bool:
        return self.valid_from <= on <= self.valid_until and not hasattr(self, "withdrawal")


class MarkWithdrawal(models.Model):
    """A mark counts for nothing from this moment: its issuer took it back, or it was recorded by mistake."""

    class Reason(models.TextChoices):
        ISSUER = "issuer", _("The issuer took it back")
        MISTAKE = "mistake", _("It was recorded by mistake")

    mark = models.OneToOneField(QualityMark, primary_key=True, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=8, choices=Reason.choices)
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")


class InterestQuerySet(models.QuerySet["Interest"]):
    def open(self) -> Self:
        return self.filter(ended_at=None)

    def blocking(self) -> Self:
        """With which nobody decides."""
        return self.open().exclude(kind=Interest.Kind.TAUGHT)

    def against(self, learner: UUID | OuterRef, provider: UUID | OuterRef | None = None) -> Self:
        """With which nobody decides on what this learner asks of this provider.

        Family is known by their account, or by the address that they sign in with.
        """
        email = get_user_model().objects.filter(learner=learner).values("email")
        family = Q(learner=learner) | Q(learner=None, email__in=email) & ~Q(email="")
        return self.blocking().filter(family if provider is None else family | Q(provider=provider))

    def warning(self, at: dt.datetime) -> Self:
        """With which somebody may decide, and it is kept with the decision: a weaker link, or one that is over."""
        over = Q(ended_at__gt=at - LOOKED_BACK)
        return self.filter(provider__isnull=False).filter(over | Q(ended_at=None, kind=Interest.Kind.TAUGHT))


class Interest(models.Model):
    """What an adviser has to do with a provider, or that a learner is of their family. Ended, never deleted.

    A learner is named by their account, or by an e-mail address: an adviser is not told whose account there is.
    """

    class Kind(models.TextChoices):
        OWNS = "owns", _("I own it, or a part of it")
        WORKS = "works", _("I work for it, or am paid by it")
        FAMILY_WORKS = "family_works", _("Somebody of my family works there or owns it")
        TAUGHT = "taught", _("I taught or worked there in the last two years")
        FAMILY = "family", _("A learner is of my family")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    adviser = models.ForeignKey("brokerage.Adviser", on_delete=models.PROTECT, related_name="interests")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    provider = models.ForeignKey("providers.Provider", null=True, on_delete=models.PROTECT, related_name="+")
    learner = models.ForeignKey("accounts.Learner", null=True, on_delete=models.PROTECT, related_name="+")
    email = models.CharField(max_length=254, blank=True)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["-declared_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["adviser", "provider", "kind"],
                condition=Q(ended_at=None, provider__isnull=False),
                name="one_open_interest_a_provider_and_kind",
            ),
            models.UniqueConstraint(
                fields=["adviser", "learner"],
                condition=Q(ended_at=None, learner__isnull=False),
                name="one_open_interest_a_learner",
            ),
            models.UniqueConstraint(
                fields=["adviser", "email"],
                condition=Q(ended_at=None) & ~Q(email=""),
                name="one_open_interest_an_address",
            ),
            models.CheckConstraint(
                condition=Q(kind="family", provider=None) & (Q(learner__isnull=False) ^ ~Q(email=""))
                | Q(
                    kind__in=["owns", "works", "family_works", "taught"], provider__isnull=False, learner=None, email=""
                ),
                name="interest_is_in_a_provider_or_a_learner",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("declared_at")), name="interest_ends_after_it_began"
            ),
        ]

    @property
    def subject(self) -> str:
        return f"interest:{self.id}"

    @property
    def blocks(self) -> bool:
        return self.ended_at is None and self.kind != self.Kind.TAUGHT


class Away(models.Model):
    """Days on which an adviser is not there, both included. One that was called off counts for nothing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    adviser = models.ForeignKey("brokerage.Adviser", on_delete=models.PROTECT, related_name="away")
    from_day = models.DateField()
    until_day = models.DateField()
    recorded_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["from_day", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(until_day__gte=F("from_day")), name="away_dates_are_in_order"),
            ExclusionConstraint(
                name="one_absence_at_a_time",
                expressions=[
                    ("adviser", RangeOperators.EQUAL),
                    (
                        Func(
                            F("from_day"),
                            F("until_day"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(called_off_at=None),
            ),
        ]


class AdviserChange(models.Model):
    """A learner has another adviser since then: by their own choice, or because theirs declared to be of their family.

    No reason is asked, so none is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="adviser_changes")
    former = models.ForeignKey("brokerage.Adviser", null=True, on_delete=models.PROTECT, related_name="+")
    adviser = models.ForeignKey("brokerage.Adviser", null=True, on_delete=models.PROTECT, related_name="+")
    chosen = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_at", "-id"]
        indexes = [models.Index(fields=["learner", "-changed_at"], name="adviser_changes_of_learner")]


class OneOf(Func):
    """Whether a column is one of an array's, so that an index of the column is used, in an OR too."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


def holds_a_mark(on: dt.date, *, of: str) -> Exists:
    """Whether the organisation that `of` leads to has a quality mark on that day."""
    marks = QualityMark.objects.filter(organisation=OuterRef(of), withdrawal=None)
    return Exists(marks.filter(valid_from__lte=on, valid_until__gte=on))


def has_place() -> Q:
    """Whether an adviser, annotated with `learners`, may get one more: their own limit counts before that of all."""
    limit = Coalesce("caseload_limit", "organisation__caseload_limit")
    return Q(LessThan(F("learners"), limit)) | Q(caseload_limit=None, organisation__caseload_limit=None)


def is_away(on: dt.date, *, who: str) -> Exists:
    """Whether the adviser that `who` leads to is away on that day."""
    return Exists(Away.objects.filter(adviser=OuterRef(who), called_off_at=None, from_day__lte=on, until_day__gte=on))
