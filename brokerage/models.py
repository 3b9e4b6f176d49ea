"""Who advises, who asks for what, and what was decided."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

import brokerage.advocacy.models
import brokerage.assisting.models
import brokerage.careers.models
import brokerage.hearing.models
import brokerage.planning.models
import brokerage.pooling.models
import brokerage.progress.models
import brokerage.referring.models
import brokerage.trial_models
import brokerage.voice.models  # noqa: F401  a room's tables are found from its models
from accounts.pricing import Split
from brokerage.choosing_models import Saved as Saved
from brokerage.choosing_models import Wish as Wish
from brokerage.deciding_models import Terms as Terms
from brokerage.organisation_models import Away as Away
from brokerage.organisation_models import Interest as Interest
from brokerage.organisation_models import OneOf
from brokerage.representative_models import ACTED_WALLS, Acted
from brokerage.representative_models import Representative as Representative
from brokerage.talking.models import Channel as Channel
from config.ids import uuid7
from vouchers.chosen import ChosenExtra


class GuidanceOrganisation(models.Model):
    """An organisation whose advisers learners turn to, free at the point of use. It brokers with a quality mark only.

    It is open from `first_day` to `last_day` of the week (Monday is 0), between its hours; None: it does not say.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=160, unique=True)
    telephone = models.CharField(max_length=40, blank=True)
    night_telephone = models.CharField(max_length=40, blank=True)
    first_day = models.PositiveSmallIntegerField(default=0)
    last_day = models.PositiveSmallIntegerField(default=4)
    opens_at = models.TimeField(null=True)
    closes_at = models.TimeField(null=True)
    # How many learners each of its advisers has at most, where nothing else is said of them. None: no limit.
    caseload_limit = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day"), last_day__lte=6)
                & (
                    Q(opens_at=None, closes_at=None)
                    | Q(opens_at__isnull=False, closes_at__isnull=False, closes_at__gt=F("opens_at"))
                ),
                name="organisation_opens_before_it_closes",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"organisation:{self.id}"


class Adviser(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField("accounts.User", on_delete=models.PROTECT, related_name="adviser")
    organisation = models.ForeignKey(GuidanceOrganisation, on_delete=models.PROTECT, related_name="advisers")
    # Who answers when this adviser is away, so that no clock stops.
    cover = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="covers_for")
    # Who answers today, while this adviser is away (`brokerage.organisations.standing_in`). None: they do themselves.
    stand_in = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="stands_in_for")
    # Looks after the organisation: its advisers' limits, days away and cover.
    leads = models.BooleanField(default=False)
    caseload_limit = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(cover=F("id")), name="adviser_is_covered_by_another"),
            models.CheckConstraint(condition=~Q(stand_in=F("id")), name="another_stands_in_for_an_adviser"),
        ]

    def __str__(self) -> str:
        return self.user.name

    @property
    def subject(self) -> str:
        return f"adviser:{self.id}"

    @property
    def answers(self) -> Adviser:
        """Who answers today for this adviser."""
        return self.stand_in or self


class Caseload(models.Model):
    """A learner's named adviser: one at a time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    adviser = models.ForeignKey(Adviser, on_delete=models.PROTECT, related_name="caseload")
    learner = models.OneToOneField("accounts.Learner", on_delete=models.PROTECT, related_name="caseload")
    since = models.DateTimeField()


class Policy(models.TextChoices):
    """How far an adviser's word goes: `3-domain`, "Life cycles"."""

    OPEN = "open", _("Open")
    GUIDED = "guided", _("Guided")
    STRUCTURED = "structured", _("Structured")


class RequestState(models.TextChoices):
    SUBMITTED = "submitted", _("Sent")
    IN_CONSULTATION = "in_consultation", _("Being talked about")
    APPROVED_ONCE = "approved_once", _("Approved by one adviser of two")
    APPROVED = "approved", _("Approved")
    ADVISED_OTHERWISE = "advised_otherwise", _("Advised otherwise")
    DECLINED = "declined", _("Declined")
    APPEALED = "appealed", _("Appealed")
    UPHELD = "upheld", _("Declined after an appeal")
    WITHDRAWN = "withdrawn", _("Withdrawn")


WAITING = (
    RequestState.SUBMITTED,
    RequestState.IN_CONSULTATION,
    RequestState.APPROVED_ONCE,
    RequestState.APPEALED,
)

