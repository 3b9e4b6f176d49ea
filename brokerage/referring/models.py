"""Where advisers refer learners to, what was passed on, and what came back. Found by Django through
`brokerage.models`."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7


class OutsideServiceQuerySet(models.QuerySet["OutsideService"]):
    def open_at(self, organisation: object) -> Self:
        """Those that advisers of this organisation can refer to, by name."""
        return self.filter(organisation=organisation, closed_at=None).order_by(Lower("name"))


class OutsideService(models.Model):
    """Somebody outside who helps learners, in the directory of one guidance organisation: added and closed, never
    changed, since what a learner said yes to went to this address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        "brokerage.GuidanceOrganisation", on_delete=models.PROTECT, related_name="services"
    )
    name = models.CharField(max_length=160)
    helps_with = models.TextField(max_length=500)
    email = models.EmailField(max_length=254)
    added_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = OutsideServiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("name"), condition=Q(closed_at=None), name="one_open_service_a_name"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(helps_with="") & ~Q(email=""), name="service_says_who_it_is"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return f"service:{self.pk}"


class ReferralState(models.TextChoices):
    PROPOSED = "proposed", _("Waits for the learner’s yes")
    SENT = "sent", _("Passed on")
    ANSWERED = "answered", _("Answered")
    ENDED = "ended", _("Called off")


class Helps(models.TextChoices):
    """What came back."""

    CAN_HELP = "can_help", _("They can help")
    CANNOT = "cannot", _("They cannot help")
    CAME = "came", _("There was a visit")
    DID_NOT_COME = "did_not_come", _("There was no visit")


OPEN = (ReferralState.PROPOSED, ReferralState.SENT)
PASSED_ON = (ReferralState.SENT, ReferralState.ANSWERED)


class ReferralQuerySet(models.QuerySet["Referral"]):
    def to_allow(self, learner: object) -> Self:
        """What waits for the learner's yes or no."""
        mine = self.filter(learner=learner, state=ReferralState.PROPOSED)
        return mine.select_related("adviser__user", "organisation", "service")


class Referral(models.Model):
    """A learner is referred to another guidance organisation, or to an outside service: to one of the two.

    `words` is what is passed on, `name` and `reach` who the learner is and how they are reached, both "" where that is
    not to be told. `consented_at` is the learner's yes to exactly these, `named` that the last two may go along; before
    it nothing is passed on. A trigger keeps all of it, and the answer, as it was; only what words say can be erased.

    An outside service has a link, whose secret it alone knows; opening it is no reading, since programs that look
    through mail open links.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="referrals")
    adviser = models.ForeignKey("brokerage.Adviser", on_delete=models.PROTECT, related_name="referrals")
    organisation = models.ForeignKey(
        "brokerage.GuidanceOrganisation", null=True, on_delete=models.PROTECT, related_name="referrals"
    )
    service = models.ForeignKey(OutsideService, null=True, on_delete=models.PROTECT, related_name="referrals")
    words = models.TextField(max_length=2000)
    name = models.CharField(max_length=165, blank=True)
    reach = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=8, choices=ReferralState.choices, default=ReferralState.PROPOSED)
    named = models.BooleanField(default=False)
    proposed_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=12, choices=Helps.choices, blank=True)
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("brokerage.Adviser", null=True, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, blank=True)
    link_until = models.DateTimeField(null=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None, service__isnull=False) | Q(organisation__isnull=False, service=None),
                name="referral_is_to_one",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PASSED_ON) | Q(consented_at__isnull=False, answer_by__isnull=False),
                name="referral_goes_out_with_the_learners_yes",
            ),
            models.CheckConstraint(
                condition=Q(read_at=None, token_hash="", link_until=None, named=False) | Q(consented_at__isnull=False),
                name="referral_is_read_with_the_learners_yes",
            ),
            models.CheckConstraint(
                condition=Q(token_hash="", link_until=None)
                | (~Q(token_hash="") & Q(service__isnull=False, link_until__isnull=False)),
                name="referral_link_is_a_services_and_ends",
            ),
            models.CheckConstraint(
                condition=Q(state="answered", said__in=Helps.values, answered_at__isnull=False, read_at__isnull=False)
                | (~Q(state="answered") & Q(said="", answered_at=None)),
                name="referral_answer_has_its_time",
            ),
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="one_referral_a_link"),
            models.UniqueConstraint(
                fields=["learner", "organisation"],
                condition=Q(state__in=OPEN, organisation__isnull=False),
                name="one_open_referral_an_organisation",
            ),
            models.UniqueConstraint(
                fields=["learner", "service"],
                condition=Q(state__in=OPEN, service__isnull=False),
                name="one_open_referral_a_service",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "answer_by"], name="referral_to_answer", condition=Q(state="sent")),
            models.Index(fields=["answer_by"], name="referral_late", condition=Q(state="sent")),
        ]

    @property
    def subject(self) -> str:
        return f"referral:{self.pk}"

    @property
    def to(self) -> str:
        """Whom it goes to, by name."""
        return str(self.organisation or self.service)

    @property
    def can_be_called_off(self) -> bool:
        """Until somebody has read it."""
        return self.state == ReferralState.PROPOSED or (self.state == ReferralState.SENT and self.read_at is None)
