"""What learners say of guidance, and what became of them after a course. Found by Django through `brokerage.models`."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.ids import uuid7
from vouchers.moderated import ModeratedRemark, walls_of


class Heard(models.TextChoices):
    """What became of a question. Each is put once."""

    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("Not to be asked again")
    WITHDRAWN = "withdrawn", _("Taken back")


class GuidanceFeedbackQuerySet(models.QuerySet["GuidanceFeedback"]):
    def answered(self) -> Self:
        return self.filter(state=Heard.ANSWERED)


class GuidanceFeedback(models.Model):
    """A learner is asked how a talk, or the way to a decision, was, and answers once or not at all.

    It is about the organisation, and is never counted for one adviser. An answer is never changed, only taken back as a
    whole (a trigger refuses all else); then nothing of it is left but that they were asked. `pushed`, whether somebody
    pushed them to one provider, is for whoever leads the organisation alone. `scheme` is whose people read the words.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    learner = models.ForeignKey("accounts.Learner", on_delete=models.PROTECT, related_name="guidance_feedback")
    scheme = models.ForeignKey("accounts.Scheme", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("brokerage.GuidanceOrganisation", on_delete=models.PROTECT, related_name="+")
    consultation = models.OneToOneField(
        "brokerage.Consultation", null=True, on_delete=models.PROTECT, related_name="feedback"
    )
    decision = models.OneToOneField("brokerage.Decision", null=True, on_delete=models.PROTECT, related_name="feedback")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=Heard.choices, default=Heard.ASKED)
    listened = models.BooleanField(null=True)
    understood = models.BooleanField(null=True)
    helped = models.BooleanField(null=True)
    pushed = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)

    objects = GuidanceFeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["learner", "-asked_at"], name="guidance_feedback_by_learner"),
            models.Index(
                fields=["organisation", "answered_at"], name="guidance_feedback_answered", condition=Q(state="answered")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(consultation=None) ^ Q(decision=None), name="guidance_feedback_is_of_a_talk_or_a_decision"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="answered",
                    answered_at__isnull=False,
                    listened__isnull=False,
                    understood__isnull=False,
                    helped__isnull=False,
                    pushed__isnull=False,
                )
                | (
                    Q(state="asked", answered_at=None)
                    | Q(state__in=["declined", "withdrawn"], answered_at__isnull=False)
                )
                & Q(listened=None, understood=None, helped=None, pushed=None),
                name="guidance_feedback_has_all_answers_or_none",
            ),
        ]

    learner_id: UUID
    organisation_id: UUID
    scheme_id: UUID

    def __str__(self) -> str:
        return str(self.id)

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"guidance_feedback:{self.id}"


class Speaker(models.TextChoices):
    LEARNER = "learner", _("A learner")
    ORGANISATION = "organisation", _("The organisation")


class GuidanceRemark(ModeratedRemark):
    feedback = models.ForeignKey(GuidanceFeedback, on_delete=models.PROTECT, related_name="remarks")
    by = models.CharField(max_length=12, choices=Speaker.choices)

    class Meta(ModeratedRemark.Meta):
        indexes = [models.Index(fields=["written_at"], name="guidance_remark_queue", condition=Q(state="waiting"))]
        constraints = walls_of("guidance_remark", Speaker.values)

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"guidance_remark:{self.id}"


class Became(models.TextChoices):
    """What a learner does some months after a course; codes, so that they can be counted."""

    WORK_OF_THIS_KIND = "work_of_this_kind", _("In work of this kind")
    OTHER_WORK = "other_work", _("In other work")
    LEARNING = "learning", _("Learning on")
    LOOKING = "looking", _("Looking for work")
    NONE_OF_THESE = "none_of_these", _("None of these")


class Destination(models.Model):
    """A learner is asked what became of them after the course of a voucher. `helped` is whether the course did."""

    voucher = models.OneToOneField(
        "vouchers.Voucher", primary_key=True, on_delete=models.PROTECT, related_name="destination"
    )
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=Heard.choices, default=Heard.ASKED)
    became = models.CharField(max_length=17, choices=Became.choices, blank=True)
    helped = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False, became__in=Became.values, helped__isnull=False)
                | (Q(state="asked", answered_at=None) | Q(state="declined", answered_at__isnull=False))
                & Q(became="", helped=None),
                name="destination_has_all_answers_or_none",
            ),
        ]

    voucher_id: UUID

    @property
    def subject(self) -> str:
        """How events name it."""
        return f"destination:{self.voucher_id}"
