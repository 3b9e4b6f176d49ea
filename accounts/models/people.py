"""People: who can sign in, who learns, what was seen as proof, and who runs a scheme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.circumstances import Benefit, Circumstances, Criterion, Document, Employment, Need, Residence, age
from accounts.rules import Rules
from config.ids import uuid7


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
    given_name = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=80, blank=True)
    date_of_birth = models.DateField(null=True)
    residence = models.CharField(max_length=20, choices=Residence.choices)
    postcode = models.CharField(max_length=10, blank=True)
    qualification_level = models.SmallIntegerField(null=True)
    employment = models.CharField(max_length=20, choices=Employment.choices, blank=True)
    benefits = ArrayField(models.CharField(max_length=30, choices=Benefit.choices), default=list, blank=True)
    needs = ArrayField(models.CharField(max_length=30, choices=Need.choices), default=list, blank=True)
    income_minor = models.BigIntegerField(null=True)
    erased_at = models.DateTimeField(null=True)

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
            models.CheckConstraint(
                condition=Q(erased_at=None, date_of_birth__isnull=False)
                | Q(
                    erased_at__isnull=False,
                    user=None,
                    given_name="",
                    family_name="",
                    date_of_birth=None,
                    postcode="",
                    employment="",
                    benefits=[],
                    needs=[],
                    income_minor=None,
                    qualification_level=None,
                ),
                name="learner_is_somebody_or_erased",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        if self.erased_at:
            return str(_("Somebody who has left"))
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def subject(self) -> str:
        """How events name them."""
        return f"learner:{self.id}"

    def age(self, on: dt.date) -> int:
        """Full years on that day. Of somebody whom we still know."""
        assert self.date_of_birth is not None
        return age(self.date_of_birth, on)

    def circumstances(self, proven: Mapping[str, dt.date | None] | None = None) -> Circumstances:
        """What rules see of them; `proven` is what `Evidence.objects.proven` found."""
        return Circumstances(
            date_of_birth=self.date_of_birth,
            residence=self.residence,
            qualification_level=self.qualification_level,
            employment=self.employment,
            benefits=tuple(self.benefits),
            needs=tuple(self.needs),
            income_minor=self.income_minor,
            proven=proven or {},
        )


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def proven(self, learners: Collection[UUID], rules: Iterable[Rules]) -> dict[UUID, dict[str, dt.date | None]]:
        """What was proven of these learners, each criterion with its last day, None where it does not lapse.

        A document counts that any of these rules takes for the criterion; of several, the last one seen. One query,
        and none where none of these rules wants proof of anything.
        """
        taken = {(proof.criterion, document) for each in rules for proof in each.proofs for document in proof.documents}
        if not taken:
            return {}
        found: dict[UUID, dict[str, dt.date | None]] = {}
        for evidence in self.filter(learner__in=learners).order_by("checked_at", "id"):
            if (evidence.criterion, evidence.document) in taken:
                found.setdefault(evidence.learner_id, {})[evidence.criterion] = evidence.valid_until
        return found


class Evidence(models.Model):
    """That somebody saw a document which proves a criterion of a learner. Evidence is added, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="evidence")
    criterion = models.CharField(max_length=20, choices=Criterion.choices)
    document = models.CharField(max_length=20, choices=Document.choices)
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    valid_until = models.DateField(null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["learner", "criterion"], name="evidence_by_learner")]
        constraints = [
            models.CheckConstraint(condition=Q(criterion__in=Criterion.values), name="evidence_criterion_is_known"),
            models.CheckConstraint(condition=Q(document__in=Document.values), name="evidence_document_is_known"),
        ]


class Departure(models.Model):
    """A learner has left: they cannot sign in, and what says who they are is erased at once or on `erase_on`.

    Until then it is kept for whoever audits what was paid for them, and used for nothing else.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.OneToOneField(Learner, on_delete=models.PROTECT, related_name="departure")
    left_at = models.DateTimeField()
    erase_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["erase_on"], name="departure_by_day")]


class SchemeManager(models.Model):
    """Somebody who runs schemes: sets their rules, keeps to their budget. They see those schemes and no others."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="scheme_manager")
    schemes = models.ManyToManyField("accounts.Scheme", related_name="managers", blank=True)
    # Whether they may set up schemes that are not there yet.
    sets_up = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.user.name
