"""Cases: what a learner says is not right, who has it, what was said about it, and how it was settled."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7


class CaseKind(models.TextChoices):
    """What stops while it is open: a voucher that was not them is frozen, a disputed one is under review, and for a
    complaint nothing stops."""

    NOT_ME = "not_me", _("This was not me")
    DISPUTE = "dispute", _("A step did not happen as said")
    COMPLAINT = "complaint", _("Complaint")


class CaseAbout(models.TextChoices):
    VOUCHER = "voucher", _("A voucher")
    ACCOUNT = "account", _("The learning account itself")
    PROVIDER = "provider", _("A course provider")
    ADVISER = "adviser", _("An adviser")
    SERVICE = "service", _("This service")


class CaseState(models.TextChoices):
    """opened -> with_mediator -> settled; the learner may take it back before that."""

    OPENED = "opened", _("Waiting for a mediator")
    WITH_MEDIATOR = "with_mediator", _("With a mediator")
    SETTLED = "settled", _("Settled")


class CaseOutcome(models.TextChoices):
    UPHELD = "upheld", _("You were right")
    NOT_UPHELD = "not_upheld", _("Not upheld")
    WITHDRAWN = "withdrawn", _("You took it back")


class Recovery(models.TextChoices):
    """What becomes of money that a provider had been paid, once the scheme has made it good to the learner."""

    DUE = "due", _("To be decided")
    CLAWED_BACK = "clawed_back", _("The provider gives it back")
    BORNE = "borne", _("The scheme bears it")


class Side(models.TextChoices):
    """Who speaks in a case; learner and provider are asked, too."""

    LEARNER = "learner", _("Learner")
    ADVISER = "adviser", _("Adviser, for the learner")
    PROVIDER = "provider", _("Course provider")
    MEDIATOR = "mediator", _("Mediator")


# By when a case is answered; no scheme's rules say, so it is the same in all. Five days while a learner's voucher is
# frozen; three weeks for a complaint: the fifteen business days that banks in Europe have (PSD2, article 101).
ANSWER_WITHIN = {
    CaseKind.NOT_ME: dt.timedelta(days=5),
    CaseKind.DISPUTE: dt.timedelta(days=10),
    CaseKind.COMPLAINT: dt.timedelta(days=21),
}


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> Self:
        return self.exclude(state=CaseState.SETTLED)

    def of_learner(self, learner: models.Model) -> Self:
        return self.filter(learner=learner)

    def shown_to(self, provider: models.Model) -> Self:
        """Those that a provider may see: what concerns it, once it was told."""
        return self.filter(provider=provider, provider_told_at__isnull=False)


class Case(models.Model):
    """What a learner says is not right, with its clock.

    `voucher`, `milestone`, `learning_account` or `provider` is what it is about, `transfer` the line of the statement
    that was pressed. `control_before` is what the voucher's control was before any case held it. `waits_for` is who was
    asked something, since `asked_at`; the time that the learner takes is not counted in `answer_by`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=CaseKind.choices)
    about = models.CharField(max_length=10, choices=CaseAbout.choices)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="cases")
    scheme = models.ForeignKey("accounts.Scheme", on_delete=models.PROTECT, related_name="cases")
    learning_account = models.ForeignKey(
        "accounts.LearningAccount", null=True, on_delete=models.PROTECT, related_name="cases"
    )
    voucher = models.ForeignKey("vouchers.Voucher", null=True, on_delete=models.PROTECT, related_name="cases")
    milestone = models.ForeignKey("vouchers.Milestone", null=True, on_delete=models.PROTECT, related_name="cases")
    provider = models.ForeignKey("providers.Provider", null=True, on_delete=models.PROTECT, related_name="cases")
    transfer = models.UUIDField(null=True)
    state = models.CharField(max_length=13, choices=CaseState.choices, default=CaseState.OPENED)
    outcome = models.CharField(max_length=10, choices=CaseOutcome.choices, blank=True)
    recovery = models.CharField(max_length=11, choices=Recovery.choices, blank=True)
    control_before = models.CharField(max_length=12, blank=True)
    opened_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    mediator = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    waits_for = models.CharField(max_length=8, choices=Side.choices, blank=True)
    asked_at = models.DateTimeField(null=True)
    provider_told_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["scheme", "answer_by"], name="case_queue", condition=~Q(state="settled")),
            models.Index(fields=["learner", "-opened_at"], name="case_by_learner"),
            models.Index(fields=["provider", "-opened_at"], name="case_by_provider"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["voucher"],
                condition=Q(kind="not_me") & ~Q(state="settled"),
                name="one_open_not_me_a_voucher",
            ),
            models.UniqueConstraint(
                fields=["learning_account"],
                condition=Q(kind="not_me", about="account") & ~Q(state="settled"),
                name="one_open_not_me_an_account",
            ),
            models.UniqueConstraint(
                fields=["milestone"],
                condition=Q(kind="dispute") & ~Q(state="settled"),
                name="one_open_dispute_a_milestone",
            ),
            models.CheckConstraint(
                condition=Q(state="settled", settled_at__isnull=False, outcome__in=CaseOutcome.values)
                | (Q(state__in=["opened", "with_mediator"]) & Q(settled_at=None, outcome="")),
                name="case_settled_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "withdrawn"]) | Q(mediator__isnull=False),
                name="case_decided_has_its_mediator",
            ),
            models.CheckConstraint(
                condition=Q(recovery="") | Q(recovery__in=Recovery.values, outcome="upheld"),
                name="case_recovers_what_was_upheld",
            ),
            models.CheckConstraint(
                condition=Q(waits_for="", asked_at=None)
                | (Q(waits_for__in=["learner", "provider"]) & ~Q(asked_at=None)),
                name="case_asked_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(about="voucher", voucher__isnull=False, provider__isnull=False)
                | Q(about="account", voucher=None, learning_account__isnull=False)
                | Q(about="provider", voucher=None, provider__isnull=False)
                | Q(about__in=["adviser", "service"], voucher=None, provider=None),
                name="case_is_about_what_it_says",
            ),
            models.CheckConstraint(
                condition=Q(kind="complaint") | Q(kind="dispute", milestone__isnull=False) | Q(kind="not_me"),
                name="case_of_a_dispute_has_its_milestone",
            ),
        ]

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"case:{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state != CaseState.SETTLED


class CaseEntry(models.Model):
    """What somebody said in a case, or asked. Free text, so it can be erased; what is kept of it is never rewritten.

    The provider reads what is `to_provider`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    side = models.CharField(max_length=8, choices=Side.choices)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=4000, blank=True)
    asks = models.CharField(max_length=8, choices=Side.choices, blank=True)
    to_provider = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [models.Index(fields=["case", "made_at"], name="case_entry_in_order")]
        constraints = [
            models.CheckConstraint(condition=Q(asks="") | Q(side="mediator"), name="only_a_mediator_asks_in_a_case")
        ]


class MadeGood(models.Model):
    """That the scheme stood in for a redemption that was paid out already: its loss went back into the voucher.

    Until the redemption is clawed back, which reverses it, the voucher has had this amount twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="made_good")
    redemption = models.OneToOneField("vouchers.Redemption", on_delete=models.PROTECT, related_name="made_good")
    amount_minor = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="made_good_is_positive")]
