"""Money: what learners were awarded, what sponsors put in, what they can spend, and who waits for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.earmarks import Earmark
from accounts.entitling import NEVER
from accounts.models.people import Learner
from accounts.models.schemes import RuleVersion, Scheme
from config.ids import uuid7


class LearningAccount(models.Model):
    """A learner's account in one scheme; with any number of purses. Nothing is bought while it is frozen."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="learning_accounts")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="learning_accounts")
    opened_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "scheme"], name="one_learning_account_a_scheme"),
        ]

    @property
    def subject(self) -> str:
        return f"learning_account:{self.id}"


class Award(models.Model):
    """An entitlement given to one learner under one rule version, once a period and kind.

    `reasons` names the criteria of the rules that the learner met on that day.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learning_account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="awards")
    rule_version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, default="core")
    period = models.CharField(max_length=40)
    amount_minor = models.BigIntegerField()
    reasons = models.JSONField(default=list)
    # How many courses may be bought with it, as its rules say; None is any number.
    courses_at_most = models.PositiveSmallIntegerField(null=True)
    awarded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning_account", "kind", "period"], name="one_award_a_period_and_kind"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="award_is_positive"),
        ]


class Sponsor(models.Model):
    """An employer, a sector fund or an authority that tops purses of a scheme up, with conditions.

    Of one that `departed_on` a day, what comes back is money that we cannot place.
    """

    class Kind(models.TextChoices):
        EMPLOYER = "employer", _("Employer")
        SECTOR_FUND = "sector_fund", _("Sector fund")
        AUTHORITY = "authority", _("Authority")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="sponsors")
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    account = models.OneToOneField("ledger.Account", on_delete=models.PROTECT, related_name="+")
    suspense = models.OneToOneField("ledger.Account", on_delete=models.PROTECT, related_name="+")
    departed_on = models.DateField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="one_sponsor_a_name_and_scheme"),
            models.CheckConstraint(
                condition=Q(kind__in=["employer", "sector_fund", "authority"]), name="sponsor_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"sponsor:{self.id}"

    def has_departed(self, on: dt.date) -> bool:
        return self.departed_on is not None and self.departed_on <= on


class TopUp(models.Model):
    """What a sponsor put into a purse of its own in a learner's account, and where goes what is left."""

    class Leftover(models.TextChoices):
        SPONSOR = "sponsor", _("Goes back to the sponsor")
        POT = "pot", _("Goes to the scheme's pot")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sponsor = models.ForeignKey(Sponsor, on_delete=models.PROTECT, related_name="top_ups")
    learning_account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="top_ups")
    # The sponsor's own, so that the same is never paid in twice.
    reference = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    leftover = models.CharField(max_length=8, choices=Leftover.choices, default=Leftover.SPONSOR)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sponsor", "reference"], name="one_top_up_a_reference"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="top_up_is_positive"),
            models.CheckConstraint(condition=Q(leftover__in=["sponsor", "pot"]), name="top_up_leftover_is_known"),
        ]

    @property
    def subject(self) -> str:
        return f"top_up:{self.id}"


class PurseQuerySet(models.QuerySet["Purse"]):
    def spendable(self, on: dt.date) -> Self:
        """Purses that can be spent on that day, those that expire first before others."""
        return self.filter(state=Purse.State.OPEN, expires_on__gte=on).order_by("expires_on", "id")

    def spendable_by(self, accounts: Collection[UUID], on: dt.date) -> dict[UUID, list[Purse]]:
        """The same by learning account. One query."""
        by_account: dict[UUID, list[Purse]] = {}
        found = self.spendable(on).filter(learning_account__in=accounts)
        for purse in found.select_related("award", "top_up__sponsor"):
            by_account.setdefault(purse.learning_account_id, []).append(purse)
        return by_account


class Purse(models.Model):
    """The ledger account that an award, or a sponsor, fills, with its last day and what it may be spent on.

    `amount_minor` is what it was filled with.
    `first_used_on` is the day on which the year of a scheme began whose years begin with their first use. `in_grace`:
    it had expired, and is open once more for what a voucher gave back.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        EXPIRED = "expired", _("Expired")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learning_account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="purses")
    award = models.OneToOneField(Award, null=True, on_delete=models.PROTECT, related_name="purse")
    top_up = models.OneToOneField(TopUp, null=True, on_delete=models.PROTECT, related_name="purse")
    ledger_account = models.OneToOneField("ledger.Account", on_delete=models.PROTECT, related_name="+")
    earmark = models.CharField(max_length=12, choices=Earmark.choices, blank=True)
    categories = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    amount_minor = models.BigIntegerField()
    expires_on = models.DateField()
    first_used_on = models.DateField(null=True)
    in_grace = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    expired_at = models.DateTimeField(null=True)

    objects = PurseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_on"], name="purse_sweep", condition=Q(state="open"))]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="purse_was_filled"),
            models.CheckConstraint(
                condition=Q(award=None) ^ Q(top_up=None), name="purse_is_filled_by_an_award_or_a_sponsor"
            ),
            models.CheckConstraint(condition=Q(earmark__in=Earmark.values), name="purse_earmark_is_known"),
            models.CheckConstraint(
                condition=Q(state="open", expired_at=None) | Q(state="expired", expired_at__isnull=False),
                name="purse_has_expired_at_a_moment",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"purse:{self.id}"

    @property
    def never_expires(self) -> bool:
        return self.expires_on == NEVER


class Waiting(models.Model):
    """A learning account's place in the line for an award that there was no money for.

    `need_percent` is what the rules would have given on top of the core: of those with the most need, the first comes
    first where the scheme says so.
    """

    class Outcome(models.TextChoices):
        AWARDED = "awarded", _("Awarded")
        LEFT = "left", _("No longer waiting")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learning_account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="waiting")
    kind = models.CharField(max_length=40)
    need_percent = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learning_account", "kind"], condition=Q(ended_at=None), name="one_place_in_the_line"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | Q(ended_at__isnull=False, outcome__in=["awarded", "left"]),
                name="waiting_ended_has_an_outcome",
            ),
        ]


class BudgetWarning(models.Model):
    """That so many per cent of a scheme's budget were gone; once for each budget and percentage."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="budget_warnings")
    percent = models.PositiveSmallIntegerField()
    budget_minor = models.BigIntegerField()
    gone_minor = models.BigIntegerField()
    warned_at = models.DateTimeField()

    class Meta:
        ordering = ["-warned_at", "-percent"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "percent", "budget_minor"], name="one_warning_a_percentage"),
        ]