# Who may take a request from one state to the next.
TRANSITIONS: dict[tuple[RequestState, RequestState], str] = {
    (RequestState.SUBMITTED, RequestState.IN_CONSULTATION): "the adviser",
    (RequestState.SUBMITTED, RequestState.APPROVED): "the adviser",
    (RequestState.SUBMITTED, RequestState.ADVISED_OTHERWISE): "the adviser",
    (RequestState.IN_CONSULTATION, RequestState.APPROVED): "the adviser",
    (RequestState.IN_CONSULTATION, RequestState.ADVISED_OTHERWISE): "the adviser",
    (RequestState.IN_CONSULTATION, RequestState.DECLINED): "the adviser",
    (RequestState.IN_CONSULTATION, RequestState.APPROVED_ONCE): "the adviser",
    (RequestState.APPROVED_ONCE, RequestState.APPROVED): "a second adviser",
    (RequestState.APPROVED_ONCE, RequestState.DECLINED): "a second adviser",
    (RequestState.APPROVED_ONCE, RequestState.UPHELD): "a second adviser, after an appeal",
    (RequestState.DECLINED, RequestState.APPEALED): "the learner",
    (RequestState.APPROVED, RequestState.APPEALED): "the learner, against a change",
    (RequestState.APPEALED, RequestState.APPROVED): "another adviser",
    (RequestState.APPEALED, RequestState.APPROVED_ONCE): "another adviser",
    (RequestState.APPEALED, RequestState.UPHELD): "another adviser",
    (RequestState.SUBMITTED, RequestState.WITHDRAWN): "the learner",
    (RequestState.IN_CONSULTATION, RequestState.WITHDRAWN): "the learner",
    (RequestState.APPROVED_ONCE, RequestState.WITHDRAWN): "the learner",
    (RequestState.APPROVED, RequestState.WITHDRAWN): "the learner",
    (RequestState.ADVISED_OTHERWISE, RequestState.WITHDRAWN): "the learner",
}


class RequestQuerySet(models.QuerySet["Request"]):
    def of_learner(self, learner: models.Model) -> Self:
        return self.filter(learner=learner)

    def on_the_desk_of(self, adviser: Adviser) -> Self:
        """What this adviser may see and decide: their own, what they cover, and what they stand in for today."""
        # As an array, which is looked up in the index of each: a join would read every request there is.
        whose = Adviser.objects.filter(Q(pk=adviser.pk) | Q(stand_in=adviser)).order_by().values("pk")
        return self.filter(Q(OneOf("adviser", ArraySubquery(whose))) | Q(cover=adviser))

    def locked(self) -> Self:
        """Held until the transaction ends, with what prices and answers them, and without their run: it changes while
        somebody waits for the lock, and a row whose joins changed would not be found. It is read once they are held.
        """
        of = ("learning_account__scheme", "learning_account__learner", "learner", "rule_version", "adviser")
        return self.select_for_update(of=("self",)).select_related(*of)

    def waiting(self) -> Self:
        """Waiting for an adviser's answer, the nearest deadline first; not what was bought meanwhile."""
        return self.filter(state__in=WAITING, voucher=None).order_by("answer_by", "id")

    def run_out(self, at: dt.datetime) -> Self:
        """Waiting under `structured` past their time to be answered: silence approves nothing there."""
        return self.waiting().filter(policy=Policy.STRUCTURED, answer_by__lte=at)


