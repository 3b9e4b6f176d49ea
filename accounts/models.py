"""People and their money: who they are, which schemes they are in, what they were awarded, what they can spend."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Benefit, Employment, Residence
from accounts.rules import Rules, parse
from config.ids import uuid7
from config.money import in_words


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in, by e-mail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=160)
    language = models.CharField(_("language"), max_length=10, default="en-gb")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_an_email")]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.name


class Learner(models.Model):
    """A person who learns, and what the rules of schemes ask about them.

    `qualification_level` is the highest regulated level held, 0 for none, None where it is not known.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(User, null=True, on_delete=models.SET_NULL, related_name="learner")
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    date_of_birth = models.DateField()
    residence = models.CharField(max_length=20, choices=Residence.choices)
    postcode = models.CharField(max_length=10, blank=True)
    qualification_level = models.SmallIntegerField(null=True)
    employment = models.CharField(max_length=20, choices=Employment.choices, blank=True)
    benefits = ArrayField(models.CharField(max_length=30, choices=Benefit.choices), default=list, blank=True)
    income_minor = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(qualification_level=None) | Q(qualification_level__range=(0, 8)),
                name="learner_level_is_0_to_8",
            ),
            models.CheckConstraint(
                condition=Q(income_minor=None) | Q(income_minor__gte=0), name="learner_income_is_not_negative"
            ),
            models.CheckConstraint(condition=Q(residence__in=Residence.values), name="learner_residence_is_known"),
            models.CheckConstraint(condition=Q(employment__in=Employment.values), name="learner_employment_is_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def subject(self) -> str:
        """How events name them."""
        return f"learner:{self.id}"

    def age(self, on: dt.date) -> int:
        """Full years on that day."""
        had_birthday = (on.month, on.day) >= (self.date_of_birth.month, self.date_of_birth.day)
        return on.year - self.date_of_birth.year - (not had_birthday)


class Scheme(models.Model):
    """A funder's programme: a closed circuit of money with its own pot, rules and dates."""

    class Funding(models.TextChoices):
        PREFUNDED = "prefunded", _("Awards are set aside when they are made")
        COMMITMENT = "commitment", _("Awards are rights to spend")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed to new awards")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    funder_name = models.CharField(max_length=160)
    currency = models.CharField(max_length=3)
    funding = models.CharField(max_length=10, choices=Funding.choices, default=Funding.PREFUNDED)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opens_on = models.DateField()
    closes_on = models.DateField(null=True)
    funder = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")
    pot = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")
    refund_due = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")
    card_clearing = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")), name="scheme_dates_are_in_order"
            ),
            models.CheckConstraint(condition=Q(state__in=["open", "paused", "closed"]), name="scheme_state_is_known"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="scheme_currency_is_iso_4217"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"scheme:{self.id}"

    def money(self, amount_minor: int) -> str:
        """An amount of minor units of the scheme's currency, as the reader writes money: 16000 is £160.00."""
        return in_words(amount_minor, self.currency)

    def takes_new(self, on: dt.date) -> bool:
        """Whether accounts are opened and awards made on that day; what was made before is honoured in any case."""
        return (
            self.state == self.State.OPEN and self.opens_on <= on and (self.closes_on is None or on <= self.closes_on)
        )


@lru_cache(maxsize=256)
def _parsed(rules: str) -> Rules:
    return parse(json.loads(rules))


class RuleVersion(models.Model):
    """A scheme's rules from a day on; of two from the same day, the one with the higher number counts.

    What was decided under a version stays under it: a trigger refuses any edit.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="rule_versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    rules = models.JSONField()
    source = models.TextField(blank=True)

    class Meta:
        ordering = ["scheme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="one_rule_version_a_number"),
        ]

    @property
    def parsed(self) -> Rules:
        """The rules as values. The same rules are read once a process, however many vouchers stand under them."""
        return _parsed(json.dumps(self.rules))


class LearningAccount(models.Model):
    """A learner's account in one scheme; it holds any number of purses."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="learning_accounts")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="learning_accounts")
    opened_at = models.DateTimeField()

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
    awarded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learning_account", "kind", "period"], name="one_award_a_period_and_kind"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="award_is_positive"),
        ]


class PurseQuerySet(models.QuerySet["Purse"]):
    def spendable(self, on: dt.date) -> Self:
        """Purses that can be spent on that day, in the order in which they are: expiring first, then the most
        restricted, then general (`3-domain`)."""
        return self.filter(state=Purse.State.OPEN, expires_on__gte=on).order_by("expires_on", "-earmark", "id")

    def spendable_by(self, accounts: Collection[UUID], on: dt.date) -> dict[UUID, list[Purse]]:
        """The same by learning account. One query."""
        by_account: dict[UUID, list[Purse]] = {}
        for purse in self.spendable(on).filter(learning_account__in=accounts):
            by_account.setdefault(purse.learning_account_id, []).append(purse)
        return by_account


class Purse(models.Model):
    """The ledger account that an award fills, with its last day. `amount_minor` is what it was filled with.

    `first_used_on` is the day on which the year of a scheme began whose years begin with their first use. `in_grace`:
    it had expired, and is open once more for what a voucher gave back.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        EXPIRED = "expired", _("Expired")

    class Earmark(models.TextChoices):
        GENERAL = "", _("Any eligible course")
        TUITION = "tuition", _("Courses")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learning_account = models.ForeignKey(LearningAccount, on_delete=models.PROTECT, related_name="purses")
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="purse")
    ledger_account = models.OneToOneField("ledger.Account", on_delete=models.PROTECT, related_name="+")
    earmark = models.CharField(max_length=12, choices=Earmark.choices, blank=True)
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
                condition=Q(state="open", expired_at=None) | Q(state="expired", expired_at__isnull=False),
                name="purse_has_expired_at_a_moment",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"purse:{self.id}"
