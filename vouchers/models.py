"""A voucher and what becomes of it: three axes that are never mixed, its life, its money, its control."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.ids import new_code, read_code, uuid7
from providers.models import Provider
from vouchers.agreed import AgreedPrice as AgreedPrice
from vouchers.asked import Asked as Asked
from vouchers.attendance import AttendanceRecord as AttendanceRecord
from vouchers.card_holds import CardHold as CardHold
from vouchers.card_payouts import CardPayoutShare as CardPayoutShare
from vouchers.cases import Case as Case
from vouchers.cases import CaseEntry as CaseEntry
from vouchers.cases import MadeGood as MadeGood
from vouchers.chosen import VoucherExtra as VoucherExtra
from vouchers.feedback import Feedback as Feedback
from vouchers.feedback import Remark as Remark
from vouchers.payouts import LeftOut as LeftOut
from vouchers.payouts import Payout as Payout
from vouchers.payouts import PayoutLine as PayoutLine
from vouchers.payouts import PayoutRun as PayoutRun


class State(models.TextChoices):
    """The life of a voucher: `3-domain`, "Life cycles"."""

    RESERVED = "reserved", _("Waiting for your payment")
    ISSUED = "issued", _("Issued")
    ACCEPTED = "accepted", _("Accepted")
    STARTED = "started", _("Started")
    COMPLETED = "completed", _("Completed")
    CLOSED = "closed", _("Closed")


class Outcome(models.TextChoices):
    """How a closed voucher ended."""

    COMPLETED = "completed", _("Completed")
    DECLINED = "declined", _("Declined by the provider")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CANCELLED = "cancelled", _("Cancelled")
    LAPSED = "lapsed", _("Lapsed")
    EXPIRED = "expired", _("Expired")
    DISOWNED = "disowned", _("Not asked for by the learner")
    UNPAID = "unpaid", _("The card payment was taken back")


class Control(models.TextChoices):
    CLEAR = "clear", _("Clear")
    UNDER_REVIEW = "under_review", _("Under review")
    FROZEN = "frozen", _("Frozen")


class CancelReason(models.TextChoices):
    """Why a provider or an adviser called a voucher off; codes, so that they can be counted."""

    COURSE_CANCELLED = "course_cancelled", _("The course will not run")
    COURSE_FULL = "course_full", _("The course is full")
    LEARNER_UNABLE = "learner_unable", _("The learner cannot attend")
    LEARNER_ABSENT = "learner_absent", _("The learner did not come")
    ENTRY_REQUIREMENTS = "entry_requirements", _("The entry requirements are not met")


# Who may take a voucher from one state to the next. An exit's target is `closed`, with its outcome.
TRANSITIONS: dict[tuple[State, State], str] = {
    (State.RESERVED, State.ISSUED): "the co-payment's capture",
    (State.RESERVED, State.CLOSED): "the learner, or the clock",
    (State.ISSUED, State.ACCEPTED): "the provider",
    (State.ISSUED, State.CLOSED): "the provider, the learner, the clock, or the provider's own end",
    (State.ACCEPTED, State.STARTED): "the provider",
    (State.ACCEPTED, State.CLOSED): "the provider, the learner, the clock, or the provider's own end",
    (State.STARTED, State.COMPLETED): "the provider",
    (State.STARTED, State.CLOSED): "the provider, the clock, or the provider's own end",
    (State.COMPLETED, State.CLOSED): "the last redemption, the clock, or the provider's own end",
    (State.CLOSED, State.COMPLETED): "a reversed redemption",
    (State.CLOSED, State.CLOSED): "a mediator, when the learner never asked for it",
    (State.STARTED, State.ACCEPTED): "a mediator, when there was no start",
    (State.COMPLETED, State.STARTED): "a mediator, when there was no end",
}

LIVE = (State.RESERVED, State.ISSUED, State.ACCEPTED, State.STARTED, State.COMPLETED)


class VoucherQuerySet(models.QuerySet["Voucher"]):
    def made_out_to(self, provider: models.Model) -> Self:
        """A provider's own vouchers that it may see: not those still waiting for the learner's payment."""
        return self.filter(provider=provider, issued_at__isnull=False)

    def of_learner(self, learner: models.Model) -> Self:
        return self.filter(learner=learner)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def awaiting_confirmation(self) -> Self:
        return self.filter(milestones__state=MilestoneState.DECLARED, state__in=LIVE).distinct()

    def in_delivery(self) -> Self:
        """The learner has come, and not all of it is over."""
        return self.filter(state__in=[State.STARTED, State.COMPLETED])

    def with_money_due(self) -> Self:
        """Vouchers that can be redeemed now."""
        due = Milestone.objects.due().filter(voucher=models.OuterRef("pk"))
        return self.in_delivery().filter(models.Exists(due), control=Control.CLEAR)

    def of_somebody_called(self, words: str) -> Self:
        """Those whose code is `words`, or whose learner's names have each of the words in them."""
        names = Q()
        for word in words.split():
            names &= Q(learner__given_name__icontains=word) | Q(learner__family_name__icontains=word)
        return self.filter(names | Q(code=read_code(words) or ""))

    def awaiting_acceptance(self) -> Self:
        return self.filter(state=State.ISSUED)

    def lapsed(self, at: dt.datetime) -> Self:
        """Reserved, and the time to pay the learner's own share is over."""
        return self.filter(state=State.RESERVED, control=Control.CLEAR, lapses_at__lte=at)

    def expired(self, at: dt.datetime) -> Self:
        """Past their time: not accepted in time, or not delivered in time with nothing open.

        Never while control is not clear, the provider is suspended, a milestone waits for its confirmation, or a
        confirmed one for its money.
        """
        still_open = Milestone.objects.filter(voucher=models.OuterRef("pk")).still_open()
        return (
            self.filter(control=Control.CLEAR, state__in=LIVE)
            .exclude(state=State.RESERVED)
            .filter(Q(state=State.ISSUED, accept_by__lte=at) | Q(expires_at__lte=at))
            .exclude(models.Exists(still_open))
            .exclude(provider__state=Provider.State.SUSPENDED)
        )

    def lock(self, codes: Iterable[str]) -> dict[str, Voucher]:
        """The vouchers with these codes by code, locked in id order until the transaction ends."""
        wanted = {code for typed in codes if (code := read_code(typed))}
        found = self.filter(code__in=wanted).select_related("rule_version", "learning_account__scheme", "run")
        return {voucher.code: voucher for voucher in found.select_for_update(of=("self",)).order_by("id")}

    def lock_ids(self, ids: Iterable[UUID]) -> dict[UUID, Voucher]:
        """The same by id."""
        found = self.filter(id__in=list(ids)).select_related("rule_version", "learning_account__scheme", "run")
        return {voucher.id: voucher for voucher in found.select_for_update(of=("self",)).order_by("id")}