class Request(Acted):
    """What a learner wants to buy, priced and explained under one rule version. Amounts are minor units.

    It is approved when as many advisers as its rules want, each another person, have said yes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learning_account = models.ForeignKey("accounts.LearningAccount", on_delete=models.PROTECT, related_name="requests")
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="requests")
    run = models.ForeignKey("providers.CourseRun", on_delete=models.PROTECT, related_name="requests")
    rule_version = models.ForeignKey("accounts.RuleVersion", on_delete=models.PROTECT, related_name="+")
    policy = models.CharField(max_length=10, choices=Policy.choices)
    state = models.CharField(max_length=17, choices=RequestState.choices, default=RequestState.SUBMITTED)
    approvals = models.PositiveSmallIntegerField(default=0)
    approvals_needed = models.PositiveSmallIntegerField(default=1)

    price_minor = models.BigIntegerField()
    from_purse_minor = models.BigIntegerField()
    own_minor = models.BigIntegerField()
    # What the learner gets for the course from elsewhere, where the rules ask; part of what they pay in.
    other_aid_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    band = models.CharField(max_length=40, blank=True)
    lines = models.JSONField()

    adviser = models.ForeignKey(Adviser, null=True, on_delete=models.PROTECT, related_name="requests")
    cover = models.ForeignKey(Adviser, null=True, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField()
    learner_note = models.TextField(max_length=2000, blank=True)
    appeal_reason = models.TextField(max_length=2000, blank=True)
    voucher = models.OneToOneField("vouchers.Voucher", null=True, on_delete=models.PROTECT, related_name="request")

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-id"]
        indexes = [
            models.Index(fields=["adviser", "answer_by"], name="request_desk", condition=Q(state__in=WAITING)),
            models.Index(fields=["learner", "-submitted_at"], name="request_by_learner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    price_minor=F("from_purse_minor") + F("own_minor"), from_purse_minor__gt=0, own_minor__gte=0
                ),
                name="request_price_is_the_sum_of_its_shares",
            ),
            models.CheckConstraint(
                condition=Q(other_aid_minor__gte=0, other_aid_minor__lte=F("price_minor")),
                name="request_other_aid_is_a_part_of_the_price",
            ),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_is_known"),
            *ACTED_WALLS,
            models.CheckConstraint(
                condition=~Q(policy__in=["open", "guided"], state__in=["declined", "appealed", "upheld"]),
                name="request_is_declined_under_structured_only",
            ),
            models.CheckConstraint(
                condition=~Q(policy="structured", state="advised_otherwise"),
                name="request_is_advised_otherwise_without_a_veto_only",
            ),
            models.CheckConstraint(
                condition=~Q(policy="structured") | Q(voucher=None) | Q(state="approved"),
                name="request_under_structured_buys_when_approved_only",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approvals__gte=F("approvals_needed")),
                name="request_is_approved_by_as_many_as_it_needs",
            ),
            models.CheckConstraint(
                condition=Q(approvals_needed=1) | Q(approvals_needed=2, policy="structured"),
                name="request_needs_a_second_approval_under_structured_only",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved_once") | Q(approvals=1, approvals_needed=2),
                name="request_approved_once_needs_another",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"request:{self.id}"

    @property
    def split(self) -> Split:
        """The price as it was split and explained when the learner asked, of the course and what comes with it."""
        return Split.from_stored(
            price_minor=self.price_minor,
            from_purse_minor=self.from_purse_minor,
            own_minor=self.own_minor,
            band=self.band,
            lines=self.lines,
            extras=[extra.priced for extra in self.extras.all()],
        )


class RequestedExtra(ChosenExtra):
    """What the learner wants with the course."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="extras")

    class Meta(ChosenExtra.Meta):
        constraints = [
            *ChosenExtra.Meta.constraints,
            models.UniqueConstraint(fields=["request", "extra"], name="one_of_each_extra_a_request"),
        ]


class Consultation(models.Model):
    """A conversation between a learner and an adviser. The note is the learner's to read, and can be erased."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="consultations")
    adviser = models.ForeignKey(Adviser, on_delete=models.PROTECT, related_name="consultations")
    request = models.ForeignKey(Request, null=True, on_delete=models.PROTECT, related_name="consultations")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    held_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    note = models.TextField(max_length=4000)

    class Meta:
        ordering = ["-held_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=480), name="consultation_has_a_length")
        ]


class Outcome(models.TextChoices):
    APPROVE = "approve", _("Approve")
    APPROVE_CHANGED = "approve_changed", _("Approve with a change")
    ADVISE_OTHERWISE = "advise_otherwise", _("Advise otherwise")
    DECLINE = "decline", _("Decline")


class ReasonCode(models.TextChoices):
    """Why an adviser advised otherwise or declined; codes, so that they can be counted."""

    NOT_SUITABLE = "not_suitable", _("The course does not lead to the learner's goal")
    TOO_HARD = "too_hard", _("An earlier step is needed first")
    TOO_EASY = "too_easy", _("The learner can do this already")
    PRICE = "price", _("The price is high for what is offered")
    BETTER_OFFER = "better_offer", _("There is a better course for this")
    CIRCUMSTANCES = "circumstances", _("Times, travel or care do not fit yet")


class Decision(models.Model):
    """An adviser's answer with its reasons, for the learner to read. Decisions are added, never changed.

    Nobody decides twice on one request: a second approval, or the answer to an appeal, is another person's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="decisions")
    adviser = models.ForeignKey(Adviser, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    reason_codes = ArrayField(models.CharField(max_length=20, choices=ReasonCode.choices), default=list, blank=True)
    reasons = models.TextField(max_length=4000)
    alternatives = models.ManyToManyField("providers.CourseRun", related_name="+", blank=True)
    # What the adviser had to do with the provider, where it did not stop them: `3-domain`, "Controls".
    interest = models.ForeignKey(Interest, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="approve") | ~Q(reasons=""), name="decision_against_has_reasons"
            ),
            models.UniqueConstraint(fields=["request", "adviser"], name="one_decision_an_adviser_and_request"),
        ]
