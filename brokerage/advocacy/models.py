"""What advisers ask of providers for a learner, and what was answered. Found by Django through `brokerage.models`."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7


class Wanted(models.TextChoices):
    PLACE = "place", _("A place")
    ADJUSTMENT = "adjustment", _("An adjustment")
    PRICE = "price", _("A lower price")


class AdvocacyState(models.TextChoices):
    PROPOSED = "proposed", _("Waits for the learner’s yes")
    SENT = "sent", _("Sent to the provider")
    AGREED = "agreed", _("The provider says yes")
    REFUSED = "refused", _("The provider says no")
    ENDED = "ended", _("Called off")


WITH_A_YES = (AdvocacyState.SENT, AdvocacyState.AGREED, AdvocacyState.REFUSED)
OPEN = (AdvocacyState.PROPOSED, AdvocacyState.SENT)


class GoodWord(models.Model):
    """What an adviser says for a learner in a case of theirs, or in the appeal of a request: one of the two.

    It begins with the learner's wish, at `wished_at`: by it the adviser sees the case or the appeal. What is said in a
    case stands there, among what everybody says; in an appeal it is `words`. A trigger keeps what was said as it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="good_words")
    adviser = models.ForeignKey("brokerage.Adviser", on_delete=models.PROTECT, related_name="good_words")
    case = models.ForeignKey("vouchers.Case", null=True, on_delete=models.PROTECT, related_name="good_words")
    request = models.ForeignKey("brokerage.Request", null=True, on_delete=models.PROTECT, related_name="good_words")
    words = models.TextField(max_length=4000, blank=True)
    wished_at = models.DateTimeField()
    said_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["wished_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(case=None, request__isnull=False) | Q(case__isnull=False, request=None, words=""),
                name="good_word_is_in_a_case_or_an_appeal",
            ),
            models.CheckConstraint(
                condition=Q(words="") | Q(said_at__isnull=False), name="good_word_that_is_said_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(said_at=None) | Q(taken_back_at=None), name="good_word_is_said_with_the_learners_wish"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(taken_back_at=None, case__isnull=False), name="one_good_word_a_case"
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(taken_back_at=None, request__isnull=False),
                name="one_good_word_an_appeal",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"good_word:{self.pk}"

    @property
    def waits(self) -> bool:
        return self.said_at is None and self.taken_back_at is None


class AdvocacyQuerySet(models.QuerySet["Advocacy"]):
    def waiting_at(self, provider: object) -> Self:
        """What a provider has to answer, the soonest first."""
        return self.filter(run__course__provider=provider, state=AdvocacyState.SENT).order_by("answer_by", "id")

    def to_allow(self, learner: object) -> Self:
        """What waits for the learner's yes or no."""
        mine = self.filter(learner=learner, state=AdvocacyState.PROPOSED)
        return mine.select_related("run__course", "adviser__user")


class Advocacy(models.Model):
    """One thing that an adviser asks the provider of a run for, on a learner's behalf.

    `consented_at` is the learner's yes to exactly these words; without it a provider never sees them. `named`: the
    learner wants their name told; else the provider sees `reference` alone. What was agreed on a price is an
    `AgreedPrice`, whose source is this.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="advocacy")
    adviser = models.ForeignKey("brokerage.Adviser", on_delete=models.PROTECT, related_name="advocacy")
    run = models.ForeignKey("providers.CourseRun", on_delete=models.PROTECT, related_name="advocacy")
    wanted = models.CharField(max_length=10, choices=Wanted.choices)
    words = models.TextField(max_length=2000)
    state = models.CharField(max_length=8, choices=AdvocacyState.choices, default=AdvocacyState.PROPOSED)
    reference = models.CharField(max_length=12, unique=True)
    named = models.BooleanField(default=False)
    proposed_at = models.DateTimeField()
    consented_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(max_length=2000, blank=True)

    objects = AdvocacyQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "run", "wanted"], condition=Q(state__in=OPEN), name="one_open_advocacy_a_wish"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_A_YES) | Q(consented_at__isnull=False, answer_by__isnull=False),
                name="advocacy_goes_out_with_the_learners_yes",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["agreed", "refused"], answered_at__isnull=False)
                | (~Q(state__in=["agreed", "refused"]) & Q(answered_at=None)),
                name="advocacy_answer_has_its_time",
            ),
        ]

    @property
    def subject(self) -> str:
        return f"advocacy:{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