class Voucher(models.Model):
    """A promise to pay one provider for one learner on one course run; its money is in an account of its own.

    Amounts are minor units of `currency`. `price_minor` = `from_purse_minor` + `own_minor`, of the course and of what
    comes with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=32, unique=True, default=new_code, editable=False)
    # What asked for it, such as "request:<id>": a request never gets two vouchers.
    reference = models.CharField(max_length=80, unique=True, editable=False)
    learning_account = models.ForeignKey("accounts.LearningAccount", on_delete=models.PROTECT, related_name="vouchers")
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="vouchers")
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="vouchers")
    run = models.ForeignKey("providers.CourseRun", on_delete=models.PROTECT, related_name="vouchers")
    rule_version = models.ForeignKey("accounts.RuleVersion", on_delete=models.PROTECT, related_name="+")
    band = models.CharField(max_length=40, blank=True)
    account = models.OneToOneField("ledger.Account", on_delete=models.PROTECT, related_name="+")
    checkout = models.OneToOneField("payments.Checkout", null=True, on_delete=models.PROTECT, related_name="voucher")

    state = models.CharField(max_length=10, choices=State.choices, default=State.RESERVED)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    control = models.CharField(max_length=12, choices=Control.choices, default=Control.CLEAR)
    cancel_reason = models.CharField(max_length=20, choices=CancelReason.choices, blank=True)

    price_minor = models.BigIntegerField()
    from_purse_minor = models.BigIntegerField()
    own_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    reserved_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    lapses_at = models.DateTimeField()
    accept_by = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    objects = VoucherQuerySet.as_manager()

    class Meta:
        ordering = ["-reserved_at", "-id"]
        indexes = [
            models.Index(fields=["provider", "-issued_at"], name="voucher_by_provider"),
            models.Index(fields=["learner", "-reserved_at"], name="voucher_by_learner"),
            models.Index(fields=["state", "expires_at"], name="voucher_sweep", condition=~Q(state="closed")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    price_minor=F("from_purse_minor") + F("own_minor"), from_purse_minor__gt=0, own_minor__gte=0
                ),
                name="voucher_price_is_the_sum_of_its_shares",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="voucher_state_is_known"),
            models.CheckConstraint(condition=Q(control__in=Control.values), name="voucher_control_is_known"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, outcome__in=Outcome.values)
                | (~Q(state="closed") & Q(closed_at__isnull=True, outcome="")),
                name="voucher_closed_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reserved", "closed"]) | Q(issued_at__isnull=False, accept_by__isnull=False),
                name="voucher_issued_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reserved", "issued", "closed"]) | Q(accepted_at__isnull=False),
                name="voucher_accepted_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["started", "completed"]) | Q(started_at__isnull=False),
                name="voucher_started_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="completed") | Q(completed_at__isnull=False),
                name="voucher_completed_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(outcome="cancelled") ^ Q(cancel_reason=""), name="voucher_cancelled_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"voucher:{self.id}"


class Funding(models.Model):
    """What one source put into a voucher, and what of it came back: a purse, or the learner's own card."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="fundings")
    purse = models.ForeignKey("accounts.Purse", null=True, on_delete=models.PROTECT, related_name="fundings")
    amount_minor = models.BigIntegerField()
    returned_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voucher", "purse"], name="one_funding_a_source", nulls_distinct=False),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, returned_minor__gte=0, returned_minor__lte=F("amount_minor")),
                name="funding_returns_at_most_what_it_gave",
            ),
        ]


