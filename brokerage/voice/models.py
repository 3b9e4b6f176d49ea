"""What learners say about how their scheme works, and what came of it. Found by Django through `brokerage.models`."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from vouchers.moderated import Moderated, shown_once_looked_at

# The scheme has four weeks for an answer: longer, and nobody remembers what they voted on.
ANSWER_WITHIN = dt.timedelta(days=28)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def shown(self) -> Self:
        return self.filter(state=Proposal.State.SHOWN)

    def open(self, today: dt.date) -> Self:
        """Can be voted on today."""
        return self.shown().filter(closes_on__gte=today, outcome=None)

    def to_answer(self, today: dt.date) -> Self:
        """The vote is over and the scheme has not answered yet."""
        return self.shown().filter(closes_on__lt=today, outcome=None)


class Proposal(Moderated):
    """How a learner would have their scheme work. It can be voted on up to and with `closes_on`.

    Once shown it belongs to everybody: when its writer leaves, it stays and is nobody's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.ForeignKey("accounts.Scheme", on_delete=models.PROTECT, related_name="voice_proposals")
    learner = models.ForeignKey("accounts.Learner", null=True, on_delete=models.PROTECT, related_name="proposals")
    title = models.CharField(max_length=120)
    what = models.TextField(max_length=2000)
    why = models.TextField(max_length=2000)
    written_at = models.DateTimeField()
    closes_on = models.DateField(null=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["scheme", "closes_on"], name="proposal_by_scheme")]
        constraints = [
            shown_once_looked_at("proposal_is_shown_once_looked_at"),
            models.CheckConstraint(
                condition=Q(state="shown", closes_on__isnull=False) | ~Q(state="shown") & Q(closes_on=None),
                name="shown_proposal_has_an_end",
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(what="") & ~Q(why=""), name="proposal_has_words"),
            models.CheckConstraint(
                condition=Q(state="shown") | Q(learner__isnull=False), name="unshown_proposal_is_somebody_s"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"proposal:{self.id}"

    @property
    def answer_by(self) -> dt.date | None:
        """The last day on which the scheme may answer."""
        return self.closes_on and self.closes_on + ANSWER_WITHIN


class Choice(models.TextChoices):
    FOR = "for", _("For it")
    AGAINST = "against", _("Against it")
    EITHER = "either", _("I do not mind")


class Vote(models.Model):
    """One person's one vote; changed until the end, it is still the one. Told to nobody but themselves.

    `through` is the adviser who entered it for them, None once they have voted with their own hand.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="votes")
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="votes")
    choice = models.CharField(max_length=7, choices=Choice.choices)
    through = models.ForeignKey("brokerage.Adviser", null=True, on_delete=models.PROTECT, related_name="+")
    cast_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "learner"], name="one_vote_a_person_and_proposal"),
            models.CheckConstraint(condition=Q(choice__in=Choice.values), name="vote_is_one_of_three"),
        ]


class Comment(Moderated):
    """What another learner of the scheme, or its writer, says about a proposal. One level: nobody answers a comment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="comments")
    learner = models.ForeignKey("accounts.Learner", null=True, on_delete=models.PROTECT, related_name="comments")
    words = models.TextField(max_length=1000)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "id"]
        constraints = [
            shown_once_looked_at("comment_is_shown_once_looked_at"),
            models.CheckConstraint(condition=~Q(words=""), name="comment_has_words"),
            models.CheckConstraint(
                condition=Q(state="shown") | Q(learner__isnull=False), name="unshown_comment_is_somebody_s"
            ),
        ]

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"comment:{self.id}"


class ProposalOutcome(models.Model):
    """What the scheme does about a proposal, why, and how the votes were. A trigger refuses any edit.

    It changes no rule itself: `rule_proposal` is the change of rules that followed, where one did.
    """

    class Answer(models.TextChoices):
        YES = "yes", _("The scheme does it")
        PARTLY = "partly", _("The scheme does a part of it")
        NO = "no", _("The scheme does not do it")

    proposal = models.OneToOneField(Proposal, primary_key=True, on_delete=models.PROTECT, related_name="outcome")
    answer = models.CharField(max_length=6, choices=Answer.choices)
    reason = models.TextField(max_length=4000)
    rule_proposal = models.ForeignKey(
        "accounts.RuleProposal", null=True, on_delete=models.PROTECT, related_name="voice_outcomes"
    )
    votes_for = models.PositiveIntegerField()
    votes_against = models.PositiveIntegerField()
    votes_either = models.PositiveIntegerField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="outcome_has_a_reason"),
            models.CheckConstraint(condition=Q(answer__in=["yes", "partly", "no"]), name="outcome_is_one_of_three"),
        ]


class SaidAndDone(models.Model):
    """ "You said, we did": what a scheme heard and what it did about it. A trigger refuses any edit.

    What was wrong in one is put right by another that `corrects` it; both stay to be read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.ForeignKey("accounts.Scheme", on_delete=models.PROTECT, related_name="said_and_done")
    said = models.TextField(max_length=1000)
    done = models.TextField(max_length=2000)
    done_on = models.DateField()
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="said_and_done")
    course = models.ForeignKey("providers.Course", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "brokerage.GuidanceOrganisation", null=True, on_delete=models.PROTECT, related_name="said_and_done"
    )
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="correction")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-done_on", "-written_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(said="") & ~Q(done=""), name="said_and_done_has_words"),
            models.CheckConstraint(condition=~Q(corrects=F("id")), name="said_and_done_corrects_another"),
            models.CheckConstraint(
                condition=Q(proposal=None, course=None)
                | Q(proposal=None, organisation=None)
                | Q(course=None, organisation=None),
                name="said_and_done_is_of_one_thing",
            ),
        ]

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"said_and_done:{self.id}"