class MilestoneState(models.TextChoices):
    PLANNED = "planned", _("Still to come")
    DECLARED = "declared", _("Waiting for your confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    DISPUTED = "disputed", _("Disputed")


class Factor(models.TextChoices):
    """What a learner confirmed with."""

    PASSWORD = "password", _("Password")
    PASSKEY = "passkey", _("Passkey")
    TOTP = "totp", _("Authenticator app")
    ONE_TIME_CODE = "one_time_code", _("Printed one-time code")
    SILENCE = "silence", _("No objection in time")
    DECISION = "decision", _("A mediator's decision")


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def still_open(self) -> Self:
        """Declared and not yet decided, disputed, or confirmed with money still to be redeemed."""
        redeemed = Redemption.objects.filter(milestone=models.OuterRef("pk"), reversed_at__isnull=True)
        return self.filter(
            Q(state__in=[MilestoneState.DECLARED, MilestoneState.DISPUTED])
            | (Q(state=MilestoneState.CONFIRMED, amount_minor__gt=0) & ~models.Exists(redeemed))
        )

    def due(self) -> Self:
        """Confirmed like all before them, and with money that is not redeemed yet."""
        redeemed = Redemption.objects.live().filter(milestone=models.OuterRef("pk"))
        before = Milestone.objects.filter(voucher=models.OuterRef("voucher"), number__lt=models.OuterRef("number"))
        return self.filter(
            ~models.Exists(redeemed),
            ~models.Exists(before.exclude(state=MilestoneState.CONFIRMED)),
            state=MilestoneState.CONFIRMED,
            amount_minor__gt=0,
        )

    def silent(self, at: dt.datetime, today: dt.date) -> Self:
        """Declared, and the learner's time to object is over.

        Never the start, nor what follows a start that the learner has not confirmed, nor anything of a new provider or
        of one that is suspended.
        """
        unconfirmed_start = Milestone.objects.filter(voucher=models.OuterRef("voucher"), code="start").exclude(
            state=MilestoneState.CONFIRMED
        )
        return (
            self.filter(state=MilestoneState.DECLARED, confirm_by__lte=at, voucher__control=Control.CLEAR)
            .exclude(code="start")
            .exclude(models.Exists(unconfirmed_start))
            .exclude(voucher__provider__new_until__gt=today)
            .exclude(voucher__provider__state=Provider.State.SUSPENDED)
        )


class Milestone(models.Model):
    """One step of a delivery, declared by the provider and confirmed by the learner, and what it is worth."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=MilestoneState.choices, default=MilestoneState.PLANNED)
    occurred_on = models.DateField(null=True)
    declared_at = models.DateTimeField(null=True)
    confirm_by = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_how = models.CharField(max_length=13, choices=Factor.choices, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["voucher", "number"]
        indexes = [
            models.Index(fields=["confirm_by"], name="milestone_silence_sweep", condition=Q(state="declared")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["voucher", "number"], name="one_milestone_a_number"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="milestone_is_not_negative"),
            models.CheckConstraint(
                condition=Q(state="planned", declared_at__isnull=True)
                | (
                    ~Q(state="planned")
                    & Q(declared_at__isnull=False, occurred_on__isnull=False, confirm_by__isnull=False)
                ),
                name="milestone_declared_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", confirmed_at__isnull=False, confirmed_how__in=Factor.values)
                | (~Q(state="confirmed") & Q(confirmed_at__isnull=True, confirmed_how="")),
                name="milestone_confirmed_has_its_factor",
            ),
            models.CheckConstraint(
                condition=~Q(code="start", confirmed_how="silence"), name="silence_never_confirms_a_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher_id} {self.number}"


class Dispute(models.Model):
    """A learner's word that a declared milestone did not happen as said. Free text, so it can be erased."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="disputes")
    reason = models.TextField(max_length=2000)
    made_at = models.DateTimeField()


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    def live(self) -> Self:
        return self.filter(reversed_at__isnull=True)


class Redemption(models.Model):
    """A confirmed milestone's money, moved from the voucher to what the provider is owed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, related_name="redemptions")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="redemptions")
    amount_minor = models.BigIntegerField()
    made_at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone"],
                condition=Q(reversed_at__isnull=True),
                name="one_live_redemption_a_milestone",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="redemption_is_positive"),
        ]

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"redemption:{self.id}"


class Payable(models.Model):
    """What a scheme owes a provider: one insert-only account a provider and scheme, so that nobody queues for it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.ForeignKey("providers.Provider", on_delete=models.PROTECT, related_name="payables")
    scheme = models.ForeignKey("accounts.Scheme", on_delete=models.PROTECT, related_name="payables")
    account = models.OneToOneField("ledger.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "scheme"], name="one_payable_a_provider_and_scheme")]
